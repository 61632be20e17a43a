"""What the checks found, and what people decided about it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import Handling, HealthFinding, Organisation, ledger
from storage.queries.statements import table_of
from storage.types import Money

_table = table_of(HealthFinding)
_AT_ONCE = 200
_PAGE = 500


class Shown(StrEnum):
    """Which of them."""

    OPEN = "open"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"


class Order(StrEnum):
    """How they are sorted; what is serious comes first, always."""

    AMOUNT = "amount"
    AGE = "age"
    NAME = "name"


class Listed(NamedTuple):
    """A finding, and what was decided about it if anything."""

    finding: HealthFinding
    handling: Handling | None


class Difference(NamedTuple):
    """What is new and what is gone since the last time, by fingerprint."""

    new: frozenset[str]
    gone: frozenset[str]


async def replace(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    code: str,
    found: Mapping[str, dict[str, Any]],
    *,
    now: datetime,
) -> Difference:
    """These are all that the check finds now: {fingerprint: columns}. Known ones keep their day."""
    here = and_(
        _table.c.workspace_id == workspace_id,
        _table.c.organisation_id == organisation_id,
        _table.c.code == code,
    )
    known = await _known(session, here)
    new, gone = found.keys() - known.keys(), known.keys() - found.keys()
    changed = [
        key
        for key in found.keys() & known.keys()
        if any(found[key][name] != known[key][name] for name in _CONTENT)
    ]
    for ids in _batches(sorted(gone)):
        await session.execute(delete(_table).where(here, _table.c.fingerprint.in_(ids)))
    owner = {"organisation_id": organisation_id, "workspace_id": workspace_id, "code": code}
    for ids in _batches(sorted(new)):
        await asyncio.sleep(0)
        await session.execute(
            _table.insert(),
            [owner | found[key] | {"fingerprint": key, "first_seen_at": now} for key in ids],
        )
    same = update(_table).where(here, _table.c.fingerprint == bindparam("known_as"))
    anew = same.values({name: bindparam(f"to_{name}") for name in _CONTENT})
    for ids in _batches(sorted(changed)):
        await asyncio.sleep(0)
        await session.execute(
            anew,
            [
                {"known_as": key, **{f"to_{name}": found[key][name] for name in _CONTENT}}
                for key in ids
            ],
        )
    return Difference(new=frozenset(new), gone=frozenset(gone))


async def _known(session: AsyncSession, here: ColumnElement[bool]) -> dict[str, dict[str, Any]]:
    """{fingerprint: columns}, a page at a time: there may be thousands, and others wait."""
    columns = (_table.c.fingerprint, *(_table.c[name] for name in _CONTENT))
    page = select(*columns).where(here).order_by(_table.c.fingerprint).limit(_PAGE)
    known: dict[str, dict[str, Any]] = {}
    last = ""
    while True:
        await asyncio.sleep(0)
        rows = (await session.execute(page.where(_table.c.fingerprint > last))).all()
        known |= {row.fingerprint: row._asdict() for row in rows}
        if len(rows) < _PAGE:
            return known
        last = rows[-1].fingerprint


_CONTENT = ("title", "amount", "currency", "since", "is_locked", "is_serious", "body")


async def closed(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, today: date
) -> Mapping[str, frozenset[str]]:
    """Fingerprints by check of what was dismissed, or waits until a later day."""
    found = select(Handling.code, Handling.fingerprint).where(
        Handling.workspace_id == workspace_id,
        Handling.organisation_id == organisation_id,
        or_(Handling.dismissed_at.is_not(None), Handling.snoozed_until > today),
    )
    by_code: dict[str, set[str]] = {}
    for code, fingerprint in await session.execute(found):
        by_code.setdefault(code, set()).add(fingerprint)
    return {code: frozenset(prints) for code, prints in by_code.items()}


class Kind(NamedTuple):
    """What a fact of a finding says, such as Direction: sales."""

    fact: str
    says: str


async def page(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    code: str,
    *,
    today: date,
    shown: Shown = Shown.OPEN,
    order: Order = Order.AMOUNT,
    search: str = "",
    assignee: str | None = None,
    of_kind: Kind | None = None,
    offset: int = 0,
    limit: int | None = 10,
) -> Sequence[Listed]:
    """Some of a check's findings with what was decided about them."""
    wanted = _wanted(workspace_id, organisation_id, code, today, shown)
    wanted &= _sought(search, assignee, of_kind)
    found = (
        select(HealthFinding, Handling)
        .outerjoin(Handling, _handles)
        .where(wanted)
        .order_by(HealthFinding.is_serious.desc(), *_ORDERS[order], HealthFinding.fingerprint)
        .offset(offset)
        .limit(limit)
    )
    return [Listed(*row) for row in await session.execute(found)]


