"""QuickBooks' transactions as fields, worked out from the few things somebody fills in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.quickbooks.keeping.money import (
    ZERO,
    Entry,
    House,
    Reference,
    Taxed,
    cents,
    taxed,
)
from bot.sandbox.ledgers.rows import Fields, Row

PAYMENT_DAYS = 30
SALES = frozenset({"Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Estimate"})
PURCHASES = frozenset({"Bill", "VendorCredit", "Purchase", "PurchaseOrder"})
OWED = frozenset({"Invoice", "Bill"})
CREDITS = frozenset({"CreditMemo", "VendorCredit"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What stands above the lines. `discount` is a percentage of what the lines come to."""

    day: date
    number: str | None = None
    currency: str | None = None  # the company's own where nothing is said
    rate: Decimal = Decimal(1)
    inclusive: bool = False
    untaxed: bool = False  # out of the scope of any tax
    taxes: Mapping[str, Decimal] = field(default_factory=dict)  # by rate, known better
    discount: int = 0
    memo: str | None = None
    due: date | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)


def reference(row: Row, *, label: str = "DisplayName", kind: str | None = None) -> Reference:
    """How another row points to this one; `kind` where it could be of several."""
    ref = {"value": row.id, "name": str(row.fields[label])}
    return {**ref, "type": kind} if kind else ref


def document(
    house: House, kind: str, party: Row | None, *, entries: Sequence[Entry], terms: Terms
) -> Fields:
    """A sale or a purchase with its lines, its tax and its totals."""
    sells = kind in SALES
    sums = taxed(entries, sells=sells, inclusive=terms.inclusive, given=terms.taxes)
    discount = cents(sums.subtotal * terms.discount / 100)
    total = sums.subtotal - discount + sums.tax
    lines = _sales_lines(house, entries, sums, terms) if sells else _costs(entries, sums, terms)
    return {
        **_head(house, terms),
        "LinkedTxn": [],
        "Line": lines,
        "TxnTaxDetail": sums.detail,
        **_treatment(house, terms),
        **_party(kind, party),
        "TotalAmt": total,
        **(house.home("HomeTotalAmt", total, terms.rate) if sells else {}),
        **_standing(house, kind, total, terms),
        **_usual(house, kind),
        **terms.extras,
    }


def _usual(house: House, kind: str) -> Fields:
    """The accounts and states QuickBooks fills in itself."""
    match kind:
        case "Bill" | "VendorCredit":
            return {"APAccountRef": house.account("Creditors")}
        case "PurchaseOrder":
            return {"APAccountRef": house.account("Creditors"), "POStatus": "Open"}
        case "Purchase":
            bank = house.account("Cash at bank")
            return {"AccountRef": bank, "PaymentType": "Cash", "Credit": False}
        case "SalesReceipt" | "RefundReceipt":
            return {"DepositToAccountRef": house.account("Cash at bank")}
        case "Estimate":
            return {"TxnStatus": "Pending"}
    return {}


def _head(house: House, terms: Terms) -> Fields:
    return {
        "TxnDate": terms.day.isoformat(),
        **({"DocNumber": terms.number} if terms.number else {}),
        **({"PrivateNote": terms.memo} if terms.memo else {}),
        **house.money(terms.currency or house.currency, terms.rate),
    }


def _treatment(house: House, terms: Terms) -> Fields:
    if house.is_american:
        return {}
    if terms.untaxed:
        return {"GlobalTaxCalculation": "NotApplicable"}
    return {"GlobalTaxCalculation": "TaxInclusive" if terms.inclusive else "TaxExcluded"}


def _party(kind: str, party: Row | None) -> Fields:
    """An expense may have been paid to nobody in particular."""
    if party is None:
        return {}
    if kind == "Purchase":
        return {"EntityRef": reference(party, kind="Vendor")}
    if kind in PURCHASES:
        return {"VendorRef": reference(party)}
    fields: Fields = {"CustomerRef": reference(party)}
    for theirs, ours in (("BillAddr", "BillAddr"), ("PrimaryEmailAddr", "BillEmail")):
        if theirs in party.fields:
            fields[ours] = party.fields[theirs]
    return fields


