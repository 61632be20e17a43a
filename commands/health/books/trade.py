"""What was sold and what was bought, as lines on accounts of income and of cost say it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, Subquery, func, null, select, type_coerce

from commands.health.books.accounts import debited
from commands.health.books.books import Books, month_of
from providers.books import DocumentKind
from storage.types import Money

KINDS = (  # money that was only paid ahead is neither income nor cost yet
    DocumentKind.INVOICE,
    DocumentKind.INVOICE_CREDIT,
    DocumentKind.BILL,
    DocumentKind.BILL_CREDIT,
    DocumentKind.MONEY_IN,
    DocumentKind.MONEY_OUT,
    DocumentKind.MANUAL_JOURNAL,
)
TURNOVER_TYPES = ("REVENUE", "SALES", "Income")  # other income is not turnover


def on_class(books: Books, *classes: str) -> Select[Any]:
    """The ids of accounts of these classes."""
    own = books.accounts
    return select(own.c.remote_id).where(own.c.account_class.in_(classes))


def turnover_accounts(books: Books) -> Select[Any]:
    """The ids of accounts whose income is the business itself."""
    own = books.accounts
    return select(own.c.remote_id).where(own.c.account_type.in_(TURNOVER_TYPES))


def sold(books: Books, begin: date, end: date, accounts: Select[Any]) -> Subquery:
    """Lines on these accounts of income: contact_id, date, month, account, document_id, amount."""
    return _moved(books, begin, end, accounts, is_income=True)


def bought(books: Books, begin: date, end: date, accounts: Select[Any]) -> Subquery:
    """Lines on these accounts of cost: contact_id, date, month, account, document_id, amount."""
    return _moved(books, begin, end, accounts, is_income=False)


def _moved(
    books: Books, begin: date, end: date, accounts: Select[Any], *, is_income: bool
) -> Subquery:
    own = books.entries(*KINDS)
    amount = debited(own, own.c.base_net)
    return (
        select(
            own.c.contact_id,
            own.c.date,
            month_of(own.c.date).label("month"),
            own.c.account,
            own.c.document_id,
            type_coerce(-amount if is_income else amount, Money()).label("amount"),
        )
        .where(own.c.date.between(begin, end), own.c.account.in_(accounts))
        .subquery("sold" if is_income else "bought")
    )


def by_contact(books: Books, moved: Subquery, *, with_documents: bool = False) -> Select[Any]:
    """Totals by contact, the largest first: contact_id, name, amount, and how many documents,
    which takes as long again as all the rest."""
    contacts, total = books.contacts, func.sum(moved.c.amount)
    documents = func.count(moved.c.document_id.distinct()) if with_documents else null()
    summed = (
        select(moved.c.contact_id, total.label("amount"), documents.label("documents"))
        .group_by(moved.c.contact_id)
        .subquery("summed")
    )
    return (
        select(summed.c.contact_id, contacts.c.name, summed.c.amount, summed.c.documents)
        .outerjoin(contacts, contacts.c.remote_id == summed.c.contact_id)
        .order_by(summed.c.amount.desc(), summed.c.contact_id)
    )


def share(part: Decimal, whole: Decimal) -> Decimal:
    """A part of the whole, to a thousandth; nothing where there is no whole."""
    return round(part / whole, 3) if whole > 0 else Decimal()


def top(rows: Sequence[Any], number: int) -> list[dict[str, Any]]:
    """The first of `by_contact` for figures, each with its share of all."""
    whole = sum((row.amount for row in rows), Decimal())
    return [
        {
            "name": row.name or "No contact",
            "amount": str(row.amount),
            "documents": row.documents,
            "share": str(share(row.amount, whole)),
        }
        for row in rows[:number]
    ]
