"""Acme Ltd and its items, on both databases."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.commands.connecting import world
from tests.commands.items.desk import Desk, a_desk
from tests.conftest import Clock


@pytest.fixture
async def desk(database: Database, clock: Clock) -> AsyncIterator[Desk]:
    async with world(database, clock) as opened:
        yield await a_desk(opened)


@pytest.fixture
async def quickbooks(database: Database, clock: Clock) -> AsyncIterator[Desk]:
    """The same with its books in QuickBooks."""
    async with world(database, clock) as opened:
        yield await a_desk(opened, "quickbooks")
