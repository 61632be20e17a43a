"""What becomes of the messages about a connection that moves on: each ends in what is true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections import renewals
from commands.connections.cards import (
    asked_card,
    connected_card,
    connections_button,
    contents,
    subject_of,
    trouble_card,
    was_read,
)
from commands.connections.losses import back, hearers, tell_over
from commands.context import Tools
from commands.replies import Button, Buttons, Part, Reply, SmallPrint, Style, Words, call, say
from storage.models import Client, Connection, Purpose, Status
from storage.queries import audit, syncs

RECENT = 50  # events; more than happen between a trouble and its end


class How(StrEnum):
    """What ended a connecting; the value names the words."""

    DISCONNECTED = "disconnected"
    EXPIRED = "expired"
    RECONNECTED = "reconnected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """`who` is a name, None where it was nobody of the practice."""

    how: How
    at: datetime
    who: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What had been told of a connection before it changed, and under which names."""

    connection: Connection
    client: Client
    facts: dict[str, Any]
    connected_at: datetime
    connected: str
    contents: Sequence[Part]
    was_read: bool
    asked: str
    asked_by: str | None
    trouble: str | None
    lost_grant: str | None
    grant_id: str | None


async def told_of(session: AsyncSession, tools: Tools, connection: Connection) -> Told:
    """Read before the change: afterwards the messages go by other names."""
    subject = await subject_of(session, tools, connection)
    is_read = was_read(connection)
    return Told(
        connection=connection,
        client=subject.client,
        facts=subject.facts,
        connected_at=connection.connected_at,
        connected=connected_card(connection),
        contents=await contents(session, connection) if is_read else (),
        was_read=is_read,
        asked=asked_card(connection),
        asked_by=connection.lists_asked_by,
        trouble=await _open_trouble(session, connection),
        lost_grant=connection.grant_id if connection.status == Status.EXPIRED else None,
        grant_id=connection.grant_id,
    )


async def void_reading(session: AsyncSession, connection: Connection) -> None:
    """An import or a sync under way writes nothing more, and nobody waits for it."""
    if connection.purpose is Purpose.DATA_HEALTH:
        await syncs.void(session, connection.workspace_id, connection.organisation_id)
    connection.lists_run_id = connection.lists_lease_until = connection.lists_asked_by = None


async def conclude(session: AsyncSession, tools: Tools, told: Told, ending: Ending) -> None:
    """End the messages of what was, with the transaction and after the change is flushed."""
    workspace_id = told.connection.workspace_id
    facts = told.facts | {
        "how": ending.how.value,
        "who": ending.who,
        "at": ending.at,
        "was_read": told.was_read,
        "reason": told.connection.status_reason,
    }
    revised = [(told.connected, _connected_once(told, facts))]
    if told.trouble is not None:
        trouble_over = say("connections/trouble_over", *_buttons(told, ending), **facts)
        revised.append((told.trouble, trouble_over))
    for card, reply in revised:
        await tools.notify.revise(session, workspace_id=workspace_id, card=card, reply=reply)
    if told.asked_by is not None and ending.how is not How.RECONNECTED:
        await _tell_asker(session, tools, told, ending, _not_read(told, ending, facts))
    if told.lost_grant is not None and ending.how is not How.EXPIRED:
        await tell_over(
            session,
            tools,
            connection=told.connection,
            grant_id=told.lost_grant,
            reply=await _over(session, tools, told, facts),
        )
    if told.grant_id is not None and ending.how is not How.EXPIRED:
        await renewals.tell_over(
            session,
            tools,
            connection=told.connection,
            grant_id=told.grant_id,
            reply=await _renewed(session, tools, told, facts),
        )


async def _tell_asker(
    session: AsyncSession, tools: Tools, told: Told, ending: Ending, reply: Reply
) -> None:
    """Whoever is told of the expiry itself needs no second message: one that stands is ended."""
    assert told.asked_by is not None
    workspace_id = told.connection.workspace_id
    recipient = told.client.channel_id or told.connection.connected_by
    if ending.how is How.EXPIRED and told.asked_by in await hearers(
        session, told.connection, recipient
    ):
        await tools.notify.revise(session, workspace_id=workspace_id, card=told.asked, reply=reply)
        return
    await tools.notify.post(
        session, workspace_id=workspace_id, to=told.asked_by, reply=reply, card=told.asked
    )


def _connected_once(told: Told, facts: Mapping[str, Any]) -> Reply:
    """The message of the connecting: what it was, what was read, and what ended it."""
    return Reply(
        parts=(
            Words(template="connections/connected_once", data={**facts, "at": told.connected_at}),
            *told.contents,
            SmallPrint(template="connections/ended", data=facts),
        )
    )


def _not_read(told: Told, ending: Ending, facts: Mapping[str, Any]) -> Reply:
    """For whoever asked for its lists to be read again."""
    return Reply(
        parts=(
            Words(template="lists/refreshing", data=told.facts),
            Words(template="connections/reading_ended", data=facts),
            Buttons(items=_buttons(told, ending)),
        )
    )


async def _over(session: AsyncSession, tools: Tools, told: Told, facts: Mapping[str, Any]) -> Reply:
    """What told of its expiry, now that it is connected again or for good not."""
    if facts["how"] == How.RECONNECTED:
        return back(await subject_of(session, tools, told.connection))
    button = connections_button(told.client)
    return say("connections/expired_no_more", button, **facts)


async def _renewed(
    session: AsyncSession, tools: Tools, told: Told, facts: Mapping[str, Any]
) -> Reply:
    """What warned that its consent runs out, now that this one is not used any more."""
    button = connections_button(told.client)
    if facts["how"] != How.RECONNECTED:
        return say("connections/expired_no_more", button, **facts)
    subject = await subject_of(session, tools, told.connection)
    return say("connections/renewed", button, **subject.facts, at=facts["at"])


def _buttons(told: Told, ending: Ending) -> tuple[Button, ...]:
    overview = connections_button(told.client)
    if ending.how is not How.EXPIRED:
        return (overview,)
    again = call("connections.reconnect", connection=told.connection.id)
    return (Button(label="Reconnect", style=Style.PRIMARY, does=again), overview)


async def _open_trouble(session: AsyncSession, connection: Connection) -> str | None:
    """The name of the message that says its lists cannot be read, if one does."""
    events = await audit.of_subject(session, connection.workspace_id, connection.id, limit=RECENT)
    since = trouble_since([(event.action, event.at) for event in events])
    return trouble_card(connection, since) if since else None


def trouble_since(events: Sequence[tuple[str, datetime]]) -> datetime | None:
    """When what still needs attention began to, of (action, at) newest first."""
    for action, at in events:
        if action in {"connection.recovered", "connection.connected"}:
            return None
        if action == "connection.needs_attention":
            return at
    return None
