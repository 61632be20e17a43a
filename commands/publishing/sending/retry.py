"""Sending again what was refused, once its cause is gone, and finishing what was left out."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for
from commands.context import Context
from commands.errors import NotFound, Refused
from commands.permissions import Permission
from commands.publishing.sending.outcome import tell
from commands.publishing.sending.publish import answer, is_told_here, items_button, send_now
from commands.registry import command
from commands.replies import NOTHING, Reply, call, say
from storage.models import Batch, Client, Publication, PublicationState, StepState
from storage.queries import clients, connections, publications

STEPS = ("payment", "files")


@command("publishing.retry")
async def retry(context: Context, *, batch: str) -> Reply:
    """Judge what was refused once more, and send what may go."""
    async with context.tools.database.read() as session:
        own, client = await _found(session, context, batch, "publishing.retry")
        every = await publications.of_batch(session, context.workspace_id, own.id)
        refused = [each for each in every if each.state == PublicationState.REFUSED]
        again = [each.item_id for each in refused if each.item_id is not None]
    if not again:
        raise Refused("publishing/nothing", items_button(client), client=client.name)
    found = await send_now(context, client, again)
    async with context.tools.database.begin() as session:
        await _tell(session, context, own)  # of which they are no part any more
    return replace(answer(context, client, found), replaces=False)


@command("publishing.retry_steps")
async def retry_steps(context: Context, *, batch: str) -> Reply:
    """Try payments and files again that the ledger did not take; documents are not touched."""
    async with context.tools.database.begin() as session:
        own, client = await _found(session, context, batch, "publishing.retry_steps")
        every = await publications.of_batch(session, context.workspace_id, own.id)
        count = sum(_due_again(each) for each in every)
        if count:
            own.due_at = context.now
            own.tries = 0
        await session.flush()
        await _tell(session, context, own)
    if count:
        context.tools.jobs.submit("publishing.send", own.id)
    if count and is_told_here(context, client):
        return NOTHING
    told = say("publishing/steps_again", client=client.name, count=count)
    return replace(told, replaces=False)


def _due_again(publication: Publication) -> int:
    count = 0
    for step in STEPS:
        if getattr(publication, step) == StepState.REFUSED:
            setattr(publication, step, StepState.DUE)
            count += 1
    publication.notice = {k: v for k, v in publication.notice.items() if k not in STEPS}
    return count


async def _found(
    session: AsyncSession, context: Context, batch_id: str, command_name: str
) -> tuple[Batch, Client]:
    own = await publications.find_batch(session, context.workspace_id, batch_id)
    client = await clients.find(session, context.workspace_id, own.client_id) if own else None
    if own is None or client is None:
        raise NotFound(kind="batch", text=batch_id)
    again = call(command_name, batch=batch_id)
    await authorise_for(session, context, Permission.PUBLISH, client, again)
    return own, client


async def _tell(session: AsyncSession, context: Context, own: Batch) -> None:
    connection = await connections.find(session, context.workspace_id, own.connection_id)
    assert connection is not None
    await tell(session, context.tools, own, connection)
