"""Indexes that answer counts by month and sums over bank accounts by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

AT_BANK = sa.column("bank_account").is_not(None)


def upgrade() -> None:
    for name in ("ix_ledger_documents_kind_date", "ix_ledger_documents_bank"):
        op.drop_index(name, table_name="ledger_documents")
    op.create_index(
        "ix_ledger_documents_kind_date",
        "ledger_documents",
        ["organisation_id", "kind", "date", "status", "gone_at", "source"],
    )
    op.create_index(
        "ix_ledger_documents_bank",
        "ledger_documents",
        [
            *("organisation_id", "bank_account", "is_reconciled", "date", "kind", "status"),
            *("gone_at", "source", "remote_id", "total", "currency", "rate"),
        ],
        sqlite_where=AT_BANK,
        postgresql_where=AT_BANK,
    )
