"""The item that an argument names, and noticing that it is not what somebody was shown."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.authorise import authorise_for
from commands.clients.finding import refuse_archived
from commands.context import Context
from commands.errors import Conflict, NotFound, Refused
from commands.items.arriving import cards
from commands.items.arriving.sheets import follow
from commands.items.showing.naming import in_brief
from commands.publishing.claims.placing import follow_claim
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import reassess
from commands.registry import Asked, reader
from commands.replies import Button, call, say
from storage.models import Client, Item, ItemState
from storage.queries import clients, items, people

ADDED = "added"
RECENT = 20  # changes among which those since a page was shown are looked for
CLOSED = (ItemState.ARCHIVED, ItemState.DELETED, ItemState.MERGED)


@reader(Item)
async def item(session: AsyncSession, asked: Asked) -> Item:
    """By id, of a client that is not archived."""
    workspace_id = asked.context.workspace_id
    found = await items.find(session, workspace_id, asked.text)
    if found is None:
        raise NotFound(kind="item", text=asked.text)
    client = await client_of(session, found)
    permission = asked.command.permission
    await authorise_for(session, asked.context, permission, client, asked.invocation)
    refuse_archived(client)
    return found


async def client_of(session: AsyncSession, item: Item) -> Client:
    client = await clients.find(session, item.workspace_id, item.client_id)
    assert client is not None
    return client


async def locked(
    session: AsyncSession, context: Context, item: Item, *, version: int | None = None
) -> Item:
    """The row as it is now, nobody else's until the commit.

    Raises Conflict where it is being published, or somebody has changed it since that version.
    """
    fresh = await items.find(session, context.workspace_id, item.id, lock=True)
    if fresh is None:
        raise NotFound(kind="item", text=item.id)
    if version is not None:
        await check_version(session, context, fresh, version)
    if fresh.state is ItemState.PUBLISHING:
        raise Conflict("items/is_publishing", show_button(fresh), what=in_brief(fresh))
    return fresh


async def check_version(session: AsyncSession, context: Context, item: Item, version: int) -> None:
    """Raise Conflict where a person changed it since; that it was judged anew is no conflict."""
    if item.version == version:
        return
    changes = await items.changes(session, context.workspace_id, item.id, limit=RECENT)
    if any(change.facts.get("version", 0) > version for change in changes):
        raise await changed_meanwhile(session, context, item)


async def changed_meanwhile(session: AsyncSession, context: Context, item: Item) -> Conflict:
    """Says what happened to it last, and who did it."""
    changes = await items.changes(session, context.workspace_id, item.id, limit=1)
    last = changes[0] if changes else None
    person = await people.find(session, context.workspace_id, last.by) if last else None
    return Conflict(
        "items/changed_meanwhile",
        show_button(item),
        what=in_brief(item),
        did=last.what if last else "",
        who=person.name if person else None,
        at=last.at if last else None,
    )


def check_open(item: Item) -> None:
    """Raise Refused where it is not to be changed any more, with what brings it back."""
    if item.state in CLOSED:
        buttons = [show_button(item)]
        if item.state is ItemState.ARCHIVED:
            again = call("items.unarchive", item=item.id, version=item.version)
            buttons.insert(0, Button(label="Unarchive", does=again))
        raise Refused("items/is_closed", *buttons, what=in_brief(item), state=item.state.value)


async def write_down(
    session: AsyncSession,
    context: Context,
    item: Item,
    what: str,
    **facts: object,
) -> None:
    """In its history and in the audit record, which holds no figures; then it is judged anew, and
    the message about it says how it stands. What it looks like now is looked for soon.

    Part of the transaction that changes it.
    """
    if item.is_open:
        item.due_at = context.now
    await session.flush()
    by = context.actor.person_id
    facts = facts | {"version": item.version}
    await note_change(session, item, what, by=by, at=context.now, facts=facts)
    record(session, context, f"item.{what}", item)
    judged = await reassess(session, context.tools, item, now=context.now)
    if what != ADDED:  # first it is compared with what is here already
        await follow_claim(session, item, judged, now=context.now)
    await session.flush()
    if item.is_open:
        await cards.tell(session, context.tools, item, judged)
    else:
        await follow(session, context.tools, item)
        if item.place is not None:
            await _tell_put_away(session, context, item, item.place, did=what)


async def _tell_put_away(
    session: AsyncSession, context: Context, item: Item, place: str, *, did: str
) -> None:
    """The message about it, where it was handed in, offers nothing any more but to look at it."""
    data = {"what": in_brief(item), "state": item.state.value, "did": did}
    reply = say("items/put_away", show_button(item), **data)
    await context.tools.notify.post(
        session, workspace_id=item.workspace_id, to=place, reply=reply, card=cards.item_card(item)
    )


def show_button(item: Item) -> Button:
    return Button(label="Show", does=call("items.show", item=item.id))
