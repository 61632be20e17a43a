"""Two items that look like one: compared, told apart, or merged, and taken apart again."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import NotFound, Refused
from commands.health.words import dated
from commands.items.arriving.sheets import holder_of
from commands.items.finding import locked, show_button, write_down
from commands.items.showing.card import size
from commands.items.showing.naming import KINDS, SIDES, STATES, amount, by_number, in_brief, title
from commands.items.showing.seen import people_names
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_putting_away
from commands.publishing.facts import Facts
from commands.publishing.known import facts_of
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Part, Reply, Table, Words, call
from storage.models import Item, ItemFile, ItemState
from storage.queries import item_files, items

SENT = (ItemState.ARCHIVED, ItemState.PUBLISHING)
PUT_AWAY = (ItemState.DELETED, ItemState.MERGED)
SAME_FILE = "same file"
MERGING = frozenset({"merged", SAME_FILE})


@command("items.twins", permission=Permission.SEE_CLIENT, changes=False)
async def compare(context: Context, *, item: Item, twin: str = "") -> Answer:
    """Both beside each other."""
    async with context.tools.database.read() as session:
        other = await _other(session, item, twin or item.twin_id or "")
        both = (item, other)
        files = [await item_files.of_item(session, i.workspace_id, holder_of(i)) for i in both]
        alike = other.id in await item_files.same_file(session, item.workspace_id, item.id)
        names = await people_names(session, context.workspace_id)
    people = [names.get(each.owner, "") for each in both]
    rows = _rows(both, files, people)
    data = {
        "what": by_number(item), "other": by_number(other), "same_file": alike,
        "different": [name for name, mine, theirs in rows if mine != theirs],
    }  # fmt: skip
    about: dict[str, str | int] = {"item": item.id, "twin": other.id, "version": item.version}
    parts: tuple[Part, ...] = (
        Words(template="items/compared", data=data),
        Table(columns=("", "This one", "The other"), rows=tuple(rows)),
        Buttons(
            items=(
                Button(label="Same thing", does=call("items.same", **about)),
                Button(label="Different", does=call("items.different", **about)),
                show_button(item),
                Button(label="Show the other", does=call("items.show", item=other.id)),
            )
        ),
    )
    return Reply(parts=parts)


def _rows(
    both: tuple[Item, Item], files: Sequence[Sequence[ItemFile]], people: Sequence[str]
) -> list[tuple[str, str, str]]:
    columns = [_column(i, facts_of(i), f, by) for i, f, by in zip(both, files, people, strict=True)]
    return [(name, columns[0][name], columns[1][name]) for name in columns[0]]


def _column(item: Item, facts: Facts, files: Sequence[ItemFile], by: str) -> dict[str, str]:
    return {
        "Supplier": facts.supplier or title(item),
        "Total": amount(facts.total, item.currency or facts.currency) or "–",
        "Tax": amount(facts.tax, item.currency or facts.currency) or "–",
        "Date": dated(facts.day),
        "Number": facts.number or "–",
        "Type": f"{KINDS[facts.kind]}, {SIDES[facts.side]}",
        "State": STATES[item.state],
        "File": ", ".join(_file(file) for file in files) or "–",
        "Handed in": dated(item.submitted_at.date()),
        "By": by,
    }


def _file(file: ItemFile) -> str:
    return f"{file.name} ({size(file.size)})" if file.size else file.name


@command("items.same", permission=Permission.SEE_CLIENT)
async def same(context: Context, *, item: Item, twin: str, version: int) -> Answer:
    """One of them goes into the other, with its files: never the one that was sent."""
    async with context.tools.database.begin() as session:
        fresh, other = await _both(session, context, item, twin, version)
        goes, stays = which(fresh, other)
        positions = await _hand_over(session, goes, stays)
        await before_putting_away(session, context, goes)
        goes.state, goes.twin_id = ItemState.MERGED, stays.id
        if stays.twin_id == goes.id:
            stays.twin_id = None
        await items.release_twins(session, context.workspace_id, goes.id, now=context.now)
        facts = {"other": in_brief(stays), "into": stays.id, "positions": list(positions)}
        await write_down(session, context, goes, "merged", **facts)
        await write_down(session, context, stays, "taken_in", other=in_brief(goes))
        undo = call("items.unmerge", item=goes.id, version=goes.version)
        data = {"goes": by_number(goes), "stays": by_number(stays), "files": len(positions)}
        parts: list[Part] = [
            Words(template="items/same", data=data),
            Buttons(items=(Button(label="Undo", does=undo),)),
        ]
        return await shown(session, context, stays, *parts)


async def _hand_over(session: AsyncSession, goes: Item, stays: Item) -> Sequence[int]:
    """Where the files stand then. A list stays with its first row: it is of the other rows too."""
    if goes.source == item_files.LIST:
        return ()
    return await item_files.hand(session, goes.workspace_id, goes.id, stays.id)


def which(item: Item, other: Item) -> tuple[Item, Item]:
    """Which goes, and into which. Raises Refused where both were sent to the ledger."""
    if item.state in SENT and other.state in SENT:
        raise Refused(
            "items/both_sent", show_button(item), show_button(other),
            what=in_brief(item), other=in_brief(other),
        )  # fmt: skip
    return (other, item) if item.state in SENT else (item, other)


@command("items.unmerge", permission=Permission.SEE_CLIENT)
async def unmerge(context: Context, *, item: Item, version: int) -> Answer:
    """It is an item of its own again, with the files that it had."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        changes = await items.changes(session, context.workspace_id, fresh.id)
        merged = next((each for each in changes if each.what in MERGING), None)
        if fresh.state is not ItemState.MERGED or merged is None or fresh.twin_id is None:
            raise Refused("items/not_merged", show_button(fresh), what=in_brief(fresh))
        into = fresh.twin_id
        if merged.what == SAME_FILE:  # its files stayed, and would have it put aside again
            _accept(fresh, into)
        else:
            positions = frozenset(merged.facts.get("positions") or ())
            whose = fresh.workspace_id
            await item_files.hand(session, whose, into, fresh.id, positions=positions)
        fresh.state = ItemState.TO_REVIEW
        await write_down(session, context, fresh, "unmerged")
        words = Words(template="items/unmerged", data={"what": in_brief(fresh)})
        return await shown(session, context, fresh, words)


