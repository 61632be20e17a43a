"""One person's role and clients, and the form that changes them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.names import called
from commands.clients.roles import MEANINGS, TITLES, Objection, grantable, objection
from commands.context import Context
from commands.errors import Conflict, NotFound, Refused
from commands.permissions import Permission
from commands.phrases import PERSON_ID
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    ChoiceField,
    Field,
    Form,
    ManyField,
    Option,
    PersonField,
    Reply,
    Words,
    call,
    say,
)
from storage.models import Client, Person, Role, Workspace
from storage.queries import approvals, clients, people

CHOICES = 5
LONGEST_LABEL = 30  # characters of a button
NEVER_SEEN = datetime(1970, 1, 1, tzinfo=UTC)  # so that the profile is read at their first word


class Reach(StrEnum):
    """Which clients a standard user works for."""

    ASSIGNED = "assigned"
    ALL = "all"


@command(
    "people.edit",
    usage="people <person>",
    summary="change somebody's role and clients",
    permission=Permission.MANAGE_PEOPLE,
    changes=False,
)
async def edit(context: Context, *, person: str) -> Answer:
    """Change what somebody may do.

    They are told in a direct message. A name will do instead of a mention.
    """
    async with context.tools.database.read() as session:
        found = await people.find(session, context.workspace_id, person)
        if found is None and not PERSON_ID.fullmatch(person):
            return await _of_name(session, context, person)
        assigned = await _assigned(session, found) if found else ()
    was = found.role if found else Role.NONE
    _refuse(objection(context.actor, was=was, becomes=was, practice_admins=2), person)
    return Form(
        title="Role and clients",
        submits=call("people.change", person=person, was=was),
        submit_label="Save",
        parts=(Words(template="people/edit", data={"person": person}),),
        fields=_fields(context, found, was, assigned),
    )


async def _of_name(session: AsyncSession, context: Context, name: str) -> Answer:
    """Everybody of that name; the form at once where there is one."""
    everybody = await people.everybody(session, context.workspace_id)
    found = called(name, everybody)
    if len(found) == 1:
        return await edit(context, person=found[0].id)
    buttons = [
        Button(label=each.name[:LONGEST_LABEL], does=call("people.edit", person=each.id))
        for each in found[:CHOICES]
    ]
    return say(
        "people/which",
        *buttons,
        Button(label="Somebody else", does=call("people.choose")),
        name=name.lstrip("@"),
        total=len(found),
    )


@command("people.choose", permission=Permission.MANAGE_PEOPLE, changes=False)
async def choose(context: Context) -> Form:  # every command is handed its context
    """Choose whose role to change."""
    return Form(
        title="Whose role?",
        submits=call("people.edit"),
        fields=(PersonField(name="person", label="Person"),),
    )


@command("people.change", permission=Permission.MANAGE_PEOPLE)
async def change(
    context: Context,
    *,
    person: str,
    role: Role,
    was: Role,
    reach: Reach = Reach.ASSIGNED,
    clients: tuple[str, ...] = (),
) -> Reply:
    """Give somebody a role and, where it is that of a standard user, clients."""
    async with context.tools.database.begin() as session:
        await session.get(Workspace, context.workspace_id, with_for_update=True)
        found = await _met(session, context, person, was)
        administrators = await people.practice_admins(session, context.workspace_id)
        _refuse(
            objection(
                context.actor,
                was=found.role,
                becomes=role,
                practice_admins=len(administrators),
            ),
            person,
        )
        before = await _state(session, found)
        found.role = role
        if role is Role.STANDARD:
            found.all_clients = reach is Reach.ALL
            await _reassign(session, found, clients)
        await session.flush()
        after = await _state(session, found)
        if before != after:
            record(session, context, "person.changed", found, before=before, after=after)
            await approvals.people_changed(session, context.workspace_id, now=context.now)
            await _tell(session, context, found)
        now = facts(found) | {"clients": await works_for(session, found)}
    return say(
        "people/changed",
        Button(label="People", does=call("people.list")),
        is_changed=before != after,
        **now,
    )


async def _met(session: AsyncSession, context: Context, person_id: str, was: Role) -> Person:
    """The person as the form showed them; somebody the bot has not met is written down."""
    found = await session.get(
        Person, (context.workspace_id, person_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        found = Person(
            workspace_id=context.workspace_id,
            id=person_id,
            name=person_id,
            role=Role.NONE,
            seen_at=NEVER_SEEN,
        )
        session.add(found)
        await session.flush()
    if found.role is not was:
        again = Button(label="Change role", does=call("people.edit", person=person_id))
        raise Conflict("people/moved_on", again, **facts(found))
    return found


async def _reassign(session: AsyncSession, person: Person, client_ids: Sequence[str]) -> None:
    for client_id in client_ids:
        if await clients.find(session, person.workspace_id, client_id) is None:
            raise NotFound(kind="client", text=client_id)
    had = await people.clients_of(session, person.workspace_id, person.id)
    wanted = set(client_ids)
    await people.withdraw(session, person.workspace_id, person.id, had - wanted)
    await people.assign(session, person.workspace_id, person.id, wanted - had)


async def _tell(session: AsyncSession, context: Context, person: Person) -> None:
    if person.id == context.actor.person_id:
        return
    told = facts(person) | {
        "clients": await works_for(session, person),
        "by": context.actor.name,
    }
    help_me = Button(label="What I can do", does=call("help.show"))
    await context.tools.notify.post(
        session,
        workspace_id=person.workspace_id,
        to=person.id,
        reply=say("people/told", help_me, **told),
    )


async def _assigned(session: AsyncSession, person: Person) -> Sequence[Client]:
    ids = await people.clients_of(session, person.workspace_id, person.id)
    return await clients.search(session, person.workspace_id, "", only=ids) if ids else ()


async def works_for(session: AsyncSession, person: Person) -> list[str] | None:
    """Names of assigned clients; None where the question does not arise."""
    if person.role is not Role.STANDARD or person.all_clients:
        return None
    return [client.name for client in await _assigned(session, person)]


async def _state(session: AsyncSession, person: Person) -> Mapping[str, Any]:
    assigned = await people.clients_of(session, person.workspace_id, person.id)
    return {
        "role": person.role.value,
        "all_clients": person.all_clients,
        "clients": sorted(assigned),
    }


def _refuse(found: Objection | None, person: str) -> None:
    if found is not None:
        back = Button(label="People", does=call("people.list"))
        raise Refused("people/objection", back, objection=found.value, person=person)


def facts(person: Person) -> dict[str, Any]:
    """What templates may show of somebody."""
    return {
        "person": person.id,
        "role": person.role.value,
        "title": TITLES[person.role],
        "all_clients": person.all_clients,
        "is_guest": person.is_guest,
    }


def _fields(
    context: Context, person: Person | None, was: Role, assigned: Sequence[Client]
) -> tuple[Field, ...]:
    return (
        ChoiceField(
            name="role",
            label="Role",
            options=tuple(
                Option(value=role.value, label=TITLES[role], description=MEANINGS[role])
                for role in grantable(context.actor)
            ),
            initial=was.value,
        ),
        ChoiceField(
            name="reach",
            label="Clients of a standard user",
            options=(
                Option(value=Reach.ASSIGNED.value, label="Only those below"),
                Option(value=Reach.ALL.value, label="All clients"),
            ),
            initial=(Reach.ALL if person and person.all_clients else Reach.ASSIGNED).value,
        ),
        ManyField(
            name="clients",
            label="Assigned clients",
            source="clients",
            initial=tuple(Option(value=c.id, label=c.name) for c in assigned),
        ),
    )
