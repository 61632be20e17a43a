"""Disconnect and delete: asked by name, undone for ten minutes, then gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record, record_as
from commands.connections.cards import connections_button, erasure_card, subject_of
from commands.connections.leaving import Leaving, leave
from commands.connections.stale import changed, check_version
from commands.connections.states import holds_organisation
from commands.context import Context, Tools
from commands.errors import Invalid
from commands.permissions import SYSTEM, Permission
from commands.registry import command, job
from commands.replies import Answer, Button, Form, Reply, TextField, Words, call, say
from storage.models import Connection, Purpose
from storage.queries import connections, health, ledger, lists, organisations, syncs

SECOND_THOUGHTS = timedelta(minutes=10)


@command("connections.delete", permission=Permission.DELETE_DATA)
async def delete(context: Context, *, connection: Connection, version: int) -> Answer:
    """Say what is erased, and have the client's name typed."""
    async with context.tools.database.read() as session:
        await check_version(session, context, connection, version)
        await _check_deletable(session, context, connection)
        subject = await subject_of(session, context.tools, connection)
        counted = await lists.counts(session, context.workspace_id, connection.id)
        others = await _others_with_its_data(session, connection)
        held = await _held(session, connection, others, context.now)
    return Form(
        title="Delete client data",
        submits=call("connections.delete_now", connection=connection.id, version=version),
        submit_label="Delete",
        close_label="Keep",
        parts=(
            Words(
                template="connections/deleting",
                data=subject.facts
                | {
                    "entries": sum(counted.values()),
                    **held,
                    "is_connected": holds_organisation(connection),
                    "is_organisation_kept": bool(others),
                    "minutes": SECOND_THOUGHTS // timedelta(minutes=1),
                },
            ),
        ),
        fields=(
            TextField(
                name="typed",
                label="Name of the client",
                hint=f"Type {subject.client.name} to confirm.",
            ),
        ),
    )


@command("connections.delete_now", permission=Permission.DELETE_DATA)
async def delete_now(
    context: Context, *, connection: Connection, version: int, typed: str
) -> Answer:
    """Disconnect if need be, and erase in ten minutes."""
    leaving = Leaving(detachments=())
    async with context.tools.database.begin() as session:
        fresh = await _locked(session, context, connection)
        await check_version(session, context, fresh, version)
        await _check_deletable(session, context, fresh)
        subject = await subject_of(session, context.tools, fresh)
        if _as_typed(typed) != _as_typed(subject.client.name):
            raise Invalid({"typed": f"That is not the client's name. Type {subject.client.name}."})
        if holds_organisation(fresh):
            leaving = await leave(session, context, fresh)
        fresh.schedule_erasure(by=context.actor.person_id, at=context.now + SECOND_THOUGHTS)
        await session.flush()
        record(
            session,
            context,
            "connection.erasure_asked",
            fresh,
            after={"organisation": subject.organisation.name, "at": str(fresh.erase_at)},
        )
        facts = subject.facts | {"at": fresh.erase_at, "who": context.actor.name}
        undo = Button(label="Undo", does=call("connections.undo_delete", connection=fresh.id))
        await _tell(
            session,
            context.tools,
            fresh,
            say("connections/erasure_pending", undo, **facts),
        )
    leaving.ring(context.tools)
    return say("connections/erasure_pending", undo, connections_button(subject.client), **facts)


@command("connections.undo_delete", permission=Permission.DELETE_DATA)
async def undo_delete(context: Context, *, connection: Connection) -> Answer:
    """In time: nothing is erased; it stays disconnected."""
    async with context.tools.database.begin() as session:
        fresh = await _locked(session, context, connection)
        if fresh.erase_at is None or fresh.erase_at <= context.now:
            raise await changed(session, context, fresh)
        subject = await subject_of(session, context.tools, fresh)
        fresh.keep()
        record(session, context, "connection.erasure_undone", fresh)
        await session.flush()
        facts = subject.facts | {"who": context.actor.name, "at": context.now}
        again = Button(
            label="Connect again",
            does=call("connections.connect", client=subject.client.id, purpose=fresh.purpose),
        )
        overview = connections_button(subject.client)  # stays true whatever is done next
        done = say("connections/erasure_undone", overview, **facts)
        await _tell(session, context.tools, fresh, done)
    return say("connections/kept", again, overview, **facts)


