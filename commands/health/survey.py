"""Asks the checks' questions of the books, all from one snapshot, and hears their findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection

from commands.health.books import Books
from commands.health.check import Check, Found, Options, Verdict

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one check saw, or `missing`: why it cannot be answered."""

    found: Found
    missing: Verdict | None = None


def survey(
    connection: Connection, books: Books, asked: Iterable[tuple[Check[Any], Options]]
) -> Mapping[str, Seen]:
    """By code, of those that could be answered. Called within Database.study: it takes seconds.

    One check that breaks does not take the others with it: it is logged, and what it said of the
    books before stays, as old as it is.
    """
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
