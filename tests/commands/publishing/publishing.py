"""Clients with books at the stand-in ledgers, items of theirs, and what came of publishing them."""

from collections.abc import Awaitable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from commands.publishing.readiness.readiness import reassess
from commands.publishing.sending.send import send
from commands.replies import Answer, call
from storage.identity import new_id
from storage.models import (
    Batch,
    ClaimPart,
    Client,
    Item,
    ItemFile,
    ItemState,
    ListEntry,
    Publication,
)
from storage.queries import publications
from tests.commands.connecting import World
from tests.commands.practice import ANA, WORKSPACE
from tests.conftest import Clock

CODES = {"xero": "461", "quickbooks": "Printing and stationery"}
SOFTWARE = {"Acme Ltd": ("Acme Limited", "xero"), "Bright Bakery": ("Bright Bakery", "quickbooks")}


class PowerCut(BaseException):
    """The process ends here."""


@dataclass(slots=True)
class Cut:
    """Awaits something up to its so-manieth pause, where the power fails."""

    work: Awaitable[Any]
    at: int
    pauses: int = field(default=0)

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self.work.__await__()
        value: Any = None
        while True:
            try:
                waited = inner.send(value)
            except StopIteration as done:
                return done.value
            self.pauses += 1
            if self.pauses == self.at:
                yield from self._cleanup(inner)
                raise PowerCut
            value = yield waited

    def _cleanup(self, inner: Any) -> Generator[Any, Any, None]:
        """What a database does for a process that is gone: the open transaction is rolled back."""
        step = inner.throw
        given: Any = PowerCut()
        while True:
            try:
                waited = step(given)
            except (PowerCut, StopIteration):
                return
            given = yield waited
            step = inner.send


