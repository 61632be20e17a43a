"""Reading QuickBooks' books: single rows, queries, and what changed since."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping.entities import (
    ENTITIES,
    TRANSACTIONS,
    UNSTARRED,
    render,
    whole,
)
from bot.sandbox.ledgers.quickbooks.reading import query
from bot.sandbox.ledgers.quickbooks.wire import pacific
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import json_bytes

CHANGES_GO_BACK = timedelta(days=30)
CHANGES_AT_MOST = 1_000
WITHOUT_CHANGES = frozenset({"TaxCode", "TaxRate", "TaxAgency", "TimeActivity", "JournalCode"})
ALWAYS_THERE = frozenset({"id", "synctoken", "metadata", "domain", "sparse", "active"})
ENVELOPE = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse"})
# QuickBooks' own examples spell these in two ways.
INSTANTS = {
    "metadata.createtime": lambda row: row.created,
    "metadata.lastupdatedtime": lambda row: row.updated,
}


class TooOld(ValueError):
    """Changes are not kept that long."""


class NotTracked(ValueError):
    """This entity's changes are not kept."""


def pack(books: Books) -> None:
    """Make the JSON of every row now, and keep nothing else of the transactions."""
    for kind in ENTITIES:
        for row in books.rows(kind):
            _json(kind, row)
    for kind in TRANSACTIONS:
        books.insert(kind, [_packed(row) for row in books.rows(kind)])


def _packed(row: Row) -> Row:
    return Row(
        id=row.id,
        created=row.created,
        updated=row.updated,
        version=row.version,
        wire=row.wire,
        unpack=_fields,
    )


def _fields(wire: bytes) -> Fields:
    fields: Fields = json.loads(wire, parse_float=Decimal)
    return {name: value for name, value in fields.items() if name not in ENVELOPE}


def read(books: Books, kind: str, wanted: str | None) -> dict[str, Any] | None:
    """One row with nothing left out."""
    if kind in {"CompanyInfo", "Preferences"}:
        return {kind: _raw(whole(kind, books.rows(kind)[0]))}
    row = books.get(kind, wanted or "")
    return {kind: _raw(whole(kind, row))} if row else None


def select(books: Books, statement: str) -> dict[str, Any]:
    """The `QueryResponse` of a statement; raises `BadStatement` or `BadRequest`."""
    asked = query.parse(statement)
    if asked.entity not in ENTITIES:
        raise query.BadRequest(f"Metadata not found for Entity: {asked.entity}")
    rows = books.rows(asked.entity)
    _check_names(asked, rows)
    found = list(_wanted(asked, rows))
    if asked.count:
        return {"totalCount": len(found)}
    for name, descending in reversed(asked.order):
        found.sort(key=partial(_order, name), reverse=descending)
    page = found[asked.start - 1 : asked.start - 1 + asked.limit]
    if not page:
        return {}
    return {
        asked.entity: [_json(asked.entity, row, extra=asked.extra) for row in page],
        "startPosition": asked.start,
        "maxResults": len(page),
    }


def changes(
    books: Books, kinds: Iterable[str], *, since: datetime, now: datetime
) -> dict[str, Any]:
    """What `/cdc` answers: one `QueryResponse` per entity, a thousand objects in all.

    Raises `TooOld` or `NotTracked`.
    """
    if since < now - CHANGES_GO_BACK:
        raise TooOld(f"cdc with changedSince date {since} which is older than fixed days")
    left = CHANGES_AT_MOST
    responses: list[dict[str, Any]] = []
    for kind in (each.strip() for each in kinds):
        if kind not in ENTITIES or kind in WITHOUT_CHANGES:
            raise NotTracked(f"cdc on entity {kind}")
        changed = list(islice(_changed(books, kind, since), left))
        left -= len(changed)
        page = {"startPosition": 1, "maxResults": len(changed)} if changed else {}
        responses.append({**({kind: changed} if changed else {}), **page})
    return {"CDCResponse": [{"QueryResponse": responses}]}


def _changed(books: Books, kind: str, since: datetime) -> Iterator[msgspec.Raw]:
    for row in books.rows(kind):
        if row.updated >= since:
            yield _json(kind, row, extra=UNSTARRED.get(kind, ()))
    for removal in books.removed[kind.casefold()]:
        if removal.at >= since:
            yield _raw(
                {
                    "domain": "QBO",
                    "status": "Deleted",
                    "Id": removal.id,
                    "MetaData": {"LastUpdatedTime": pacific(removal.at)},
                }
            )


def _json(kind: str, row: Row, *, extra: tuple[str, ...] = ()) -> msgspec.Raw:
    if extra:
        return _raw(render(kind, row, extra=extra))
    if row.wire is None:
        row.wire = json_bytes(render(kind, row))
    return msgspec.Raw(row.wire)


def _raw(fields: Fields) -> msgspec.Raw:
    return msgspec.Raw(json_bytes(fields))


def field_of(row: Row, name: str) -> Any:
    """The value of a field as statements compare it; None where there is none."""
    if name == "Id":
        return int(row.id) if row.id.isdecimal() else row.id
    if name == "SyncToken":
        return row.version
    instant = INSTANTS.get(name.casefold())
    if instant is not None:
        return instant(row).replace(microsecond=0)  # as the row itself says it
    value = query.value_at(row.fields, name)
    return value.get("value") if isinstance(value, dict) else value


def _order(name: str, row: Row) -> tuple[int, Any]:
    return query.sort_key(field_of(row, name))


def _check_names(asked: query.Select, rows: list[Row]) -> None:
    named = {condition.name for condition in asked.where}
    named |= {name for name, _ in asked.order} | set(asked.extra)
    for name in named:
        first = name.partition(".")[0]
        if first.casefold() in ALWAYS_THERE or not rows or any(first in row.fields for row in rows):
            continue
        raise query.BadRequest(f"Property {name} not found for Entity {asked.entity}")


def _wanted(asked: query.Select, rows: list[Row]) -> Iterator[Row]:
    """Inactive rows stay hidden unless the statement speaks of `Active`."""
    retires = bool(ENTITIES[asked.entity].archived)
    hides = retires and all(each.name != "Active" for each in asked.where)
    conditions = [_with_instants(each) for each in asked.where]
    for row in rows:
        if hides and row.fields.get("Active") is False:
            continue
        if all(each.holds_for(field_of(row, each.name)) for each in conditions):
            yield row


def _with_instants(condition: query.Condition) -> query.Condition:
    """A day alone, where an instant is compared, means its first moment in California."""
    if condition.name.casefold() not in INSTANTS:
        return condition
    return condition.read_as(_first_moment)


def _first_moment(text: str) -> str:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return text
    return datetime.combine(day, time(), tzinfo=query.PACIFIC).isoformat()
