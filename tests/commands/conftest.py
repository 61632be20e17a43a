"""The practice that commands are tried in, on both databases."""

from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from tests.commands.practice import Practice, opened

if TYPE_CHECKING:
    from tests.conftest import Clock


@pytest.fixture
async def practice(database: Database, clock: "Clock") -> Practice:
    return await opened(database, clock)
