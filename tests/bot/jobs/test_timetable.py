"""Each tick rings for what is due; each sweep forgets what cannot matter any more."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs.due import DELIVERIES_KEPT
from bot.jobs.timetable import Timetable
from commands.context import Tools
from commands.registry import Job
from storage.database import Database
from storage.models import Delivery
from tests.conftest import Clock


class Rung:
    """A doorbell that only listens."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, str]] = []
        self.heard = asyncio.Event()

    def ring(self, job: str, keys: Sequence[str], now: datetime) -> None:
        self.keys += [(job, key) for key in keys]
        self.heard.set()


async def no_work(tools: Tools, key: str) -> None:
    raise AssertionError("the timetable does no work itself")


async def two_due(session: AsyncSession, now: datetime) -> Sequence[str]:
    return ["a", "b"]


async def broken(session: AsyncSession, now: datetime) -> Sequence[str]:
    raise RuntimeError("nobody expected this")


def a_job(name: str, due: object = two_due) -> Job:
    return Job(name=name, work=no_work, due=due)  # type: ignore[arg-type]


def a_timetable(database: Database, clock: Clock, rung: Rung, *jobs: Job) -> Timetable:
    return Timetable(
        database=database,
        jobs={job.name: job for job in jobs},
        queue=rung,
        now=clock,
        tick_s=0.01,
    )


async def test_it_rings_for_everything_that_is_due(database: Database, clock: Clock) -> None:
    rung = Rung()
    await a_timetable(database, clock, rung).ask(a_job("lists"))

    assert rung.keys == [("lists", "a"), ("lists", "b")]


async def test_a_job_that_cannot_say_what_is_due_stops_no_other(
    sqlite_url: str, clock: Clock
) -> None:
    rung = Rung()
    async with Database.open(sqlite_url) as database:
        timetable = a_timetable(database, clock, rung, a_job("odd", broken), a_job("lists"))
        timetable.open()
        async with asyncio.timeout(5):
            await rung.heard.wait()
        timetable.close()

    assert rung.keys[:2] == [("lists", "a"), ("lists", "b")]


async def test_a_silent_database_is_asked_again(unmigrated_url: str, clock: Clock) -> None:
    async def needs_a_table(session: AsyncSession, now: datetime) -> Sequence[str]:
        return list(await session.scalars(select(Delivery.key)))

    rung = Rung()
    async with Database.open(unmigrated_url) as database:
        await a_timetable(database, clock, rung).ask(a_job("lists", needs_a_table))

    assert rung.keys == []


async def test_it_ticks_by_itself_until_it_is_closed(sqlite_url: str, clock: Clock) -> None:
    rung = Rung()
    async with Database.open(sqlite_url) as database:
        timetable = a_timetable(database, clock, rung, a_job("lists"))
        timetable.open()
        async with asyncio.timeout(5):
            await rung.heard.wait()
        assert timetable.is_ticking
        timetable.close()
        timetable.close()


async def test_a_sweep_forgets_deliveries_that_cannot_come_again(
    database: Database, clock: Clock
) -> None:
    for key, age in (("old", DELIVERIES_KEPT + timedelta(minutes=1)), ("new", timedelta())):
        async with database.begin() as session:
            session.add(Delivery(key=key, received_at=clock() - age))
    await a_timetable(database, clock, Rung()).sweep()

    async with database.read() as session:
        assert list(await session.scalars(select(Delivery.key))) == ["new"]