async def count(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    code: str,
    *,
    today: date,
    shown: Shown = Shown.OPEN,
    search: str = "",
    assignee: str | None = None,
    of_kind: Kind | None = None,
) -> int:
    """How many `page` would show on all of its pages."""
    wanted = _wanted(workspace_id, organisation_id, code, today, shown)
    counted = (
        select(func.count())
        .select_from(HealthFinding)
        .outerjoin(Handling, _handles)
        .where(wanted & _sought(search, assignee, of_kind))
    )
    return await session.scalar(counted) or 0


async def kinds(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    code: str,
    fact: str,
    *,
    today: date,
    shown: Shown = Shown.OPEN,
) -> Mapping[str, int]:
    """{what this fact says: how many findings}, the most first."""
    says, many = _fact(fact), func.count()
    counted = (
        select(says, many)
        .select_from(HealthFinding)
        .outerjoin(Handling, _handles)
        .where(_wanted(workspace_id, organisation_id, code, today, shown), says.is_not(None))
        .group_by(literal_column("1"))
        .order_by(many.desc(), literal_column("1"))
    )
    return {row[0]: row[1] for row in await session.execute(counted)}


async def counts(
    session: AsyncSession, workspace_id: str, organisation_id: str, code: str, *, today: date
) -> Mapping[Shown, int]:
    """How many there are of each."""
    which = case(
        (Handling.dismissed_at.is_not(None), Shown.DISMISSED.value),
        (Handling.snoozed_until > today, Shown.SNOOZED.value),
        else_=Shown.OPEN.value,
    )
    counted = (
        select(which, func.count())
        .select_from(HealthFinding)
        .outerjoin(Handling, _handles)
        .where(
            HealthFinding.workspace_id == workspace_id,
            HealthFinding.organisation_id == organisation_id,
            HealthFinding.code == code,
        )
        .group_by(which)
    )
    return {Shown(each): number for each, number in await session.execute(counted)}


async def documents(
    session: AsyncSession, workspace_id: str, organisation_id: str, remote_ids: Sequence[str]
) -> Mapping[tuple[str, str], Row[Any]]:
    """What these are, where they are documents: {(source, remote id): kind, number, date}."""
    table = ledger.documents
    found: Select[Any] = (
        select(table.c.source, table.c.remote_id, table.c.kind, table.c.number, table.c.date)
        .join(Organisation, Organisation.id == table.c.organisation_id)
        .where(
            Organisation.workspace_id == workspace_id,
            table.c.organisation_id == organisation_id,
            table.c.remote_id.in_(remote_ids),
        )
    )
    return {(row.source, row.remote_id): row for row in await session.execute(found)}


async def names(
    session: AsyncSession, workspace_id: str, organisation_id: str, remote_ids: Sequence[str]
) -> Mapping[tuple[str, str], str]:
    """What those among these that are contacts and accounts are called."""
    found: dict[tuple[str, str], str] = {}
    for table in (ledger.contacts, ledger.accounts):
        called = (
            select(table.c.source, table.c.remote_id, table.c.name)
            .join(Organisation, Organisation.id == table.c.organisation_id)
            .where(
                Organisation.workspace_id == workspace_id,
                table.c.organisation_id == organisation_id,
                table.c.remote_id.in_(remote_ids),
            )
        )
        found |= {(row.source, row.remote_id): row.name for row in await session.execute(called)}
    return found


