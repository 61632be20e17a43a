"""How fresh everything is, what runs, what waits, what failed and why: the exceptions by name."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.channels import client_here
from commands.clients.standing import MARKS, Standing, standing
from commands.clients.summary import software_name
from commands.connections.cards import connections_button
from commands.connections.losses import reconnect_button, way_back
from commands.context import Context
from commands.lists.outcome import HELPED_BY_SIGNING_IN
from commands.permissions import Permission, visible
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Part,
    Reply,
    SmallPrint,
    Style,
    Words,
    call,
)
from commands.sync.asking import is_running
from commands.sync.cards import sync_button
from commands.sync.mornings import STALE
from commands.sync.outcome import GOES_ON, HELPED_BY_RETRY
from commands.sync.streams import told
from storage.models import Client, Connection, Purpose, Status, Sync, SyncStream
from storage.queries import connections, freshness, organisations, syncs

PAGE = 10
DUE = ("next_at", "is_due", "attempts", "error", "goes_on")  # what the small print has of it


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
    comes next. What is as it should be is said in one line.
    """
    client = client or await client_here(context)
    async with context.tools.database.read() as session:
        if client is None:
            return await _practice(session, context, max(page, 1))
        return await _client(session, context, client)


async def _client(session: AsyncSession, context: Context, client: Client) -> Reply:
    both = await connections.of_client(session, context.workspace_id, client.id)
    by_purpose = {connection.purpose: connection for connection in both}
    connection = by_purpose.get(Purpose.DATA_HEALTH)
    sync: Sync | None = None
    streams: Mapping[str, SyncStream] = {}
    data: dict[str, Any] = {"client": client.name, "organisation": None}
    if connection is not None and standing(connection) is not Standing.NOT_CONNECTED:
        sync = await syncs.find(session, context.workspace_id, connection.organisation_id)
        streams = await syncs.streams(session, context.workspace_id, connection.organisation_id)
        data |= await _described(session, context, connection)
    detail = _exceptions(context, connection, sync, streams)
    data |= _facts(context, connection, sync, streams)
    data |= {
        "exceptions": any(detail.values()),
        "lists": _lists(context, by_purpose.get(Purpose.BOOKKEEPING)),
    }
    parts: list[Part] = [Words(template="sync/status", data=data)]
    if any(detail.values()) or data["next_at"]:
        due = {name: data[name] for name in DUE}
        parts.append(SmallPrint(template="sync/streams", data=detail | due))
    return Reply(parts=(*parts, Buttons(items=_steps(client, connection, sync))))


async def _described(
    session: AsyncSession, context: Context, connection: Connection
) -> dict[str, Any]:
    organisation = await organisations.find(
        session, context.workspace_id, connection.organisation_id
    )
    assert organisation is not None
    return {
        "organisation": organisation.name,
        "software": software_name(context.tools, connection.provider),
        "role": _role(context, connection.provider),
    }


def _role(context: Context, provider: str) -> str | None:
    known = {each.key: each.sign_in_role for each in context.tools.gateway.software()}
    return known.get(provider)


def _facts(
    context: Context,
    connection: Connection | None,
    sync: Sync | None,
    streams: Mapping[str, SyncStream],
) -> dict[str, Any]:
    is_live = connection is not None and connection.is_usable
    runs = sync is not None and is_running(sync, context.now)
    next_at = sync.due_at if sync is not None and is_live and not runs else None
    return {
        "mark": _mark(connection, sync),
        "standing": standing(connection).value,
        "reason": connection.status_reason if connection else None,
        "is_live": is_live,
        "is_running": runs,
        "began_at": sync.began_at if sync else None,
        "read": _read(sync, streams.values()) if sync is not None and runs else 0,
        "synced_at": sync.synced_at if sync else None,
        "next_at": next_at,
        "is_due": next_at is not None and next_at <= context.now,
        "error": sync.error if sync else None,
        "goes_on": sync is not None and sync.error in GOES_ON,
        "attempts": sync.attempts if sync else 0,
    }


def _read(sync: Sync, streams: Iterable[SyncStream]) -> int:
    """Records read since the run began; what earlier ones read does not count."""

    def is_of_it(stream: SyncStream) -> bool:
        if stream.walk_id is not None:
            return True
        ended_at, began_at = stream.complete_at, sync.began_at
        return ended_at is not None and began_at is not None and ended_at >= began_at

    return sum(stream.read for stream in streams if is_of_it(stream))


