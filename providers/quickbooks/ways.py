"""Where documents can go in a QuickBooks company, by its plan and country (product §5.2, §11.4)."""

from datetime import timedelta

from providers.books import DocumentKind
from providers.drafts import Destination, PublishAs, Publishing, Way
from providers.quickbooks.wire import Dimension
from providers.records import Organisation

BATCH = 30  # Intuit recommends no more in one call
NUMBER_LENGTH = 21
ATTACHMENT_BYTES = 100 * 1024 * 1024
TYPES = {
    "ai": "application/postscript",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eps": "application/postscript",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pages": "application/vnd.apple.pages",
    "pdf": "application/pdf",
    "png": "image/png",
    "rtf": "text/rtf",
    "tif": "image/tiff",
    "txt": "text/plain",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "text/xml",
}  # what may hang on a transaction, by ending

_WITHOUT_BILLS = ("simple start", "easystart", "easy start", "solopreneur", "self-employed")
_CARD_CREDITS = frozenset({"US", "CA"})
_NO_BILLS = (
    "{plan} has no bills. Publish to Cash, {cheque} or Credit card with a linked account, or"
    " upgrade in QuickBooks Online."
)
_NO_CARD_CREDITS = (
    "QuickBooks Online takes credits to a credit card in the United States and Canada only."
)
_BILLED = (PublishAs.OPEN, PublishAs.PAID)
_OPEN = (PublishAs.OPEN,)
_PAID = (PublishAs.PAID,)


def publishing(organisation: Organisation) -> Publishing:
    """What the company takes. A plan that is not told is taken for one with everything."""
    is_american = organisation.country == "US"
    return Publishing(
        ways=(*_costs(organisation, is_american=is_american), *_sales(is_american=is_american)),
        batch=BATCH,
        needs_tax_rate=not is_american,
        needs_product_on_sales=True,
        number_length=NUMBER_LENGTH,
        tracked_whole=frozenset({Dimension.LOCATION}),
        rebills=True,
        attachment_bytes=ATTACHMENT_BYTES,
        attachment_types=frozenset(TYPES),
        key_life=timedelta(),  # Intuit does not say how long it remembers a request
    )


def _costs(organisation: Organisation, *, is_american: bool) -> tuple[Way, ...]:
    cheque = "Check" if is_american else "Cheque"
    no_bills = _no_bills(organisation.plan or "", cheque)
    no_credits = None if organisation.country in _CARD_CREDITS else _NO_CARD_CREDITS
    credit = "Vendor credit" if is_american else "Supplier credit"
    return (
        _way(DocumentKind.BILL, Destination.PURCHASES, "Bill", to_be=_BILLED, why_not=no_bills),
        _way(DocumentKind.BILL, Destination.CASH, "Cash", makes="Cash expense"),
        _way(DocumentKind.BILL, Destination.CHEQUE, cheque),
        _way(DocumentKind.BILL, Destination.CARD, "Credit card", makes="Credit card expense"),
        _way(
            DocumentKind.BILL_CREDIT,
            Destination.PURCHASES,
            credit,
            to_be=_OPEN,
            why_not=no_bills,
        ),
        _way(
            DocumentKind.BILL_CREDIT,
            Destination.CARD,
            "Credit card",
            makes="Credit card credit",
            why_not=no_credits,
        ),
    )


def _sales(*, is_american: bool) -> tuple[Way, ...]:
    credit = "Credit memo" if is_american else "Credit note"
    return (
        _way(DocumentKind.INVOICE, Destination.SALES, "Invoice", to_be=_BILLED),
        _way(DocumentKind.INVOICE, Destination.RECEIPT, "Sales receipt"),
        _way(DocumentKind.INVOICE_CREDIT, Destination.SALES, credit, to_be=_OPEN),
    )


def _way(
    kind: DocumentKind,
    destination: Destination,
    name: str,
    *,
    makes: str | None = None,
    to_be: tuple[PublishAs, ...] = _PAID,
    why_not: str | None = None,
) -> Way:
    return Way(
        kind=kind,
        destination=destination,
        name=name,
        makes=makes or name,
        publish_as=to_be,
        needs_bank_account=to_be == _PAID,
        why_not=why_not,
    )


def _no_bills(plan: str, cheque: str) -> str | None:
    """Why there are none; QuickBooks' smallest plans leave them out."""
    if not any(name in plan.casefold() for name in _WITHOUT_BILLS):
        return None
    return _NO_BILLS.format(plan=plan, cheque=cheque)
