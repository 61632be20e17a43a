"""Putting items away and bringing them back: archived, deleted, moved to where they belong."""

from commands.context import Context
from commands.errors import Refused
from commands.items.finding import check_open, locked, show_button, write_down
from commands.items.showing.naming import SIDES, in_brief
from commands.items.showing.seen import seen
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_change, before_putting_away
from commands.publishing.facts import Side
from commands.publishing.sending.republish import on_a_claim
from commands.publishing.sending.ways import YES
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    ChoiceField,
    Form,
    Option,
    Reply,
    Words,
    call,
    say,
)
from storage.models import Item, ItemState, PublicationState
from storage.queries import items, publications

CLEAR = (
    Option(value="yes", label="Yes, it becomes a new document",
           description="Void or delete the old one in the ledger first"),
    Option(value="no", label="No, keep it as published",
           description="It can be looked at here, and not be published again"),
)  # fmt: skip


@command("items.archive", permission=Permission.SEE_CLIENT)
async def archive(context: Context, *, item: Item, version: int) -> Answer:
    """It is done with, and not published."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        await before_putting_away(session, context, fresh)
        fresh.state, fresh.archived_at = ItemState.ARCHIVED, context.now
        await write_down(session, context, fresh, "archived")
    undo = call("items.unarchive", item=fresh.id, version=fresh.version)
    return _done(fresh, "archived", Button(label="Undo", does=undo))


@command("items.unarchive", permission=Permission.SEE_CLIENT)
async def unarchive(context: Context, *, item: Item, version: int, clear: str = "") -> Answer:
    """Back to where it can be changed; what was published asks whether that counts no more."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        if fresh.state is not ItemState.ARCHIVED:
            raise _not("items/not_archived", fresh)
        own = await seen(session, context, fresh)
        if own.sent is not None and own.is_published and own.sent.claim_id is not None:
            raise on_a_claim(fresh, own.sent.claim_id)
        if own.is_published and not clear:
            return _asking(fresh, own.software, own.address)
        is_cleared = own.is_published and clear == YES
        if is_cleared:
            assert own.sent is not None
            own.sent.state = PublicationState.CLEARED
            fresh.generation += 1
        fresh.state, fresh.archived_at = ItemState.TO_REVIEW, None
        fresh.error = {}
        await write_down(session, context, fresh, "cleared" if is_cleared else "unarchived")
        words = Words(
            template="items/unarchived",
            data={
                "what": in_brief(fresh),
                "is_cleared": is_cleared,
                "is_published": own.is_published and not is_cleared,
                "software": own.software,
            },
        )
        return await shown(session, context, fresh, words)


def _asking(item: Item, software: str, address: str | None) -> Form:
    data = {"what": in_brief(item), "software": software, "address": address}
    return Form(
        title="Unarchive",
        submits=call("items.unarchive", item=item.id, version=item.version),
        submit_label="Unarchive",
        parts=(Words(template="items/unarchiving", data=data),),
        fields=(ChoiceField(name="clear", label="Clear publishing data?", options=CLEAR),),
    )


@command("items.delete", permission=Permission.SEE_CLIENT)
async def delete(context: Context, *, item: Item, version: int) -> Answer:
    """It can be restored from among the deleted ones."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        if fresh.state in (ItemState.DELETED, ItemState.MERGED):
            raise _not("items/not_there", fresh)
        await before_putting_away(session, context, fresh)
        fresh.state = ItemState.DELETED
        await write_down(session, context, fresh, "deleted")
        await items.release_twins(session, context.workspace_id, fresh.id, now=context.now)
    undo = call("items.restore", item=fresh.id, version=fresh.version)
    return _done(fresh, "deleted", Button(label="Undo", does=undo))


@command("items.restore", permission=Permission.SEE_CLIENT)
async def restore(context: Context, *, item: Item, version: int) -> Answer:
    """Back to where it was: among the published ones if it was published, else to be reviewed."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        if fresh.state is not ItemState.DELETED:
            raise _not("items/not_deleted", fresh)
        sent = await publications.of_item(session, context.workspace_id, fresh.id, fresh.generation)
        was_sent = sent is not None and sent.state is PublicationState.PUBLISHED
        fresh.state = ItemState.ARCHIVED if was_sent else ItemState.TO_REVIEW
        await write_down(session, context, fresh, "restored")
        words = Words(template="items/restored", data={"what": in_brief(fresh)})
        return await shown(session, context, fresh, words)


@command("items.move", permission=Permission.SEE_CLIENT)
async def move(context: Context, *, item: Item, version: int, side: Side) -> Answer:
    """Between costs, sales and expense claims; what was chosen by hand stays chosen."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        check_open(fresh)
        before = Side(fresh.side)
        await before_change(session, context, fresh, ["side"])
        fresh.side = side.value
        await write_down(session, context, fresh, "moved", side=SIDES[side], before=before.value)
        words = Words(template="items/moved", data={"what": in_brief(fresh), "side": SIDES[side]})
        return await shown(session, context, fresh, words)


def _done(item: Item, says: str, undo: Button) -> Reply:
    back = Button(label="All items", does=call("items.list", client=item.client_id))
    return say("items/done", undo, back, what=in_brief(item), says=says)


def _not(template: str, item: Item) -> Refused:
    return Refused(template, show_button(item), what=in_brief(item), state=item.state.value)
