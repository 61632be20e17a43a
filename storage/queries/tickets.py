"""Authorisations on their way, each step of which happens once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Purpose, Ticket, TicketState


async def find(session: AsyncSession, workspace_id: str, ticket_id: str) -> Ticket | None:
    here = Ticket.workspace_id == workspace_id
    return await session.scalar(select(Ticket).where(here, Ticket.id == ticket_id))


async def by_id(session: AsyncSession, ticket_id: str) -> Ticket | None:
    """For jobs, which know the workspace only from the row."""
    return await session.scalar(select(Ticket).where(Ticket.id == ticket_id))


async def by_link(session: AsyncSession, link_digest: str) -> Ticket | None:
    """Whoever has the link needs no workspace: the link says which."""
    return await session.scalar(select(Ticket).where(Ticket.link_digest == link_digest))


async def by_state(session: AsyncSession, state_digest: str) -> Ticket | None:
    """The one a vendor's answer belongs to, used or not."""
    return await session.scalar(select(Ticket).where(Ticket.state_digest == state_digest))


async def open_link(
    session: AsyncSession,
    link_digest: str,
    *,
    state_digest: str,
    browser_digest: str,
    sealed_verifier: bytes | None,
    now: datetime,
) -> Ticket | None:
    """Use the link: from here on the ticket belongs to this browser. None if it is used or over."""
    return await _advance(
        session,
        Ticket.link_digest == link_digest,
        Ticket.state == TicketState.ISSUED,
        Ticket.expires_at > now,
        state=TicketState.OPENED,
        state_digest=state_digest,
        browser_digest=browser_digest,
        sealed_verifier=sealed_verifier,
    )


async def consume(
    session: AsyncSession, state_digest: str, *, browser_digest: str, now: datetime
) -> Ticket | None:
    """Take the vendor's answer: of callbacks that arrive together one gets the ticket.

    None when it was taken, is over, or another browser brings it; `by_state` tells which.
    """
    return await _advance(
        session,
        Ticket.state_digest == state_digest,
        Ticket.browser_digest == browser_digest,
        Ticket.state == TicketState.OPENED,
        Ticket.consumed_at.is_(None),
        Ticket.expires_at > now,
        consumed_at=now,
    )


async def close(
    session: AsyncSession,
    ticket_id: str,
    *,
    state: TicketState,
    now: datetime,
    failure: str | None = None,
) -> Ticket | None:
    """End it, however it went; None when it had ended already."""
    return await _advance(
        session,
        Ticket.id == ticket_id,
        state=state,
        failure=failure,
        closed_at=now,
        sealed_verifier=None,
        tenants=[],
    )


async def expired(session: AsyncSession, now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Ids, of all workspaces, that are over but not closed."""
    over = select(Ticket.id).where(Ticket.closed_at.is_(None), Ticket.expires_at <= now)
    return (await session.scalars(over.order_by(Ticket.expires_at).limit(limit))).all()


async def open_ones(
    session: AsyncSession,
    workspace_id: str,
    *,
    client_id: str | None = None,
    person_id: str | None = None,
    purpose: Purpose | None = None,
) -> Sequence[Ticket]:
    """Those not closed, newest first, that match whatever is given."""
    wanted = (
        (Ticket.client_id, client_id),
        (Ticket.person_id, person_id),
        (Ticket.purpose, purpose),
    )
    found = select(Ticket).where(
        Ticket.workspace_id == workspace_id,
        Ticket.closed_at.is_(None),
        *(column == value for column, value in wanted if value is not None),
    )
    return (await session.scalars(found.order_by(Ticket.created_at.desc()))).all()


async def _advance(
    session: AsyncSession, *where: ColumnElement[bool], **values: Any
) -> Ticket | None:
    statement = (
        update(Ticket).where(Ticket.closed_at.is_(None), *where).values(values).returning(Ticket)
    )
    options = {"populate_existing": True, "synchronize_session": False}
    return await session.scalar(statement, execution_options=options)
