"""What the VAT account holds at the end of a VAT period, beside the return of that period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, Subquery, case, func, or_, select

from commands.health.books.books import Books
from commands.health.books.periods import Period
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
    Record,
    Rows,
    Verdict,
    graded,
    unavailable,
)
from commands.health.reckoning.vat import periods_back
from commands.health.reckoning.vat_bases import documented
from commands.health.samples import account, day, invoice, line, posted
from commands.health.words import dated, money, stake

VAT = account("820", "VAT", account_class="LIABILITY", system_role="GST")
ACCRUAL = {"vat_scheme": "accrual, quarterly"}
SOLD = invoice("i", line("5000", "200"), date=day(5, 4))  # 1,000 of the quarter to June


@dataclass(frozen=True, kw_only=True, slots=True)
class VatControlOptions(Options):
    """Which periods, and how near is near enough."""

    starting_month: int = field(
        default=0, metadata={"label": "Month a VAT period starts in (0 = the financial year's)"}
    )
    tolerance: Decimal = field(
        default=Decimal("0.02"), metadata={"label": "Share of the return they may be apart"}
    )


class VatControl(Check[VatControlOptions]):
    """The VAT account at the end of the last VAT period, where it does not hold what the return of
    that period comes to.

    Why: what is there besides is an earlier return that was not paid, a payment coded elsewhere, or
    a posting that no return will ever have.

    Fix: list the account from the last period end that agreed. Post what was paid, and correct
    what was posted to it by hand.
    """

    code = "vat-control"
    title = "VAT control account"
    group = Group.TAX
    options = VatControlOptions
    facts = (
        Figure(label="At the end of", name="end", kind=Kind.DAY),
        Figure(label="The VAT account owes", name="held", kind=Kind.MONEY),
        Figure(label="The return, estimated", name="estimate", kind=Kind.MONEY),
    )
    examples = (
        Example(
            records=(VAT, SOLD, posted(1, day(5, 4), **{"820": "-1000", "200": "1000"})),
            details=ACCRUAL,
            level=Level.FINE,
        ),
        Example(
            records=(
                VAT,
                SOLD,
                posted(1, day(5, 4), **{"820": "-1000", "200": "1000"}),
                posted(2, day(5, 9), **{"820": "-300", "400": "300"}),
            ),
            details=ACCRUAL,
            finds=("820 VAT",),
            amounts=("300",),
            level=Level.WARNING,
        ),
        Example(records=(VAT, SOLD), details=ACCRUAL, level=Level.NOT_AVAILABLE),
        Example(
            records=(VAT, SOLD, posted(1, day(5, 4), **{"820": "-1000"})),
            details={"vat_scheme": "cash, quarterly"},
            level=Level.NOT_AVAILABLE,
        ),
        Example(records=(), provider="quickbooks", level=Level.NOT_AVAILABLE),
        Example(records=(), country="IE", level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: VatControlOptions) -> Verdict | None:
        scheme = books.details.get("vat_scheme")
        if books.country != "GB":
            return unavailable("for the UK only")
        if books.provider == "quickbooks":
            return unavailable("QuickBooks does not tell what it posts to its VAT account")
        if not scheme:
            return unavailable("not registered for VAT")
        if "cash" in scheme or "flat rate" in scheme:
            return unavailable(f"on {scheme} the account holds more than is due")
        if not books.holds_journals:
            return unavailable(f"the journals of {books.software} are not here, or not yet")
        return None

    def queries(self, books: Books, options: VatControlOptions) -> Mapping[str, Select[Any]]:
        period = _period(books, options)
        tax = documented(books)
        due = case((tax.c.is_sale, tax.c.tax), else_=-tax.c.tax)
        vat = _accounts(books)
        moved = books.postings(period.end, accounts=vat)
        return {
            "accounts": select(vat.c.source, vat.c.remote_id, vat.c.code, vat.c.name),
            "held": select(func.sum(moved.c.amount).label("amount")),
            "due": select(func.sum(due).label("amount")).where(
                tax.c.date.between(period.begin, period.end)
            ),
        }

    def find(self, rows: Rows, books: Books, options: VatControlOptions) -> Found:
        period = _period(books, options)
        held = -(rows["held"][0].amount or Decimal())
        estimate = rows["due"][0].amount or Decimal()
        figures = {
            "currency": books.currency,
            "end": period.end.isoformat(),
            "held": str(held),
            "estimate": str(estimate),
        }
        apart = held - estimate
        near = max(Decimal(1), abs(estimate) * options.tolerance)
        if not rows["accounts"] or abs(apart) <= near:
            return Found(figures=figures)
        own = rows["accounts"][0]
        more = "more" if apart > 0 else "less"
        return Found(
            findings=(
                Finding(
                    key=(own.remote_id, period.end.isoformat()),
                    title=" ".join(filter(None, (own.code, own.name))),
                    text=f"On {dated(period.end)} it owes {money(held, books.currency)}, and the "
                    f"return of the period comes to {money(estimate, books.currency)}: "
                    f"{money(abs(apart), books.currency)} {more}.",
                    fix="List the account from the last period end that agreed.",
                    records=(Record(source=own.source, remote_id=own.remote_id),),
                    amount=abs(apart),
                    currency=books.currency,
                    since=period.end,
                    facts={"Period to": period.end, "Held": held, "Return": estimate},
                ),
            ),
            figures=figures,
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: VatControlOptions
    ) -> Verdict:
        level = Level.WARNING if opened else Level.FINE
        held = stake(Decimal(figures["held"]), figures["currency"])
        due = stake(Decimal(figures["estimate"]), figures["currency"])
        says = f"{held} held, {due} by the return" if opened else f"{held}, as by the return"
        return graded(level, says)


def _period(books: Books, options: VatControlOptions) -> Period:
    return periods_back(books, options.starting_month, 1)[0]


def _accounts(books: Books) -> Subquery:
    known = books.accounts
    own = or_(known.c.system_role == "GST", known.c.report_code.startswith("LIA.CUR.TAX.VAT"))
    return select(known).where(own).subquery("vat")
