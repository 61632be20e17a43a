"""Adding, renaming, archiving and restoring clients, and their channels."""

import asyncio

import pytest

from commands.errors import CommandError, Conflict, Invalid, NotAllowed, Refused
from commands.replies import Form, call
from storage.models import Status, Workspace
from tests.builders import NOW, a_connection, a_grant, an_organisation, save
from tests.commands.practice import ANA, BEN, CHLOE, Practice, buttons, words


async def test_a_client_is_added_where_it_is_typed(practice: Practice) -> None:
    added = await practice.say(ANA, 'clients add "Acme Ltd"', channel="C0ACME")

    assert words(added) == (
        "*Acme Ltd* is a client now. Its news is told in <#C0ACME>; type `/invite @Dext` there if "
        "I am not a member. Nothing is connected so far."
    )
    client = await practice.client("Acme Ltd")
    assert (client.name_key, client.channel_id, client.created_by) == ("acme", "C0ACME", ANA)
    [line] = await practice.audit()
    assert (line.action, line.actor, line.place) == ("client.added", ANA, "C0ACME")
    assert line.after == {"name": "Acme Ltd", "channel": "C0ACME"}
    assert line.client_id == line.subject_id == client.id


async def test_a_named_channel_is_taken_instead(practice: Practice) -> None:
    await practice.say(ANA, "clients add Acme Ltd in <#C0ACME|acme>", channel="C0PRACTICE")

    assert (await practice.client("Acme Ltd")).channel_id == "C0ACME"


@pytest.mark.parametrize("place", ["D0ANA", None])
async def test_a_direct_message_is_no_clients_channel(
    practice: Practice, place: str | None
) -> None:
    added = await practice.say(ANA, "clients add Acme Ltd", channel=place)

    assert (await practice.client("Acme Ltd")).channel_id is None
    assert "It has no channel yet" in words(added)


async def test_another_clients_channel_is_not_taken(practice: Practice) -> None:
    await practice.say(ANA, "clients add Acme Ltd", channel="C0ACME")
    await practice.say(ANA, "clients add Beta Ltd", channel="C0ACME")

    assert (await practice.client("Beta Ltd")).channel_id is None


async def test_the_practice_channel_may_be_shared(practice: Practice) -> None:
    async with practice.database.begin() as session:
        workspace = await session.get_one(Workspace, "T01FERNHILL")
        workspace.practice_channel_id = "C0ALL"
    await practice.say(ANA, "clients add Acme Ltd", channel="C0ALL")
    await practice.say(ANA, "clients add Beta Ltd", channel="C0ALL")

    assert (await practice.client("Beta Ltd")).channel_id == "C0ALL"


async def test_without_a_name_a_form_asks_for_it(practice: Practice) -> None:
    form = await practice.say(ANA, "clients add", channel="C0ACME")

    assert isinstance(form, Form)
    assert [field.name for field in form.fields] == ["name", "channel"]
    await practice.submit(ANA, form, name="Acme  Ltd ", channel="C0OTHER")
    assert (await practice.client("Acme Ltd")).channel_id == "C0OTHER"


async def test_a_name_that_is_known_is_refused(practice: Practice) -> None:
    [acme] = await practice.has("Acme Ltd")

    with pytest.raises(Refused) as raised:
        await practice.say(ANA, "clients add ACME Limited")

    assert words(raised.value).startswith("*Acme Ltd* is a client already, and “ACME Limited”")
    assert buttons(raised.value)["Connections"] == call("connections.show", client=acme.id)
    assert await practice.audit() == []


async def test_in_a_form_a_known_name_is_said_at_the_field(practice: Practice) -> None:
    await practice.has("Acme Ltd")
    form = await practice.say(ANA, "clients add")

    with pytest.raises(Invalid) as raised:
        await practice.submit(ANA, form, name="acme")

    assert raised.value.fields == {
        "name": "Acme Ltd is a client already. Use that, or type another name."
    }


