"""What is not matched with the bank's statement, entry by entry and as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from commands.health.books.books import Books
from commands.health.books.reconciling import ReconcilingOptions
from commands.health.check import (
    SHARES,
    Figure,
    Finding,
    Found,
    Grid,
    Kind,
    Level,
    Record,
    Rows,
    Verdict,
    falling,
)
from commands.health.words import count, dated, money, stake

WORST = Decimal("0.10")  # share of a year's entries that leaves no points (product §10.2)
HALF = Decimal("0.5")
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
    by_volume = falling(many, figures["entries"], worst=WORST)
    total = sum((each.amount or Decimal() for each in opened), Decimal())
    return Verdict(
        level=level,
        says=f"{count(many, 'entry', 'entries')}, oldest {count(days, 'day')}, "
        f"{stake(total, figures['currency'])}",
        share=HALF * SHARES[level] + HALF * by_volume,
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
