"""The lists of one organisation, as rows in its vendor's own fields."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.sandbox.ledgers.rows import Change, Fields, Removal, Row


class NoSuchRow(LookupError):
    """There is no such list, or nothing in it by that name or id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """How one vendor keeps one kind of list: which field identifies a row, names it, retires it."""

    kind: str
    key: str
    label: str
    active: Mapping[str, Any] = field(default_factory=dict)
    archived: Mapping[str, Any] = field(default_factory=dict)
    blank: Mapping[str, Any] = field(default_factory=dict)
    parent: str | None = None  # the field that names the row this one belongs to
    parent_kind: str | None = None
    new_key: Callable[["Books"], str] | None = None


class Books:
    """One organisation's lists; what an accountant does to them takes the instant it was done."""

    def __init__(self, *, key: str, root: Table, tables: Iterable[Table]) -> None:
        self.key = key
        self._root = root
        self._tables = {table.kind.casefold(): table for table in (root, *tables)}
        self._rows: dict[str, dict[str, Row]] = {kind: {} for kind in self._tables}
        self.removed: dict[str, list[Removal]] = {kind: [] for kind in self._tables}
        self.made_by_apps: set[str] = set()  # ids of rows that came through the API
        self.marks: dict[str, str] = {}  # what somebody did with a transaction at the bank, by id
        self.reconciled_until: date | None = None  # all that was entered up to then, but for those
        self._numbers = itertools.count(1)
        self._unwritten: dict[str, Callable[[], None]] = {}
        self._revisions: dict[str, int] = dict.fromkeys(self._tables, 0)
        self._changes: list[Change] | None = None
        self._undo: list[Callable[[], object]] | None = None

    def write_later(self, kind: str, write: Callable[[], None]) -> None:
        """Have a long list made when somebody first looks at it."""
        self._unwritten[self.table(kind).kind.casefold()] = write

    def finish(self) -> None:
        """Make every list that was left for later, before somebody changes what it is made of."""
        for kind in list(self._unwritten):
            self._list(self._tables[kind])

    @property
    def profile(self) -> Row:
        """The organisation itself, which is a list of one."""
        return next(iter(self._list(self._root).values()))

    @property
    def name(self) -> str:
        return str(self.profile.fields[self._root.label])

    @property
    def kinds(self) -> list[str]:
        return [table.kind for table in self._tables.values()]

    def has(self, kind: str) -> bool:
        return kind.casefold() in self._tables

    def table(self, kind: str) -> Table:
        try:
            return self._tables[kind.casefold()]
        except KeyError as unknown:
            known = ", ".join(self.kinds)
            raise NoSuchRow(f"There is no list called {kind!r}; there are {known}.") from unknown

    def rows(self, kind: str) -> list[Row]:
        return list(self._list(self.table(kind)).values())

    def get(self, kind: str, key: str) -> Row | None:
        return self._list(self.table(kind)).get(key)

    def find(self, kind: str, wanted: str) -> Row:
        """By id or by exact name."""
        table = self.table(kind)
        rows = self._list(table)
        if wanted in rows:
            return rows[wanted]
        for row in rows.values():
            if row.mentions(wanted) and row.read(table.label) == wanted:
                return row
        raise NoSuchRow(f"{self.name} has nothing called {wanted!r} in {table.kind}.")

    def add(self, kind: str, fields: Fields, *, at: datetime, parent: str | None = None) -> Row:
        """Append a row; a key among the fields is kept, otherwise one is made."""
        table = self.table(kind)
        merged = {**table.blank, **table.active, **fields}
        if parent is not None and table.parent and table.parent_kind:
            merged[table.parent] = self.find(table.parent_kind, parent).id
        key = str(merged.pop(table.key, "") or self._new_key(table))
        row = Row(id=key, fields=merged, created=at, updated=at)
        rows = self._list(table)
        rows[key] = row
        self._remember(lambda: rows.pop(key))
        self._revise(table)
        self._note(table, row, is_new=True)
        return row

    def insert(self, kind: str, rows: Iterable[Row]) -> None:
        """Append rows that are complete, as a seed writes them."""
        table = self.table(kind)
        self._list(table).update((row.id, row) for row in rows)
        self._revise(table)

    def revision(self, kind: str) -> int:
        """A number that rises whenever something in this list changes."""
        table = self.table(kind)
        self._list(table)
        return self._revisions[table.kind.casefold()]

    def change(self, kind: str, wanted: str, fields: Mapping[str, Any], *, at: datetime) -> Row:
        row = self.amend(kind, self.find(kind, wanted), fields)
        row.updated = at
        row.version += 1
        self._touch_parent(self.table(kind), row, at)
        self._note(self.table(kind), row, is_new=False)
        return row

    def amend(self, kind: str, row: Row, fields: Mapping[str, Any]) -> Row:
        """Change a row behind its back: the vendor does not count this as an update of it."""
        self._remember(row.keeper())
        row.fields.update(fields)
        row.wire = None
        self._revise(self.table(kind))
        return row

    def rename(self, kind: str, wanted: str, to: str, *, at: datetime) -> Row:
        return self.change(kind, wanted, {self.table(kind).label: to}, at=at)

    def archive(self, kind: str, wanted: str, *, at: datetime) -> Row:
        return self.change(kind, wanted, self.table(kind).archived, at=at)

    def restore(self, kind: str, wanted: str, *, at: datetime) -> Row:
        return self.change(kind, wanted, self.table(kind).active, at=at)

    def remove(self, kind: str, wanted: str, *, at: datetime) -> Row:
        table = self.table(kind)
        row = self.find(kind, wanted)
        rows, gone = self._list(table), self.removed[table.kind.casefold()]
        if self._undo is not None:
            self._remember(_keeping(rows))
            self._remember(gone.pop)
        del rows[row.id]
        gone.append(Removal(id=row.id, at=at))
        self._revise(table)
        self._touch_parent(table, row, at)
        return row

    @contextmanager
    def watched(self) -> Iterator[list[Change]]:
        """Collect what is added and changed while the block runs."""
        changes: list[Change] = []
        self._changes = changes
        try:
            yield changes
        finally:
            self._changes = None

    @contextmanager
    def attempt(self) -> Iterator[Callable[[], None]]:
        """What the block did is undone when it raises, or when it calls what it is given."""
        outer, self._undo = self._undo, []
        told = len(self._changes) if self._changes is not None else 0

        def take_back() -> None:
            done, self._undo = self._undo or [], []
            for undo in reversed(done):
                undo()
            if self._changes is not None:
                del self._changes[told:]
            for kind in self._revisions:
                self._revisions[kind] += 1

        try:
            yield take_back
        except BaseException:
            take_back()
            raise
        finally:
            done, self._undo = self._undo, outer
            if outer is not None:
                outer += done

    def next_number(self) -> int:
        return next(self._numbers)

    def made_up_id(self, kind: str, text: str) -> str:
        """A UUID that is the same in every run."""
        return str(uuid5(NAMESPACE_URL, f"ledgers:{self.key}:{kind}:{text}"))

    def _list(self, table: Table) -> dict[str, Row]:
        kind = table.kind.casefold()
        write = self._unwritten.pop(kind, None)
        if write is not None:
            watched, self._changes = self._changes, None
            write()  # history, not something done now
            self._changes = watched
        return self._rows[kind]

    def _note(self, table: Table, row: Row, *, is_new: bool) -> None:
        if self._changes is not None:
            self._changes.append(Change(kind=table.kind, row=row, is_new=is_new))

    def _remember(self, undo: Callable[[], object]) -> None:
        if self._undo is not None:
            self._undo.append(undo)

    def _revise(self, table: Table) -> None:
        self._revisions[table.kind.casefold()] += 1

    def _new_key(self, table: Table) -> str:
        if table.new_key is not None:
            return table.new_key(self)
        return self.made_up_id(table.kind, str(self.next_number()))

    def _touch_parent(self, table: Table, row: Row, at: datetime) -> None:
        if table.parent and table.parent_kind:
            parent = self.get(table.parent_kind, str(row.fields.get(table.parent)))
            if parent is not None:
                self._remember(parent.keeper())
                parent.updated, parent.wire = at, None
                self._revisions[table.parent_kind.casefold()] += 1


def _keeping(rows: dict[str, Row]) -> Callable[[], None]:
    """Whoever calls it later has the rows that there are now, in their order."""
    there = dict(rows)

    def restore() -> None:
        rows.clear()
        rows.update(there)

    return restore
