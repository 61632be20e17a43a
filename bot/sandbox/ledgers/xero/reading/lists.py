"""What a reader gets of a Xero resource: which rows, in which order, how many at a time."""

import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Row
from bot.sandbox.ledgers.xero.reading import where
from bot.sandbox.ledgers.xero.reading.render import as_json, rounded_units, without
from bot.sandbox.ledgers.xero.reading.resources import Resource
from bot.sandbox.ledgers.xero.reading.typed import BadQuery, Columns

PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000
# More than this unpaged is "not filtering efficiently".
MOST_UNPAGED = 25_000
# These change how rows are shown, not which rows they are.
_SHOWING = frozenset({"page", "pageSize", "summaryOnly", "unitdp"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """The rows as they go on the wire, and which page of how many they are, if they are one."""

    rows: list[bytes]
    pagination: dict[str, int] | None = None


class Selections:
    """Which rows a query means, remembered while nothing changes and somebody turns the pages."""

    def __init__(self, *, keep: int = 32) -> None:
        self._keep = keep
        self._known: OrderedDict[object, list[Row]] = OrderedDict()

    def rows(
        self, resource: Resource, books: Books, query: Mapping[str, str], since: datetime | None
    ) -> list[Row]:
        asked = frozenset((k, v) for k, v in query.items() if k not in _SHOWING)
        key = (books.key, resource.name, books.revision(resource.name), since, asked)
        if key not in self._known:
            self._known[key] = _selected(resource, books, query, since)
        self._known.move_to_end(key)
        while len(self._known) > self._keep:
            self._known.popitem(last=False)
        return self._known[key]


def listing(
    resource: Resource,
    books: Books,
    query: Mapping[str, str],
    *,
    since: datetime | None,
    selections: Selections,
) -> Listing:
    """Raises `BadQuery`."""
    rows = selections.rows(resource, books, query, since)
    paged = resource.pages and ("page" in query or "pageSize" in query)
    pagination: dict[str, int] | None = None
    if paged:
        rows, pagination = _page(rows, query)
    elif resource.pages and len(rows) > MOST_UNPAGED:
        raise BadQuery("You are not filtering your results efficiently. Use paging.")
    archived = _is_true(query, "includeArchived")
    wire = [as_json(resource, books, row, archived=archived) for row in rows]
    brief = resource.brief_without is not None and _is_true(query, "summaryOnly")
    wire = [_shown(resource, row, paged=paged, brief=brief) for row in wire]
    if query.get("unitdp") != "4":
        wire = [rounded_units(row) for row in wire]
    return Listing(rows=wire, pagination=pagination)


def single(resource: Resource, books: Books, wanted: str) -> Row | None:
    """By id, or by the number that a few resources are also known by."""
    row = books.get(resource.name, wanted) or books.get(resource.name, wanted.casefold())
    if row is not None or not resource.by_number:
        return row
    return next(
        (
            row
            for row in books.rows(resource.name)
            if row.mentions(wanted) and row.read(resource.by_number) == wanted
        ),
        None,
    )


def _is_true(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").casefold() == "true"


def _shown(resource: Resource, wire: bytes, *, paged: bool, brief: bool) -> bytes:
    left_out: frozenset[str] = (resource.brief_without or frozenset()) if brief else frozenset()
    emptied = resource.lines if brief or not paged else None
    if not paged:
        left_out |= {name for name in resource.only_paged if name.encode() in wire}
    if not left_out and not emptied:
        return wire
    return without(wire, emptied=emptied, left_out=left_out)


def _selected(
    resource: Resource, books: Books, query: Mapping[str, str], since: datetime | None
) -> list[Row]:
    rows = _chosen(resource, books, query)
    if since is not None and resource.since:
        rows = [row for row in rows if row.updated > since]
    if _is_true(query, "createdByMyApp"):
        rows = [row for row in rows if row.id in books.made_by_apps]
    columns = Columns(resource, books)
    if query.get("where"):
        holds = where.parse(query["where"], columns)
        rows = [row for row in rows if holds(row)]
    return _ordered(columns, rows, query["order"]) if query.get("order") else rows


def _chosen(resource: Resource, books: Books, query: Mapping[str, str]) -> list[Row]:
    """By the parameters that have a name of their own."""
    rows = books.rows(resource.name)
    if resource.hides and not _is_true(query, resource.hides[2]):
        name, hidden, _ = resource.hides
        rows = [row for row in rows if row.fields[name] != hidden]
    key = books.table(resource.name).key
    for parameter, name in resource.filters.items():
        if parameter in query:
            rows = _among(rows, name, query[parameter], key=key)
    if resource.between_dates:
        rows = _between(rows, query.get("DateFrom"), query.get("DateTo"))
    if resource.pages and "searchTerm" in query:
        term = query["searchTerm"].casefold()
        rows = [row for row in rows if term in str(row.fields).casefold()]
    return rows


def _among(rows: list[Row], name: str, wanted: str, *, key: str) -> list[Row]:
    words = frozenset(wanted.casefold().split(","))
    if name == key:
        return [row for row in rows if row.id in words]
    return [row for row in rows if str(_field(row, name)).casefold() in words]


def _field(row: Row, name: str) -> Any:
    outer, _, inner = name.partition(".")
    value = row.read(outer)
    return value.get(inner) if inner and isinstance(value, dict) else value


def _between(rows: list[Row], first: str | None, last: str | None) -> list[Row]:
    if first is None and last is None:
        return rows
    try:
        low = date.fromisoformat((first or "0001-01-01")[:10])
        high = date.fromisoformat((last or "9999-12-31")[:10])
    except ValueError as reason:
        raise BadQuery(str(reason)) from reason
    return [row for row in rows if low <= date.fromisoformat(row.read("DateString")[:10]) <= high]


def _ordered(columns: Columns, rows: list[Row], order: str) -> list[Row]:
    """`Date DESC, InvoiceNumber`; rows without a value come first, as nulls do."""
    for part in reversed(order.split(",")):
        name, _, direction = part.strip().partition(" ")
        read = columns.field(name).read
        keyed = [(_sort_key(read(row)), row) for row in rows]
        descending = direction.strip().casefold() in {"desc", "descending"}
        keyed.sort(key=lambda pair: pair[0], reverse=descending)
        rows = [row for _, row in keyed]
    return rows


def _sort_key(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def _page(rows: list[Row], query: Mapping[str, str]) -> tuple[list[Row], dict[str, int]]:
    page = _positive(query.get("page"), default=1)
    size = min(_positive(query.get("pageSize"), default=PAGE_SIZE), MAX_PAGE_SIZE)
    start = (page - 1) * size
    about = {
        "page": page,
        "pageSize": size,
        "pageCount": math.ceil(len(rows) / size),
        "itemCount": len(rows),
    }
    return rows[start : start + size], about


def _positive(text: str | None, *, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise BadQuery(f"{text!r} is not a page")
    return int(text)
