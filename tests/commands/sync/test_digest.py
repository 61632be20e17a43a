"""A practice hears of its morning once, wherever its people are and whoever is asked to tell."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.slack.render import message
from commands.replies import call
from commands.sync.digest import tell_morning
from storage.models import News, Person, Purpose, Role, Status, Sync, Workspace
from storage.queries import digests
from tests.builders import (
    NOW,
    WORKSPACE,
    a_connection,
    a_grant,
    a_person,
    an_organisation,
    save,
)
from tests.commands.practice import ANA, CHLOE, Practice, Sent, buttons, words
from tests.conftest import Clock

PRACTICE = "C0PRACTICE"
CHANGES = [
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Sydney", date(2026, 10, 4)),
]


@pytest.fixture
async def fernhill(practice: Practice) -> Practice:
    async with practice.database.begin() as session:
        workspace = await session.get_one(Workspace, WORKSPACE)
        workspace.practice_channel_id = PRACTICE
    return practice


async def a_copy(practice: Practice, name: str, **over: object) -> None:
    """A client with its copy; of `over`, what is the client's or the connection's goes there."""
    news = {"sync_news": over.pop("sync_news", News.EVERYTHING)}
    connected = {k: over.pop(k) for k in ("status", "connected_at") if k in over}
    ends = {k: over.pop(k) for k in ("consent_ends_at", "refresh_expires_at") if k in over}
    [client] = await practice.has(name, **news)
    organisation, grant = an_organisation(name=name), a_grant(**ends)
    await save(practice.database, organisation, grant)
    await save(
        practice.database,
        a_connection(client, organisation, grant, purpose=Purpose.DATA_HEALTH, **connected),
        Sync(workspace_id=WORKSPACE, organisation_id=organisation.id, **over),
    )


async def tick(practice: Practice) -> None:
    async with practice.database.read() as session:
        due = await digests.due(session, practice.tools.now())
    for key in due:
        await tell_morning(practice.tools, key)


async def next_morning(practice: Practice, clock: Clock) -> list[Sent]:
    """From ten in the morning of one day to eight of the next, London time."""
    await tick(practice)
    clock.advance(timedelta(hours=21))
    before = len(practice.post.to(PRACTICE))
    await tick(practice)
    found = practice.post.to(PRACTICE)[before:]
    for sent in found:
        message(sent.reply)  # it can be drawn
    return found


async def test_a_morning_tells_what_happened_since_the_last(
    fernhill: Practice, clock: Clock
) -> None:
    night = NOW + timedelta(hours=15)
    await a_copy(fernhill, "Acme Ltd", synced_at=night)
    await a_copy(
        fernhill, "Bright Bakery", synced_at=NOW, error="vendor_silent", trouble_since=night
    )
    await a_copy(fernhill, "Cedar & Co", synced_at=NOW - timedelta(hours=30))
    await a_copy(fernhill, "Dell Farm", status=Status.EXPIRED)
    await a_copy(fernhill, "Elm Ltd", synced_at=night, consent_ends_at=NOW + timedelta(days=3))
    [told] = await next_morning(fernhill, clock)
    text = words(told.reply)

    assert told.card == "digest:2026-06-04"
    assert text.startswith("*Fernhill Accounting* · Thursday")
    assert "■ 1 connection has expired: *Dell Farm* (Xero, Data Health)" in text
    assert "▲ *Bright Bakery* could not be synced: Xero does not answer." in text
    assert "▲ 1 client not up to date for more than 36 hours: *Cedar &amp; Co*" in text
    assert "▲ 1 permission runs out within a week: *Elm Ltd* (Xero, Data Health, " in text
    assert "● 3 of 4 clients brought up to date since yesterday morning" in text
    assert buttons(told.reply)["Status"] == call("sync.status")
    assert buttons(told.reply)["Expired connections"] == call("connections.show", having="expired")


async def test_what_has_one_cause_is_one_line(fernhill: Practice, clock: Clock) -> None:
    for name in ("Acme Ltd", "Bright Bakery", "Cedar & Co"):
        await a_copy(fernhill, name, synced_at=NOW, error="month_spent", trouble_since=NOW)
    await a_copy(fernhill, "Dell Farm", synced_at=NOW, error="inactive", trouble_since=NOW)
    [told] = await next_morning(fernhill, clock)
    lines = words(told.reply).split("\n")

    assert [line for line in lines if "only so much in a month" in line] == [
        "○ *Acme Ltd*, *Bright Bakery* and *Cedar &amp; Co* go on later: Xero lets this app read "
        "only so much in a month, for all clients together, and that is used up until the month "
        "ends."
    ]
    assert (
        "▲ *Dell Farm* could not be synced: The organisation is not active at Xero, so nobody can "
        "read it."
    ) in lines


async def test_a_morning_without_anything_to_say_is_silent(
    fernhill: Practice, clock: Clock
) -> None:
    await a_copy(fernhill, "Acme Ltd", synced_at=NOW - timedelta(hours=10))
    told = await next_morning(fernhill, clock)

    assert told == []


async def test_what_may_mend_itself_is_not_called_a_failure(
    fernhill: Practice, clock: Clock
) -> None:
    await a_copy(fernhill, "Acme Ltd", synced_at=NOW, error="vendor_silent")
    [told] = await next_morning(fernhill, clock)

    assert "could not be synced" not in words(told.reply)


async def test_of_a_client_set_to_nothing_only_its_connection_is_told(
    fernhill: Practice, clock: Clock
) -> None:
    await a_copy(fernhill, "Acme Ltd", sync_news=News.NOTHING, status=Status.EXPIRED)
    await a_copy(fernhill, "Beta Ltd", sync_news=News.NOTHING, error="stuck", trouble_since=NOW)
    await a_copy(fernhill, "Cedar Ltd", sync_news=News.DIGEST, error="stuck", trouble_since=NOW)
    [told] = await next_morning(fernhill, clock)

    assert "Acme Ltd" in words(told.reply)
    assert "Beta Ltd" not in words(told.reply)
    assert "Cedar Ltd" in words(told.reply)


async def test_many_names_are_cut_to_how_many_more(fernhill: Practice, clock: Clock) -> None:
    for number in range(11):
        await a_copy(fernhill, f"Client {number:02}", status=Status.EXPIRED)
    [told] = await next_morning(fernhill, clock)

    assert "11 connections have expired" in words(told.reply)
    assert "Client 07" in words(told.reply)
    assert "Client 08" not in words(told.reply)
    assert ", 3 more" in words(told.reply)


async def test_a_practice_without_a_channel_of_its_own_hears_nothing(
    practice: Practice, clock: Clock
) -> None:
    await a_copy(practice, "Acme Ltd", status=Status.EXPIRED)
    await next_morning(practice, clock)

    assert practice.post.sent == []


@pytest.mark.parametrize(("zone", "change"), CHANGES)
async def test_the_days_on_which_clocks_change_have_one_digest_at_eight(
    fernhill: Practice, clock: Clock, zone: str, change: date
) -> None:
    async with fernhill.database.begin() as session:
        (await session.get_one(Person, (WORKSPACE, ANA))).time_zone = zone
    await a_copy(fernhill, "Acme Ltd", status=Status.EXPIRED)
    clock.at = datetime.combine(change, datetime.min.time(), tzinfo=UTC) - timedelta(days=2)
    told = []
    for _ in range(4 * 48):
        before = len(fernhill.post.sent)
        await tick(fernhill)
        told += [(sent.card, clock()) for sent in fernhill.post.sent[before:]]
        clock.advance(timedelta(minutes=30))

    days = [card for card, _ in told]
    assert len(days) == len(set(days))
    assert f"digest:{change}" in days
    assert {f"{at.astimezone(ZoneInfo(zone)):%H:%M}" for _, at in told} == {"08:00"}


async def test_of_many_who_tell_at_once_one_does(fernhill: Practice, clock: Clock) -> None:
    await a_copy(fernhill, "Acme Ltd", status=Status.EXPIRED)
    await tick(fernhill)
    clock.advance(timedelta(hours=21))
    await asyncio.gather(*(tell_morning(fernhill.tools, WORKSPACE) for _ in range(4)))

    assert len(fernhill.post.to(PRACTICE)) == 1


async def test_after_days_of_standing_still_the_last_morning_is_told(
    fernhill: Practice, clock: Clock
) -> None:
    await a_copy(fernhill, "Acme Ltd", status=Status.EXPIRED)
    await tick(fernhill)
    clock.advance(timedelta(days=4))
    await tick(fernhill)
    await tick(fernhill)

    assert [sent.card for sent in fernhill.post.to(PRACTICE)] == ["digest:2026-06-07"]


async def test_the_zone_is_that_of_the_administrator_who_came_first(
    fernhill: Practice, clock: Clock
) -> None:
    async with fernhill.database.begin() as session:
        (await session.get_one(Person, (WORKSPACE, ANA))).first_seen_at = NOW
        (await session.get_one(Person, (WORKSPACE, CHLOE))).time_zone = "Asia/Tokyo"
    first = a_person(
        id="U99OLD",
        name="Zoe",
        role=Role.PRACTICE_ADMIN,
        time_zone="Asia/Kolkata",
        first_seen_at=NOW - timedelta(days=900),
    )
    await save(fernhill.database, first)
    await a_copy(fernhill, "Acme Ltd", status=Status.EXPIRED)
    await tick(fernhill)
    clock.at = datetime(2026, 6, 4, 2, 29, tzinfo=UTC)
    await tick(fernhill)
    early = len(fernhill.post.to(PRACTICE))
    clock.advance(timedelta(minutes=1))
    await tick(fernhill)

    assert (early, len(fernhill.post.to(PRACTICE))) == (0, 1)
