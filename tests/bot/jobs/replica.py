"""One of several processes on one queue: a worker, or a web process that only rings."""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bot.jobs.distributed import DistributedQueue
from bot.jobs.engine import engine
from bot.jobs.worker import Rhythm, Worker
from commands.context import Tools
from storage.database import Database

sys.path.append(str(Path(__file__).parent))
from chores import CHORES, NAME  # beside this file, which is run by itself

RHYTHM = Rhythm(
    tick_s=1, sweep_s=1, heartbeat_s=0.5, stalled_s=3, longest_s=3, closing_s=1, poll_s=0.2
)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Noting(Worker):
    """Writes down which tick it was given."""

    async def _tick(self, timestamp: int) -> None:
        sys.stdout.write(f"tick {timestamp}\n")
        sys.stdout.flush()
        await super()._tick(timestamp)


async def main(role: str, url: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = engine(url, connections=4)
    async with Database.open(url) as database, app.open_async():
        queue = DistributedQueue(app, CHORES)
        queue.open()
        if role == "worker":
            tools = cast("Tools", SimpleNamespace(database=database, now=utc_now))
            worker = Noting(app, jobs=CHORES, tools=tools, queue=queue, rhythm=RHYTHM)
            worker.open()
            await stop.wait()
            await worker.close()
        while role == "web" and not stop.is_set():
            async with database.read() as session:
                for key in await CHORES[NAME].due(session, utc_now()):
                    queue.submit(NAME, key)
            await asyncio.sleep(0.1)
        await queue.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
