"""Asking those who may, and what becomes of it."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.slack.words import fill
from commands import registry
from commands.errors import Conflict, NotAllowed, NotFound, Refused
from commands.permissions import COMES_WITH_THE_CLIENT, Permission
from commands.replies import Form, Invocation, call
from storage.models import AccessRequest, Connection, Person, Role
from storage.queries import access
from tests.builders import WORKSPACE
from tests.commands.practice import ANA, BEN, CHLOE, DORA, Practice, buttons, words

if TYPE_CHECKING:
    from tests.conftest import Clock

RENAME = "clients rename Acme Ltd to Acme Group"


async def refused(practice: Practice, person: str, text: str) -> Invocation:
    """The button that asks for what was refused."""
    with pytest.raises(NotAllowed) as raised:
        await practice.say(person, text, channel="C0ACME")
    ask = buttons(raised.value)["Ask them"]
    assert ask is not None
    return ask


async def asked(practice: Practice, person: str = BEN, text: str = RENAME) -> str:
    """The id of a request for it."""
    await practice.press(person, await refused(practice, person, text), channel="C0ACME")
    async with practice.database.read() as session:
        return (await access.undecided(session, WORKSPACE))[-1].id


async def the_request(practice: Practice, request_id: str) -> AccessRequest:
    async with practice.database.read() as session:
        found = await access.find(session, WORKSPACE, request_id)
    assert found is not None
    return found


@pytest.fixture
async def fernhill(practice: Practice) -> Practice:
    await practice.has("Acme Ltd", "Bright Bakery")
    await practice.assign(BEN, await practice.client("Acme Ltd"))
    return practice


async def test_those_who_may_are_asked(fernhill: Practice) -> None:
    told = await fernhill.press(BEN, await refused(fernhill, BEN, RENAME))

    assert words(told).startswith(f"<@{ANA}> and <@{CHLOE}> have been asked.")
    assert [sent.to for sent in fernhill.post.sent] == [ANA, CHLOE]
    request = fernhill.post.to(ANA)[0].reply
    assert words(request).splitlines()[0] == (
        f"<@{BEN}> asks to rename *Acme Ltd* to *Acme Group*. "
        '`/dext clients rename "Acme Ltd" to "Acme Group"`'
    )
    assert list(buttons(request)) == ["Approve", "Decline"]
    [line] = await fernhill.audit()
    assert (line.action, line.actor) == ("access.requested", BEN)


async def test_a_request_about_a_client_names_it(fernhill: Practice) -> None:
    await asked(fernhill, BEN, 'connect "Bright Bakery"')

    assert words(fernhill.post.to(ANA)[0].reply).startswith(
        f'<@{BEN}> asks to connect *Bright Bakery*. `/dext connect client "Bright Bakery"`'
    )


@pytest.mark.parametrize(
    ("command", "wish"),
    [
        ("connections.disconnect", "to disconnect *Acme Ltd* from Xero (bookkeeping)"),
        ("connections.change", "to change what *Acme Ltd* is connected to, now Xero (bookkeeping)"),
        ("connections.reconnect", "to reconnect *Acme Ltd* to Xero (bookkeeping)"),
        (
            "connections.delete",
            "to disconnect *Acme Ltd* from Xero (bookkeeping) and delete what was read",
        ),
    ],
)
async def test_a_request_from_a_button_says_what_the_button_does(
    fernhill: Practice, command: str, wish: str
) -> None:
    await fernhill.connect("Acme Ltd")
    async with fernhill.database.read() as session:
        [row] = await session.scalars(select(Connection))
    pressed = call(command, connection=row.id, version=row.version)
    with pytest.raises(NotAllowed) as raised:
        await fernhill.press(BEN, pressed)
    await fernhill.press(BEN, buttons(raised.value)["Ask them"] or call(""))
    card = fernhill.post.to(ANA)[0].reply
    await fernhill.press(ANA, buttons(card)["Decline"] or call(""))

    assert words(card).startswith(f"<@{BEN}> asks {wish}.")
    assert words(fernhill.post.to(BEN)[0].reply).startswith(
        f"<@{ANA}> declined your request {wish}."
    )


async def test_a_refused_button_says_what_it_would_have_done(fernhill: Practice) -> None:
    await fernhill.connect("Acme Ltd")
    async with fernhill.database.read() as session:
        [row] = await session.scalars(select(Connection))
    with pytest.raises(NotAllowed) as raised:
        await fernhill.press(
            BEN, call("connections.disconnect", connection=row.id, version=row.version)
        )

    assert words(raised.value).startswith("Disconnecting *Acme Ltd* needs an administrator.")


def test_every_command_somebody_may_be_refused_has_a_wish() -> None:
    registry.discover()
    refusable = [c for c in registry.COMMANDS.values() if c.permission is not Permission.NOTHING]
    it = {
        "client": "Acme Ltd",
        "software": "Xero",
        "purpose": "Data Health",
        "named": None,
        "about": None,
        "channel": None,
        "typed": None,
    }
    about = {"person": BEN, "decided_by": ANA}
    for each in refusable:
        wish = it | {"command": each.name, "summary": each.summary}
        said = fill("people/declined", about | {"it": wish})
        is_internal = each.permission in COMES_WITH_THE_CLIENT or each.area == "people"
        assert is_internal or "for something only" not in said, each.name


async def test_who_is_not_assigned_asks_to_be(fernhill: Practice) -> None:
    bakery = await fernhill.client("Bright Bakery")
    with pytest.raises(NotAllowed) as raised:
        await fernhill.say(BEN, 'lists "Bright Bakery"')
    await fernhill.press(BEN, buttons(raised.value)["Ask them"] or call(""))
    card = fernhill.post.to(ANA)[0].reply
    fernhill.post.sent.clear()
    decided = await fernhill.press(CHLOE, buttons(card)["Assign Ben"] or call(""))

    assert words(raised.value).endswith(f"<@{ANA}> or <@{CHLOE}> can assign you.")
    assert words(card).startswith(f"<@{BEN}> asks to work for *Bright Bakery*.")
    assert list(buttons(card)) == ["Assign Ben", "Decline"]
    assert f"<@{BEN}> works for *Bright Bakery* now" in words(decided)
    assert bakery.id in (await fernhill.context(BEN)).actor.clients
    [told] = fernhill.post.to(BEN)
    assert words(told.reply) == (
        f"<@{CHLOE}> approved your request to work for *Bright Bakery*. "
        "You see its connections and lists now, and may refresh its lists."
    )
    assert buttons(told.reply)["Go on"] == call("lists.show", client="Bright Bakery")
    assert "person.changed" in {line.action for line in await fernhill.audit()}


async def test_two_refusals_for_the_same_client_are_one_request(fernhill: Practice) -> None:
    for text in ('lists "Bright Bakery"', 'connections "Bright Bakery"'):
        with pytest.raises(NotAllowed) as raised:
            await fernhill.say(BEN, text)
        told = await fernhill.press(BEN, buttons(raised.value)["Ask them"] or call(""))

    assert "had this request from you" in words(told)


async def test_the_name_of_a_channels_client_is_told_with_the_assignment(
    fernhill: Practice,
) -> None:
    bakery = await fernhill.client("Bright Bakery")
    ask = call(
        "people.ask", request=f"clients.show?client={bakery.id}", client=bakery.id, unnamed="yes"
    )
    await fernhill.press(BEN, ask, channel="C0BAKERY")
    card = fernhill.post.to(ANA)[0].reply
    await fernhill.press(ANA, buttons(card)["Decline"] or call(""))

    assert "*Bright Bakery*" in words(card)
    assert words(fernhill.post.to(BEN)[0].reply).startswith(
        f"<@{ANA}> declined your request to work for the client of <#C0BAKERY>."
    )


async def test_who_has_no_role_asks_for_one(fernhill: Practice) -> None:
    request = await asked(fernhill, DORA, "clients")

    form = await fernhill.press(ANA, call("people.approve", request=request))

    assert isinstance(form, Form)
    assert form.submits == call("people.change", person=DORA, was="none")


async def test_an_administrator_by_now_needs_no_assignment(fernhill: Practice) -> None:
    request = await asked(fernhill, BEN, 'lists "Bright Bakery"')
    async with fernhill.database.begin() as session:
        (await session.get_one(Person, (WORKSPACE, BEN))).role = Role.CLIENT_ADMIN

    with pytest.raises(Conflict) as raised:
        await fernhill.press(ANA, call("people.approve", request=request))

    assert "is an administrator by now" in words(raised.value)


async def test_asking_again_joins_the_open_request(fernhill: Practice) -> None:
    ask = await refused(fernhill, BEN, RENAME)
    await fernhill.press(BEN, ask)
    again = await fernhill.press(BEN, ask)

    assert "had this request from you" in words(again)
    assert len(fernhill.post.sent) == 2


async def test_approving_does_it_and_everybody_sees_who_decided(fernhill: Practice) -> None:
    request = await asked(fernhill)
    fernhill.post.sent.clear()

    decided = await fernhill.press(CHLOE, call("people.approve", request=request))

    assert (await fernhill.client("Acme Group")).name == "Acme Group"
    assert f"<@{CHLOE}> approved it" in words(decided)
    assert "Acme Ltd is now called *Acme Group*" in words(decided)
    cards = [sent for sent in fernhill.post.sent if sent.card]
    assert [sent.to for sent in cards] == [ANA, CHLOE]
    assert {sent.card for sent in cards} == {f"request:{request}"}
    assert all(f"<@{CHLOE}> approved it" in words(sent.reply) for sent in cards)
    assert all(buttons(sent.reply) == {} for sent in cards)
    [outcome] = fernhill.post.to(BEN)
    assert words(outcome.reply).startswith(f"<@{CHLOE}> approved your request")
    assert "Acme Ltd is now called *Acme Group*" in words(outcome.reply)
    assert buttons(outcome.reply) == {}
    lines = {line.action: line for line in await fernhill.audit()}
    assert lines["access.approved"].actor == lines["client.renamed"].actor == CHLOE
    assert lines["client.renamed"].place == "C0ACME"


async def test_declining_changes_nothing_and_says_who_did(fernhill: Practice) -> None:
    request = await asked(fernhill)
    fernhill.post.sent.clear()

    await fernhill.press(ANA, call("people.decline", request=request))

    assert (await fernhill.client("Acme Ltd")).name == "Acme Ltd"
    assert "declined your request" in words(fernhill.post.to(BEN)[0].reply)
    assert f"<@{ANA}> declined it" in words(fernhill.post.to(CHLOE)[0].reply)


async def test_the_second_decision_is_told_of_the_first(fernhill: Practice) -> None:
    request = await asked(fernhill)
    await fernhill.press(ANA, call("people.decline", request=request))

    with pytest.raises(Conflict) as raised:
        await fernhill.press(CHLOE, call("people.approve", request=request))

    assert f"<@{ANA}> declined it" in words(raised.value)
    assert (await the_request(fernhill, request)).decided_by == ANA


async def test_what_needs_filling_in_goes_on_with_the_approver(fernhill: Practice) -> None:
    request = await asked(fernhill, BEN, 'connect "Bright Bakery"')

    form = await fernhill.press(ANA, call("people.approve", request=request))

    assert isinstance(form, Form)
    assert "is doing it now" in words(fernhill.post.to(BEN)[0].reply)


async def test_what_cannot_be_done_is_told_to_both(fernhill: Practice) -> None:
    request = await asked(fernhill, BEN, "clients add Bright Bakery")

    with pytest.raises(Refused):
        await fernhill.press(ANA, call("people.approve", request=request))

    outcome = words(fernhill.post.to(BEN)[0].reply)
    assert "but it could not be done" in outcome
    assert "*Bright Bakery* is a client already" in outcome


@pytest.mark.parametrize("person", [BEN, DORA])
async def test_only_those_who_may_decide(fernhill: Practice, person: str) -> None:
    request = await asked(fernhill)

    for decision in ("people.approve", "people.decline"):
        with pytest.raises(NotAllowed):
            await fernhill.press(person, call(decision, request=request))
    assert (await the_request(fernhill, request)).decided_at is None


async def test_a_request_ends_after_a_day(fernhill: Practice, clock: "Clock") -> None:
    request = await asked(fernhill)
    job = registry.JOBS["people.expire_requests"]
    clock.advance(timedelta(hours=23, minutes=59))
    async with fernhill.database.read() as session:
        assert await job.due(session, clock()) == []
    clock.advance(timedelta(minutes=1))
    fernhill.post.sent.clear()

    with pytest.raises(Conflict):
        await fernhill.press(ANA, call("people.approve", request=request))
    async with fernhill.database.read() as session:
        [key] = await job.due(session, clock())
    await job.work(fernhill.tools, key)
    await job.work(fernhill.tools, key)

    assert "has ended" in words(fernhill.post.to(ANA)[0].reply)
    [told] = fernhill.post.to(BEN)
    assert words(told.reply).startswith("Nobody decided within a day about your request")
    assert (await the_request(fernhill, request)).approved is None


async def test_an_ended_request_can_be_made_again(fernhill: Practice, clock: "Clock") -> None:
    first = await asked(fernhill)
    clock.advance(timedelta(hours=24))

    assert await asked(fernhill) != first


async def test_who_may_by_now_has_it_done_at_once(fernhill: Practice) -> None:
    ask = await refused(fernhill, BEN, RENAME)
    async with fernhill.database.begin() as session:
        person = await session.get_one(type(await fernhill.person(BEN)), (WORKSPACE, BEN))
        person.role = Role.CLIENT_ADMIN

    await fernhill.press(BEN, ask)

    assert (await fernhill.client("Acme Group")).name == "Acme Group"
    assert fernhill.post.sent == []


async def test_a_request_of_another_practice_does_not_exist(fernhill: Practice) -> None:
    with pytest.raises(NotFound):
        await fernhill.press(ANA, call("people.approve", request="aaaaaaaaaaaaaaaa"))


async def test_a_button_of_another_release_says_so(fernhill: Practice) -> None:
    with pytest.raises(Conflict) as raised:
        await fernhill.press(BEN, call("people.ask", request="clients.gone?client=acme"))

    assert "from an earlier version" in words(raised.value)
