"""What a vendor did not let us take back: the people who ended it are told to do so there."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.cards import connections_button, purpose_in_brackets, subject_of
from commands.context import Tools
from commands.permissions import ROLES, Permission
from commands.replies import Button, say
from storage.models import Detachment
from storage.queries import connections, grants, people


async def tell_left_over(session: AsyncSession, tools: Tools, row: Detachment) -> None:
    """One message for each thing that is still listed at the vendor."""
    connection = None
    if row.connection_id is not None:
        connection = await connections.find(session, row.workspace_id, row.connection_id)
    grant = await grants.find(session, row.workspace_id, row.grant_id)
    assert grant is not None
    facts: dict[str, object] = {
        "client": None,
        "software": software_name(tools, row.provider),
        "provider": row.provider,
        "is_whole": row.tenant_id is None,
        "signed_in_at": grant.created_at,
    }
    buttons: tuple[Button, ...] = ()
    ended_by = grant.made_by
    if connection is not None:
        subject = await subject_of(session, tools, connection)
        facts |= subject.facts | {"purpose": purpose_in_brackets(connection.purpose)}
        buttons = (connections_button(subject.client),)
        ended_by = connection.disconnected_by or ended_by
    reply = say("connections/left_over", *buttons, **facts)
    for recipient in await _who(session, row.workspace_id, ended_by):
        await tools.notify.post(
            session,
            workspace_id=row.workspace_id,
            to=recipient,
            reply=reply,
            card=f"left:{row.id}",
        )


async def _who(session: AsyncSession, workspace_id: str, ended_by: str) -> list[str]:
    """Whoever ended it; the practice's administrators where that person is none any more."""
    person = await people.find(session, workspace_id, ended_by)
    if person is not None and person.is_active and person.role in ROLES[Permission.CONNECT]:
        return [person.id]
    return [admin.id for admin in await people.practice_admins(session, workspace_id)]
