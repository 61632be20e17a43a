"""What settles what in QuickBooks, and how much of a transaction is still open."""

from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.quickbooks.keeping.documents import CREDITS
from bot.sandbox.ledgers.quickbooks.keeping.money import ZERO
from bot.sandbox.ledgers.rows import Fields, Row

# Who settles, what it settles, and whose balance that is.
SETTLES = {"Payment": ("Invoice", "CreditMemo"), "BillPayment": ("Bill", "VendorCredit")}
PARTIES = {
    "Invoice": "Customer",
    "CreditMemo": "Customer",
    "Payment": "Customer",
    "Bill": "Vendor",
    "VendorCredit": "Vendor",
    "BillPayment": "Vendor",
}
MONEY = frozenset(
    {
        "Amount", "TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "TotalTax", "UnitPrice",
        "NetAmountTaxable", "TaxInclusiveAmt", "UnappliedAmt", "RemainingCredit", "Qty",
    }
)  # fmt: skip


def open_amount(kind: str, fields: Fields) -> Decimal:
    """What a transaction adds to the balance of its customer or vendor."""
    if kind in {"Invoice", "Bill"}:
        return Decimal(fields["Balance"])
    if kind in CREDITS:
        return -Decimal(fields["Balance"])
    return -unapplied(kind, fields) if kind in SETTLES else ZERO


def unapplied(kind: str, fields: Fields) -> Decimal:
    """What was paid without anything that it was for."""
    credited = SETTLES[kind][1]
    used = sum(
        (
            -line["Amount"] if line["LinkedTxn"][0]["TxnType"] == credited else line["Amount"]
            for line in fields["Line"]
        ),
        ZERO,
    )
    return Decimal(fields["TotalAmt"]) - used


def paid_with(kind: str, row: Row) -> str:
    """Bills say how they were paid; invoices only that they were."""
    if kind == "Payment":
        return kind
    is_card = row.fields.get("PayType") == "CreditCard"
    return "BillPaymentCreditCard" if is_card else "BillPaymentCheck"


def kind_of(linked: str) -> str:
    return "BillPayment" if linked.startswith("BillPayment") else linked


def zeros(value: Any) -> Any:
    """The same fields with no money in them."""
    if isinstance(value, dict):
        return {name: ZERO if name in MONEY else zeros(inner) for name, inner in value.items()}
    return [zeros(each) for each in value] if isinstance(value, list) else value
