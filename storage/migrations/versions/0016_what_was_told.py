"""What the message of an item said last, so that whoever changed it, it is told again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("items") as items:
        items.add_column(sa.Column("told", sa.String(), nullable=True))
