"""What is sealed stays sealed, comes under the newest key, and is nowhere in the clear."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from providers.tokens import TokenSet
from storage.database import Database
from storage.identity import digest
from storage.models import Entity, Grant, Ticket, Workspace
from storage.queries import secrets
from storage.queries.statements import table_of
from storage.tokens import put, tokens_of
from storage.vault import Vault
from tests.builders import NOW, WORKSPACE, a_client, a_grant, a_ticket, a_workspace, save

OLD = "an old key that has served its time well"
NEW = "a new key that is about to take its place"
SECRETS = {
    "bot token": "xoxb-canary-1",
    "access": "canary-access-2",
    "refresh": "canary-refresh-3",
    "verifier": "canary-verifier-4",
    "link": "canary-link-5",
    "state": "canary-state-6",
}


async def fill(database: Database, vault: Vault, *, many: int = 1) -> None:
    """A workspace, `many` grants and a ticket, with every secret a journey leaves behind."""
    workspace, client = a_workspace(), a_client()
    workspace.sealed_bot_token = vault.seal(SECRETS["bot token"], f"workspace:{WORKSPACE}")
    grants = [a_grant(id=f"g{number:03}") for number in range(many)]
    for grant in grants:
        put(
            grant,
            TokenSet(
                access=SECRETS["access"],
                refresh=SECRETS["refresh"],
                expires_at=NOW + timedelta(minutes=30),
            ),
            vault,
        )
    ticket = a_ticket(
        client, link_digest=digest(SECRETS["link"]), state_digest=digest(SECRETS["state"])
    )
    ticket.sealed_verifier = vault.seal(SECRETS["verifier"], f"ticket:{ticket.id}")
    await save(database, workspace, client, *grants, ticket)


async def dump(database: Database) -> str:
    """Every value of every row, bytes as they are."""
    said = []
    async with database.read() as session:
        for table in Entity.metadata.sorted_tables:
            for row in await session.execute(text(f"SELECT * FROM {table.name}")):
                said += [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row]
    return "\n".join(said)


async def test_a_dump_holds_no_secret_in_the_clear(database: Database) -> None:
    await fill(database, Vault([NEW]))

    everything = await dump(database)

    assert [name for name, secret in SECRETS.items() if secret in everything] == []
    assert digest(SECRETS["link"]) in everything, "the dump is not empty"


def held_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_the_file_and_its_log_hold_no_secret(database: Database, tmp_path: Path) -> None:
    await fill(database, Vault([NEW]))

    files = held_in(tmp_path)

    assert len(files) >= 2, "the database and its log"
    assert [s for s in SECRETS.values() if any(s.encode() in held for held in files)] == []


async def test_entities_show_no_secret(database: Database) -> None:
    await fill(database, Vault([NEW]))

    async with database.read() as session:
        found: list[Any] = [
            await session.get_one(Workspace, WORKSPACE),
            await session.get_one(Grant, "g000"),
        ]
        shown = "".join(map(repr, found))

    assert "sealed" not in shown
    assert "canary" not in repr(tokens_of(found[1], Vault([NEW])))


async def test_every_value_comes_under_the_newest_key(database: Database) -> None:
    both, new = Vault([NEW, OLD]), Vault([NEW])
    await fill(database, Vault([OLD]), many=250)

    async with database.read() as session:
        before = await secrets.on_old_keys(session, both)
    resealed = await secrets.reseal(database, both)
    again = await secrets.reseal(database, both)

    async with database.read() as session:
        after = await secrets.on_old_keys(session, new)
        grant = await session.get_one(Grant, "g249")
    assert before == secrets.OldKeys(count=252, lost=0)
    assert resealed == secrets.Resealed(count=252, unreadable=())
    assert again == secrets.Resealed(count=0, unreadable=())
    assert after == secrets.OldKeys(count=0, lost=0)
    assert tokens_of(grant, new).refresh == SECRETS["refresh"]


async def test_a_value_no_key_opens_is_named_and_does_not_stop_the_others(
    database: Database,
) -> None:
    await fill(database, Vault([OLD]), many=2)
    lost = a_grant(id="g-lost", sealed_tokens=Vault(["x" * 32]).seal("?", "grant:g-lost"))
    await save(database, lost)

    async with database.read() as session:
        before = await secrets.on_old_keys(session, Vault([NEW, OLD]))
    resealed = await secrets.reseal(database, Vault([NEW, OLD]))

    assert before == secrets.OldKeys(count=5, lost=1)
    assert resealed == secrets.Resealed(count=4, unreadable=("grant:g-lost",))


def test_every_sealed_column_is_known_to_the_rotation() -> None:
    sealed = {
        (table.name, column.name)
        for table in map(table_of, (Workspace, Grant, Ticket))
        for column in table.columns
        if column.name.startswith("sealed_")
    }
    everywhere = {
        (table.name, column.name)
        for table in Entity.metadata.sorted_tables
        for column in table.columns
        if column.name.startswith("sealed_")
    }

    assert {(one.table.name, one.column) for one in secrets.SEALED} == sealed == everywhere
