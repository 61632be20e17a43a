"""Bringing the copy of an organisation's books up to date when it is due."""

import asyncio
from datetime import timedelta

import structlog

from commands.audit import record_as
from commands.connections.expiry import lose
from commands.context import Tools
from commands.permissions import SYSTEM
from commands.registry import job
from commands.sync.cards import outcome_of, tell_done, tell_failed, tell_progress
from commands.sync.outcome import Failure, failure, poisoned, vanished
from commands.sync.run import Run, Stopped, Vanished, claim, read
from commands.sync.schedule import next_sync
from providers.errors import AuthorizationLost, ProviderError
from storage.queries import syncs

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
    async with gateway.open(
        connection.provider,
        tenant_id=run.organisation.tenant_id,
        grant_id=connection.grant_id,
        background=not run.is_awaited,
    ) as ledger:
        await read(run, ledger, provider.capabilities.streams, tell_progress)


async def _finish(run: Run) -> None:
    now, tools = run.tools.now(), run.tools
    found = outcome_of(run.tallies, seconds=(now - run.started_at).total_seconds())
    turn = next_sync(run.sync.slot, run.organisation.time_zone, now, every=tools.sync_every)
    next_at = run.sync.next_at if run.is_targeted and run.sync.next_at else turn
    async with tools.database.begin() as session:
        fresh = await syncs.find(session, run.sync.workspace_id, run.organisation.id)
        run.sync.asked_by = fresh.asked_by if fresh else None  # perhaps since it began
        if not await syncs.finish(
            session,
            run.organisation.id,
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
        await tell_done(session, run, found)
    log.info("sync.finished", organisation=run.organisation.id, **_counts(found))


async def _release(run: Run) -> None:
    async with run.tools.database.begin() as session:
        await syncs.release(session, run.organisation.id, run.run_id)


def _counts(found: dict[str, object]) -> dict[str, object]:
    return {name: found[name] for name in ("read", "new", "changed", "gone", "seconds")}


async def _fail(run: Run, found: Failure) -> None:
    async with run.tools.database.begin() as session:
        if not await syncs.fail(
            session,
            run.organisation.id,
            run.run_id,
            error=found.reason,
            next_at=found.next_at,
        ):
            return
        if found.is_told:
            await tell_failed(session, run, found)


async def _lose(run: Run, error: AuthorizationLost) -> None:
    tools, grant_id = run.tools, run.connection.grant_id
    assert grant_id is not None
    async with tools.database.begin() as session:
        await syncs.fail(
            session, run.organisation.id, run.run_id, error="authorisation_lost", next_at=None
        )
        await lose(session, tools, run.connection, error.reason)
    tools.jobs.submit("connections.tell_lost", grant_id)


def _log(run: Run, error: ProviderError) -> None:
    log.warning(
        "sync.failed",
        organisation=run.organisation.id,
        provider=run.connection.provider,
        operation=error.operation,
        error=type(error).__name__,
        detail=str(error),
    )
