"""Addresses within QuickBooks Online, as its API gives them for an invoice."""

from urllib.parse import quote

from providers.links import Target

_HOST = "https://qbo.intuit.com/app/login"
_TRANSACTIONS = {
    "Bill": "bill",
    "BillPayment": "billpayment",
    "CreditMemo": "creditmemo",
    "Deposit": "deposit",
    "Estimate": "estimate",
    "Invoice": "invoice",
    "JournalEntry": "journal",
    "Payment": "recvpayment",
    "Purchase": "expense",
    "PurchaseOrder": "purchaseorder",
    "RefundReceipt": "refundreceipt",
    "SalesReceipt": "salesreceipt",
    "Transfer": "transfer",
    "VendorCredit": "vendorcredit",
}
_NAMES = {"Customer": "customerdetail", "Vendor": "vendordetail"}


def link(target: Target) -> str | None:
    """Its page, once somebody has signed in to the company; None where it has none."""
    own = target.remote_id.rpartition(":")[2]  # contacts carry their kind before their number
    if target.source in _TRANSACTIONS:
        page = f"{_TRANSACTIONS[target.source]}?txnId={own}"
    elif target.source in _NAMES:
        page = f"{_NAMES[target.source]}?nameId={own}"
    elif target.source == "Account":
        page = f"register?accountId={own}"
    else:
        return None
    company = quote(target.tenant_id, safe="")
    return f"{_HOST}?pagereq={quote(page, safe='')}&deeplinkcompanyid={company}"
