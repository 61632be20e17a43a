"""Entities as tests need them: sensible defaults, override what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.database import Database
from storage.identity import digest, new_id, new_secret
from storage.models import (
    Client,
    Connection,
    Entity,
    Grant,
    Organisation,
    Person,
    Purpose,
    Role,
    Ticket,
    Workspace,
)

NOW = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)  # where the clock of the tests starts
WORKSPACE = "T01FERNHILL"


async def save(database: Database, *entities: Entity) -> None:
    """Write them in one transaction."""
    async with database.begin() as session:
        session.add_all(entities)


def a_workspace(**over: Any) -> Workspace:
    return Workspace(**{"id": WORKSPACE, "name": "Fernhill Accounting", "created_at": NOW} | over)


def a_person(**over: Any) -> Person:
    return Person(
        **{
            "workspace_id": WORKSPACE,
            "id": "U01ANA",
            "name": "Ana",
            "time_zone": "Europe/London",
            "role": Role.PRACTICE_ADMIN,
            "seen_at": NOW,
        }
        | over
    )


def a_client(**over: Any) -> Client:
    name = over.get("name", "Acme Ltd")
    return Client(
        **{
            "id": new_id(),
            "workspace_id": WORKSPACE,
            "name": name,
            "name_key": name.casefold(),
            "created_at": NOW,
            "created_by": "U01ANA",
        }
        | over
    )


def an_organisation(**over: Any) -> Organisation:
    return Organisation(
        **{
            "id": new_id(),
            "workspace_id": WORKSPACE,
            "provider": "xero",
            "tenant_id": new_id(),
            "name": "Acme Limited",
            "country": "GB",
            "base_currency": "GBP",
        }
        | over
    )


def a_grant(**over: Any) -> Grant:
    return Grant(
        **{
            "id": new_id(),
            "workspace_id": WORKSPACE,
            "provider": "xero",
            "made_by": "U01ANA",
            "created_at": NOW,
        }
        | over
    )


def a_connection(
    client: Client | None = None,
    organisation: Organisation | None = None,
    grant: Grant | None = None,
    **over: Any,
) -> Connection:
    """Connected for bookkeeping; give the rows it belongs to, or their ids as keywords."""
    ids = {
        "client_id": client.id if client else new_id(),
        "organisation_id": organisation.id if organisation else new_id(),
        "grant_id": grant.id if grant else None,
    }
    owner = client or organisation or grant
    return Connection(
        **{
            "id": new_id(),
            "workspace_id": owner.workspace_id if owner else WORKSPACE,
            "purpose": Purpose.BOOKKEEPING,
            "provider": organisation.provider if organisation else "xero",
            "status_since": NOW,
            "connected_by": "U01ANA",
            "connected_at": NOW,
        }
        | ids
        | over
    )


def a_ticket(client: Client | None = None, **over: Any) -> Ticket:
    return Ticket(
        **{
            "id": new_id(),
            "workspace_id": client.workspace_id if client else WORKSPACE,
            "person_id": "U01ANA",
            "client_id": client.id if client else new_id(),
            "purpose": Purpose.BOOKKEEPING,
            "provider": "xero",
            "created_at": NOW,
            "expires_at": NOW + timedelta(minutes=10),
            "link_digest": digest(new_secret()),
        }
        | over
    )


def a_connected_client(**over: Any) -> tuple[Client, Organisation, Grant, Connection]:
    """A client with its bookkeeping connection and what that rests on; `over` is the client's."""
    client = a_client(**over)
    organisation = an_organisation(workspace_id=client.workspace_id)
    grant = a_grant(workspace_id=client.workspace_id)
    return client, organisation, grant, a_connection(client, organisation, grant)
