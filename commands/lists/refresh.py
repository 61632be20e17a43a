"""Importing lists when they are due: on connecting, every 48 hours, when somebody asked."""

import asyncio
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.connections.cards import connections_button, subject_of
from commands.connections.contents import count_parts
from commands.connections.expiry import lose
from commands.context import Tools
from commands.heartbeat import beating
from commands.lists.copied import CopiedLists
from commands.lists.outcome import INACTIVE, next_reading, outcome
from commands.lists.reading import change_part
from commands.lists.run import (
    Run,
    Stopped,
    claim,
    describe,
    extend,
    hold,
    read_lists,
    release,
    tell,
)
from commands.lists.trouble import helps, recover, waiting, worry
from commands.permissions import SYSTEM
from commands.registry import job
from commands.replies import Buttons, Part, SmallPrint
from providers.errors import AuthorizationLost, ProviderError
from providers.records import Organisation as OrganisationRecord
from storage.models import Connection, Purpose
from storage.queries import connections, copied, imports, lists, publishing

log = structlog.get_logger()


@job("lists.refresh", due=imports.due)
async def refresh(tools: Tools, key: str) -> None:
    """Read everything this software has lists of; one page at a time, stopping when told to."""
    run = await claim(tools, key)
    if run is None:
        return
    try:
        async with beating(lambda: extend(run)):
            described = await _read(run)
        if described is None:
            await _wait(run)
        else:
            await _finish(run, described)
    except asyncio.CancelledError:
        await release(run)
        raise
    except Stopped:
        log.info("lists.stopped", connection=key, run=run.run_id)
    except AuthorizationLost as error:
        await _lose(run, error)
    except ProviderError as error:
        log.warning(
            "lists.failed",
            connection=key,
            provider=run.connection.provider,
            operation=error.operation,
            error=type(error).__name__,
            detail=str(error),
        )
        await _fail(run, error)


async def _read(run: Run) -> OrganisationRecord | None:
    """None where the lists wait for the first sync of the books."""
    connection, gateway = run.connection, run.tools.gateway
    assert connection.grant_id is not None
    provider = gateway.provider(connection.provider)
    async with gateway.open(
        connection.provider,
        tenant_id=run.organisation.tenant_id,
        grant_id=connection.grant_id,
        background=not run.is_awaited,
    ) as ledger:
        described = await describe(run, ledger)
        kinds = tuple(provider.capabilities.lists)
        if not run.is_copied:
            await read_lists(run, ledger, kinds)
        elif run.as_of is None:
            return None
        else:
            copy = CopiedLists(
                vendor=ledger, database=run.tools.database, organisation_id=run.organisation.id
            )
            await read_lists(run, copy, kinds)
        return described


async def _wait(run: Run) -> None:
    """Until the sync says that there is a copy; unless it did so just now."""
    async with run.tools.database.begin() as session:
        await hold(session, run)
        is_there = await _as_of(session, run) is not None
        due_at = run.tools.now() if is_there else None
        await imports.release(session, run.connection.id, run.run_id, due_at=due_at)
        subject = await subject_of(session, run.tools, run.connection)
        await tell(session, run, subject, [SmallPrint(template="lists/awaited")])


async def _as_of(session: AsyncSession, run: Run) -> datetime | None:
    return await copied.as_of(session, run.connection.workspace_id, run.organisation.id)


async def _turn(session: AsyncSession, run: Run, now: datetime) -> tuple[datetime, datetime | None]:
    """As of when the lists are, and when they are due again; None means with the next sync.

    Connected anew while a sync went on, they are as of then: it has read on since.
    """
    if not run.is_copied or run.as_of is None:
        return now, next_reading(run.connection.id, now)
    is_newer = await _as_of(session, run) != run.as_of
    return max(run.as_of, run.connection.connected_at), now if is_newer else None


async def _finish(run: Run, described: OrganisationRecord) -> None:
    now, tools = run.tools.now(), run.tools
    async with tools.database.begin() as session:
        connection = await _again(session, run)
        as_of, next_at = await _turn(session, run, now)
        if not await imports.finish(
            session, run.connection.id, run.run_id, now=as_of, next_at=next_at
        ):
            raise Stopped
        was_read = run.connection.lists_read_at is not None
        changes = {kind: change for kind, change in run.changes.items() if change}
        record_as(
            session,
            SYSTEM,
            "lists.read",
            connection,
            now=now,
            after={kind.value: len(change.changed) for kind, change in changes.items()},
        )
        if connection.purpose is Purpose.BOOKKEEPING:  # what they say decides how items are coded
            await publishing.items_changed(
                session, connection.workspace_id, connection.client_id, now=now
            )
        if described.is_active:
            await recover(session, run, connection, now)
        else:
            await worry(session, run, connection, INACTIVE, None)
        await session.flush()
        counts = await lists.counts(session, connection.workspace_id, connection.id)
        parts: list[Part] = [count_parts(counts)]
        if was_read:
            parts.append(change_part(changes))
        subject = await subject_of(session, tools, connection)
        await tell(session, run, subject, parts)


async def _again(session: AsyncSession, run: Run) -> Connection:
    """The row as it is now, kept from others."""
    connection = await connections.by_id(session, run.connection.id, lock=True)
    assert connection is not None
    run.asked_by = connection.lists_asked_by  # perhaps since it began
    return connection


async def _lose(run: Run, error: AuthorizationLost) -> None:
    tools, grant_id = run.tools, run.connection.grant_id
    assert grant_id is not None
    async with tools.database.begin() as session:
        await lose(session, tools, run.connection, error.reason)
    tools.jobs.submit("connections.tell_lost", grant_id)


async def _fail(run: Run, error: ProviderError) -> None:
    now, tools = run.tools.now(), run.tools
    found = outcome(error, attempt=run.connection.lists_attempts + 1, now=now)
    async with tools.database.begin() as session:
        connection = await _again(session, run)
        if not await imports.fail(
            session,
            run.connection.id,
            run.run_id,
            error=found.reason,
            next_at=found.next_at,
        ):
            return
        if run.is_copied:  # its sync says what is wrong
            return
        if found.needs_attention:
            await worry(session, run, connection, found.reason, found.next_at)
        await session.flush()
        subject = await subject_of(session, tools, connection)
        steps = (
            *helps(connection, found.reason, "Refresh lists"),
            connections_button(subject.client),
        )
        parts = [waiting(run, found, subject.software), Buttons(items=steps)]
        await tell(session, run, subject, parts)
