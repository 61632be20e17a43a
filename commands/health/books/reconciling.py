"""What the ledger has at the bank, and how much of it is matched with the bank's own statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Select,
    Subquery,
    and_,
    case,
    distinct,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from commands.health.books.accounts import debited
from commands.health.books.books import (
    CLEARANCES,
    COMING_IN,
    CREDITED,
    DEBITED,
    GOING_OUT,
    RECEIVED,
    TOLD_AT_BANK,
    Books,
    counted,
)
from commands.health.books.periods import months_before
from commands.health.check import (
    Options,
)
from providers.books import DocumentKind

YEAR = 12
CLOCKS_APART = timedelta(minutes=5)  # the vendor's and ours, at most


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconcilingOptions(Options):
    """How old is too old."""

    attention_days: int = field(
        default=15, metadata={"label": "Needs attention from this many days of the oldest"}
    )
    serious_days: int = field(
        default=30, metadata={"label": "Serious beyond this many days of the oldest"}
    )
    ignored_accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Bank accounts left out, by code or name"}
    )
    listed: int = field(
        default=200, metadata={"label": "Entries listed one by one, for each bank account"}
    )


def queries(
    books: Books,
    options: ReconcilingOptions,
    *,
    since: date | None = None,
    counts_cleared: bool = True,
) -> Mapping[str, Select[Any]]:
    """`items` one by one, and one more of each account and direction where there are more;
    `accounts` with what there is at all."""
    there = at_bank(books, options, counts_cleared=counts_cleared)
    items = _outstanding(there, since).subquery("outstanding")
    whose = (items.c.bank, items.c.is_in)
    by_age = (items.c.date, items.c.remote_id)
    latest_first = [each.desc() for each in by_age]
    ranked = select(
        items,
        func.row_number().over(partition_by=whose, order_by=by_age).label("place"),
        func.row_number().over(partition_by=whose, order_by=latest_first).label("many"),
        func.sum(items.c.amount).over(partition_by=whose, order_by=latest_first).label("total"),
    ).subquery("ranked")
    contacts = books.contacts
    return {
        "items": select(ranked, contacts.c.name.label("contact"))
        .outerjoin(contacts, contacts.c.remote_id == ranked.c.contact_id)
        .where(ranked.c.place <= options.listed + 1)
        .order_by(ranked.c.date, ranked.c.remote_id),
        "accounts": _accounts(there, books),
    }


def at_bank(books: Books, options: ReconcilingOptions, *, counts_cleared: bool = True) -> Subquery:
    """Every entry of a bank account up to the day that is asked about. `counts_cleared`: what is
    cleared is as good as reconciled."""
    every = union_all(*_entries(books)).subquery("entries")
    if books.cleared_at is not None:
        every = _marked(every, books, books.cleared_at, counts_cleared=counts_cleared)
    own = books.accounts
    left_out = or_(
        own.c.code.in_(options.ignored_accounts), own.c.name.in_(options.ignored_accounts)
    )
    return (
        select(every, own.c.remote_id.label("bank"), own.c.name.label("bank_name"))
        .join(own, own.c.remote_id == every.c.bank_account)
        .where(
            own.c.is_bank,
            every.c.date <= books.as_of,
            func.coalesce(~left_out, True),  # an account may have no code
        )
        .subquery("at_bank")
    )


def _marked(every: Subquery, books: Books, at: datetime, *, counts_cleared: bool) -> Subquery:
    """The same, reconciled but for what QuickBooks listed then as not reconciled. Nobody knows of
    what was entered later, nor of the account that a transfer goes to: the list names the other.
    """
    own, mark = every.c, books.clearances.c
    is_reconciled = case(
        (or_(own.is_far_side, own.created_at > at - CLOCKS_APART), null()),
        (mark.is_cleared.is_not(None), and_(mark.is_cleared, literal(counts_cleared))),
        else_=true(),
    )
    told = [column for column in own if column.name != "is_reconciled"]
    return (
        select(*told, is_reconciled.label("is_reconciled"))
        # by the whole key: without the source each entry would be compared with every mark
        .outerjoin(
            books.clearances,
            and_(mark.source == CLEARANCES, mark.remote_id == own.remote_id),
        )
        .subquery("marked")
    )


def _entries(books: Books) -> list[Select[Any]]:
    """Money coming in is positive. A batch of payments is one entry at the bank."""
    head = books.documents(*COMING_IN, *GOING_OUT, DocumentKind.TRANSFER)
    paid = books.payments()
    is_ours = head.c.source.not_in(TOLD_AT_BANK)

    def entry(bank: Any, is_in: Any, *, is_far_side: bool = False) -> Select[Any]:
        return select(
            head.c.source, head.c.remote_id, head.c.remote_id.label("entry"), head.c.contact_id,
            bank.label("bank_account"), head.c.date, head.c.base_total.label("amount"),
            is_in.label("is_in"), func.coalesce(head.c.reference, head.c.number).label("says"),
            head.c.is_reconciled, head.c.created_at, literal(is_far_side).label("is_far_side"),
        ).where(is_ours, bank.is_not(None))  # fmt: skip

    return [
        entry(head.c.bank_account, head.c.kind.in_(COMING_IN)),
        entry(head.c.to_account, head.c.kind == DocumentKind.TRANSFER, is_far_side=True),
        select(
            paid.c.source, paid.c.remote_id, func.coalesce(paid.c.batch_id, paid.c.remote_id),
            case((paid.c.batch_id.is_(None), paid.c.contact_id), else_=null()),
            paid.c.bank_account, paid.c.date, paid.c.base_amount,
            paid.c.kind.in_(RECEIVED), paid.c.reference, paid.c.is_reconciled,
            paid.c.created_at, literal(False),  # noqa: FBT003  # a value of SQL
        ),
    ]  # fmt: skip


def _outstanding(at_bank: Subquery, since: date | None) -> Select[Any]:
    own = at_bank.c
    found = (
        select(
            func.min(own.source).label("source"), func.min(own.remote_id).label("remote_id"),
            own.bank, own.bank_name, own.is_in, func.min(own.date).label("date"),
            func.sum(own.amount).label("amount"), func.min(own.says).label("says"),
            func.min(own.contact_id).label("contact_id"), counted().label("parts"),
        )
        .where(own.is_reconciled.is_(False))
        .group_by(own.bank, own.bank_name, own.is_in, own.entry)
    )  # fmt: skip
    return found if since is None else found.where(own.date >= since)


def _accounts(at_bank: Subquery, books: Books) -> Select[Any]:
    own = at_bank.c
    is_lately = own.date > months_before(books.as_of, YEAR)
    return (
        select(
            own.bank_name.label("name"),
            func.count(distinct(case((is_lately, own.entry)))).label("entries"),
            func.count(own.is_reconciled).label("told"),
            func.max(case((own.is_reconciled, own.date))).label("latest_reconciled"),
            func.sum(case((own.is_in, own.amount), else_=-own.amount)).label("balance"),
        )
        .group_by(own.bank, own.bank_name)
        .order_by(own.bank_name)
    )


def posted_beside(books: Books) -> Select[Any]:
    """What lines of other entries, journals above all, post to bank accounts."""
    own = books.accounts
    banks = select(own).where(own.c.is_bank).subquery("banks")
    line = books.entries(*DEBITED, *CREDITED, accounts=banks)
    return (
        select(banks.c.name, func.sum(debited(line, line.c.base_net)).label("amount"))
        .join(line, line.c.account == banks.c.remote_id)
        .where(line.c.date <= books.as_of)
        .group_by(banks.c.name)
    )
