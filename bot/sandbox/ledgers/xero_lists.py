"""Xero's list resources: what each is made of, and what a reader may ask of it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.sandbox.ledgers.books import Books, Fields, Row, Table
from bot.sandbox.ledgers.xero_wire import ms_date

PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000

LIVE = {"Status": "ACTIVE"}
ARCHIVED = {"Status": "ARCHIVED"}


def _next_tax_type(books: Books) -> str:
    return f"TAX{books.next_number():03d}"


ORGANISATION = Table(kind="Organisation", key="OrganisationID", label="Name")
TABLES = (
    Table(
        kind="Accounts",
        key="AccountID",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
        blank={
            "Code": "",
            "Type": "EXPENSE",
            "TaxType": "NONE",
            "Class": "EXPENSE",
            "EnablePaymentsToAccount": False,
            "ShowInExpenseClaims": False,
            "BankAccountType": "",
            "HasAttachments": False,
            "AddToWatchlist": False,
        },
    ),
    Table(
        kind="TaxRates",
        key="TaxType",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
        blank={
            "ReportTaxType": "NONE",
            "CanApplyToAssets": True,
            "CanApplyToEquity": True,
            "CanApplyToExpenses": True,
            "CanApplyToLiabilities": True,
            "CanApplyToRevenue": True,
            "DisplayTaxRate": 0.0,
            "EffectiveRate": 0.0,
            "TaxComponents": [],
        },
        new_key=_next_tax_type,
    ),
    Table(
        kind="Contacts",
        key="ContactID",
        label="Name",
        active={"ContactStatus": "ACTIVE"},
        archived={"ContactStatus": "ARCHIVED"},
        blank={
            "Addresses": [],
            "Phones": [],
            "ContactGroups": [],
            "ContactPersons": [],
            "IsSupplier": False,
            "IsCustomer": False,
            "HasAttachments": False,
            "HasValidationErrors": False,
        },
    ),
    Table(
        kind="Items",
        key="ItemID",
        label="Name",
        blank={
            "Code": "NEW",
            "PurchaseDetails": {},
            "SalesDetails": {},
            "IsTrackedAsInventory": False,
            "IsSold": True,
            "IsPurchased": True,
        },
    ),
    Table(
        kind="TrackingCategories",
        key="TrackingCategoryID",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
    ),
    Table(
        kind="TrackingOptions",
        key="TrackingOptionID",
        label="Name",
        active=LIVE,
        archived=ARCHIVED,
        parent="TrackingCategoryID",
        parent_kind="TrackingCategories",
    ),
    Table(kind="Currencies", key="Code", label="Description"),
    Table(kind="Users", key="UserID", label="EmailAddress"),
)


class BadQuery(ValueError):
    """A query parameter Xero could not make sense of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """`scopes` are alternatives, any of which opens it; `stamp` is the field of the last change."""

    name: str
    scopes: frozenset[str]
    stamp: str | None = "UpdatedDateUTC"
    since: bool = False
    pages: bool = False
    hides_archived: str | None = None  # the field that says so, unless includeArchived=true
    complete: Callable[[Books, Row, bool], Fields] | None = None  # told whether archived ones too


def _scopes(*names: str) -> frozenset[str]:
    return frozenset(each for name in names for each in (name, f"{name}.read"))


def _options(books: Books, category: Row, archived: bool) -> Fields:  # noqa: FBT001  # as called
    options = [
        {"TrackingOptionID": row.id, "Name": row.fields["Name"], "Status": row.fields["Status"]}
        for row in books.rows("TrackingOptions")
        if row.fields["TrackingCategoryID"] == category.id
        and (archived or row.fields["Status"] == "ACTIVE")
    ]
    return {"Options": options}


