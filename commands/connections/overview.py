"""The Connections page of a client, and the list of all clients with theirs."""

from collections.abc import Iterator, Sequence
from typing import Any

from commands.clients.names import name_key
from commands.clients.summary import PURPOSES, lines, software_name
from commands.connections.cards import Subject, doubt_data, doubts
from commands.connections.states import MARKS, Action, Standing, actions, standing
from commands.context import Context
from commands.permissions import Permission, visible
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Filter,
    Invocation,
    Menu,
    Option,
    Part,
    Reply,
    SmallPrint,
    Style,
    Words,
    call,
)
from storage.models import Client, Connection, Organisation, Purpose
from storage.queries import overviews
from storage.queries.overviews import Detail, Having, Order, Wanted

PAGE = 10  # rows that can be read without scrolling far

LABELS = {
    Action.CONNECT: "Connect",
    Action.RECONNECT: "Reconnect",
    Action.REFRESH: "Refresh lists",
    Action.CHANGE: "Change connection",
    Action.DISCONNECT: "Disconnect",
    Action.DELETE: "Disconnect and delete client data",
    Action.UNDO: "Undo",
}
COMMANDS = {
    Action.RECONNECT: "connections.reconnect",
    Action.REFRESH: "lists.refresh_one",
    Action.CHANGE: "connections.change",
    Action.DISCONNECT: "connections.disconnect",
    Action.DELETE: "connections.delete",
    Action.UNDO: "connections.undo_delete",
}
VERSIONED = frozenset({Action.CHANGE, Action.DISCONNECT, Action.DELETE})
SHOWN = {
    Having.ALL: "All clients",
    Having.EXPIRED: "Expired",
    Having.ATTENTION: "Need attention",
    Having.MISSING: "Something not connected",
    Having.CONNECTED: "Connected",
}
SORTED = {
    Order.NAME: "By name",
    Order.STATUS: "Worst first",
    Order.OLDEST: "Oldest lists first",
    Order.SOFTWARE: "By software",
}


@command(
    "connections.show",
    usage="connections [<client>]",
    summary="what is connected, and manage it",
    permission=Permission.SEE_CLIENT,
)
async def show(
    context: Context,
    *,
    client: Client | None = None,
    having: Having = Having.ALL,
    order: Order = Order.NAME,
    search: str = "",
    page: int = 1,
) -> Answer:
    """The connections of one client, or of all of them."""
    if client is not None:
        return await client_page(context, client)
    wanted = Wanted(
        having=having,
        text=name_key(search) if search else "",
        order=order,
        only=visible(context.actor),
    )
    return await _practice_page(context, wanted, max(page, 1), search)


async def client_page(context: Context, client: Client) -> Reply:
    """Both connections of a client: where they stand, and what can be done."""
    async with context.tools.database.read() as session:
        found = await overviews.details(session, context.workspace_id, client.id)
        links = await overviews.open_links(session, context.workspace_id, client.id)
    by_purpose = {detail.connection.purpose: detail for detail in found}
    signing_in = {ticket.purpose for ticket in links if ticket.expires_at > context.now}
    parts: list[Part] = [Words(template="connections/page", data={"client": client.name})]
    for purpose in Purpose:
        other = next((d for p, d in by_purpose.items() if p != purpose), None)
        parts += _row(
            context,
            client,
            purpose,
            by_purpose.get(purpose),
            other=other,
            link_is_out=purpose in signing_in,
        )
    parts.append(
        Buttons(
            items=(
                Button(label="Lists", does=call("lists.show", client=client.id)),
                Button(label="All clients", does=call("connections.show")),
            )
        )
    )
    return Reply(parts=tuple(parts))


def _row(
    context: Context,
    client: Client,
    purpose: Purpose,
    detail: Detail | None,
    *,
    other: Detail | None,
    link_is_out: bool,
) -> Iterator[Part]:
    now = standing(detail.connection if detail else None, link_is_out=link_is_out)
    data: dict[str, Any] = {
        "title": PURPOSES[purpose],
        "mark": MARKS[now],
        "standing": now.value,
    }
    allowed = actions(now, purpose)
    if detail is None or now is Standing.NOT_CONNECTED:
        does = call("connections.connect", client=client.id)
        button = Button(label="Connect", does=does, description=f"Connect {PURPOSES[purpose]}")
        yield Words(template="connections/row_empty", data=data, beside=button)
        return
    data |= _told(context, detail)
    yield Words(
        template="connections/row",
        data=data,
        beside=_beside(client, detail.connection, allowed, purpose),
    )
    yield SmallPrint(template="connections/row_detail", data=data)
    if now is Standing.EXPIRED:
        yield Buttons(items=(_button(client, detail.connection, Action.RECONNECT, primary=True),))
    yield from _doubts(context, client, detail, other, now)


