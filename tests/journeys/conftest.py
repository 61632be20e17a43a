"""Offices: one of its own for a test that breaks things, one for all tests of a file otherwise."""

import shutil
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import Postgres
from tests.journeys.office import Office, opened
from tests.journeys.places import ALONE, Place
from tests.journeys.replicas import replicas

EVERYBODY = ("ana", "ben", "chloe", "dora")
TRANSPORTS = ("http", "socket")


@pytest.fixture
async def http_office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office on SQLite for what does not depend on how Slack delivers."""
    log = tmp_path / "bot.log"
    async with opened(database_url=sqlite_url, transport="http", log=log) as ready:
        yield ready


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=TRANSPORTS)
async def office_of_the_file(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """Once for each way in which Slack delivers; a file may parametrise it indirectly."""
    folder = tmp_path_factory.mktemp("office")
    database = folder / "dext-bot.db"
    shutil.copyfile(sqlite_template, database)
    async with opened(
        database_url=f"sqlite:///{database}",
        transport=request.param,
        log=folder / "bot.log",
    ) as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def shared(office_of_the_file: Office) -> AsyncIterator[Office]:
    """The office all tests of a file work in, each with clients of its own."""
    yield office_of_the_file
    await _tidied(office_of_the_file)


@pytest.fixture(scope="module")
def place(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Opens the office of the file; a file says where it runs (tests.journeys.places)."""
    folder = tmp_path_factory.mktemp("office")
    if request.param == ALONE:
        database, log = folder / "dext-bot.db", folder / "bot.log"
        shutil.copyfile(sqlite_template, database)
        yield partial(opened, database_url=f"sqlite:///{database}", transport="http", log=log)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(server.template) as url:
        yield partial(replicas, url, folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office_in_place(place: Place) -> AsyncIterator[Office]:
    async with place() as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def placed(office_in_place: Office) -> AsyncIterator[Office]:
    """The office all tests of a file work in, each with clients of its own."""
    yield office_in_place
    await _tidied(office_in_place)


async def _tidied(office: Office) -> None:
    for user in EVERYBODY:
        await office.driver.close(user)
    for target in ("slack", "bot", "xero", "quickbooks"):
        await office.fault(target, "none")
