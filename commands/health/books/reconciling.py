"""What the ledger has at the bank, and how much of it is matched with the bank's own statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Row,
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
    Figure,
    Finding,
    Found,
    Grid,
    Kind,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    falling,
)
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind

YEAR = 12
WORST = Decimal("0.10")  # share of a year's entries that leaves no points (product §10.2)
HALF = Decimal("0.5")
CLOCKS_APART = timedelta(minutes=5)  # the vendor's and ours, at most
ACCOUNTS = Grid(
    name="accounts",
    columns=(
        Figure(label="Account", name="name"),
        Figure(label="Balance in the ledger", name="balance", kind=Kind.MONEY),
        Figure(label="Latest reconciled", name="latest_reconciled", kind=Kind.DAY),
    ),
)


def facts_of(incoming: str) -> tuple[Figure, ...]:
    """What there is of each direction, under what the ledger calls money that comes in."""
    return (
        Figure(label="Payments not reconciled", name="payments"),
        Figure(label=f"{incoming} not reconciled", name="receipts"),
    )


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


def found(rows: Rows, books: Books, options: ReconcilingOptions, *, incoming: str) -> Found:
    """`incoming` is what the ledger calls money that comes in: receipt or deposit."""
    findings = [
        (_item if row.place <= options.listed else _rest)(row, books, options, incoming)
        for row in rows["items"]
    ]
    accounts = rows["accounts"]
    beside = {row.name: row.amount for row in rows.get("beside", ())}
    return Found(
        findings=tuple(findings),
        figures={
            "as_of": books.as_of.isoformat(),
            "payments": _outstanding_in_words(findings, "payment"),
            "receipts": _outstanding_in_words(findings, incoming),
            "currency": books.currency,
            "entries": sum(row.entries for row in accounts),
            "told": sum(row.told for row in accounts),
            "accounts": [
                {
                    "name": row.name,
                    "balance": str((row.balance or 0) + beside.get(row.name, 0)),
                    "latest_reconciled": row.latest_reconciled
                    and row.latest_reconciled.isoformat(),
                }
                for row in accounts
            ],
        },
    )


def _outstanding_in_words(findings: Sequence[Finding], what: str) -> str:
    own = [each for each in findings if each.facts["Direction"] == what]
    if not own:
        return "none"
    total = sum((each.amount or Decimal() for each in own), Decimal())
    many = sum(each.facts["Count"] for each in own)
    return f"{many:,} for {stake(total, own[0].currency or '')}"


def judged(
    opened: Sequence[Finding], figures: Mapping[str, Any], options: ReconcilingOptions
) -> Verdict:
    """By the age of the oldest, and by how much there is of a year's entries (product §10.2)."""
    if not opened:
        is_known = figures["entries"] > 0
        says = "none" if is_known else "no bank entries in 12 months"
        return Verdict(level=Level.FINE, says=says, share=Decimal(1) if is_known else None)
    many = sum(each.facts["Count"] for each in opened)
    as_of = date.fromisoformat(figures["as_of"])
    days = max((as_of - each.since).days for each in opened if each.since)
    level = level_of(days, options)
    by_age = {Level.FINE: Decimal(1), Level.WARNING: HALF}.get(level, Decimal(0))
    by_volume = falling(many, figures["entries"], worst=WORST)
    total = sum((each.amount or Decimal() for each in opened), Decimal())
    return Verdict(
        level=level,
        says=f"{count(many, 'entry', 'entries')}, oldest {count(days, 'day')}, "
        f"{stake(total, figures['currency'])}",
        share=HALF * by_age + HALF * by_volume,
    )


def level_of(days: int, options: ReconcilingOptions) -> Level:
    if days > options.serious_days:
        return Level.ERROR
    return Level.WARNING if days >= options.attention_days else Level.FINE


def _item(row: Row[Any], books: Books, options: ReconcilingOptions, incoming: str) -> Finding:
    days = (books.as_of - row.date).days
    what = incoming if row.is_in else "payment"
    parts = f" in {count(row.parts, 'part')}" if row.parts > 1 else ""
    says = f" ({row.says})" if row.says else ""
    return Finding(
        key=(row.bank, row.source, row.remote_id),
        title=row.contact or row.bank_name,
        text=f"{what.capitalize()} of {money(row.amount, books.currency)}{parts} on "
        f"{dated(row.date)} in {row.bank_name}{says}, not reconciled by {dated(books.as_of)}.",
        fix="Match it with its line of the statement, or delete it if no money moved.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=row.amount,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        is_serious=level_of(days, options) is Level.ERROR,
        facts=facts(row, what, days, many=1)
        | {"Amount": str(row.amount), "Contact": row.contact, "Reference": row.says},
    )


def _rest(row: Row[Any], books: Books, options: ReconcilingOptions, incoming: str) -> Finding:
    """This one and all later ones of its account and direction."""
    days = (books.as_of - row.date).days
    what = incoming if row.is_in else "payment"
    return Finding(
        key=("rest", row.bank, what),
        title=f"{row.bank_name}: {count(row.many, f'more {what}')}",
        text=f"Beside those listed, {count(row.many, what)} of {money(row.total, books.currency)}"
        f" together in {row.bank_name}, the oldest of {dated(row.date)}, were not reconciled by "
        f"{dated(books.as_of)}.",
        fix="Reconcile the account from its oldest entries on.",
        amount=row.total,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        is_serious=level_of(days, options) is Level.ERROR,
        facts=facts(row, what, days, many=row.many) | {"Amount": str(row.total)},
    )


def facts(row: Row[Any], what: str, days: int, *, many: int) -> dict[str, Any]:
    return {
        "Bank account": row.bank_name,
        "Direction": what,
        "Date": row.date.isoformat(),
        "Days": days,
        "Count": many,
    }
