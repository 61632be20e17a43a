"""May they, now? And if not, who can."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import NotAllowed
from commands.permissions import ADMINISTRATORS, ROLES, Permission, may
from commands.replies import Invocation, call
from storage.models import Client, Role
from storage.queries import people

ASKED = 10  # nobody needs more than these to decide


async def authorise(context: Context, permission: Permission, invocation: Invocation) -> None:
    """Raise NotAllowed unless the person's role is enough for it with some client or other."""
    if may(context.actor, permission):
        return
    async with context.tools.database.read() as session:
        raise await refusal(session, context, permission, invocation)


async def authorise_for(
    session: AsyncSession,
    context: Context,
    permission: Permission,
    client: Client,
    invocation: Invocation,
) -> None:
    """Raise NotAllowed unless the person may do it to this client."""
    needed = Permission.SEE_CLIENT if permission is Permission.NOTHING else permission
    if not may(context.actor, needed, client.id):
        raise await refusal(session, context, needed, invocation, client)


async def refusal(
    session: AsyncSession,
    context: Context,
    permission: Permission,
    invocation: Invocation,
    client: Client | None = None,
) -> NotAllowed:
    """Names who can, and offers to ask them; seeing a client is for administrators to give."""
    sought = Permission.MANAGE_PEOPLE if permission is Permission.SEE_CLIENT else permission
    able = await who_may(
        session,
        context.workspace_id,
        sought,
        client_id=client.id if client else None,
        besides=context.actor.person_id,
    )
    about = {"client": client.id} if client else {}
    return NotAllowed(
        what=permission.value,
        who=able,
        ask=call("people.ask", request=str(invocation), **about),
        client=client.name if client else None,
        command=invocation.command,
    )


async def who_may(
    session: AsyncSession,
    workspace_id: str,
    permission: Permission,
    *,
    client_id: str | None,
    besides: str,
) -> tuple[str, ...]:
    """User ids of active people who may, practice administrators first, without `besides`."""
    roles = ROLES[permission]
    able = list(await people.with_role(session, workspace_id, roles & ADMINISTRATORS))
    able.sort(key=lambda person: person.role is not Role.PRACTICE_ADMIN)
    if client_id is not None and Role.STANDARD in roles:
        able += await people.assigned_to(session, workspace_id, client_id)
    ids = dict.fromkeys(p.id for p in able if p.is_active and p.role in roles)
    return tuple(person_id for person_id in ids if person_id != besides)[:ASKED]
