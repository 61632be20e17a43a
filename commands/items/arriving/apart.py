"""A file that holds several documents: taken apart into items, or said to be one."""

import asyncio
from collections.abc import Sequence
from pathlib import PurePath

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Conflict, Invalid
from commands.items.finding import check_open, locked, show_button, write_down
from commands.items.reading.pdf import pages_of, taken_apart
from commands.items.showing.naming import in_brief
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_putting_away
from commands.publishing.history import note_change
from commands.publishing.readiness.several import ONE, begins_of, by_people, unsure_of
from commands.registry import command
from commands.replies import Answer, Button, Form, TextField, Words, call, say
from storage.models import Item, ItemFile, ItemState
from storage.queries import item_files, items
from storage.queries.item_files import NewFile


@command("items.take_apart", permission=Permission.SEE_CLIENT)
async def take_apart(
    context: Context, *, item: Item, version: int, pages: str = "", asks: bool = False
) -> Answer:
    """Each document becomes an item with its own pages; this one is put away.

    Where nobody can tell on which pages they begin, whoever takes them apart says it.
    """
    async with context.tools.database.read() as session:
        file = await item_files.one(session, item.workspace_id, item.id, 0)
    if file is None or file.content is None or not begins_of(item):
        raise Conflict("items/is_one", show_button(item), what=in_brief(item))
    if not pages and (asks or unsure_of(item)):
        return _asking(item, version, file)
    count = await asyncio.to_thread(pages_of, file.content)
    begins = _begins(pages, count) if pages else begins_of(item)
    parts = await asyncio.to_thread(taken_apart, file.content, begins)
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        made = [
            await _part(session, context, fresh, part, (number, len(parts)))
            for number, part in enumerate(parts, 1)
        ]
        await before_putting_away(session, context, fresh)
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


def _asking(item: Item, version: int, file: ItemFile) -> Form:
    data = {"name": file.name, "unsure": by_people(unsure_of(item))}
    return Form(
        title="Take apart",
        submits=call("items.take_apart", item=item.id, version=version),
        submit_label="Take apart",
        parts=(Words(template="items/taking_apart", data=data),),
        fields=(
            TextField(
                name="pages",
                label="Pages on which a document begins",
                initial=", ".join(str(page) for page in by_people(begins_of(item))),
                hint="The first page of the file is 1. Commas between: 1, 3, 4",
            ),
        ),
    )


def _begins(text: str, count: int) -> tuple[int, ...]:
    """From 0, the first of the file among them; of a file of so many pages. Raises Invalid."""
    said = [each.strip() for each in text.replace(";", ",").split(",") if each.strip()]
    if not all(each.isdecimal() and 1 <= int(each) <= count for each in said):
        raise Invalid({"pages": f"Numbers from 1 to {count} with commas between, such as 1, 2."})
    begins = tuple(sorted({0, *(int(each) - 1 for each in said)}))
    if len(begins) == 1:
        raise Invalid({"pages": "A document that begins on page 1 alone is not taken apart."})
    return begins


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
