"""Amounts, taxes and exchange as QuickBooks works them out for a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row

CENT = Decimal("0.01")
ZERO = Decimal(0)
CURRENCIES = {"GBP": "British Pound Sterling", "EUR": "Euro", "USD": "United States Dollar"}
# Home currency for one unit abroad, from Britain; nobody here looks rates up.
RATES = {"EUR": Decimal("0.8612"), "USD": Decimal("0.7835")}
Reference = dict[str, Any]


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A tax rate; `percent` of the net amount."""

    ref: Reference
    percent: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxCode:
    """A tax code with the rate it has on each side, None where it charges nothing at all."""

    id: str
    name: str
    sales: Rate | None
    purchases: Rate | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line to be written. `amount` contains the tax where the document is tax inclusive."""

    amount: Decimal
    of: Reference  # an item or an account
    code: TaxCode
    description: str = ""
    quantity: Decimal | int = 1
    by_item: bool = False  # a purchase of an item, though it be one
    extras: Mapping[str, Any] = field(default_factory=dict)  # ClassRef, CustomerRef


@dataclass(frozen=True, kw_only=True, slots=True)
class Taxed:
    """What lines come to: the net of each, their sum, and the tax on top."""

    nets: tuple[Decimal, ...]
    subtotal: Decimal
    tax: Decimal
    detail: Fields


class House:
    """What documents of one company are made of, looked up once."""

    def __init__(self, books: Books) -> None:
        self.books = books
        prefs = books.rows("Preferences")[0].fields
        self.currency = str(prefs["CurrencyPrefs"]["HomeCurrency"]["value"])
        self.has_currencies = bool(prefs["CurrencyPrefs"]["MultiCurrencyEnabled"])
        self.is_american = bool(prefs["TaxPrefs"]["PartnerTaxEnabled"])
        self.codes = {row.id: _code(books, row) for row in books.rows("TaxCode")}
        self._accounts = {str(row.fields["Name"]): row for row in books.rows("Account")}

    def account(self, name: str) -> Reference:
        """The reference to an account, by name."""
        row = self._accounts.get(name) or self.books.find("Account", name)
        return {"value": row.id, "name": str(row.fields["Name"])}

    def code(self, wanted: str) -> TaxCode:
        """By id or name; raises `KeyError`."""
        code = self.find_code(wanted)
        if code is None:
            raise KeyError(f"tax code {wanted}")
        return code

    def find_code(self, wanted: str) -> TaxCode | None:
        """By id or name."""
        named = (each for each in self.codes.values() if each.name == wanted)
        return self.codes.get(wanted) or next(named, None)

    @property
    def usual_code(self) -> TaxCode:
        return self.code("NON" if self.is_american else "20.0% S")

    def money(self, currency: str, rate: Decimal) -> Fields:
        """The currency of a document, with its exchange rate where the company has several."""
        fields: Fields = {
            "CurrencyRef": {"value": currency, "name": CURRENCIES.get(currency, currency)}
        }
        return {**fields, "ExchangeRate": rate} if self.has_currencies else fields

    def home(self, name: str, amount: Decimal, rate: Decimal) -> Fields:
        """An amount in the home currency, where that is told."""
        return {name: cents(amount * rate)} if self.has_currencies else {}


def _code(books: Books, row: Row) -> TaxCode:
    return TaxCode(
        id=row.id,
        name=str(row.fields["Name"]),
        sales=_rate(books, row.fields.get("SalesTaxRateList", {})),
        purchases=_rate(books, row.fields.get("PurchaseTaxRateList", {})),
    )


def _rate(books: Books, side: Fields) -> Rate | None:
    details = side.get("TaxRateDetail", [])
    if not details:
        return None
    row = books.find("TaxRate", str(details[0]["TaxRateRef"]["value"]))
    return Rate(ref={"value": row.id}, percent=Decimal(row.fields["RateValue"]))


def taxed(
    entries: Sequence[Entry],
    *,
    sells: bool,
    inclusive: bool = False,
    given: Mapping[str, Decimal] | None = None,
) -> Taxed:
    """Net amounts and taxes; the tax is worked out once for all lines of a rate.

    `given` are taxes, by the id of their rate, that somebody knows better.
    """
    nets: list[Decimal] = []
    groups: dict[str, tuple[Rate, Decimal, Decimal]] = {}
    for entry in entries:
        rate = entry.code.sales if sells else entry.code.purchases
        percent = rate.percent if rate else ZERO
        net = cents(entry.amount * 100 / (100 + percent)) if inclusive else entry.amount
        nets.append(net)
        if rate:
            _, net_before, gross_before = groups.get(entry.code.id, (rate, ZERO, ZERO))
            groups[entry.code.id] = (rate, net_before + net, gross_before + entry.amount)
    lines = [
        _tax_line(rate, net, _known(rate, gross - net if inclusive else None, net, given or {}))
        for rate, net, gross in groups.values()
    ]
    tax = sum((line["Amount"] for line in lines), ZERO)
    detail: Fields = {"TotalTax": tax, **({"TaxLine": lines} if lines else {})}
    return Taxed(nets=tuple(nets), subtotal=sum(nets, ZERO), tax=tax, detail=detail)


def _known(
    rate: Rate, within: Decimal | None, net: Decimal, given: Mapping[str, Decimal]
) -> Decimal:
    """The tax of one rate: what is within gross amounts stays so, whatever is given."""
    if within is not None:
        return within
    return given.get(str(rate.ref["value"]), cents(net * rate.percent / 100))


def _tax_line(rate: Rate, net: Decimal, amount: Decimal) -> Fields:
    return {
        "Amount": amount,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": rate.ref,
            "PercentBased": True,
            "TaxPercent": rate.percent,
            "NetAmountTaxable": net,
        },
    }
