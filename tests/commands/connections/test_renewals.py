"""People read in time that a consent runs out, and what to press."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from storage.models import Grant, Organisation
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, CHLOE, Sent, buttons
from tests.conftest import Clock

MORNING = timedelta(hours=23)  # from eleven to within the two hours in which warnings are given
ACME, ACORN = "C1ACME", "C1ACORN"
DAY = timedelta(days=1)


async def ends(world: World, grant_id: str | None, **over: datetime) -> None:
    async with world.database.begin() as session:
        grant = await session.get_one(Grant, grant_id)
        for name, value in over.items():
            setattr(grant, name, value)


def told(world: World, to: str) -> list[Sent]:
    return [s for s in world.practice.post.to(to) if (s.card or "").startswith("ending:")]


async def warned(world: World, clock: Clock) -> None:
    """Seen by day, said the next morning."""
    await world.work("connections.warn")
    clock.advance(MORNING)
    await world.work("connections.warn")


async def connected(world: World, **how: Any) -> str | None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    return (await world.connect("Acme Ltd", "Acme Limited", **how)).grant_id


async def test_a_warning_tells_the_channel_and_whoever_connected(
    world: World, clock: Clock
) -> None:
    grant_id = await connected(world, person_id=CHLOE)
    await ends(world, grant_id, consent_ends_at=clock() + 20 * DAY)
    await world.work("connections.warn")
    early = told(world, ACME)
    for _ in range(2):
        await warned(world, clock)

    for place in (ACME, CHLOE):
        [warning] = told(world, place)
        assert "▲ The permission for Acme Ltd runs out in 19 days" in said(warning)
        assert "on 23 June 2026" in said(warning)
        assert "Reconnect" in buttons(warning.reply)
    assert early == told(world, ANA) == []


async def test_warnings_come_in_the_morning_where_the_books_are_each_at_its_minute(
    world: World, clock: Clock
) -> None:
    grant_id = await connected(world)
    async with world.database.begin() as session:
        (await session.scalars(select(Organisation))).one().time_zone = "Australia/Sydney"
        grant = await session.get_one(Grant, grant_id)
        grant.consent_ends_at = clock() + 20 * DAY
    await world.work("connections.warn")
    async with world.database.read() as session:
        turn = (await session.get_one(Grant, grant_id)).warn_at

    assert turn is not None
    assert 8 <= turn.astimezone(ZoneInfo("Australia/Sydney")).hour < 10
    assert (turn.minute, turn.second) != (0, 0)


async def test_every_distance_is_told_once_until_it_ends(world: World, clock: Clock) -> None:
    grant_id = await connected(world)
    await ends(world, grant_id, consent_ends_at=clock() + 40 * DAY)
    heard = []
    for _ in range(41 * 4):
        before = len(told(world, ACME))
        await world.work("connections.warn")
        heard += [
            said(sent).split(" runs out ")[1].split(" ·")[0] for sent in told(world, ACME)[before:]
        ]
        clock.advance(timedelta(hours=6))

    assert heard == [
        "in 30 days",
        "in 14 days",
        "in 7 days",
        "within a day",
    ]
    assert len({sent.card for sent in told(world, ACME)}) == 4


async def test_a_quiet_grant_that_is_not_renewed_is_warned_of_in_its_own_words(
    world: World, clock: Clock
) -> None:
    grant_id = await connected(world)
    await ends(world, grant_id, refresh_expires_at=clock() + 5 * DAY)
    await warned(world, clock)

    assert "We keep trying to renew it" in said(told(world, ACME)[0])


async def test_an_end_that_moved_away_is_warned_of_anew(world: World, clock: Clock) -> None:
    grant_id = await connected(world)
    await ends(world, grant_id, refresh_expires_at=clock() + 5 * DAY)
    await warned(world, clock)
    await ends(world, grant_id, refresh_expires_at=clock() + 60 * DAY)
    clock.advance(6 * DAY)
    await world.work("connections.warn")
    quiet = len(told(world, ACME))
    clock.advance(25 * DAY)
    await world.work("connections.warn")

    assert (quiet, len(told(world, ACME))) == (1, 2)
    assert "in 29 days" in said(told(world, ACME)[-1])


async def test_reconnecting_ends_the_warnings(world: World, clock: Clock) -> None:
    grant_id = await connected(world)
    await ends(world, grant_id, consent_ends_at=clock() + 5 * DAY)
    await warned(world, clock)
    await world.press(ANA, told(world, ACME)[-1], "Reconnect")
    browser = world.browser()
    clock.advance(timedelta(seconds=5))
    await world.sign_in(world.link(), "Acme Limited", browser=browser)

    for place in (ACME, ANA):
        assert "with a new permission, by Ana" in said(told(world, place)[-1])
        assert "Reconnect" not in buttons(told(world, place)[-1].reply)


async def test_whoever_signed_in_for_several_reads_of_all_at_once(
    world: World, clock: Clock
) -> None:
    grant_id = await connected(world)
    await world.practice.has("Acorn Dental", channel_id=ACORN)
    await world.connect("Acorn Dental", "Acorn Dental")
    await world.share_grant(grant_id)
    await ends(world, grant_id, consent_ends_at=clock() + 5 * DAY)
    await warned(world, clock)
    [summary] = told(world, ANA)

    assert len(told(world, ACME)) == len(told(world, ACORN)) == 1
    assert "Your sign-in to Xero of 3 June 2026 runs out in 4 days" in said(summary)
    assert "2 connections rely on it" in said(summary)

    for client, left in (("Acme Ltd", "1 connection relies"), ("Acorn Dental", "Nothing relies")):
        connection = await world.connection(client)
        ids = {"connection": connection.id, "version": connection.version}
        asked = world.invocation("connections.disconnect_now", **ids)
        await world.practice.press(ANA, asked)
        assert left in said(told(world, ANA)[-1])
    assert {sent.card for sent in told(world, ANA)} == {summary.card}
    assert "There is nothing to renew any more" in said(told(world, ACORN)[-1])
