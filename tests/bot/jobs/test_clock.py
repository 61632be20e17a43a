"""Processes that share the jobs share a clock, whatever their machines think."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.jobs.clock import SharedClock
from storage.database import Database

NEAR = timedelta(seconds=5)  # a busy machine takes its time to ask


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("wrong", [timedelta(), timedelta(minutes=10), timedelta(minutes=-10)])
async def test_a_wrong_clock_is_set_right(url: str, wrong: timedelta) -> None:
    async with Database.open(url) as database:
        clock = SharedClock(database, machine=lambda: utc_now() + wrong)
        await clock.open()
        told = clock()
        await clock.close()

    assert abs(told - utc_now()) < NEAR


async def test_a_slow_answer_is_not_believed(url: str) -> None:
    readings = iter([utc_now(), utc_now() + timedelta(minutes=5), utc_now()])
    async with Database.open(url) as database:
        clock = SharedClock(database, machine=lambda: next(readings))
        await clock.ask()

    assert abs(clock() - utc_now()) < NEAR


async def test_who_cannot_ask_is_told_so(url: str) -> None:
    nowhere = make_url(url).set(database="nobody_has_this").render_as_string(hide_password=False)
    async with Database.open(nowhere) as database:
        clock = SharedClock(database, machine=utc_now)
        with pytest.raises(SQLAlchemyError):
            await clock.open()
