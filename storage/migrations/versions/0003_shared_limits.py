"""What is left of the vendors' allowances, told to every process."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # PostgreSQL writes no log of it: after a crash the vendors' next answers say it all again
    is_shared = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "allowances",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "tenant_id", name="pk_allowances"),
        prefixes=["UNLOGGED"] if is_shared else [],
    )
