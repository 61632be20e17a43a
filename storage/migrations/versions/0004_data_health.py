"""What the checks find, what people did about it, and the score of each day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("ledger_accounts", sa.Column("report_code", sa.Text(), nullable=True))
    op.create_table(
        "ledger_former_bank_details",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "source", "remote_id", name="pk_ledger_former_bank_details"
        ),
    )
    op.create_table(
        "health_choices",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("period_begin", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_health_choices_workspace_id_workspaces",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("workspace_id", "client_id", name="pk_health_choices"),
    )
    op.create_table(
        "health_weightings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_health_weightings_workspace_id_workspaces",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_health_weightings"),
    )
    op.create_table(
        "health",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_begin", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("weights_id", sa.String(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_health_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_health"),
    )
    op.create_index("ix_health_due_at", "health", ["due_at"], unique=False)
    op.create_table(
        "health_findings",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("is_serious", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_health_findings_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "code", "fingerprint", name="pk_health_findings"
        ),
    )
    op.create_index(
        "ix_health_findings_code",
        "health_findings",
        ["organisation_id", "code", "amount"],
        unique=False,
    )
    op.create_table(
        "health_handlings",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_health_handlings_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "code", "fingerprint", name="pk_health_handlings"
        ),
    )
    op.create_table(
        "health_lock_dates",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lock_date", sa.Date(), nullable=True),
        sa.Column("year_end_lock_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_health_lock_dates_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "seen_at", name="pk_health_lock_dates"),
    )
    op.create_table(
        "health_outcomes",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("share", sa.String(), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_health_outcomes_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "code", name="pk_health_outcomes"),
    )
    op.create_table(
        "health_points",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("weights_id", sa.String(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisations.workspace_id", "organisations.id"],
            name="fk_health_points_workspace_id_organisation_id_organisations",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "day", name="pk_health_points"),
    )
    op.create_index(
        "ix_health_points_workspace_id", "health_points", ["workspace_id"], unique=False
    )
