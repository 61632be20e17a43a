"""Statements that are run so often that putting them together again each time would show.

SQLAlchemy writes them once for each database; then they go to its driver as they are. Of a read by
key that saves three quarters of the processor time on SQLite and half on PostgreSQL.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Insert, Select, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]


class _Written(NamedTuple):
    """A statement for one database. `order` is None where parameters go by name."""

    sql: str
    fixed: dict[str, Any]
    given: dict[str, Convert | None]
    order: tuple[str, ...] | None
    columns: tuple[tuple[int, Convert], ...]


class Prepared:
    """A statement of tables, not of entities, whose values come by the names of its parameters.

    Nobody who watches tables hears of it (storage/changes.py).
    """

    def __init__(self, statement: Select[Any] | Insert) -> None:
        self._statement = statement
        self._written: dict[str, _Written] = {}

    async def rows(self, session: AsyncSession, **given: Any) -> list[Any]:
        """What it finds; of an INSERT, nothing. What the session holds back is not sent first."""
        return await session.run_sync(self._rows, given)

    def at_commit(self, session: AsyncSession, **given: Any) -> None:
        """Run it as the last thing of this transaction."""
        session.info.setdefault(_LAST, []).append((self, given))

    def _rows(self, session: Session, given: dict[str, Any]) -> list[Any]:
        connection = session.connection()
        dialect = connection.dialect
        written = self._written.get(dialect.name) or self._write(dialect)
        cursor = connection.connection.cursor()
        try:
            dialect.do_execute(cursor, written.sql, _parameters(written, given))
            rows = cursor.fetchall() if isinstance(self._statement, Select) else ()
        except dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                written.sql, None, error, dialect.loaded_dbapi.Error, dialect=dialect
            ) from error
        finally:
            cursor.close()
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


_LAST = "statements that run last"


@event.listens_for(Session, "before_commit")
def _run_the_last(session: Session) -> None:
    held: list[tuple[Prepared, dict[str, Any]]] = session.info.pop(_LAST, [])
    if held:
        session.flush()
    for prepared, given in held:
        prepared._rows(session, given)  # noqa: SLF001  # within its module


def _parameters(written: _Written, given: dict[str, Any]) -> Any:
    values = written.fixed | {
        name: _converted(convert, given[name]) for name, convert in written.given.items()
    }
    return values if written.order is None else tuple(values[name] for name in written.order)


def _converted(convert: Convert | None, value: Any) -> Any:
    return convert(value) if convert else value


def _row(row: tuple[Any, ...], columns: tuple[tuple[int, Convert], ...]) -> list[Any]:
    values = list(row)
    for place, convert in columns:
        values[place] = convert(values[place])
    return values
