"""What came of a batch: one message in the client's channel, edited until nothing is open.

What does not fit into a few lines stands in its thread: every document with its link, and every
refusal with its cause and the ledger's own words.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import Subject, subject_of
from commands.connections.losses import reconnect_button
from commands.context import Tools
from commands.publishing.claims.periods import Period
from commands.publishing.readiness.readiness import choices_of
from commands.publishing.sending.alike import commonest
from commands.publishing.sending.outcome_lines import causes, documents, remarks
from commands.replies import Button, Buttons, Invocation, Reply, Style, Words, call
from providers.errors import AuthorizationLost
from storage.models import (
    Batch,
    Connection,
    Publication,
    PublicationState,
    Status,
    StepState,
)
from storage.queries import claims, people, publications
from storage.queries.items import Shelf

LINKED = 5  # documents named in the message itself; of more all are in its thread
PAGE = 50  # documents of one message in the thread


def batch_card(batch: Batch) -> str:
    """Names the message of one batch."""
    return f"publishing:{batch.id}"


async def tell(session: AsyncSession, tools: Tools, batch: Batch, connection: Connection) -> None:
    """In the client's channel, else to whoever asked."""
    subject = await subject_of(session, tools, connection)
    every = await publications.of_batch(session, batch.workspace_id, batch.id)
    choices = await choices_of(session, batch.workspace_id, batch.client_id)
    has_amounts = choices.amounts_in_channel
    card = batch_card(batch)
    to = subject.client.channel_id or batch.by
    more = details(tools, subject, every, has_amounts=has_amounts)
    asked = await people.find(session, batch.workspace_id, batch.by)
    reply = outcome(
        tools,
        subject,
        batch,
        every,
        claim=await _claim(session, every),
        asked_by=asked.name if asked else "",
        has_amounts=has_amounts,
        in_thread=bool(more),
    )
    await tools.notify.post(session, workspace_id=batch.workspace_id, to=to, reply=reply, card=card)
    for name, detail in more.items():
        await tools.notify.post(
            session,
            workspace_id=batch.workspace_id,
            to=to,
            reply=detail,
            card=f"{card}:{name}",
            under=card,
        )
    if not _with(every, PublicationState.REFUSED):  # any more
        over = Reply(parts=(Words(template="publishing/outcome_mended"),))
        await tools.notify.revise(
            session, workspace_id=batch.workspace_id, card=f"{card}:refused", reply=over
        )


def outcome(
    tools: Tools,
    subject: Subject,
    batch: Batch,
    every: Sequence[Publication],
    *,
    claim: str = "",
    asked_by: str,
    has_amounts: bool,
    in_thread: bool,
) -> Reply:
    """What is published, what was left out of it, what was refused and what is still to come.

    `claim` names what it is of, where that is an expense claim.
    """
    there = _with(every, PublicationState.PUBLISHED)
    refused = _with(every, PublicationState.REFUSED)
    open_ = _with(every, *publications.UNDER_WAY)
    linked = there if len(there) <= LINKED else ()
    software = str(subject.facts["software"])
    data: dict[str, Any] = subject.facts | {
        "total": len(every),
        "claim": claim,
        "asked_by": asked_by,
        "is_automatic": batch.is_automatic,
        "at": batch.at,
        "published": len(there),
        "open": len(open_),
        "following": sum(publications.has_steps(each) for each in there),
        "is_lost": _is_lost(subject, batch),
        "error": batch.error,
        "due_at": batch.due_at,
        "refused": causes(refused, software, has_amounts=has_amounts),
        "remarks": remarks(there, has_amounts=has_amounts),
        "links": documents(tools, subject, linked, has_amounts=has_amounts),
        "in_thread": in_thread,
    }
    words = Words(template="publishing/outcome", data=data)
    buttons = _buttons(subject, batch, refused, open_, there)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))


