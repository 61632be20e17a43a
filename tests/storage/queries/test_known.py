"""PostgreSQL finds what is known of a page by the primary key, whatever it has counted."""

from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import Document, DocumentKind, DocumentStatus
from storage.database import Database
from storage.models import ledger as tables
from storage.queries import ledger
from storage.queries.known import digests, probe
from tests.builders import NOW

OWN, SOURCE = "an-organisation", "Invoices"
MANY = 2_000
COUNT = "ANALYZE ledger_documents"


@pytest.fixture
def kind() -> str:
    return "postgres"


def a_bill(number: int) -> Document:
    return Document(
        source=SOURCE,
        remote_id=f"bill {number}",
        updated_at=NOW,
        kind=DocumentKind.BILL,
        status=DocumentStatus.OPEN,
    )


async def driver_of(session: AsyncSession) -> Any:
    connection = await session.connection()
    return (await connection.get_raw_connection()).driver_connection


async def fill(database: Database, url: str, *, counted: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("ALTER TABLE ledger_documents SET (autovacuum_enabled = off)")
        async with database.begin() as session:
            await ledger.store(session, OWN, [a_bill(n) for n in range(MANY)], is_empty=True)
            if counted == "too early":
                other.execute(COUNT)
        if counted == "in time":
            other.execute(COUNT)


@pytest.mark.parametrize(
    ("counted", "tuples"), [("never", -1.0), ("too early", 0.0), ("in time", float(MANY))]
)
async def test_the_primary_key_alone_is_looked_into(
    database: Database, database_url: str, counted: str, tuples: float
) -> None:
    await fill(database, database_url, counted=counted)
    given = {"ids": [f"bill {n}" for n in range(0, MANY, 4)], "own": OWN, "source": SOURCE}
    async with database.begin() as session:
        driver = await driver_of(session)
        asked = await driver.execute("EXPLAIN " + probe(tables.documents), given, prepare=False)
        plan = "\n".join(line for (line,) in await asked.fetchall())
        known = await driver.execute(
            "SELECT reltuples FROM pg_class WHERE relname = 'ledger_documents'"
        )
        counts = await known.fetchall()

    assert counts == [(tuples,)]
    assert "Index Scan using pk_ledger_documents" in plan
    assert plan.count("Scan") == 3, "the others are of the ids and of what was found"
    assert "Sort" not in plan


async def test_only_what_was_asked_for_is_known(database: Database) -> None:
    here = [a_bill(n) for n in range(0, 20, 2)]
    async with database.begin() as session:
        await ledger.store(session, OWN, here, is_empty=True)
        await ledger.store(session, "another", [a_bill(1)], is_empty=True)
        every = [a_bill(n) for n in range(20)]
        found = await digests(session, tables.documents, OWN, every)

    assert found.keys() == {(SOURCE, bill.remote_id) for bill in here}


async def test_a_plan_made_while_there_was_nothing_is_not_kept(database: Database) -> None:
    async with database.begin() as session:
        for _ in range(20):  # PostgreSQL keeps a plan after ten
            await ledger.store(session, OWN, [a_bill(0)], is_empty=False)
        driver = await driver_of(session)
        kept = await driver.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%unnest%'"
        )
        count = await kept.fetchall()

    assert count == [(0,)]
