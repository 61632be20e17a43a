"""Statements that both databases know but SQLAlchemy spells once for each."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Column, CursorResult, Table, Text, UpdateBase, any_, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.sql.elements import ColumnElement

from storage.models import Entity

Row = TypeVar("Row", bound=Entity)


def table_of(entity: type[Entity]) -> Table:
    """The table itself: statements on it leave `version` and loaded entities alone."""
    return cast("Table", entity.__table__)


def detached(entity: type[Row], columns: Sequence[Any]) -> Row:
    """The entity of a whole row of its table: complete, but of no session, to be read only."""
    # as the ORM makes what it loads: its constructor would count every column as a change
    made: Row = entity.__mapper__.class_manager.new_instance()
    instance_dict(made).update(zip(table_of(entity).columns.keys(), columns, strict=True))
    return made


def insert_into(session: AsyncSession, entity: type[Entity]) -> postgresql.Insert:
    """An INSERT that takes ON CONFLICT, whose spelling is the same on both databases."""
    return insert_on(session.get_bind().dialect.name, entity)


def insert_on(dialect: str, entity: type[Entity]) -> postgresql.Insert:
    """The same for the database of this name, to be made once and kept."""
    if dialect == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table_of(entity)))
    return postgresql.insert(table_of(entity))


def among(session: AsyncSession, column: Column[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether it is one of these, which may be hundreds: PostgreSQL takes them as one array."""
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(literal(list(values), postgresql.ARRAY(Text)))


async def affected(
    session: AsyncSession, statement: UpdateBase, values: Mapping[str, Any] | None = None
) -> int:
    """Run it, with these values where it has places for them, and count the rows it changed."""
    # of an INSERT the count is kept only when asked for
    counting = await session.execute(
        statement, values, execution_options={"preserve_rowcount": True}
    )
    return cast("CursorResult[Any]", counting).rowcount


def contains(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Whether the text occurs, `%` and `_` taken literally."""
    return column.contains(text, autoescape=True)
