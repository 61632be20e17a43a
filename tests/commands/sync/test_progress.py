"""Whoever waits for a sync reads how far it is, until when it waits, and when it ends."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from commands.sync.progress import ends_at
from commands.sync.run import Tally
from providers.pauses import told
from tests.commands.practice import ANA, Practice, words
from tests.commands.sync.desk import CHANNEL, Desk, a_desk
from tests.commands.sync.scripted import ScriptedGateway, a_page, bills, the_end
from tests.conftest import Clock

NOW = datetime(2026, 6, 3, 10, tzinfo=UTC)
WAITS = "Xero has us wait until"


@pytest.fixture
async def office(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, ScriptedGateway(), clock)


def a_pause(office: Desk, seconds: float) -> Callable[[], Awaitable[None]]:
    """The vendor has us wait; the clock is on when it is over."""

    async def sleep(length: float) -> None:
        office.clock.advance(timedelta(seconds=length))

    async def pause() -> None:
        await told(sleep)(seconds)

    return pause


def heard(office: Desk, to: str = CHANNEL) -> list[str]:
    return [words(sent.reply) for sent in office.practice.post.to(to)]


async def test_a_pause_is_said_while_it_lasts_and_not_after(office: Desk) -> None:
    await office.sync(
        a_page(1, bills(1), total=3),
        a_pause(office, 40),
        a_page(2, bills(2), total=3),
        the_end(3, bills(3), office.clock(), total=3),
    )
    said = [WAITS in each for each in heard(office)]

    assert said == [False, True, False, False]
    assert "it goes on by itself" in heard(office)[1]
    assert len(office.cards) == 1


async def test_a_moment_is_not_worth_a_word(office: Desk) -> None:
    await office.sync(a_pause(office, 2), the_end(1, bills(1), office.clock()))

    assert not any(WAITS in each for each in heard(office))


async def test_several_calls_that_wait_for_the_same_are_said_once(office: Desk) -> None:
    async def both() -> None:
        instant = office.clock()
        await a_pause(office, 40)()
        office.clock.at = instant
        await a_pause(office, 41)()

    await office.sync(both, the_end(1, bills(1), office.clock()))

    assert sum(WAITS in each for each in heard(office)) == 1


async def test_nobody_is_told_of_pauses_in_the_night(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    await office.due()
    before = len(heard(office))
    done = the_end(1, [], office.clock(), is_whole=False)
    await office.sync(a_pause(office, 40), done)

    assert not any(WAITS in each for each in heard(office)[before:])


async def test_whoever_asked_is_told_of_a_pause_directly(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    office.clock.advance(timedelta(minutes=10))
    await office.practice.say(ANA, "sync acme")
    done = the_end(1, [], office.clock(), is_whole=False)
    await office.sync(a_pause(office, 40), done)

    assert [WAITS in each for each in heard(office, ANA)] == [True, False, False]


async def test_the_calls_that_are_left_are_said(office: Desk) -> None:
    office.gateway.left = 4_120
    await office.sync(a_page(1, bills(1)), the_end(2, bills(2), office.clock()))

    assert "4,120 calls left today" in heard(office)[0]


@pytest.mark.parametrize(
    ("read", "total", "seconds", "left_s"),
    [
        (5_000, 20_000, 10, 30),
        (5_000, 20_000, 2, None),  # too early to tell
        (5_000, 6_000, 10, None),  # as good as done
        (5_000, None, 10, None),
        (0, 20_000, 10, None),
    ],
)
def test_the_end_is_told_at_the_pace_so_far(
    read: int, total: int | None, seconds: int, left_s: int | None
) -> None:
    tally = Tally(title="invoices", new=read, read=read, total=total)
    ends = ends_at([tally], began_at=NOW - timedelta(seconds=seconds), now=NOW)

    assert ends == (None if left_s is None else NOW + timedelta(seconds=left_s))
