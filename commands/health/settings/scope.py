"""For whom health is looked at in a certain way: one client, or the whole practice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise
from commands.context import Context
from commands.permissions import Permission
from commands.replies import Button, Invocation, call
from storage.models import Client, HealthChoices, Purpose
from storage.queries import audit, connections, health


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Without a client it is the practice; what a client has not chosen is as the practice has."""

    client: Client | None

    @property
    def client_id(self) -> str:
        return self.client.id if self.client else ""

    @property
    def name(self) -> str:
        return self.client.name if self.client else "all clients"

    def call(self, command: str, **arguments: str) -> Invocation:
        """A command on the same."""
        own = {"client": self.client.id} if self.client else {}
        return call(command, **own, **arguments)

    @property
    def back(self) -> Button:
        name = "health.settings" if self.client else "health.practice_settings"
        return Button(label="Settings", does=self.call(name))

    async def choices(
        self, session: AsyncSession, context: Context
    ) -> tuple[HealthChoices | None, HealthChoices | None]:
        """The practice's, and the client's if it is about one."""
        practice, own = await health.choices(session, context.workspace_id, self.client_id)
        return practice, own if self.client else None


async def scope_of(context: Context, client: Client | None, invocation: Invocation) -> Scope:
    """Everybody who works for a client may choose for it; for all only administrators may."""
    if client is None:
        await authorise(context, Permission.MANAGE_CLIENTS, invocation)
    return Scope(client=client)


async def touched(session: AsyncSession, context: Context, scope: Scope) -> Sequence[str]:
    """Mark what has to be looked at again; ring for each of them once this is committed."""
    if scope.client is None:
        due = await health.looked_at(session, context.workspace_id)
    else:
        connection = await connections.for_purpose(
            session, context.workspace_id, scope.client.id, Purpose.DATA_HEALTH
        )
        due = [connection.organisation_id] if connection else []
    await health.want(session, context.workspace_id, due, now=context.now)
    return due


def ring(context: Context, due: Sequence[str]) -> None:
    for organisation_id in due:
        context.tools.jobs.submit("health.recalculate", organisation_id)


def note(
    session: AsyncSession,
    context: Context,
    scope: Scope,
    action: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """For the record, of the client or of the practice."""
    subject = ("client", scope.client.id) if scope.client else ("workspace", context.workspace_id)
    audit.append(
        session,
        context.workspace_id,
        action,
        subject=subject,
        actor=context.actor.person_id,
        at=context.now,
        client_id=scope.client.id if scope.client else None,
        before=before,
        after=after,
        place=context.channel_id,
        correlation_id=context.correlation_id,
    )
