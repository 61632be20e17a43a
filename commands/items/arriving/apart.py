"""A file that holds several documents: taken apart into items, or said to be one."""

import asyncio
from collections.abc import Sequence
from pathlib import PurePath

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Conflict
from commands.items.finding import check_open, locked, show_button, write_down
from commands.items.reading.pdf import taken_apart
from commands.items.showing.naming import in_brief
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.history import note_change
from commands.publishing.readiness.several import ONE, begins_of
from commands.registry import command
from commands.replies import Answer, Button, Words, call, say
from storage.models import Item, ItemState
from storage.queries import item_files, items
from storage.queries.item_files import NewFile


@command("items.take_apart", permission=Permission.SEE_CLIENT)
async def take_apart(context: Context, *, item: Item, version: int) -> Answer:
    """Each document becomes an item with its own pages; this one is put away."""
    async with context.tools.database.read() as session:
        file = await item_files.one(session, item.workspace_id, item.id, 0)
    begins = begins_of(item)
    if file is None or file.content is None or not begins:
        raise Conflict("items/is_one", show_button(item), what=in_brief(item))
    parts = await asyncio.to_thread(taken_apart, file.content, begins)
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        made = [
            await _part(session, context, fresh, part, (number, len(parts)))
            for number, part in enumerate(parts, 1)
        ]
        fresh.state = ItemState.DELETED
        await write_down(session, context, fresh, "taken_apart", count=len(made))
    for each in made:
        context.tools.jobs.submit("items.look", each.id)
    back = call("items.restore", item=fresh.id, version=fresh.version)
    return say(
        "items/taken_apart",
        Button(label="All items", does=call("items.list", client=fresh.client_id)),
        Button(label="Restore", does=back),
        what=in_brief(fresh),
        count=len(made),
    )


async def _part(
    session: AsyncSession, context: Context, whole: Item, content: bytes, place: Sequence[int]
) -> Item:
    """`place` is which of how many it is."""
    name = PurePath(whole.title)
    title = f"{name.stem} {place[0]} of {place[1]}{name.suffix or '.pdf'}"
    made = await items.add(
        session, whole.workspace_id, whole.client_id, by=whole.owner, source=whole.source,
        title=title, now=context.now, side=whole.side, kind=whole.kind,
        files=[NewFile(name=title, mime="application/pdf", content=content)],
    )  # fmt: skip
    made.place, made.due_at = whole.place, context.now
    by = context.actor.person_id
    await note_change(session, made, "submitted", by=by, at=context.now)
    return made


@command("items.is_one", permission=Permission.SEE_CLIENT)
async def is_one(context: Context, *, item: Item, version: int) -> Answer:
    """It stays as it was read."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        told = {"value": "yes", "by": context.actor.person_id, "at": context.now.isoformat()}
        fresh.manual = {**fresh.manual, ONE: told}
        await write_down(session, context, fresh, "is_one")
        words = Words(template="items/is_one_document", data={"what": in_brief(fresh)})
        return await shown(session, context, fresh, words)
