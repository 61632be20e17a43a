"""The dates up to which nobody may post to Xero."""

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.xero.keeping.documents import BadDocument, civil

DRAFTS = frozenset({"DRAFT", "SUBMITTED"})
_LOCKS = (
    ("PeriodLockDate", "period lock date"),
    ("EndOfYearLockDate", "end of year lock date"),
)


def not_locked(books: Books, fields: Fields, *, what: str = "document") -> None:
    """Xero's words for a date before a lock date; drafts may have any. Raises `BadDocument`."""
    if fields.get("Status") in DRAFTS or "Date" not in fields:
        return
    on = civil(fields["Date"])
    for name, words in _LOCKS:
        locked = books.profile.fields.get(name)
        if locked and on <= civil(locked):
            raise BadDocument(
                f"The {what} date cannot be before the {words}, "
                f"currently set at {civil(locked):%d %b %Y}"
            )
