"""What ending a connection stops, what stays, and what goes on."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import purpose_in_brackets
from commands.connections.states import holds_organisation
from storage.models import Connection, Purpose
from storage.queries import connections, health, items, lists, publishing, syncs
from storage.queries.items import Shelf

OPEN = (Shelf.TO_REVIEW, Shelf.READY, Shelf.ERRORS, Shelf.WAITING)


async def effects(session: AsyncSession, connection: Connection) -> dict[str, object]:
    """What the people who are asked about it should know."""
    workspace_id, organisation_id = connection.workspace_id, connection.organisation_id
    both = await connections.of_client(session, workspace_id, connection.client_id)
    other = next((c for c in both if c.id != connection.id and holds_organisation(c)), None)
    same = await connections.of_organisation(session, workspace_id, organisation_id)
    reading = {c.id for c in same if c.id != connection.id and c.is_usable}
    counted = await lists.counts(session, workspace_id, connection.id)
    of_purpose = copied if connection.purpose is Purpose.DATA_HEALTH else coded
    return {
        "entries": sum(counted.values()),
        "read_at": connection.lists_read_at,
        "other": purpose_in_brackets(other.purpose) if other else None,
        "goes_on": other is not None and other.id in reading,
        "access_stays": bool(reading),
        **await of_purpose(session, connection),
    }


async def coded(session: AsyncSession, connection: Connection) -> dict[str, object]:
    """What is meant for this ledger: items on their way into it, and how they are coded."""
    whose = (connection.workspace_id, connection.client_id)
    shelves = await items.counts(session, *whose)
    return {
        "is_copy": False,
        "items": sum(shelves.get(shelf, 0) for shelf in OPEN),
        "rules": sum((await publishing.count_rules(session, *whose)).values()),
        "methods": len(await publishing.methods(session, *whose)),
    }


async def copied(session: AsyncSession, connection: Connection) -> dict[str, object]:
    """What there is of the books."""
    whose = (connection.workspace_id, connection.organisation_id)
    found, sync = await health.size(session, *whose), await syncs.find(session, *whose)
    return {
        "is_copy": True,
        "transactions": found.transactions if found else 0,
        "findings": found.findings if found else 0,
        "synced_at": sync.synced_at if sync else None,
    }
