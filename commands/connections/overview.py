"""The Connections page of a client, and the list of all clients with theirs."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for
from commands.clients.channels import client_here
from commands.clients.finding import working_client
from commands.clients.names import name_key
from commands.clients.standing import MARKS, Standing, standing
from commands.clients.summary import PURPOSES, lines, software_name
from commands.connections.cards import doubt_facts
from commands.connections.matching import Identity, doubts
from commands.connections.states import Action, actions
from commands.context import Context
from commands.permissions import Permission, visible
from commands.registry import Asked, command, reader
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
from storage.models import Client, Purpose
from storage.queries import details, overviews
from storage.queries.details import Detail, Details
from storage.queries.overviews import Having, Order, Wanted

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
    changes=False,
)
async def show(
    context: Context,
    *,
    client: Details | None = None,
    having: Having | None = None,
    order: Order = Order.NAME,
    search: str = "",
    page: int = 1,
) -> Answer:
    """See what is connected.

    In a client's own channel it shows that client, elsewhere all of yours. Beside each connection,
    Manage renews the sign-in, reads the lists again, changes or ends the connection.
    """
    if client is None and having is None:
        client = await _details_here(context)
    if client is not None:
        return _client_page(context, client)
    wanted = Wanted(
        having=having or Having.ALL,
        text=name_key(search) if search else "",
        order=order,
        only=visible(context.actor),
    )
    return await _practice_page(context, wanted, max(page, 1), search)


@reader(Details)
async def named(session: AsyncSession, asked: Asked) -> Details:
    """A client as it is named elsewhere; by its whole name, in one query with what is connected."""
    context = asked.context
    same = await details.called(
        session, context.workspace_id, name_key(asked.text), now=context.now
    )
    if len(same) == 1 and not same[0].client.is_archived:
        permission = asked.command.permission
        await authorise_for(session, context, permission, same[0].client, asked.invocation)
        return same[0]
    return await _details_of(session, context, await working_client(session, asked))


async def _details_here(context: Context) -> Details | None:
    client = await client_here(context)
    if client is None:
        return None
    async with context.tools.database.read() as session:
        return await _details_of(session, context, client)


async def _details_of(session: AsyncSession, context: Context, client: Client) -> Details:
    found = await details.of_client(session, context.workspace_id, client.id, now=context.now)
    assert found is not None, "clients are archived, never deleted"
    return found


def _client_page(context: Context, found: Details) -> Reply:
    """Both connections of a client: where they stand, and what can be done."""
    client = found.client
    parts: list[Part] = [Words(template="connections/page", data={"client": client.name})]
    for purpose in Purpose:
        other = next((d for p, d in found.connections.items() if p != purpose), None)
        parts += _row(
            context,
            client,
            purpose,
            found.connections.get(purpose),
            other=other,
            link_is_out=purpose in found.signing_in,
        )
    parts.append(
        Buttons(
            items=(
                Button(label="Lists", does=call("lists.show", client=client.id)),
                Button(label="All clients", does=call("connections.show", having=Having.ALL)),
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
    now = standing(detail, link_is_out=link_is_out)
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
        beside=_beside(client, detail, allowed, purpose),
    )
    yield SmallPrint(template="connections/row_detail", data=data)
    if now is Standing.EXPIRED:
        yield Buttons(items=(_button(client, detail, Action.RECONNECT, primary=True),))
    yield from _doubts(client, detail, other, now)


def _told(context: Context, detail: Detail) -> dict[str, Any]:
    return {
        "organisation": detail.organisation,
        "software": software_name(context.tools, detail.provider),
        "by": detail.by,
        "connected_at": detail.connected_at,
        "lists_read_at": detail.lists_read_at,
        "is_reading": detail.lists_lease_until is not None
        and detail.lists_lease_until > context.now,
        "consent_ends_at": detail.consent_ends_at,
        "since": detail.status_since,
        "reason": detail.status_reason,
        "erase_at": detail.erase_at,
    }


def _beside(
    client: Client, connection: Detail, allowed: Sequence[Action], purpose: Purpose
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


def _button(client: Client, connection: Detail, action: Action, *, primary: bool = False) -> Button:
    return Button(
        label=LABELS[action],
        does=_does(client, connection, action),
        style=Style.PRIMARY if primary else Style.PLAIN,
    )


def _does(client: Client, connection: Detail, action: Action) -> Invocation:
    if action is Action.CONNECT:
        return call("connections.connect", client=client.id)
    does = call(COMMANDS[action], connection=connection.id)
    if action in VERSIONED:
        return does.having(version=str(connection.version))
    return does


def _doubts(client: Client, detail: Detail, other: Detail | None, now: Standing) -> Iterator[Part]:
    """A name or anything else that does not fit, while it matters."""
    if now not in {Standing.CONNECTED, Standing.ATTENTION}:
        return
    own, others = _identity(detail), _still(other)
    found = doubts(client.name, own, others, accepted=detail.accepted_names)
    if found:
        ids: dict[str, str | int] = {"connection": detail.id, "version": detail.version}
        fine = Button(label="Names are fine", does=call("connections.names_fine", **ids))
        data = doubt_facts(client.name, found, own, others)
        yield Words(template="connections/doubts", data=data, beside=fine)


def _still(other: Detail | None) -> Identity | None:
    gone = {Standing.DISCONNECTED, Standing.ERASING, Standing.NOT_CONNECTED}
    if other is None or standing(other) in gone:
        return None
    return _identity(other)


def _identity(detail: Detail) -> Identity:
    return Identity(
        tenant_id=detail.tenant_id,
        name=detail.organisation,
        legal_name=detail.legal_name,
        country=detail.country,
        base_currency=detail.base_currency,
        is_demo=detail.is_demo,
    )


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
        data = {"client": client, "lines": told[client.id]}
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
