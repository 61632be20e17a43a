"""The files of an item, opened where they stand in Slack, or handed over as they came."""

from commands.clients.channels import is_direct
from commands.context import Context
from commands.errors import NotFound, Refused
from commands.files import Original
from commands.items.arriving.sheets import holder_of
from commands.items.finding import show_button
from commands.items.showing.card import size
from commands.items.showing.naming import in_brief
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Reply, Words, call
from storage.models import Item, ItemFile
from storage.queries import item_files


@command("items.file", permission=Permission.SEE_CLIENT, changes=False)
async def open_file(
    context: Context, *, item: Item, position: int = 0, is_copy: bool = False
) -> Answer:
    """Its place in Slack where everybody who asks here may look at it, else a copy to them alone.

    It is kept here too: what was deleted in Slack, or was put into a form, is sent from that.
    """
    async with context.tools.database.read() as session:
        file = await item_files.one(session, item.workspace_id, holder_of(item), position)
    if file is None:
        raise NotFound(kind="file", text=item.title)
    address = None if is_copy else await _address(context, file)
    if address is not None:
        return _here(item, file, address)
    if file.content is None:
        raise Refused("items/file_not_kept", show_button(item), what=item.title)
    words = Words(template="items/file_sent", data=_told(context, item, file))
    return Reply(
        parts=(words, Buttons(items=(show_button(item),))),
        replaces=False,
        files=(Original(name=file.name, content=file.content),),
    )


async def _address(context: Context, file: ItemFile) -> str | None:
    if file.remote_id is None or context.channel_id is None:
        return None
    return await context.tools.files.address(
        context.workspace_id, file.remote_id, context.channel_id
    )


def _here(item: Item, file: ItemFile, address: str) -> Reply:
    again = call("items.file", item=item.id, position=file.position, is_copy="yes")
    buttons = (
        Button(label="Open in Slack", url=address),
        Button(label="Send me a copy", does=again),
        show_button(item),
    )
    data = {"name": file.name, "size": size(file.size), "what": in_brief(item)}
    words = Words(template="items/file_here", data=data)
    return Reply(parts=(words, Buttons(items=buttons)), replaces=False)


def _told(context: Context, item: Item, file: ItemFile) -> dict[str, object]:
    return {
        "name": file.name,
        "size": size(file.size),
        "what": in_brief(item),
        "is_here": is_direct(context.channel_id),
    }
