"""The lines of a sale or a purchase as an app sends them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.quickbooks.keeping.money import Entry, TaxCode, cents
from bot.sandbox.ledgers.quickbooks.writing import refusals
from bot.sandbox.ledgers.quickbooks.writing.sitting import Sitting, amount_of, label
from bot.sandbox.ledgers.rows import Fields

ACCOUNT, ITEM, SOLD = (
    "AccountBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail",
    "SalesItemLineDetail",
)
DISCOUNT = "DiscountLineDetail"
_WORDLESS = frozenset({"SubTotalLineDetail", "DescriptionOnly"})
_UNTAXED = TaxCode(id="NON", name="NON", sales=None, purchases=None)
_NO_TAX = "Make sure all your transactions have a VAT rate before you save."
_REFERENCES = {"ClassRef": "Class", "CustomerRef": "Customer"}


def entries(
    sitting: Sitting, typed: Mapping[str, Any], *, sells: bool, untaxed: bool
) -> list[Entry]:
    """Raises `Refusal`."""
    lines = typed.get("Line") or []
    found = [
        _entry(sitting, line, sells=sells, untaxed=untaxed)
        for line in lines
        if line.get("DetailType") not in _WORDLESS | {DISCOUNT}
    ]
    if not found:
        raise refusals.missing("Line")
    return found


def discount(typed: Mapping[str, Any]) -> int:
    """The percentage of a discount line."""
    for line in typed.get("Line") or []:
        if line.get("DetailType") == DISCOUNT:
            return int(line[DISCOUNT].get("DiscountPercent", 0))
    return 0


def _entry(sitting: Sitting, line: Mapping[str, Any], *, sells: bool, untaxed: bool) -> Entry:
    kind = line.get("DetailType")
    if kind not in ({SOLD} if sells else {ACCOUNT, ITEM}):
        raise refusals.bad_choice("DetailType", kind)
    if line.get("Amount") is None:
        raise refusals.missing("Amount")
    detail = line.get(str(kind)) or {}
    quantity = amount_of(detail.get("Qty") or 1, "Qty")
    amount = cents(amount_of(detail.get("TaxInclusiveAmt") or line["Amount"], "Amount"))
    price = detail.get("UnitPrice")
    is_whole = price is None or not detail.get("Qty") or detail.get("TaxInclusiveAmt")
    if not is_whole and cents(amount_of(price, "UnitPrice") * quantity) != amount:
        raise refusals.unlike(line["Amount"])
    return Entry(
        amount=amount,
        of=_what(sitting, str(kind), detail),
        code=_UNTAXED if untaxed else _code(sitting, detail),
        description=str(line.get("Description") or ""),
        quantity=quantity if quantity else Decimal(1),
        by_item=kind == ITEM,
        extras=_extras(sitting, detail),
    )


def _what(sitting: Sitting, kind: str, detail: Mapping[str, Any]) -> Fields:
    if kind == ACCOUNT:
        return label("Account", sitting.needs(detail, "AccountRef", "Account"))
    row = sitting.refer(detail, "ItemRef", "Item")
    if row is None and kind == ITEM:
        raise refusals.missing("ItemRef")
    return label("Item", row or sitting.books.rows("Item")[0])  # the company's default item


def _code(sitting: Sitting, detail: Mapping[str, Any]) -> TaxCode:
    given = (detail.get("TaxCodeRef") or {}).get("value")
    if not given:
        if sitting.house.is_american:
            return sitting.house.usual_code
        raise refusals.business(_NO_TAX)
    row = sitting.refer(detail, "TaxCodeRef", "TaxCode")
    assert row is not None
    return sitting.house.code(row.id)


def _extras(sitting: Sitting, detail: Mapping[str, Any]) -> Fields:
    found: Fields = {}
    for name, kind in _REFERENCES.items():
        row = sitting.refer(detail, name, kind)
        if row is not None:
            sitting.allowed(name)
            found[name] = label(kind, row)
    billable = detail.get("BillableStatus")
    if billable:
        if billable == "Billable" and "CustomerRef" not in found:
            raise refusals.business("If this line is billable, you must choose a customer.")
        item = sitting.refer(detail, "ItemRef", "Item")
        if billable == "Billable" and item is not None and "IncomeAccountRef" not in item.fields:
            raise refusals.business("A billable item must have an income account.")
        found["BillableStatus"] = billable
    return found
