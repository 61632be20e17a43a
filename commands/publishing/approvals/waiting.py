"""What waits for whose approval, of all clients: one's own, or everything."""

from commands.context import Context
from commands.permissions import ADMINISTRATORS, Permission, sees
from commands.publishing.approvals import approval_letters as letters
from commands.publishing.approvals.approval_letters import title
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Filter, Option, Part, Reply, Words, call
from storage.models import Client, Item
from storage.queries import approvals

SHOWN = 10  # each is two blocks, and a message has fifty
MINE, ALL = "mine", "all"
WHOSE = (
    Option(value=MINE, label="Assigned to me"),
    Option(value=ALL, label="All items"),
)


@command(
    "publishing.waiting",
    usage="approvals",
    summary="what waits for your approval",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def waiting(context: Context, *, whose: str = MINE, page: int = 1) -> Answer:
    """See what waits for your approval, and approve or decline it.

    All items shows whom everything waits for, of the clients you work for.
    """
    async with context.tools.database.read() as session:
        every = await approvals.pending(session, context.workspace_id)
    seen = [(item, client) for item, client in every if sees(context.actor, client.id)]
    if whose != ALL:
        me = context.actor.person_id
        seen = [(item, client) for item, client in seen if me in item.approval.get("asked", ())]
    page = page if 0 < page <= (len(seen) + SHOWN - 1) // SHOWN else 1
    rows = seen[(page - 1) * SHOWN : page * SHOWN]
    data = {
        "total": len(seen),
        "is_all": whose == ALL,
        "first": (page - 1) * SHOWN + 1,
        "last": (page - 1) * SHOWN + len(rows),
    }
    parts: list[Part] = [Words(template="publishing/waiting", data=data)]
    for item, client in rows:
        parts += _row(context, item, client)
    here = call("publishing.waiting")
    options = {each.value: each for each in WHOSE}
    parts.append(
        Filter(
            label="Whose", name="whose", does=here, options=WHOSE,
            chosen=options[ALL if whose == ALL else MINE],
        )
    )  # fmt: skip
    parts.append(Buttons(items=_steps(whose, page, len(seen))))
    return Reply(parts=tuple(parts))


def _row(context: Context, item: Item, client: Client) -> list[Part]:
    told, me = item.approval, context.actor
    data = letters.facts(item, client)
    is_mine = me.person_id in told.get("asked", ())
    is_admin = me.role in ADMINISTRATORS and me.person_id != told.get("by")
    what = title(item)
    shows = Button(label="Open", does=call("items.show", item=item.id), description=f"Open {what}")
    if not (is_mine or is_admin):
        return [Words(template="publishing/waiting_row", data=data, beside=shows)]
    yes = call("publishing.approve", item=item.id)
    no = call("publishing.decline", item=item.id)
    return [
        Words(template="publishing/waiting_row", data=data),
        Buttons(
            items=(
                Button(label="Approve", does=yes, description=f"Approve {what}"),
                Button(label="Decline", does=no, description=f"Decline {what}"),
                shows,
            )
        ),
    ]


def _steps(whose: str, page: int, total: int) -> tuple[Button, ...]:
    here = call("publishing.waiting", whose=whose)
    steps = [Button(label="Away", does=call("publishing.away"))]
    if page > 1:
        steps.append(Button(label="Previous", does=here.having(page=str(page - 1))))
    if page * SHOWN < total:
        steps.append(Button(label="Next", does=here.having(page=str(page + 1))))
    return tuple(steps)
