"""Contacts that always use one account or tax rate and have no default for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select

from commands.health.books.books import Books
from commands.health.books.periods import months_before
from commands.health.check import (
    Change,
    Check,
    Example,
    Finding,
    Found,
    Group,
    Level,
    Options,
    Record,
    Remedy,
    Rows,
    Verdict,
    falling,
    unavailable,
)
from commands.health.reckoning.coding import habits
from commands.health.samples import account, bill, contact, day, invoice, line, money_out
from commands.health.words import count, dated
from providers.books import LedgerTaxRate

WORST = Decimal("0.50")  # share of contacts that leaves no points (product §10.2)
FIELDS = {  # the default of a contact that each direction has
    ("purchases", "account"): "purchase_account",
    ("purchases", "tax rate"): "purchase_tax",
    ("sales", "account"): "sales_account",
    ("sales", "tax rate"): "sales_tax",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactDefaultsOptions(Options):
    """What makes a habit."""

    transactions: int = field(default=3, metadata={"label": "Transactions at least"})
    months: int = field(default=24, metadata={"label": "Months that are looked at"})
    latest_months: int = field(
        default=12, metadata={"label": "Months since the latest transaction, at most"}
    )


class ContactDefaults(Check[ContactDefaultsOptions]):
    """Contacts whose purchases, or sales, have all used one account or one tax rate, while Xero has
    no default for it.

    Why: with a default the next transaction is coded right by itself. Supplier rules still come
    before it.

    Fix: set what has always been used as the default of the contact.
    """

    code = "contact-defaults"
    title = "Contact defaults"
    group = Group.CLEANUP
    facet = "Direction"
    weight = 5
    options = ContactDefaultsOptions
    examples = (
        Example(
            records=(
                contact("c1", "British Gas", purchase_tax="INPUT2"),
                account("445", "Light, Power, Heating"),
                LedgerTaxRate(source="TaxRates", remote_id="INPUT2", name="20% on Expenses"),
                *(bill(f"b{n}", line(code="445"), date=day(n, 1)) for n in (4, 5)),
                money_out("b6", line(code="445"), date=day(6, 1)),
            ),
            finds=("British Gas",),
            level=Level.WARNING,
        ),
        Example(
            records=(
                contact("c1", "Customer", is_customer=True),
                account("200", "Sales", account_class="REVENUE"),
                LedgerTaxRate(source="TaxRates", remote_id="OUTPUT2", name="20% on Income"),
                *(
                    invoice(f"i{n}", line(code="200", tax_rate="OUTPUT2"), date=day(n, 1))
                    for n in (4, 5, 6)
                ),
            ),
            finds=("Customer", "Customer"),
        ),
        Example(
            records=(
                contact("c1", "Two only"),
                contact("c2", "Mixed", purchase_tax="INPUT2"),
                contact("c3", "Has one", purchase_account="445", purchase_tax="INPUT2"),
                contact("c4", "Long ago", purchase_tax="INPUT2"),
                contact("c5", "Not any more", purchase_tax="INPUT2"),
                contact("c6", "Archived", is_active=False),
                account("445"),
                account("461"),
                account("999", is_active=False),
                *(
                    bill(f"{whose}{n}", line(code=code), contact_id=whose, date=day(n, 1, year))
                    for whose, codes, year in (
                        ("c1", "445 445", 2026),
                        ("c2", "445 445 461", 2026),
                        ("c3", "445 445 445", 2026),
                        ("c4", "445 445 445", 2025),
                        ("c5", "999 999 999", 2026),
                        ("c6", "445 445 445", 2026),
                    )
                    for n, code in enumerate(codes.split(), start=1)
                ),
            ),
            level=Level.FINE,
        ),
        Example(
            provider="quickbooks",
            records=tuple(bill(f"{n}", date=day(n, 1)) for n in (4, 5, 6)),
            level=Level.NOT_AVAILABLE,
        ),
    )

    def missing(self, books: Books, options: ContactDefaultsOptions) -> Verdict | None:
        if books.provider != "xero":
            return unavailable(f"{books.software} has no such defaults to set")
        return None

    def queries(self, books: Books, options: ContactDefaultsOptions) -> Mapping[str, Select[Any]]:
        since = months_before(books.as_of, options.months)
        return {"habits": habits(books, since, least=options.transactions)}

    def find(self, rows: Rows, books: Books, options: ContactDefaultsOptions) -> Found:
        latest = months_before(books.as_of, options.latest_months)
        return Found(
            findings=tuple(
                each for row in rows["habits"] for each in _suggested(row, books, latest)
            ),
            figures={"contacts": len({row.contact_id for row in rows["habits"]})},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: ContactDefaultsOptions,
    ) -> Verdict:
        part, of = len({each.key[0] for each in opened}), figures["contacts"]
        share = falling(part, of, worst=WORST)
        if not opened:
            return Verdict(level=Level.FINE, says="none", share=share if of else None)
        says = f"{count(len(opened), 'suggestion')} for {part:,} of {count(of, 'contact')}"
        return Verdict(level=Level.WARNING, says=says, share=share)


def _suggested(row: Row[Any], books: Books, latest: date) -> Iterator[Finding]:
    if row.last < latest:
        return
    habit = (("account", row.account, row.account_name), ("tax rate", row.tax, row.tax_name))
    for what, value, words in habit:
        default = FIELDS[row.direction, what]
        if value is not None and not getattr(row, default):
            yield _finding(row, books, (default, value), f"{what} {value} – {words}")


def _finding(row: Row[Any], books: Books, default: tuple[str, str], habit: str) -> Finding:
    name, value = default
    many = count(row.many, row.direction.removesuffix("s"))
    return Finding(
        key=(row.contact_id, name),
        title=row.name,
        text=f"All {many} since {dated(row.first)} use {habit}; no default is set.",
        fix=f"Set {habit} as the default for {row.direction}.",
        records=(Record(source=row.source, remote_id=row.contact_id),),
        amount=abs(row.net),
        currency=books.currency,
        since=row.last,
        remedy=Remedy(
            change=Change.SET_DEFAULT,
            label="Set as default",
            arguments={"contact": row.contact_id, "field": name, "value": value},
        ),
        facts={
            "Contact": row.name,
            "Direction": row.direction,
            "Suggested default": habit,
            "Transactions": row.many,
            "Latest": row.last.isoformat(),
        },
    )
