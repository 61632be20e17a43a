"""A client connected to Xero with a few entries in its lists, and items on their way there."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from commands import registry
from commands.publishing.readiness.readiness import reassess
from commands.replies import Answer, Form, Invocation, Reply, SearchField, call
from storage.database import Database
from storage.models import AuditEvent, Client, Connection, Item, ItemChange, ListEntry
from storage.queries import item_files, items, lists
from storage.queries.item_files import NewFile
from tests.builders import NOW, WORKSPACE, a_connection, a_grant, an_organisation, save
from tests.commands.connecting import World, drawn, said
from tests.commands.practice import BEN, Practice, buttons

READ: dict[str, str] = {
    "supplier": "Paper & Pens",
    "day": "2026-05-01",
    "number": "INV-77",
    "currency": "GBP",
    "total": "120.00",
    "tax": "20.00",
}
ENTRIES: tuple[dict[str, Any], ...] = (
    {"kind": "accounts", "record": "account", "remote_id": "printing", "code": "461",
     "name": "Printing & Stationery",
     "details": {"account_class": "EXPENSE", "account_type": "EXPENSE", "tax_rate": "INPUT2"}},
    {"kind": "accounts", "record": "account", "remote_id": "general", "code": "429",
     "name": "General Expenses", "active": False,
     "details": {"account_class": "EXPENSE", "account_type": "EXPENSE", "tax_rate": "INPUT2"}},
    {"kind": "accounts", "record": "account", "remote_id": "travel", "code": "493",
     "name": "Travel",
     "details": {"account_class": "EXPENSE", "account_type": "EXPENSE", "tax_rate": "INPUT2"}},
    {"kind": "tax", "record": "tax_rate", "remote_id": "INPUT2", "code": "INPUT2",
     "name": "20% (VAT on Expenses)", "details": {"rate": "20", "on_costs": True}},
    {"kind": "tax", "record": "tax_rate", "remote_id": "NONE", "code": "NONE",
     "name": "No VAT", "details": {"rate": "0", "on_costs": True, "on_sales": True}},
    {"kind": "contacts", "record": "contact", "remote_id": "pens",
     "name": "Paper & Pens", "details": {"is_supplier": True}},
    {"kind": "tracking", "record": "tracking_option", "remote_id": "north",
     "name": "North", "details": {"category_id": "region", "category_name": "Region"}},
    {"kind": "banks", "record": "bank_account", "remote_id": "current",
     "name": "Current account", "details": {"currency": "GBP", "number": "1234"}},
)  # fmt: skip


@dataclass(slots=True)
class Desk:
    """Everybody's hands on the items of Acme Ltd."""

    practice: Practice
    client: Client
    connection: Connection

    @property
    def database(self) -> Database:
        return self.practice.database

    async def item(self, *files: NewFile, title: str = "ben.jpg", **read: str | None) -> Item:
        """Handed in by Ben and read; judged as it would be."""
        facts = {name: text for name, text in {**READ, **read}.items() if text is not None}
        async with self.database.begin() as session:
            item = await items.add(
                session, WORKSPACE, self.client.id, by=BEN, source="upload", title=title,
                now=self.practice.tools.now(), files=files,
            )  # fmt: skip
            item.read = {n: {"value": t, "confidence": 1, "by": "ubl"} for n, t in facts.items()}
            item.supplier = facts.get("supplier")
        return await self.change(item)

    async def change(self, item: Item, **over: Any) -> Item:
        """As something else than these screens might; judged anew."""
        async with self.database.begin() as session:
            fresh = await items.find(session, WORKSPACE, item.id, lock=True)
            assert fresh is not None
            for name, value in over.items():
                setattr(fresh, name, value)
            await session.flush()
            await reassess(session, self.practice.tools, fresh, now=self.practice.tools.now())
        return fresh

    async def look(self) -> None:
        """What the timetable does soon after: judge what has changed, and compare it."""
        job = registry.JOBS["items.look"]
        async with self.database.read() as session:
            due = await job.due(session, self.practice.tools.now())
        for key in due:
            await job.work(self.practice.tools, key)

    async def now(self, item: Item) -> Item:
        async with self.database.read() as session:
            found = await items.find(session, WORKSPACE, item.id)
        assert found is not None
        return found

    async def open(self, person_id: str, item: Item) -> Reply:
        answer = await self.does(person_id, call("items.show", item=item.id))
        assert isinstance(answer, Reply)
        return answer

    async def does(self, person_id: str, invocation: Invocation | None) -> Answer:
        assert invocation is not None
        return drawn(await self.practice.press(person_id, invocation))

    async def press(self, person_id: str, answer: Answer, label: str) -> Answer:
        assert isinstance(answer, Reply), said(answer)
        return await self.does(person_id, buttons(answer)[label])

    async def fill(self, person_id: str, form: Answer, **values: str) -> Answer:
        """Send the form in with these fields changed; one of "" is emptied."""
        assert isinstance(form, Form), said(form)
        assert form.submits is not None
        began = {field.name: _initial(field) for field in form.fields}
        assert values.keys() <= began.keys(), values.keys() - began.keys()
        sent = {name: text for name, text in {**began, **values}.items() if text}
        return await self.does(person_id, form.submits.having(**sent))

    async def changes(self, item: Item) -> list[ItemChange]:
        async with self.database.read() as session:
            return list(await items.changes(session, WORKSPACE, item.id))

    async def audit(self, item: Item) -> list[AuditEvent]:
        async with self.database.read() as session:
            about = select(AuditEvent).where(AuditEvent.subject_id == item.id)
            return list(await session.scalars(about.order_by(AuditEvent.at)))

    async def file_names(self, item: Item) -> list[str]:
        async with self.database.read() as session:
            return [f.name for f in await item_files.of_item(session, WORKSPACE, item.id)]


def _initial(field: Any) -> str:
    initial = field.initial
    if isinstance(field, SearchField):
        return initial.value if initial else ""
    return str(initial) if initial else ""


async def a_desk(world: World, provider: str = "xero") -> Desk:
    """Acme Ltd keeps its books there; Ben and everybody else works for it."""
    registry.discover()
    practice = world.practice
    [client] = await practice.has("Acme Ltd")
    await practice.assign(BEN, client)
    organisation = an_organisation(
        provider=provider,
        details={"is_active": True, "is_multi_currency": True},
        plan="STANDARD" if provider == "xero" else "Plus",
    )
    grant = a_grant(provider=provider)
    connection = a_connection(client, organisation, grant, lists_read_at=NOW)
    await save(practice.database, organisation, grant)
    await save(practice.database, connection)
    made = [
        ListEntry(**{"workspace_id": "", "connection_id": "", "digest": "0", "run_id": "1",
                     "first_seen_at": NOW} | each)
        for each in ENTRIES
    ]  # fmt: skip
    async with practice.database.begin() as session:
        await lists.save(session, WORKSPACE, connection.id, made)
    return Desk(practice=practice, client=client, connection=connection)
