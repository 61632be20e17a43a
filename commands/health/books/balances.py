"""What accounts come to, and what contacts owe."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, or_, select

from commands.health.books.books import Books, counted
from providers.books import DocumentKind, DocumentStatus
from storage.models import ledger

TRADED = ("DEBTORS", "CREDITORS")  # Xero's words for its control accounts
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
    """Balances of accounts that people post to: all there is, and of the financial year; of control
    accounts as well, where the ledger tells what it posted.

    What is held in stock is left out, with the cost that it becomes: no line tells of the sale.
    """
    moved, own = books.movements(), books.accounts
    posted = moved.c.amount
    is_now = moved.c.date >= books.year_begin
    sums = (
        select(
            moved.c.account, func.sum(posted).label("balance"),
            func.sum(case((is_now, posted))).label("year"), func.max(moved.c.date).label("last"),
        )
        .where(moved.c.date <= books.as_of)
        .group_by(moved.c.account)
        .subquery("sums")
    )  # fmt: skip
    return (
        select(
            own.c.source, own.c.remote_id, own.c.code, own.c.name, own.c.account_class,
            sums.c.balance, sums.c.year, sums.c.last,
        )
        .join(sums, sums.c.account == own.c.remote_id)
        .where(~own.c.is_bank, _is_told(own, books), *_named(own, books))
        .order_by(own.c.code, own.c.name)
    )  # fmt: skip


def _is_told(own: Subquery, books: Books) -> ColumnElement[bool]:
    """Whether movements show all that moved it: to those of the system the ledger posts itself."""
    is_ours = own.c.system_role.is_(None)
    return or_(is_ours, own.c.system_role.in_(TRADED)) if books.holds_journals else is_ours


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
