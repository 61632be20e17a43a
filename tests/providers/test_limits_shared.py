"""Processes that share PostgreSQL stay within one allowance together."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import psycopg
import pytest
from sqlalchemy import select, text

from providers.allowances import LOST_S, Wish
from providers.errors import LimitScope, RateLimited, TryAgain
from providers.gateway import LedgerGateway
from providers.limits import RateLimiter
from providers.provider import Limits
from providers.xero.client import XeroLedger
from storage.database import Database
from storage.limits import SharedAllowances
from storage.models import Allowance
from tests.conftest import Postgres
from tests.providers.practice import Practice
from tests.providers.vendors import NOW, HandClock

ACME = ("xero", "acme")
PEOPLE = Wish(background=False)
TIMES = 20  # a minute passes in three seconds, for the database, the vendor and us
QUICK = """
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT to_timestamp(
            {at} + (extract(epoch FROM pg_catalog.clock_timestamp()) - {real}) * {x}
        )
    $$;
"""


class QuickClock(HandClock):
    """Real time, but more of it."""

    def __init__(self) -> None:
        super().__init__()
        self._real = time.time()

    def __call__(self) -> datetime:
        return NOW + timedelta(seconds=(time.time() - self._real) * TIMES)

    def seconds(self) -> float:
        return (self() - NOW).total_seconds()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / TIMES)

    def rule(self, url: str) -> None:
        """Let this database go by it."""
        made = QUICK.format(at=NOW.timestamp(), real=self._real, x=TIMES)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(made)
            found = connection.execute("SELECT quote_ident(current_database())").fetchone()
            assert found is not None
            connection.execute(f"ALTER DATABASE {found[0]} SET search_path = public, pg_catalog")


@dataclass(slots=True)
class Process:
    """What each has of its own."""

    database: Database
    limiter: RateLimiter
    gateway: LedgerGateway


@dataclass(slots=True)
class Pair:
    """Two of them, and the practice at the stand-in Xero that both read."""

    practice: Practice
    one: Process
    other: Process

    async def call(self, process: Process, *, background: bool = False) -> None:
        async with process.gateway.open(
            "xero",
            tenant_id=self.practice.tenant.tenant_id,
            grant_id="grant",
            background=background,
        ) as ledger:
            await cast("XeroLedger", ledger).described()  # a single call

    async def states(self, word: str) -> list[str]:
        """Rows of allowances in which something of that name is kept."""
        async with self.one.database.read() as session:
            kept = await session.scalars(select(Allowance.state))
            return [state for state in kept if word in state]

    async def kept(self, word: str) -> None:
        async with asyncio.timeout(30):
            while not await self.states(word):  # noqa: ASYNC110  # it is a row in a database
                await asyncio.sleep(0.005)

    async def run(self, statement: str) -> None:
        async with self.one.database.begin() as session:
            await session.execute(text(statement))

    def answered(self) -> list[int]:
        return [call.status for call in self.practice.ledgers.log if "/Organisation" in call.path]


def a_process(practice: Practice, url: str) -> Process:
    database = Database.open(url)
    keeper = SharedAllowances(database)
    limits = {
        "xero": Limits(per_minute=60, concurrent=5),
        "quickbooks": Limits(per_minute=500, concurrent=10, month_of="America/Los_Angeles"),
    }
    return Process(
        database,
        RateLimiter(limits, now=practice.clock, keeper=keeper, sleep=practice.clock.sleep),
        practice.a_gateway(keeper=keeper),
    )


@pytest.fixture
async def pair(postgres: Postgres) -> AsyncIterator[Pair]:
    clock = QuickClock()
    practice = Practice("xero", clock=clock)
    await practice.connect()
    with postgres.database(postgres.template) as url:
        clock.rule(url)
        one, other = a_process(practice, url), a_process(practice, url)
        async with one.database, other.database:
            yield Pair(practice, one, other)


async def test_two_that_hammer_one_organisation_are_never_told_to_slow_down(pair: Pair) -> None:
    began = pair.practice.clock.seconds()
    async with asyncio.TaskGroup() as calls:
        for number in range(90):
            calls.create_task(pair.call(pair.one if number % 2 else pair.other))
    lasted = pair.practice.clock.seconds() - began

    assert pair.answered() == [200] * 90
    assert lasted > 60, "the second minute was not waited for"


async def test_when_one_is_told_to_stay_away_both_do(pair: Pair) -> None:
    pair.practice.break_it("rate_minute", retry_after=40)
    first = asyncio.create_task(pair.call(pair.one))
    await pair.kept("paused_until")
    await pair.call(pair.other)
    await first
    refused, *later = [c.at for c in pair.practice.ledgers.log if "/Organisation" in c.path]

    assert pair.answered() == [429, 200, 200]
    assert min(later) - refused >= timedelta(seconds=40)


async def test_of_the_application_everybody_is_told_whatever_they_read(pair: Pair) -> None:
    until = timedelta(seconds=30)
    await pair.one.limiter.pause(ACME, scope=LimitScope.APPLICATION, length=until)
    began = pair.practice.clock()
    async with pair.other.limiter.slot(("xero", "another"), PEOPLE):
        waited = pair.practice.clock() - began

    assert waited >= until - timedelta(seconds=2)  # what it took to ask


async def test_a_spent_month_is_found_out_together_and_stops_reading_at_both(pair: Pair) -> None:
    key, other = ("quickbooks", "bakery"), ("quickbooks", "joinery")
    wait, found = timedelta(seconds=30), []
    for number in range(5):
        limiter = (pair.one if number % 2 else pair.other).limiter
        async with limiter.slot(key, PEOPLE):
            until = pair.practice.clock() + wait
        error = RateLimited(scope=LimitScope.MINUTE, until=until, after=wait)
        found.append((await limiter.refuse(key, error, is_read=True)).scope)

    assert found == [LimitScope.MINUTE] * 4 + [LimitScope.MONTH]
    for limiter in (pair.one.limiter, pair.other.limiter):
        with pytest.raises(RateLimited) as refused:
            async with limiter.slot(other, PEOPLE):
                pass
        assert refused.value.scope is LimitScope.MONTH
        async with limiter.slot(other, Wish(background=False, is_read=False)):
            pass


async def test_the_reserve_of_the_day_is_left_by_all(pair: Pair) -> None:
    await pair.practice.allow(a_day=506)
    for process in (pair.one, pair.other) * 3:
        await pair.call(process, background=True)
    for process in (pair.one, pair.other):
        with pytest.raises(RateLimited) as refused:
            await pair.call(process, background=True)
        await pair.call(process)

        assert refused.value.scope is LimitScope.DAY
    assert pair.answered() == [200] * 8


async def test_what_a_dead_process_held_is_given_back(pair: Pair) -> None:
    began = pair.practice.clock.seconds()
    async with AsyncExitStack() as dead:
        for _ in range(5):
            await dead.enter_async_context(pair.one.limiter.slot(ACME, PEOPLE))
        async with pair.other.limiter.slot(ACME, PEOPLE):
            waited = pair.practice.clock.seconds() - began

    assert waited >= LOST_S


async def test_a_place_that_one_gives_back_is_taken_by_the_other_soon(pair: Pair) -> None:
    async with AsyncExitStack() as held:
        for _ in range(5):
            await held.enter_async_context(pair.one.limiter.slot(ACME, PEOPLE))
        waiting = asyncio.create_task(one_call(pair.other))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    began = time.monotonic()
    await waiting

    assert time.monotonic() - began < LOST_S / TIMES


async def test_whoever_is_told_to_end_holds_nothing(pair: Pair) -> None:
    for pause_s in (0.0, 0.001, 0.002, 0.004, 0.008):  # somewhere between asking and having it
        ended = [asyncio.create_task(one_call(pair.one)) for _ in range(5)]
        await asyncio.sleep(pause_s)
        for call in ended:
            call.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    assert not await pair.states("under_way")


async def test_a_silent_database_is_no_answer_but_spoils_none(pair: Pair) -> None:
    async with pair.one.limiter.slot(ACME, PEOPLE):
        await pair.run("ALTER TABLE allowances RENAME TO elsewhere")
    with pytest.raises(TryAgain):
        await one_call(pair.one)
    await pair.run("ALTER TABLE elsewhere RENAME TO allowances")
    await one_call(pair.one)


async def one_call(process: Process) -> None:
    async with process.limiter.slot(ACME, PEOPLE):
        pass
