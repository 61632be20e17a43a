"""What accounts come to, and what contacts owe."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select

from commands.health.books.accounts import debited
from commands.health.books.books import CREDITED, DEBITED, TOLD_AT_BANK, Books, counted
from providers.books import DocumentKind, DocumentStatus
from storage.models import ledger

OWED_TO_US = (DocumentKind.INVOICE,)
OWED_BY_US = (DocumentKind.BILL,)
AGAINST_SALES = (
    DocumentKind.INVOICE_CREDIT,
    DocumentKind.OVERPAYMENT_IN,
    DocumentKind.PREPAYMENT_IN,
)
AGAINST_PURCHASES = (
    DocumentKind.BILL_CREDIT,
    DocumentKind.OVERPAYMENT_OUT,
    DocumentKind.PREPAYMENT_OUT,
)
TRADE = (*OWED_TO_US, *OWED_BY_US, *AGAINST_SALES, *AGAINST_PURCHASES)


def of_banks(books: Books) -> Select[Any]:
    """What moved each bank account, by day."""
    own = books.accounts
    banks = select(own).where(own.c.is_bank).subquery("banks")
    moved = books.postings(books.as_of, accounts=banks)
    whose = (banks.c.source, banks.c.remote_id, banks.c.code, banks.c.name)
    return (
        select(*whose, moved.c.date, func.sum(moved.c.amount).label("amount"))
        .join(moved, moved.c.account == banks.c.remote_id)
        .group_by(*whose, moved.c.date)
        .order_by(banks.c.remote_id, moved.c.date)
    )


def of_accounts(books: Books) -> Select[Any]:
    """Balances of accounts that people post to: all there is, and of the financial year.

    What is held in stock is left out, with the cost that it becomes: no line tells of the sale.
    """
    line, own = books.entries(*DEBITED, *CREDITED), books.accounts
    posted = debited(line, line.c.base_net)
    is_now = line.c.date >= books.year_begin
    sums = (
        select(
            line.c.account, func.sum(posted).label("balance"),
            func.sum(case((is_now, posted))).label("year"), func.max(line.c.date).label("last"),
        )
        .where(line.c.date <= books.as_of, line.c.source.not_in(TOLD_AT_BANK))
        .group_by(line.c.account)
        .subquery("sums")
    )  # fmt: skip
    return (
        select(
            own.c.source, own.c.remote_id, own.c.code, own.c.name, own.c.account_class,
            sums.c.balance, sums.c.year, sums.c.last,
        )
        .join(sums, sums.c.account == own.c.remote_id)
        .where(~own.c.is_bank, own.c.system_role.is_(None), *_named(own, books))
        .order_by(own.c.code, own.c.name)
    )  # fmt: skip


def _named(own: Subquery, books: Books) -> list[ColumnElement[bool]]:
    if books.provider != "quickbooks":
        return []
    products = books.rows(ledger.products)
    return [
        own.c.remote_id.not_in(
            select(func.coalesce(each, "")).where(products.c.stock_account.is_not(None))
        )
        for each in (products.c.stock_account, products.c.purchase_account)
    ]


def of_contacts(books: Books) -> Select[Any]:
    """What each contact owes us, and what we owe it, in all."""
    # nothing is due of what is not open: it would be read in vain
    head, own = books.documents(*TRADE, statuses=(DocumentStatus.OPEN,)), books.contacts
    due = head.c.base_due
    sides = {
        "receivable": (OWED_TO_US, AGAINST_SALES),
        "payable": (OWED_BY_US, AGAINST_PURCHASES),
    }
    sums = (
        select(
            head.c.contact_id, counted().label("many"), func.min(head.c.date).label("first"),
            *(
                func.sum(case((head.c.kind.in_(owed), due), (head.c.kind.in_(against), -due)))
                .label(name)
                for name, (owed, against) in sides.items()
            ),
        )
        .where(head.c.due != 0)
        .group_by(head.c.contact_id)
        .subquery("sums")
    )  # fmt: skip
    return (
        select(
            own.c.source, own.c.remote_id, own.c.name, sums.c.receivable, sums.c.payable,
            sums.c.many, sums.c.first,
        )
        .join(sums, sums.c.contact_id == own.c.remote_id)
        .order_by(own.c.name, own.c.remote_id)
    )  # fmt: skip
