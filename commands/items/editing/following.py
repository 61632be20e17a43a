"""Taking back what people chose for an item, so that the rules say it again."""

from commands.context import Context
from commands.errors import Refused
from commands.items.finding import changed_meanwhile, check_open, locked, show_button, write_down
from commands.items.showing.naming import Names, in_brief, label
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_change
from commands.publishing.coding import Coded
from commands.publishing.known import facts_of
from commands.publishing.resolution.matching import CHOSEN
from commands.publishing.resolution.splitting import WHOLE
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Words, call
from storage.models import Item
from storage.queries import items

DONE = "followed_rules"


def chosen(item: Item) -> list[str]:
    """The fields of coding that people said something of."""
    return [name for name in (*Coded, WHOLE, CHOSEN) if name in item.manual]


@command("items.follow_rules", permission=Permission.SEE_CLIENT)
async def follow_rules(context: Context, *, item: Item, version: int) -> Answer:
    """How it is coded follows the rules and settings again; what the document says stays said."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        names = chosen(fresh)
        if not names:
            raise Refused("items/follows_rules", show_button(fresh), what=in_brief(fresh))
        taken = {name: fresh.manual[name] for name in names}
        fresh.manual = {name: told for name, told in fresh.manual.items() if name not in taken}
        await before_change(session, context, fresh, names)
        await write_down(session, context, fresh, DONE, taken=taken)
        undo = call("items.unfollow_rules", item=fresh.id, version=fresh.version)
        called = Names(lists=None, facts=facts_of(fresh))
        data = {"what": in_brief(fresh), "fields": [label(name, called) for name in names]}
        words = Words(template="items/following", data=data)
        buttons = Buttons(items=(Button(label="Undo", does=undo),))
        return await shown(session, context, fresh, words, buttons)


@command("items.unfollow_rules", permission=Permission.SEE_CLIENT)
async def unfollow_rules(context: Context, *, item: Item, version: int) -> Answer:
    """What was chosen by hand is chosen again, by whoever chose it."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        changes = await items.changes(session, context.workspace_id, fresh.id)
        taken = [each for each in changes if each.what == DONE]
        if not taken:
            raise await changed_meanwhile(session, context, fresh)
        last = max(taken, key=lambda each: int(each.facts["version"]))
        await before_change(session, context, fresh, list(last.facts["taken"]))
        fresh.manual = {**last.facts["taken"], **fresh.manual}
        await write_down(session, context, fresh, "chosen_again")
        words = Words(template="items/chosen_again", data={"what": in_brief(fresh)})
        return await shown(session, context, fresh, words)
