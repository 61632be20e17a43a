"""What is told while a client's lists cannot be read, and once they can be again."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.connections.cards import connections_button, subject_of, trouble_card
from commands.connections.losses import reconnect_button
from commands.context import Tools
from commands.lists.outcome import HELPED_BY_SIGNING_IN, WAITING, Outcome
from commands.lists.run import Run
from commands.permissions import SYSTEM
from commands.replies import Button, Part, Style, Words, call, say
from storage.models import Connection, Status


def waiting(run: Run, found: Outcome, software: str) -> Part:
    data = {
        "reason": found.reason,
        "is_waiting": found.reason in WAITING,
        "software": software,
        "next_at": found.next_at,
        "role": _role(run.tools, run.connection, found.reason),
    }
    return Words(template="lists/waiting_again", data=data)


def _role(tools: Tools, connection: Connection, reason: str | None) -> str | None:
    """Of whom that software lets in; None where it is not set up any more."""
    if reason == "unconfigured":
        return None
    return tools.gateway.provider(connection.provider).sign_in_role


async def worry(
    session: AsyncSession, run: Run, connection: Connection, reason: str, next_at: datetime | None
) -> None:
    """Tell the client's channel once, and again only if the reason changes.

    A spent allowance comes back by itself: whoever waits reads of it, and the channel only where
    it was told of something else before.
    """
    if connection.status == Status.ATTENTION and connection.status_reason == reason:
        return
    now, tools = run.tools.now(), run.tools
    is_told = connection.status == Status.ATTENTION and connection.status_reason not in WAITING
    if is_told:
        await _outdate(session, tools, connection)
    connection.worry(reason=reason, now=now)
    record_as(
        session,
        SYSTEM,
        "connection.needs_attention",
        connection,
        now=now,
        after={"reason": reason},
    )
    await session.flush()
    if is_told or reason not in WAITING:
        await _tell_trouble(session, tools, connection, next_at)


async def _tell_trouble(
    session: AsyncSession, tools: Tools, connection: Connection, next_at: datetime | None
) -> None:
    subject, reason = await subject_of(session, tools, connection), connection.status_reason
    data = subject.facts | {
        "reason": reason,
        "is_waiting": reason in WAITING,
        "next_at": next_at,
        "read_at": connection.lists_read_at,
        "role": _role(tools, connection, reason),
    }
    steps = (*helps(connection, reason, "Retry"), connections_button(subject.client))
    reply = say("lists/trouble", *steps, **data)
    await tools.notify.post(
        session,
        workspace_id=connection.workspace_id,
        to=subject.recipient,
        reply=reply,
        card=trouble_card(connection, connection.status_since),
    )


def helps(connection: Connection, reason: str | None, label: str) -> tuple[Button, ...]:
    """What to do about it, trying again being called so; nothing where only time helps."""
    if reason in WAITING:
        return ()
    if reason in HELPED_BY_SIGNING_IN:
        return (reconnect_button(connection, Style.PRIMARY),)
    retry = call("lists.refresh_one", connection=connection.id)
    return (Button(label=label, does=retry, style=Style.PRIMARY),)


async def _outdate(session: AsyncSession, tools: Tools, connection: Connection) -> None:
    """Something else is wrong by now: the older message loses its button to a new one."""
    subject = await subject_of(session, tools, connection)
    await tools.notify.revise(
        session,
        workspace_id=connection.workspace_id,
        card=trouble_card(connection, connection.status_since),
        reply=say("lists/trouble_changed", **subject.facts),
    )


async def recover(session: AsyncSession, run: Run, connection: Connection, now: datetime) -> None:
    if connection.status != Status.ATTENTION:
        return
    subject = await subject_of(session, run.tools, connection)
    await run.tools.notify.revise(
        session,
        workspace_id=connection.workspace_id,
        card=trouble_card(connection, connection.status_since),
        reply=say("lists/back", **subject.facts, at=now),
    )
    connection.recover(now=now)
    record_as(session, SYSTEM, "connection.recovered", connection, now=now)
