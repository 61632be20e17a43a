"""Balances on the wrong side: banks, accounts, customers and suppliers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select

from commands.health.books import balances
from commands.health.books.accounts import named
from commands.health.books.books import Books
from commands.health.check import (
    Check,
    Example,
    Finding,
    Found,
    Group,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    graded,
)
from commands.health.samples import (
    account,
    bill,
    contact,
    day,
    document,
    invoice,
    journal,
    line,
    money_in,
    money_out,
)
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind

ON_DEBIT = {"ASSET": True, "EXPENSE": True, "LIABILITY": False, "REVENUE": False}
OF_THE_YEAR = frozenset({"EXPENSE", "REVENUE"})
BANK = account("090", "Barclays", is_bank=True, account_type="BANK", account_class="ASSET")


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusualBalancesOptions(Options):
    """Which balances are worth a look."""

    least: Decimal = field(default=Decimal(1), metadata={"label": "Balances below this are left"})
    serious: Decimal = field(
        default=Decimal(10_000), metadata={"label": "Serious from this amount"}
    )
    overdrawn_days: int = field(
        default=183, metadata={"label": "An overdraft that lasts longer than these days is usual"}
    )
    either_way: tuple[str, ...] = field(
        default=(
            *("depreciation", "amortisation", "amortization", "provision", "allowance", "discount"),
            *(
                "refund",
                "return",
                "gain",
                "loss",
                "rounding",
                "accumulated",
                "clearing",
                "suspense",
            ),
            *("undeposited", "exchange", "cis ", "vat", "gst", "tax"),
        ),
        metadata={"label": "Words in the names of accounts that may be on either side"},
    )


class UnusualBalances(Check[UnusualBalancesOptions]):
    """Bank accounts overdrawn for the first time, assets and costs in credit, liabilities and
    income in debit, customers that we owe and suppliers that owe us.

    Why: a balance on the wrong side is usually one entry too many, on the wrong account, or the
    wrong way round. Opening balances that were taken over are not told to other software and may
    explain it.

    Fix: open the account or the contact and look for what turned its balance.
    """

    code = "unusual-balances"
    title = "Unusual balances"
    group = Group.CLEANUP
    options = UnusualBalancesOptions
    examples = (
        Example(
            records=(
                BANK,
                account("200", account_class="REVENUE", account_type="REVENUE"),
                money_in("m1", date=day(4, 1)),
                money_out("m2", line("500"), date=day(6, 9)),
            ),
            finds=("090 Barclays",),
            level=Level.WARNING,
        ),
        Example(
            records=(
                BANK,
                account("200", account_class="REVENUE", account_type="REVENUE"),
                money_out("m1", line("500"), date=day(1, 9)),
                money_in("m2", line("600", code="200"), date=day(2, 9)),
                money_out("m3", line("500"), date=day(6, 9)),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(
                account("801", "Card", is_bank=True, account_type="BANK", account_class="ASSET"),
                money_out("m1", date=day(12, 1, 2025), bank_account="id-801"),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(
                account("620", "Prepayments", account_class="ASSET", account_type="CURRENT"),
                account("835", "Loan", account_class="LIABILITY", account_type="TERMLIAB"),
                account("200", "Sales", account_class="REVENUE", account_type="REVENUE"),
                account("404", "Bank fees"),
                account("711", "Depreciation", account_class="ASSET", account_type="FIXED"),
                journal("j1", line("-20000", code="620"), line("20000", code="835")),
                journal("j2", line("30", code="200"), line("-30", code="404")),
                journal("j3", line("40", code="400"), line("-40", code="711")),
            ),
            finds=("200 Sales", "404 Bank fees", "620 Prepayments", "835 Loan"),
            level=Level.ERROR,
        ),
        Example(
            records=(
                contact("c1", "Customer"),
                contact("c2", "Supplier"),
                contact("c3", "Fine"),
                account("200", account_class="REVENUE", account_type="REVENUE"),
                invoice("i1", line("100", code="200")),
                document(DocumentKind.INVOICE_CREDIT, "n1", line("300", code="400")),
                document(
                    DocumentKind.OVERPAYMENT_OUT, "o1", contact_id="c2", source="Overpayments"
                ),
                bill("b1", contact_id="c3"),
            ),
            finds=("Customer", "Supplier"),
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                contact("vendor:1", "Supplier", source="Vendor"),
                document(
                    DocumentKind.BILL_CREDIT, "1", source="VendorCredit", contact_id="vendor:1"
                ),
                account("400", account_class="", account_type="Expense"),
            ),
            finds=("Supplier",),
        ),
    )

    def queries(self, books: Books, options: UnusualBalancesOptions) -> Mapping[str, Select[Any]]:
        return {
            "banks": balances.of_banks(books),
            "accounts": balances.of_accounts(books),
            "contacts": balances.of_contacts(books),
        }

    def find(self, rows: Rows, books: Books, options: UnusualBalancesOptions) -> Found:
        return Found(
            findings=(
                *_overdrawn(rows["banks"], books, options),
                *_turned(rows["accounts"], books, options),
                *_reversed(rows["contacts"], books, options),
            ),
            figures={"currency": books.currency},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: UnusualBalancesOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        most = max(each.amount or Decimal() for each in opened)
        level = Level.ERROR if most >= options.serious else Level.WARNING
        says = f"{count(len(opened), 'balance')}, most {stake(most, figures['currency'])}"
        return graded(level, says)


def _overdrawn(
    rows: Sequence[Row[Any]], books: Books, options: UnusualBalancesOptions
) -> Iterator[Finding]:
    """Banks below nought at the end of the period, for the first time and not for ages."""
    for _, group in groupby(rows, key=lambda row: row.remote_id):
        balance, since, times = Decimal(), None, 0
        for row in group:
            balance += row.amount
            times += balance < 0 and since is None
            since = (since or row.date) if balance < 0 else None
        days = (books.as_of - since).days if since else 0
        if times == 1 and balance <= -options.least and days <= options.overdrawn_days:
            yield Finding(
                key=("bank", row.remote_id),
                title=named(row),
                text=f"Overdrawn by {money(-balance, books.currency)} since {dated(since)}, for "
                "the first time.",
                fix="Look for a payment entered twice or a receipt that is missing.",
                amount=-balance,
                since=since,
                facts={"Kind": "bank overdrawn", "Balance": str(balance)},
                **_whose(row, books),
            )


def _turned(
    rows: Sequence[Row[Any]], books: Books, options: UnusualBalancesOptions
) -> Iterator[Finding]:
    for row in rows:
        amount = (row.year if row.account_class in OF_THE_YEAR else row.balance) or Decimal()
        is_debit = ON_DEBIT.get(row.account_class)
        is_either = any(word.lower() in row.name.lower() for word in options.either_way)
        if is_debit is None or is_either or abs(amount) < options.least:
            continue
        if (amount > 0) != is_debit:
            more, less = ("Credits", "debits") if is_debit else ("Debits", "credits")
            when = " in the financial year" if row.account_class in OF_THE_YEAR else ""
            yield Finding(
                key=("account", row.remote_id),
                title=named(row),
                text=f"{more} are {money(abs(amount), books.currency)} more than {less} on this "
                f"{row.account_class.lower()} account{when}, last posted {dated(row.last)}.",
                fix="Look for entries that are the wrong way round or on the wrong account.",
                amount=abs(amount),
                since=row.last,
                facts={"Kind": f"more {more.lower()}", "Balance": str(amount)},
                **_whose(row, books),
            )


def _reversed(
    rows: Sequence[Row[Any]], books: Books, options: UnusualBalancesOptions
) -> Iterator[Finding]:
    sides = (
        ("receivable", "this customer owes us", "Refund it, or apply the credit to an invoice."),
        ("payable", "we owe this supplier", "Ask for it back, or apply it to a bill."),
    )
    for row in rows:
        for side, words, fix in sides:
            amount = getattr(row, side) or Decimal()
            if amount <= -options.least:
                yield Finding(
                    key=(side, row.remote_id),
                    title=row.name,
                    text=f"Credits are {money(-amount, books.currency)} more than what {words}; "
                    f"{count(row.many, 'open document')} since {dated(row.first)}.",
                    fix=fix,
                    amount=-amount,
                    since=row.first,
                    facts={"Kind": f"{side} reversed", "Balance": str(amount)},
                    **_whose(row, books),
                )


def _whose(row: Row[Any], books: Books) -> dict[str, Any]:
    return {
        "records": (Record(source=row.source, remote_id=row.remote_id),),
        "currency": books.currency,
    }
