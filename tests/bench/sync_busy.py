"""Commands answered while the same process syncs: 20 a second, by the clock."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select

from storage.database import Database
from storage.models import Purpose, Sync
from storage.queries import syncs
from storage.tokens import put
from storage.vault import Vault
from tests.bench.databases import sqlite
from tests.bench.doors import lift_limits, open_volume
from tests.bench.figures import Figure
from tests.bench.practice import WORKSPACE, furnish
from tests.bench.run import OUR_SECRET, settings
from tests.bench.servers import CLIENT_CORE, answered, process, wait_until_ready
from tests.bench.signing import signed_in, utc_now
from tests.builders import a_client, a_connection, a_grant, an_organisation, save
from tests.ports import free_port

VOLUME = {"invoices": 36_000, "bank_transactions": 12_000, "payments": 6_000}  # 59 calls: a minute
ROUNDS = 3
A_SECOND = 20
LEAST = 100  # commands; fewer tell nothing
SPELL_S = 1.5  # of asking; spells follow each other as long as there is a sync to disturb
P99_MS = 250
MOST_MS = 3_000


def busy() -> Iterator[Figure]:
    """Rows about answers while an organisation is read for the first time."""
    found = [each for _ in range(ROUNDS) for each in one_sync()]
    if len(found) < LEAST:
        msg = f"only {len(found)} commands fell into the sync"
        raise RuntimeError(msg)
    ordered = sorted(found)
    p99, most = ordered[int(len(ordered) * 0.99)], ordered[-1]
    what, seen = "answers while the process syncs, 20 a second", f"{len(found)} answers"
    yield Figure(what=f"{what}: p99", seen=seen, value=p99, aim=P99_MS, unit="ms")
    yield Figure(what=f"{what}: slowest", seen=seen, value=most, aim=MOST_MS, unit="ms")


def one_sync() -> Iterator[float]:
    """Milliseconds of each answer while it ran."""
    with sqlite() as database, served(database) as url:
        while not is_running(database):
            time.sleep(0.05)
        while is_running(database):
            spell = ask(url)
            if is_running(database):  # then it ran all the time
                yield from spell
                print(f"{len(spell)} commands while the process syncs", flush=True)


@contextmanager
def served(database: str) -> Iterator[str]:
    """The bot as it is served, with an organisation that is due to be read."""
    slack, port = free_port(), free_port()
    environment = settings(database, slack=slack, port=port)
    migrating = [sys.executable, "-m", "bot", "migrate"]
    subprocess.run(migrating, env={**os.environ, **environment}, check=True, capture_output=True)
    with process("-m", "tests.bench.slack", str(slack), port=slack, core=CLIENT_CORE):
        asyncio.run(furnish(database))
        asyncio.run(connect(database, f"http://127.0.0.1:{slack}/ledgers", environment))
        with process("-m", "bot", "serve", port=port, environment=environment):
            wait_until_ready(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}/slack/events"


async def connect(url: str, ledgers: str, environment: dict[str, str]) -> None:
    lift_limits(ledgers, "xero")
    tenant = open_volume(ledgers, "xero", **VOLUME)
    grant = a_grant(workspace_id=WORKSPACE, created_at=utc_now())
    put(grant, await signed_in(ledgers, "xero", tenant), Vault([environment["DEXT_SECRET_KEYS"]]))
    organisation = an_organisation(workspace_id=WORKSPACE, tenant_id=tenant)
    client = a_client(workspace_id=WORKSPACE, name="Volume Ltd")
    connection = a_connection(
        client,
        organisation,
        grant,
        purpose=Purpose.DATA_HEALTH,
        connected_by="U0ANA",
        lists_read_at=utc_now(),
    )
    async with Database.open(url) as database:
        await save(database, grant, organisation, client)
        await save(database, connection)
        async with database.begin() as session:
            await syncs.schedule(session, WORKSPACE, organisation.id, now=utc_now())


async def state(url: str) -> Sync:
    async with Database.open(url) as database, database.read() as session:
        found = (await session.scalars(select(Sync))).one()
    assert found.error is None, found.error
    return found


def is_running(url: str) -> bool:
    return asyncio.run(state(url)).run_id is not None


def ask(url: str) -> Sequence[float]:
    """Milliseconds of each answer of one spell."""
    order = {
        "url": url, "text": "help", "says": "What would you like to do", "secret": OUR_SECRET,
        "user": "U0ANA", "team": WORKSPACE, "channel": "C0ACME", "connections": A_SECOND,
        "seconds": SPELL_S, "every_s": 1.0,
    }  # fmt: skip
    found = answered("tests.bench.load", order)
    assert not found["wrong"], found["wrong"]
    taken: list[float] = found["all_ms"]
    return taken
