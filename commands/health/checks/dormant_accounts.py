"""Accounts of the chart that nobody has used for years."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
)

from commands.health.books.accounts import named
from commands.health.books.books import CREDITED, TOLD_AT_BANK, Books, counted
from commands.health.books.periods import months_before
from commands.health.books.used import banked, lines_of, uses
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
)
from commands.health.samples import account, asset, bill, contact, day, invoice, line, payment
from commands.health.words import count, dated, listed, money
from providers.books import LedgerProduct
from storage.models import ledger

WORST = Decimal("0.50")  # share of accounts that leaves no points (product §10.2)
KEPT_TYPES = (  # a ledger needs them, or lets nobody put them away
    *("BANK", "Bank", "Credit Card", "Accounts Receivable", "Accounts Payable"),
    *("PAYG", "PAYGLIABILITY", "SUPERANNUATIONEXPENSE", "SUPERANNUATIONLIABILITY"),
    *("WAGESEXPENSE", "WAGESPAYABLELIABILITY"),
)
# These may hold what was taken over when the books began, which no line tells.
LONG_TERM = ("TERMLIAB", "Long Term Liability")
LOANS = ("loan", "mortgage")
LASTING = ("ASSET", "LIABILITY", "EQUITY")  # classes of accounts whose balances are carried on


@dataclass(frozen=True, kw_only=True, slots=True)
class DormantAccountsOptions(Options):
    """How long is dormant."""

    years: int = field(default=2, metadata={"label": "Years without a transaction"})


class DormantAccounts(Check[DormantAccountsOptions]):
    """Active accounts without a transaction in the two years before the end of the period. Accounts
    of capital, reserves and loans are left out: years without a transaction are usual there.

    Why: each is one more that a transaction can be put to by mistake.

    Fix: archive it. Where something still uses it, change that first.
    """

    code = "dormant-accounts"
    title = "Dormant accounts"
    group = Group.CLEANUP
    facet = "Class"
    weight = 5
    options = DormantAccountsOptions
    examples = (
        Example(
            records=(
                account("400", "Advertising"),
                account("401", "Never"),
                account("402", "In use"),
                account("403", "Just in time"),
                bill("b1", line(code="400"), date=day(6, 29, 2024)),
                bill("b2", line(code="402")),
                bill("b3", line(code="403"), date=day(6, 30, 2024)),
            ),
            finds=("400 Advertising", "401 Never"),
            level=Level.WARNING,
        ),
        Example(
            records=(
                account("400", "By default"),
                account("710", "Vans", account_type="FIXED", account_class="ASSET"),
                account("800", "Deposits held", account_class="LIABILITY"),
                contact("c1", purchase_account="400"),
                asset("a1"),
                bill("b1", line(code="800"), date=day(1, 1, 2020)),
            ),
            finds=("400 By default", "710 Vans", "800 Deposits held"),
        ),
        Example(
            records=(
                account("090", is_bank=True, account_type="BANK"),
                account("610", "Receivable", account_type="CURRENT", system_role="DEBTORS"),
                account("477", "Wages", account_type="WAGESEXPENSE"),
                account("499", "Archived", is_active=False),
                account("880", "Drawings", account_type="EQUITY", account_class="EQUITY"),
                payment("p1", "10.00", "b1", bank_account="id-880"),
                account("835", "Directors' Loan Account", account_class="LIABILITY"),
                account("900", "Owed", account_type="TERMLIAB", account_class="LIABILITY"),
                account("970", "Share Capital", account_type="EQUITY", account_class="EQUITY"),
            ),
            level=Level.FINE,
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                account("79", "Sales", source="Account", account_type="Income"),
                account("80", "Cost of sales", source="Account", account_type="Cost of Goods Sold"),
                account("81", "Stock", source="Account", account_type="Other Current Asset"),
                LedgerProduct(
                    source="Item",
                    remote_id="i",
                    name="Bun",
                    sales_account="id-79",
                    purchase_account="id-80",
                    stock_account="id-81",
                ),
                invoice("1", line(code=None, product="i"), source="Invoice"),
                account("7", "Advertising", source="Account", account_type="Expense"),
                account("84", "A/R", source="Account", account_type="Accounts Receivable"),
            ),
            finds=("7 Advertising",),
        ),
    )

    def queries(self, books: Books, options: DormantAccountsOptions) -> Mapping[str, Select[Any]]:
        since = months_before(books.as_of, 12 * options.years)
        own = books.accounts
        by_id, by_code = lines_of(books, own)
        is_used = or_(*(
            select(ledger.lines.c.date).where(each, ledger.lines.c.date >= since).exists()
            for each in (by_id, by_code)
        ))  # fmt: skip
        line = ledger.lines.c
        signed = case((line.kind.in_(CREDITED), -line.base_net), else_=line.base_net)
        told = {
            "last": func.max(line.date),
            "lines": counted(),
            "balance": func.sum(case((line.source.not_in(TOLD_AT_BANK), signed))),
        }
        return {
            "accounts": select(
                own.c.source, own.c.remote_id, own.c.code, own.c.name, own.c.account_class,
                is_used.label("is_used"),
                *(
                    case((~is_used, select(each).where(or_(by_id, by_code)).scalar_subquery()))
                    .label(name)
                    for name, each in told.items()
                ),
            )
            .where(
                own.c.is_active, ~own.c.is_bank, own.c.system_role.is_(None),
                own.c.account_type.not_in((*KEPT_TYPES, *LONG_TERM)),
                own.c.account_class != "EQUITY", ~_is_loan(own),
            )
            .order_by(own.c.code, own.c.name),
            "banked": banked(books, since),
            "uses": uses(books),
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: DormantAccountsOptions) -> Found:
        lately = {row.account for row in rows["banked"]}
        named_by: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows["uses"]:
            named_by[row.account][row.what] = row.many
        dormant = [
            row
            for row in rows["accounts"]
            if not row.is_used and row.remote_id not in lately
        ]  # fmt: skip
        return Found(
            findings=tuple(
                _finding(row, books, named_by[row.code] | named_by[row.remote_id])
                for row in dormant
            ),
            figures={"archivable": len(rows["accounts"])},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: DormantAccountsOptions,
    ) -> Verdict:
        free = sum(not each.facts["Kept by"] for each in opened)
        share = falling(free, figures["archivable"], worst=WORST)
        if not opened:
            return Verdict(level=Level.FINE, says="none", share=share)
        blocked = len(opened) - free
        held = f", {blocked:,} of them still in use elsewhere" if blocked else ""
        says = f"{len(opened):,} of {count(figures['archivable'], 'account')}{held}"
        return Verdict(level=Level.WARNING, says=says, share=share)


def _is_loan(own: Subquery) -> ColumnElement[bool]:
    """By its name; such accounts may carry on what no line tells."""
    name = func.lower(own.c.name)
    called = or_(*(name.contains(word, autoescape=True) for word in LOANS))
    return and_(own.c.account_class.in_(LASTING), called)


def _finding(row: Row[Any], books: Books, named_by: Mapping[str, int]) -> Finding:
    kept = [count(many, what) for what, many in sorted(named_by.items())]
    if row.account_class in LASTING and row.balance:
        kept.append(f"a balance of {money(row.balance, books.currency)}")
    used = "Nothing was ever posted to it"
    if row.lines:
        used = f"Last used on {dated(row.last)}, {count(row.lines, 'line')} ever"
    put_away = "Make it inactive" if books.provider == "quickbooks" else "Archive it"
    remedy = Remedy(
        change=Change.ARCHIVE_ACCOUNT,
        label="Archive account",
        arguments={"account": row.remote_id},
    )
    return Finding(
        key=(row.source, row.remote_id),
        title=named(row),
        text=f"{used}; kept by {listed(kept)}." if kept else f"{used}.",
        fix=f"{'Free it of these, then archive it' if kept else put_away} in {books.software}.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        since=row.last,
        remedy=None if kept else remedy,
        facts={
            "Account": named(row),
            "Class": row.account_class,
            "Last used": row.last.isoformat() if row.last else None,
            "Lines": row.lines,
            "Kept by": listed(kept),
        },
    )
