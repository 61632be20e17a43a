"""Which of several bank lines paid an item: asked, and noted."""

from commands.context import Context
from commands.errors import Conflict
from commands.health.words import dated
from commands.items.finding import check_open, locked, show_button, write_down
from commands.items.showing.naming import in_brief, shown
from commands.items.showing.seen import Seen, seen
from commands.items.showing.show import shown as card_of
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_change
from commands.publishing.coding import Coded
from commands.publishing.known import say
from commands.publishing.resolution.matching import CHOSEN, Ambiguous, BankLine
from commands.registry import command
from commands.replies import Answer, ChoiceField, Form, Option, Words, call
from storage.models import Item

NONE = Option(value="none", label="None of them")


@command("items.choose_line", permission=Permission.SEE_CLIENT)
async def choose_line(context: Context, *, item: Item, version: int, line: str = "") -> Answer:
    """What was chosen is set up as its payment; with none of them nothing is filled in."""
    if not line:
        return await _form(context, item)
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        value = None if line == NONE.value else line
        await before_change(session, context, fresh, [CHOSEN])
        say(fresh, {CHOSEN: value}, by=context.actor.person_id, at=context.now)
        await write_down(session, context, fresh, "line_chosen")
        done = Words(template="items/line_chosen", data={"is_none": value is None})
        return await card_of(session, context, fresh, done)


async def _form(context: Context, item: Item) -> Form:
    """Raises Conflict where there is nothing to choose any more."""
    async with context.tools.database.read() as session:
        own = await seen(session, context, item)
    match = own.judged.match
    if not isinstance(match, Ambiguous):
        raise Conflict("items/no_lines", show_button(item), what=in_brief(item))
    options = tuple(_option(own, line) for line in match.lines)
    return Form(
        title="Which line paid it?",
        submits=call("items.choose_line", item=item.id, version=own.item.version),
        submit_label="Use it",
        parts=(Words(template="items/choosing_line", data={"what": in_brief(item)}),),
        fields=(ChoiceField(name="line", label="Bank line", options=(*options, NONE)),),
    )


def _option(own: Seen, line: BankLine) -> Option:
    account = shown(Coded.BANK_ACCOUNT, line.bank_account, own.names)
    return Option(
        value=line.id, label=f"{account}, {dated(line.day)}", description=line.name or None
    )
