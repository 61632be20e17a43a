"""A line for every change: who, what, before, after, where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from storage.models import (
    AccessRequest,
    ApprovalWorkflow,
    Client,
    Connection,
    ExpenseClaim,
    Item,
    PaymentMethod,
    Person,
    Rule,
)
from storage.queries import audit

Subject = (
    AccessRequest
    | ApprovalWorkflow
    | Client
    | Connection
    | ExpenseClaim
    | Item
    | PaymentMethod
    | Person
    | Rule
)


def record(
    session: AsyncSession,
    context: Context,
    action: str,
    subject: Subject,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Part of the transaction that makes the change. `action` is dotted and past tense.

    Never pass secrets, nor anything out of a ledger but the organisation's name.
    """
    record_as(
        session,
        context.actor.person_id,
        action,
        subject,
        now=context.now,
        before=before,
        after=after,
        place=context.channel_id,
        correlation_id=context.correlation_id,
    )


def record_as(
    session: AsyncSession,
    by: str,
    action: str,
    subject: Subject,
    *,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    place: str | None = None,
    correlation_id: str | None = None,
) -> None:
    """The same where there is no context: jobs (`by` is `SYSTEM`) and web pages (a user id)."""
    client_id = subject.id if isinstance(subject, Client) else getattr(subject, "client_id", None)
    audit.append(
        session,
        subject.workspace_id,
        action,
        subject=(type(subject).__name__.casefold(), subject.id),
        actor=by,
        at=now,
        client_id=client_id,
        before=before,
        after=after,
        place=place,
        correlation_id=correlation_id,
    )
