"""What people chose before a migration holds after it."""

from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy import Connection, MetaData, Table

from storage.database import migrating_engine
from storage.schema import configuration, migrate
from tests.builders import NOW

OWN = {"workspace_id": "T1", "client_id": "acme"}
CHOICES = {
    "approve_above": "100.00",
    "approvers": ["chloe"],
    "then_above": "1000",
    "then_approvers": ["ana", "ben"],
    "auto_once_approved": True,
    "twins": "off",
}
PENDING = {
    "state": "pending", "by": "ben", "at": "2026-06-01", "since": "2026-06-01", "reminded": 1,
    "asked": ["ana"], "then": [], "given": ["chloe"],
}  # fmt: skip


SENT = {
    "state": "published", "draft": {"number": "1"}, "result": {}, "problems": [], "notice": {},
    "payment": "none", "files": "none", "version": 3,
}  # fmt: skip


def before(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "0009")
    tables = MetaData()
    tables.reflect(
        connection,
        only=["workspaces", "clients", "items", "publishing_choices", "publishing_batches",
              "publications"],
    )  # fmt: skip

    def has(table: str, **told: Any) -> None:
        connection.execute(tables.tables[table].insert().values(told))

    has("workspaces", id="T1", name="Fernhill", created_at=NOW)
    for client, choices in (("acme", CHOICES), ("oak", {"twins": "off"})):
        has("clients", id=client, workspace_id="T1", name=client, name_key=client, version=1,
            created_at=NOW, created_by="ana", sync_news="everything")  # fmt: skip
        has("publishing_choices", workspace_id="T1", client_id=client, choices=choices,
            auto_since={}, version=1)  # fmt: skip
    item = {
        "side": "cost", "kind": "invoice", "owner": "ben", "source": "form", "title": "a.pdf",
        "submitted_at": NOW, "read": {}, "manual": {}, "lines": [], "problems": [], "error": {},
        "generation": 1, "twins_accepted": [], "tries": 0, "version": 1,
    }  # fmt: skip
    approved = {"state": "approved", "total": "120.00", "by": "ben", "given": ["chloe"]}
    states: dict[str, tuple[str, dict[str, Any]]] = {
        "waits": ("pending approval", PENDING),
        "agreed": ("approved", approved),
        "new": ("to review", {}),
    }
    for name, (state, approval) in states.items():
        has("items", **OWN, **item, id=name, state=state, approval=approval)
    claimed = item | {"side": "claim", "id": "claimed", "state": "ready", "approval": {}}
    has("items", **OWN, **claimed)
    has("publishing_batches", **OWN, id="batch", connection_id="c", by="ana", at=NOW,
        is_automatic=False, is_told=True, tries=0)  # fmt: skip
    has("publications", **OWN, **SENT, id="sent", item_id="agreed", generation=1,
        batch_id="batch", connection_id="c", reference="agreed-1", at=NOW)  # fmt: skip


def rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    names = ("approval_workflows", "publishing_choices", "items", "publications")
    found = {name: Table(name, MetaData(), autoload_with=connection) for name in names}
    return {
        name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
        for name, table in found.items()
    }


async def carried_over(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = migrating_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(before)
    await migrate(url)
    async with engine.begin() as connection:
        found = await connection.run_sync(rows)
    await engine.dispose()
    return found


async def test_what_was_published_stays_so_and_expenses_are_looked_at_for_their_claim(
    unmigrated_url: str,
) -> None:
    found = await carried_over(unmigrated_url)
    (sent,) = found["publications"]
    due = [each["id"] for each in found["items"] if each["due_at"] is not None]

    assert (sent["item_id"], sent["claim_id"], sent["state"]) == ("agreed", None, "published")
    assert sent["draft"] == {"number": "1"}
    assert due == ["claimed"]


async def test_amounts_to_approve_become_the_first_workflow(unmigrated_url: str) -> None:
    found = await carried_over(unmigrated_url)
    (workflow,) = found["approval_workflows"]
    items = {each["id"]: each["approval"] for each in found["items"]}

    assert (workflow["client_id"], workflow["auto_publish"]) == ("acme", True)
    assert workflow["stages"] == [
        {"id": "first", "least": "100.00", "people": ["chloe"]},
        {"id": "second", "least": "1000", "people": ["ana", "ben"]},
    ]
    assert [each["choices"] for each in found["publishing_choices"]] == [{"twins": "off"}] * 2
    assert items["new"] == {}
    assert (items["agreed"]["workflow"], items["agreed"]["total"]) == (workflow["id"], "120.00")
    assert items["waits"]["given"] == [{"by": "chloe", "stage": "first"}]
    assert (items["waits"]["stage"], items["waits"]["asked"]) == ("second", ["ana"])
