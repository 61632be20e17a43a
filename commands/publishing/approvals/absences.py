"""Who decides for whom: a deputy while somebody is away, and everybody's manager."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Invalid
from commands.permissions import Permission, may
from commands.publishing.settings.offering import chosen
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    DateField,
    Field,
    Form,
    Option,
    Reply,
    SearchField,
    Style,
    Words,
    call,
    say,
)
from storage.models import Person, Role
from storage.queries import approvals, people

COLLEAGUES = "publishing.colleagues"
WEEK = timedelta(days=7)


@command(
    "publishing.away",
    usage="away",
    summary="let somebody approve in your place while you are away",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def away(context: Context) -> Answer:
    """Choose who decides what waits for your approval, and until which day.

    You can still decide yourself. Administrators can choose for somebody else.
    """
    async with context.tools.database.read() as session:
        own = await people.find(session, context.workspace_id, context.actor.person_id)
        assert own is not None, "whoever asks is known"
        deputy = await _option(session, context, own.deputy_id)
    is_away = own.away_until is not None and own.away_until > context.now
    data = _facts(own) if is_away else {"deputy": None}
    today = _today(own, context.now)
    fields: tuple[Field, ...] = (
        SearchField(
            name="deputy", label="Who decides in your place", source=COLLEAGUES,
            initial=deputy if is_away else None, optional=True,
            hint="Nobody means that you are here.",
        ),
        DateField(name="until", label="The last day away", initial=today + WEEK),
    )  # fmt: skip
    if may(context.actor, Permission.MANAGE_PEOPLE):
        me = Option(value=own.id, label=own.name)
        who = SearchField(name="person", label="Who is away", source=COLLEAGUES, initial=me)
        fields = (who, *fields)
    return Form(
        title="Away",
        submits=call("publishing.set_away"),
        submit_label="Save",
        parts=(Words(template="publishing/going_away", data=data),),
        fields=fields,
    )


@command("publishing.set_away", permission=Permission.SEE_CLIENT)
async def set_away(
    context: Context, *, person: str = "", deputy: str = "", until: str = ""
) -> Reply:
    """Somebody decides in their place from now on, or no more."""
    whose = chosen(person) or context.actor.person_id
    if whose != context.actor.person_id and not may(context.actor, Permission.MANAGE_PEOPLE):
        raise Invalid({"person": "An administrator chooses that for somebody else."})
    async with context.tools.database.begin() as session:
        own = await _colleague(session, context, whose, "person")
        instead = chosen(deputy)
        before = _absence(own)
        if instead is None:
            own.deputy_id = own.away_until = None
        else:
            if instead == own.id:
                raise Invalid({"deputy": "Choose somebody else."})
            await _colleague(session, context, instead, "deputy")
            own.deputy_id, own.away_until = instead, _end(own, until, context.now)
        after = _absence(own)
        if after != before:
            record(session, context, "person.away", own, before=before, after=after)
            await session.flush()
            await approvals.people_changed(session, context.workspace_id, now=context.now)
            await _tell(session, context, own)
    back = Button(label="Change", does=call("publishing.away"))
    mine = Button(label="Approvals", does=call("publishing.waiting"), style=Style.PLAIN)
    return say("publishing/away", back, mine, **_facts(own))


@command("publishing.managers", permission=Permission.MANAGE_PEOPLE, changes=False)
async def managers(context: Context) -> Form:
    """Ask whose manager is who."""
    async with context.tools.database.read() as session:
        everybody = await people.everybody(session, context.workspace_id)
    known = [(p.id, p.manager_id) for p in everybody if p.manager_id is not None]
    return Form(
        title="Managers",
        submits=call("publishing.set_manager"),
        submit_label="Save",
        parts=(Words(template="publishing/managers", data={"managers": known}),),
        fields=(
            SearchField(name="person", label="Person", source=COLLEAGUES),
            SearchField(
                name="manager", label="Their manager", source=COLLEAGUES, optional=True,
                hint="Empty means that administrators are asked in their place.",
            ),
        ),
    )  # fmt: skip


@command("publishing.set_manager", permission=Permission.MANAGE_PEOPLE)
async def set_manager(context: Context, *, person: str, manager: str = "") -> Reply:
    """Who approves where a workflow says the manager does."""
    async with context.tools.database.begin() as session:
        own = await _colleague(session, context, chosen(person) or "", "person")
        above = chosen(manager)
        if above == own.id:
            raise Invalid({"manager": "Choose somebody else."})
        if above is not None:
            await _colleague(session, context, above, "manager")
        before, own.manager_id = {"manager": own.manager_id}, above
        if before != {"manager": above}:
            after = {"manager": above}
            record(session, context, "person.manager_changed", own, before=before, after=after)
            await session.flush()
            await approvals.people_changed(session, context.workspace_id, now=context.now)
    again = Button(label="Another one", does=call("publishing.managers"))
    return say("publishing/manager", again, person=own.id, manager=above)


async def _colleague(session: AsyncSession, context: Context, person_id: str, field: str) -> Person:
    """Raises Invalid for who is not of the practice."""
    found = await people.find(session, context.workspace_id, person_id)
    if found is None or not found.is_active or found.role is Role.NONE:
        raise Invalid({field: "Choose somebody who works here."})
    return found


async def _option(session: AsyncSession, context: Context, person_id: str | None) -> Option | None:
    found = await people.find(session, context.workspace_id, person_id or "")
    return Option(value=found.id, label=found.name) if found else None


def _absence(person: Person) -> dict[str, Any]:
    until = person.away_until.isoformat() if person.away_until else None
    return {"deputy": person.deputy_id, "until": until}


def _facts(person: Person) -> dict[str, Any]:
    """What templates may show; `last` is the last day away."""
    until = person.away_until
    last = _today(person, until - timedelta(seconds=1)) if until is not None else None
    return {"person": person.id, "deputy": person.deputy_id, "last": last}


def _today(person: Person, now: datetime) -> date:
    return now.astimezone(ZoneInfo(person.time_zone)).date()


def _end(person: Person, until: str, now: datetime) -> datetime:
    """The end of the day, where they are. Raises Invalid."""
    try:
        last = date.fromisoformat(until)
    except ValueError:
        raise Invalid({"until": "Choose the last day away."}) from None
    if last < _today(person, now):
        raise Invalid({"until": "Choose today or a day to come."})
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(person.time_zone))


async def _tell(session: AsyncSession, context: Context, own: Person) -> None:
    """Whoever decides now, and whoever somebody else chose it for."""
    for who in _told(own, context.actor.person_id):
        await context.tools.notify.post(
            session,
            workspace_id=context.workspace_id,
            to=who,
            reply=say("publishing/away", **_facts(own)),
            card=f"away:{own.id}",
        )


def _told(own: Person, by: str) -> Iterator[str]:
    if own.deputy_id is not None and own.deputy_id != by:
        yield own.deputy_id
    if own.id != by:
        yield own.id
