"""`serve` and `worker` side by side on PostgreSQL, and the lines said where that cannot be."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest

from bot.jobs.shelf import SHELF
from tests.bot.test_cli import (
    COMPLETE,
    ENVIRONMENT,
    bot,
    in_the_sandbox,
    stand_ins,  # noqa: F401  # a fixture
)
from tests.conftest import Postgres
from tests.ports import free_port

pytestmark = pytest.mark.xdist_group("queue")


@pytest.fixture
def bare_url(postgres: Postgres) -> Iterator[str]:
    with postgres.database("template1") as made:
        yield made


@contextmanager
def started(*arguments: str, folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env={**ENVIRONMENT, **settings},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return answer.status == 200
    except (URLError, ConnectionError, TimeoutError):
        return False


def told(process: subprocess.Popen[str], word: str) -> None:
    assert process.stderr is not None
    while word not in process.stderr.readline():
        assert process.poll() is None


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "DEXT_QUEUE is embedded: `serve` does the jobs itself, and a worker has none to do."),
        ({"DEXT_QUEUE": "redis"}, "DEXT_QUEUE is neither embedded nor postgres"),
        (
            {"DEXT_QUEUE": "postgres"},
            "DEXT_QUEUE is postgres, which needs DEXT_DATABASE_URL to name a PostgreSQL database",
        ),
    ],
)
def test_a_queue_that_cannot_be_is_one_clear_line(
    settings: dict[str, str], says: str, tmp_path: Path
) -> None:
    refused = bot("worker", folder=tmp_path, **COMPLETE, **settings)

    assert refused.returncode == 2
    assert refused.stderr.startswith(says)
    assert len(refused.stderr.splitlines()) == 1
    if settings:
        assert bot("migrate", folder=tmp_path, **settings).returncode == 2


def test_the_sandbox_names_what_keeps_it_from_starting(tmp_path: Path) -> None:
    shared = {"DEXT_QUEUE": "postgres", "DEXT_DATABASE_URL": "postgresql://dext@db.test/dext"}
    refused = bot("sandbox", "--no-open", folder=tmp_path, **shared)

    assert refused.returncode == 2
    assert refused.stderr.strip().endswith("in .env: DEXT_DATABASE_URL")
    assert len(refused.stderr.splitlines()) == 1


def test_the_sandbox_does_its_jobs_itself_whatever_is_set(tmp_path: Path) -> None:
    port = str(free_port())
    arguments = ("sandbox", "--no-open", "--port", port)
    with started(*arguments, folder=tmp_path, DEXT_QUEUE="postgres") as process:
        end = time.monotonic() + 60
        while not ready(int(port) + 1):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)

        assert process.wait(30) == 0


def test_nothing_starts_before_the_queue_is_there(bare_url: str, tmp_path: Path) -> None:
    settings = COMPLETE | {"DEXT_DATABASE_URL": bare_url, "DEXT_PORT": str(free_port())}
    assert bot("migrate", folder=tmp_path, **settings).returncode == 0
    shared = settings | {"DEXT_QUEUE": "postgres"}
    refused = [bot(command, folder=tmp_path, **shared) for command in ("serve", "worker")]
    examined = bot("doctor", folder=tmp_path, **shared)

    for each in refused:
        assert each.returncode == 1
        assert "Run `dext-bot migrate` first." in each.stderr.splitlines()[-1]
        assert "Traceback" not in each.stderr
    assert "fail  queue: it cannot be used yet" in examined.stdout


@pytest.mark.timeout(180)
def test_two_of_each_run_side_by_side_and_stop_when_told(
    bare_url: str,
    stand_ins: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    settings = in_the_sandbox(stand_ins, tmp_path) | {
        "DEXT_DATABASE_URL": bare_url,
        "DEXT_QUEUE": "postgres",
    }
    first = bot("migrate", folder=tmp_path, **settings)
    again = bot("migrate", folder=tmp_path, **settings)
    lonely = bot("doctor", folder=tmp_path, **settings)
    ports = free_port(), free_port()
    with ExitStack() as running:
        webs = [
            running.enter_context(
                started("serve", "--port", str(port), folder=tmp_path, **settings)
            )
            for port in ports
        ]
        workers = [
            running.enter_context(started("worker", folder=tmp_path, **settings)) for _ in range(2)
        ]
        for worker in workers:
            told(worker, "worker.ready")
        end = time.monotonic() + 60
        while not all(map(ready, ports)):
            assert time.monotonic() < end
            time.sleep(0.1)
        with psycopg.connect(bare_url, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, %s)",
                (
                    SHELF,
                    "lists.refresh",
                    '{"key": "01J", "failures": 5, "error": "RuntimeError", '
                    '"until": "2026-06-03T10:00:00+00:00"}',
                ),
            )
        examined = bot("doctor", folder=tmp_path, **settings)
        for process in (*webs, *workers):
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(20) for process in (*webs, *workers)]

    assert "The queue was brought to this version." in first.stdout
    assert "The queue was ready already." in again.stdout
    assert "warn  queue: no worker was seen in the last minute" in lonely.stdout
    assert "ok    queue: 2 workers at work" in examined.stdout
    assert "lists.refresh for 01J failed 5 times in a row (RuntimeError)" in examined.stdout
    assert codes == [0, 0, 0, 0]