def details(
    tools: Tools, subject: Subject, every: Sequence[Publication], *, has_amounts: bool
) -> dict[str, Reply]:
    """Messages of the thread by name; none where the message itself tells everything."""
    there = _with(every, PublicationState.PUBLISHED)
    refused = _with(every, PublicationState.REFUSED)
    found: dict[str, Reply] = {}
    if refused:
        software = str(subject.facts["software"])
        data = {"software": software, "refused": causes(refused, software, has_amounts=has_amounts)}
        words = Words(template="publishing/outcome_refused", data=data)
        found["refused"] = Reply(parts=(words,))
    if len(there) > LINKED:
        lines = documents(tools, subject, there, has_amounts=has_amounts)
        for start in range(0, len(lines), PAGE):
            data = {"links": lines[start : start + PAGE]}
            words = Words(template="publishing/outcome_documents", data=data)
            found[f"documents:{start // PAGE}"] = Reply(parts=(words,))
    return found


def _with(every: Sequence[Publication], *states: PublicationState) -> Sequence[Publication]:
    return [each for each in every if each.state in states]


def _is_lost(subject: Subject, batch: Batch) -> bool:
    """A batch may learn it before the connection is known to be lost."""
    return subject.connection.status == Status.EXPIRED or batch.error == AuthorizationLost.__name__


def _buttons(
    subject: Subject,
    batch: Batch,
    refused: Sequence[Publication],
    open_: Sequence[Publication],
    there: Sequence[Publication],
) -> list[Button]:
    found: list[Button] = []
    if open_ and _is_lost(subject, batch):
        found.append(reconnect_button(subject.connection, Style.PRIMARY))
    if refused:
        found += _mending(batch, refused)
        claim_id = refused[0].claim_id
        again = (
            call("publishing.publish_claim", claim=claim_id)
            if claim_id is not None
            else call("publishing.retry", batch=batch.id)
        )
        found.append(Button(label=f"Retry {len(refused)}", does=again))
    if any(StepState.REFUSED in {each.payment, each.files} for each in there):
        again = call("publishing.retry_steps", batch=batch.id)
        found.append(Button(label="Try the rest again", does=again))
    if any(each.claim_id for each in (*refused, *open_, *there)):
        found.append(Button(label="Claims", does=call("publishing.claims", client=batch.client_id)))
    found.append(Button(label="Items", does=call("items.list", client=batch.client_id)))
    return found


def _mending(batch: Batch, refused: Sequence[Publication]) -> list[Button]:
    """Several with one cause are corrected at once."""
    alike = commonest(refused)
    if alike is None:
        does = _what_is_wrong(refused)
        return [Button(label="What is wrong", does=does, style=Style.PRIMARY)]
    together = call("items.correct_alike", client=batch.client_id, batch=batch.id, code=alike.code)
    label = f"{alike.remedy.label} for {alike.count}"
    return [
        Button(label=label, does=together, style=Style.PRIMARY),
        Button(label="What is wrong", does=_what_is_wrong(refused)),
    ]


def _what_is_wrong(refused: Sequence[Publication]) -> Invocation:
    """What opens the one that was refused, or the shelf on which several stand."""
    first = refused[0]
    if first.claim_id is not None:
        return call("publishing.claim", claim=first.claim_id)
    if len(refused) > 1:
        return call("items.list", client=first.client_id, shelf=Shelf.ERRORS.value)
    assert first.item_id is not None
    return call("items.show", item=first.item_id)


async def _claim(session: AsyncSession, every: Sequence[Publication]) -> str:
    """Whose claim it is and of when; nothing of items that go by themselves."""
    ids = [each.claim_id for each in every if each.claim_id is not None]
    claim = await claims.find(session, every[0].workspace_id, ids[0]) if ids else None
    if claim is None:
        return ""
    owner = await people.find(session, claim.workspace_id, claim.owner)
    period = Period(starts=claim.starts, ends=claim.ends)
    return f"Expense claim{f' of {owner.name}' if owner else ''}, {period.name}"
