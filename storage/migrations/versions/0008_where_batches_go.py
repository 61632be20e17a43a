"""Which books a batch is for: a connection may lead to others one day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("publishing_batches", sa.Column("organisation_id", sa.String(), nullable=True))
