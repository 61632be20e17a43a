"""A practice of believable size for benchmarks: one administrator, 200 clients, Acme connected."""

from datetime import UTC, datetime

from commands.clients.names import name_key
from storage.database import Database
from storage.models import Client, Purpose
from tests.builders import (
    a_client,
    a_connection,
    a_grant,
    a_person,
    a_workspace,
    an_organisation,
    save,
)

WORKSPACE = "T0FERNHILL"
CLIENTS = 200


def client(number: int) -> Client:
    name = "Acme Ltd" if number == 0 else f"Client {number:03} Trading"
    return a_client(
        workspace_id=WORKSPACE,
        name=name,
        name_key=name_key(name),
        channel_id="C0ACME" if number == 0 else f"C0CLIENT{number:03}",
    )


async def furnish(database_url: str) -> None:
    now = datetime.now(UTC)
    acme, *others = [client(number) for number in range(CLIENTS)]
    grant = a_grant(workspace_id=WORKSPACE, created_at=now)
    organisation = an_organisation(workspace_id=WORKSPACE)
    connections = [
        a_connection(
            workspace_id=WORKSPACE,
            client_id=acme.id,
            purpose=purpose,
            organisation_id=organisation.id,
            grant_id=grant.id,
            connected_by="U0ANA",
            connected_at=now,
            status_since=now,
            lists_read_at=now,
        )
        for purpose in Purpose
    ]
    async with Database.open(database_url) as database:
        await save(database, a_workspace(id=WORKSPACE, created_at=now))
        await save(
            database,
            a_person(workspace_id=WORKSPACE, id="U0ANA", seen_at=now),
            acme,
            *others,
            grant,
            organisation,
        )
        await save(database, *connections)
