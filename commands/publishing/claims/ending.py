"""The end of a period: a claim publishes by itself where it was told to, else people are told."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.context import Tools
from commands.health.words import money
from commands.permissions import SYSTEM
from commands.publishing.catalogue import told
from commands.publishing.claims.finding import list_button, show_button
from commands.publishing.claims.placing import period_in
from commands.publishing.claims.sending import Weighed, start, weigh
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.readiness.readiness import choices_of
from commands.publishing.sending.automatic_run import UNASKED, reasons_against
from commands.registry import job
from commands.replies import Button, Buttons, Reply, Style, Words, call
from storage.models import ClaimState
from storage.queries import claims, clients, people


@job("publishing.claims_over", due=claims.due)
async def end_period(tools: Tools, key: str) -> None:
    """Once for each claim; what comes on it later waits for people."""
    async with tools.database.begin() as session:
        found = await claims.by_id(session, key)
        weighed = await weigh(session, tools, found) if found is not None else None
        if weighed is None or not _is_due(tools, weighed):
            return
        weighed.claim.due_at = None
        if not weighed.items:
            return
        reasons = await _reasons(session, weighed)
        if weighed.can_go and not reasons:
            batch = await start(session, tools, weighed, by=SYSTEM, is_automatic=True)
        else:
            await _tell(session, tools, weighed, reasons)
            return
    tools.jobs.submit("publishing.send", batch.id)


def _is_due(tools: Tools, weighed: Weighed) -> bool:
    claim = weighed.claim
    is_over = claim.due_at is not None and claim.due_at <= tools.now()
    return is_over and claim.state is ClaimState.OPEN


async def _reasons(session: AsyncSession, weighed: Weighed) -> Sequence[Obstacle]:
    """Why it does not go without being asked for: what is said of any of its items, each once."""
    found: dict[str, Obstacle] = {}
    for item_id, item in weighed.items.items():
        for each in await reasons_against(session, item, weighed.assessed[item_id]):
            found.setdefault(each.code, each)
    return list(found.values())


async def _tell(
    session: AsyncSession, tools: Tools, weighed: Weighed, reasons: Sequence[Obstacle]
) -> None:
    """In the client's channel, else to whom it is owed."""
    claim, judged = weighed.claim, weighed.judged
    client = await clients.find(session, claim.workspace_id, claim.client_id)
    owner = await people.find(session, claim.workspace_id, claim.owner)
    assert client is not None
    if client.is_archived:
        return
    choices = await choices_of(session, claim.workspace_id, client.id)
    shows = choices.amounts_in_channel and judged.draft is not None
    is_asked = not {each.code for each in reasons} <= UNASKED
    connection = weighed.connection
    data = {
        "client": client.name,
        "who": owner.name if owner else "somebody who has left",
        "period": period_in(claim).name,
        "count": len(weighed.items),
        "amount": money(judged.draft.total, claim.currency) if shows and judged.draft else "",
        "software": software_name(tools, connection.provider) if connection else "the ledger",
        "blocks": [{"kind": each.kind.value, **each.facts} for each in judged.blocks],
        "reasons": [_in_words(each, shows_amounts=shows) for each in reasons] if is_asked else [],
    }
    publish = Button(
        label="Publish claim",
        does=call("publishing.publish_claim", claim=claim.id),
        style=Style.PLAIN if judged.blocks else Style.PRIMARY,
    )
    buttons = (publish, show_button(claim.id), list_button(client.id))
    words = Words(template="publishing/claim_over", data=data)
    await tools.notify.post(
        session,
        workspace_id=claim.workspace_id,
        to=client.channel_id or claim.owner,
        reply=Reply(parts=(words, Buttons(items=buttons))),
        card=f"claim:{claim.id}",
    )


def _in_words(reason: Obstacle, *, shows_amounts: bool) -> str:
    hidden = () if shows_amounts else ("total", "usual", "ceiling")
    facts = {name: "…" if name in hidden else text for name, text in reason.facts.items()}
    return told(reason.code, facts).title
