"""Imported lists: a page at a time in, searched and paged out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, case, delete, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import ListEntry
from storage.queries.statements import affected, contains, insert_into, table_of

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])

_KEY = ("connection_id", "kind", "remote_id")
_KEPT = frozenset({*_KEY, "workspace_id", "first_seen_at"})  # what a second reading leaves alone
_AT_ONCE = 200  # rows a statement: the event loop stays quick and SQLite's limits far


class Place(NamedTuple):
    """Just enough of an entry to put it in its place."""

    remote_id: str
    code: str | None
    name: str


class KnownEntry(NamedTuple):
    """Just enough of an entry to tell whether it changed."""

    name: str
    digest: str
    active: bool
    removed: bool


async def known(
    session: AsyncSession, workspace_id: str, connection_id: str, kind: str
) -> Mapping[str, KnownEntry]:
    """{remote id: entry} of a whole list, removed entries included."""
    entry = ListEntry
    columns = select(
        entry.remote_id, entry.name, entry.digest, entry.active, entry.removed_at.is_not(None)
    )
    found = await session.execute(_list(columns, workspace_id, connection_id, kind))
    return {row[0]: KnownEntry(row[1], row[2], row[3], bool(row[4])) for row in found}


async def save(
    session: AsyncSession, workspace_id: str, connection_id: str, entries: Sequence[ListEntry]
) -> None:
    """Insert or overwrite entries of this connection; `first_seen_at` stays the first one."""
    insert = insert_into(session, ListEntry)
    columns = table_of(ListEntry).columns.keys()
    statement = insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={name: insert.excluded[name] for name in columns if name not in _KEPT},
        where=table_of(ListEntry).c.workspace_id == workspace_id,
    )
    owner = {"workspace_id": workspace_id, "connection_id": connection_id}
    rows = [
        {name: getattr(entry, name) for name in columns}
        | owner
        | {"search_key": _search_key(entry)}
        for entry in entries
    ]
    for start in range(0, len(rows), _AT_ONCE):
        await session.execute(statement, rows[start : start + _AT_ONCE])


async def mark_seen(
    session: AsyncSession,
    workspace_id: str,
    connection_id: str,
    kind: str,
    remote_ids: Sequence[str],
    *,
    run_id: str,
) -> None:
    """Note that this run met them unchanged."""
    for start in range(0, len(remote_ids), _AT_ONCE):
        await session.execute(
            update(table_of(ListEntry))
            .where(
                ListEntry.workspace_id == workspace_id,
                ListEntry.connection_id == connection_id,
                ListEntry.kind == kind,
                ListEntry.remote_id.in_(remote_ids[start : start + _AT_ONCE]),
            )
            .values(run_id=run_id)
        )


async def remove_unseen(
    session: AsyncSession,
    workspace_id: str,
    connection_id: str,
    kind: str,
    *,
    run_id: str,
    now: datetime,
) -> Mapping[str, str]:
    """Mark what a complete run did not meet; {remote id: name} of what went."""
    gone = (
        update(table_of(ListEntry))
        .where(
            ListEntry.workspace_id == workspace_id,
            ListEntry.connection_id == connection_id,
            ListEntry.kind == kind,
            ListEntry.run_id != run_id,
            ListEntry.removed_at.is_(None),
        )
        .values(removed_at=now)
        .returning(ListEntry.remote_id, ListEntry.name)
    )
    return dict((await session.execute(gone)).all())


async def search(
    session: AsyncSession,
    workspace_id: str,
    connection_id: str,
    kind: str,
    text: str = "",
    *,
    inactive: bool = False,
    having: str | None = None,
    lacking: str | None = None,
    offset: int = 0,
    limit: int = 20,
) -> Sequence[ListEntry]:
    """Entries whose name or code holds `text`, those beginning with it first, else by name.

    `having` names one of their details that must be true, such as `is_supplier`; `lacking` one that
    must not.
    """
    wanted = text.casefold()
    found = _matching(
        _list(select(ListEntry), workspace_id, connection_id, kind),
        wanted,
        inactive=inactive,
        having=having,
    )
    if lacking is not None:
        found = found.where(
            func.coalesce(ListEntry.details[lacking].as_boolean(), false()).is_(False)
        )
    code_or_name = ListEntry.search_key.startswith(wanted, autoescape=True) | (
        func.lower(ListEntry.code) == wanted
    )
    order = (case((code_or_name, 0), else_=1),) if wanted else ()
    ordered = found.order_by(*order, ListEntry.search_key, ListEntry.remote_id)
    return (await session.scalars(ordered.offset(offset).limit(limit))).all()


async def places(
    session: AsyncSession,
    workspace_id: str,
    connection_id: str,
    kind: str,
    *,
    inactive: bool = False,
    having: str | None = None,
) -> Sequence[Place]:
    """A whole list in no order, for an order that no database knows."""
    columns = select(ListEntry.remote_id, ListEntry.code, ListEntry.name)
    listed = _list(columns, workspace_id, connection_id, kind)
    found = _matching(listed, "", inactive=inactive, having=having)
    return [Place(*row) for row in await session.execute(found)]


async def some(
    session: AsyncSession,
    workspace_id: str,
    connection_id: str,
    kind: str,
    remote_ids: Sequence[str],
) -> Sequence[ListEntry]:
    """These entries, in the order asked for; what is not there is left out."""
    found = _list(select(ListEntry), workspace_id, connection_id, kind)
    rows = await session.scalars(found.where(ListEntry.remote_id.in_(remote_ids)))
    by_id = {entry.remote_id: entry for entry in rows}
    return [by_id[remote_id] for remote_id in remote_ids if remote_id in by_id]


async def tax_names(
    session: AsyncSession, workspace_id: str, connection_id: str, kind: str
) -> Mapping[str, str]:
    """{code or remote id: name} of tax rates, archived ones too: other lists refer to them so."""
    columns = select(ListEntry.remote_id, ListEntry.code, ListEntry.name)
    found = await session.execute(_list(columns, workspace_id, connection_id, kind))
    return {key: name for remote_id, code, name in found for key in (remote_id, code) if key}


async def count(
    session: AsyncSession,
    workspace_id: str,
    connection_id: str,
    kind: str,
    text: str = "",
    *,
    inactive: bool = False,
    having: str | None = None,
) -> int:
    """How many `search` would find without a limit."""
    counted = select(func.count()).select_from(ListEntry)
    found = _list(counted, workspace_id, connection_id, kind)
    wanted = _matching(found, text.casefold(), inactive=inactive, having=having)
    return await session.scalar(wanted) or 0


async def counts(
    session: AsyncSession, workspace_id: str, connection_id: str
) -> Mapping[tuple[str, str], int]:
    """{(kind, record): how many are active} of one connection."""
    counted = (
        select(ListEntry.kind, ListEntry.record, func.count())
        .where(
            ListEntry.workspace_id == workspace_id,
            ListEntry.connection_id == connection_id,
            ListEntry.active,
            ListEntry.removed_at.is_(None),
        )
        .group_by(ListEntry.kind, ListEntry.record)
    )
    return {(kind, record): number for kind, record, number in await session.execute(counted)}


async def erase(session: AsyncSession, workspace_id: str, connection_id: str) -> int:
    """Delete everything imported through a connection; how many entries that were."""
    return await affected(
        session,
        delete(table_of(ListEntry)).where(
            ListEntry.workspace_id == workspace_id, ListEntry.connection_id == connection_id
        ),
    )


def _search_key(entry: ListEntry) -> str:
    return f"{entry.name} {entry.code or ''}".strip().casefold()


def _list(statement: Statement, workspace_id: str, connection_id: str, kind: str) -> Statement:
    return statement.where(
        ListEntry.workspace_id == workspace_id,
        ListEntry.connection_id == connection_id,
        ListEntry.kind == kind,
    )


def _matching(statement: Statement, text: str, *, inactive: bool, having: str | None) -> Statement:
    if having is not None:
        statement = statement.where(ListEntry.details[having].as_boolean())
    if text:
        statement = statement.where(contains(ListEntry.search_key, text))
    if inactive:
        return statement
    return statement.where(ListEntry.active, ListEntry.removed_at.is_(None))
