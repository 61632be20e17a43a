"""A thousand items of one client made ready, or published by the real command and its job.

Run as `python -m tests.bench.publishing_ours ORDER`. Filling prints what the items are coded to;
publishing prints seconds, CPU seconds and how many were published. What is in front of sending
(each item judged again and written down) is in the seconds.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, cast

import msgspec
from sqlalchemy import select

from bot.app import settle
from bot.slack.installs import Installs
from bot.slack.outbox import Outbox
from bot.slack.payloads import Payloads
from bot.slack.words import precompile
from bot.web.links import WebLinks
from commands import registry
from commands.context import Context, Tools
from commands.lists.refresh import refresh
from commands.permissions import Actor
from commands.ports import JobQueue
from commands.publishing.readiness.readiness import reassess
from commands.publishing.sending.publish import publish
from commands.publishing.sending.send import send
from providers.gateway import LedgerGateway, open_http
from providers.tokens import TokenSet
from storage.database import Database
from storage.identity import new_id
from storage.models import (
    Batch,
    Client,
    Connection,
    Item,
    ItemState,
    ListEntry,
    Publication,
    PublicationState,
    Role,
)
from storage.schema import migrate
from storage.tokens import GrantTokens, put
from storage.vault import Vault
from tests.bench.practice import WORKSPACE
from tests.bench.publishing_papers import DAY, SUPPLIERS, Coding, Paper, papers
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
ANA = "U0ANA"
ACCOUNTS = {"xero": "Printing & Stationery", "quickbooks": "Printing and stationery"}


@dataclass(frozen=True, kw_only=True)
class Order:
    """`way` is "fill" or "publish"; items are numbered `prefix`-0 onwards."""

    way: str
    database: str
    ledgers: str
    vendor: str
    tenant: str
    tokens: dict[str, Any]
    prefix: str
    count: int


class Silence:
    """A doorbell that nobody hears."""

    def submit(self, job: str, key: str) -> None:
        return


@asynccontextmanager
async def equipped(order: Order) -> AsyncIterator[Tools]:
    """The tools of a running process, but for those that Slack is needed for."""
    vault = Vault([KEY])
    async with Database.open(order.database) as database, open_http() as http:
        yield Tools(
            database=database,
            vault=vault,
            gateway=LedgerGateway(
                http=http,
                configured={order.vendor: configured(order.ledgers, order.vendor)},
                tokens=GrantTokens(database, vault, now=utc_now),
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


async def fill(order: Order) -> dict[str, Any]:
    """A client connected for bookkeeping, its lists as the ledger has them, and its items."""
    registry.discover()
    await migrate(order.database)
    async with equipped(order) as tools:
        client = await furnish(tools, order)
        coding = await coding_of(tools, order.vendor)
        every = papers(order.prefix, order.count, coding.suppliers)
        async with tools.database.begin() as session:
            for item in items(client, coding, every):
                session.add(item)
                await session.flush()
                judged = await reassess(session, tools, item, now=utc_now())
                assert item.state is ItemState.READY, judged.obstacles
    return asdict(coding)


async def furnish(tools: Tools, order: Order) -> Client:
    database = tools.database
    grant = a_grant(workspace_id=WORKSPACE, provider=order.vendor, created_at=utc_now())
    put(grant, msgspec.convert(order.tokens, TokenSet), tools.vault)
    organisation = an_organisation(
        workspace_id=WORKSPACE, provider=order.vendor, tenant_id=order.tenant
    )
    client = a_client(workspace_id=WORKSPACE, channel_id="C0ACME")
    connection = a_connection(
        client, organisation, grant, connected_by=ANA, connected_at=utc_now(),
        lists_due_at=utc_now(),
    )  # fmt: skip
    await save(database, a_workspace(id=WORKSPACE))
    await save(database, a_person(workspace_id=WORKSPACE, id=ANA), client, grant, organisation)
    await save(database, connection)
    await refresh(tools, connection.id)
    async with database.read() as session:
        read = await session.get(Connection, connection.id)
    assert read is not None
    assert read.lists_read_at is not None, read.lists_error
    return client


async def coding_of(tools: Tools, vendor: str) -> Coding:
    """Stationery with 20 % on it, from suppliers in the ledger's own list."""
    async with tools.database.read() as session:
        found = await session.scalars(select(ListEntry).order_by(ListEntry.remote_id))
        entries = [each for each in found if each.active]
    accounts = [e for e in entries if e.kind == "accounts" and e.name == ACCOUNTS[vendor]]
    rates = [
        e
        for e in entries
        if e.kind == "tax" and e.details["on_costs"] and Decimal(e.details["rate"] or 0) == 20
    ]
    contacts = [e for e in entries if e.kind == "contacts" and e.details["is_supplier"]]
    return Coding(
        account=accounts[0].remote_id,
        tax_rate=rates[0].remote_id,
        suppliers=[[each.remote_id, each.name] for each in contacts[:SUPPLIERS]],
    )


def items(client: Client, coding: Coding, every: Iterator[Paper]) -> Iterator[Item]:
    """Coded by hand, but for whom they are from: that is found by the name."""
    for paper in every:
        facts = {
            "supplier": paper.supplier[1],
            "day": DAY.isoformat(),
            "number": paper.number,
            "currency": "GBP",
            "total": str(paper.total),
            "tax": str(paper.tax),
            "account": coding.account,
            "tax_rate": coding.tax_rate,
            "publish_as": "awaiting payment",
        }
        at = utc_now()
        yield Item(
            id=new_id(),
            workspace_id=WORKSPACE,
            client_id=client.id,
            state=ItemState.TO_REVIEW,
            owner=ANA,
            source="form",
            title=paper.number,
            submitted_at=at,
            manual={n: {"value": v, "by": ANA, "at": at.isoformat()} for n, v in facts.items()},
        )


async def published(order: Order) -> dict[str, float]:
    registry.discover()
    precompile()
    async with equipped(order) as tools:
        async with tools.database.read() as session:
            client = (await session.scalars(select(Client))).one()
        settle()
        began, cpu = time.perf_counter(), time.process_time()
        await publish(asked(tools), client=client)
        async with tools.database.read() as session:
            batch = (await session.scalars(select(Batch))).one()
        await send(tools, batch.id)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        async with tools.database.read() as session:
            found = (await session.scalars(select(Publication))).all()
    done = sum(each.state is PublicationState.PUBLISHED for each in found)
    return {"wall": wall, "cpu": cpu, "records": done}


def asked(tools: Tools) -> Context:
    """Ana has said `/dext publish` in the client's channel."""
    ana = Actor(
        workspace_id=WORKSPACE, person_id=ANA, name="Ana", role=Role.PRACTICE_ADMIN,
        all_clients=True,
    )  # fmt: skip
    return Context(
        actor=ana, now=utc_now(), tools=tools, correlation_id="7Q4-KD", channel_id="C0ACME"
    )


if __name__ == "__main__":
    told = Order(**json.loads(sys.argv[1]))
    print(json.dumps(asyncio.run((fill if told.way == "fill" else published)(told))))
