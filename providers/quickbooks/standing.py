"""A QuickBooks document as it stands after publishing."""

from decimal import Decimal

from providers.books import Document, DocumentStatus
from providers.drafts import Published
from providers.quickbooks import documents
from providers.quickbooks.desk_shapes import Kept

_AT_ONCE = frozenset({"Purchase", "SalesReceipt"})  # money changed hands with them
_ZERO = Decimal(0)


def published(source: str, row: Kept) -> Published:
    """Raises WireMismatch."""
    known = documents.document(source, row)
    is_paid = _is_paid(source, row, known)
    return Published(
        source=source,
        remote_id=row.Id,
        kind=known.kind,
        status=_status(known, is_paid=is_paid),
        total=known.total,
        number=known.number,
        contact=known.contact_id,
        is_paid=is_paid,
        is_settled=_is_settled(source, row, known),
    )


def _is_paid(source: str, row: Kept, known: Document) -> bool:
    """A credit that is used up is not paid; nor is what was void."""
    if known.status is DocumentStatus.VOID:
        return False
    if source in _AT_ONCE:
        return True
    return source in {"Bill", "Invoice"} and row.Balance is not None and not row.Balance


def _status(known: Document, *, is_paid: bool) -> DocumentStatus:
    if known.status is DocumentStatus.VOID:
        return DocumentStatus.VOID
    return DocumentStatus.PAID if is_paid else DocumentStatus.OPEN


def _is_settled(source: str, row: Kept, known: Document) -> bool:
    """Paid in part or credited; of a sales receipt, that its money was deposited."""
    if source in _AT_ONCE:
        return any(link.TxnType == "Deposit" for link in row.LinkedTxn or ())
    left = row.RemainingCredit if row.RemainingCredit is not None else row.Balance
    return left is not None and left != (known.total or _ZERO)
