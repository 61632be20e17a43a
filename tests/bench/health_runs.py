"""Books of any size written, or looked at, in a process of its own.

Run as `python -m tests.bench.health_runs ORDER`. Looking prints seconds of a first look and of one
after 200 documents changed, the most memory that was used, in MiB, and how late the event loop was
at most, in milliseconds.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select, update

from bot.app import settle
from commands import registry
from commands.context import Tools
from commands.health.running.recalculate import recalculate
from providers.books import (
    Allocation,
    AnyRecord,
    Document,
    DocumentKind,
    DocumentStatus,
    LedgerAccount,
    LedgerContact,
    LedgerTaxRate,
    Line,
    Payment,
    PaymentKind,
)
from providers.gateway import LedgerGateway, open_http
from storage.database import Database
from storage.models import Organisation, Purpose, Sync
from storage.models import ledger as models
from storage.queries import ledger, syncs
from storage.schema import migrate
from storage.tokens import GrantTokens
from storage.vault import Vault
from tests.builders import (
    WORKSPACE,
    a_client,
    a_connection,
    a_grant,
    a_workspace,
    an_organisation,
    save,
)
from tests.commands.practice import Post

NOW = datetime(2026, 7, 10, 9, tzinfo=UTC)
DAYS = 1_100  # three years of work
PAGE = 2_000
CHANGED = 200
LISTEN_S = 0.005
SPENT = ("400", "404", "412", "429", "445", "461", "469", "485", "489", "493")


@dataclass(frozen=True, kw_only=True)
class Order:
    """`way` is "fill" or "look"."""

    way: str
    database: str
    transactions: int


def pages(transactions: int) -> Iterator[list[AnyRecord]]:
    """Six of ten are invoices and bills of two lines, three bank transactions, one a payment."""
    dice = Random(11)
    size = max(transactions // 60, 50)
    yield [*accounts(), *rates(), *(contact(number, dice) for number in range(size))]
    page: list[AnyRecord] = []
    for number in range(transactions):
        page.append(transaction(number, dice, size))
        if len(page) == PAGE:
            yield page
            page = []
    yield page


def accounts() -> Iterator[LedgerAccount]:
    for number in range(120):
        code = f"{200 + number * 4}"
        is_bank = code in {"600", "604"}
        kind = "REVENUE" if number < 20 else "EXPENSE" if number < 95 else "LIABILITY"
        yield LedgerAccount(
            source="Accounts", remote_id=f"id-{code}", code=code, name=f"Account {code}",
            account_class="ASSET" if is_bank else kind,
            account_type="BANK" if is_bank else kind, is_bank=is_bank, updated_at=NOW,
        )  # fmt: skip


def rates() -> Iterator[LedgerTaxRate]:
    for name, rate in (("INPUT2", 20), ("OUTPUT2", 20), ("ZERORATEDINPUT", 0), ("NONE", 0)):
        yield LedgerTaxRate(
            source="TaxRates", remote_id=name, name=name, rate=Decimal(rate), updated_at=NOW
        )


def contact(number: int, dice: Random) -> LedgerContact:
    words = ("Paper", "Hill", "North", "Stone", "River", "Oak", "Bright", "Fern", "Mill", "Park")
    name = f"{dice.choice(words)}{dice.choice(words).lower()} {dice.choice(words)} {number:05d}"
    return LedgerContact(
        source="Contacts", remote_id=f"c{number}", name=name, is_supplier=number % 3 != 0,
        is_customer=number % 3 == 0, email=f"office{number}@example.com", updated_at=NOW,
    )  # fmt: skip


def transaction(number: int, dice: Random, contacts: int) -> AnyRecord:
    day = NOW.date() - timedelta(days=dice.randrange(DAYS))
    whom = f"c{int(contacts * dice.random() ** 2)}"  # a few have most of it
    fate = dice.random()
    if fate < 0.6:
        kind = DocumentKind.INVOICE if whom[-1] in "0369" else DocumentKind.BILL
        return document(number, kind, day, whom, dice)
    if fate < 0.9:
        kind = DocumentKind.MONEY_IN if whom[-1] in "0369" else DocumentKind.MONEY_OUT
        return document(number, kind, day, whom, dice)
    amount = Decimal(dice.randrange(1_000, 90_000)) / 100
    target = Allocation(target_source="Invoices", target_id=f"t{dice.randrange(number + 1)}",
                        amount=amount, date=day)  # fmt: skip
    return Payment(
        source="Payments", remote_id=f"t{number}", kind=PaymentKind.PAYMENT,
        status=DocumentStatus.OPEN, date=day, amount=amount, currency="GBP", rate=Decimal(1),
        contact_id=whom, bank_account="id-600", is_reconciled=dice.random() > 0.02,
        updated_at=NOW, allocations=(target,),
    )  # fmt: skip


def document(number: int, kind: DocumentKind, day: date, whom: str, dice: Random) -> Document:
    is_bank = kind in {DocumentKind.MONEY_IN, DocumentKind.MONEY_OUT}
    own = tuple(line(kind, whom, dice) for _ in range(1 if is_bank else 2))
    net = sum((each.net for each in own), Decimal())
    tax = sum((each.tax or Decimal() for each in own), Decimal())
    is_open = not is_bank and dice.random() < 0.05
    return Document(
        source="BankTransactions" if is_bank else "Invoices", remote_id=f"t{number}",
        updated_at=NOW, kind=kind,
        status=DocumentStatus.OPEN if is_open else DocumentStatus.PAID, number=f"N{number}",
        contact_id=whom, date=day, due_date=day + timedelta(days=30), currency="GBP",
        rate=Decimal(1), subtotal=net, tax=tax, total=net + tax,
        due=net + tax if is_open else Decimal(), paid=Decimal() if is_open else net + tax,
        bank_account="id-600" if is_bank else None,
        is_reconciled=dice.random() > 0.02 if is_bank else None,
        has_attachments=dice.random() > 0.3, lines=own,
    )  # fmt: skip


def line(kind: DocumentKind, whom: str, dice: Random) -> Line:
    is_sale = kind in {DocumentKind.INVOICE, DocumentKind.MONEY_IN}
    usual = "200" if is_sale else SPENT[int(whom[1:]) % len(SPENT)]
    code = usual if dice.random() > 0.03 else dice.choice(SPENT)
    net = Decimal(dice.randrange(500, 200_000)) / 100
    return Line(
        account_id=f"id-{code}", account_code=code, amount=net, net=net, tax=net / 5,
        tax_rate="OUTPUT2" if is_sale else "INPUT2", description="As ordered",
        quantity=Decimal(1), unit_price=net,
    )  # fmt: skip


async def fill(order: Order) -> dict[str, float]:
    await migrate(order.database)
    organisation = an_organisation(time_zone="Europe/London", base_currency="GBP", country="GB")
    client, grant = a_client(channel_id="C0ACME"), a_grant()
    connection = a_connection(client, organisation, grant, purpose=Purpose.DATA_HEALTH)
    async with Database.open(order.database) as database:
        await save(database, a_workspace(), client, grant, organisation)
        await save(database, connection)
        async with database.begin() as session:
            await syncs.schedule(session, WORKSPACE, organisation.id, now=NOW)
        for page in pages(order.transactions):
            async with database.begin() as session:
                await ledger.store(session, organisation.id, page, is_empty=True)
        await database.vacuum((*models.RECORDS, *models.PARTS))  # as a first sync ends
        await synced(database, NOW)
    return {}


async def synced(database: Database, at: datetime) -> None:
    async with database.begin() as session:
        await session.execute(update(Sync).values(synced_at=at))


async def look(order: Order) -> dict[str, float]:
    registry.discover()
    post = Post()
    async with Database.open(order.database) as database, open_http() as http:
        vault = Vault(["a key for measuring that is long enough to be one"])
        tokens = GrantTokens(database, vault, now=lambda: NOW)
        tools = Tools(
            database=database,
            vault=vault,
            gateway=LedgerGateway(configured={}, http=http, tokens=tokens, now=lambda: NOW),
            jobs=post,
            notify=post,
            files=None,  # type: ignore[arg-type]  # nobody drops one
            links=None,  # type: ignore[arg-type]  # no link is made
            now=lambda: NOW,
        )
        async with database.read() as session:
            own = (await session.scalars(select(Organisation.id))).one()
        settle()
        first, late = await timed(tools, own)
        await change(database, own, order.transactions)
        again, later = await timed(replace(tools, now=lambda: NOW + timedelta(minutes=9)), own)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"first": first, "again": again, "mebibytes": most, "late_ms": max(late, later)}


async def change(database: Database, own: str, transactions: int) -> None:
    """An incremental sync brought 200 documents in another version."""
    dice = Random(13)
    size = max(transactions // 60, 50)
    fresh = []
    for _ in range(CHANGED):
        day = NOW.date() - timedelta(days=dice.randrange(60))
        whom = f"c{dice.randrange(size)}"
        number = dice.randrange(transactions)
        fresh.append(document(number, DocumentKind.BILL, day, whom, dice))
    async with database.begin() as session:
        await ledger.store(session, own, fresh, is_empty=False)
    await synced(database, NOW + timedelta(minutes=8))


async def timed(tools: Tools, own: str) -> tuple[float, float]:
    """Seconds of one look, and milliseconds by which the loop was late at most."""
    late: list[float] = []
    listening = asyncio.create_task(listen(late))
    began = time.perf_counter()
    await recalculate(tools, own)
    taken = time.perf_counter() - began
    listening.cancel()
    return taken, max(late, default=0.0) * 1000


async def listen(late: list[float]) -> None:
    while True:
        due = time.perf_counter() + LISTEN_S
        await asyncio.sleep(LISTEN_S)
        late.append(time.perf_counter() - due)


if __name__ == "__main__":
    told = Order(**json.loads(sys.argv[1]))
    print(json.dumps(asyncio.run((fill if told.way == "fill" else look)(told))))
