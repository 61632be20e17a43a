"""Whatever a vendor refuses has its own words, and the button that helps."""

from datetime import timedelta

import pytest

from commands.sync.sync import bring
from providers.books import BooksPage, Stream
from providers.errors import (
    AuthorizationLost,
    Lack,
    LimitScope,
    LossReason,
    NotPermitted,
    ProviderError,
    RateLimited,
    TryAgain,
    WireMismatch,
    Withheld,
)
from storage.models import Connection, Organisation, Status, Sync
from storage.queries import syncs
from tests.commands.practice import ANA, BEN, WORKSPACE, Practice, buttons, words
from tests.commands.sync.desk import Desk, a_desk
from tests.commands.sync.scripted import CONTACTS, INVOICES, ScriptedGateway, a_page, bills, the_end
from tests.conftest import Clock


def lacking(lack: Lack) -> NotPermitted:
    return NotPermitted("HTTP 403", needed="something", lack=lack)


def lost(reason: LossReason) -> AuthorizationLost:
    return AuthorizationLost("HTTP 403", reason=reason)


REFUSALS = [
    (
        lacking(Lack.ROLE),
        "Xero does not let whoever connected it read the books. Somebody who may (Standard or "
        "Adviser) should reconnect.",
        "Reconnect",
    ),
    (
        lacking(Lack.PLAN),
        "The organisation’s plan at Xero does not include this. Change the plan there, or "
        "reconnect if something was not agreed to, then press Sync now.",
        "Sync now",
    ),
    (
        lacking(Lack.SUBSCRIPTION),
        "The organisation’s subscription at Xero has ended. When it is renewed, press Sync now; "
        "Xero may take a day to notice.",
        "Sync now",
    ),
    (
        lacking(Lack.ACTIVE),
        "The organisation is not active at Xero, so nobody can read it. Its trial or subscription "
        "may have ended, or it was suspended. Whoever pays for it should look there; once it is "
        "active, press Sync now.",
        "Sync now",
    ),
    (Withheld("HTTP 403"), "The organisation is not active at Xero", "Sync now"),
    (
        lacking(Lack.CREDENTIALS),
        "Xero is not set up for this app any more. Whoever runs this app should look at its keys.",
        "Connections",
    ),
    (TryAgain("HTTP 503"), "Xero does not answer.", "Sync now"),
    (WireMismatch(path="$", wanted="a list"), "in a way we do not understand", "Sync now"),
]
LOSSES = [
    (LossReason.REFRESH_REFUSED, "Xero no longer accepts our permission.", "Reconnect"),
    (
        LossReason.ORGANISATION_GONE,
        "Somebody removed this app from the organisation, or the organisation is gone",
        "Reconnect",
    ),
    (
        LossReason.USER_LOST_ACCESS,
        "Whoever connected it has no access to the organisation any more",
        "Reconnect",
    ),
    (LossReason.WRONG_ENVIRONMENT, "another environment of Xero", "Reconnect"),
]


@pytest.fixture
async def office(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, ScriptedGateway(), clock)


async def connection_of(office: Desk) -> Connection:
    async with office.practice.database.read() as session:
        return await session.get_one(Connection, office.connection_id)


@pytest.mark.parametrize(("error", "said", "button"), REFUSALS)
async def test_a_refusal_says_why_and_offers_what_helps(
    office: Desk, error: ProviderError, said: str, button: str
) -> None:
    await office.sync(error)
    first, *_ = buttons(office.told[-1].reply)
    status = await office.practice.say(ANA, "status acme")

    assert said in office.said
    assert first == button
    assert said.split(". ", maxsplit=1)[0] in words(status)


@pytest.mark.parametrize("lack", list(Lack), ids=str)
async def test_what_needs_somebody_marks_the_connection_until_it_is_over(
    office: Desk, lack: Lack
) -> None:
    await office.sync(lacking(lack))
    troubled = await connection_of(office)
    await office.due()
    await office.sync(the_end(1, bills(1), office.clock()))
    after = await connection_of(office)

    assert troubled.status is Status.ATTENTION
    assert (after.status, after.status_reason) == (Status.CONNECTED, None)
    assert "up to date again" in office.said


@pytest.mark.parametrize(("reason", "said", "button"), LOSSES)
async def test_a_loss_says_why_and_what_to_do(
    office: Desk, reason: LossReason, said: str, button: str
) -> None:
    await office.sync(lost(reason))
    status = await office.practice.say(ANA, "status acme")

    assert said in office.said
    assert button in buttons(office.told[-1].reply)
    assert "Expired" in words(status)
    assert button in buttons(status)
    assert (await office.state()).due_at is None


async def test_a_loss_ends_what_said_how_far_the_sync_was(office: Desk) -> None:
    async with office.practice.database.begin() as session:
        await syncs.ask(session, WORKSPACE, office.organisation_id, by=BEN, now=office.clock())
    await office.sync(a_page(1, bills(1), total=100), lost(LossReason.USER_LOST_ACCESS))
    before = {sent.card: words(sent.reply) for sent in office.practice.post.to(BEN)}
    channel = {sent.card: words(sent.reply) for sent in office.told}

    assert len(before) == 1  # and the connector, who did not ask, reads of the loss alone
    assert all("was not synced" in said for said in before.values())
    assert sorted(said.split("\n")[0][:1] for said in channel.values()) == ["■", "■"]
    assert not any("is being synced" in said for said in channel.values())


