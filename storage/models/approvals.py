"""Who has to agree before a client's items are published."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class ApprovalWorkflow(Entity, kw_only=True):
    """Who agrees to some of a client's items, one stage after the other (product §11.13).

    Of several that fit an item, the one of the lowest `position` holds. `scope` is which items it
    is for, {of what: [any of these]}, and what it does not name is any. `stages` are [{id,
    approver, people, least, editing, fields}]. `allows_own` lets whoever asks agree themselves.
    """

    __tablename__ = "approval_workflows"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "client_id"], ["clients.workspace_id", "clients.id"]),
        Index("ix_approval_workflows_client", "workspace_id", "client_id", "position"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    client_id: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    is_on: Mapped[bool] = mapped_column(default=True)
    scope: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    stages: Mapped[list[Any]] = mapped_column(default_factory=list)
    auto_publish: Mapped[bool] = mapped_column(default=False)
    allows_own: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own declaration style
