"""Items of clients, how they are coded, and what was published of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "processing",
                "to review",
                "ready",
                "pending approval",
                "approved",
                "publishing",
                "archived",
                "deleted",
                "merged",
                name="itemstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplier", sa.String(), nullable=True),
        sa.Column("supplier_key", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("read", sa.JSON(), nullable=False),
        sa.Column("manual", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.Column("approval", sa.JSON(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("twin_id", sa.String(), nullable=True),
        sa.Column("twins_accepted", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_items_workspace_id_client_id_clients",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_items_workspace_id_id"),
    )
    op.create_index(
        "ix_items_client_state",
        "items",
        ["workspace_id", "client_id", "state", "submitted_at"],
        unique=False,
    )
    op.create_index("ix_items_due_at", "items", ["due_at"], unique=False)
    op.create_index(
        "ix_items_twins", "items", ["workspace_id", "client_id", "total", "day"], unique=False
    )
    op.create_table(
        "payment_methods",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("last4", sa.String(), nullable=True),
        sa.Column("bank_account", sa.String(), nullable=True),
        sa.Column("publish_to", sa.String(), nullable=True),
        sa.Column("auto_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_payment_methods_workspace_id_client_id_clients",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_methods"),
        sa.UniqueConstraint(
            "workspace_id",
            "client_id",
            "name_key",
            name="uq_payment_methods_workspace_id_client_id_name_key",
        ),
    )
    op.create_table(
        "publishing_batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_publishing_batches_workspace_id_client_id_clients",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publishing_batches"),
        sa.UniqueConstraint("workspace_id", "id", name="uq_publishing_batches_workspace_id_id"),
    )
    op.create_index("ix_publishing_batches_due_at", "publishing_batches", ["due_at"], unique=False)
    op.create_table(
        "publishing_choices",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("auto_since", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_publishing_choices_workspace_id_client_id_clients",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("workspace_id", "client_id", name="pk_publishing_choices"),
    )
    op.create_table(
        "publishing_rules",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("supplier", "customer", "user", name="rulekind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("coding", sa.JSON(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("auto_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "client_id"],
            ["clients.workspace_id", "clients.id"],
            name="fk_publishing_rules_workspace_id_client_id_clients",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publishing_rules"),
    )
    op.create_index(
        "ix_publishing_rules_subject",
        "publishing_rules",
        ["workspace_id", "client_id", "kind", "subject"],
        unique=False,
    )
    op.create_table(
        "item_changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"],
            ["items.workspace_id", "items.id"],
            name="fk_item_changes_workspace_id_item_id_items",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_item_changes"),
    )
    op.create_index("ix_item_changes_item", "item_changes", ["item_id", "at"], unique=False)
    op.create_table(
        "item_files",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"],
            ["items.workspace_id", "items.id"],
            name="fk_item_files_workspace_id_item_id_items",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("item_id", "position", name="pk_item_files"),
    )
    op.create_index("ix_item_files_digest", "item_files", ["workspace_id", "digest"], unique=False)
    op.create_table(
        "publications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sending",
                "published",
                "refused",
                "waiting",
                "cleared",
                name="publicationstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("call_key", sa.String(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column(
            "payment",
            sa.Enum(
                "none", "due", "done", "refused", name="stepstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "files",
            sa.Enum(
                "none", "due", "done", "refused", name="stepstate", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "batch_id"],
            ["publishing_batches.workspace_id", "publishing_batches.id"],
            name="fk_publications_workspace_id_batch_id_publishing_batches",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"],
            ["items.workspace_id", "items.id"],
            name="fk_publications_workspace_id_item_id_items",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.UniqueConstraint("item_id", "generation", name="uq_publications_item_id_generation"),
    )
    op.create_index("ix_publications_batch", "publications", ["batch_id"], unique=False)
