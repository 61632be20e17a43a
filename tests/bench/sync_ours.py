"""One sync through the real job, in a process of its own: read, normalised and stored.

Run as `python -m tests.bench.sync_ours ORDER`; prints seconds, CPU seconds and records. The clock
starts when all modules are loaded, as it does for rivals; what SQLAlchemy and templates prepare
when they are first used counts, and so do the messages about progress.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from anyio.lowlevel import checkpoint

from bot.app import settle
from bot.slack.installs import Installs
from bot.slack.outbox import Outbox
from bot.slack.payloads import Payloads
from bot.slack.words import precompile
from bot.web.links import WebLinks
from commands import registry
from commands.context import Tools
from commands.ports import JobQueue
from commands.sync.sync import bring
from providers.gateway import LedgerGateway, open_http
from providers.tokens import TokenSet
from storage.database import Database
from storage.models import Purpose, Sync
from storage.queries import syncs
from storage.schema import migrate
from storage.tokens import GrantTokens, put
from storage.vault import Vault
from tests.bench.practice import WORKSPACE
from tests.bench.signing import configured, utc_now
from tests.builders import (
    a_client,
    a_connection,
    a_grant,
    a_person,
    a_workspace,
    an_organisation,
    save,
)

KEY = "a key for measuring that is long enough to be one"
ORGANISATION = "bench-organisation"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to read, and where to. A first sync makes the database, later ones find it."""

    database: str
    ledgers: str
    vendor: str
    tenant: str
    tokens: dict[str, Any]
    is_first: bool


class Silence:
    """A doorbell that nobody hears."""

    def submit(self, job: str, key: str) -> None:
        return


async def furnish(database: Database, order: Order) -> None:
    """A client connected for Data Health."""
    grant = a_grant(workspace_id=WORKSPACE, provider=order.vendor, created_at=utc_now())
    put(grant, msgspec.convert(order.tokens, TokenSet), Vault([KEY]))
    organisation = an_organisation(
        id=ORGANISATION, workspace_id=WORKSPACE, provider=order.vendor, tenant_id=order.tenant
    )
    client = a_client(workspace_id=WORKSPACE, channel_id="C0ACME")
    await save(database, a_workspace(id=WORKSPACE))
    await save(database, a_person(workspace_id=WORKSPACE, id="U0ANA"), client, grant, organisation)
    await save(
        database,
        a_connection(
            client, organisation, grant, purpose=Purpose.DATA_HEALTH, connected_by="U0ANA"
        ),
    )


async def measured(order: Order) -> dict[str, float]:
    registry.discover()
    precompile()
    if order.is_first:
        await migrate(order.database)
    async with Database.open(order.database) as database, open_http() as http:
        vault = Vault([KEY])
        tokens = GrantTokens(database, vault, now=utc_now)
        tools = Tools(
            database=database,
            vault=vault,
            gateway=LedgerGateway(
                http=http,
                configured={order.vendor: configured(order.ledgers, order.vendor)},
                tokens=tokens,
                now=utc_now,
            ),
            jobs=cast("JobQueue", Silence()),
            notify=Outbox(  # is not opened: writes what is to be sent, and sends nothing
                database=database,
                vault=vault,
                installs=cast("Installs", None),
                payloads=Payloads(is_strict=True),
                now=utc_now,
            ),
            files=cast("Any", None),
            links=WebLinks(public_url="http://127.0.0.1:9"),
            now=utc_now,
        )
        if order.is_first:
            await furnish(database, order)
        async with database.begin() as session:
            await syncs.schedule(session, WORKSPACE, ORGANISATION, now=utc_now())
        await checkpoint()  # with its first use it loads what the client runs on
        settle()
        began, cpu = time.perf_counter(), time.process_time()
        await bring(tools, ORGANISATION)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        async with database.read() as session:
            sync = await session.get(Sync, ORGANISATION)
        assert sync is not None
        assert sync.error is None, sync.error
        assert sync.synced_at is not None
        return {"wall": wall, "cpu": cpu, "records": sync.outcome["read"]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured(Order(**json.loads(sys.argv[1]))))))
