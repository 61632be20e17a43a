"""What came of a batch: one message in the client's channel, edited until nothing is open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import Subject, subject_of
from commands.connections.losses import reconnect_button
from commands.context import Tools
from commands.publishing.catalogue import told
from commands.publishing.readiness import choices_of
from commands.publishing.sent import draft_of, published_of
from commands.replies import Button, Buttons, Part, Reply, Style, Words, call
from providers.errors import AuthorizationLost
from providers.links import Target
from storage.models import (
    Batch,
    Connection,
    Publication,
    PublicationState,
    Status,
    StepState,
)
from storage.queries import publications

LINKED = 5  # documents named one by one; more are a page of their own
STEPS = ("payment", "files")
WORTH_SAYING = frozenset({"NOTE_NOT_PAID", "NOTE_PUBLISH_AS", "NOTE_CONVERTED", "NOTE_NO_TAX"})


def batch_card(batch: Batch) -> str:
    """Names the message of one batch."""
    return f"publishing:{batch.id}"


async def tell(session: AsyncSession, tools: Tools, batch: Batch, connection: Connection) -> None:
    """In the client's channel, else to whoever asked."""
    subject = await subject_of(session, tools, connection)
    every = await publications.of_batch(session, batch.workspace_id, batch.id)
    choices = await choices_of(session, batch.workspace_id, batch.client_id)
    to = subject.client.channel_id or batch.by
    await tools.notify.post(
        session,
        workspace_id=batch.workspace_id,
        to=to,
        reply=outcome(tools, subject, batch, every, has_amounts=choices.amounts_in_channel),
        card=batch_card(batch),
    )


def outcome(
    tools: Tools,
    subject: Subject,
    batch: Batch,
    every: Sequence[Publication],
    *,
    has_amounts: bool,
) -> Reply:
    """What is published, what was left out of it, what was refused and what is still to come."""
    there = [each for each in every if each.state == PublicationState.PUBLISHED]
    refused = [each for each in every if each.state == PublicationState.REFUSED]
    open_ = [each for each in every if each.state in publications.UNDER_WAY]
    data: dict[str, Any] = subject.facts | {
        "total": len(every),
        "asked_by": batch.by,
        "is_automatic": batch.is_automatic,
        "at": batch.at,
        "published": len(there),
        "open": len(open_),
        "is_lost": _is_lost(subject, batch),
        "error": batch.error,
        "due_at": batch.due_at,
        "refused": _grouped(refused),
        "remarks": _remarks(there),
        "links": _links(tools, subject, there[:LINKED], has_amounts=has_amounts),
        "more": max(len(there) - LINKED, 0),
    }
    parts: list[Part] = [Words(template="publishing/outcome", data=data)]
    buttons = _buttons(subject, batch, refused, open_, there)
    return Reply(parts=(*parts, Buttons(items=tuple(buttons))))


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
        first = call("items.show", item=refused[0].item_id)
        found.append(Button(label="What is wrong", does=first, style=Style.PRIMARY))
        again = call("publishing.retry", batch=batch.id)
        found.append(Button(label=f"Retry {len(refused)}", does=again))
    if any(StepState.REFUSED in {each.payment, each.files} for each in there):
        again = call("publishing.retry_steps", batch=batch.id)
        found.append(Button(label="Try the rest again", does=again))
    found.append(Button(label="Items", does=call("items.list", client=batch.client_id)))
    return found


def _grouped(refused: Sequence[Publication]) -> list[dict[str, Any]]:
    """By cause, the commonest first: {count, title, remedy, names}."""
    causes = Counter(_cause(each) for each in refused)
    return [
        {
            "count": count,
            "title": cause[0],
            "remedy": cause[1],
            "names": [draft_of(each).contact_name for each in refused if _cause(each) == cause],
        }
        for cause, count in causes.most_common()
    ]


def _cause(publication: Publication) -> tuple[str, str]:
    problem = publication.problems[0] if publication.problems else {}
    words = told(problem.get("code") or "", {"text": problem.get("text") or ""})
    return words.title, words.remedy


def _remarks(there: Sequence[Publication]) -> list[dict[str, Any]]:
    """What is different from what was wished: {title, count, names}."""
    found: dict[str, list[str]] = {}
    for each in there:
        name = draft_of(each).contact_name
        for notice in each.notice.get("before", ()):
            if notice["code"] not in WORTH_SAYING:
                continue
            found.setdefault(told(notice["code"], notice["facts"]).title, []).append(name)
        for step in STEPS:
            problem = each.notice.get(step)
            if problem:
                words = told(problem["code"], {"text": problem["text"]})
                found.setdefault(f"{STEP_LEFT[step]}: {words.title}", []).append(name)
    return [{"title": t, "count": len(names), "names": names} for t, names in found.items()]


STEP_LEFT: Mapping[str, str] = {
    "payment": "published, not marked as paid",
    "files": "published without its picture",
}


def _links(
    tools: Tools, subject: Subject, there: Sequence[Publication], *, has_amounts: bool
) -> list[dict[str, Any]]:
    provider = tools.gateway.provider(subject.connection.provider)
    short = subject.organisation.details.get("short_code")
    found = []
    for each in there:
        result, draft = published_of(each), draft_of(each)
        assert result is not None
        target = Target(
            source=result.source,
            remote_id=result.remote_id,
            kind=result.kind,
            tenant_id=subject.organisation.tenant_id,
            short_code=short,
        )
        found.append(
            {
                "name": draft.contact_name,
                "number": result.number,
                "total": result.total if has_amounts else None,
                "currency": draft.currency,
                "address": provider.link(target),
                "status": result.status.value,
                "is_paid": result.is_paid,
            }
        )
    return found