async def test_a_demo_company_that_began_again_is_to_be_connected_anew(office: Desk) -> None:
    async with office.practice.database.begin() as session:
        (await session.get_one(Organisation, office.organisation_id)).is_demo = True
    await office.sync(lost(LossReason.ORGANISATION_GONE))
    told = office.told[-1].reply

    assert "Xero has begun its demo company again, with new books" in office.said
    assert "Disconnect it here, then connect the new demo company" in office.said
    for page in ("status acme", "connections acme"):
        shown = await office.practice.say(ANA, page)
        offered = next(iter(buttons(shown)))

        assert "has begun its demo company again, with new books" in words(shown)
        assert offered == "Disconnect"
    assert "Reconnect" not in buttons(told)
    await office.practice.press(ANA, buttons(told)["Disconnect"])


async def test_where_nothing_is_allowed_nothing_is_up_to_date(office: Desk, clock: Clock) -> None:
    office.gateway.streams = (INVOICES, CONTACTS)
    refused = lacking(Lack.PLAN)
    pages = [
        BooksPage(stream=stream.name, is_last=True, refused=refused)
        for stream in (INVOICES, CONTACTS)
    ]
    await office.sync(*pages)
    failed, said = await office.state(), office.said
    async with office.practice.database.begin() as session:  # its vendor speaks up before its turn
        (await session.get_one(Sync, office.organisation_id)).due_at = clock()
    contacts = BooksPage(stream="Contacts", is_last=True, is_whole=True, watermark=clock())
    await office.sync(the_end(1, bills(1), clock()), contacts)

    assert failed.synced_at is None
    assert failed.error == "not_in_plan"
    assert "could not be synced" in said
    assert "up to date" in office.said
    assert len(await office.ids()) == 1


async def test_a_part_that_is_not_allowed_is_named_once_and_then_in_the_status(
    office: Desk,
) -> None:
    office.gateway.streams = (INVOICES, Stream(name="Assets", title="fixed assets"))
    refused = NotPermitted("HTTP 401", needed="permission to read fixed assets", lack=Lack.PLAN)
    page = BooksPage(stream="Assets", is_last=True, refused=refused)
    await office.sync(page, the_end(1, bills(1), office.clock()))
    first = office.said
    await office.due()
    await office.sync(page, the_end(1, [], office.clock(), is_whole=False))
    status = words(await office.practice.say(ANA, "status acme"))

    named = "Not included: fixed assets (needs permission to read fixed assets)"
    assert named in first
    assert named not in office.said
    assert named in status


async def test_a_failure_is_counted_in_one_message_and_its_end_said_once(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    await office.due()
    for _ in range(4):
        await office.sync(TryAgain("HTTP 503"))
        await office.due()
    counted = office.said
    await office.sync(the_end(1, [], office.clock(), is_whole=False))
    over = office.said
    await office.due()
    await office.sync(the_end(1, [], office.clock(), is_whole=False))

    assert "Tried 4 times since" in counted
    assert "up to date again" in over
    assert "again" not in office.said


async def test_a_spent_day_is_said_with_how_far_it_is(office: Desk) -> None:
    until = office.clock() + timedelta(hours=9)
    some = a_page(1, bills(*range(63)), total=100)
    await office.sync(some, RateLimited(scope=LimitScope.DAY, until=until))
    await bring(office.practice.tools, office.organisation_id)  # not before its time

    assert "is 63 % read" in office.said
    assert "It goes on by itself" in office.said
    assert (await connection_of(office)).status is Status.CONNECTED


async def test_a_spent_month_says_how_far_it_is_when_it_goes_on_and_who_can_have_it_raised(
    office: Desk, clock: Clock
) -> None:
    anew_at = clock() + timedelta(days=20)
    spent = RateLimited(scope=LimitScope.MONTH, until=clock() + timedelta(hours=1), anew_at=anew_at)
    await office.sync(a_page(1, bills(*range(63)), total=100), spent)
    said, status = office.said, words(await office.practice.say(ANA, "status acme"))
    waits = (await office.state()).due_at - clock()
    await office.due()
    await office.sync(spent)
    await office.due()
    await office.sync(the_end(2, bills(*range(63, 100)), clock()))

    assert "is 63 % read" in said
    assert "63 of about 100 records are here and stay" in said
    assert "lets this app read only so much in a month" in said
    assert "Whoever runs this app can have more allowed" in said
    assert f"goes on by itself on <!date^{int(anew_at.timestamp())}" in said
    assert "Next look" in status
    assert "lets this app read only so much in a month" in status
    assert waits == timedelta(hours=24)
    assert (await connection_of(office)).status is Status.CONNECTED
    assert len(await office.ids()) == 100


async def test_what_a_failure_was_at_stands_in_the_thread_once(office: Desk) -> None:
    for some in ([a_page(1, bills(*range(63)), total=100)], [], []):
        await office.sync(*some, TryAgain("HTTP 503"))
        await office.due()
    [thread] = office.thread.values()

    assert "finds more in its log under" in thread
    assert office.organisation_id in thread
    assert "Invoices and bills 63 100" in thread


async def test_what_many_lists_brought_stands_in_the_thread(office: Desk) -> None:
    office.gateway.streams = tuple(
        Stream(name=f"Stream{number}", title=f"stream {number}") for number in range(6)
    )
    few = [the_end(1, bills(n), office.clock(), stream=f"Stream{n}") for n in range(6)]
    await office.sync(*few)
    [thread] = office.thread.values()

    assert "2 more lists" in office.said
    assert all(f"Stream {number} 1" in thread for number in range(6))


async def test_what_a_plan_lacks_needs_no_thread(office: Desk) -> None:
    await office.sync(lacking(Lack.SUBSCRIPTION))

    assert office.thread == {}
