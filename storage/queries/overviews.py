"""Connections of many clients at once, filtered and sorted by the database."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.models import (
    Client,
    Connection,
    Purpose,
    Status,
)
from storage.queries.statements import contains


class Having(StrEnum):
    """Which clients are wanted."""

    ALL = "all"
    EXPIRED = "expired"
    ATTENTION = "attention"
    MISSING = "missing"
    CONNECTED = "connected"


class Order(StrEnum):
    """In which order; by status is worst first."""

    NAME = "name"
    STATUS = "status"
    OLDEST = "oldest"
    SOFTWARE = "software"


class Wanted(NamedTuple):
    """A question about many clients. `text` is written as `name_key` is, `only` are client ids."""

    having: Having = Having.ALL
    text: str = ""
    order: Order = Order.NAME
    only: Collection[str] | None = None


_books = aliased(Connection, name="books")
_health = aliased(Connection, name="health")


async def page(
    session: AsyncSession, workspace_id: str, wanted: Wanted, *, offset: int, limit: int
) -> Sequence[Client]:
    """One page of the clients asked for."""
    found = _clients(select(Client), workspace_id, wanted).order_by(*_order(wanted.order))
    return (await session.scalars(found.offset(offset).limit(limit))).all()


async def count(session: AsyncSession, workspace_id: str, wanted: Wanted) -> int:
    """How many there are on all pages."""
    counted = _clients(select(func.count()), workspace_id, wanted)
    return await session.scalar(counted) or 0


def _clients(statement: Select[Any], workspace_id: str, wanted: Wanted) -> Select[Any]:
    found = (
        statement.select_from(Client)
        .outerjoin(_books, _of(_books, Purpose.BOOKKEEPING))
        .outerjoin(_health, _of(_health, Purpose.DATA_HEALTH))
        .where(Client.workspace_id == workspace_id, Client.archived_at.is_(None))
    )
    if wanted.text:
        found = found.where(contains(Client.name_key, wanted.text))
    if wanted.only is not None:
        found = found.where(Client.id.in_(list(wanted.only)))
    return found if wanted.having is Having.ALL else found.where(_having(wanted.having))


def _of(one: type[Connection], purpose: Purpose) -> ColumnElement[bool]:
    return and_(
        one.client_id == Client.id,
        one.workspace_id == Client.workspace_id,
        one.purpose == purpose,
        one.status != Status.DISCONNECTED,
    )


def _having(having: Having) -> ColumnElement[bool]:
    if having is Having.MISSING:
        return or_(_books.id.is_(None), _health.id.is_(None))
    status = Status(having.value)
    return or_(_books.status == status, _health.status == status)


def _order(order: Order) -> tuple[Any, ...]:
    by_name = (Client.name_key, Client.id)
    first: dict[Order, tuple[Any, ...]] = {
        Order.NAME: (),
        Order.STATUS: (_worst,),
        Order.OLDEST: (_books.lists_read_at.is_(None), _books.lists_read_at),
        Order.SOFTWARE: (_books.provider.is_(None), _books.provider),
    }
    return (*first[order], *by_name)


_worst = case(
    (or_(_books.status == Status.EXPIRED, _health.status == Status.EXPIRED), 0),
    (or_(_books.status == Status.ATTENTION, _health.status == Status.ATTENTION), 1),
    (_books.id.is_(None), 2),
    else_=3,
)
