"""Asking for another look now, and ends of snoozes: both judge what is here, synced or not."""

import structlog

from commands.connections.cards import aside
from commands.context import Context, Tools
from commands.health.card.show import card
from commands.health.running.held import found, health_button, held
from commands.health.running.looking import look
from commands.health.running.outcomes import judge_again
from commands.health.running.recalculate import recalculate
from commands.permissions import Permission
from commands.registry import command, job
from commands.replies import Answer, Words, say
from storage.models import Client
from storage.queries import handlings, health

log = structlog.get_logger()


@command(
    "health.recalculate_now",
    usage="recalculate <client>",
    summary="look again at the books that are here",
    permission=Permission.SEE_CLIENT,
    aliases=("health recalculate <client>",),
)
async def recalculate_now(context: Context, *, client: Client) -> Answer:
    """Run every check on the books as they were last synced, and show how they stand.

    It works after a disconnect too. To bring in what has changed in the ledger, sync.
    """
    async with context.tools.database.begin() as session:
        own = await held(session, context, client)
        is_joined = own.is_running(context)
        whose = own.look.whose
        if not is_joined:
            await health.want(session, whose[0], whose[1:], now=context.now)
    if not is_joined:
        await recalculate(context.tools, whose[1])  # whoever asks sees what comes of it at once
    async with context.tools.database.begin() as session:
        row = await health.find(session, *whose)
        if is_joined or row is None or row.due_at is not None:  # a job was quicker than we
            await health.join(session, *whose, by=context.actor.person_id)
            return aside(say("health/joined", health_button(client), client=client.name))
        words = Words(template="health/recalculated", data={"of": row.synced_at})
        return await card(session, context, await found(session, context, client), above=(words,))


@job("health.wake", due=handlings.waking)
async def wake(tools: Tools, key: str) -> None:
    """Snoozes are over: what they held back counts again."""
    now = tools.now()
    workspace_id, organisation_id = key.split("/")
    async with tools.database.begin() as session:
        own = await look(session, tools, workspace_id, organisation_id, now=now)
        today = own.books.today if own else now.date()
        codes = await handlings.wake(session, workspace_id, organisation_id, today=today)
        if own is not None and codes:
            await health.find(session, *own.whose, lock=True)
            await judge_again(session, own, codes, at=now)
    log.info("health.woken", organisation=organisation_id, checks=sorted(codes))
