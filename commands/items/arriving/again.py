"""Reading a file again that could not be fetched or was not read well."""

from commands.audit import record
from commands.context import Context
from commands.items.finding import locked
from commands.permissions import Permission
from commands.publishing.history import note_change
from commands.registry import command
from commands.replies import Button, Reply, call, say
from storage.models import Item, ItemState


@command("items.read_again", permission=Permission.SEE_CLIENT)
async def read_again(context: Context, *, item: Item) -> Reply:
    """Fetch and read its file once more; what people have said about it stays."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item)
        fresh.state, fresh.due_at, fresh.tries = ItemState.PROCESSING, context.now, 0
        by = context.actor.person_id
        await note_change(session, fresh, "read again", by=by, at=context.now)
        record(session, context, "item.read_again", fresh)
    context.tools.jobs.submit("items.look", item.id)
    show = Button(label="Open", does=call("items.show", item=item.id))
    return say("items/read_again", show, title=item.title)
