"""Client businesses."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Client
from storage.queries.statements import contains


class Named(NamedTuple):
    """Just enough of a client to compare its name with others."""

    id: str
    name: str
    name_key: str


Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])


async def find(session: AsyncSession, workspace_id: str, client_id: str) -> Client | None:
    found = select(Client).where(Client.workspace_id == workspace_id, Client.id == client_id)
    return await session.scalar(found)


async def named(session: AsyncSession, workspace_id: str, name_key: str) -> Sequence[Client]:
    """Those of exactly this name, archived ones last."""
    same = select(Client).where(Client.workspace_id == workspace_id, Client.name_key == name_key)
    order = (Client.archived_at.is_not(None), Client.created_at)
    return (await session.scalars(same.order_by(*order))).all()


async def in_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> Sequence[Client]:
    """Those whose channel this is, by name, without archived ones."""
    there = _some(select(Client), workspace_id).where(Client.channel_id == channel_id)
    return (await session.scalars(there.order_by(Client.name_key))).all()


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
