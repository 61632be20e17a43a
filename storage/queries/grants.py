"""Consents at the vendors and the lease under which their tokens are renewed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Connection, Detachment, Grant, GrantState, Status, Ticket
from storage.queries import connections
from storage.queries.statements import affected
from storage.vault import ID_BYTES

KEY_LOST = "key_lost"  # why a grant is lost whose tokens nobody here can open

_AS_WRITTEN: dict[str, Any] = {"populate_existing": True, "synchronize_session": False}


async def find(session: AsyncSession, workspace_id: str, grant_id: str) -> Grant | None:
    here = Grant.workspace_id == workspace_id
    return await session.scalar(select(Grant).where(here, Grant.id == grant_id))


async def by_id(session: AsyncSession, grant_id: str, *, lock: bool = False) -> Grant | None:
    """For jobs and tokens, which know the workspace only from the row."""
    found = select(Grant).where(Grant.id == grant_id)
    return await session.scalar(found.with_for_update() if lock else found)


async def take_lease(
    session: AsyncSession, grant_id: str, *, holder: str, now: datetime, until: datetime
) -> Grant | None:
    """The grant as read under the lease; None when it is not live or somebody else holds it."""
    taken = (
        update(Grant)
        .where(
            Grant.id == grant_id,
            Grant.state == GrantState.LIVE,
            or_(Grant.lease_until.is_(None), Grant.lease_until < now),
        )
        .values(lease_until=until, lease_holder=holder)
        .returning(Grant)
    )
    return await session.scalar(taken, execution_options=_AS_WRITTEN)


async def release(session: AsyncSession, grant_id: str, holder: str) -> None:
    await session.execute(
        update(Grant)
        .where(Grant.id == grant_id, Grant.lease_holder == holder)
        .values(lease_until=None, lease_holder=None)
    )


async def settle(
    session: AsyncSession, grant_id: str, holder: str, as_read: bytes, **values: Any
) -> Grant | None:
    """End the lease with an outcome; None when somebody else has put another pair of tokens there.

    Whoever lost the lease still has the newest tokens as long as the stored ones are those it
    started from; the present holder then loses the lease, and its refusal counts for nothing.
    """
    settled = (
        update(Grant)
        .where(
            Grant.id == grant_id,
            Grant.state == GrantState.LIVE,
            or_(Grant.lease_holder == holder, Grant.sealed_tokens == as_read),
        )
        .values(lease_until=None, lease_holder=None, **values)
        .returning(Grant)
    )
    return await session.scalar(settled, execution_options=_AS_WRITTEN)


async def expire_connections(
    session: AsyncSession, grant: Grant, *, reason: str, now: datetime
) -> Sequence[Connection]:
    """Expire every usable connection of a grant that died."""
    found = await connections.using_grant(session, grant.workspace_id, grant.id, lock=True)
    usable = [connection for connection in found if connection.is_usable]
    for connection in usable:
        connection.expire(reason=reason, now=now)
    return usable


async def revoke(session: AsyncSession, workspace_id: str, grant_id: str) -> bool:
    """Forget its tokens for good."""
    return bool(
        await affected(
            session,
            update(Grant)
            .where(Grant.workspace_id == workspace_id, Grant.id == grant_id)
            .values(state=GrantState.REVOKED, sealed_tokens=None, expires_at=None),
        )
    )


async def orphaned(
    session: AsyncSession, *, made_before: datetime, now: datetime, limit: int = 100
) -> Sequence[Grant]:
    """Live grants, of all workspaces, that nothing uses or is about to use."""
    unused = select(Grant).where(
        Grant.state == GrantState.LIVE,
        Grant.created_at < made_before,
        ~exists().where(Connection.grant_id == Grant.id),
        ~exists().where(
            Ticket.grant_id == Grant.id, Ticket.closed_at.is_(None), Ticket.expires_at > now
        ),
        ~exists().where(Detachment.grant_id == Grant.id, Detachment.done_at.is_(None)),
    )
    return (await session.scalars(unused.order_by(Grant.created_at).limit(limit))).all()


async def lost_untold(session: AsyncSession, *, limit: int = 100) -> Sequence[str]:
    """Ids of dead grants, of all workspaces, whose people have not been told."""
    untold = select(Grant.id).where(Grant.state == GrantState.LOST, Grant.told_lost_at.is_(None))
    return (await session.scalars(untold.order_by(Grant.lost_at).limit(limit))).all()


async def tell_lost(session: AsyncSession, grant_id: str, *, now: datetime) -> Grant | None:
    """The grant, for the one who is to tell its people in this transaction; else None."""
    telling = (
        update(Grant)
        .where(Grant.id == grant_id, Grant.state == GrantState.LOST, Grant.told_lost_at.is_(None))
        .values(told_lost_at=now)
        .returning(Grant)
    )
    return await session.scalar(telling, execution_options=_AS_WRITTEN)


async def shut(session: AsyncSession, keys: Sequence[bytes]) -> Sequence[Grant]:
    """Live grants, of all workspaces, whose tokens none of these keys opens."""
    found = select(Grant).where(
        Grant.state == GrantState.LIVE, Grant.sealed_tokens.is_not(None), _key().not_in(keys)
    )
    return (await session.scalars(found.order_by(Grant.id).with_for_update())).all()


async def fitting(session: AsyncSession, keys: Sequence[bytes]) -> tuple[int, int]:
    """How many live grants, of all workspaces, one of these keys opens, and how many none does."""
    opens, shuts = _key().in_(keys), _key().not_in(keys)
    counts = select(func.count().filter(opens), func.count().filter(shuts))
    opened, shut = (await session.execute(counts.where(Grant.state == GrantState.LIVE))).one()
    return opened, shut


async def open_again(session: AsyncSession, keys: Sequence[bytes]) -> Sequence[Grant]:
    """Grants, of all workspaces, that were lost for want of a key which is among these."""
    found = select(Grant).where(
        Grant.state == GrantState.LOST, Grant.lost_reason == KEY_LOST, _key().in_(keys)
    )
    return (await session.scalars(found.order_by(Grant.id).with_for_update())).all()


async def forget_shut(session: AsyncSession) -> int:
    """Tokens, of all workspaces, that no key opens and nothing would use if one did."""
    shut = (
        update(Grant)
        .where(
            Grant.state == GrantState.LOST,
            Grant.lost_reason == KEY_LOST,
            ~exists().where(Connection.grant_id == Grant.id),
        )
        .values(state=GrantState.REVOKED, sealed_tokens=None)
    )
    return await affected(session, shut)


async def lost_together(
    session: AsyncSession, workspace_id: str, *, at: datetime
) -> Sequence[Grant]:
    """What a key that was lost then had sealed."""
    found = select(Grant).where(
        Grant.workspace_id == workspace_id,
        Grant.state == GrantState.LOST,
        Grant.lost_reason == KEY_LOST,
        Grant.lost_at == at,
    )
    return (await session.scalars(found.order_by(Grant.id))).all()


def _key() -> ColumnElement[bytes]:
    """Which key its tokens are sealed with."""
    return func.substr(Grant.sealed_tokens, 1, ID_BYTES)


async def unproven(
    session: AsyncSession, *, since: datetime, now: datetime, limit: int = 100
) -> Sequence[str]:
    """Ids of live grants in use, of all workspaces, not known to have worked since then.

    The longest first, without those that are not to be asked again yet.
    """
    stale = select(Grant.id).where(_is_unproven(since=since, now=now))
    return (await session.scalars(stale.order_by(Grant.probed_at).limit(limit))).all()


async def claim_probe(
    session: AsyncSession, grant_id: str, *, since: datetime, now: datetime, again_at: datetime
) -> Grant | None:
    """The grant, for the one who is to try it; whatever comes of that, not again before then."""
    claimed = (
        update(Grant)
        .where(Grant.id == grant_id, _is_unproven(since=since, now=now))
        .values(probe_at=again_at)
        .returning(Grant)
    )
    return await session.scalar(claimed, execution_options=_AS_WRITTEN)


def _is_unproven(*, since: datetime, now: datetime) -> ColumnElement[bool]:
    return and_(
        Grant.state == GrantState.LIVE,
        or_(Grant.probed_at.is_(None), Grant.probed_at < since),
        or_(Grant.probe_at.is_(None), Grant.probe_at <= now),
        Grant.created_at < since,
        _is_used(),
    )


def _is_used() -> ColumnElement[bool]:
    """Whether a connection works through it."""
    return exists().where(
        Connection.grant_id == Grant.id,
        Connection.status.in_([Status.CONNECTED, Status.ATTENTION]),
    )


async def proven(
    session: AsyncSession, grant_id: str, *, now: datetime, again_at: datetime
) -> None:
    """It worked just now, and need not prove it again before then."""
    await session.execute(
        update(Grant).where(Grant.id == grant_id).values(probed_at=now, probe_at=again_at)
    )


async def ending(
    session: AsyncSession, *, now: datetime, before: datetime, limit: int = 100
) -> Sequence[str]:
    """Ids of live grants in use, of all workspaces, that run out before then and want a warning."""
    soon = select(Grant.id).where(
        Grant.state == GrantState.LIVE,
        or_(
            Grant.consent_ends_at.between(now, before),
            Grant.refresh_expires_at.between(now, before),
        ),
        or_(Grant.warn_at.is_(None), Grant.warn_at <= now),
        _is_used(),
    )
    return (await session.scalars(soon.order_by(Grant.id).limit(limit))).all()


async def working(
    session: AsyncSession, workspace_id: str, provider: str, *, first: str, limit: int
) -> Sequence[Grant]:
    """Live grants at this vendor through which a connection works, those made by `first` first.

    The newest first within each.
    """
    found = select(Grant).where(
        Grant.workspace_id == workspace_id,
        Grant.provider == provider,
        Grant.state == GrantState.LIVE,
        _is_used(),
    )
    order = (case((Grant.made_by == first, 0), else_=1), Grant.created_at.desc(), Grant.id)
    return (await session.scalars(found.order_by(*order).limit(limit))).all()


async def locked(session: AsyncSession, workspace_id: str, grant_id: str) -> Grant | None:
    """As it is now; until the transaction ends nobody takes it back or begins to use it."""
    found = select(Grant).where(Grant.workspace_id == workspace_id, Grant.id == grant_id)
    options = {"populate_existing": True}
    return await session.scalar(found.with_for_update(), execution_options=options)


async def in_use(
    session: AsyncSession, workspace_id: str, provider: str, *, besides: str
) -> Sequence[str]:
    """Ids of other live grants at this vendor that connections or sign-ins under way rely on."""
    used = select(Grant.id).where(
        Grant.workspace_id == workspace_id,
        Grant.provider == provider,
        Grant.state == GrantState.LIVE,
        Grant.id != besides,
        or_(
            exists().where(Connection.grant_id == Grant.id),
            exists().where(Ticket.grant_id == Grant.id, Ticket.closed_at.is_(None)),
        ),
    )
    return (await session.scalars(used)).all()