def _mark(connection: Connection | None, sync: Sync | None) -> str:
    now = standing(connection)
    if sync is None or sync.error is None or now is Standing.EXPIRED:
        return MARKS[now]
    return "○" if sync.error in GOES_ON else "▲"


def _exceptions(
    context: Context,
    connection: Connection | None,
    sync: Sync | None,
    streams: Mapping[str, SyncStream],
) -> dict[str, Any]:
    if connection is None or sync is None or sync.synced_at is None:
        return told((), {}, as_of=None, is_running=False)
    software = {each.key: each for each in context.tools.gateway.software()}
    known = software.get(connection.provider)
    return told(
        known.capabilities.streams if known else (),
        streams,
        as_of=sync.synced_at,
        is_running=is_running(sync, context.now),
    )


def _lists(context: Context, connection: Connection | None) -> dict[str, Any] | None:
    """Of the bookkeeping connection, which has no copy of the books."""
    if connection is None or standing(connection) is Standing.NOT_CONNECTED:
        return None
    lease = connection.lists_lease_until
    return {
        "software": software_name(context.tools, connection.provider),
        "standing": standing(connection).value,
        "is_frozen": not connection.is_usable,
        "is_reading": lease is not None and lease > context.now,
        "read_at": connection.lists_read_at,
        "next_at": connection.lists_due_at,
        "reason": connection.status_reason,
    }


def _steps(client: Client, connection: Connection | None, sync: Sync | None) -> tuple[Button, ...]:
    error = sync.error if sync else None
    steps: list[Button] = []
    if connection is not None and connection.is_usable:
        if error in HELPED_BY_SIGNING_IN:
            steps.append(reconnect_button(connection, Style.PRIMARY))
        steps.append(sync_button(client.id, primary=error in HELPED_BY_RETRY))
    elif connection is not None and connection.status == Status.EXPIRED:
        steps.append(way_back(connection))
    else:
        does = call("connections.connect", client=client.id, purpose=Purpose.DATA_HEALTH)
        steps.append(Button(label="Connect Data Health", does=does))
    return (*steps, connections_button(client))


async def _practice(session: AsyncSession, context: Context, page: int) -> Reply:
    only, offset = visible(context.actor), (page - 1) * PAGE
    stale_before = context.now - STALE
    rows = await freshness.exceptions(
        session,
        context.workspace_id,
        only=only,
        stale_before=stale_before,
        now=context.now,
        offset=offset,
        limit=PAGE + 1,
    )
    fresh = await freshness.fresh(
        session, context.workspace_id, only=only, stale_before=stale_before, now=context.now
    )
    lists = await freshness.lists(session, context.workspace_id, only=only)
    total = fresh.copies + offset + len(rows)
    rest = {"fresh": fresh._asdict(), "has_lines": bool(rows), "lists": lists._asdict()}
    here = call("sync.status")
    buttons = []
    if page > 1:
        buttons.append(Button(label="Previous", does=here.having(page=str(page - 1))))
    if len(rows) > PAGE:
        buttons.append(Button(label="Next", does=here.having(page=str(page + 1))))
    buttons.append(Button(label="Connections", does=call("connections.show", having="all")))
    is_anything = bool(total or lists.connections)
    parts: list[Part] = [Words(template="sync/practice", data={"is_anything": is_anything})]
    for row in rows[:PAGE]:
        parts += _told(_line(context, row, context.now))
    if fresh.copies or lists.connections or (is_anything and not rows):
        parts.append(Words(template="sync/practice_rest", data=rest))
    return Reply(parts=(*parts, Buttons(items=tuple(buttons))))


def _told(line: Mapping[str, Any]) -> Iterator[Part]:
    """An exception, and why it is one."""
    yield Words(template="sync/practice_line", data=line)
    if line["is_expired"] or (line["error"] and not line["is_running"]):
        yield SmallPrint(template="sync/practice_why", data=line)


def _line(context: Context, row: freshness.Copy, now: datetime) -> dict[str, Any]:
    return {
        "client": row.client_name,
        "software": software_name(context.tools, row.provider),
        "is_expired": row.status == Status.EXPIRED,
        "is_running": row.lease_until is not None and row.lease_until > now,
        "reason": row.reason,
        "synced_at": row.synced_at,
        "next_at": row.due_at if row.due_at is None or row.due_at > now else None,
        "error": row.error,
        "goes_on": row.error in GOES_ON,
    }
