"""Roles and assignments: who gives them, and who is told."""

import pytest

from commands.errors import Conflict, NotAllowed, Refused
from commands.replies import ChoiceField, Form, ManyField, call
from storage.models import Role
from tests.builders import a_person, save
from tests.commands.practice import ANA, BEN, CHLOE, DORA, Practice, buttons, words


async def change(practice: Practice, by: str, person: str, role: Role, **more: str) -> str:
    form = await practice.press(by, call("people.edit", person=person))
    return words(await practice.submit(by, form, role=role.value, **more))


async def test_everybody_with_a_role_sees_who_may_do_what(practice: Practice) -> None:
    [acme] = await practice.has("Acme Ltd")
    await practice.assign(BEN, acme)

    anas = await practice.say(ANA, "people")
    bens = await practice.say(BEN, "people")

    assert words(anas).splitlines()[0] == "*Who may do what* · 4 people"
    assert f"<@{ANA}> · Practice administrator" in words(anas)
    assert f"<@{BEN}> · Standard user\nworks for Acme Ltd" in words(anas)
    assert f"<@{DORA}> · No access" in words(anas)
    assert "Change" in buttons(anas)
    assert buttons(bens) == {}


async def test_a_standard_user_is_given_clients_and_told(practice: Practice) -> None:
    acme, bakery, oak = await practice.has("Acme Ltd", "Bright Bakery", "Oak & Sons")
    await practice.assign(BEN, oak)

    told = await change(
        practice, CHLOE, BEN, Role.STANDARD, reach="assigned", clients=f"{acme.id},{bakery.id}"
    )

    assert "is now a standard user for Acme Ltd and Bright Bakery" in told
    assert (await practice.context(BEN)).actor.clients == {acme.id, bakery.id}
    [message] = practice.post.to(BEN)
    assert words(message.reply) == (
        "Chloe has made you a standard user for Acme Ltd and Bright Bakery. "
        "You can see their connections and lists, and refresh the lists; an administrator "
        "connects them."
    )
    [line] = await practice.audit()
    assert (line.action, line.actor, line.subject_id) == ("person.changed", CHLOE, BEN)
    assert line.before["clients"] == [oak.id]
    assert line.after["clients"] == sorted([acme.id, bakery.id])


