"""A database that jobs can be distributed over, with chores to do."""

from collections.abc import AsyncIterator, Iterator

import pytest
from procrastinate import App

from bot.app import upgrade_queue
from bot.jobs.engine import engine
from tests.bot.jobs.chores import TABLES, Ledger
from tests.conftest import Postgres


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    """Its role is quick to give up, so that nothing waits long for a frozen process."""
    with postgres.database(postgres.template) as made:
        await upgrade_queue(made)
        ledger = Ledger(made)
        ledger.run(TABLES)
        name = str(ledger.run("SELECT quote_ident(current_database())")[0][0])
        for limit in ("idle_in_transaction_session_timeout = '1s'", "lock_timeout = '2s'"):
            ledger.run(f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET {limit}")
        ledger.close()
        yield made


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    found = Ledger(url)
    yield found
    found.close()


@pytest.fixture
async def app(url: str) -> AsyncIterator[App]:
    opened = engine(url, connections=3)
    async with opened.open_async():
        yield opened
