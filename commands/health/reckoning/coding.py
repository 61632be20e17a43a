"""Which codes of a contact stand out, and which belong together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select

from commands.health.books.books import Books, counted
from providers.books import DocumentKind
from storage.models import ledger
from storage.types import Money

PURCHASES = (DocumentKind.BILL, DocumentKind.BILL_CREDIT, DocumentKind.MONEY_OUT)
SALES = (DocumentKind.INVOICE, DocumentKind.INVOICE_CREDIT, DocumentKind.MONEY_IN)
CODES = ("account", "tax_rate")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixed:
    """The code used most, and those that stand out."""

    usual: str
    others: tuple[str, ...]


def mixed(used: Mapping[str, int], together: Iterable[frozenset[str]] = ()) -> Mixed | None:
    """From how often each code was used; None where there is one, or where all belong together.

    Of codes that belong together, once two are used, none stands out (product §8.7).
    """
    if len(used) < 2:
        return None
    fine = {code for each in together if len(each & used.keys()) > 1 for code in each}
    outside = used.keys() - fine
    if not outside:
        return None
    usual = min(used, key=lambda code: (-used[code], code))
    others = outside - {usual} or outside
    return Mixed(usual=usual, others=tuple(sorted(others, key=lambda code: (-used[code], code))))


def combinations(told: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Codes that belong together, each set as in "429+485"."""
    sets = (frozenset(part.strip() for part in each.split("+")) - {""} for each in told)
    return tuple(each for each in sets if len(each) > 1)


def direction(kind: ColumnElement[Any]) -> ColumnElement[str]:
    """`purchases` or `sales`, of the kinds above."""
    return case((kind.in_(PURCHASES), "purchases"), else_="sales")


def spread(line: Subquery, books: Books, since: date) -> Select[Any]:
    """How often contacts that are active and mixed used each account with each tax rate."""
    side = direction(line.c.kind)
    is_now = line.c.date >= books.period.begin
    grouped = (
        select(
            line.c.contact_id, side.label("direction"), line.c.account, line.c.tax_rate,
            counted().label("many"), func.count(case((is_now, 1))).label("now"),
            func.sum(func.abs(line.c.base_net, type_=Money())).label("net"),
            func.min(line.c.date).label("first"), func.max(line.c.date).label("last"),
        )
        .where(line.c.contact_id.is_not(None), line.c.date.between(since, books.period.end))
        .group_by(line.c.contact_id, side, line.c.account, line.c.tax_rate)
        .subquery("grouped")
    )  # fmt: skip
    whose = (grouped.c.contact_id, grouped.c.direction)
    ends = {
        f"{end}_{name}": function(grouped.c[name]).over(partition_by=whose).label(f"{end}_{name}")
        for name in CODES
        for end, function in (("low", func.min), ("high", func.max))
    }
    here = func.sum(grouped.c.now).over(partition_by=whose).label("here")
    wide = select(grouped, *ends.values(), here).subquery("wide")
    known, rates = books.accounts, books.rows(ledger.tax_rates)
    return (
        select(
            wide.c.contact_id, wide.c.direction, wide.c.account, wide.c.tax_rate,
            wide.c.many, wide.c.net, wide.c.first, wide.c.last,
            func.coalesce(known.c.code, known.c.name).label("account_code"),
            known.c.name.label("account_name"), rates.c.name.label("tax_name"),
            books.contacts.c.name, books.contacts.c.source,
        )
        .outerjoin(known, known.c.remote_id == wide.c.account)
        .outerjoin(rates, rates.c.remote_id == wide.c.tax_rate)
        .outerjoin(books.contacts, books.contacts.c.remote_id == wide.c.contact_id)
        .where(
            wide.c.here > 0,
            or_(
                wide.c.low_account != wide.c.high_account,
                wide.c.low_tax_rate != wide.c.high_tax_rate,
            ),
        )
        .order_by(wide.c.contact_id, wide.c.direction)
    )  # fmt: skip


def latest(line: Subquery, books: Books, *, each: int, most: int) -> Select[Any]:
    """The latest of the period by account and tax rate, to lead people there."""
    side = direction(line.c.kind)
    place = func.row_number().over(
        partition_by=(line.c.contact_id, side, line.c.account, line.c.tax_rate),
        order_by=(line.c.date.desc(), line.c.document_id),
    )
    near = (
        select(
            line.c.contact_id, side.label("direction"), line.c.account, line.c.tax_rate,
            line.c.source, line.c.document_id, line.c.date, place.label("place"),
        )
        .where(line.c.contact_id.is_not(None))
        .where(line.c.date.between(books.period.begin, books.period.end))
        .subquery("near")
    )  # fmt: skip
    return (
        select(near)
        .where(near.c.place <= each)
        .order_by(near.c.date.desc(), near.c.document_id)
        .limit(most)
    )


def habits(books: Books, since: date, *, least: int) -> Select[Any]:
    """Contacts with so many transactions at least since then, by direction, and the one account and
    the one tax rate that all of their lines have, None where they differ."""
    used, traded = _used(books, since), _traded(books, since, least=least)
    own, known, rates = books.contacts, books.accounts, books.rows(ledger.tax_rates)
    same = and_(used.c.contact_id == traded.c.contact_id, used.c.direction == traded.c.direction)
    return (
        select(
            traded.c.contact_id, traded.c.direction, traded.c.many, traded.c.first,
            traded.c.last, used.c.net, own.c.source, own.c.name,
            own.c.purchase_account, own.c.purchase_tax, own.c.sales_account, own.c.sales_tax,
            known.c.code.label("account"), known.c.name.label("account_name"),
            rates.c.remote_id.label("tax"), rates.c.name.label("tax_name"),
        )
        .join(used, same)
        .join(own, own.c.remote_id == traded.c.contact_id)
        .outerjoin(known, and_(known.c.remote_id == _only(used, "account"), known.c.is_active))
        .outerjoin(rates, and_(rates.c.remote_id == _only(used, "tax_rate"), rates.c.is_active))
        .where(own.c.is_active)
        .order_by(own.c.name, traded.c.contact_id, traded.c.direction)
    )  # fmt: skip


def _used(books: Books, since: date) -> Subquery:
    """The first and the last of the accounts and tax rates that lines of each contact have."""
    line = books.entries(*PURCHASES, *SALES)
    side = direction(line.c.kind)
    ends = [
        function(line.c[name]).label(f"{end}_{name}")
        for name in CODES
        for end, function in (("low", func.min), ("high", func.max), ("with", func.count))
    ]
    return (
        select(
            line.c.contact_id, side.label("direction"), counted().label("lines"), *ends,
            func.sum(line.c.base_net).label("net"),
        )
        .where(line.c.date.between(since, books.as_of))
        .group_by(line.c.contact_id, side)
        .subquery("used")
    )  # fmt: skip


def _only(used: Subquery, name: str) -> ColumnElement[Any]:
    """The one that every line has, if there is one."""
    low, high, told = (used.c[f"{end}_{name}"] for end in ("low", "high", "with"))
    return case((and_(low == high, told == used.c.lines), low))


def _traded(books: Books, since: date, *, least: int) -> Subquery:
    """How often, and from when to when, contacts traded that did so often enough."""
    head = books.documents(*PURCHASES, *SALES)
    way = direction(head.c.kind)
    return (
        select(
            head.c.contact_id, way.label("direction"), counted().label("many"),
            func.min(head.c.date).label("first"), func.max(head.c.date).label("last"),
        )
        .where(head.c.date.between(since, books.as_of))
        .group_by(head.c.contact_id, way)
        .having(counted() >= least)
        .subquery("traded")
    )  # fmt: skip
