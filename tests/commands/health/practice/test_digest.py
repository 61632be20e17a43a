"""Mondays: the practice hears of its clients, and each person of what is theirs."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.health.practice.digest import tell_monday
from storage.models import News, Person, Workspace
from storage.queries import weekly
from tests.builders import WORKSPACE
from tests.commands.health.surroundings import Stood, a_standing, has_finding
from tests.commands.practice import ANA, BEN, CHLOE, Practice, buttons, words
from tests.conftest import Clock

CHANNEL = "C0PRACTICE"
SATURDAY = datetime(2026, 7, 11, 9, tzinfo=UTC)
MONDAY = datetime(2026, 7, 13, 7, tzinfo=UTC)  # eight o'clock in London


@pytest.fixture
async def acme(practice: Practice, clock: Clock) -> Stood:
    """A practice with a channel, which has been seen on a Saturday; it is Monday now."""
    async with practice.database.begin() as session:
        (await session.get_one(Workspace, WORKSPACE)).practice_channel_id = CHANNEL
    clock.advance(SATURDAY - clock())
    stood = await a_standing(practice, clock, "Acme Ltd", 64, before=72, days_ago=9)
    await ring(practice, clock)
    assert practice.post.sent == []
    clock.advance(MONDAY - clock())
    return stood


async def ring(practice: Practice, clock: Clock) -> None:
    """Let the job do what is due."""
    async with practice.database.read() as session:
        due = await weekly.due(session, clock())
    for key in due:
        await tell_monday(practice.tools, key)


def told(practice: Practice, to: str) -> list[str]:
    return [words(sent.reply) for sent in practice.post.to(to)]


async def test_the_practice_hears_on_monday_who_fell_and_who_rose(
    practice: Practice, clock: Clock, acme: Stood
) -> None:
    await a_standing(practice, clock, "Bright Bakery", 82, before=80, days_ago=9)
    await ring(practice, clock)
    (said,) = told(practice, CHANNEL)

    assert "Fernhill Accounting · health this week" in said
    assert "Average 73 (teal) over 2 clients, down 3 in a week" in said
    assert "Worse: *Acme Ltd* 64 (−8, now amber)" in said
    assert "Better: *Bright Bakery* 82 (+2)" in said
    assert "Lowest: *Acme Ltd* 64" in said


async def test_it_is_told_once_a_week(practice: Practice, clock: Clock, acme: Stood) -> None:
    for hours in (0, 1, 24, 6 * 24 - 26):
        clock.advance(timedelta(hours=hours))
        await ring(practice, clock)
    before = len(told(practice, CHANNEL))
    clock.advance(timedelta(days=2))
    await ring(practice, clock)

    assert (before, len(told(practice, CHANNEL))) == (1, 2)


async def test_after_a_downtime_only_the_last_monday_is_told(
    practice: Practice, clock: Clock, acme: Stood
) -> None:
    clock.advance(timedelta(days=23))
    await ring(practice, clock)
    await ring(practice, clock)

    (sent,) = practice.post.to(CHANNEL)
    assert sent.card == "weekly:2026-08-03"


async def test_what_is_newly_serious_is_named(
    practice: Practice, clock: Clock, acme: Stood
) -> None:
    old = clock() - timedelta(days=8)
    await has_finding(practice, acme, "a", "10", first_seen_at=SATURDAY, is_serious=True)
    await has_finding(practice, acme, "b", "10", first_seen_at=old, is_serious=True)
    await has_finding(practice, acme, "c", "10", first_seen_at=SATURDAY)
    await has_finding(
        practice, acme, "d", "10", first_seen_at=SATURDAY, is_serious=True, dismissed_at=SATURDAY
    )
    await ring(practice, clock)

    assert "*Acme Ltd*, new and serious: Duplicate transactions (1)" in told(practice, CHANNEL)[0]


async def test_a_client_nothing_is_told_of_is_left_out(
    practice: Practice, clock: Clock, acme: Stood
) -> None:
    await a_standing(practice, clock, "Quiet Ltd", 10, sync_news=News.NOTHING)
    await ring(practice, clock)

    assert "Quiet Ltd" not in told(practice, CHANNEL)[0]
    assert "over 1 client" in told(practice, CHANNEL)[0]


async def test_without_a_score_or_a_channel_the_practice_hears_nothing(
    practice: Practice, clock: Clock
) -> None:
    clock.advance(SATURDAY - clock())
    await a_standing(practice, clock, "Acme Ltd", None)
    await ring(practice, clock)
    clock.advance(MONDAY - clock())
    await ring(practice, clock)

    assert practice.post.sent == []


async def test_each_person_hears_of_what_they_were_given(
    practice: Practice, clock: Clock, acme: Stood
) -> None:
    await practice.assign(BEN, acme.client)
    seen, since = SATURDAY, MONDAY.date() - timedelta(days=20)
    await has_finding(practice, acme, "a", "1200", first_seen_at=seen, since=since, assignee=BEN)
    await has_finding(practice, acme, "b", "-20", first_seen_at=seen, assignee=BEN)
    await has_finding(practice, acme, "c", "5", first_seen_at=seen, assignee=ANA)
    await ring(practice, clock)
    (said,) = told(practice, BEN)
    (sent,) = practice.post.to(BEN)
    (does,) = buttons(sent.reply).values()

    assert "2 findings are yours this week" in said
    assert "*Acme Ltd* · Duplicate transactions: 2 findings, £1,220, the oldest 20 days old" in said
    assert len(told(practice, ANA)) == 1
    assert does is not None
    assert (does.command, does.arguments["assignee"]) == ("health.findings", BEN)


@pytest.mark.parametrize(
    "handling",
    [
        {"dismissed_at": SATURDAY},
        {"snoozed_until": MONDAY.date() + timedelta(days=3)},
    ],
    ids=["dismissed", "snoozed"],
)
async def test_what_is_closed_is_nobodys(
    practice: Practice, clock: Clock, acme: Stood, handling: dict[str, object]
) -> None:
    await has_finding(practice, acme, "a", "10", first_seen_at=SATURDAY, assignee=ANA, **handling)
    await ring(practice, clock)

    assert told(practice, ANA) == []


async def test_who_may_not_see_the_client_any_more_hears_nothing(
    practice: Practice, clock: Clock, acme: Stood
) -> None:
    await has_finding(practice, acme, "a", "10", first_seen_at=SATURDAY, assignee=BEN)
    await ring(practice, clock)

    assert told(practice, BEN) == []


async def test_who_has_left_hears_nothing(practice: Practice, clock: Clock, acme: Stood) -> None:
    async with practice.database.begin() as session:
        (await session.get_one(Person, (WORKSPACE, CHLOE))).is_active = False
    await has_finding(practice, acme, "a", "10", first_seen_at=SATURDAY, assignee=CHLOE)
    await ring(practice, clock)

    assert told(practice, CHLOE) == []
