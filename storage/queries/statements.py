"""Statements that both databases know but SQLAlchemy spells once for each."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, make_transient_to_detached
from sqlalchemy.sql.elements import ColumnElement

from storage.models import Entity

Row = TypeVar("Row", bound=Entity)


def table_of(entity: type[Entity]) -> Table:
    """The table itself: statements on it leave `version` and loaded entities alone."""
    return cast("Table", entity.__table__)


def detached(entity: type[Row], columns: Sequence[Any]) -> Row:
    """The entity of a whole row of its table: complete, but what is changed in it stays here."""
    made = entity(**dict(zip(table_of(entity).columns.keys(), columns, strict=True)))
    make_transient_to_detached(made)
    return made


def insert_into(session: AsyncSession, entity: type[Entity]) -> postgresql.Insert:
    """An INSERT that takes ON CONFLICT, whose spelling is the same on both databases."""
    if session.get_bind().dialect.name == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table_of(entity)))
    return postgresql.insert(table_of(entity))


async def affected(session: AsyncSession, statement: UpdateBase) -> int:
    """Run it and count the rows it changed."""
    # of an INSERT the count is kept only when asked for
    counting = await session.execute(statement, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", counting).rowcount


def contains(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Whether the text occurs, `%` and `_` taken literally."""
    return column.contains(text, autoescape=True)