SETTINGS = _scopes("accounting.settings")
RESOURCES = {
    resource.name.casefold(): resource
    for resource in (
        Resource(name="Organisation", scopes=SETTINGS, stamp=None),
        Resource(name="Accounts", scopes=SETTINGS, since=True),
        Resource(name="TaxRates", scopes=SETTINGS, stamp=None),
        Resource(
            name="Contacts",
            scopes=_scopes("accounting.contacts"),
            since=True,
            pages=True,
            hides_archived="ContactStatus",
        ),
        Resource(
            name="Items", scopes=_scopes("accounting.settings", "accounting.invoices"), since=True
        ),
        Resource(
            name="TrackingCategories",
            scopes=SETTINGS,
            stamp=None,
            hides_archived="Status",
            complete=_options,
        ),
        Resource(name="Currencies", scopes=SETTINGS, stamp=None),
        Resource(name="Users", scopes=SETTINGS, since=True),
    )
}

SUMMARY_DROPS = frozenset(
    {"Addresses", "Phones", "ContactPersons", "ContactGroups", "BankAccountDetails", "Balances"}
)


def plural(resource: Resource) -> str:
    """The key of the array in the body."""
    return "Organisations" if resource.name == "Organisation" else resource.name


def render(resource: Resource, books: Books, row: Row, *, archived: bool = True) -> Fields:
    """One row as the wire has it: dates spelled Xero's way, the key first."""
    table = books.table(resource.name)
    fields = {table.key: row.id, **row.fields}
    if resource.complete:
        fields |= resource.complete(books, row, archived)
    if resource.stamp:
        fields[resource.stamp] = row.updated
    return {name: ms_date(v) if isinstance(v, date) else v for name, v in fields.items()}


def listing(
    resource: Resource, books: Books, query: Mapping[str, str], *, since: datetime | None
) -> dict[str, Any]:
    """The part of the body that is this resource's; raises `BadQuery`."""
    if "where" in query:
        raise BadQuery("the stand-in does not read where= expressions")
    rows = _asked_for(resource, books, query)
    if since is not None and resource.since:
        rows = [row for row in rows if row.updated > since]
    rows = _ordered(resource, rows, query.get("order"), key=books.table(resource.name).key)
    body: dict[str, Any] = {}
    if resource.pages and ("page" in query or "pageSize" in query):
        rows, body["pagination"] = _page(rows, query)
    archived = _archived_too(query)
    wire = [render(resource, books, row, archived=archived) for row in rows]
    if resource.pages and query.get("summaryOnly", "").casefold() == "true":
        wire = [{k: v for k, v in each.items() if k not in SUMMARY_DROPS} for each in wire]
    return {**body, plural(resource): wire}


def _archived_too(query: Mapping[str, str]) -> bool:
    return query.get("includeArchived", "").casefold() == "true"


def _asked_for(resource: Resource, books: Books, query: Mapping[str, str]) -> list[Row]:
    rows = books.rows(resource.name)
    status = resource.hides_archived
    if status and not _archived_too(query):
        rows = [row for row in rows if row.fields[status] == "ACTIVE"]
    if resource.pages and "IDs" in query:
        wanted = set(query["IDs"].casefold().split(","))
        rows = [row for row in rows if row.id in wanted]
    if resource.pages and "searchTerm" in query:
        term = query["searchTerm"].casefold()
        rows = [row for row in rows if term in str(row.fields).casefold()]
    return rows


def _ordered(resource: Resource, rows: list[Row], order: str | None, *, key: str) -> list[Row]:
    if not order:
        return rows
    name, _, direction = order.partition(" ")
    descending = direction.strip().casefold() in {"desc", "descending"}
    if name.casefold() == "updateddateutc" and resource.stamp:
        return sorted(rows, key=lambda row: row.updated, reverse=descending)
    if name.casefold() == key.casefold():
        return sorted(rows, key=lambda row: row.id, reverse=descending)
    if name == key:
        return sorted(rows, key=lambda row: row.id, reverse=descending)
    if any(name not in row.fields for row in rows):
        raise BadQuery(f"No property or field '{name}' exists")
    return sorted(rows, key=lambda row: str(row.fields[name]), reverse=descending)


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