async def test_an_archived_name_is_restored_rather_than_added(practice: Practice) -> None:
    await practice.has("Acme Ltd", archived_at=NOW)

    with pytest.raises(Refused) as raised:
        await practice.say(ANA, "clients add Acme")

    await practice.press(ANA, buttons(raised.value)["Restore it"] or call(""))
    assert not (await practice.client("Acme Ltd")).is_archived


async def test_a_name_has_its_limit(practice: Practice) -> None:
    with pytest.raises(Invalid):
        await practice.press(ANA, call("clients.add", name="A" * 121))


async def test_a_client_is_renamed(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    renamed = await practice.say(CHLOE, "clients rename Acme Ltd to Acme Group")

    assert words(renamed) == (
        "Acme Ltd is now called *Acme Group*. Its connections stay as they are."
    )
    assert (await practice.client("Acme Group")).name_key == "acme group"
    [line] = await practice.audit()
    assert (line.action, line.before["name"], line.after["name"]) == (
        "client.renamed",
        "Acme Ltd",
        "Acme Group",
    )


async def test_a_client_keeps_its_own_name_in_another_spelling(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    await practice.say(ANA, "clients rename acme to ACME Limited")

    assert (await practice.client("ACME Limited")).name_key == "acme"


async def test_a_stale_form_changes_nothing(practice: Practice) -> None:
    await practice.has("Acme Ltd")
    form = await practice.say(ANA, "clients rename acme")
    await practice.say(CHLOE, "clients rename acme to Acme Group")

    with pytest.raises(Conflict) as raised:
        await practice.submit(ANA, form, name="Acme Holdings")

    assert "changed by somebody else" in words(raised.value)
    assert (await practice.client("Acme Group")).name == "Acme Group"


async def test_a_client_is_archived_and_that_is_undone(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    archived = await practice.say(ANA, "clients archive acme")

    assert (await practice.client("Acme Ltd")).is_archived
    assert "*Acme Ltd*" not in words(await practice.say(ANA, "clients"))
    assert "*Acme Ltd*" in words(await practice.press(ANA, call("clients.list", archived="yes")))
    await practice.press(ANA, buttons(archived)["Undo"] or call(""))
    assert not (await practice.client("Acme Ltd")).is_archived
    assert [line.action for line in await practice.audit()] == [
        "client.archived",
        "client.restored",
    ]


async def test_restoring_twice_says_that_it_is_not_archived(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    with pytest.raises(Conflict) as raised:
        await practice.say(ANA, "clients restore acme")

    assert words(raised.value) == "*Acme Ltd* is not archived. Nothing was changed."


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({}, "still connected"),
        ({"status": Status.DISCONNECTED, "erase_at": NOW}, "will be erased at"),
    ],
)
async def test_what_is_connected_is_not_archived(
    practice: Practice, over: dict[str, object], told: str
) -> None:
    [client] = await practice.has("Acme Ltd")
    organisation, grant = an_organisation(), a_grant()
    await save(practice.database, organisation, grant)
    await save(practice.database, a_connection(client, organisation, grant, **over))

    with pytest.raises(Refused) as raised:
        await practice.say(ANA, "clients archive acme")

    assert told in words(raised.value)
    assert not (await practice.client("Acme Ltd")).is_archived


async def test_the_channel_is_set(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    told = await practice.say(ANA, "clients channel Acme Ltd <#C0NEW|new>")

    assert "is told in <#C0NEW>" in words(told)
    assert (await practice.client("Acme Ltd")).channel_id == "C0NEW"


async def test_the_channel_form_begins_with_where_it_is_asked(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    form = await practice.say(ANA, "clients channel acme", channel="C0ACME")
    await practice.submit(ANA, form, channel="C0ACME")

    assert (await practice.client("Acme Ltd")).channel_id == "C0ACME"


@pytest.mark.parametrize(
    "text",
    [
        "clients add Beta",
        "clients rename acme to Beta",
        "clients archive acme",
        "clients channel acme",
    ],
)
async def test_a_standard_user_changes_no_client(practice: Practice, text: str) -> None:
    [client] = await practice.has("Acme Ltd")
    await practice.assign(BEN, client)

    with pytest.raises(NotAllowed) as raised:
        await practice.say(BEN, text)

    assert "needs an administrator" in words(raised.value)
    assert await practice.audit() == []


async def test_the_list_is_paged_and_searched(practice: Practice) -> None:
    await practice.has(*(f"Client {n:02}" for n in range(25)))

    first = await practice.say(ANA, "clients")
    second = await practice.press(ANA, buttons(first)["Next"] or call(""))
    last = await practice.press(ANA, buttons(second)["Next"] or call(""))
    found = await practice.say(ANA, "clients client 1")

    assert "1 to 10 of 25" in words(first)
    assert "11 to 20 of 25" in words(second)
    assert "21 to 25 of 25" in words(last)
    assert "Next" not in buttons(last)
    assert "*Client 10*" in words(found)
    assert "like “client 1” · 10" in words(found)


async def test_an_empty_list_offers_the_one_thing_to_do(practice: Practice) -> None:
    empty = await practice.say(ANA, "clients")
    nothing = await practice.say(ANA, "clients zebra")
    bens = await practice.say(BEN, "clients")

    assert words(empty).startswith("*No clients yet.*")
    assert "Add a client" in buttons(empty)
    assert buttons(nothing)["Add a client"] == call("clients.add", name="zebra")
    assert words(bens).startswith("*No client is assigned to you yet.*")


async def test_the_list_shows_near_misses(practice: Practice) -> None:
    await practice.has("Acme Ltd", "Bright Bakery")

    found = await practice.say(ANA, "clients brigth bakery")

    assert words(found).startswith("No client is called “brigth bakery”. These come closest:")
    assert "*Bright Bakery*" in words(found)


@pytest.mark.parametrize(
    "texts",
    [
        ("clients add Crown & Co", "clients add crown and co"),
        ("clients add Crown & Co", "clients rename acme to Crown & Co"),
        ("clients rename bright to Crown & Co", "clients rename acme to Crown & Co"),
        ("clients rename acme to Old Hall", "clients restore old hall"),
    ],
    ids=["two additions", "addition and new name", "two new names", "new name and return"],
)
async def test_of_two_who_give_one_name_at_once_one_is_refused(
    practice: Practice, texts: tuple[str, str]
) -> None:
    await practice.has("Acme Ltd", "Bright Bakery")
    await practice.has("Old Hall", archived_at=NOW)

    outcomes = await asyncio.gather(
        *(practice.say(person, text) for person, text in zip((ANA, CHLOE), texts, strict=True)),
        return_exceptions=True,
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, CommandError)]
    assert len(refused) == 1
    assert words(refused[0]).endswith("Nothing was changed.")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "Type the name of the business; spaces alone are none."),
        ("   ", "Type the name of the business; spaces alone are none."),
        ("x" * 130, "This name has 130 characters, and at most 120 are kept. Shorten it."),
    ],
)
async def test_a_name_that_cannot_be_kept_is_said_at_the_field(
    practice: Practice, name: str, problem: str
) -> None:
    await practice.has("Acme Ltd")
    forms = [await practice.say(ANA, text) for text in ("clients add", "clients rename acme")]

    for form in forms:
        with pytest.raises(Invalid) as raised:
            await practice.submit(ANA, form, name=name)
        assert raised.value.fields == {"name": problem}


async def test_the_same_name_again_changes_nothing_and_says_so(practice: Practice) -> None:
    await practice.has("Acme Ltd")
    form = await practice.say(ANA, "clients rename acme")

    with pytest.raises(Refused) as typed:
        await practice.say(ANA, "clients rename acme to Acme  Ltd")
    with pytest.raises(Invalid) as raised:
        await practice.submit(ANA, form, name="Acme Ltd")

    assert words(typed.value) == "*Acme Ltd* is called that already. Nothing was changed."
    assert raised.value.fields == {
        "name": "Acme Ltd is its name already. Type another one, or cancel."
    }
    assert await practice.audit() == []
