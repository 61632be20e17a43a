"""Tells whoever asked that a transaction which wrote certain tables has been committed."""

import re
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, Engine, event

from storage.database import Database


class Watch:
    """Calls `tell` after each commit of this process that wrote any of `tables`.

    Other processes are not heard.
    """

    def __init__(self, engine: Engine, tables: Collection[str], tell: Callable[[], None]) -> None:
        self._engine = engine
        self._writes = re.compile(rf"(INSERT INTO|UPDATE|DELETE FROM) ({'|'.join(tables)})\b")
        self._tell = tell
        self._listeners = (
            ("before_cursor_execute", self._note),
            ("commit", self._commit),
            ("rollback", self._forget),
        )
        for name, listener in self._listeners:
            event.listen(engine, name, listener)

    def stop(self) -> None:
        for name, listener in self._listeners:
            event.remove(self._engine, name, listener)

    def _note(self, connection: Connection, _: Any, statement: str, *rest: Any) -> None:
        if self._writes.match(statement):
            connection.info[self] = True

    def _commit(self, connection: Connection) -> None:
        if connection.info.pop(self, False):
            self._tell()

    def _forget(self, connection: Connection) -> None:
        connection.info.pop(self, None)


async def on_commit(database: Database, tables: Collection[str], tell: Callable[[], None]) -> Watch:
    """Watch until `stop` is called on what is returned."""
    async with database.begin() as session:
        engine = session.get_bind().engine
    return Watch(engine, tables, tell)
