"""What was read off a file, noted at an item; of a list, at an item for each of its rows."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.health.words import money
from commands.items.arriving.cards import client_name, item_card
from commands.items.reading.reading import ReadDocument, Reading, WrongRow
from commands.items.showing.naming import title
from commands.publishing.history import note_change
from commands.publishing.known import facts_of
from commands.publishing.readiness.readiness import choices_of, repeat
from commands.publishing.readiness.several import told
from commands.replies import Button, call, say
from storage.identity import new_id
from storage.models import Item, ItemState
from storage.queries.item_files import LIST

NAMED = 8  # rows of a list
WRONG = 5  # rows that were not taken
LONGEST = 30  # characters that are looked for


def learn(item: Item, document: ReadDocument, begins: Sequence[int] = ()) -> None:
    """What people have said about it meanwhile stays and wins."""
    is_first = not item.read
    item.read = document.as_read() | told(begins)
    if is_first or not item.lines:  # else somebody may have corrected them
        item.lines = [dict(line) for line in document.lines]
    if document.kind is not None:
        item.kind = document.kind.value
    if document.side is not None:
        item.side = document.side.value


async def take_rows(session: AsyncSession, tools: Tools, item: Item, reading: Reading) -> None:
    """`item` is the first row already. The list is told of once, and none of its rows by itself."""
    item.source = LIST
    repeat(item, facts_of(item))
    rows = [item]
    for document in reading.documents[1:]:
        rows.append(await _another(session, tools, item, document))
    await _tell(session, tools, rows, reading.wrong)
    item.place = None


async def _another(
    session: AsyncSession, tools: Tools, first: Item, document: ReadDocument
) -> Item:
    item = Item(
        id=new_id(),
        workspace_id=first.workspace_id,
        client_id=first.client_id,
        owner=first.owner,
        source=LIST,
        title=first.title,
        submitted_at=first.submitted_at,
        state=ItemState.TO_REVIEW,
        due_at=tools.now(),
    )
    learn(item, document)
    repeat(item, facts_of(item))
    session.add(item)
    await session.flush()
    await note_change(session, item, "submitted", by=first.owner, at=tools.now())
    return item


async def _tell(
    session: AsyncSession, tools: Tools, rows: Sequence[Item], wrong: Sequence[WrongRow]
) -> None:
    first = rows[0]
    if first.place is None:
        return
    choices = await choices_of(session, first.workspace_id, first.client_id)
    data = {
        "title": first.title,
        "client": await client_name(session, first),
        "count": len(rows),
        "rows": [
            {
                "title": title(row),
                "amount": money(row.total, row.currency)
                if choices.amounts_in_channel and row.total is not None
                else "",
            }
            for row in rows[:NAMED]
        ],
        "wrong": [msgspec.to_builtins(each) for each in wrong[:WRONG]],
        "wrong_count": len(wrong),
    }
    see = call("items.list", client=first.client_id, search=first.title[:LONGEST])
    reply = say(
        "items/sheet", Button(label="See it" if len(rows) == 1 else "See them", does=see), **data
    )
    await tools.notify.post(
        session, workspace_id=first.workspace_id, to=first.place, reply=reply, card=item_card(first)
    )