async def test_a_standard_user_may_be_given_every_client(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    await change(practice, ANA, BEN, Role.STANDARD, reach="all")

    assert "*Acme Ltd*" in words(await practice.say(BEN, "clients"))


async def test_clients_are_taken_away_by_leaving_the_field_empty(practice: Practice) -> None:
    [acme] = await practice.has("Acme Ltd")
    await practice.assign(BEN, acme)

    await change(practice, ANA, BEN, Role.STANDARD, reach="assigned")

    assert (await practice.context(BEN)).actor.clients == frozenset()


async def test_a_practice_administrator_makes_another_and_withdraws(practice: Practice) -> None:
    await change(practice, ANA, CHLOE, Role.PRACTICE_ADMIN)
    await change(practice, CHLOE, ANA, Role.NONE)

    assert (await practice.person(CHLOE)).role is Role.PRACTICE_ADMIN
    assert (await practice.person(ANA)).role is Role.NONE
    assert words(practice.post.to(ANA)[0].reply) == (
        "Chloe has withdrawn your access to the practice's clients."
    )


async def test_the_last_practice_administrator_stays(practice: Practice) -> None:
    with pytest.raises(Refused) as raised:
        await change(practice, ANA, ANA, Role.STANDARD)

    assert "is the last practice administrator" in words(raised.value)
    assert (await practice.person(ANA)).role is Role.PRACTICE_ADMIN


async def test_a_client_administrator_neither_makes_nor_changes_practice_administrators(
    practice: Practice,
) -> None:
    form = await practice.press(CHLOE, call("people.edit", person=BEN))
    assert isinstance(form, Form)
    [role] = [f for f in form.fields if isinstance(f, ChoiceField) and f.name == "role"]
    assert "practice_admin" not in {option.value for option in role.options}

    with pytest.raises(Refused, match="people/objection"):
        await practice.submit(CHLOE, form, role="practice_admin")
    with pytest.raises(Refused, match="people/objection"):
        await practice.press(CHLOE, call("people.edit", person=ANA))
    assert (await practice.person(BEN)).role is Role.STANDARD


@pytest.mark.parametrize("person", [BEN, DORA])
async def test_nobody_else_changes_roles(practice: Practice, person: str) -> None:
    with pytest.raises(NotAllowed):
        await practice.press(person, call("people.edit", person=BEN))
    with pytest.raises(NotAllowed):
        await practice.press(
            person, call("people.change", person=person, role="client_admin", was="standard")
        )


async def test_somebody_the_bot_has_not_met_is_given_a_role(practice: Practice) -> None:
    await change(practice, ANA, "U01EVE", Role.STANDARD)

    eve = await practice.person("U01EVE")
    assert (eve.role, eve.seen_at.year) == (Role.STANDARD, 1970)


async def test_a_form_that_others_overtook_changes_nothing(practice: Practice) -> None:
    form = await practice.press(ANA, call("people.edit", person=BEN))
    await change(practice, CHLOE, BEN, Role.CLIENT_ADMIN)

    with pytest.raises(Conflict) as raised:
        await practice.submit(ANA, form, role="none")

    assert "has been made a client administrator by somebody else" in words(raised.value)
    assert (await practice.person(BEN)).role is Role.CLIENT_ADMIN


async def test_no_change_tells_nobody(practice: Practice) -> None:
    told = await change(practice, ANA, BEN, Role.STANDARD, reach="assigned")

    assert told.startswith("Nothing was changed")
    assert practice.post.sent == []
    assert await practice.audit() == []


async def test_the_form_shows_what_is_assigned(practice: Practice) -> None:
    [acme] = await practice.has("Acme Ltd")
    await practice.assign(BEN, acme)

    form = await practice.say(ANA, f"people <@{BEN}|ben>")

    assert isinstance(form, Form)
    [field] = [f for f in form.fields if isinstance(f, ManyField)]
    assert [option.label for option in field.initial] == ["Acme Ltd"]


async def test_many_people_are_paged(practice: Practice) -> None:
    await save(practice.database, *(a_person(id=f"U1{n:02}", name=f"P {n}") for n in range(20)))

    first = await practice.say(ANA, "people")
    second = await practice.press(ANA, buttons(first)["Next"] or call(""))

    assert f"<@{DORA}>" not in words(first)
    assert f"<@{DORA}>" in words(second)


async def test_somebody_else_is_chosen_from_the_whole_workspace(practice: Practice) -> None:
    chooser = await practice.press(ANA, call("people.choose"))

    assert isinstance(await practice.submit(ANA, chooser, person="U01EVE"), Form)


@pytest.mark.parametrize("text", ["people ben", "people @Ben", 'people "be"', "team BEN"])
async def test_a_person_is_found_by_name(practice: Practice, text: str) -> None:
    form = await practice.say(ANA, text)

    assert isinstance(form, Form)
    assert form.submits == call("people.change", person=BEN, was="standard")


async def test_several_of_a_name_are_offered(practice: Practice) -> None:
    await save(practice.database, a_person(id="U01BENE", name="Ben Evans"))
    await save(practice.database, a_person(id="U01BENO", name="Ben Osei"))

    exact = await practice.say(ANA, "people ben")
    asked = await practice.say(ANA, "people be")

    assert isinstance(exact, Form)
    assert words(asked) == "3 people are called “be”. Whose role?"
    assert list(buttons(asked)) == ["Ben", "Ben Evans", "Ben Osei", "Somebody else"]


async def test_nobody_of_a_name_is_chosen_from_the_workspace(practice: Practice) -> None:
    told = await practice.say(ANA, "people zoe")

    assert words(told).startswith("Nobody I have met is called “zoe”.")
    assert list(buttons(told)) == ["Somebody else"]
