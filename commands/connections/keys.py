"""Permissions that none of this installation's keys opens any more, or that one opens again."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record_as
from commands.connections import losses
from commands.connections.cards import subject_of
from commands.context import Tools
from commands.permissions import SYSTEM
from storage.database import Database
from storage.models import Grant, GrantState, Purpose, Status
from storage.queries import connections, grants, syncs
from storage.queries.grants import KEY_LOST
from storage.vault import Vault

log = structlog.get_logger()


class NoKeyFits(Exception):
    """Not one live permission can be opened: these are most likely another installation's keys."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} live permissions, and no key opens any of them")
        self.count = count


async def shut_out_of(session: AsyncSession, vault: Vault) -> int:
    """How many live permissions there are, where no key opens a single one of them; else 0."""
    opened, shut = await grants.fitting(session, vault.ids)
    return 0 if opened else shut


async def look(tools: Tools) -> None:
    """At the start, since keys change only then: what cannot be opened has to be signed in again.

    Raises NoKeyFits, and changes nothing, where that would be everything. `connections.tell_lost`
    tells of what is lost. A key that is put back restores what nobody has renewed; what everybody
    has renewed is forgotten.
    """
    now = tools.now()
    async with tools.database.begin() as session:
        shut_out = await shut_out_of(session, tools.vault)
        if shut_out:
            raise NoKeyFits(shut_out)
        lost = await grants.shut(session, tools.vault.ids)
        await _expire(session, lost, now=now)
        found = await grants.open_again(session, tools.vault.ids)
        for grant in found:
            await _restore(session, tools, grant)
        await session.flush()
        await grants.forget_shut(session)
    if lost or found:
        log.warning("keys.changed", lost=len(lost), found=len(found))


async def give_up(database: Database, vault: Vault, *, now: datetime) -> int:
    """Have everything signed in again that no key opens; how many permissions that is."""
    async with database.begin() as session:
        lost = await grants.shut(session, vault.ids)
        await _expire(session, lost, now=now)
    return len(lost)


async def _expire(session: AsyncSession, lost: Sequence[Grant], *, now: datetime) -> None:
    for grant in lost:
        grant.state, grant.lost_reason, grant.lost_at = GrantState.LOST, KEY_LOST, now
        await grants.expire_connections(session, grant, reason=KEY_LOST, now=now)


async def _restore(session: AsyncSession, tools: Tools, grant: Grant) -> None:
    now = tools.now()
    using = await connections.using_grant(session, grant.workspace_id, grant.id, lock=True)
    shut = [c for c in using if (c.status, c.status_reason) == (Status.EXPIRED, KEY_LOST)]
    for connection in shut:
        connection.restore(now=now)
        if connection.purpose is Purpose.DATA_HEALTH:
            own = connection.organisation_id
            await syncs.schedule(session, connection.workspace_id, own, now=now)
        record_as(session, SYSTEM, "connection.recovered", connection, now=now)
    await session.flush()
    for connection in shut:
        reply = losses.back(await subject_of(session, tools, connection), restored_at=now)
        await losses.tell_over(
            session, tools, connection=connection, grant_id=grant.id, reply=reply
        )
    grant.state = GrantState.LIVE
    grant.lost_reason = grant.lost_at = grant.told_lost_at = None
