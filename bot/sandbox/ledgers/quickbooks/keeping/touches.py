"""What was done to a row of QuickBooks' books, or why it cannot be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Refused(ValueError):
    """QuickBooks does not let anybody do that; the words say why."""


class Operation(StrEnum):
    """What happened to a row, in the words of the old webhooks."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"
    MERGE = "Merge"
    VOID = "Void"


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """One row that was created or changed; `merged` is the id that went into it."""

    kind: str
    id: str
    operation: Operation
    at: datetime
    merged: str | None = None
