"""The office served by two web processes and two workers on one PostgreSQL."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from sqlalchemy import delete

from bot.app import upgrade_queue
from bot.sandbox.driver import awaited
from bot.sandbox.seed import fernhill
from bot.sandbox.server import create_app, running
from bot.trial import plant
from storage.models import Allowance
from tests.journeys.office import PATIENCE_S, Office
from tests.ports import free_port

WORKERS = ("worker-one", "worker-another")
AT_IT = "SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing' AND task_name = %s"
LONG_SILENT = """
    UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour' WHERE id = %s
    RETURNING id
"""


class Replicas(Office):
    """Slack delivers over Socket Mode, to both web processes in turn; vendors know the first."""

    @property
    def folder(self) -> Path:
        return self.log.parent

    def settings(self) -> dict[str, str]:
        return {**super().settings(), "DEXT_QUEUE": "postgres"}

    async def start(self) -> None:
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        for name in WORKERS:
            await self._begin(name, "worker")
        await self._begin("web-another", "serve", "--port", str(free_port()))
        await super().start()
        await self.told("web-another", "Listening")
        for name in WORKERS:
            await self.told(name, "worker.ready")

    @property
    def web_logs(self) -> Sequence[Path]:
        return [self.log, self.log_of("web-another")]

    async def stop(self) -> None:
        for process in self.processes.values():
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self.processes.values():
            async with asyncio.timeout(PATIENCE_S):
                await process.wait()
        await super().stop()

    async def begin_anew(self) -> None:
        for name in WORKERS:
            self.processes[name].terminate()
        for name in WORKERS:
            await self.processes[name].wait()
        await self.allow_anew()
        for name in WORKERS:
            await self._begin(name, "worker")

    async def allow_anew(self) -> None:
        async with self.writing() as session:
            await session.execute(delete(Allowance))

    async def cut(self) -> datetime:
        """The other finds out by itself; bot/jobs/test_syncs waits as long as that takes."""
        killed, number = await self.worker_at("sync.bring")
        await self.kill_worker(killed)
        at = datetime.now(UTC)
        await self.leases_run_out()
        await self._run(LONG_SILENT, [number])
        await self._begin(killed, "worker")
        return at

    async def worker_at(self, job: str) -> tuple[str, int]:
        """Wait until one of the workers is at this job; its name, and its number."""

        async def look() -> tuple[str, int] | None:
            row = await self._run(AT_IT, [job])
            if row is None:
                return None
            mine = f'"worker":{row[0]},'
            name = next(name for name in WORKERS if mine in self.log_of(name).read_text())
            return name, row[0]

        return await awaited(look, lambda: f"nobody is at {job}", PATIENCE_S)

    async def _run(self, statement: LiteralString, given: Sequence[object]) -> Any:
        """The first row, if any."""
        async with await psycopg.AsyncConnection.connect(self.database_url) as connection:
            cursor = await connection.execute(statement, given)
            return await cursor.fetchone()

    async def kill_worker(self, name: str) -> None:
        self.processes[name].kill()
        await self.processes[name].wait()

    async def told(self, name: str, word: str) -> None:
        """Wait until this process has logged it."""

        async def look() -> bool | None:
            return word in self.log_of(name).read_text() or None

        await awaited(look, lambda: f"{name} did not log {word}", PATIENCE_S)

    async def _begin(self, name: str, *command: str) -> None:
        known = {key: value for key, value in os.environ.items() if not key.startswith("DEXT_")}
        with self.log_of(name).open("ab") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *command, stdout=log, stderr=log, cwd=self.folder,
                env={**known, **self.settings()},
            )  # fmt: skip

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"


@asynccontextmanager
async def replicas(database_url: str, folder: Path) -> AsyncIterator[Replicas]:
    """All of them on a migrated database, while the block runs."""
    await upgrade_queue(database_url)
    await plant(database_url, fernhill())
    port = free_port()
    app = create_app(bot_url=f"http://127.0.0.1:{port}")
    async with running(app) as slack:
        office = Replicas(
            database_url=database_url,
            transport="socket",
            app=app,
            slack=slack,
            port=port,
            log=folder / "web-one.log",
        )
        try:
            await office.start()
            yield office
        finally:
            await office.stop()
            await office.driver.__aexit__(None, None, None)
