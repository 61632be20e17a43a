"""A list that was handed in: an item for each row, and one message that tells how they stand."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.health.words import money
from commands.items.arriving.learning import learn
from commands.items.reading.reading import ReadDocument, Reading
from commands.items.showing.naming import title
from commands.publishing.history import note_change
from commands.publishing.known import facts_of
from commands.publishing.readiness.readiness import choices_of, repeat
from commands.replies import Button, Reply, call, say
from storage.identity import new_id
from storage.models import Item, ItemState
from storage.queries import clients, sheets
from storage.queries.item_files import LIST
from storage.queries.items import Shelf
from storage.queries.sheets import SHEET

NAMED = 8  # rows of a list
WRONG = 5  # rows that were not taken
LONGEST = 30  # characters that are looked for
STANDING = {
    Shelf.ERRORS: "not published",
    Shelf.TO_REVIEW: "to review",
    Shelf.READY: "ready",
    Shelf.WAITING: "waiting for approval",
    Shelf.PUBLISHED: "published or archived",
    Shelf.DELETED: "deleted",
}  # what somebody has to look at first


def sheet_card(sheet_id: str) -> str:
    """Names the message of a list; the same as that of its file before it was known to be one."""
    return f"item:{sheet_id}"


def sheet_of(item: Item) -> str | None:
    """The item of the first row of the list that it is of."""
    found: str | None = (item.read.get(SHEET) or {}).get("value")
    return found


def holder_of(item: Item) -> str:
    """The item that keeps the files it was read off: of all rows of a list, that of the first."""
    return sheet_of(item) or item.id


def is_first(item: Item) -> bool:
    return sheet_of(item) == item.id


async def take_rows(session: AsyncSession, tools: Tools, item: Item, reading: Reading) -> None:
    """`item` is the first row already. The list is told of once, and none of its rows by itself."""
    wrong = [msgspec.to_builtins(each) for each in reading.wrong[:WRONG]]
    item.source = LIST
    _note(item, item.id, 0, place=item.place, wrong=wrong, wrong_count=len(reading.wrong))
    item.place = None
    repeat(item, facts_of(item))
    for number, document in enumerate(reading.documents[1:], 1):
        await _another(session, tools, item, document, number)


async def _another(
    session: AsyncSession, tools: Tools, first: Item, document: ReadDocument, number: int
) -> None:
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
    _note(item, first.id, number)
    repeat(item, facts_of(item))
    session.add(item)
    await session.flush()
    await note_change(session, item, "submitted", by=first.owner, at=tools.now())


def _note(item: Item, sheet_id: str, number: int, **facts: Any) -> None:  # what its message tells
    known = {"value": sheet_id, "row": number, "by": SHEET}
    item.read = item.read | {SHEET: known | facts}


async def follow(session: AsyncSession, tools: Tools, item: Item) -> None:
    """A row has changed: the message of its list says so, soon if there are more."""
    sheet_id = sheet_of(item)
    if is_first(item):
        await tell_list(session, tools, item)
    elif sheet_id is not None:
        await sheets.ring(session, item.workspace_id, sheet_id, now=tools.now())


async def tell_list(session: AsyncSession, tools: Tools, first: Item) -> None:
    """Where it was handed in; edited there when anything has changed in how its rows stand."""
    await session.flush()
    counts = await sheets.tally(session, first.workspace_id, first.id)
    told = {shelf.value: number for shelf, number in sorted(counts.items())}
    known = first.read[SHEET]
    if known["place"] is None or known.get("told") == told:
        return
    first.read = first.read | {SHEET: known | {"told": told}}
    await tools.notify.post(
        session,
        workspace_id=first.workspace_id,
        to=known["place"],
        reply=await _told(session, first, counts),
        card=sheet_card(first.id),
    )


async def _told(session: AsyncSession, first: Item, counts: Mapping[Shelf, int]) -> Reply:
    choices = await choices_of(session, first.workspace_id, first.client_id)
    client = await clients.find(session, first.workspace_id, first.client_id)
    assert client is not None
    rows = await sheets.first_rows(session, first.workspace_id, first.id, limit=NAMED)
    standing = [shelf for shelf in STANDING if counts.get(shelf)]
    data = {
        "title": first.title,
        "client": client.name,
        "count": sum(counts.values()),
        "rows": _named(rows, has_amounts=choices.amounts_in_channel),
        "standing": [(counts[shelf], STANDING[shelf]) for shelf in standing],
        "is_refused": Shelf.ERRORS in counts,
        "wrong": first.read[SHEET].get("wrong", []),
        "wrong_count": first.read[SHEET].get("wrong_count", 0),
    }
    see = call(
        "items.list",
        client=first.client_id,
        search=first.title[:LONGEST],
        shelf=standing[0].value,
    )
    label = "See it" if len(rows) == 1 else "See them"
    return say("items/sheet", Button(label=label, does=see), **data)


def _named(rows: Sequence[Item], *, has_amounts: bool) -> list[dict[str, Any]]:
    return [
        {
            "title": title(row),
            "amount": money(row.total, row.currency)
            if has_amounts and row.total is not None
            else "",
        }
        for row in rows
    ]
