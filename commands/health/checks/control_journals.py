"""Manual journals to the accounts that a ledger keeps by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, type_coerce

from commands.health.books.accounts import moved, named
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
from commands.health.samples import account, bill, day, journal, line
from commands.health.words import count, dated, money, stake
from storage.models import ledger
from storage.types import Money

ROLES = ("DEBTORS", "CREDITORS", "GST")  # Xero's words; it lets nobody post to the first two
TYPES = ("Accounts Receivable", "Accounts Payable")  # QuickBooks'
TAX_HELD = ("GlobalTaxPayable", "SalesTaxPayable")  # what QuickBooks holds of sales taxes
BANK = account("090", "Barclays", is_bank=True, account_type="BANK", account_class="ASSET")
VAT = account("820", "VAT", system_role="GST", account_type="CURRLIAB", account_class="LIABILITY")


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlJournalsOptions(Options):
    """Which journals are worth a look."""

    least: Decimal = field(default=Decimal(1), metadata={"label": "From this amount"})
    ignored_accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts that may be posted to, by code or name"}
    )
    most: int = field(default=200, metadata={"label": "Journals shown, the largest first"})


class ControlJournals(Check[ControlJournalsOptions]):
    """Manual journals of the period to a bank, to debtors, to creditors or to the tax account.

    Why: the ledger keeps these from statements, invoices, bills and tax returns. A journal makes
    them differ from what they stand for: the bank no longer reconciles, the debts are not those of
    any invoice, and the tax return does not agree with its account.

    Fix: reverse the journal, and enter the payment, invoice, credit note or adjustment it is for.
    """

    code = "control-journals"
    title = "Journals to control accounts"
    group = Group.CLEANUP
    options = ControlJournalsOptions
    examples = (
        Example(
            records=(
                VAT,
                account("429", "General"),
                journal("j1", line("37.20", code="429"), line("-37.20", code="820")),
                journal("j2", line("50", code="820"), line("-50"), date=day(5, 31)),
                bill("b1", line("9", code="820")),
            ),
            finds=("820 VAT",),
            level=Level.WARNING,
            amounts=("37.20",),
        ),
        Example(
            records=(
                BANK,
                account("429", "General"),
                journal("j1", line("10", code="429"), line("-4", code="400")),
                journal("j2", line("0.50", code="090"), line("-0.50")),
            ),
            level=Level.FINE,
        ),
        Example(
            provider="quickbooks",
            records=(
                account("1000", "Cash", source="Account", account_type="Bank", is_bank=True),
                account("1100", "Debtors", source="Account", account_type=TYPES[0]),
                account("2200", "VAT", source="Account", report_code=TAX_HELD[0]),
                *(
                    journal(
                        code,
                        line("95", code=None, account_id=f"id-{code}"),
                        line("-95", code=None, account_id="id-4000"),
                        source="JournalEntry",
                        number=f"J-{code}",
                    )
                    for code in ("1000", "1100", "2200")
                ),
            ),
            options={"ignored_accounts": ("2200",)},
            finds=("1000 Cash", "1100 Debtors"),
        ),
    )

    def queries(self, books: Books, options: ControlJournalsOptions) -> Mapping[str, Select[Any]]:
        own, head = _kept(books, options), ledger.documents
        line = moved(books, own)
        amount = func.sum(line.c.posted)
        size = type_coerce(func.abs(amount), Money())
        whose = (own.c.remote_id, own.c.code, own.c.name)
        said = (line.c.source, line.c.document_id, line.c.date, head.c.number, head.c.reference)
        same = and_(
            head.c.organisation_id == books.organisation_id,
            head.c.source == line.c.source,
            head.c.remote_id == line.c.document_id,
        )
        posted = (
            select(*whose, *said, amount.label("posted"))
            .select_from(line.join(own, own.c.remote_id == line.c.account).join(head, same))
            .where(line.c.is_journal, line.c.date.between(books.period.begin, books.as_of))
            .group_by(*whose, *said)
            .having(size >= options.least)
            .order_by(size.desc(), line.c.document_id, own.c.remote_id)
            .limit(options.most)
        )
        return {"posted": posted}

    def find(self, rows: Rows, books: Books, options: ControlJournalsOptions) -> Found:
        return Found(
            findings=tuple(_finding(row, books) for row in rows["posted"]),
            figures={"currency": books.currency},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: ControlJournalsOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        total = sum((each.amount or Decimal() for each in opened), Decimal())
        says = f"{count(len(opened), 'posting')}, {stake(total, figures['currency'])}"
        return graded(Level.WARNING, says)


def _kept(books: Books, options: ControlJournalsOptions) -> Any:
    """The accounts that the ledger posts to by itself."""
    own = books.accounts
    ignored = list(options.ignored_accounts)
    return (
        select(own)
        .where(
            or_(
                own.c.is_bank,
                own.c.system_role.in_(ROLES),
                own.c.account_type.in_(TYPES),
                own.c.report_code.in_(TAX_HELD),
            ),
            func.coalesce(own.c.code, "").not_in(ignored),
            own.c.name.not_in(ignored),
        )
        .subquery("kept")
    )


def _finding(row: Row[Any], books: Books) -> Finding:
    side = "debits" if row.posted > 0 else "credits"
    amount = abs(row.posted)
    called = row.number or row.reference
    which = f" {called}" if called else ""
    return Finding(
        key=(row.source, row.document_id, row.remote_id),
        title=named(row),
        text=f"Journal{which} of {dated(row.date)} {side} it by {money(amount, books.currency)}.",
        fix="Reverse the journal, and enter the document it stands for.",
        records=(Record(source=row.source, remote_id=row.document_id),),
        amount=amount,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={
            "Account": named(row),
            "Journal": called,
            "Date": row.date.isoformat(),
            "Side": side.removesuffix("s"),
            "Amount": str(amount),
        },
    )
