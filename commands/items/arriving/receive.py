"""Files that people drop: written down at once as items, fetched and read afterwards."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.channels import client_here, is_channel
from commands.context import Context
from commands.permissions import Permission, has_clients
from commands.publishing.history import note_change
from commands.registry import command
from commands.replies import NOTHING, Answer, FileField, Filter, Form, Reply, Words, call, say
from storage.identity import new_id
from storage.models import Client, Item, ItemFile
from storage.queries import intake

UNNAMED = "A file"  # until Slack has said what it is called
KINDS = "PDF, PNG, JPEG, HEIC, e-invoices in XML, lists in CSV or XLSX; up to ten."


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
    taken = await _taken(context, client, files)
    if context.channel_id == client.channel_id or not taken:
        return NOTHING
    return say("items/taken", client=client.name, count=len(taken), place=None, is_here=True)


@command(
    "items.upload",
    usage="items upload <client>",
    summary="hand in receipts and invoices of a client as files",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def upload(context: Context, *, client: Client) -> Answer:
    """Hand in files where dropping them in the client's channel is not wanted.

    PDF, PNG, JPEG, HEIC, e-invoices in XML, and lists of items in CSV or XLSX, several at once.
    """
    return Form(
        title="Hand in files",
        submits=call("items.hand_in", client=client.id),
        submit_label="Hand in",
        parts=(Words(template="items/handing_in", data={"client": client.name}),),
        fields=(FileField(name="files", label="Files", hint=KINDS),),
    )


@command("items.hand_in", permission=Permission.SEE_CLIENT)
async def hand_in(context: Context, *, client: Client, files: tuple[str, ...]) -> Reply:
    """What was put into the form."""
    taken = await _taken(context, client, files)
    place = client.channel_id if context.channel_id == client.channel_id else None
    data = {"client": client.name, "count": len(taken), "place": place, "is_here": False}
    return say("items/taken", **data)


async def _taken(context: Context, client: Client, files: Sequence[str]) -> Sequence[Item]:
    async with context.tools.database.begin() as session:
        taken = await take(session, context, client, files)
    for item in taken:
        context.tools.jobs.submit("items.look", item.id)
    return taken


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
        item = _item(context, client, UNNAMED, place or context.actor.person_id, context.now)
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