_title: InstrumentedAttribute[str] = HealthFinding.title
_handles = and_(
    Handling.organisation_id == HealthFinding.organisation_id,
    Handling.code == HealthFinding.code,
    Handling.fingerprint == HealthFinding.fingerprint,
)
_ORDERS: Mapping[Order, tuple[Any, ...]] = {
    Order.AMOUNT: (func.coalesce(func.abs(_table.c.amount), 0).desc(), HealthFinding.title),
    Order.AGE: (HealthFinding.since.is_(None), HealthFinding.since, HealthFinding.title),
    Order.NAME: (func.lower(HealthFinding.title),),
}


def _fact(name: str) -> ColumnElement[str]:
    says: ColumnElement[str] = HealthFinding.body["facts", name].as_string()
    return says


def _sought(search: str, assignee: str | None, kind: Kind | None) -> ColumnElement[bool]:
    """In its title or its text, whatever the case."""
    sought: ColumnElement[bool] = true()
    if search:
        text = HealthFinding.body["text"].as_string()
        typed = search.lower()
        sought &= or_(
            *(func.lower(each).contains(typed, autoescape=True) for each in (_title, text))
        )
    if assignee is not None:
        sought &= Handling.assignee == assignee
    if kind is not None:
        sought &= _fact(kind.fact) == kind.says
    return sought


def _wanted(
    workspace_id: str, organisation_id: str, code: str, today: date, shown: Shown
) -> ColumnElement[bool]:
    here = and_(
        HealthFinding.workspace_id == workspace_id,
        HealthFinding.organisation_id == organisation_id,
        HealthFinding.code == code,
    )
    is_dismissed = Handling.dismissed_at.is_not(None)
    is_snoozed = and_(Handling.snoozed_until.is_not(None), Handling.snoozed_until > today)
    match shown:
        case Shown.DISMISSED:
            return and_(here, is_dismissed)
        case Shown.SNOOZED:
            return and_(here, Handling.dismissed_at.is_(None), is_snoozed)
    is_open = or_(
        Handling.fingerprint.is_(None),
        and_(
            Handling.dismissed_at.is_(None),
            or_(Handling.snoozed_until.is_(None), Handling.snoozed_until <= today),
        ),
    )
    return and_(here, is_open)


class Tally(NamedTuple):
    """Of one check: how many are open, and what is at stake with them."""

    opened: int
    amount: Decimal


async def tallies(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, today: date
) -> Mapping[str, Tally]:
    """By check, of those that are open."""
    at_stake = type_coerce(func.sum(func.abs(_table.c.amount)), Money())
    counted = (
        select(HealthFinding.code, func.count(), at_stake)
        .outerjoin(Handling, _handles)
        .where(
            HealthFinding.workspace_id == workspace_id,
            HealthFinding.organisation_id == organisation_id,
            or_(
                Handling.fingerprint.is_(None),
                and_(
                    Handling.dismissed_at.is_(None),
                    or_(Handling.snoozed_until.is_(None), Handling.snoozed_until <= today),
                ),
            ),
        )
        .group_by(HealthFinding.code)
    )
    return {
        code: Tally(number, amount or Decimal())
        for code, number, amount in await session.execute(counted)
    }


async def some(
    session: AsyncSession,
    workspace_id: str,
    organisation_id: str,
    code: str,
    fingerprints: Sequence[str],
) -> Sequence[HealthFinding]:
    """Those of these that are still found."""
    found = select(HealthFinding).where(
        HealthFinding.workspace_id == workspace_id,
        HealthFinding.organisation_id == organisation_id,
        HealthFinding.code == code,
        HealthFinding.fingerprint.in_(fingerprints),
    )
    return (await session.scalars(found)).all()


def _batches(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
