"""Statements that run so often that putting them together again each time would show.

SQLAlchemy writes them once for each database; then they go straight to its driver. Of a read by key
that saves three quarters of the processor time on SQLite and half on PostgreSQL.
"""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Insert, Select, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import await_only

Convert = Callable[[Any], Any]

_HELD = "statements held until the commit"


class _Written(NamedTuple):
    """A statement for one database. `order` is None where parameters go by name."""

    sql: str
    fixed: dict[str, Any]
    given: dict[str, Convert | None]
    order: tuple[str, ...] | None
    columns: tuple[tuple[int, Convert], ...]


class Prepared:
    """A statement about tables, not entities, whose values come by the names of its parameters.

    Who watches tables (storage/changes.py) does not hear of it.
    """

    def __init__(self, statement: Select[Any] | Insert) -> None:
        self._statement = statement
        self._answers = bool(statement.exported_columns)
        self._written: dict[str, _Written] = {}

    async def rows(self, session: AsyncSession, **given: Any) -> list[list[Any]]:
        """What it finds or RETURNING names. What the session holds back is not sent first."""
        return await self._run(session.sync_session, given)

    def at_commit(self, session: AsyncSession, **given: Any) -> None:
        """Run it as the last thing of this transaction."""
        session.info.setdefault(_HELD, []).append((self, given))

    async def _run(self, session: Session, given: dict[str, Any]) -> list[list[Any]]:
        connection = session.get_bind()
        assert isinstance(connection, Connection), "sessions are bound to theirs (storage/seats.py)"
        dialect, driver = connection.dialect, connection.connection.driver_connection
        assert driver is not None
        written = self._written.get(dialect.name) or self._write(dialect)
        try:
            cursor = await _now(driver.execute(written.sql, _parameters(written, given)))
            rows = await _now(cursor.fetchall()) if self._answers else ()
        except dialect.loaded_dbapi.Error as error:
            kind = dialect.loaded_dbapi.Error
            raise DBAPIError.instance(written.sql, None, error, kind, dialect=dialect) from error
        return [_row(row, written.columns) for row in rows]

    def _write(self, dialect: Dialect) -> _Written:
        compiled = self._statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        converts = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in compiled.binds.items()
        }
        fixed = {
            name: _converted(converts[name], bind.effective_value)
            for name, bind in compiled.binds.items()
            if not bind.required
        }
        read = enumerate(
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in self._statement.exported_columns
        )
        written = self._written[dialect.name] = _Written(
            sql=str(compiled),
            fixed=fixed,
            given={name: converts[name] for name in converts.keys() - fixed.keys()},
            order=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
            columns=tuple((place, convert) for place, convert in read if convert),
        )
        return written


async def _now(answer: Any) -> Any:
    """SQLite's driver answers at once, PostgreSQL's has to be waited for."""
    return await answer if inspect.isawaitable(answer) else answer


@event.listens_for(Session, "before_commit")
def _run_held(session: Session) -> None:
    held: list[tuple[Prepared, dict[str, Any]]] = session.info.pop(_HELD, [])
    if held:
        session.flush()
    for prepared, given in held:
        await_only(prepared._run(session, given))  # noqa: SLF001  # within its module


def _parameters(written: _Written, given: dict[str, Any]) -> Any:
    values = written.fixed | {
        name: _converted(convert, given[name]) for name, convert in written.given.items()
    }
    return values if written.order is None else [values[name] for name in written.order]


def _converted(convert: Convert | None, value: Any) -> Any:
    return convert(value) if convert else value


def _row(row: tuple[Any, ...], columns: tuple[tuple[int, Convert], ...]) -> list[Any]:
    values = list(row)
    for place, convert in columns:
        if values[place] is not None:
            values[place] = convert(values[place])
    return values
