"""QuickBooks' list entities: how each is kept, read and queried."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.sandbox.ledgers import query
from bot.sandbox.ledgers.books import Books, Fields, Row, Table
from bot.sandbox.ledgers.quickbooks_wire import pacific

CHANGES_GO_BACK = timedelta(days=30)
CHANGES_AT_MOST = 1_000
WITHOUT_CHANGES = frozenset({"TaxCode", "TaxRate", "TaxAgency"})
# SELECT * leaves these out; they come when they are named.
UNSTARRED = {"Item": ("Sku",)}

ACTIVE = {"Active": True}
INACTIVE = {"Active": False}


def _next_id(books: Books) -> str:
    return str(books.next_number())


def _list(kind: str, *, label: str = "Name", **blank: object) -> Table:
    return Table(
        kind=kind,
        key="Id",
        label=label,
        active=ACTIVE,
        archived=INACTIVE,
        blank=blank,
        new_key=_next_id,
    )


COMPANY = Table(kind="CompanyInfo", key="Id", label="CompanyName")
TABLES = (
    Table(kind="Preferences", key="Id", label="Id"),
    _list("Account", AccountType="Expense", Classification="Expense", SubAccount=False),
    _list("TaxCode", Taxable=True, TaxGroup=True, Hidden=False),
    _list("TaxRate", RateValue=0, SpecialTaxType="NONE", DisplayType="ReadOnly"),
    Table(kind="TaxAgency", key="Id", label="DisplayName", new_key=_next_id),
    _list("Vendor", label="DisplayName", Balance=0, Vendor1099=False),
    _list("Customer", label="DisplayName", Balance=0, Job=False, Taxable=True),
    _list("Item", Type="Service", Taxable=True, TrackQtyOnHand=False),
    _list("Class", SubClass=False),
    _list("Department", SubDepartment=False),
    _list("PaymentMethod", Type="NON_CREDIT_CARD"),
    _list("Term", Type="STANDARD", DueDays=30),
)
ENTITIES = {table.kind: table for table in (COMPANY, *TABLES)}
BY_PATH = {kind.casefold(): kind for kind in ENTITIES}


def render(kind: str, row: Row, *, extra: tuple[str, ...] = ()) -> Fields:
    """One row as the wire has it."""
    hidden = set(UNSTARRED.get(kind, ())) - set(extra)
    return {
        **{name: value for name, value in row.fields.items() if name not in hidden},
        "domain": "QBO",
        "sparse": False,
        "Id": row.id,
        "SyncToken": str(row.version),
        "MetaData": {
            "CreateTime": pacific(row.created),
            "LastUpdatedTime": pacific(row.updated),
        },
    }


def whole(kind: str, row: Row) -> Fields:
    """As a read by id has it: nothing left out."""
    return render(kind, row, extra=UNSTARRED.get(kind, ()))


def select(books: Books, statement: str) -> dict[str, Any]:
    """The `QueryResponse` of a statement; raises `BadStatement` or `BadRequest`."""
    asked = query.parse(statement)
    if asked.entity not in ENTITIES:
        raise query.BadRequest(f"Metadata not found for Entity: {asked.entity}")
    rows = [(row, whole(asked.entity, row)) for row in books.rows(asked.entity)]
    _check_names(asked, [wire for _, wire in rows])
    found = [(row, wire) for row, wire in rows if _wanted(asked, wire)]
    if asked.count:
        return {"totalCount": len(found)}
    for name, descending in reversed(asked.order):
        found.sort(key=partial(_order, name), reverse=descending)
    page = found[asked.start - 1 : asked.start - 1 + asked.limit]
    if not page:
        return {}
    return {
        asked.entity: [render(asked.entity, row, extra=asked.extra) for row, _ in page],
        "startPosition": asked.start,
        "maxResults": len(page),
    }


def _order(name: str, pair: tuple[Row, Fields]) -> tuple[int, Any]:
    return query.sort_key(query.value_at(pair[1], name))


def _check_names(asked: query.Select, rows: list[Fields]) -> None:
    named = {condition.name for condition in asked.where}
    named |= {name for name, _ in asked.order} | set(asked.extra)
    known = {name for row in rows for name in row} | {"Active"}
    for name in named:
        if rows and name.partition(".")[0] not in known:
            raise query.BadRequest(f"Property {name} not found for Entity {asked.entity}")


def _wanted(asked: query.Select, wire: Mapping[str, Any]) -> bool:
    """Inactive rows stay hidden unless the statement speaks of `Active`."""
    if wire.get("Active") is False and all(each.name != "Active" for each in asked.where):
        return False
    return all(query.matches(condition, wire) for condition in asked.where)


class TooOld(ValueError):
    """Changes are not kept that long."""


class NotTracked(ValueError):
    """This entity's changes are not kept."""


def changes(books: Books, kinds: list[str], *, since: datetime, now: datetime) -> dict[str, Any]:
    """What `/cdc` answers: one `QueryResponse` per entity, at most a thousand objects in all."""
    if since < now - CHANGES_GO_BACK:
        raise TooOld("changedSince: a date older than 30 days is not supported")
    left = CHANGES_AT_MOST
    responses: list[dict[str, Any]] = []
    for kind in kinds:
        if kind not in ENTITIES or kind in WITHOUT_CHANGES:
            raise NotTracked(f"{kind} is not supported by change data capture")
        changed = _changed(books, kind, since)[:left]
        left -= len(changed)
        page = {"startPosition": 1, "maxResults": len(changed)} if changed else {}
        responses.append({**({kind: changed} if changed else {}), **page})
    return {"CDCResponse": [{"QueryResponse": responses}]}


def _changed(books: Books, kind: str, since: datetime) -> list[Fields]:
    rows = [whole(kind, row) for row in books.rows(kind) if row.updated >= since]
    gone = [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": removal.id,
            "MetaData": {"LastUpdatedTime": pacific(removal.at)},
        }
        for removal in books.removed[kind.casefold()]
        if removal.at >= since
    ]
    return rows + gone
