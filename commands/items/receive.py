"""Files that people drop: written down at once as items, fetched and read afterwards."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.channels import client_here, is_channel
from commands.context import Context
from commands.permissions import has_clients
from commands.publishing.history import note_change
from commands.registry import command
from commands.replies import Filter, Reply, Words, call, say
from storage.identity import new_id
from storage.models import Client, Item, ItemFile
from storage.queries import intake

NOTHING = Reply(parts=())


@command("items.receive")
async def receive(
    context: Context, *, files: tuple[str, ...] = (), client: Client | None = None
) -> Reply:
    """Take files as items of a client: that of the channel they were dropped in, or ask which."""
    if not has_clients(context.actor):
        return NOTHING  # who only talks in a channel is not bothered with what we make of it
    if not files:
        return say("items/no_files")
    client = client or await client_here(context)
    if client is None:
        is_public = context.channel_id is not None and is_channel(context.channel_id)
        return NOTHING if is_public else _which(files)
    async with context.tools.database.begin() as session:
        taken = await take(session, context, client, files)
    for item in taken:
        context.tools.jobs.submit("items.look", item.id)
    if context.channel_id == client.channel_id or not taken:
        return NOTHING
    return say("items/taken", client=client.name, count=len(taken))


async def take(
    session: AsyncSession, context: Context, client: Client, files: Sequence[str]
) -> Sequence[Item]:
    """An item for each file that has not been handed in before."""
    known = await intake.known(session, context.workspace_id, files)
    place = context.channel_id if context.channel_id == client.channel_id else None
    made = []
    for file_id in dict.fromkeys(files):
        if file_id in known:
            continue
        item = _item(context, client, file_id, place or context.actor.person_id, context.now)
        session.add(item)
        session.add(
            ItemFile(
                item_id=item.id, workspace_id=item.workspace_id, name=file_id, remote_id=file_id
            )
        )
        await note_change(session, item, "submitted", by=context.actor.person_id, at=context.now)
        made.append(item)
    return made


def _item(context: Context, client: Client, title: str, place: str, now: datetime) -> Item:
    return Item(
        id=new_id(),
        workspace_id=client.workspace_id,
        client_id=client.id,
        owner=context.actor.person_id,
        source="upload",
        title=title,
        place=place,
        submitted_at=now,
        due_at=now,
    )


def _which(files: Sequence[str]) -> Reply:
    does = call("items.receive", files=",".join(files))
    return Reply(
        parts=(
            Words(template="items/whose", data={"count": len(files)}),
            Filter(label="Find a client", name="client", does=does, source="clients"),
        )
    )
