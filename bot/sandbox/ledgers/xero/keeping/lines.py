"""Lines of a Xero document: what they cost, what tax is on them, what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books, NoSuchRow
from bot.sandbox.ledgers.rows import Fields

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def money(value: object) -> Decimal:
    """To the cent, half up, as Xero rounds each line."""
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What the lines of one set of books are ruled with: tax rates by type and accounts by code."""

    rates: Mapping[str, Decimal]
    accounts: Mapping[str, str]  # code to id
    tracking: Mapping[tuple[str, str], Fields]

    def account(self, code: str) -> str:
        try:
            return self.accounts[code]
        except KeyError as unknown:
            raise NoSuchRow(f"There is no account with the code {code!r}.") from unknown


def ruling(books: Books) -> Ruling:
    categories = {row.id: str(row.fields["Name"]) for row in books.rows("TrackingCategories")}
    return Ruling(
        rates={r.id: Decimal(str(r.fields["EffectiveRate"])) for r in books.rows("TaxRates")},
        accounts={str(row.fields["Code"]): row.id for row in books.rows("Accounts")},
        tracking={
            (categories[row.fields["TrackingCategoryID"]], str(row.fields["Name"])): {
                "TrackingCategoryID": row.fields["TrackingCategoryID"],
                "TrackingOptionID": row.id,
            }
            for row in books.rows("TrackingOptions")
        },
    )


def line_item(line: Fields, *, treatment: str, ruling: Ruling, key: str) -> Fields:
    """One line as Xero keeps it, of what somebody typed; `treatment` is LineAmountTypes."""
    quantity = Decimal(str(line.get("Quantity", 1)))
    unit = Decimal(str(line.get("UnitAmount", line.get("LineAmount", 0))))
    discount = Decimal(str(line.get("DiscountRate", 0)))
    amount = money(quantity * unit * (100 - discount) / 100)
    tax_type = str(line.get("TaxType", "NONE")) if treatment != "NoTax" else "NONE"
    code = str(line.get("AccountCode", ""))
    kept: Fields = {
        "LineItemID": line.get("LineItemID", key),
        "Description": line.get("Description", ""),
        "Quantity": quantity,
        "UnitAmount": unit,
        "TaxType": tax_type,
        "TaxAmount": _tax(amount, tax_type, line, treatment=treatment, ruling=ruling),
        "LineAmount": amount,
        "Tracking": [_tracked(each, ruling) for each in line.get("Tracking", ())],
    }
    if code:
        kept |= {"AccountCode": code, "AccountID": ruling.account(code)}
    if discount:
        kept["DiscountRate"] = discount
    if line.get("ItemCode"):
        kept["ItemCode"] = line["ItemCode"]
    return kept


def totals(lines: list[Fields], *, treatment: str) -> dict[str, Decimal]:
    amounts = sum((line["LineAmount"] for line in lines), ZERO)
    tax = sum((line["TaxAmount"] for line in lines), ZERO)
    subtotal = amounts - tax if treatment == "Inclusive" else amounts
    return {"SubTotal": subtotal, "TotalTax": tax, "Total": subtotal + tax}


def _tax(
    amount: Decimal, tax_type: str, line: Mapping[str, Any], *, treatment: str, ruling: Ruling
) -> Decimal:
    if treatment == "NoTax":
        return ZERO
    if "TaxAmount" in line:
        return money(line["TaxAmount"])
    rate = ruling.rates.get(tax_type)
    if rate is None:
        raise NoSuchRow(f"There is no tax rate called {tax_type!r}.")
    if treatment == "Inclusive":
        return money(amount - amount / (1 + rate / 100))
    return money(amount * rate / 100)


def _tracked(chosen: Mapping[str, Any], ruling: Ruling) -> Fields:
    name, option = str(chosen["Name"]), str(chosen["Option"])
    if (name, option) not in ruling.tracking:
        raise NoSuchRow(f"There is no option {option!r} in the tracking category {name!r}.")
    return {"Name": name, "Option": option, **ruling.tracking[name, option]}
