"""Trying consents that nothing has used for a day, so that a dead one is noticed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zlib import crc32

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.expiry import lose
from commands.context import Tools
from commands.registry import job
from providers.errors import AuthorizationLost, ProviderError
from storage.models import Connection, Grant
from storage.queries import connections, grants, organisations

log = structlog.get_logger()

QUIET = timedelta(hours=24)
SPREAD = timedelta(hours=2)  # consents of one day are not all tried in one minute of the next
RETRY = timedelta(hours=1)  # after an answer that proves nothing
FEW = 4  # at a time


def next_probe(grant_id: str, now: datetime) -> datetime:
    """After a proof: each consent at its own moment."""
    return now + QUIET + SPREAD * (crc32(grant_id.encode()) / 2**32)


async def _quiet(session: AsyncSession, now: datetime) -> Sequence[str]:
    return await grants.unproven(session, since=now - QUIET, now=now, limit=FEW)


@job("connections.probe", due=_quiet)
async def probe(tools: Tools, key: str) -> None:
    """Ask for the name of an organisation: the tokens are renewed first, being older than a day."""
    now = tools.now()
    async with tools.database.begin() as session:
        grant = await grants.claim_probe(
            session, key, since=now - QUIET, now=now, again_at=now + RETRY
        )
        if grant is None:
            return
        using = await connections.using_grant(session, grant.workspace_id, grant.id)
        through = next((connection for connection in using if connection.is_usable), None)
        if through is None:
            return
        organisation = await organisations.find(
            session, grant.workspace_id, through.organisation_id
        )
    assert organisation is not None
    try:
        async with tools.gateway.open(
            grant.provider, tenant_id=organisation.tenant_id, grant_id=grant.id, background=True
        ) as ledger:
            await ledger.organisation()
    except AuthorizationLost as error:
        await _lose(tools, grant, through, error)
        return
    except ProviderError as error:
        _log(grant, error)
        return
    async with tools.database.begin() as session:
        now = tools.now()
        await grants.proven(session, grant.id, now=now, again_at=next_probe(grant.id, now))


async def _lose(tools: Tools, grant: Grant, through: Connection, error: AuthorizationLost) -> None:
    async with tools.database.begin() as session:
        await lose(session, tools, through, error.reason)
    tools.jobs.submit("connections.tell_lost", grant.id)


def _log(grant: Grant, error: ProviderError) -> None:
    log.warning(
        "probe.failed",
        grant=grant.id,
        provider=grant.provider,
        operation=error.operation,
        error=type(error).__name__,
        detail=str(error),
    )
