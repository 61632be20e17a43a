"""What has been done with a transaction at the bank: nothing, cleared, or reconciled."""

from enum import StrEnum

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row


class Mark(StrEnum):
    UNCLEARED = "Uncleared"
    CLEARED = "Cleared"
    RECONCILED = "Reconciled"


# Where the account at the bank stands in each kind; a journal has no mark, whatever it moves.
_AT_BANK = {
    "Purchase": ("AccountRef",),
    "Deposit": ("DepositToAccountRef",),
    "SalesReceipt": ("DepositToAccountRef",),
    "RefundReceipt": ("DepositToAccountRef",),
    "Payment": ("DepositToAccountRef",),
    "BillPayment": ("BankAccountRef", "CCAccountRef"),
    "Transfer": ("FromAccountRef",),
}
MARKED = tuple(_AT_BANK)


def account_of(kind: str, fields: Fields) -> Fields:
    """The reference of the account it came from or went to; nothing where there is none."""
    parts = (fields, fields.get("CheckPayment") or {}, fields.get("CreditCardPayment") or {})
    found = (part[name] for part in parts for name in _AT_BANK.get(kind, ()) if name in part)
    return next(found, {})


def mark_of(books: Books, row: Row) -> Mark:
    """As somebody has set it, else by the day to which the company has reconciled."""
    own = books.marks.get(row.id)
    if own is not None:
        return Mark(own)
    until = books.reconciled_until
    is_done = until is not None and row.created.date() <= until
    return Mark.RECONCILED if is_done else Mark.UNCLEARED
