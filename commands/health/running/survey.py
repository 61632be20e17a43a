"""Asks the checks' questions of the books, all from one snapshot, and hears their findings."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from commands.health.books.books import Books
from commands.health.check import Check, Found, Options, Verdict
from storage.database import Database

log = structlog.get_logger()

THREADS = range(2)  # databases work outside of Python's lock
Asked = tuple[Check[Any], Options]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one check saw, or `missing`: why it cannot be answered."""

    found: Found
    missing: Verdict | None = None


async def survey(database: Database, books: Books, asked: Sequence[Asked]) -> Mapping[str, Seen]:
    """By code, of those that could be answered; it takes seconds where the books are large.

    One check that breaks does not take the others with it: it is logged, and what it said of the
    books before stays, as old as it is.
    """
    waiting = deque(asked)
    # what a thread has made for its questions is not shared: half made, it would be made twice
    heard = await database.study(
        *(partial(_hear, books=replace(books, _made={}), asked=_taken(waiting)) for _ in THREADS)
    )
    seen = {code: each for some in heard for code, each in some.items()}
    return {check.code: seen[check.code] for check, _ in asked if check.code in seen}


def _taken(waiting: deque[Asked]) -> Iterator[Asked]:
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


def _hear(connection: Connection, *, books: Books, asked: Iterator[Asked]) -> Mapping[str, Seen]:
    seen = {}
    for check, options in asked:
        try:
            with connection.begin_nested():
                seen[check.code] = _seen(connection, books, check, options)
        except Exception:  # whatever is wrong in one of forty
            log.exception("health.check_broke", check=check.code, books=books.organisation_id)
    return seen


def _seen(connection: Connection, books: Books, check: Check[Any], options: Options) -> Seen:
    missing = check.missing(books, options)
    if missing is not None:
        return Seen(found=Found(), missing=missing)
    rows = {
        name: connection.execute(query).all()
        for name, query in check.queries(books, options).items()
    }
    return Seen(found=check.find(rows, books, options))
