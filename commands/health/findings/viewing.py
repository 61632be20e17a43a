"""Which findings of a check somebody looks at: a state small enough for a button."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b

from commands.replies import Invocation, call
from storage.queries.findings import Order, Shown

LONGEST_SEARCH = 30  # characters; an option of a menu has to hold them
ANYBODY = "-"
ALL = "-"
LONGEST_KIND = 6
SEPARATOR = "."
PARTS = 7


def short(kind: str) -> str:
    """A kind of finding in so few characters that a button holds it."""
    return blake2b(kind.encode(), digest_size=LONGEST_KIND // 2).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A page of the findings of one check of one client.

    `seen_at` is when the findings that stand there were found, None for a fresh look. `kind` is
    the one that is chosen, as `short` has it.
    """

    client_id: str
    check: str
    shown: Shown = Shown.OPEN
    order: Order = Order.AMOUNT
    assignee: str = ""
    page: int = 1
    seen_at: datetime | None = None
    kind: str = ""
    search: str = ""

    def __str__(self) -> str:
        """All but the client and the check: `open.amount..2.1780480000..pens`."""
        seen = str(int(self.seen_at.timestamp())) if self.seen_at else ""
        own = (self.shown, self.order, self.assignee, str(self.page), seen)
        parts = (*own, self.kind, self.search)
        return SEPARATOR.join(parts)

    @classmethod
    def parse(cls, text: str, *, client_id: str, check: str) -> "View":
        """Inverse of `str`; what another release wrote differently is the first page of all."""
        first = cls(client_id=client_id, check=check)
        parts = text.split(SEPARATOR, PARTS - 1)
        if len(parts) != PARTS:
            return first
        shown, order, assignee, page, seen, kind, search = parts
        try:
            return replace(
                first,
                shown=Shown(shown),
                order=Order(order),
                assignee=assignee,
                page=max(1, int(page)),
                seen_at=datetime.fromtimestamp(int(seen), UTC) if seen else None,
                kind=kind[:LONGEST_KIND],
                search=search[:LONGEST_SEARCH],
            )
        except (ValueError, OverflowError, OSError):
            return first

    def at(self, page: int) -> "View":
        return replace(self, page=page)

    def does(self, command: str = "health.findings", **more: str) -> Invocation:
        """A command on what is shown here."""
        first = View(client_id=self.client_id, check=self.check)
        view = {} if self == first else {"view": str(self)}
        return call(command, client=self.client_id, check=self.check, **view, **more)
