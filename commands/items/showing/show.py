"""One item."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.items.showing.card import card
from commands.items.showing.seen import seen
from commands.permissions import Permission
from commands.publishing.rules.suggesting import suggested
from commands.registry import command
from commands.replies import Answer, Part, Reply
from storage.models import Item
from storage.queries import items


@command("items.show", permission=Permission.SEE_CLIENT, changes=False)
async def show(context: Context, *, item: Item) -> Answer:
    """What it is, how it is coded and why, what is wrong with it, and what can be done."""
    async with context.tools.database.read() as session:
        fresh = await items.find(session, context.workspace_id, item.id)
        return await shown(session, context, fresh or item)


async def shown(session: AsyncSession, context: Context, item: Item, *above: Part) -> Reply:
    """The card of it as it is now, with what was done to it above."""
    own = await seen(session, context, item)
    shown = card(own, above=above)
    offer = await suggested(session, context, own.client, item)
    return replace(shown, parts=(*shown.parts, offer)) if offer else shown
