"""One row of a list, in its vendor's own fields."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Fields = dict[str, Any]
Unpack = Callable[[bytes], Fields]


class Row:
    """`fields` leave out the key and the instants, which every vendor spells in its own way.

    `wire` is the row as the vendor spells it, kept until the next change. A row of a very large
    list may be given as `wire` alone, with `unpack` to read its fields out of it when they are
    first asked for.
    """

    __slots__ = ("_fields", "_unpack", "created", "id", "updated", "version", "wire")

    def __init__(
        self,
        *,
        id: str,  # noqa: A002  # the name of the column
        created: datetime,
        updated: datetime,
        fields: Fields | None = None,
        version: int = 0,
        wire: bytes | None = None,
        unpack: Unpack | None = None,
    ) -> None:
        self.id = id
        self.created = created
        self.updated = updated
        self.version = version
        self.wire = wire
        self._fields = fields
        self._unpack = unpack

    @property
    def fields(self) -> Fields:
        if self._fields is None:
            self._fields = self.peek()
        return self._fields

    def read(self, name: str) -> Any:
        """One field, without keeping the others of a packed row in memory."""
        return self.peek().get(name)

    def mentions(self, text: str) -> bool:
        """False only where the text is certainly nowhere in the row."""
        if self._fields is not None or self.wire is None:
            return True
        return json.dumps(text, ensure_ascii=False).encode() in self.wire

    def keeper(self) -> Callable[[], None]:
        """Whoever calls it later has the row as it is now."""
        was = (dict(self.fields), self.updated, self.version, self.wire)

        def restore() -> None:
            self._fields, self.updated, self.version, self.wire = was

        return restore

    def peek(self) -> Fields:
        """All fields, as `read` reads one."""
        if self._fields is not None:
            return self._fields
        assert self.wire is not None
        assert self._unpack is not None
        return self._unpack(self.wire)


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """A row that was there until `at`."""

    id: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something the vendor counts as an update of a row, or as its beginning."""

    kind: str
    row: Row
    is_new: bool
