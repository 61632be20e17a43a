"""A client whose books are looked at, on both databases."""

import pytest

from tests.commands.health.surgery import Surgery, a_surgery
from tests.commands.practice import Practice
from tests.conftest import Clock


@pytest.fixture
async def surgery(practice: Practice, clock: Clock) -> Surgery:
    return await a_surgery(practice, clock)
