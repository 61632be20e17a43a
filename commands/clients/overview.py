"""The clients of the practice: a list to search and page through, and a card for each."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients import finding
from commands.clients.names import search_keys
from commands.clients.summary import lines
from commands.context import Context
from commands.permissions import Permission, may, visible
from commands.registry import AnyClient, command
from commands.replies import (
    Button,
    Buttons,
    Filter,
    Invocation,
    Menu,
    Part,
    Reply,
    Style,
    Words,
    call,
    say,
)
from storage.models import Client
from storage.queries import clients, people

PAGE = 10  # rows that can be read without scrolling far


@command(
    "clients.list",
    usage="clients [<search>]",
    summary="your clients, or those of a name",
    permission=Permission.SEE_CLIENT,
    aliases=("clients list", "clients show", "clients find"),
    changes=False,
)
async def show_list(
    context: Context, *, search: str = "", page: int = 1, archived: bool = False
) -> Reply:
    """List clients.

    Part of a name is enough. Everybody sees the clients they work for.
    """
    async with context.tools.database.read() as session:
        offset = (max(page, 1) - 1) * PAGE
        found = await finding.search(
            session, context, search, archived=archived, offset=offset, limit=PAGE
        )
        total = await _total(session, context, search, archived=archived)
        standing = await lines(session, context, found)
    data = {
        "search": search,
        "archived": archived,
        "total": total,
        "first": offset + 1,
        "last": offset + len(found),
        "may_add": may(context.actor, Permission.MANAGE_CLIENTS),
        "shown": len(found),
    }
    here = _page(search, page, archived=archived)
    parts: list[Part] = [Words(template="clients/list", data=data)]
    parts += [
        Words(
            template="clients/row",
            data={"client": client, "lines": standing[client.id]},
            beside=_beside(context, client, here),
        )
        for client in found
    ]
    if total > PAGE and not archived:
        parts.append(
            Filter(
                label="Find a client", name="client", does=call("clients.show"), source="clients"
            )
        )
    parts.append(Buttons(items=_turning(context, search, max(page, 1), total, archived=archived)))
    return Reply(parts=tuple(parts))


@command("clients.show", permission=Permission.SEE_CLIENT, changes=False)
async def show(context: Context, *, client: AnyClient) -> Reply:
    """One client: what is connected, where it is told, who works for it."""
    async with context.tools.database.read() as session:
        standing = await lines(session, context, [client])
        assigned = await people.assigned_to(session, context.workspace_id, client.id)
    data = {
        "client": client,
        "lines": standing[client.id],
        "people": [person.id for person in assigned],
    }
    beside = _beside(context, client, call("clients.show", client=client.id))
    return say("clients/card", *([beside] if beside else []), **data)


async def _total(session: AsyncSession, context: Context, search: str, *, archived: bool) -> int:
    only = visible(context.actor)
    total = 0
    for key in search_keys(search):
        total = await clients.count(
            session, context.workspace_id, key, only=only, archived=archived
        )
        if total:
            return total
    return total


def _page(search: str, page: int = 1, *, archived: bool) -> Invocation:
    return call("clients.list", search=search, page=page, archived="yes" if archived else "no")


def _beside(context: Context, client: Client, here: Invocation) -> Button | Menu | None:
    """What may be done with it; `here` shows it again."""
    if not may(context.actor, Permission.MANAGE_CLIENTS):
        return None if client.is_archived else _connections(client)
    if client.is_archived:
        return Button(
            label="Restore",
            does=call("clients.restore", client=client.id),
            description=f"Restore {client.name}",
        )
    rename = call("clients.rename", client=client.id, version=client.version)
    return Menu(
        label="Manage",
        items=(
            _connections(client),
            Button(label="Rename", does=rename),
            Button(label="Set channel", does=call("clients.channel", client=client.id)),
            Button(label="News of syncs", does=call("clients.notify", client=client.id)),
            Button(label="Archive", does=call("clients.archive", client=client.id)),
        ),
        shown_by=here,
    )


def _turning(
    context: Context, search: str, page: int, total: int, *, archived: bool
) -> tuple[Button, ...]:
    """What is below the list: other pages, adding, the archive."""
    here = _page(search, archived=archived)
    buttons: list[Button] = []
    if page > 1:
        buttons.append(Button(label="Previous", does=here.having(page=str(page - 1))))
    if page * PAGE < total:
        buttons.append(Button(label="Next", does=here.having(page=str(page + 1))))
    if may(context.actor, Permission.MANAGE_CLIENTS):
        add = call("clients.add", name=search) if search and not total else call("clients.add")
        style = Style.PLAIN if total else Style.PRIMARY
        buttons.append(Button(label="Add a client", does=add, style=style))
        other = Button(label="Archived clients", does=call("clients.list", archived="yes"))
        back = Button(label="Clients", does=call("clients.list"))
        buttons.append(back if archived else other)
    elif search:
        buttons.append(Button(label="All clients", does=call("clients.list")))
    return tuple(buttons)


def _connections(client: Client) -> Button:
    return Button(
        label="Connections",
        does=call("connections.show", client=client.id),
        description=f"Connections of {client.name}",
    )
