"""Client businesses."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, and_, bindparam, case, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.identity import new_id
from storage.models import Client, News, Workspace
from storage.prepared import Prepared
from storage.queries.statements import contains, detached, table_of


class Named(NamedTuple):
    """Just enough of a client to compare its name with others."""

    id: str
    name: str
    name_key: str


Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])

# what nearly every command asks is put together once: doing so costs as much as asking
_HERE = select(Client).where(Client.workspace_id == bindparam("workspace_id"))
_FIND = _HERE.where(Client.id == bindparam("id"))
_NAMED = _HERE.where(Client.name_key == bindparam("name_key")).order_by(
    Client.archived_at.is_not(None), Client.created_at
)
_table = table_of(Client)
_rows_here = select(_table).where(_table.c.workspace_id == bindparam("workspace_id"))
_OF_ID = Prepared(_rows_here.where(_table.c.id == bindparam("id")))
_OF_NAME = Prepared(
    _rows_here.where(_table.c.name_key == bindparam("name_key")).order_by(
        _table.c.archived_at.is_not(None), _table.c.created_at
    )
)
_there = and_(_table.c.channel_id == bindparam("here"), _table.c.archived_at.is_(None))
_IN_CHANNEL = Prepared(_rows_here.where(_there))
_practice = table_of(Workspace).c
_owners = select(func.count()).where(_table.c.workspace_id == bindparam("workspace_id"), _there)
_is_of_practice = exists().where(
    _practice.id == bindparam("workspace_id"), _practice.practice_channel_id == bindparam("here")
)
_is_owned = and_(_owners.scalar_subquery() == 1, ~_is_of_practice)
_IS_OWNED = Prepared(select(_is_owned))
_given = {column.name: bindparam(column.name, type_=column.type) for column in _table.columns}
_adopted = case((_is_owned, None), else_=bindparam("here"))
# counted, because PostgreSQL looks for the first of many where it is asked whether there is one,
# and then reads all to find none
_same_name = select(func.count()).where(
    _table.c.workspace_id == bindparam("workspace_id"), _table.c.name_key == bindparam("name_key")
)
_is_new = _same_name.scalar_subquery() == 0
_new = select(*(_given | {"channel_id": func.coalesce(_given["channel_id"], _adopted)}).values())
# of two who add the same name at once, the second waits at the index until the first is done
_ADD = {
    "sqlite": Prepared(
        sqlite.insert(_table)
        .from_select(list(_given), _new.where(_is_new))
        .returning(*_table.columns)
    ),
    "postgresql": Prepared(
        postgresql.insert(_table)
        .from_select(list(_given), _new.where(_is_new))
        .on_conflict_do_nothing()
        .returning(*_table.columns)
    ),
}


async def find(session: AsyncSession, workspace_id: str, client_id: str) -> Client | None:
    return await session.scalar(_FIND, {"workspace_id": workspace_id, "id": client_id})


async def look_up(session: AsyncSession, workspace_id: str, client_id: str) -> Client | None:
    """The same as `find`, to be read only."""
    rows = await _OF_ID.rows(session, workspace_id=workspace_id, id=client_id)
    return detached(Client, rows[0]) if rows else None


async def called(session: AsyncSession, workspace_id: str, name_key: str) -> Sequence[Client]:
    """The same as `named`, to be read only."""
    rows = await _OF_NAME.rows(session, workspace_id=workspace_id, name_key=name_key)
    return [detached(Client, row) for row in rows]


async def named(session: AsyncSession, workspace_id: str, name_key: str) -> Sequence[Client]:
    """Those of exactly this name, archived ones last."""
    given = {"workspace_id": workspace_id, "name_key": name_key}
    return (await session.scalars(_NAMED, given)).all()


async def in_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> Sequence[Client]:
    """Those whose channel this is, by name, without archived ones; to be read only."""
    rows = await _IN_CHANNEL.rows(session, workspace_id=workspace_id, here=channel_id)
    found = [detached(Client, row) for row in rows]
    return sorted(found, key=lambda client: client.name_key)  # SQLite would read all for the order


async def is_owned(session: AsyncSession, workspace_id: str, channel_id: str) -> bool:
    """Whether it is one client's own channel, and not the practice's."""
    ((is_owned,),) = await _IS_OWNED.rows(session, workspace_id=workspace_id, here=channel_id)
    return bool(is_owned)


async def add(
    session: AsyncSession,
    workspace_id: str,
    *,
    name: str,
    name_key: str,
    channel_id: str | None,
    here: str | None,
    by: str,
    now: datetime,
) -> Client | None:
    """A new client, written down at once; to be read only. None where one of this name is known.

    Without a channel it takes the one `here`, unless that is owned.
    """
    row = dict.fromkeys(_table.columns.keys()) | {
        "id": new_id(),
        "workspace_id": workspace_id,
        "name": name,
        "name_key": name_key,
        "created_at": now,
        "created_by": by,
        "channel_id": channel_id,
        "sync_news": News.EVERYTHING,
        "version": 1,
    }
    added = await _ADD[session.get_bind().dialect.name].rows(session, **row, here=here)
    return detached(Client, added[0]) if added else None


async def search(
    session: AsyncSession,
    workspace_id: str,
    text: str,
    *,
    only: Collection[str] | None = None,
    archived: bool | None = False,
    offset: int = 0,
    limit: int = 100,
) -> Sequence[Client]:
    """Best first: the same name, names beginning with `text`, a word beginning so, any place.

    `text` is written as `name_key` is. `only` are the ids somebody may see; `archived` None means
    both. An empty text lists all by name.
    """
    found = _matching(_some(select(Client), workspace_id, only=only, archived=archived), text)
    key = Client.name_key
    rank = case(
        (key == text, 0),
        (key.startswith(text, autoescape=True), 1),
        (contains(key, f" {text}"), 2),
        else_=3,
    )
    order = (rank, key, Client.id) if text else (key, Client.id)
    return (await session.scalars(found.order_by(*order).offset(offset).limit(limit))).all()


async def count(
    session: AsyncSession,
    workspace_id: str,
    text: str = "",
    *,
    only: Collection[str] | None = None,
    archived: bool | None = False,
) -> int:
    """How many `search` would find without a limit."""
    counted = select(func.count()).select_from(Client)
    found = _matching(_some(counted, workspace_id, only=only, archived=archived), text)
    return await session.scalar(found) or 0


async def names(
    session: AsyncSession, workspace_id: str, *, only: Collection[str] | None = None
) -> Sequence[Named]:
    """Every name that is not archived: for finding the nearest one to a misspelling."""
    columns = select(Client.id, Client.name, Client.name_key)
    rows = await session.execute(_some(columns, workspace_id, only=only))
    return [Named(*row) for row in rows]


def _some(
    statement: Statement,
    workspace_id: str,
    *,
    only: Collection[str] | None = None,
    archived: bool | None = False,
) -> Statement:
    statement = statement.where(Client.workspace_id == workspace_id)
    if only is not None:
        statement = statement.where(Client.id.in_(list(only)))
    if archived is None:
        return statement
    return statement.where(
        Client.archived_at.is_not(None) if archived else Client.archived_at.is_(None)
    )


def _matching(statement: Statement, text: str) -> Statement:
    return statement.where(contains(Client.name_key, text)) if text else statement