@dataclass(slots=True)
class Desk:
    """One client of a practice, whose items are published."""

    world: World
    clock: Clock
    client: Client
    vendor: str
    organisation: str

    @property
    def books(self) -> Any:
        return self.world.ledgers.organisation(self.organisation)

    async def entry(self, kind: str, name: str) -> str:
        """The id of a list entry, by its name or code."""
        async with self.world.database.read() as session:
            rows = (await session.scalars(select(ListEntry).where(ListEntry.kind == kind))).all()
        return next(r.remote_id for r in rows if name in (r.name, r.code))

    async def some(self, kind: str, **details: Any) -> ListEntry:
        """Any active entry of a list with these details."""
        async with self.world.database.read() as session:
            rows = (await session.scalars(select(ListEntry).where(ListEntry.kind == kind))).all()
        return next(
            r for r in rows if r.active and all(r.details.get(k) == v for k, v in details.items())
        )

    async def tax(self) -> str:
        """The key of 20 % on costs."""
        async with self.world.database.read() as session:
            rows = (await session.scalars(select(ListEntry).where(ListEntry.kind == "tax"))).all()
        rates = [r for r in rows if r.details["on_costs"] and r.details["rate"]]
        return next(r.remote_id for r in rates if Decimal(r.details["rate"]) == 20)

    async def has_item(
        self, *, files: Mapping[str, bytes] | None = None, **facts: str | None
    ) -> Item:
        """A bill of 120.00, 20.00 of it tax, coded by hand, changed as told."""
        usual: dict[str, str | None] = {
            "supplier": "Paper & Pens",
            "day": "2026-05-20",
            "number": f"INV-{new_id()[:6]}",
            "currency": "GBP",
            "total": "120.00",
            "tax": "20.00",
            "account": await self.entry("accounts", CODES[self.vendor]),
            "tax_rate": await self.tax(),
            "publish_as": "awaiting payment",
        }
        told = {k: {"value": v, "by": ANA, "at": "2026-06-01T09:00:00+00:00"}
                for k, v in (usual | facts).items()}  # fmt: skip
        item = Item(
            id=new_id(),
            workspace_id=WORKSPACE,
            client_id=self.client.id,
            state=ItemState.TO_REVIEW,
            owner=ANA,
            source="form",
            title="receipt.pdf",
            submitted_at=self.clock(),
            manual=told,
        )
        async with self.world.database.begin() as session:
            session.add(item)
            for position, (name, content) in enumerate((files or {}).items()):
                session.add(
                    ItemFile(
                        item_id=item.id, position=position, workspace_id=WORKSPACE, name=name,
                        mime="application/pdf", size=len(content), digest=name, content=content,
                    )
                )  # fmt: skip
            await session.flush()
            await reassess(session, self.world.tools, item, now=self.clock())
        return item

    async def publish_claim(self, item: Item, *, person_id: str = ANA) -> Answer:
        """The expense claim it is on; what is put on one after that is on the next."""
        async with self.world.database.begin() as session:
            (await session.get_one(Item, item.id)).due_at = self.clock()
        await self.world.work("items.look")
        async with self.world.database.read() as session:
            part = await session.get_one(ClaimPart, item.id)
        does = call("publishing.publish_claim", claim=part.claim_id)
        return await self.world.practice.press(person_id, does)

    async def publish(self, *items: Item, person_id: str = ANA) -> Answer:
        ids = ",".join(item.id for item in items)
        does = call("publishing.publish", client=self.client.id, items=ids)
        return await self.world.practice.press(person_id, does)

    async def work(self, *, rounds: int = 8) -> None:
        """Do what is due, and let the time pass that is waited for in between."""
        for _ in range(rounds):
            due = [each for each in await self.all(Batch) if each.due_at is not None]
            if not due:
                return
            for batch in due:
                if batch.due_at > self.clock.at:
                    self.clock.advance(batch.due_at - self.clock.at)
                if batch.lease_until is not None and batch.lease_until > self.clock.at:
                    self.clock.advance(batch.lease_until - self.clock.at + timedelta(seconds=1))
                await send(self.world.tools, batch.id)

    async def all(self, entity: Any) -> list[Any]:
        return await self.world.all(entity)

    async def item(self, item: Item) -> Item:
        async with self.world.database.read() as session:
            found = await session.scalar(select(Item).where(Item.id == item.id))
        assert found is not None
        return found

    async def publication(self, item: Item) -> Publication:
        async with self.world.database.read() as session:
            own = await session.get_one(Item, item.id)
            found = await publications.of_item(session, WORKSPACE, own.id, own.generation)
        assert found is not None
        return found

    def documents(self, reference: str) -> list[Any]:
        """What the ledger has under this reference of ours, whatever it is."""
        return [row for row in self._everything() if reference in str(row.fields)]

    def payments_of(self, row: Any) -> int:
        """How often the ledger has it paid."""
        if self.vendor == "xero":
            return len(row.fields["Payments"])
        own = {"TxnId": row.id, "TxnType": "Bill"}
        paid = self.books.rows("BillPayment")
        return sum(own in line["LinkedTxn"] for each in paid for line in each.fields["Line"])

    def has_one_file(self, row: Any) -> bool:
        """At Xero a second of its name would take its place."""
        if self.vendor == "xero":
            return bool(row.fields["HasAttachments"])
        own = {"type": "Bill", "value": row.id}
        files = self.books.rows("Attachable")
        refs = [ref["EntityRef"] for each in files for ref in each.fields["AttachableRef"]]
        return refs.count(own) == 1

    def _everything(self) -> list[Any]:
        resources = (
            ("Invoices", "CreditNotes", "BankTransactions")
            if self.vendor == "xero"
            else ("Bill", "Purchase", "VendorCredit", "Invoice", "SalesReceipt", "CreditMemo")
        )
        return [row for resource in resources for row in self.books.rows(resource)]


async def at(world: World, clock: Clock, name: str) -> Desk:
    """A client whose bookkeeping is connected and whose lists are read."""
    organisation, vendor = SOFTWARE[name]
    (client,) = await world.practice.has(name, channel_id="C0ACME")
    await world.connect(name, organisation, software=vendor)
    await world.work("lists.refresh")
    return Desk(world=world, clock=clock, client=client, vendor=vendor, organisation=organisation)
