"""Of the clients that are not archived, no two of a practice have one name."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

IN_USE = sa.column("archived_at").is_(None)


def upgrade() -> None:
    op.create_index(
        "uq_clients_name_key_workspace",
        "clients",
        ["name_key", "workspace_id"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )
