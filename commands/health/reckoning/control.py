"""How a control account that is posted and paid every month stands (product §8.11)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from commands.health.books.periods import month_begin, month_end
from commands.health.check import Level


class Outcome(StrEnum):
    """The rows of the table, in the order in which they are tried."""

    NO_JOURNAL = "no journal"
    CLEARED = "cleared"
    NOT_DUE = "not due yet"
    DUE_SOON = "due soon"
    OVERDUE = "overdue"
    DIFFERS = "does not reconcile"

    @property
    def level(self) -> Level:
        if self in {Outcome.CLEARED, Outcome.NOT_DUE}:
            return Level.FINE
        return Level.WARNING if self is Outcome.DUE_SOON else Level.ERROR


def outcome(
    *,
    journal: Decimal | None,
    balance: Decimal,
    due: date | None,
    is_paid: bool,
    today: date,
    near_days: int,
) -> Outcome:
    """Of one month: what its journals posted (None without one) and what is still owed of it.

    Both are positive where something is owed. Without a due date nothing is ever due.
    """
    if journal is None:
        return Outcome.NO_JOURNAL
    if balance == 0:
        return Outcome.CLEARED
    days = None if due is None else (due - today).days
    if balance == journal and (days is None or days >= 0):
        return Outcome.DUE_SOON if days is not None and days <= near_days else Outcome.NOT_DUE
    if days is not None and days < 0 and not is_paid:
        return Outcome.OVERDUE
    return Outcome.DIFFERS


def due_date(month: date, day: int) -> date | None:
    """When it is due in the month after this one; None where `day` is 0."""
    if not day:
        return None
    last = month_end(month, 1)
    return last if day > last.day else month_begin(month, 1).replace(day=day)
