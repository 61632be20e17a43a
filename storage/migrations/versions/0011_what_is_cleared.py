"""What QuickBooks has as open or cleared at the bank; and products are read whole once more.

Copies made before 0007 do not know where stock is bought to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

PRODUCTS = ("Item", "Items")


def upgrade() -> None:
    op.create_table(
        "ledger_clearances",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.Column("is_cleared", sa.Boolean()),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_clearances"
        ),
    )
    streams = sa.table("sync_streams", sa.column("stream"), sa.column("whole_at"))
    op.execute(sa.update(streams).where(streams.c.stream.in_(PRODUCTS)).values(whole_at=sa.null()))
