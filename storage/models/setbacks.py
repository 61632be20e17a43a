"""Jobs that keep failing, where they are done by the process that rings for them."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.models.entity import Entity


class Setback(Entity, kw_only=True):
    """A job that failed for this key, `failures` times in a row; ticks pass it by until then."""

    __tablename__ = "setbacks"

    job: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    error: Mapped[str]
    until: Mapped[datetime]
