"""How near turnover is to the limits of VAT registration and of its schemes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, type_coerce

from commands.health.books.accounts import debited
from commands.health.books.books import Books
from commands.health.books.periods import months_before
from commands.health.books.trade import KINDS, turnover_accounts
from commands.health.check import (
    Check,
    Example,
    Figure,
    Finding,
    Found,
    Group,
    Kind,
    Level,
    Options,
    Rows,
    Verdict,
    graded,
    unavailable,
    unconfigured,
)
from commands.health.samples import account, day, invoice, line
from commands.health.words import money, stake
from storage.types import Money

NOT_TAXABLE = ("EXEMPTOUTPUT", "NONE")  # tax types of Xero's; QuickBooks has none of its own
SALES = account("200", "Sales", account_class="REVENUE", account_type="REVENUE")


class Scheme(StrEnum):
    """How VAT is accounted for."""

    AS_TOLD = "as the ledger tells"
    NOT_REGISTERED = "not registered"
    STANDARD = "standard"
    CASH = "cash accounting"
    ANNUAL = "annual accounting"
    FLAT_RATE = "flat rate"


@dataclass(frozen=True, kw_only=True, slots=True)
class VatThresholdsOptions(Options):
    """The scheme, and HMRC's limits as they are now."""

    scheme: Scheme = field(default=Scheme.AS_TOLD, metadata={"label": "VAT scheme"})
    registration: Decimal = field(
        default=Decimal(90_000), metadata={"label": "Turnover above which to register"}
    )
    cash_or_annual: Decimal = field(
        default=Decimal(1_600_000),
        metadata={"label": "Turnover above which to leave cash or annual accounting"},
    )
    flat_rate: Decimal = field(
        default=Decimal(230_000),
        metadata={"label": "Turnover with VAT above which to leave the flat rate scheme"},
    )
    near_share: Decimal = field(
        default=Decimal("0.9"), metadata={"label": "Near the limit from this share of it"}
    )


def _sold(amount: str, **over: Any) -> Any:
    return invoice("a", line(amount, "200", tax_rate=over.pop("tax_rate", "OUTPUT2")), **over)


