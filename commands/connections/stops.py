"""A sign-in that did not connect at once: what is left to do, on its page and in its message."""

from commands.connections import activate
from commands.connections.activate import Choices
from commands.connections.authorize import stop
from commands.connections.journeys import Fact, Journey, Stopped, Trouble, changes
from commands.connections.tickets import tell_choosing
from commands.context import Tools
from storage.models import TicketState


async def settle(tools: Tools, journey: Journey) -> Journey:
    """Connect where there is nothing to choose; else the direct message waits. Raises Stopped."""
    settled = await activate.settle(tools, journey)
    if settled.ticket.state == TicketState.CHOOSING:
        await choices_of(tools, settled)
        await _wait(tools, settled)
    return settled


async def choices_of(tools: Tools, journey: Journey) -> Choices:
    """What there is to choose from. Raises Stopped where other clients use all of it."""
    found = await activate.choices_of(tools, journey)
    if _can_choose(found):
        return found
    taken = tuple((c.tenant.name, c.taken_by) for c in found.choices if c.taken_by is not None)
    raise await stop(tools, journey, Trouble.TAKEN, taken=taken)


async def explained(tools: Tools, stopped: Stopped) -> Stopped:
    """With what is known of its cause; the direct message says it too where its link is void."""
    journey = stopped.journey
    if journey is None:
        return stopped
    if stopped.trouble is Trouble.CHANGED and stopped.facts["happened"] is None:
        async with tools.database.read() as session:
            facts = await changes(session, journey)
        return await stop(tools, journey, Trouble.CHANGED, **facts)
    if stopped.trouble is Trouble.TAKEN and not stopped.facts["taken"]:
        return await _refused(tools, journey, stopped)
    return stopped


async def _refused(tools: Tools, journey: Journey, stopped: Stopped) -> Stopped:
    """Somebody was quicker; another one may be chosen while there is one."""
    organisation, holder = stopped.facts["organisation"], stopped.facts["holder"]
    taken = ((str(organisation), str(holder)),)
    if not _can_choose(await activate.choices_of(tools, journey)):
        return await stop(tools, journey, Trouble.TAKEN, taken=taken)
    await _wait(tools, journey, taken)
    return Stopped(Trouble.TAKEN, journey, taken=taken, may_choose=True)


def _can_choose(found: Choices) -> bool:
    return found.may_override or any(choice.taken_by is None for choice in found.choices)


async def _wait(tools: Tools, journey: Journey, taken: Fact = ()) -> None:
    async with tools.database.begin() as session:
        await tell_choosing(session, tools, journey.ticket, journey.client, taken=taken)
