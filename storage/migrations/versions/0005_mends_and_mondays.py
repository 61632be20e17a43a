"""What we changed in ledgers for people, and which Mondays have been told."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "health_mends",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_health_mends_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_health_mends"),
    )
    op.create_index(
        "ix_health_mends_finding", "health_mends", ["organisation_id", "code", "fingerprint"]
    )
    op.create_table(
        "weekly_digests",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_weekly_digests_workspace_id_workspaces",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_weekly_digests"),
    )
    op.create_index("ix_weekly_digests_next_at", "weekly_digests", ["next_at"])
