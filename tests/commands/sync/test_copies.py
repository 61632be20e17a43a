"""Whatever an accountant does, the next sync makes the copy what a fresh one would be."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from commands.sync.schedule import EVERY
from commands.sync.sync import bring
from storage.models import Connection, Sync, ledger
from storage.queries import ledger as copies
from storage.queries import syncs
from tests.commands.connecting import VENDORS, World
from tests.conftest import Clock

Edit = dict[str, Any]
ROUNDS, EDITS = 3, 12
KINDS = ("Invoices", "CreditNotes", "BankTransactions", "ManualJournals", "PurchaseOrders")
ENTITIES = ("Invoice", "Bill", "Purchase", "JournalEntry", "SalesReceipt", "Estimate")


async def copied(world: World, connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the copy that are not gone, by table, in order."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    whole: set[tuple[str, str]] = set()  # (source, remote id)
    async with world.database.read() as session:
        for table in (*ledger.RECORDS, *ledger.PARTS):
            here = select(table).where(table.c.organisation_id == connection.organisation_id)
            rows = (await session.execute(here)).mappings().all()
            if table in ledger.RECORDS:
                rows = [row for row in rows if row["gone_at"] is None]
                whole |= {(row["source"], row["remote_id"]) for row in rows}
            else:
                rows = [row for row in rows if (row["source"], row["document_id"]) in whole]
            told = [tuple(v for k, v in row.items() if k != "digest") for row in rows]
            found[table.name] = sorted(told, key=repr)
    return found


async def sync(world: World, clock: Clock, connection: Connection) -> None:
    """A night later, so that small lists are old enough to be read again."""
    clock.advance(EVERY)
    async with world.database.begin() as session:
        await syncs.ask(
            session, connection.workspace_id, connection.organisation_id, by="U01ANA", now=clock()
        )
    await bring(world.tools, connection.organisation_id)
    [state] = await world.all(Sync)
    assert state.error is None


async def fresh(world: World, clock: Clock, connection: Connection) -> None:
    """Forget the copy and make it anew."""
    whose = (connection.workspace_id, connection.organisation_id)
    async with world.database.begin() as session:
        await copies.erase(session, *whose)
        await syncs.erase(session, *whose)
        await syncs.schedule(session, *whose, now=clock())
    await sync(world, clock, connection)


async def edited(world: World, vendor: str, organisation: str, edit: Edit) -> bool:
    """Whether the ledger let the accountant do it."""
    address = f"{VENDORS}/ledgers/{vendor}/edit"
    answer = await world.browser().client.post(address, json={"organisation": organisation} | edit)
    assert answer.status_code in {200, 400, 404, 409}, answer.text
    return answer.status_code == 200


def names(world: World, organisation: str, kind: str) -> list[str]:
    return [row.id for row in world.ledgers.organisation(organisation).rows(kind)]


def xero_edit(world: World, random: Random) -> Edit:
    def some(kind: str) -> str:
        return random.choice(names(world, "Acme Limited", kind))

    kind = random.choice(KINDS)
    bill = {
        "Type": random.choice(["ACCPAY", "ACCREC"]),
        "Contact": some("Contacts"),
        "LineItems": [
            {"Description": "Work", "Quantity": 1, "UnitAmount": random.randint(1, 900),
             "AccountCode": "429", "TaxType": "INPUT2"}
        ],
    }  # fmt: skip
    return random.choice(
        [
            {"action": "add", "kind": "Invoices", "fields": bill},
            {"action": "approve", "kind": "Invoices", "name": some("Invoices")},
            {"action": "void", "kind": kind, "name": some(kind)},
            {"action": "delete", "kind": kind, "name": some(kind)},
            {"action": "delete", "kind": "Payments", "name": some("Payments")},
            {"action": "delete", "kind": "BankTransfers", "name": some("BankTransfers")},
            {"action": "pay", "name": some("Invoices"), "account": "090"},
            {"action": "reconcile", "kind": "BankTransactions", "name": some("BankTransactions")},
            {"action": "archive", "kind": "Accounts", "name": some("Accounts")},
            {"action": "remove", "kind": "Accounts", "name": some("Accounts")},
            {"action": "archive", "kind": "Contacts", "name": some("Contacts")},
            {"action": "merge", "name": some("Contacts"), "into": some("Contacts")},
            {"action": "rename", "kind": "Contacts", "name": some("Contacts"), "to": "A new name"},
            {"action": "remove", "kind": "TaxRates", "name": some("TaxRates")},
        ]
    )


def quickbooks_edit(world: World, random: Random) -> Edit:
    def some(kind: str) -> str:
        return random.choice(names(world, "Bright Bakery", kind))

    kind = random.choice(ENTITIES)
    amount = str(random.randint(1, 900))
    return random.choice(
        [
            {"action": "add_invoice", "customer": some("Customer"), "amount": amount},
            {
                "action": "add_bill",
                "vendor": some("Vendor"),
                "account": some("Account"),
                "amount": amount,
            },
            {"action": "edit", "kind": kind, "name": some(kind), "memo": amount},
            {"action": "void", "kind": kind, "name": some(kind)},
            {"action": "delete", "kind": kind, "name": some(kind)},
            {"action": "delete_payment", "name": some("Payment")},
            {"action": "receive_payment", "name": some("Invoice")},
            {"action": "pay_bill", "name": some("Bill")},
            {"action": "make_inactive", "kind": "Account", "name": some("Account")},
            {"action": "make_inactive", "kind": "Customer", "name": some("Customer")},
            {
                "action": "merge",
                "kind": "Vendor",
                "name": some("Vendor"),
                "into": some("Vendor"),
            },
            {"action": "rename", "kind": "Item", "name": some("Item"), "to": f"New {amount}"},
        ]
    )


LEDGERS = {
    "xero": ("Acme Ltd", "Acme Limited", xero_edit),
    "quickbooks": ("Bright Bakery", "Bright Bakery", quickbooks_edit),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("vendor", LEDGERS)
async def test_after_any_edits_a_sync_equals_a_fresh_copy(
    world: World, clock: Clock, vendor: str, seed: int
) -> None:
    client, organisation, some_edit = LEDGERS[vendor]
    await world.practice.has(client)
    connection = await world.connect(client, organisation, purpose="data_health", software=vendor)
    random, done = Random(seed), 0
    await sync(world, clock, connection)
    for _ in range(ROUNDS):
        for _ in range(EDITS):
            clock.advance(timedelta(minutes=random.randint(1, 40)))
            done += await edited(world, vendor, organisation, some_edit(world, random))
        await sync(world, clock, connection)
    kept = await copied(world, connection)
    await fresh(world, clock, connection)

    assert done > EDITS, "too few of the edits could be made"
    made_anew = await copied(world, connection)
    assert {name: len(rows) for name, rows in kept.items()} == {
        name: len(rows) for name, rows in made_anew.items()
    }
    assert kept == made_anew
