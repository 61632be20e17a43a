"""Accounts that people chose for a check, or probably would, and what moved them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, case, func, or_, select

from commands.health.books.books import CREDITED, DEBITED, TOLD_AT_BANK, Books, month_of
from commands.health.check import Verdict, unconfigured
from commands.health.words import listed
from providers.books import DocumentKind


def chosen(books: Books, words: Sequence[str]) -> Subquery:
    """The accounts of these codes, names or ids."""
    own = books.accounts
    told = [word.strip() for word in words]
    return (
        select(own)
        .where(or_(own.c.code.in_(told), own.c.remote_id.in_(told), own.c.name.in_(told)))
        .subquery("chosen")
    )


def chosen_or_usual(
    books: Books, words: Sequence[str], *, report: str | None, since: date
) -> Subquery:
    """The accounts that people chose, else those with exactly this report code that something was
    posted to since then: a chart has such accounts whether anybody needs them or not."""
    if words or report is None:
        return chosen(books, words)
    own, line = books.accounts, books.movements()
    is_used = (  # of one or two accounts, which an index leads to
        select(line.c.date)
        .where(line.c.account == own.c.remote_id, line.c.date.between(since, books.as_of))
        .exists()
    )
    return (
        select(own).where(own.c.is_active, own.c.report_code == report, is_used).subquery("usual")
    )


def alike(
    books: Books, *, names: Sequence[str] = (), reports: Sequence[str] = (), classes: Sequence[str]
) -> Subquery:
    """Active accounts of these classes with one of the words in their name, whatever its case, or
    with one of the report codes."""
    own = books.accounts
    looks = [func.lower(own.c.name).contains(name, autoescape=True) for name in names]
    return (
        select(own)
        .where(
            own.c.is_active,
            own.c.account_class.in_(classes),
            or_(own.c.report_code.in_(reports), *looks),
        )
        .subquery("alike")
    )


def shown(accounts: Subquery) -> Select[Any]:
    """For `named`."""
    own = accounts.c
    return select(own.remote_id, own.code, own.name).order_by(own.code, own.name)


def named(row: Row[Any]) -> str:
    """825 PAYE Payable."""
    return f"{row.code} {row.name}" if row.code else str(row.name)


def suggestions(rows: Sequence[Row[Any]]) -> Mapping[str, Any]:
    """Figures for `not_chosen` where nothing was chosen."""
    return {"suggested": [named(row) for row in rows]}


def not_chosen(figures: Mapping[str, Any], words: Sequence[str]) -> Verdict | None:
    """Why a check of these accounts cannot be answered; its figures hold them as `accounts`."""
    if "suggested" in figures:
        names = listed(list(figures["suggested"]))
        return unconfigured(f"choose the accounts: {names}?" if names else "choose the accounts")
    if not figures["accounts"]:
        return unconfigured(f"no account {listed(list(words))} in the chart")
    return None


def moved(books: Books, accounts: Subquery) -> Subquery:
    """What moved these accounts: account, date, source, document_id, `posted` (in base currency,
    debits positive), `month` and `is_journal`."""
    own = books.movements(accounts)
    return select(
        *(own.c[name] for name in ("account", "date", "source", "document_id")),
        own.c.amount.label("posted"),
        month_of(own.c.date).label("month"),
        (own.c.kind == DocumentKind.MANUAL_JOURNAL).label("is_journal"),
    ).subquery("moved")


def coded(books: Books, accounts: Subquery) -> Subquery:
    """Lines that name these accounts, with `posted` (in base currency, debits positive)."""
    line = books.entries(*DEBITED, *CREDITED, accounts=accounts)
    return (
        select(
            line,
            debited(line, line.c.base_net).label("posted"),
        )
        .where(line.c.source.not_in(TOLD_AT_BANK))
        .subquery("coded")
    )


def debited(line: Subquery, amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """The amount of a line as it moves its account: debits positive."""
    return case((line.c.kind.in_(CREDITED), -amount), else_=amount)
