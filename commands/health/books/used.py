"""Who uses an account: lines, money, products, contacts and fixed assets."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, literal, select, union_all

from commands.health.books.books import COMING_IN, GOING_OUT, Books, counted
from providers.books import DocumentKind
from storage.models import ledger


def lines_of(books: Books, own: Subquery) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Lines of an account, by its id and by its code: either way an index finds them."""
    line = ledger.lines.c
    stands = and_(line.organisation_id == books.organisation_id, line.stands.is_(True))
    by_id = and_(stands, line.account_id == own.c.remote_id)
    by_code = and_(stands, line.account_id.is_(None), line.account_code == own.c.code)
    return by_id, by_code


def banked(books: Books, since: date) -> Select[Any]:
    """Accounts that money came to or went from, which need be no bank accounts, and those that
    stock moved through: no line tells what a sale took from it. Where the ledger tells what it
    posted, all that it posted to."""
    if books.holds_journals:
        moved = books.movements()
        return select(moved.c.account).where(moved.c.date >= since).distinct()
    paid, own = books.payments(), books.accounts
    head = books.documents(*COMING_IN, *GOING_OUT, DocumentKind.TRANSFER)
    others = select(own.c.remote_id).where(~own.c.is_bank)
    parts = ((paid, "bank_account"), (head, "bank_account"), (head, "to_account"))
    every = union_all(*(
        select(said.c[name].label("account")).where(
            said.c.date >= since, said.c[name].in_(others)
        )
        for said, name in parts
    ), *_stocked(books, since)).subquery("banked")  # fmt: skip
    return select(every.c.account).distinct()


def _stocked(books: Books, since: date) -> list[Select[Any]]:
    if books.provider != "quickbooks":
        return []
    products, line = books.rows(ledger.products), ledger.lines
    moved = select(line.c.product).where(
        line.c.organisation_id == books.organisation_id,
        line.c.stands.is_(True),
        line.c.product.is_not(None),
        line.c.date >= since,
    )
    return [
        select(products.c[name]).where(
            products.c.stock_account.is_not(None), products.c.remote_id.in_(moved)
        )
        for name in ("stock_account", "purchase_account")
    ]


def uses(books: Books) -> Select[Any]:
    """How many contacts, products, assets and types of assets name an account, by code or id."""
    known, products = books.contacts, books.rows(ledger.products)
    assets, types, holds = books.assets, books.asset_types, products.c.stock_account
    named_by = (
        ("contact", known, (known.c.purchase_account, known.c.sales_account)),
        ("product", products, (products.c.purchase_account, products.c.sales_account, holds)),
        ("fixed asset", assets, (assets.c.asset_account, assets.c.depreciation_account)),
        ("asset type", types, (types.c.asset_account, types.c.depreciation_account)),
    )
    every = union_all(*(
        select(literal(what).label("what"), column.label("account")).where(
            column.is_not(None), *([table.c.is_active] if "is_active" in table.c else [])
        )
        for what, table, columns in named_by
        for column in columns
    )).subquery("named")  # fmt: skip
    return select(every.c.what, every.c.account, counted().label("many")).group_by(
        every.c.what, every.c.account
    )
