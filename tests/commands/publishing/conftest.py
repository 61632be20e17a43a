"""A practice with stand-in ledgers, on both databases."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from tests.commands.connecting import World
from tests.commands.connecting import world as made

if TYPE_CHECKING:
    from tests.conftest import Clock


@pytest.fixture
async def world(database: Database, clock: "Clock") -> AsyncIterator[World]:
    async with made(database, clock) as opened:
        yield opened
