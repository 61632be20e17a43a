"""How fresh everything is, what runs, what waits, what failed and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.channels import client_here
from commands.clients.standing import MARKS, Standing, standing
from commands.clients.summary import software_name
from commands.connections.cards import connections_button
from commands.context import Context
from commands.permissions import Permission, visible
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Part, Reply, SmallPrint, Words, call
from commands.sync.asking import is_running
from commands.sync.cards import sync_button
from storage.models import Client, Connection, Purpose, Sync, SyncStream
from storage.queries import connections, organisations, syncs

PAGE = 10


@command(
    "sync.status",
    usage="status [<client>]",
    summary="how fresh everything is",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def status(context: Context, *, client: Client | None = None, page: int = 1) -> Answer:
    """See how fresh each client's copy of the ledger is.

    When it was last brought up to date, what is being read now, what failed and why, and what
    comes next.
    """
    client = client or await client_here(context)
    async with context.tools.database.read() as session:
        if client is None:
            return await _practice(session, context, max(page, 1))
        return await _client(session, context, client)


async def _client(session: AsyncSession, context: Context, client: Client) -> Reply:
    connection = await connections.for_purpose(
        session, context.workspace_id, client.id, Purpose.DATA_HEALTH
    )
    sync: Sync | None = None
    streams: Mapping[str, SyncStream] = {}
    data: dict[str, Any] = {"client": client.name, "standing": standing(connection).value}
    if connection is not None and standing(connection) is not Standing.NOT_CONNECTED:
        sync = await syncs.find(session, context.workspace_id, connection.organisation_id)
        streams = await syncs.streams(session, context.workspace_id, connection.organisation_id)
        organisation = await organisations.find(
            session, context.workspace_id, connection.organisation_id
        )
        assert organisation is not None
        data |= {
            "organisation": organisation.name,
            "software": software_name(context.tools, connection.provider),
        }
    data |= _facts(connection, sync, context.now)
    parts: list[Part] = [Words(template="sync/status", data=data)]
    if streams:
        told = {"streams": _streams(context, connection, streams)}
        parts.append(SmallPrint(template="sync/streams", data=told))
    is_live = connection is not None and connection.is_usable
    own = (sync_button(client.id),) if is_live else ()
    return Reply(parts=(*parts, Buttons(items=(*own, connections_button(client)))))


def _facts(connection: Connection | None, sync: Sync | None, now: datetime) -> dict[str, Any]:
    is_live = connection is not None and connection.is_usable
    return {
        "mark": MARKS[standing(connection)] if sync is None or not sync.error else "▲",
        "is_live": is_live,
        "is_running": sync is not None and is_running(sync, now),
        "began_at": sync.began_at if sync else None,
        "synced_at": sync.synced_at if sync else None,
        "next_at": sync.due_at if sync and is_live else None,
        "error": sync.error if sync else None,
        "attempts": sync.attempts if sync else 0,
        "outcome": sync.outcome if sync else {},
    }


def _streams(
    context: Context, connection: Connection | None, found: Mapping[str, SyncStream]
) -> list[dict[str, Any]]:
    assert connection is not None
    provider = context.tools.gateway.provider(connection.provider)
    return [
        {
            "title": stream.title,
            "at": found[stream.name].complete_at,
            "is_under_way": found[stream.name].walk_id is not None,
            "read": found[stream.name].read,
            "total": found[stream.name].total,
            "refused": found[stream.name].refused,
        }
        for stream in provider.capabilities.streams
        if stream.name in found
    ]


async def _practice(session: AsyncSession, context: Context, page: int) -> Reply:
    only = visible(context.actor)
    rows = await syncs.freshness(
        session, context.workspace_id, only=only, offset=(page - 1) * PAGE, limit=PAGE + 1
    )
    shown = rows[:PAGE]
    lines = [
        {
            "client": row.client_name,
            "software": software_name(context.tools, row.provider),
            "is_running": row.lease_until is not None and row.lease_until > context.now,
            "synced_at": row.synced_at,
            "next_at": row.due_at,
            "error": row.error,
        }
        for row in shown
    ]
    here = call("sync.status")
    buttons = []
    if page > 1:
        buttons.append(Button(label="Previous", does=here.having(page=str(page - 1))))
    if len(rows) > PAGE:
        buttons.append(Button(label="Next", does=here.having(page=str(page + 1))))
    words = Words(template="sync/practice", data={"lines": lines, "page": page})
    return Reply(parts=(words, Buttons(items=tuple(buttons))) if buttons else (words,))
