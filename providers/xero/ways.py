"""What a Xero organisation takes from us, by its plan (product §5.2, §11.4; providers.md §1.8)."""

from datetime import timedelta

from providers.books import DocumentKind
from providers.drafts import Destination, PublishAs, Publishing, Way
from providers.records import Organisation

BATCH = 50
ATTACHMENT_BYTES = 10 * 1024 * 1024
ATTACHMENTS = 10  # on one document
NUMBER_LENGTH = 255
KEY_LIFE = timedelta(minutes=6)

_TYPES = frozenset(
    {
        "7z", "bmp", "csv", "doc", "docx", "eml", "gif", "jpeg", "jpg", "keynote", "msg", "numbers",
        "odf", "ods", "odt", "pages", "pdf", "png", "ppt", "pptx", "rar", "rtf", "tif", "tiff",
        "txt", "xls", "xlsx", "zip",
    }
)  # fmt: skip
_ANY = (PublishAs.DRAFT, PublishAs.SUBMITTED, PublishAs.OPEN, PublishAs.PAID)
_DRAFTS_ONLY = frozenset({"SIMPLE"})  # others up to a limit which drafts are not counted towards
_NO_DOCUMENTS = {
    "GST_CASHBOOK": "Xero Cashbook",
    "NON_GST_CASHBOOK": "Xero Cashbook",
    "LEDGER": "Xero Ledger",
}
_CLAIMS_RETIRED = (
    "Xero has retired classic expense claims for connected apps. Publish what an employee is owed "
    "as a bill to the employee."
)
_MAKES = {
    DocumentKind.BILL: ("bill", "spend money"),
    DocumentKind.BILL_CREDIT: ("supplier credit note", "receive money"),
    DocumentKind.INVOICE: ("invoice", "receive money"),
    DocumentKind.INVOICE_CREDIT: ("credit note", "spend money"),
}
_BOUGHT = (DocumentKind.BILL, DocumentKind.BILL_CREDIT)


def publishing(organisation: Organisation) -> Publishing | None:
    """None for an organisation whose subscription has ended."""
    if not organisation.is_active:
        return None
    ways = [way for kind in _MAKES for way in (_document(kind, organisation.plan), _bank(kind))]
    return Publishing(
        ways=(*ways, *(_claim(kind) for kind in _BOUGHT)),
        batch=BATCH,
        number_length=NUMBER_LENGTH,
        attachment_bytes=ATTACHMENT_BYTES,
        attachment_types=_TYPES,
        attachments=ATTACHMENTS,
        bank_match=True,
        key_life=KEY_LIFE,
    )


def _document(kind: DocumentKind, plan: str | None) -> Way:
    is_bought = kind in _BOUGHT
    lacking = _NO_DOCUMENTS.get(plan or "")
    return Way(
        kind=kind,
        destination=Destination.PURCHASES if is_bought else Destination.SALES,
        name="Purchases" if is_bought else "Sales",
        makes=_MAKES[kind][0],
        publish_as=(PublishAs.DRAFT,) if plan in _DRAFTS_ONLY else _ANY,
        why_not=f"{lacking} keeps no {'bills' if is_bought else 'invoices'}." if lacking else None,
    )


def _bank(kind: DocumentKind) -> Way:
    """Money at the bank has no status: it is paid."""
    return Way(
        kind=kind,
        destination=Destination.BANK,
        name="Bank Accounts",
        makes=_MAKES[kind][1],
        publish_as=(PublishAs.PAID,),
        needs_bank_account=True,
    )


def _claim(kind: DocumentKind) -> Way:
    return Way(
        kind=kind,
        destination=Destination.CLAIM,
        name="Classic Expense Claims",
        makes="receipt",
        publish_as=(PublishAs.DRAFT,),
        why_not=_CLAIMS_RETIRED,
    )
