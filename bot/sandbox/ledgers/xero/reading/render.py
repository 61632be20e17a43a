"""Rows of the books as Xero writes them, and back."""

import json
import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import json_bytes
from bot.sandbox.ledgers.xero.reading.resources import Resource
from bot.sandbox.ledgers.xero.wire import ms_date

CENT = Decimal("0.01")
# A unit price with more decimals than whoever does not say unitdp=4 is given.
_FINE = re.compile(rb'("Unit(?:Amount|Price)":)(-?\d+\.\d{3,})')


def render(resource: Resource, books: Books, row: Row, *, archived: bool = True) -> Fields:
    """One row as the wire has it: dates spelled Xero's way, the key first."""
    table = books.table(resource.name)
    fields = {table.key: row.id, **row.fields}
    if resource.complete:
        fields |= resource.complete(books, row, archived)
    if resource.name == "BankTransfers":
        fields["CreatedDateUTC"] = row.created
        fields["CreatedDateUTCString"] = f"{row.created.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    if resource.stamp:
        fields[resource.stamp] = row.updated
    if resource.spells_stamp:
        fields["UpdatedDateUTCString"] = stamp_text(row.updated)
    return {name: ms_date(v) if isinstance(v, date) else v for name, v in fields.items()}


def stamp_text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def as_json(resource: Resource, books: Books, row: Row, *, archived: bool = True) -> bytes:
    """A row on the wire, written once between two changes."""
    if resource.complete:
        return json_bytes(render(resource, books, row, archived=archived))
    if row.wire is None:
        row.wire = json_bytes(render(resource, books, row))
    return row.wire


def without(wire: bytes, *, emptied: str | None, left_out: frozenset[str]) -> bytes:
    """A row in less detail: one list of it empty, other fields not there at all."""
    fields: Fields = json.loads(wire)
    kept: Fields = {name: value for name, value in fields.items() if name not in left_out}
    if emptied:
        kept[emptied] = []
    return json_bytes(kept)


def rounded_units(wire: bytes) -> bytes:
    """Unit prices with two decimals, as without unitdp=4."""
    return _FINE.sub(lambda found: found[1] + _two_decimals(found[2]), wire)


def _two_decimals(number: bytes) -> bytes:
    return str(Decimal(number.decode()).quantize(CENT, ROUND_HALF_UP)).encode()


def unpacked(key: str) -> Any:
    """How the fields of a packed row are read, in a list with this key."""

    def unpack(wire: bytes) -> Fields:
        fields: Fields = json.loads(wire, parse_float=Decimal)
        for name in (key, "UpdatedDateUTC", "UpdatedDateUTCString"):
            fields.pop(name, None)
        return fields

    return unpack
