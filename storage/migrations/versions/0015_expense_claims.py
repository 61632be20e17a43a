"""Expense claims of a period, each of which goes into the ledger as one document.

Items that wait to be claimed are looked at again, which puts them on one.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_items = sa.table(
    "items",
    sa.column("side", sa.String()),
    sa.column("state", sa.String()),
    sa.column("due_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    _claims()
    _parts()
    with op.batch_alter_table("publications") as publications:
        publications.alter_column("item_id", existing_type=sa.String(), nullable=True)
        publications.add_column(sa.Column("claim_id", sa.String(), nullable=True))
        publications.create_unique_constraint(
            "uq_publications_claim_id_generation", ["claim_id", "generation"]
        )
        publications.create_foreign_key(
            "fk_publications_workspace_id_claim_id_expense_claims",
            "expense_claims",
            ["workspace_id", "claim_id"],
            ["workspace_id", "id"],
            initially="DEFERRED",
            deferrable=True,
        )
    waiting = _items.c.side == "claim", _items.c.state.in_(("ready", "approved"))
    op.execute(_items.update().where(*waiting).values(due_at=datetime.now(UTC)))


def _claims() -> None:
    op.create_table(
        "expense_claims",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "publishing", "published", name="claimstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_expense_claims_workspace_id_client_id_clients",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_expense_claims"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_expense_claims_workspace_id_id"),
        sa.UniqueConstraint(
            "workspace_id",
            "client_id",
            "owner",
            "currency",
            "starts",
            "ends",
            name="uq_expense_claims_period",
        ),
    )
    op.create_index("ix_expense_claims_due_at", "expense_claims", ["due_at"])


def _parts() -> None:
    op.create_table(
        "expense_claim_parts",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"],
            ["items.workspace_id", "items.id"],
            name="fk_expense_claim_parts_workspace_id_item_id_items",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "claim_id"],
            ["expense_claims.workspace_id", "expense_claims.id"],
            name="fk_expense_claim_parts_workspace_id_claim_id_expense_claims",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("item_id", name="pk_expense_claim_parts"),
    )
    op.create_index("ix_expense_claim_parts_claim", "expense_claim_parts", ["claim_id"])
