"""Imported lists to look at: an overview, and each list searched and paged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import Subject, connections_button, subject_of
from commands.connections.states import Standing, standing
from commands.context import Context
from commands.errors import Refused
from commands.lists.reading import COUNTED
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Form,
    Part,
    Reply,
    SmallPrint,
    Style,
    Table,
    TextField,
    Words,
    call,
)
from providers.records import ListKind
from storage.models import Client, ListEntry
from storage.queries import connections, lists

PAGE = 15  # rows of a table that fit without unfolding


class List(StrEnum):
    """A list by the word people type."""

    ACCOUNTS = "accounts"
    TAX = "tax"
    CONTACTS = "contacts"
    SUPPLIERS = "suppliers"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    TRACKING = "tracking"
    BANKS = "banks"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """How a list is shown. `columns` are {title: what of an entry}; `only` must hold of entries."""

    title: str
    kind: ListKind
    columns: Mapping[str, Callable[[ListEntry], str]]
    numeric: frozenset[int] = field(default_factory=frozenset)
    only: str | None = None


def _own(name: str) -> Callable[[ListEntry], str]:
    return lambda entry: str(entry.details.get(name) or "")


def _name(entry: ListEntry) -> str:
    if entry.removed_at is not None:
        return f"{entry.name} (gone)"
    return entry.name if entry.active else f"{entry.name} (archived)"


def _code(entry: ListEntry) -> str:
    return entry.code or ""


def _percent(entry: ListEntry) -> str:
    rate = entry.details.get("rate")
    return f"{rate} %" if rate is not None else ""


def _used_on(entry: ListEntry) -> str:
    on = [w for w, key in (("costs", "on_costs"), ("sales", "on_sales")) if entry.details.get(key)]
    return " and ".join(on)


def _roles(entry: ListEntry) -> str:
    roles = (("supplier", "is_supplier"), ("customer", "is_customer"))
    return " and ".join(word for word, key in roles if entry.details.get(key))


def _category(entry: ListEntry) -> str:
    return str(entry.details.get("category_name") or "category")


_CONTACT = {"Name": _name, "Is": _roles, "E-mail": _own("email"), "Currency": _own("currency")}

VIEWS = {
    List.ACCOUNTS: View(
        title="Chart of accounts",
        kind=ListKind.ACCOUNTS,
        columns={
            "Code": _code,
            "Name": _name,
            "Type": _own("account_type"),
            "Tax": _own("tax_rate"),
        },
    ),
    List.TAX: View(
        title="Tax rates",
        kind=ListKind.TAX_RATES,
        columns={"Name": _name, "Rate": _percent, "Used on": _used_on, "Code": _code},
        numeric=frozenset({1}),
    ),
    List.CONTACTS: View(title="Contacts", kind=ListKind.CONTACTS, columns=_CONTACT),
    List.SUPPLIERS: View(
        title="Suppliers", kind=ListKind.CONTACTS, columns=_CONTACT, only="is_supplier"
    ),
    List.CUSTOMERS: View(
        title="Customers", kind=ListKind.CONTACTS, columns=_CONTACT, only="is_customer"
    ),
    List.PRODUCTS: View(
        title="Products and services",
        kind=ListKind.PRODUCTS,
        columns={"Code": _code, "Name": _name},
    ),
    List.TRACKING: View(
        title="Tracking", kind=ListKind.TRACKING, columns={"Name": _name, "Belongs to": _category}
    ),
    List.BANKS: View(
        title="Bank accounts",
        kind=ListKind.BANK_ACCOUNTS,
        columns={
            "Name": _name,
            "Type": _own("bank_type"),
            "Number": _own("number"),
            "Currency": _own("currency"),
        },
    ),
}


@command(
    "lists.show",
    usage="lists <client> [accounts|tax|contacts|suppliers|customers|products|tracking|banks]",
    summary="a client's chart of accounts, contacts and other lists",
    permission=Permission.SEE_CLIENT,
)
async def show(
    context: Context,
    *,
    client: Client,
    which: List | None = None,
    search: str = "",
    page: int = 1,
    archived: bool = False,
) -> Answer:
    """One list of a client, or which there are."""
    async with context.tools.database.read() as session:
        subject = await _subject(session, context, client)
        if which is None:
            counts = await lists.counts(session, context.workspace_id, subject.connection.id)
            return _overview(context, subject, counts)
        return await _page(
            session, context, subject, which, _Wish(search=search, page=page, archived=archived)
        )


@command("lists.search", permission=Permission.SEE_CLIENT)
async def search(context: Context, *, client: Client, which: List) -> Answer:
    """Ask what to look for."""
    return Form(
        title="Search",
        submits=call("lists.show", client=client.id, which=which),
        submit_label="Search",
        parts=(
            Words(
                template="lists/searching",
                data={"client": client.name, "title": VIEWS[which].title},
            ),
        ),
        fields=(TextField(name="search", label="Part of a name or a code"),),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    search: str
    page: int
    archived: bool


async def _subject(session: AsyncSession, context: Context, client: Client) -> Subject:
    """The connection whose lists are shown: bookkeeping, else Data Health. Raises Refused."""
    both = await connections.of_client(session, context.workspace_id, client.id)
    read = [connection for connection in both if connection.lists_read_at is not None]
    there = [c for c in read or both if standing(c) is not Standing.NOT_CONNECTED]
    if not there:
        raise Refused(
            "lists/none",
            Button(
                label="Connect",
                style=Style.PRIMARY,
                does=call("connections.connect", client=client.id),
            ),
            client=client.name,
        )
    return await subject_of(session, context.tools, there[0])


def _overview(context: Context, subject: Subject, counts: Mapping[tuple[str, str], int]) -> Reply:
    by_record: dict[str, int] = {}
    for (_, record), number in counts.items():
        by_record[record] = by_record.get(record, 0) + number
    found = [(by_record[r], one, many) for r, one, many in COUNTED if r in by_record]
    client_id = subject.client.id
    shown = [
        Button(label=VIEWS[w].title, does=call("lists.show", client=client_id, which=w))
        for w in List
        if any(kind == VIEWS[w].kind for kind, _ in counts)
    ]
    parts: list[Part] = [
        Words(template="lists/overview", data=_facts(context, subject) | {"counts": found}),
    ]
    if shown:
        parts.append(Buttons(items=tuple(shown)))
    parts.append(Buttons(items=(_refresh(subject), connections_button(subject.client))))
    return Reply(parts=tuple(parts))


def _facts(context: Context, subject: Subject) -> dict[str, Any]:
    connection = subject.connection
    lease = connection.lists_lease_until
    return subject.facts | {
        "read_at": connection.lists_read_at,
        "is_reading": lease is not None and lease > context.now,
        "is_frozen": not connection.is_usable,
        "next_at": connection.lists_due_at,
    }


def _refresh(subject: Subject) -> Button:
    does = call("lists.refresh_one", connection=subject.connection.id)
    return Button(label="Refresh lists", does=does)


async def _page(
    session: AsyncSession, context: Context, subject: Subject, which: List, wish: _Wish
) -> Reply:
    view, connection = VIEWS[which], subject.connection
    page = max(wish.page, 1)
    found = await lists.search(
        session,
        context.workspace_id,
        connection.id,
        view.kind,
        wish.search,
        inactive=wish.archived,
        having=view.only,
        offset=(page - 1) * PAGE,
        limit=PAGE,
    )
    total = await lists.count(
        session,
        context.workspace_id,
        connection.id,
        view.kind,
        wish.search,
        inactive=wish.archived,
        having=view.only,
    )
    data = _facts(context, subject) | {
        "title": view.title,
        "total": total,
        "first": (page - 1) * PAGE + 1,
        "last": (page - 1) * PAGE + len(found),
        "search": wish.search,
        "archived": wish.archived,
    }
    parts: list[Part] = [Words(template="lists/page", data=data)]
    if found:
        parts.append(_table(view, found))
    parts.append(SmallPrint(template="lists/freshness", data=data))
    parts.append(Buttons(items=_turning(subject, which, wish, page=page, total=total)))
    return Reply(parts=tuple(parts))


def _table(view: View, found: Sequence[ListEntry]) -> Table:
    return Table(
        columns=tuple(view.columns),
        rows=tuple(tuple(cell(entry) for cell in view.columns.values()) for entry in found),
        caption=view.title,
        numeric=view.numeric,
    )


def _turning(
    subject: Subject, which: List, wish: _Wish, *, page: int, total: int
) -> tuple[Button, ...]:
    here = call(
        "lists.show",
        client=subject.client.id,
        which=which,
        search=wish.search,
        archived="yes" if wish.archived else "no",
    )
    buttons: list[Button] = []
    if page > 1:
        buttons.append(Button(label="Previous", does=here.having(page=str(page - 1))))
    if page * PAGE < total:
        buttons.append(Button(label="Next", does=here.having(page=str(page + 1))))
    find = call("lists.search", client=subject.client.id, which=which)
    buttons.append(Button(label="Search", does=find))
    other = here.having(archived="no" if wish.archived else "yes")
    buttons.append(Button(label="Hide archived" if wish.archived else "Show archived", does=other))
    buttons.append(Button(label="All lists", does=call("lists.show", client=subject.client.id)))
    return tuple(buttons)
