"""Saying that an item is not the document of the ledger that it looks like."""

from commands.audit import record
from commands.context import Context
from commands.items.finding import locked
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.history import note_change
from commands.publishing.readiness.in_ledger import PREFIX
from commands.publishing.readiness.readiness import reassess
from commands.registry import command
from commands.replies import Answer
from storage.models import Item


@command("items.is_another", permission=Permission.SEE_CLIENT)
async def is_another(context: Context, *, item: Item) -> Answer:
    """What it looks like now is remembered; it is not compared with that again."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item)
        judged = await reassess(session, context.tools, fresh, now=context.now)
        keys = [each.facts.get("document", "") for each in judged.obstacles]
        others = [key for key in keys if key.startswith(PREFIX)]
        fresh.twins_accepted = [*dict.fromkeys([*fresh.twins_accepted, *others])]
        await reassess(session, context.tools, fresh, now=context.now)
        by = context.actor.person_id
        await note_change(session, fresh, "kept as another", by=by, at=context.now)
        record(session, context, "item.kept_as_another", fresh)
        return await shown(session, context, fresh)
