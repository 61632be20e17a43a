"""What tests of publishing to Xero share."""

import pytest

from tests.providers.practice import Practice
from tests.providers.xero.publisher import Publisher


@pytest.fixture
async def acme() -> Publisher:
    practice = Practice("xero")
    await practice.connect()
    return Publisher(practice)
