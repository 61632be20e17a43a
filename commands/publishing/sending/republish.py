"""Publishing again what is in the ledger: the old record is looked at before anything is done.

A draft is updated. What is approved is voided and made anew, if somebody says so and nothing hangs
on it. What is gone is made anew. There is never a second one beside the first (product §11.12).
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict, Refused
from commands.permissions import Permission
from commands.publishing.approvals.approval_letters import show_button, title
from commands.publishing.catalogue import told
from commands.publishing.catalogue.people import REPUBLISH
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import Assessment, assess, reassess
from commands.publishing.sending.drafting import draft
from commands.publishing.sending.publish import Sorted, answer, begin
from commands.publishing.sending.sent import draft_of, kept, published_of
from commands.registry import command
from commands.replies import Button, Buttons, Reply, Style, Words, call
from providers.books import DocumentStatus
from providers.drafts import Draft, Published
from providers.errors import Rejected
from providers.provider import Ledger
from storage.models import (
    Batch,
    Client,
    Connection,
    Item,
    ItemState,
    Organisation,
    Publication,
    PublicationState,
)
from storage.queries import clients, organisations, publications

SENT = "PRE_ALREADY_PUBLISHED"
CHANGEABLE = frozenset({DocumentStatus.DRAFT, DocumentStatus.SUBMITTED})
OVER = frozenset({DocumentStatus.VOID, DocumentStatus.DELETED})


class How(StrEnum):
    """What is to become of the old record."""

    ASK = "ask"
    UPDATE = "update"
    REPLACE = "replace"
    ANEW = "anew"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An item that is in a ledger, and that record as it was when it was made."""

    item: Item
    client: Client
    publication: Publication
    connection: Connection
    organisation: Organisation
    there: Published
    judged: Assessment


@command("publishing.republish", permission=Permission.PUBLISH)
async def republish(context: Context, *, item: Item, how: How = How.ASK) -> Reply:
    """Look at the record in the ledger, then update it, replace it or make it anew."""
    async with context.tools.database.read() as session:
        case = await _case(session, context, item)
    async with _opened(context, case) as ledger:
        now = await ledger.look_up(case.there)
        possible = _possible(now, case)
        if how is not possible or how is How.ASK:
            return _asking(case, now, possible)
        key = f"{case.publication.id}-{case.publication.version}"
        try:
            if how is How.UPDATE:
                after = await ledger.revise(case.there, _draft(case), key=key)
                return await _updated(context, case, after)
            if how is How.REPLACE:
                await ledger.withdraw(case.there, key=key)
        except Rejected as error:
            raise _refusal(case, error) from error
    return await _anew(context, case)


async def _case(session: AsyncSession, context: Context, item: Item) -> Case:
    """Raises Refused where it is not in a ledger, or cannot go there as it is now."""
    found = await publications.of_item(session, context.workspace_id, item.id, item.generation)
    there = published_of(found) if found else None
    if found is None or there is None or found.state != PublicationState.PUBLISHED:
        raise Conflict("publishing/not_there", show_button(item), title=title(item))
    if found.claim_id is not None:
        raise on_a_claim(item, found.claim_id)
    judged = await assess(session, context.tools, item)
    batch = await publications.find_batch(session, context.workspace_id, found.batch_id)
    assert batch is not None
    own = judged.connection.organisation_id if judged.connection else None
    if own is not None and batch.organisation_id not in (None, own):
        raise Refused("publishing/moved", show_button(item), title=title(item))
    if [each for each in judged.obstacles if each.code != SENT] or judged.lists is None:
        raise Refused("publishing/not_yet", show_button(item), title=title(item))
    connection = judged.connection
    assert connection is not None, "the lists are of it"
    organisation = await organisations.find(
        session, context.workspace_id, connection.organisation_id
    )
    client = await clients.find(session, context.workspace_id, item.client_id)
    assert organisation is not None
    assert client is not None
    return Case(
        item=item,
        client=client,
        publication=found,
        connection=connection,
        organisation=organisation,
        there=there,
        judged=judged,
    )


def on_a_claim(item: Item, claim_id: str) -> Refused:
    """The document in the ledger is of all that is on it."""
    show = Button(label="Show claim", does=call("publishing.claim", claim=claim_id))
    return Refused("publishing/on_a_claim", show, show_button(item), title=title(item))


