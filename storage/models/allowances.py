"""How much the vendors still allow, where several processes call them."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class Allowance(Entity, kw_only=True):
    """What is left for one organisation, or with an empty `tenant_id` for our application.

    It is the vendor's, whichever practices connect the organisation. `state` is written by
    `storage.limits`.
    """

    __tablename__ = "allowances"

    provider: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    changed_at: Mapped[datetime]
