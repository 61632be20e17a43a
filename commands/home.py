"""App Home: the practice at a glance, what needs somebody first."""

from collections.abc import Mapping, Sequence

from commands.clients.summary import Line, line_of, lines
from commands.context import Context
from commands.errors import HELP
from commands.permissions import Permission, has_clients, may, visible
from commands.registry import command
from commands.replies import Button, Buttons, Divider, Home, Part, Style, Words, call
from storage.models import Client, Status, Workspace
from storage.queries import clients, connections, workspaces
from storage.queries.connections import Row

PAGE = 10
MOST_TROUBLES = 6  # what is more is a list, not a glance


@command("home.show", changes=False)
async def show(context: Context, *, page: int = 1) -> Home:
    """The person's clients, worst first, then all of them by name."""
    only = visible(context.actor)
    page = max(page, 1)
    async with context.tools.database.read() as session:
        workspace = await workspaces.find(session, context.workspace_id)
        total = await clients.count(session, context.workspace_id, only=only)
        troubled = await connections.troubled(session, context.workspace_id, client_ids=only)
        mine = await clients.search(
            session,
            context.workspace_id,
            "",
            only=only,
            offset=(page - 1) * PAGE,
            limit=PAGE,
        )
        standing = await lines(session, context, mine)
    data = {
        "practice": workspace.name if workspace else None,
        "total": total,
        "troubled": len(troubled),
        "now": context.now,
    }
    header = Words(template="home/header", data=data)
    top = (header, Buttons(items=_steps(context, page, total)))
    if not total:
        empty = {"has_clients": has_clients(context.actor), "role": context.actor.role.value}
        return Home(parts=(*top, Divider(), Words(template="home/empty", data=empty)))
    return Home(
        parts=(
            *top,
            *_digest(context, workspace),
            *_troubles(context, troubled),
            *_mine(context, mine, standing),
            *_turning(page, total),
        )
    )


def _digest(context: Context, workspace: Workspace | None) -> tuple[Part, ...]:
    """Offered while there is none."""
    is_there = workspace is None or workspace.practice_channel_id is not None
    if is_there or not may(context.actor, Permission.MANAGE_CLIENTS):
        return ()
    choose = Button(label="Choose a channel", does=call("practice.channel"))
    return (Words(template="home/digest", beside=choose),)


def _troubles(context: Context, troubled: Sequence[Row]) -> tuple[Part, ...]:
    if not troubled:
        return ()
    rows = [
        Words(
            template="home/trouble",
            data={"client": row.client, "line": line_of(context.tools, row)},
            beside=_remedy(context, row),
        )
        for row in troubled[:MOST_TROUBLES]
    ]
    more = len(troubled) - len(rows)
    title = Words(template="home/troubles", data={"more": more})
    return (Divider(), title, *rows)


def _remedy(context: Context, row: Row) -> Button:
    """One step towards having it in order."""
    connection, client = row.connection, row.client
    has_expired = connection.status == Status.EXPIRED and connection.erase_at is None
    if has_expired and may(context.actor, Permission.CONNECT, client.id):
        return Button(
            label="Reconnect",
            does=call("connections.reconnect", connection=connection.id),
            description=f"Reconnect {client.name}",
        )
    return _connections(context, client)


def _mine(
    context: Context, mine: Sequence[Client], standing: Mapping[str, Sequence[Line]]
) -> tuple[Part, ...]:
    rows = [
        Words(
            template="clients/row",
            data={"client": client, "lines": standing[client.id]},
            beside=_manage(context, client, standing[client.id]),
        )
        for client in mine
    ]
    return (Divider(), Words(template="home/clients"), *rows)


def _manage(context: Context, client: Client, standing: Sequence[Line]) -> Button:
    is_known = any(line.is_connected for line in standing)
    if is_known or not may(context.actor, Permission.CONNECT, client.id):
        return _connections(context, client)
    return Button(
        label="Connect",
        does=call("connections.connect", client=client.id),
        description=f"Connect {client.name}",
    )


def _connections(context: Context, client: Client) -> Button:
    return Button(
        label="Manage" if may(context.actor, Permission.CONNECT, client.id) else "Connections",
        does=call("connections.show", client=client.id),
        description=f"Connections of {client.name}",
    )


def _steps(context: Context, page: int, total: int) -> tuple[Button, ...]:
    steps = []
    if may(context.actor, Permission.CONNECT):
        connect = call("connections.connect")
        steps.append(Button(label="Connect a client", does=connect, style=Style.PRIMARY))
    if total:
        steps.append(Button(label="Find a client", does=call("help.choose_client")))
    if may(context.actor, Permission.SEE_CLIENT):
        steps.append(Button(label="People", does=call("people.list")))
    steps.append(HELP)
    steps.append(Button(label="Refresh", does=call("home.show", page=page)))
    return tuple(steps)


def _turning(page: int, total: int) -> tuple[Part, ...]:
    buttons = []
    if page > 1:
        buttons.append(Button(label="Previous", does=call("home.show", page=page - 1)))
    if page * PAGE < total:
        buttons.append(Button(label="Next", does=call("home.show", page=page + 1)))
    return (Buttons(items=tuple(buttons)),) if buttons else ()