def _opened(context: Context, case: Case) -> AbstractAsyncContextManager[Ledger]:
    assert case.connection.grant_id is not None, "it can go, so it is connected"
    return context.tools.gateway.open(
        case.connection.provider,
        tenant_id=case.organisation.tenant_id,
        grant_id=case.connection.grant_id,
    )


def _possible(now: Published | None, case: Case) -> How:
    """What can be done about the record as it is; ASK where nothing can."""
    if now is None or now.status in OVER:
        return How.ANEW
    if now.is_settled:
        return How.ASK
    return How.UPDATE if now.status in CHANGEABLE and _stays(case) else How.REPLACE


def _stays(case: Case) -> bool:
    """Whether it is to be the same kind of document as before: no ledger makes one of another."""
    before, after = draft_of(case.publication), _draft(case)
    return (before.kind, before.destination) == (after.kind, after.destination)


LABELS = {
    How.UPDATE: "Update the draft",
    How.REPLACE: "Void it and make it anew",
    How.ANEW: "Make it anew",
}
DELETED = "Delete it and make it anew"  # which a draft is, instead of voided


def _asking(case: Case, now: Published | None, possible: How) -> Reply:
    is_draft = now is not None and now.status in CHANGEABLE
    data = {
        "title": title(case.item),
        "software": case.judged.lists.software if case.judged.lists else "",
        "possible": possible.value,
        "status": now.status.value if now else "",
        "number": now.number if now else None,
        "is_draft": is_draft,
    }
    buttons = [show_button(case.item)]
    if possible is not How.ASK:
        label = DELETED if is_draft and possible is How.REPLACE else LABELS[possible]
        does = call("publishing.republish", item=case.item.id, how=possible.value)
        buttons.insert(0, Button(label=label, does=does, style=Style.PRIMARY))
    words = Words(template="publishing/republishing", data=data)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))


def _draft(case: Case) -> Draft:
    judged, lists = case.judged, case.judged.lists
    assert lists is not None
    return draft(
        judged.facts, judged.coding, judged.choices, lists, reference=case.publication.reference
    )


async def _updated(context: Context, case: Case, after: Published) -> Reply:
    async with context.tools.database.begin() as session:
        own = await publications.of_item(
            session, context.workspace_id, case.item.id, case.item.generation
        )
        assert own is not None
        own.result, own.draft = kept(after), kept(_draft(case))
        await _noted(session, context, case.item, "updated in the ledger")
    assert case.judged.lists is not None
    data = {"title": title(case.item), "software": case.judged.lists.software}
    words = Words(template="publishing/updated", data=data)
    return Reply(parts=(words, Buttons(items=(show_button(case.item),))))


async def _anew(context: Context, case: Case) -> Reply:
    """The old one is gone, so there may be a new one: another generation of the item."""
    async with context.tools.database.begin() as session:
        batch = await _sent_anew(session, context, case)
    context.tools.jobs.submit("publishing.send", batch.id)
    return answer(context, case.client, Sorted(going=1))


async def _sent_anew(session: AsyncSession, context: Context, case: Case) -> Batch:
    (own,) = await publications.items_of(session, context.workspace_id, [case.item.id], lock=True)
    old = await publications.of_item(session, context.workspace_id, own.id, own.generation)
    if old is None or old.id != case.publication.id or old.state != PublicationState.PUBLISHED:
        raise Conflict("publishing/not_there", show_button(own), title=title(own))
    old.state = PublicationState.CLEARED
    own.generation += 1
    own.state, own.archived_at = ItemState.READY, None
    await _noted(session, context, own, "cleared")
    judged = await reassess(session, context.tools, own, now=context.now)
    who = context.actor.person_id
    going = [(own, judged)]
    return await begin(session, context.tools, case.client, going, by=who, now=context.now)


async def _noted(session: AsyncSession, context: Context, item: Item, what: str) -> None:
    await note_change(session, item, what, by=context.actor.person_id, at=context.now)
    record(session, context, f"item.{what.replace(' ', '_')}", item)


def _refusal(case: Case, error: Rejected) -> Refused:
    first = error.problems[0]
    words = told(first.code, {"text": first.text})
    buttons = [show_button(case.item)]
    if words.button is REPUBLISH:  # which looks at what it has become
        again = call("publishing.republish", item=case.item.id)
        buttons.insert(0, Button(label=REPUBLISH.label, does=again, style=Style.PRIMARY))
    return Refused(
        "publishing/ledger_refuses", *buttons, title=title(case.item),
        what=words.sentence, remedy=words.remedy,
    )  # fmt: skip
