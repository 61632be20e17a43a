"""Long questions: several threads, one snapshot."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from tests.builders import WORKSPACE, a_client, a_workspace, save

PATIENCE_S = 20


def count(snapshot: Connection) -> int:
    return int(snapshot.execute(text("SELECT count(*) FROM clients")).scalar_one())


def count_after(begun: threading.Barrier, written: threading.Event) -> Callable[[Connection], int]:
    def work(snapshot: Connection) -> int:
        begun.wait(PATIENCE_S)
        assert written.wait(PATIENCE_S)
        return count(snapshot)

    return work


async def test_all_see_what_was_there_when_it_began(database: Database) -> None:
    await save(database, a_workspace(), a_client(name="One"))
    begun, written = threading.Barrier(3), threading.Event()
    work = count_after(begun, written)
    study = asyncio.ensure_future(database.study(work, work))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    await save(database, a_client(name="Two", workspace_id=WORKSPACE))
    written.set()

    assert await study == [1, 1]
    assert await database.study(count, count) == [2, 2]


async def test_nobody_writes_in_it(database: Database) -> None:
    await save(database, a_workspace(), a_client(name="One"))

    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        await database.study(lambda snapshot: snapshot.execute(text("DELETE FROM clients")))
    assert await database.study(count) == [1]


async def test_one_that_breaks_is_told_when_the_others_have_ended(database: Database) -> None:
    ended = threading.Event()

    def take_long(snapshot: Connection) -> None:
        count(snapshot)
        ended.set()

    def break_off(_: Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.study(break_off, take_long)
    assert ended.is_set()


async def test_it_goes_on_when_nobody_waits_any_more_and_the_next_waits_for_it(
    database: Database,
) -> None:
    await save(database, a_workspace(), a_client(name="One"))
    begun, told, seen = threading.Event(), threading.Event(), []

    def take_long(snapshot: Connection) -> None:
        begun.set()
        assert told.wait(PATIENCE_S)
        seen.append(count(snapshot))

    first = asyncio.ensure_future(database.study(take_long))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    first.cancel()
    following = asyncio.ensure_future(database.study(lambda _: list(seen)))
    await asyncio.sleep(0)
    told.set()

    assert await following == [[1]]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_closing_lets_what_is_under_way_end(database_url: str) -> None:
    begun, seen = threading.Event(), []

    def take_long(snapshot: Connection) -> None:
        begun.set()
        seen.append(count(snapshot))

    async with Database.open(database_url) as database:
        study = asyncio.ensure_future(database.study(take_long))
        await asyncio.to_thread(begun.wait, PATIENCE_S)

    await study
    assert seen == [0]
