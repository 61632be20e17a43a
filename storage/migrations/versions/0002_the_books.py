"""The local copy of the books, how far it is, and who is told of that."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("account_class", sa.Text(), nullable=False),
        sa.Column("account_type", sa.Text(), nullable=False),
        sa.Column("system_role", sa.Text(), nullable=True),
        sa.Column("tax_rate", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("is_bank", sa.Boolean(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_accounts"
        ),
    )
    op.create_index("ix_ledger_accounts_code", "ledger_accounts", ["organisation_id", "code"])
    op.create_index(
        "ix_ledger_accounts_remote_id", "ledger_accounts", ["organisation_id", "remote_id"]
    )
    op.create_table(
        "ledger_allocations",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("target_source", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "document_id", "position", name="pk_ledger_allocations"
        ),
    )
    op.create_index(
        "ix_ledger_allocations_target", "ledger_allocations", ["organisation_id", "target_id"]
    )
    op.create_table(
        "ledger_assets",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("book_value", sa.BigInteger(), nullable=True),
        sa.Column("asset_account", sa.Text(), nullable=True),
        sa.Column("depreciation_account", sa.Text(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "source", "remote_id", name="pk_ledger_assets"),
    )
    op.create_table(
        "ledger_contacts",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_supplier", sa.Boolean(), nullable=True),
        sa.Column("is_customer", sa.Boolean(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("tax_number", sa.Text(), nullable=True),
        sa.Column("company_number", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("sales_account", sa.Text(), nullable=True),
        sa.Column("purchase_account", sa.Text(), nullable=True),
        sa.Column("sales_tax", sa.Text(), nullable=True),
        sa.Column("purchase_tax", sa.Text(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_contacts"
        ),
    )
    op.create_index(
        "ix_ledger_contacts_remote_id", "ledger_contacts", ["organisation_id", "remote_id"]
    )
    op.create_table(
        "ledger_documents",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("remote_status", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("tax_treatment", sa.String(length=16), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("credited", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("to_account", sa.Text(), nullable=True),
        sa.Column("is_reconciled", sa.Boolean(), nullable=True),
        sa.Column("has_attachments", sa.Boolean(), nullable=True),
        sa.Column("memo", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fully_paid_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_documents"
        ),
    )
    op.create_index(
        "ix_ledger_documents_contact",
        "ledger_documents",
        ["organisation_id", "contact_id", "date", "kind", "status", "gone_at"],
    )
    op.create_index(
        "ix_ledger_documents_bank",
        "ledger_documents",
        ["organisation_id", "bank_account", "is_reconciled", "date"],
    )
    op.create_index(
        "ix_ledger_documents_kind_date", "ledger_documents", ["organisation_id", "kind", "date"]
    )
    op.create_index(
        "ix_ledger_documents_status",
        "ledger_documents",
        ["organisation_id", "status", "kind", "date"],
    )
    op.create_table(
        "ledger_lines",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("account_code", sa.Text(), nullable=True),
        sa.Column("tax_rate", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("tracking", sa.JSON(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("counterparty_id", sa.Text(), nullable=True),
        sa.Column("base_net", sa.BigInteger(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "document_id", "position", name="pk_ledger_lines"
        ),
    )
    op.create_index(
        "ix_ledger_lines_account",
        "ledger_lines",
        [
            "organisation_id",
            "stands",
            "account_id",
            "account_code",
            "kind",
            "date",
            "base_net",
            "source",
        ],
    )
    op.create_index(
        "ix_ledger_lines_counterparty",
        "ledger_lines",
        [
            "organisation_id",
            "stands",
            "counterparty_id",
            "kind",
            "account_id",
            "account_code",
            "tax_rate",
            "date",
            "base_net",
        ],
    )
    op.create_table(
        "ledger_payments",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("remote_status", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("is_reconciled", sa.Boolean(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_payments"
        ),
    )
    op.create_index("ix_ledger_payments_date", "ledger_payments", ["organisation_id", "date"])
    op.create_table(
        "ledger_products",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("sales_account", sa.Text(), nullable=True),
        sa.Column("purchase_account", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_products"
        ),
    )
    op.create_table(
        "ledger_tax_rates",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("on_costs", sa.Boolean(), nullable=True),
        sa.Column("on_sales", sa.Boolean(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_tax_rates"
        ),
    )
    op.create_table(
        "ledger_tracking",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_tracking"
        ),
    )
    op.create_table(
        "syncs",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("strays", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_syncs_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_syncs"),
    )
    op.create_index("ix_syncs_due_at", "syncs", ["due_at"])
    op.create_table(
        "sync_met",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("walk_id", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["syncs.organisation_id"],
            name="fk_sync_met_organisation_id_syncs",
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "stream", "walk_id", "page", name="pk_sync_met"),
    )
    op.create_table(
        "sync_streams",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("watermark", sa.DateTime(timezone=True), nullable=True),
        sa.Column("walk_id", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("checkpoint", sa.JSON(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("is_mentioned", sa.Boolean(), nullable=False),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.Column("accepts_gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["syncs.organisation_id"],
            name="fk_sync_streams_organisation_id_syncs",
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "stream", name="pk_sync_streams"),
    )
    op.create_table(
        "sync_nudges",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["syncs.organisation_id"],
            name="fk_sync_nudges_organisation_id_syncs",
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "stream", name="pk_sync_nudges"),
    )
    op.create_table(
        "digests",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_digests_workspace_id_workspaces",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_digests"),
    )
    op.create_index("ix_digests_next_at", "digests", ["next_at"])
    instant = sa.DateTime(timezone=True)
    op.add_column("people", sa.Column("first_seen_at", instant, nullable=True))
    op.add_column("grants", sa.Column("probe_at", instant, nullable=True))
    op.add_column("grants", sa.Column("warn_at", instant, nullable=True))
    news = sa.Column("sync_news", sa.String(length=32), nullable=False, server_default="everything")
    op.add_column("clients", news)


def downgrade() -> None:
    op.drop_column("clients", "sync_news")
    op.drop_column("grants", "warn_at")
    op.drop_column("grants", "probe_at")
    op.drop_column("people", "first_seen_at")
    op.drop_table("digests")
    op.drop_table("sync_nudges")
    op.drop_table("sync_met")
    op.drop_table("sync_streams")
    op.drop_table("syncs")
    op.drop_table("ledger_lines")
    op.drop_table("ledger_allocations")
    op.drop_table("ledger_documents")
    op.drop_table("ledger_payments")
    op.drop_table("ledger_contacts")
    op.drop_table("ledger_products")
    op.drop_table("ledger_tracking")
    op.drop_table("ledger_tax_rates")
    op.drop_table("ledger_accounts")
    op.drop_table("ledger_assets")
