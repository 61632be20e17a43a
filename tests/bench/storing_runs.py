"""Invoices stored by us, or by the barest means there are, in a process of its own.

Run as `python -m tests.bench.storing_runs ORDER`; prints seconds of a first and of a second time,
and the most memory that was used, in MiB. What is measured is storing: pages of records, or of rows
in the very form in which they are kept, are there before the clock starts.
"""

import asyncio
import json
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Protocol
from uuid import UUID

import psycopg
from sqlalchemy import Table

from bot.app import settle
from providers.books import Document, DocumentKind, DocumentStatus, Line
from storage import bulk
from storage.database import Database, address
from storage.models import ledger as tables
from storage.queries import ledger
from storage.schema import migrate

OWNER = "bench-organisation"
PAGE = 1000
LINES = 3
TABLES = (tables.documents, tables.lines)
START = datetime(2025, 1, 1, 9, tzinfo=UTC)

Rows = list[list[tuple[Any, ...]]]  # by table


@dataclass(frozen=True, kw_only=True)
class Order:
    """`way` is "ours" or "floor"; the database is empty."""

    way: str
    database: str
    invoices: int


class Store(Protocol):
    async def __call__(self, page: list[Document], *, is_empty: bool) -> float:
        """Seconds that it took."""


def pages(invoices: int) -> Iterator[list[Document]]:
    """The same each time."""
    dice = Random(7)
    contacts = [_id(dice) for _ in range(3_000)]
    for first in range(0, invoices, PAGE):
        yield [_invoice(number, dice, contacts) for number in range(first, first + PAGE)]


def _id(dice: Random) -> str:
    return str(UUID(int=dice.getrandbits(128)))


def _invoice(number: int, dice: Random, contacts: list[str]) -> Document:
    lines = tuple(_line(dice) for _ in range(LINES))
    net = sum((line.net for line in lines), Decimal())
    tax = sum((line.tax or Decimal() for line in lines), Decimal())
    day = date(2025, 1, 1) + timedelta(days=dice.randrange(600))
    return Document(
        source="Invoices",
        remote_id=_id(dice),
        updated_at=START + timedelta(seconds=dice.randrange(50_000_000)),
        kind=dice.choice((DocumentKind.INVOICE, DocumentKind.BILL)),
        status=DocumentStatus.PAID,
        remote_status="PAID",
        number=f"INV-{number:06d}",
        reference=f"PO {dice.randrange(99_999)}",
        contact_id=dice.choice(contacts),
        date=day,
        due_date=day + timedelta(days=30),
        currency="GBP",
        rate=Decimal(1),
        subtotal=net,
        tax=tax,
        total=net + tax,
        paid=net + tax,
        has_attachments=False,
        fully_paid_on=day,
        lines=lines,
    )


def _line(dice: Random) -> Line:
    quantity, price = Decimal(dice.randrange(1, 9)), Decimal(dice.randrange(100, 99_999)) / 100
    net = quantity * price
    code = dice.choice(("200", "260", "400", "404", "429"))
    return Line(
        remote_id=_id(dice),
        description=f"Consulting services {dice.randrange(9_999)} – phase {dice.randrange(9)}",
        account_id=f"5040915e-8ce7-4177-8d08-fde416232f{code}",
        account_code=code,
        tax_rate="OUTPUT2",
        amount=net,
        net=net,
        tax=net / 5,
        quantity=quantity,
        unit_price=price,
    )


def rows_of(page: list[Document], dialect: str) -> Rows:
    """As they are kept, by the converters of storage itself."""
    documents = [ledger._row(OWNER, record, ledger._digest(record)) for record in page]
    lines = [row for record in page for row in ledger._lines_of(OWNER, record, {})]
    kept: Rows = []
    for table, rows in zip(TABLES, (documents, lines), strict=True):
        every = bulk.way_of(table, dialect, tuple(range(len(table.columns))))
        kept.append(every.converted(list(zip(*rows, strict=True))))
    return kept


def upsert(table: Table, source: str) -> str:
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    fresh = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    return (
        f"INSERT INTO {table.name} ({_listed(names)}) {source} "
        f"ON CONFLICT ({_listed(keys)}) DO UPDATE SET {fresh}"
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Store]:
    async with Database.open(url) as database:

        async def store(page: list[Document], *, is_empty: bool) -> float:
            began = time.perf_counter()
            async with database.begin() as session:
                await ledger.store(session, OWNER, page, is_empty=is_empty)
            return time.perf_counter() - began

        yield store


@asynccontextmanager
async def raw_sqlite(url: str) -> AsyncIterator[Store]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=normal")
    statements = [upsert(t, f"VALUES ({', '.join('?' * len(t.columns))})") for t in TABLES]

    async def store(page: list[Document], *, is_empty: bool) -> float:
        rows = rows_of(page, "sqlite")
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for statement, some in zip(statements, rows, strict=True):
            connection.executemany(statement, some)
        connection.execute("COMMIT")
        return time.perf_counter() - began

    yield store
    connection.close()


@asynccontextmanager
async def raw_copy(url: str) -> AsyncIterator[Store]:
    names = {table: _listed([column.name for column in table.columns]) for table in TABLES}
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for table in TABLES:
            await connection.execute(f"CREATE TEMP TABLE new_{table.name} (LIKE {table.name})")

        async def store(page: list[Document], *, is_empty: bool) -> float:
            rows = rows_of(page, "postgresql")
            began = time.perf_counter()
            async with connection.transaction(), connection.cursor() as cursor:
                for table, some in zip(TABLES, rows, strict=True):
                    await cursor.execute(f"TRUNCATE new_{table.name}")
                    copying = f"COPY new_{table.name} ({names[table]}) FROM STDIN"
                    async with cursor.copy(copying) as copy:
                        for row in some:
                            await copy.write_row(row)
                    source = f"SELECT {names[table]} FROM new_{table.name}"
                    await cursor.execute(upsert(table, source))
            return time.perf_counter() - began

        yield store


async def measured(order: Order) -> dict[str, float]:
    await migrate(order.database)
    is_sqlite = address(order.database).drivername.startswith("sqlite")
    floor = raw_sqlite if is_sqlite else raw_copy
    settle()
    async with (ours if order.way == "ours" else floor)(order.database) as store:
        first = sum([await store(page, is_empty=True) for page in pages(order.invoices)])
        again = sum([await store(page, is_empty=False) for page in pages(order.invoices)])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"first": first, "again": again, "mebibytes": most}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured(Order(**json.loads(sys.argv[1]))))))
