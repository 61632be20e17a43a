"""The whole story, told against the served bot and by the command line."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.sandbox.tour import play
from tests.conftest import Postgres
from tests.journeys.office import Office, opened

TOUR_S = 120


@pytest.mark.xdist_group("tour")
async def test_the_tour_happens_over_http_on_sqlite(http_office: Office) -> None:
    told: list[str] = []

    happened = await play(http_office.slack, told.append)

    assert happened, "\n".join(told)


@pytest.mark.xdist_group("postgres")
async def test_the_tour_happens_over_a_socket_on_postgresql(
    postgres: Postgres, tmp_path: Path
) -> None:
    told: list[str] = []
    log = tmp_path / "bot.log"
    with postgres.database(postgres.template) as url:
        async with opened(database_url=url, transport="socket", log=log) as office:
            happened = await play(office.slack, told.append)

    assert happened, "\n".join(told)


@pytest.mark.xdist_group("tour")
async def test_the_command_line_tells_the_story_and_ends_with_0(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--tour", "--port", "0",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), TOUR_S)

    told = output.decode()
    assert process.returncode == 0, told
    assert "steps happened" in told
    assert "did not happen" not in told


async def test_a_story_that_does_not_happen_is_not_told_as_one(http_office: Office) -> None:
    told: list[str] = []
    await http_office.fault("xero", "consent_error", times=None)

    happened = await play(http_office.slack, told.append)

    assert not happened
    assert "did not happen" in told[-1]
