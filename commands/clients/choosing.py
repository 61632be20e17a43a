"""Which client, where a command was typed without one: that of the channel, or a question."""

from collections.abc import Sequence

from commands.clients.channels import client_here
from commands.clients.finding import OFFERED, search
from commands.context import Context
from commands.errors import HELP
from commands.permissions import visible
from commands.registry import AnyClient, Asked, chooser, run, source
from commands.replies import Answer, Buttons, Filter, Option, Reply, Words, call
from storage.models import Client
from storage.queries import clients


@chooser(Client)
async def the_channels(asked: Asked) -> str | Answer:
    """The client whose channel it is typed in, or a question that goes on with the command."""
    here = await client_here(asked.context)
    return here.id if here else await _ask(asked, "clients", archived=False)


@chooser(AnyClient)
async def an_archived_one(asked: Asked) -> str | Answer:
    """No channel stands for an archived client, so it is always asked."""
    return await _ask(asked, "archived_clients", archived=True)


@source("archived_clients")
async def offered(context: Context, query: str) -> Sequence[Option]:
    """Archived clients the person worked for."""
    async with context.tools.database.read() as session:
        found = await search(session, context, query, archived=True, limit=OFFERED)
    return [Option(value=client.id, label=client.name) for client in found]


async def _ask(asked: Asked, offers: str, *, archived: bool) -> Answer:
    context = asked.context
    async with context.tools.database.read() as session:
        total = await clients.count(
            session, context.workspace_id, only=visible(context.actor), archived=archived
        )
    if not total:
        nothing = call("clients.list", archived="yes" if archived else "no")
        return await run(nothing, context)
    data = {"summary": asked.command.summary, "total": total, "archived": archived}
    return Reply(
        parts=(
            Words(template="clients/which", data=data),
            Filter(
                label="Find a client", name=asked.argument, does=asked.invocation, source=offers
            ),
            Buttons(items=(HELP,)),
        )
    )