@job("connections.erase", due=connections.due_erasures)
async def erase(tools: Tools, key: str) -> None:
    """Its time is over: everything read from that ledger goes, and cannot come back."""
    now = tools.now()
    async with tools.database.begin() as session:
        connection = await connections.by_id(session, key, lock=True)
        if connection is None or connection.erase_at is None or connection.erase_at > now:
            return
        subject = await subject_of(session, tools, connection)
        await lists.erase(session, connection.workspace_id, connection.id)
        await _forget(session, connection, now)
        record_as(
            session,
            SYSTEM,
            "connection.erased",
            connection,
            now=now,
            before={"asked_by": connection.erase_asked_by},
            after={"organisation": subject.organisation.name},
        )
        connection.erase_at = connection.erase_asked_by = None
        await session.flush()
        reply = say("connections/erased", **subject.facts, at=now)
        await _tell(session, tools, connection, reply)


async def _forget(session: AsyncSession, connection: Connection, now: datetime) -> None:
    """What the ledger said about itself goes too, unless another connection still has it."""
    connection.erased_at = now
    connection.lists_read_at = connection.lists_error = None
    connection.status_reason = connection.accepted_names = None
    whose = (connection.workspace_id, connection.organisation_id)
    others = await _others_with_its_data(session, connection)
    if not others:
        await organisations.forget(session, *whose)
    if not any(other.purpose is Purpose.DATA_HEALTH for other in others):
        await ledger.erase(session, *whose)
        await syncs.erase(session, *whose)
        await health.erase(session, *whose)


async def _held(
    session: AsyncSession, connection: Connection, others: Sequence[Connection], now: datetime
) -> dict[str, int]:
    """What Data Health alone has of the organisation, as far as it goes with this connection."""
    found = None
    if not any(other.purpose is Purpose.DATA_HEALTH for other in others):
        found = await health.size(session, connection.workspace_id, connection.organisation_id)
    days = (now.date() - found.since).days if found and found.since else 0
    return {
        "transactions": found.transactions if found else 0,
        "findings": found.findings if found else 0,
        "scores": found.scores if found else 0,
        "months": round(days / 30.4),
    }


async def _others_with_its_data(
    session: AsyncSession, connection: Connection
) -> Sequence[Connection]:
    """Connections for which the same organisation was read, and which keep that."""
    same = await connections.of_organisation(
        session, connection.workspace_id, connection.organisation_id
    )
    return [other for other in same if other.id != connection.id and not other.erased_at]


async def _tell(session: AsyncSession, tools: Tools, connection: Connection, reply: Reply) -> None:
    subject = await subject_of(session, tools, connection)
    await tools.notify.post(
        session,
        workspace_id=connection.workspace_id,
        to=subject.recipient,
        reply=reply,
        card=erasure_card(connection),
    )


async def _check_deletable(session: AsyncSession, context: Context, connection: Connection) -> None:
    """Only Data Health is deleted (product §3.1), and only what is there."""
    gone = connection.erase_at is not None or connection.erased_at is not None
    if connection.purpose is not Purpose.DATA_HEALTH or gone:
        raise await changed(session, context, connection)


async def _locked(session: AsyncSession, context: Context, connection: Connection) -> Connection:
    fresh = await connections.find(session, context.workspace_id, connection.id, lock=True)
    assert fresh is not None
    return fresh


def _as_typed(name: str) -> str:
    """Case and spaces are forgiven, nothing else: what is typed has to be meant."""
    return " ".join(name.casefold().split())
