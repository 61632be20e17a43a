"""Assigning one client to one person, which is what those who are not assigned ask for."""

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict, NotFound
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Button, Reply, call, say
from storage.models import Client, Person, Role
from storage.queries import approvals, people


@command("people.assign", permission=Permission.MANAGE_PEOPLE)
async def assign(context: Context, *, person: str, client: Client, channel: str = "") -> Reply:
    """Let a standard user work for a client; `channel` is where the client was not named to them.

    Raises Conflict where the role has changed so that it takes more, or less, than that.
    """
    async with context.tools.database.begin() as session:
        found = await session.get(
            Person, (context.workspace_id, person), with_for_update=True, populate_existing=True
        )
        if found is None:
            raise NotFound(kind="person", text=person)
        if found.role is not Role.STANDARD:
            change = Button(label="Change role", does=call("people.edit", person=person))
            has_access = found.role is not Role.NONE
            raise Conflict("people/not_assignable", change, person=person, has_access=has_access)
        had = await people.clients_of(session, context.workspace_id, person)
        await people.assign(session, context.workspace_id, person, [client.id])
        if client.id not in had:
            before, after = ({"clients": sorted(ids)} for ids in (had, had | {client.id}))
            record(session, context, "person.changed", found, before=before, after=after)
            await approvals.people_changed(session, context.workspace_id, now=context.now)
    return say("people/assigned", person=person, client=client.name)
