"""Workflows of approval, whose manager is whom, and who stands in for somebody away.

The amounts from which somebody had to agree become the first workflow of their client.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

FIRST, SECOND = "first", "second"  # the stages of what is carried over
OLD = ("approve_above", "approvers", "then_above", "then_approvers", "auto_once_approved")

_choices = sa.table(
    "publishing_choices",
    sa.column("workspace_id", sa.String()),
    sa.column("client_id", sa.String()),
    sa.column("choices", sa.JSON()),
)
_items = sa.table(
    "items",
    sa.column("id", sa.String()),
    sa.column("workspace_id", sa.String()),
    sa.column("client_id", sa.String()),
    sa.column("state", sa.String()),
    sa.column("approval", sa.JSON()),
)


def upgrade() -> None:
    for name in ("manager_id", "deputy_id"):
        op.add_column("people", sa.Column(name, sa.String(), nullable=True))
    op.add_column("people", sa.Column("away_until", sa.DateTime(timezone=True), nullable=True))
    workflows = op.create_table(
        "approval_workflows",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("auto_publish", sa.Boolean(), nullable=False),
        sa.Column("allows_own", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_approval_workflows_workspace_id_client_id_clients",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_approval_workflows"),
    )
    op.create_index(
        "ix_approval_workflows_client",
        "approval_workflows",
        ["workspace_id", "client_id", "position"],
    )
    connection = op.get_bind()
    for workspace_id, client_id, choices in connection.execute(sa.select(*_choices.c)).all():
        own = (workspace_id, client_id)
        if choices.get("approve_above") is not None and choices.get("approvers"):
            connection.execute(workflows.insert().values(_workflow(*own, choices)))
            _carry_over_items(connection, *own)
        if any(name in choices for name in OLD):
            _forget(connection, *own, choices)


def _workflow(workspace_id: str, client_id: str, choices: Mapping[str, Any]) -> dict[str, Any]:
    stages = [_stage(FIRST, choices["approve_above"], choices["approvers"])]
    if choices.get("then_above") is not None and choices.get("then_approvers"):
        stages.append(_stage(SECOND, choices["then_above"], choices["then_approvers"]))
    return {
        "id": client_id,
        "workspace_id": workspace_id,
        "client_id": client_id,
        "name": "All items",
        "description": "",
        "position": 0,
        "is_on": True,
        "scope": {},
        "stages": stages,
        "auto_publish": bool(choices.get("auto_once_approved")),
        "allows_own": False,
        "made_at": sa.func.current_timestamp(),
        "made_by": "system",
        "version": 1,
    }


def _stage(name: str, least: object, people: list[str]) -> dict[str, Any]:
    always = str(least).strip("0.") == ""
    return {"id": name, "least": None if always else str(least), "people": list(people)}


def _carry_over_items(connection: sa.Connection, workspace_id: str, client_id: str) -> None:
    """What waits, or was approved, goes on where it stood."""
    own = (_items.c.workspace_id == workspace_id, _items.c.client_id == client_id)
    held = sa.select(_items.c.id, _items.c.approval).where(
        *own, _items.c.state.in_(("pending approval", "approved", "to review"))
    )
    for item_id, approval in connection.execute(held).all():
        if not approval.get("state"):
            continue
        given = approval.get("given", [])
        kept = {name: told for name, told in approval.items() if name != "then"} | {
            "workflow": client_id,
            "stage": SECOND if given else FIRST,
            "given": [{"by": each, "stage": FIRST} for each in given],
        }
        connection.execute(_items.update().where(_items.c.id == item_id).values(approval=kept))


def _forget(
    connection: sa.Connection, workspace_id: str, client_id: str, choices: Mapping[str, Any]
) -> None:
    kept = {name: told for name, told in choices.items() if name not in OLD}
    connection.execute(
        sa.update(_choices)
        .where(_choices.c.workspace_id == workspace_id, _choices.c.client_id == client_id)
        .values(choices=kept)
    )