class VatThresholds(Check[VatThresholdsOptions]):
    """Turnover of twelve months that is near a limit of VAT, or above it.

    Why: above the limit a business has thirty days to register; after that it owes VAT that it
    never charged. The schemes have limits of their own.

    Fix: register, or leave the scheme, in time. Turnover is net income without other income and,
    once registered, without what is exempt; for the flat rate it is with VAT.
    """

    code = "vat-thresholds"
    title = "VAT thresholds"
    group = Group.TAX
    options = VatThresholdsOptions
    facts = (
        Figure(label="Turnover of twelve months", name="turnover", kind=Kind.MONEY),
        Figure(label="Of the last quarter", name="quarter", kind=Kind.MONEY),
        Figure(label="Limit", name="limit", kind=Kind.MONEY),
        Figure(label="Scheme", name="scheme"),
    )
    examples = (
        Example(records=(SALES, _sold("81000")), level=Level.FINE),
        Example(
            records=(SALES, _sold("81000.01")),
            finds=("Near the limit for registration",),
            level=Level.WARNING,
        ),
        Example(
            records=(SALES, _sold("90000.01")),
            finds=("Above the limit for registration",),
            level=Level.ERROR,
        ),
        Example(records=(SALES, _sold("99000", date=day(6, 30, 2025))), level=Level.FINE),
        Example(
            records=(SALES, _sold("5000000")),
            details={"vat_scheme": "accrual, quarterly"},
            level=Level.FINE,
        ),
        Example(
            records=(SALES, _sold("1500000")),
            details={"vat_scheme": "cash, quarterly"},
            finds=("Near the limit for cash accounting",),
        ),
        Example(
            records=(SALES, _sold("1500000", tax_rate="EXEMPTOUTPUT")),
            details={"vat_scheme": "cash, quarterly"},
            level=Level.FINE,
        ),
        Example(  # 240,000 with VAT
            records=(SALES, _sold("200000")),
            details={"vat_scheme": "flat rate, cash, quarterly"},
            finds=("Above the limit for the flat rate scheme",),
            amounts=("240000",),
        ),
        Example(records=(), provider="quickbooks", level=Level.NOT_CONFIGURED),
        Example(
            records=(
                account("4000", "Sales", account_class="REVENUE", account_type="Income",
                        source="Account"),
                invoice("a", line("95000", None, account_id="id-4000"), source="Invoice"),
            ),
            provider="quickbooks",
            options={"scheme": "not registered"},
            finds=("Above the limit for registration",),
        ),
        Example(records=(), country="NZ", level=Level.NOT_AVAILABLE),
    )  # fmt: skip

    def missing(self, books: Books, options: VatThresholdsOptions) -> Verdict | None:
        if books.country != "GB":
            return unavailable("for the UK only")
        if scheme_of(books, options) is None:
            return unconfigured(f"choose the VAT scheme: {books.software} does not tell it")
        return None

    def queries(self, books: Books, options: VatThresholdsOptions) -> Mapping[str, Select[Any]]:
        scheme = scheme_of(books, options)
        quarter = months_before(books.as_of, 3)
        if scheme is Scheme.FLAT_RATE:
            own: Any = books.lines(*KINDS)
            gross = own.c.base_net + func.coalesce(own.c.base_tax, 0)
            amount: ColumnElement[Any] = type_coerce(gross, Money())
        else:
            own = books.entries(*KINDS)
            amount = own.c.base_net
        sold = -debited(own, amount)
        turnover = select(
            func.sum(sold, type_=Money()).label("year"),
            func.sum(case((own.c.date > quarter, sold)), type_=Money()).label("quarter"),
        ).where(
            own.c.date.between(months_before(books.as_of, 12) + timedelta(days=1), books.as_of),
            own.c.account.in_(turnover_accounts(books)),
        )
        if scheme is not Scheme.NOT_REGISTERED:
            turnover = turnover.where(func.coalesce(own.c.tax_rate, "").not_in(NOT_TAXABLE))
        return {"turnover": turnover}

    def find(self, rows: Rows, books: Books, options: VatThresholdsOptions) -> Found:
        scheme = scheme_of(books, options)
        assert scheme is not None
        year = rows["turnover"][0].year or Decimal()
        limit, what = _limit(scheme, options)
        figures = {
            "currency": books.currency,
            "scheme": scheme.value,
            "turnover": str(year),
            "quarter": str(rows["turnover"][0].quarter or Decimal()),
            "limit": str(limit) if limit is not None else None,
        }
        if limit is None or year <= options.near_share * limit:
            return Found(figures=figures)
        return Found(findings=(_finding(year, limit, what, books),), figures=figures)

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: VatThresholdsOptions
    ) -> Verdict:
        level = Level.FINE
        if opened:
            level = Level.ERROR if opened[0].is_serious else Level.WARNING
        turnover = stake(Decimal(figures["turnover"]), figures["currency"])
        says = f"{turnover} in twelve months, {figures['scheme']}"
        if figures["limit"] is not None:
            says += f", limit {stake(Decimal(figures['limit']), figures['currency'])}"
        return graded(level, says)


def scheme_of(books: Books, options: VatThresholdsOptions) -> Scheme | None:
    """What people chose, else what Xero tells; None where it is not known."""
    if options.scheme is not Scheme.AS_TOLD:
        return options.scheme
    if books.provider != "xero":
        return None
    told = books.details.get("vat_scheme")
    if not told:
        return Scheme.NOT_REGISTERED
    if "flat rate" in told:
        return Scheme.FLAT_RATE
    if "cash" in told:
        return Scheme.CASH
    return Scheme.ANNUAL if "yearly" in told else Scheme.STANDARD


def _limit(scheme: Scheme, options: VatThresholdsOptions) -> tuple[Decimal | None, str]:
    limits: Mapping[Scheme, tuple[Decimal | None, str]] = {
        Scheme.NOT_REGISTERED: (options.registration, "registration"),
        Scheme.CASH: (options.cash_or_annual, "cash accounting"),
        Scheme.ANNUAL: (options.cash_or_annual, "annual accounting"),
        Scheme.FLAT_RATE: (options.flat_rate, "the flat rate scheme"),
    }
    return limits.get(scheme, (None, ""))


def _finding(year: Decimal, limit: Decimal, what: str, books: Books) -> Finding:
    is_above = year > limit
    fix = "Register within thirty days." if what == "registration" else f"Leave {what} in time."
    return Finding(
        key=(what, "above" if is_above else "near"),
        title=f"{'Above' if is_above else 'Near'} the limit for {what}",
        text=f"Turnover of twelve months is {money(year, books.currency)}; "
        f"the limit is {money(limit, books.currency)}.",
        fix=fix if is_above else "Talk to the client before it is reached.",
        amount=year,
        currency=books.currency,
        since=books.as_of,
        is_serious=is_above,
        facts={"Turnover": year, "Limit": limit, "For": what},
    )
