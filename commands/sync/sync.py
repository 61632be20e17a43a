"""Bringing the copy of an organisation's books up to date when it is due."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.connections.expiry import lose
from commands.context import Tools
from commands.permissions import SYSTEM
from commands.registry import job
from commands.sync.cards import outcome_of, tell_done, tell_failed, tell_lost
from commands.sync.outcome import HELPED_BY_SOMEBODY, Failure, failure, poisoned, vanished
from commands.sync.plan import REST
from commands.sync.progress import count_calls, tell_pause, tell_progress
from commands.sync.run import Run, Stopped, Vanished, claim, read
from commands.sync.schedule import next_sync
from commands.sync.worries import held, recover, worry
from providers.errors import AuthorizationLost, ProviderError
from providers.pauses import watched
from storage.models import ledger
from storage.queries import copied, health, organisations, syncs

log = structlog.get_logger()

GATHER = timedelta(seconds=20)  # what a vendor tells within this is read at once
POISONED = 3  # runs in a row that died without a word and without storing a page


@job("sync.bring", due=syncs.due)
async def bring(tools: Tools, key: str) -> None:
    """One run: every stream, a page at a time, stopping when told to."""
    run = await claim(tools, key)
    if run is None:
        return
    if run.sync.strays >= POISONED:
        await _fail(run, poisoned(now=tools.now(), attempt=run.sync.attempts + 1))
        return
    try:
        await _read(run)
        await _finish(run)
    except asyncio.CancelledError:  # we are told to end: whoever is next need not wait
        await _release(run)
        raise
    except Stopped:
        log.info("sync.stopped", organisation=key, run=run.run_id)
    except AuthorizationLost as error:
        await _lose(run, error)
    except Vanished as error:
        found = vanished(
            error.stream.name,
            error.stream.title,
            gone=error.gone,
            of=error.of,
            now=tools.now(),
        )
        await _fail(run, found)
    except ProviderError as error:
        _log(run, error)
        attempt = run.sync.attempts + 1
        found = failure(error, attempt=attempt, is_awaited=run.is_awaited, now=tools.now())
        await _fail(run, found)


async def _read(run: Run) -> None:
    connection, gateway = run.connection, run.tools.gateway
    assert connection.grant_id is not None
    provider = gateway.provider(connection.provider)
    streams = provider.capabilities.streams
    with watched(partial(tell_pause, run)):
        async with gateway.open(
            connection.provider,
            tenant_id=run.organisation.tenant_id,
            grant_id=connection.grant_id,
            background=not run.is_awaited,
        ) as books:
            await read(run, books, streams, prepare=count_calls, tell=tell_progress)


async def _finish(run: Run) -> None:
    now, tools = run.tools.now(), run.tools
    workspace_id, own = run.sync.workspace_id, run.organisation.id
    found = outcome_of(run.tallies, seconds=(now - run.started_at).total_seconds())
    async with tools.database.begin() as session:
        connections = await held(session, run)
        next_at = await _next_turn(session, run, now)
        await _hear_who_asked(session, run)
        if not await syncs.finish(
            session,
            own,
            run.run_id,
            began_at=run.began_at,
            next_at=next_at,
            nudged_at=now + GATHER,
            outcome=found,
        ):
            raise Stopped
        record_as(
            session,
            SYSTEM,
            "sync.finished",
            run.connection,
            now=now,
            after={name: found[name] for name in ("read", "new", "changed", "gone")},
        )
        following = await _follow(session, run, now)
        recover(session, connections, run.sync.error, now)
        await session.flush()
        await tell_done(session, run, found, next_at=next_at)
        for asker in run.sync.askers[-1:]:  # who hears what the checks make of it, too
            await health.want(session, workspace_id, [own], now=now, asked_by=asker)
    if run.is_first:
        await tools.database.vacuum((*ledger.RECORDS, *ledger.PARTS, ledger.postings))
    tools.jobs.submit("health.recalculate", own)
    for connection_id in following:
        tools.jobs.submit("lists.refresh", connection_id)
    log.info("sync.finished", organisation=own, **_counts(found))


async def _hear_who_asked(session: AsyncSession, run: Run) -> None:
    """Some may have joined since it began."""
    fresh = await syncs.find(session, run.sync.workspace_id, run.organisation.id)
    run.sync.askers = fresh.askers if fresh else []


async def _next_turn(session: AsyncSession, run: Run, now: datetime) -> datetime:
    turn = await _turn(session, run, now)
    goes_on = any(run.tallies[name].new for name in run.resting)
    return min(turn, now + REST) if goes_on else turn


async def _turn(session: AsyncSession, run: Run, now: datetime) -> datetime:
    if run.is_targeted and run.sync.next_at:
        return run.sync.next_at
    described = await organisations.find(session, run.sync.workspace_id, run.organisation.id)
    zone = described.time_zone if described else None  # perhaps known only since it began
    return next_sync(run.sync.slot, zone, now, every=run.tools.sync_every)


async def _follow(session: AsyncSession, run: Run, now: datetime) -> Sequence[str]:
    """The lists are taken out of the copy; not for a few records that the vendor has named."""
    if run.is_targeted:
        return ()
    return await copied.follow(session, run.sync.workspace_id, run.organisation.id, now=now)


async def _release(run: Run) -> None:
    async with run.tools.database.begin() as session:
        await syncs.release(session, run.organisation.id, run.run_id)


def _counts(found: dict[str, object]) -> dict[str, object]:
    return {name: found[name] for name in ("read", "new", "changed", "gone", "seconds")}


async def _fail(run: Run, found: Failure) -> None:
    async with run.tools.database.begin() as session:
        connections = await held(session, run)
        await _hear_who_asked(session, run)
        if not await syncs.fail(
            session,
            run.organisation.id,
            run.run_id,
            error=found.reason,
            next_at=found.next_at,
            is_over=found.reason in HELPED_BY_SOMEBODY,
        ):
            return
        if found.is_told:
            worry(session, connections, found.reason, run.tools.now())
            await session.flush()
            await tell_failed(session, run, found)


async def _lose(run: Run, error: AuthorizationLost) -> None:
    tools, grant_id = run.tools, run.connection.grant_id
    assert grant_id is not None
    async with tools.database.begin() as session:
        await held(session, run)
        await syncs.fail(
            session, run.organisation.id, run.run_id, error=error.reason.value, next_at=None
        )
        await lose(session, tools, run.connection, error.reason)
        await session.flush()
        await tell_lost(session, run)
    tools.jobs.submit("connections.tell_lost", grant_id)


def _log(run: Run, error: ProviderError) -> None:
    log.warning(
        "sync.failed",
        organisation=run.organisation.id,
        run=run.run_id,
        provider=run.connection.provider,
        operation=error.operation,
        error=type(error).__name__,
        detail=str(error),
    )