def _standing(house: House, kind: str, total: Decimal, terms: Terms) -> Fields:
    """What is still open, and until when."""
    open_now: Fields = {}
    if kind in OWED | CREDITS:
        open_now = {"Balance": total}
    if kind in OWED:
        due = terms.due or terms.day + timedelta(days=PAYMENT_DAYS)
        open_now |= {"DueDate": due.isoformat(), **house.home("HomeBalance", total, terms.rate)}
    if kind == "CreditMemo":
        open_now |= {"RemainingCredit": total}
    if kind in SALES:
        open_now |= {
            "ApplyTaxAfterDiscount": False,
            "PrintStatus": "NeedToPrint",
            "EmailStatus": "NotSet",
        }
    if kind in {"SalesReceipt", "RefundReceipt"}:
        open_now |= {"Balance": ZERO}
    return open_now


def _sales_lines(house: House, entries: Sequence[Entry], sums: Taxed, terms: Terms) -> list[Fields]:
    lines = [_sales_line(house, n, *pair, terms=terms) for n, pair in _numbered(entries, sums)]
    lines.append(
        {
            "Amount": sums.subtotal,
            "DetailType": "SubTotalLineDetail",
            "SubTotalLineDetail": {},
        }
    )
    if terms.discount:
        detail = {
            "PercentBased": True,
            "DiscountPercent": terms.discount,
            "DiscountAccountRef": house.account("Discounts given"),
        }
        amount = cents(sums.subtotal * terms.discount / 100)
        lines.append(
            {"Amount": amount, "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
        )
    return lines


def _sales_line(house: House, number: int, entry: Entry, net: Decimal, *, terms: Terms) -> Fields:
    """QuickBooks fills in the account that the item sells from, as it was on that day."""
    item = house.books.get("Item", str(entry.of["value"]))
    account = item.fields.get("IncomeAccountRef") if item else None
    return {
        **_line(number, entry, net),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": entry.of,
            **({"ItemAccountRef": account} if account else {}),
            "UnitPrice": net / entry.quantity,
            "Qty": entry.quantity,
            "TaxCodeRef": {"value": entry.code.id},
            **({"TaxInclusiveAmt": entry.amount} if terms.inclusive else {}),
            **entry.extras,
        },
    }


def _costs(entries: Sequence[Entry], sums: Taxed, terms: Terms) -> list[Fields]:
    return [_cost(n, *pair, terms) for n, pair in _numbered(entries, sums)]


def _cost(number: int, entry: Entry, net: Decimal, terms: Terms) -> Fields:
    """An item where the entry names a price for each, else a plain account."""
    shared: Fields = {
        "TaxCodeRef": {"value": entry.code.id},
        "BillableStatus": "NotBillable",
        **({"TaxInclusiveAmt": entry.amount} if terms.inclusive else {}),
        **entry.extras,
    }
    if entry.by_item or entry.quantity > 1:
        kind = "ItemBasedExpenseLineDetail"
        price = {"UnitPrice": net / entry.quantity, "Qty": entry.quantity}
        detail = {"ItemRef": entry.of, **price, **shared}
    else:
        kind, detail = "AccountBasedExpenseLineDetail", {"AccountRef": entry.of, **shared}
    return {**_line(number, entry, net), "DetailType": kind, kind: detail}


def _numbered(entries: Sequence[Entry], sums: Taxed) -> list[tuple[int, tuple[Entry, Decimal]]]:
    return list(enumerate(zip(entries, sums.nets, strict=True), start=1))


def _line(number: int, entry: Entry, net: Decimal) -> Fields:
    line: Fields = {"Id": str(number), "LineNum": number, "Amount": net}
    return {**line, "Description": entry.description} if entry.description else line


def entries_of(house: House, fields: Fields) -> list[Entry]:
    """The lines of a document as they were filled in."""
    found = []
    for line in fields["Line"]:
        detail = line.get(line["DetailType"], {})
        of = detail.get("ItemRef") or detail.get("AccountRef")
        if of and "TaxCodeRef" in detail:
            found.append(
                Entry(
                    amount=detail.get("TaxInclusiveAmt", line["Amount"]),
                    of=of,
                    code=house.code(detail["TaxCodeRef"]["value"]),
                    description=line.get("Description", ""),
                    quantity=detail.get("Qty", 1),
                    by_item=line["DetailType"] == "ItemBasedExpenseLineDetail",
                    extras={
                        name: detail[name] for name in ("ClassRef", "CustomerRef") if name in detail
                    },
                )
            )
    return found


def link(kind: str, row_id: str) -> Fields:
    return {"TxnId": row_id, "TxnType": kind}
