"""May they, now? And if not, who can."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import NotAllowed
from commands.permissions import ADMINISTRATORS, COMES_WITH_THE_CLIENT, ROLES, Permission, may
from commands.replies import Invocation, call
from storage.models import Client, Role
from storage.queries import people

ASKED = 10  # nobody needs more than these to decide

Words = Callable[[str, Sequence[str]], Mapping[str, str]]
_WORDS: dict[Permission, Words] = {}


def explains(permission: Permission) -> Callable[[Words], Words]:
    """Declare `def words(client, names)`: what is said of a refusal, beside who gives the right.

    `names` are those who may. The words are the `title`, `cause` and `remedy` of NotAllowed.
    """

    def declare(words: Words) -> Words:
        assert permission not in _WORDS, f"{permission} is explained twice"
        _WORDS[permission] = words
        return words

    return declare


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
    sought = Permission.MANAGE_PEOPLE if permission in COMES_WITH_THE_CLIENT else permission
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
        **await _in_words(session, context, permission, client),
    )


async def _in_words(
    session: AsyncSession, context: Context, permission: Permission, client: Client | None
) -> Mapping[str, str]:
    """Those who are asked can only assign; whoever works for the client may do it too."""
    if permission not in _WORDS or client is None:
        return {}
    own = context.workspace_id
    ids = await who_may(
        session, own, permission, client_id=client.id, besides=context.actor.person_id
    )
    names = {each.id: each.name for each in await people.everybody(session, own)}
    return _WORDS[permission](client.name, [names[each] for each in ids])


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
        standard = await people.with_role(session, workspace_id, {Role.STANDARD})
        able += [person for person in standard if person.all_clients]
        able += await people.assigned_to(session, workspace_id, client_id)
    ids = dict.fromkeys(p.id for p in able if p.is_active and p.role in roles)
    return tuple(person_id for person_id in ids if person_id != besides)[:ASKED]
