"""Addresses within Xero (developer.xero.com, Deep link to Xero)."""

from urllib.parse import quote

from providers.books import DocumentKind
from providers.links import Target

_HOST = "https://go.xero.com"
_BANK = "/Bank/ViewTransaction.aspx?bankTransactionID={}"
_PAGES = {
    "BankTransactions": _BANK,
    "Payments": _BANK,
    "Contacts": "/Contacts/View/{}",
    "ManualJournals": "/Journal/View.aspx?invoiceID={}",
    "PurchaseOrders": "/Accounts/Payable/PurchaseOrders/View/{}/",
    "Accounts": "/GeneralLedger/ChartOfAccounts.aspx",  # an account has no page to itself
}
_BY_KIND = {
    ("Invoices", DocumentKind.INVOICE): "/AccountsReceivable/View.aspx?InvoiceID={}",
    ("Invoices", DocumentKind.BILL): "/AccountsPayable/Edit.aspx?InvoiceID={}",
    ("CreditNotes", DocumentKind.INVOICE_CREDIT): (
        "/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={}"
    ),
    ("CreditNotes", DocumentKind.BILL_CREDIT): (
        "/AccountsPayable/ViewCreditNote.aspx?creditNoteID={}"
    ),
}


def link(target: Target) -> str | None:
    """Its page, in the right organisation where its short code is known; None where it has none."""
    by_kind = _BY_KIND.get((target.source, target.kind)) if target.kind is not None else None
    page = by_kind or _PAGES.get(target.source)
    if page is None:
        return None
    path = page.format(quote(target.remote_id, safe=""))
    if not target.short_code:
        return f"{_HOST}{path}"
    organisation = quote(target.short_code, safe="!")
    return (
        f"{_HOST}/organisationlogin/default.aspx"
        f"?shortcode={organisation}&redirecturl={quote(path, safe='/')}"
    )