def _told(context: Context, detail: Detail) -> dict[str, Any]:
    connection = detail.connection
    return {
        "organisation": detail.organisation.name,
        "software": software_name(context.tools, connection.provider),
        "by": detail.person.name if detail.person else None,
        "connected_at": connection.connected_at,
        "lists_read_at": connection.lists_read_at,
        "is_reading": connection.lists_lease_until is not None
        and connection.lists_lease_until > context.now,
        "consent_ends_at": detail.grant.consent_ends_at if detail.grant else None,
        "since": connection.status_since,
        "reason": connection.status_reason,
        "erase_at": connection.erase_at,
    }


def _beside(
    client: Client, connection: Connection, allowed: Sequence[Action], purpose: Purpose
) -> Button | Menu:
    if len(allowed) == 1:
        return _button(client, connection, allowed[0])
    label = "Manage" if Action.DISCONNECT in allowed else "More"
    return Menu(
        label=label,
        items=tuple(
            _button(client, connection, action)
            for action in allowed
            if purpose is Purpose.DATA_HEALTH or action is not Action.DELETE
        ),
    )


def _button(
    client: Client, connection: Connection, action: Action, *, primary: bool = False
) -> Button:
    return Button(
        label=LABELS[action],
        does=_does(client, connection, action),
        style=Style.PRIMARY if primary else Style.PLAIN,
    )


def _does(client: Client, connection: Connection, action: Action) -> Invocation:
    if action is Action.CONNECT:
        return call("connections.connect", client=client.id)
    does = call(COMMANDS[action], connection=connection.id)
    if action in VERSIONED:
        return does.having(version=str(connection.version))
    return does


def _doubts(
    context: Context, client: Client, detail: Detail, other: Detail | None, now: Standing
) -> Iterator[Part]:
    """A name or anything else that does not fit, while it matters."""
    if now not in {Standing.CONNECTED, Standing.ATTENTION}:
        return
    subject = Subject(
        connection=detail.connection,
        client=client,
        organisation=detail.organisation,
        software=software_name(context.tools, detail.connection.provider),
        person=detail.person.name if detail.person else "",
        other=_still(other),
    )
    if doubts(subject):
        ids: dict[str, str | int] = {
            "connection": detail.connection.id,
            "version": detail.connection.version,
        }
        fine = Button(label="Names are fine", does=call("connections.names_fine", **ids))
        yield Words(template="connections/doubts", data=doubt_data(subject), beside=fine)


def _still(other: Detail | None) -> Organisation | None:
    gone = {Standing.DISCONNECTED, Standing.ERASING, Standing.NOT_CONNECTED}
    if other is None or standing(other.connection) in gone:
        return None
    return other.organisation


async def _practice_page(context: Context, wanted: Wanted, page: int, search: str) -> Reply:
    async with context.tools.database.read() as session:
        found = await overviews.page(
            session, context.workspace_id, wanted, offset=(page - 1) * PAGE, limit=PAGE
        )
        total = await overviews.count(session, context.workspace_id, wanted)
        told = await lines(session, context, found)
    here = call(
        "connections.show",
        having=wanted.having.value,
        order=wanted.order.value,
        search=search,
        page=page,
    )
    parts: list[Part] = [
        Words(
            template="connections/list",
            data={
                "total": total,
                "first": (page - 1) * PAGE + 1,
                "last": (page - 1) * PAGE + len(found),
                "having": SHOWN[wanted.having],
                "is_filtered": wanted.having is not Having.ALL,
                "search": search,
            },
        ),
        _filter("Show", "having", here, SHOWN, wanted.having),
        _filter("Sort", "order", here, SORTED, wanted.order),
        Filter(
            label="Find a client", name="client", does=call("connections.show"), source="clients"
        ),
    ]
    for client in found:
        open_it = Button(
            label="Open",
            does=call("connections.show", client=client.id),
            description=f"Connections of {client.name}",
        )
        data = {"client": client.name, "lines": told[client.id]}
        parts.append(Words(template="connections/list_row", data=data, beside=open_it))
    parts.append(Buttons(items=_turning(here, page, total)))
    return Reply(parts=tuple(parts))


def _filter(
    label: str, name: str, here: Invocation, labels: dict[Any, str], chosen: Having | Order
) -> Filter:
    kept = {k: v for k, v in here.arguments.items() if k not in {name, "page"}}
    options = tuple(Option(value=k.value, label=v) for k, v in labels.items())
    return Filter(
        label=label,
        name=name,
        does=Invocation(command=here.command, arguments=kept),
        options=options,
        chosen=next(o for o in options if o.value == chosen.value),
    )


def _turning(here: Invocation, page: int, total: int) -> tuple[Button, ...]:
    buttons = []
    if page > 1:
        buttons.append(Button(label="Previous", does=here.having(page=str(page - 1))))
    if page * PAGE < total:
        buttons.append(Button(label="Next", does=here.having(page=str(page + 1))))
    buttons.append(Button(label="Connect a client", does=call("connections.connect")))
    return tuple(buttons)
