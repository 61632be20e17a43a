"""Who may do what: everybody with their role, and the clients of standard users."""

from collections.abc import Sequence

from commands.clients.person import facts, works_for
from commands.context import Context
from commands.permissions import Permission, may
from commands.registry import command
from commands.replies import Button, Buttons, Part, Reply, Words, call
from storage.models import Person, Role
from storage.queries import people

PAGE = 15


@command(
    "people.list",
    usage="people",
    summary="who may do what",
    permission=Permission.SEE_CLIENT,
    aliases=("people list",),
    changes=False,
)
async def show_list(context: Context, *, page: int = 1) -> Reply:
    """See who may do what, and change it.

    Practice administrators may do everything. Client administrators look after all clients and
    everybody but practice administrators. Standard users work for the clients assigned to them.
    """
    page = max(page, 1)
    async with context.tools.database.read() as session:
        everybody = await people.everybody(session, context.workspace_id)
        shown = _by_role(everybody)[(page - 1) * PAGE : page * PAGE]
        clients = {p.id: await works_for(session, p) for p in shown}
    manages = may(context.actor, Permission.MANAGE_PEOPLE)
    parts: list[Part] = [
        Words(template="people/list", data={"total": len(everybody), "manages": manages})
    ]
    parts += [
        Words(
            template="people/row",
            data=facts(person) | {"clients": clients[person.id]},
            beside=_change(person) if manages else None,
        )
        for person in shown
    ]
    buttons = _turning(page, len(everybody), manages=manages)
    return Reply(parts=(*parts, Buttons(items=buttons)) if buttons else tuple(parts))


def _by_role(everybody: Sequence[Person]) -> list[Person]:
    order = list(Role)
    return sorted(everybody, key=lambda person: (order.index(person.role), person.name.casefold()))


def _change(person: Person) -> Button:
    return Button(
        label="Change",
        does=call("people.edit", person=person.id),
        description=f"Change the role of {person.name}",
    )


def _turning(page: int, total: int, *, manages: bool) -> tuple[Button, ...]:
    buttons = []
    if page > 1:
        buttons.append(Button(label="Previous", does=call("people.list", page=page - 1)))
    if page * PAGE < total:
        buttons.append(Button(label="Next", does=call("people.list", page=page + 1)))
    if manages:
        buttons.append(Button(label="Somebody else", does=call("people.choose")))
    return tuple(buttons)
