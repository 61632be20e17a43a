"""Where people see in the ledger what became of an item."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.publishing.sending.sent import published_of
from providers.links import Target
from storage.models import Connection, Publication
from storage.queries import organisations


async def address_of(
    session: AsyncSession, tools: Tools, connection: Connection | None, sent: Publication | None
) -> str | None:
    """Nothing of what is not there, or is in books that are no longer connected."""
    there = published_of(sent) if sent else None
    if there is None or connection is None:
        return None
    organisation = await organisations.find(
        session, connection.workspace_id, connection.organisation_id
    )
    if organisation is None:
        return None
    target = Target(
        source=there.source,
        remote_id=there.remote_id,
        kind=there.kind,
        tenant_id=organisation.tenant_id,
        short_code=organisation.details.get("short_code"),
    )
    return tools.gateway.provider(connection.provider).link(target)
