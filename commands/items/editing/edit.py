"""Correcting an item: what people change holds from then on, all else stays as the rules say."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Invalid
from commands.items.editing import typed
from commands.items.editing.fields import OWNER, fields, held, names
from commands.items.finding import changed_meanwhile, check_open, locked, write_down
from commands.items.showing.naming import in_brief, label
from commands.items.showing.seen import Seen, seen
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_change, changeable
from commands.publishing.known import say
from commands.registry import command
from commands.replies import Answer, Form, Words, call
from storage.models import Item
from storage.queries import people

TITLES = {"": "Edit item", "payment": "Payment, destination"}


@command("items.edit", permission=Permission.SEE_CLIENT, changes=False)
async def edit(context: Context, *, item: Item, version: int = 0, part: str = "") -> Answer:
    """The form: all fields, those of the payment, or the one that is to be corrected."""
    async with context.tools.database.read() as session:
        own = await seen(session, context, item)
        check_open(own.item)
        values = held(own, await changeable(session, context, own.item, names(own, part)))
    return Form(
        title=TITLES.get(part, "Correct item"),
        submits=call("items.save", item=item.id, version=own.item.version, was=typed.marks(values)),
        submit_label="Save",
        parts=(Words(template="items/editing", data={"what": in_brief(item), "part": part}),),
        fields=fields(own, values),
    )


@command("items.save", permission=Permission.SEE_CLIENT)
async def save(
    context: Context, *, item: Item, version: int, was: str = "", **filled_in: str
) -> Answer:
    """What was changed in the form is said by hand from now on; what was emptied is empty."""
    before = typed.marked(was)
    changes = as_kept(typed.changed(before, filled_in))
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item)
        check_open(fresh)
        own = await seen(session, context, fresh)
        if fresh.version != version:
            await _check_untouched(session, context, own, before, changes)
        if changes:
            told = _told(own, changes)
            await _keep(session, context, fresh, changes)
            await write_down(session, context, fresh, "edited", fields=told)
        says = [label(name, own.names) for name in changes]
        done = Words(template="items/edited", data={"fields": says, "what": in_brief(fresh)})
        return await shown(session, context, fresh, done)


async def _keep(
    session: AsyncSession, context: Context, item: Item, changes: Mapping[str, str | None]
) -> None:
    """Raises Invalid for an owner we do not know."""
    await before_change(session, context, item, changes)
    owner = changes.get(OWNER)
    if owner:
        if await people.find(session, context.workspace_id, owner) is None:
            raise Invalid({OWNER: "Dext does not know them yet. They have to write to it once."})
        item.owner = owner
    said = {name: text for name, text in changes.items() if name != OWNER or text}
    say(item, said, by=context.actor.person_id, at=context.now)


def as_kept(changes: Mapping[str, str]) -> Mapping[str, str | None]:
    """Raises Invalid, of all fields at once."""
    kept: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for name, text in changes.items():
        try:
            kept[name] = typed.read(name, text)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    return kept


async def _check_untouched(
    session: AsyncSession, context: Context, own: Seen, was: Mapping[str, str],
    changes: Mapping[str, str | None],
) -> None:  # fmt: skip
    """Two people may change different fields; of one field the second is told of the first."""
    now = held(own, list(changes))
    if any(typed.mark(now[name]) != was[name] for name in changes):
        raise await changed_meanwhile(session, context, own.item)


def _told(own: Seen, changes: Mapping[str, str | None]) -> Sequence[Mapping[str, str | None]]:
    """For the history: {field, from, to}, as they are kept."""
    before = held(own, list(changes))
    return [{"field": name, "from": before[name], "to": to} for name, to in changes.items()]
