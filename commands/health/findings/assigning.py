"""Who looks after a finding, and what people remark on it."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Invalid
from commands.health.check import Finding
from commands.health.findings.deciding import Deed, Done, decide
from commands.health.findings.handling import back
from commands.health.findings.viewing import View
from commands.health.running.held import Found, found
from commands.health.running.standing import finding
from commands.permissions import Actor, Permission, sees
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Form,
    PersonField,
    Reply,
    TextField,
    Words,
)
from storage.models import Client, Handling
from storage.queries import findings as stored
from storage.queries import people

LONGEST_COMMENT = 1_000
NOBODY = "-"
TOLD = 5  # findings that are named to whoever gets them


@command("health.assign", permission=Permission.SEE_CLIENT)
async def assign(
    context: Context,
    *,
    client: Client,
    check: str,
    findings: tuple[str, ...],
    view: str = "",
    person: str = "",
) -> Answer:
    """Give them to somebody who works for the client, or to nobody; that person is told."""
    wish = View.parse(view, client_id=client.id, check=check)
    if not person:
        return _assign_form(context, wish, findings)
    async with context.tools.database.begin() as session:
        own = await found(session, context, client, lock=True)
        name = "" if person == NOBODY else await _checked(session, client, person)
        given = person if name else None

        def does(handling: Handling) -> None:
            handling.assignee = given

        deed = Deed(
            says="assigned" if name else "unassigned", does=does, counts=False,
            facts={"name": name},
        )  # fmt: skip
        done = await decide(session, context, own, wish, findings, deed=deed)
        if name and person != context.actor.person_id:
            await _tell(session, context, own, done, person)
    free = wish.does("health.assign", findings=",".join(done.prints), person=NOBODY)
    undo = (Buttons(items=(Button(label="Nobody", does=free),)),) if name else ()
    return Reply(parts=(*done.told, *undo, back(wish)))


@command("health.comment", permission=Permission.SEE_CLIENT)
async def comment(
    context: Context,
    *,
    client: Client,
    check: str,
    findings: tuple[str, ...],
    view: str = "",
    text: str = "",
) -> Answer:
    """Remark on them, for whoever looks next."""
    wish = View.parse(view, client_id=client.id, check=check)
    if not text.strip():
        field = TextField(name="text", label="Remark", multiline=True, max_length=LONGEST_COMMENT)
        return Form(
            title="Remark",
            submits=wish.does("health.comment", findings=",".join(findings)),
            submit_label="Add",
            fields=(field,),
        )
    said = {
        "by": context.actor.person_id,
        "at": context.now.isoformat(),
        "text": text.strip()[:LONGEST_COMMENT],
    }

    def does(handling: Handling) -> None:
        handling.comments = [*handling.comments, said]

    deed = Deed(says="commented", does=does, counts=False)
    async with context.tools.database.begin() as session:
        own = await found(session, context, client, lock=True)
        done = await decide(session, context, own, wish, findings, deed=deed)
    return Reply(parts=(*done.told, back(wish)))


def _assign_form(context: Context, view: View, prints: tuple[str, ...]) -> Form:
    return Form(
        title="Assign",
        submits=view.does("health.assign", findings=",".join(prints)),
        submit_label="Assign",
        fields=(PersonField(name="person", label="To", initial=context.actor.person_id),),
    )


async def _checked(session: AsyncSession, client: Client, person_id: str) -> str:
    """The name of somebody who works for this client. Raises Invalid."""
    person = await people.find(session, client.workspace_id, person_id)
    if person is None or not person.is_active:
        raise Invalid({"person": "I do not know that person yet. They have to use me once first."})
    actor = Actor(
        workspace_id=client.workspace_id,
        person_id=person.id,
        name=person.name,
        role=person.role,
        all_clients=person.all_clients,
        clients=await people.clients_of(session, client.workspace_id, person.id),
    )
    if not sees(actor, client.id):
        raise Invalid({"person": f"{person.name} does not work for {client.name}."})
    return person.name


async def _tell(
    session: AsyncSession, context: Context, own: Found, done: Done, person_id: str
) -> None:
    view = done.view
    rows = await stored.some(session, *own.look.whose, view.check, done.prints[:TOLD])
    told: list[Finding] = [finding(row.body) for row in rows]
    words = Words(
        template="health/given",
        data={
            "by": context.actor.name,
            "client": own.client.name,
            "count": len(done.prints),
            "told": [{"title": each.title, "text": each.text} for each in told],
        },
    )
    theirs = View(client_id=own.client.id, check=view.check, assignee=person_id)
    show = Button(label="Show", does=theirs.does())
    await context.tools.notify.post(
        session,
        workspace_id=context.workspace_id,
        to=person_id,
        reply=Reply(parts=(words, Buttons(items=(show,)))),
    )
