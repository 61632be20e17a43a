"""What Xero asks of the accounts, taxes, tracking and currency that a document speaks of."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.lines import money

MOST_TRACKING = 2
# Xero posts to these itself, and lets nobody code a line to them.
_CLOSED = frozenset(
    {"DEBTORS", "CREDITORS", "UNPAIDEXPCLM", "TRACKINGTRANSFERS", "BANKCURRENCYGAIN"}
)
_APPLIES_TO = {
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "EXPENSE": "CanApplyToExpenses",
    "LIABILITY": "CanApplyToLiabilities",
    "REVENUE": "CanApplyToRevenue",
}
Problems = list[str]


class Rules:
    """Reads one organisation's lists; what is wrong is appended to the problems given."""

    def __init__(self, books: Books, *, decimals: int) -> None:
        self._books = books
        self._decimals = decimals
        rows = books.rows("Accounts")
        self._by_code = {str(row.fields["Code"]): row for row in rows if row.fields["Code"]}
        self._categories = {row.id: row for row in books.rows("TrackingCategories")}

    def currency(self, typed: Fields, problems: Problems) -> None:
        code = typed.get("CurrencyCode")
        if code and self._books.get("Currencies", str(code)) is None:
            problems.append(f"Organisation is not subscribed to currency {code}")

    def account(self, typed: Mapping[str, Any], problems: Problems) -> Row | None:
        """The account of a line, which is named by its code or its id."""
        code, key = typed.get("AccountCode"), typed.get("AccountID")
        if not code and not key:
            problems.append("Account code must be specified")
            return None
        row = self._by_code.get(str(code)) if code else self._books.get("Accounts", str(key))
        code = row.fields["Code"] if row else code or key
        if (
            row is None
            or row.fields["Type"] == "BANK"
            or row.fields.get("SystemAccount") in _CLOSED
        ):
            problems.append(f"Account code '{code}' is not a valid code for this document.")
            return None
        if row.fields["Status"] != "ACTIVE":
            problems.append(
                f"Account code '{code}' has been archived, or has been deleted. "
                "Each line item must reference a valid account."
            )
        return row

    def tax(self, given: object, account: Row | None, problems: Problems) -> str:
        """The tax type of a line: as given, else as the account has it."""
        if not given:
            return str(account.fields.get("TaxType") or "NONE") if account else "NONE"
        rate = self._books.get("TaxRates", str(given))
        if rate is None or rate.fields["Status"] != "ACTIVE":
            problems.append(
                f"The TaxType code {given} does not exist or cannot be used for this type of "
                "transaction."
            )
        elif (
            account
            and not rate.fields[_APPLIES_TO.get(account.fields["Class"], "CanApplyToAssets")]
        ):
            code = account.fields["Code"]
            problems.append(
                f"The TaxType code '{given}' cannot be used with account code '{code}'."
            )
        return str(given)

    def line(
        self, typed: Mapping[str, Any], *, treatment: str, complete: bool, problems: Problems
    ) -> Fields:
        """A line as `keeping` takes it; a draft's may lack an account."""
        is_words = not {"UnitAmount", "LineAmount", "AccountCode", "AccountID"} & typed.keys()
        optional = is_words or not (complete or typed.get("AccountCode") or typed.get("AccountID"))
        account = None if optional else self.account(typed, problems)
        kept = {
            name: typed[name]
            for name in ("Description", "LineItemID", "DiscountRate", "ItemCode", "TaxAmount")
            if typed.get(name) is not None
        }
        kept |= self._amounts(typed, problems)
        kept["Tracking"] = self._tracking(typed.get("Tracking") or (), problems)
        if account is not None:
            kept["AccountCode"] = account.fields["Code"]
        given = "NONE" if treatment == "NoTax" else typed.get("TaxType")
        kept["TaxType"] = self.tax(given, account, problems)
        line = money(kept["UnitAmount"] * kept["Quantity"])
        if "TaxAmount" in kept and abs(_decimal(kept["TaxAmount"])) > abs(line):
            problems.append("The tax amount cannot be greater than the line amount.")
        return kept

    def _amounts(self, typed: Mapping[str, Any], problems: Problems) -> dict[str, Decimal]:
        """Unit prices are cut to their decimals before anything is worked out from them."""
        quantity = _decimal(typed.get("Quantity"), 1)
        if quantity < 0:
            problems.append(
                f"The quantity value '{quantity:.4f}' is invalid. "
                "Quantity must not be less than zero."
            )
        unit, total = typed.get("UnitAmount"), typed.get("LineAmount")
        if unit is None:
            each = _decimal(total, 0) / (quantity or 1)
            return {"Quantity": quantity, "UnitAmount": each}
        price = _decimal(unit).quantize(Decimal(1).scaleb(-self._decimals))
        discount = _decimal(typed.get("DiscountRate"), 0)
        expected = money(quantity * price * (100 - discount) / 100)
        if total is not None and money(total) != expected:
            problems.append(
                f"The line total {money(total)} does not match the expected line total {expected}"
            )
        return {"Quantity": quantity, "UnitAmount": price}

    def _tracking(self, chosen: Any, problems: Problems) -> list[Fields]:
        if len(chosen) > MOST_TRACKING:
            problems.append("No more than 2 tracking categories can be applied to a line item")
        found = (self._option(each, problems) for each in chosen)
        return [each for each in found if each is not None]

    def _option(self, chosen: Mapping[str, Any], problems: Problems) -> Fields | None:
        for row in self._books.rows("TrackingOptions"):
            category = self._categories.get(row.fields["TrackingCategoryID"])
            if category is None or not _is_meant(chosen, category, row):
                continue
            if "ARCHIVED" in {row.fields["Status"], category.fields["Status"]}:
                problems.append(f"Tracking option '{row.fields['Name']}' has been archived")
            return {"Name": category.fields["Name"], "Option": row.fields["Name"]}
        wanted = chosen.get("Option") or chosen.get("TrackingOptionID")
        problems.append(f"Tracking option '{wanted}' does not exist")
        return None


def _is_closed(account: Row) -> bool:
    return account.fields["Type"] == "BANK" or account.fields.get("SystemAccount") in _CLOSED


def _applies(rate: Row, account: Row) -> bool:
    name = _APPLIES_TO.get(account.fields["Class"])
    return name is None or bool(rate.fields[name])


def _is_meant(chosen: Mapping[str, Any], category: Row, option: Row) -> bool:
    by_id = chosen.get("TrackingOptionID")
    if by_id:
        return str(by_id) == option.id
    is_category = category.fields["Name"] == chosen.get("Name") or category.id == chosen.get(
        "TrackingCategoryID"
    )
    return is_category and option.fields["Name"] == chosen.get("Option")


def _decimal(value: object, default: int | None = None) -> Decimal:
    if value is None and default is not None:
        return Decimal(default)
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