@command("items.different", permission=Permission.SEE_CLIENT)
async def different(context: Context, *, item: Item, twin: str, version: int) -> Answer:
    """They are not compared any more; a document of the ledger may be the other one."""
    async with context.tools.database.begin() as session:
        if await items.find(session, context.workspace_id, twin) is None:
            fresh, told = await locked(session, context, item, version=version), ""
        else:
            fresh, other = await _both(session, context, item, twin, version)
            told = in_brief(other)
            _accept(other, fresh.id)
            await write_down(session, context, other, "told_apart", other=in_brief(fresh))
        _accept(fresh, twin)
        await write_down(session, context, fresh, "told_apart", other=told)
        words = Words(template="items/different", data={"what": in_brief(fresh), "other": told})
        return await shown(session, context, fresh, words)


def _accept(item: Item, other_id: str) -> None:
    item.twins_accepted = [*dict.fromkeys([*item.twins_accepted, other_id])]
    if item.twin_id == other_id:
        item.twin_id = None


async def _both(
    session: AsyncSession, context: Context, item: Item, twin: str, version: int
) -> tuple[Item, Item]:
    """Locked in the order in which items are sent, so that nobody waits for each other."""
    other = await _other(session, item, twin)
    first, second = sorted((item, other), key=lambda each: (each.submitted_at, each.id))
    for each in (first, second):
        known = version if each.id == item.id else None
        await locked(session, context, each, version=known)
    fresh = await items.find(session, context.workspace_id, item.id)
    twin_now = await items.find(session, context.workspace_id, other.id)
    assert fresh is not None
    assert twin_now is not None
    for each in (fresh, twin_now):
        if each.state in PUT_AWAY:
            raise Refused(
                "items/not_there", show_button(each), what=in_brief(each), state=each.state.value
            )
    return fresh, twin_now


async def _other(session: AsyncSession, item: Item, twin: str) -> Item:
    """Of the same client. Raises NotFound."""
    other = await items.find(session, item.workspace_id, twin) if twin else None
    if other is None or other.client_id != item.client_id or other.id == item.id:
        raise NotFound(kind="item", text=twin)
    return other
