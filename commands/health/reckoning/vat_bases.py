"""When VAT counts: with the document, or on the cash basis with the money for it."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    select,
    type_coerce,
    union_all,
)

from commands.health.books.books import TOLD_AT_BANK, Books
from providers.books import DocumentKind
from storage.types import Money

SALES = (
    *(DocumentKind.INVOICE, DocumentKind.INVOICE_CREDIT, DocumentKind.MONEY_IN),
    *(DocumentKind.PREPAYMENT_IN, DocumentKind.OVERPAYMENT_IN),
)
BUYING = (
    *(DocumentKind.BILL, DocumentKind.BILL_CREDIT, DocumentKind.MONEY_OUT),
    *(DocumentKind.PREPAYMENT_OUT, DocumentKind.OVERPAYMENT_OUT),
)
BACK = (DocumentKind.INVOICE_CREDIT, DocumentKind.BILL_CREDIT)
SETTLED = (DocumentKind.INVOICE, DocumentKind.BILL, *BACK)
AT_BANK = tuple(kind for kind in (*SALES, *BUYING) if kind not in SETTLED)
OVERPAID = (DocumentKind.OVERPAYMENT_IN, DocumentKind.OVERPAYMENT_OUT)


def documented(books: Books) -> Subquery:
    """date, is_sale, tax, net of every document; credits are negative."""
    own = books.documents(*SALES, *BUYING)
    return _parts(own, books).where(own.c.source.not_in(TOLD_AT_BANK)).subquery("documented")


def paid(books: Books) -> Subquery:
    """The same by the money: what went straight to the bank on its day, of invoices and bills the
    part that was paid, received, or settled from an overpayment, when it was."""
    bank = books.documents(*AT_BANK)
    money, spare = books.payments(), books.documents(*OVERPAID)
    return union_all(
        _parts(bank, books).where(bank.c.source.not_in(TOLD_AT_BANK)),
        *(_settled(books, source) for source in (money, spare)),
    ).subquery("paid")


def _parts(own: Subquery, books: Books) -> Select[Any]:
    return select(
        own.c.date,
        own.c.kind.in_(SALES).label("is_sale"),
        _signed(own, books.base(own.c.tax, own)).label("tax"),
        _signed(own, books.base(own.c.subtotal, own)).label("net"),
    )


def _settled(books: Books, source: Subquery) -> Select[Any]:
    head, part = books.documents(*SETTLED).alias("settled"), books.allocations
    by = and_(part.c.source == source.c.source, part.c.document_id == source.c.remote_id)
    to = and_(part.c.target_source == head.c.source, part.c.target_id == head.c.remote_id)
    tax, net = (
        _signed(head, _share(books.base(column, head), part.c.amount, head.c.total))
        for column in (head.c.tax, head.c.subtotal)
    )
    return (
        select(
            func.coalesce(part.c.date, source.c.date).label("date"),
            head.c.kind.in_(SALES).label("is_sale"),
            tax.label("tax"),
            net.label("net"),
        )
        .select_from(part)
        .join(source, by)
        .join(head, to)
        .where(head.c.total != 0)
    )


def _share(
    of: ColumnElement[Any], part: ColumnElement[Any], whole: ColumnElement[Any]
) -> ColumnElement[Any]:
    exact = [cast(type_coerce(each, BigInteger), Numeric(38, 9)) for each in (of, part, whole)]
    return cast(func.round(exact[0] * exact[1] / exact[2]), BigInteger)


def _signed(own: FromClause, amount: ColumnElement[Any]) -> ColumnElement[Any]:
    plain = type_coerce(amount, BigInteger)
    return type_coerce(case((own.c.kind.in_(BACK), -plain), else_=plain), Money())
