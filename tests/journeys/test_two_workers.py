"""Two web processes and two workers on one PostgreSQL are one bot to whoever uses it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Postgres
from tests.journeys.office import clients_in
from tests.journeys.replicas import Replicas, replicas

pytestmark = [pytest.mark.xdist_group("queue"), pytest.mark.timeout(300)]


@pytest.fixture
async def office(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Replicas]:
    with postgres.database(postgres.template) as url:
        async with replicas(url, tmp_path) as ready:
            yield ready


async def test_commands_are_answered_by_either_and_known_to_both(office: Replicas) -> None:
    for number in range(6):  # Slack takes the connections in turn
        await office.driver.ask("ana", "practice", f'/dext clients add "Fern {number}"', "Fern")
    listed = await office.driver.ask("ana", "practice", "/dext clients fern", "Fern 5")

    assert len(clients_in(listed, "Fern")) == 6
    for name in ("web-one", "web-another"):
        assert "command" in office.log_of(name).read_text()
