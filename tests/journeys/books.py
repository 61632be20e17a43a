"""Syncs in journeys: whose time has come, and whether the copy is what the ledger holds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from bot.sandbox.browser import Browser
from bot.sandbox.driver import Seen, Words, awaited
from storage.database import Database
from storage.models import Client, Connection, Purpose, Sync, ledger
from storage.queries import syncs
from tests.journeys.office import Office, channel_of

HEALTH = "Data Health"
ANA = "U0ANA"
LONDON = ZoneInfo("Europe/London")  # of every set of books that is synced here
PATIENCE_S = 90  # a spent minute may have to be waited out
KINDS = {"xero": "Invoices", "quickbooks": "Invoice"}  # compared record by record
EDITS = {
    "xero": {"action": "touch", "kind": "Invoices", "count": 3},
    "quickbooks": {"action": "stir"},
}


async def health(office: Office, client: str) -> Connection:
    return await office.connection(client, Purpose.DATA_HEALTH)


async def sync_of(office: Office, client: str) -> Sync:
    connection = await health(office, client)
    async with Database.open(office.database_url) as database, database.read() as session:
        return await session.get_one(Sync, connection.organisation_id)


async def ask(office: Office, client: str, *, by: str | None = None) -> datetime:
    """As if somebody asked for a sync and five minutes had passed since the last; when.

    Where nobody in particular did, the channel alone is told.
    """
    connection, now = await health(office, client), datetime.now(UTC)
    async with office.writing() as session:
        channel = (await session.get_one(Client, connection.client_id)).channel_id
        assert channel is not None
        await syncs.ask(
            session,
            connection.workspace_id,
            connection.organisation_id,
            by=by or channel,
            now=now,
        )
    return now


async def let_time_pass(office: Office, client: str) -> None:
    """As if the time had come at which it goes on by itself."""
    connection = await health(office, client)
    async with office.writing() as session:
        await session.execute(
            update(Sync)
            .where(Sync.organisation_id == connection.organisation_id)
            .values(due_at=datetime.now(UTC) - timedelta(seconds=1))
        )


async def announced(office: Office, client: str) -> datetime:
    """When what the ledger tells of is going to be read, once it has told."""

    async def look() -> datetime | None:
        found = await sync_of(office, client)
        is_told = found.due_at is not None and found.due_at < (found.next_at or found.due_at)
        return found.due_at if is_told else None

    return await awaited(look, lambda: f"nobody told of {client}", PATIENCE_S)


async def edit(office: Office, client: str, organisation: str) -> None:
    """Somebody works in the books."""
    vendor = (await health(office, client)).provider
    await office.ask_ledger(f"{vendor}/edit", organisation=organisation, **EDITS[vendor])


async def finished(office: Office, client: str, since: datetime) -> Sync:
    """Wait for a sync that ended well and began after that."""

    async def look() -> Sync | None:
        found = await sync_of(office, client)
        is_done = found.synced_at is not None and found.synced_at >= since and not found.error
        return found if is_done else None

    return await awaited(look, lambda: f"{client} was not synced", PATIENCE_S)


def day_of(seen: Seen) -> date:
    """Where the books are: a message tells of the syncs of one day there."""
    return datetime.fromtimestamp(float(seen.ts), LONDON).date()


def is_one_a_day(news: Sequence[Seen]) -> bool:
    """However late it is while this runs."""
    return len({day_of(seen) for seen in news}) == len(news)


async def told(office: Office, client: str, *words: Words) -> Seen:
    """What everybody reads in the client's channel, once it says so."""
    where = channel_of(client)
    return await office.driver.read("ben", where, *words, patience_s=PATIENCE_S)


async def enter(office: Office, client: str, organisation: str) -> None:
    """Somebody enters a document, in the ledger's own page."""
    vendor = (await health(office, client)).provider
    kept = office.ledgers.organisation(organisation)
    [party, *_] = kept.rows("Contacts" if vendor == "xero" else "Customer")
    before = len(kept.rows(KINDS[vendor]))
    who = ("contact", "Name") if vendor == "xero" else ("customer", "DisplayName")
    typed = {who[0]: str(party.fields[who[1]]), "amount": "120"}
    async with Browser() as browser:
        page = await browser.open(f"{office.slack}/ledgers/{vendor}/books/{kept.key}")
        done = await browser.press(page, "Enter" if vendor == "xero" else "Add", typed=typed)
    assert len(kept.rows(KINDS[vendor])) == before + 1, done.text


async def copied(office: Office, client: str | None = None) -> int:
    """Documents of all copies, or of this client's."""
    found = select(func.count()).select_from(ledger.documents)
    if client is not None:
        own = (await health(office, client)).organisation_id
        found = found.where(ledger.documents.c.organisation_id == own)
    async with Database.open(office.database_url) as database, database.read() as session:
        return await session.scalar(found) or 0


async def copying(office: Office, client: str | None = None) -> int:
    """Wait until a sync has stored some."""

    async def look() -> int | None:
        return await copied(office, client) or None

    return await awaited(look, lambda: "no documents were stored", PATIENCE_S)


async def differences(office: Office, client: str, organisation: str) -> set[str]:
    """Ids of records that are not in the copy as they are in the ledger."""
    connection = await health(office, client)
    kind = KINDS[connection.provider]
    table = ledger.documents
    held = select(table.c.remote_id, table.c.updated_at).where(
        table.c.organisation_id == connection.organisation_id,
        table.c.source == kind,
        table.c.gone_at.is_(None),
    )
    async with Database.open(office.database_url) as database, database.read() as session:
        copy = {own: at.replace(microsecond=0) for own, at in await session.execute(held)}
    rows = office.ledgers.organisation(organisation).rows(kind)
    there = {row.id: row.updated.astimezone(UTC).replace(microsecond=0) for row in rows}
    assert there, "nothing to compare"
    return {own for own in copy.keys() | there.keys() if copy.get(own) != there.get(own)}
