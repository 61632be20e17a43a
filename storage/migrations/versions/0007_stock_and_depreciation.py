"""Where products held in stock are bought to, and when depreciation was last run."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("ledger_products", sa.Column("stock_account", sa.Text(), nullable=True))
    op.add_column("ledger_assets", sa.Column("depreciated_until", sa.Date(), nullable=True))
