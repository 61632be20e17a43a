"""Who waits for a sync as a list of them, and jobs that keep failing."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    none = sa.text("'[]'")
    op.add_column("syncs", sa.Column("askers", sa.JSON(), nullable=False, server_default=none))
    _carry_over()
    op.drop_column("syncs", "asked_by")
    op.create_table(
        "setbacks",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "key", name="pk_setbacks"),
    )


def _carry_over() -> None:
    """Those who wait while this is done; there was a blank between them."""
    syncs = sa.table(
        "syncs",
        sa.column("organisation_id", sa.String()),
        sa.column("asked_by", sa.String()),
        sa.column("askers", sa.JSON()),
    )
    here = op.get_bind()
    waiting = sa.select(syncs.c.organisation_id, syncs.c.asked_by).where(
        syncs.c.asked_by.is_not(None)
    )
    for own, asked_by in here.execute(waiting).all():
        here.execute(
            syncs.update().where(syncs.c.organisation_id == own).values(askers=asked_by.split())
        )
