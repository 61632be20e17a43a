"""How fresh a client's lists are, as every page of them says."""

from typing import Any

from commands.connections.cards import Subject
from commands.context import Context
from commands.lists.outcome import WAITING


def freshness(context: Context, subject: Subject) -> dict[str, Any]:
    """What the pages of lists may show of where they come from and when they were read."""
    connection = subject.connection
    lease = connection.lists_lease_until
    return subject.facts | {
        "read_at": connection.lists_read_at,
        "is_reading": lease is not None and lease > context.now,
        "is_frozen": not connection.is_usable,
        "is_waiting": connection.lists_error in WAITING,
        "reason": connection.lists_error,
        "next_at": connection.lists_due_at,
    }
