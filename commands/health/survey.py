"""Asks the checks' questions of the books, all from one snapshot, and hears their findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from commands.health.books import Books
from commands.health.check import Check, Found, Options, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one check saw, or `missing`: why it cannot be answered."""

    found: Found
    missing: Verdict | None = None


def survey(
    connection: Connection, books: Books, asked: Iterable[tuple[Check[Any], Options]]
) -> Mapping[str, Seen]:
    """By code. Called within Database.study: it takes seconds on large books."""
    return {check.code: _seen(connection, books, check, options) for check, options in asked}


def _seen(connection: Connection, books: Books, check: Check[Any], options: Options) -> Seen:
    missing = check.missing(books, options)
    if missing is not None:
        return Seen(found=Found(), missing=missing)
    rows = {
        name: connection.execute(query).all()
        for name, query in check.queries(books, options).items()
    }
    return Seen(found=check.find(rows, books, options))
