"""The expense claim that an argument names, and how claims stand by what is stored of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for
from commands.clients.finding import refuse_archived
from commands.clients.summary import software_name
from commands.context import Context
from commands.errors import NotFound
from commands.publishing.catalogue import is_known, told
from commands.publishing.claims.joining import worth
from commands.publishing.claims.judging import Judged, judge
from commands.publishing.claims.periods import is_over, zone_of
from commands.publishing.claims.placing import period_in
from commands.publishing.claims.sending import usable_connection
from commands.publishing.readiness.readiness import choices_of
from commands.publishing.readiness.surroundings import lists_of
from commands.publishing.sending.where import address_of
from commands.registry import Asked, reader
from commands.replies import Button, call
from providers.drafts import Draft
from storage.models import ClaimPart, ClaimState, Client, ExpenseClaim, Item
from storage.queries import claims, clients, people, publications

NOBODY = "somebody who has left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A claim as its screens show it. `address` leads to its document in the ledger."""

    claim: ExpenseClaim
    parts: Sequence[ClaimPart]
    items: Mapping[str, Item]
    who: str
    judged: Judged
    is_over: bool
    software: str
    address: str | None = None

    @property
    def drafts(self) -> Sequence[Draft]:
        return drafts_of(self.parts)

    @property
    def facts(self) -> dict[str, object]:
        """What every template of it may show."""
        claim = self.claim
        return {
            "who": self.who,
            "period": period_in(claim).name,
            "ends": claim.ends,
            "state": claim.state.value,
            "count": len(self.parts),
            "total": worth(self.drafts),
            "currency": claim.currency,
            "is_over": self.is_over,
            "blocks": [{"kind": b.kind.value, **b.facts} for b in self.judged.blocks]
            if claim.state is ClaimState.OPEN
            else [],
            "published_at": claim.published_at,
            "software": self.software,
            "refusal": self._refusal,
        }

    @property
    def _refusal(self) -> dict[str, object] | None:
        """Why the ledger did not take it the last time."""
        error = self.claim.error
        if not error:
            return None
        why = told(
            error.get("code") or "", {"text": error.get("text") or "", "software": self.software}
        )
        return {
            "is_known": is_known(why.code),
            "title": why.sentence,
            "cause": why.cause,
            "remedy": why.remedy,
        }


def drafts_of(parts: Sequence[ClaimPart]) -> Sequence[Draft]:
    return [msgspec.convert(each.draft, Draft) for each in parts]


@reader(ExpenseClaim)
async def expense_claim(session: AsyncSession, asked: Asked) -> ExpenseClaim:
    """By id."""
    workspace_id = asked.context.workspace_id
    found = await claims.find(session, workspace_id, asked.text)
    client = await clients.find(session, workspace_id, found.client_id) if found else None
    if found is None or client is None:
        raise NotFound(kind="claim", text=asked.text)
    await authorise_for(session, asked.context, asked.command.permission, client, asked.invocation)
    refuse_archived(client)
    return found


async def standings(
    session: AsyncSession, context: Context, client: Client, found: Sequence[ExpenseClaim]
) -> Sequence[Standing]:
    """By what was judged last; nothing is changed."""
    tools, own = context.tools, context.workspace_id
    connection = await usable_connection(session, own, client.id)
    lists = await lists_of(session, tools, connection) if connection else None
    choices = await choices_of(session, own, client.id)
    names = {each.id: each.name for each in await people.everybody(session, own)}
    every = await claims.parts(session, own, [each.id for each in found])
    rows = await publications.items_of(session, own, [each.item_id for each in every])
    items = {each.id: each for each in rows}
    standing = []
    for claim in found:
        parts = [each for each in every if each.claim_id == claim.id]
        changed = [_name(items.get(each.item_id)) for each in parts if each.is_changed]
        sent = await publications.of_claim(session, own, claim.id, claim.generation)
        who = names.get(claim.owner, NOBODY)
        judged = judge(
            claim, drafts_of(parts), choices, lists, changed=changed, person=who, now=context.now
        )
        standing.append(
            Standing(
                claim=claim,
                parts=parts,
                items=items,
                who=who,
                judged=judged,
                is_over=is_over(period_in(claim), context.now, zone_of(lists)),
                software=software_name(tools, connection.provider) if connection else "the ledger",
                address=await address_of(session, tools, connection, sent),
            )
        )
    return standing


def _name(item: Item | None) -> str:
    return (item.supplier or item.title) if item else "an item that is gone"


def show_button(claim_id: str) -> Button:
    return Button(label="Show claim", does=call("publishing.claim", claim=claim_id))


def list_button(client_id: str) -> Button:
    return Button(label="Claims", does=call("publishing.claims", client=client_id))
