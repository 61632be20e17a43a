"""Consent to an item before it is published: asked for, given, declined or taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict, Refused
from commands.permissions import ADMINISTRATORS, Permission
from commands.publishing.approvals.approval_letters import (
    decided,
    passed_on,
    question,
    show_button,
    title,
)
from commands.publishing.approvals.approving import Approval, stages
from commands.publishing.approvals.reminding import remind
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import Assessment, reassess
from commands.publishing.sending.publish import begin
from commands.registry import command
from commands.replies import Form, Reply, TextField, Words, call, say
from storage.models import Client, Item, ItemState
from storage.queries import clients, publications

WAITING = "PRE_NOT_APPROVED"


@command("publishing.ask_approval", permission=Permission.SEE_CLIENT)
async def ask_approval(context: Context, *, item: Item) -> Reply:
    """Ask those who may consent, directly; the first to answer decides."""
    async with context.tools.database.begin() as session:
        own, client = await _held(session, context, item)
        judged = await reassess(session, context.tools, own, now=context.now)
        asked, *then = _stages(own, judged, besides=context.actor.person_id)
        if not asked:
            raise Refused("publishing/nobody_to_ask", show_button(own), client=client.name)
        own.state = ItemState.PENDING
        own.approval = {
            "state": Approval.PENDING.value,
            "by": context.actor.person_id,
            "at": context.now.isoformat(),
            "since": context.now.isoformat(),
            "asked": asked,
            "then": then,
            "given": [],
        }
        await _noted(session, context, own, "approval asked")
        await _ask(session, context, own, client, judged)
    return say("publishing/approval_asked", show_button(item), title=title(item), who=asked)


def _stages(item: Item, judged: Assessment, *, besides: str) -> list[list[str]]:
    """Who is asked, then who after them; nobody consents to what they ask for themselves."""
    others = [each for each in judged.obstacles if each.code != WAITING]
    if others:
        raise Refused("publishing/not_yet", show_button(item), title=title(item))
    if not judged.obstacles:
        raise Conflict("publishing/needs_nobody", show_button(item), title=title(item))
    every = stages(judged.facts, judged.choices, judged.lists)
    return [[who for who in stage if who != besides] for stage in every]


@command("publishing.approve", permission=Permission.SEE_CLIENT)
async def approve(context: Context, *, item: Item, why: str = "") -> Reply:
    """Consent to it as it is now; the last of those who have to lets it go."""
    batch = None
    async with context.tools.database.begin() as session:
        own, client = await _pending(session, context, item)
        given = [*own.approval.get("given", []), context.actor.person_id]
        own.approval = own.approval | {"given": given}
        asked, then = _next(own, given)
        if asked:
            return await _passed_on(session, context, own, client, asked, then=then, why=why)
        own.approval = own.approval | {
            "state": Approval.APPROVED.value,
            "decided_by": context.actor.person_id,
            "decided_at": context.now.isoformat(),
            "total": str(own.total or 0),
        }
        own.state = ItemState.APPROVED
        judged = await reassess(session, context.tools, own, now=context.now)
        await _noted(session, context, own, "approved", {"why": why} if why else None)
        await _tell_all(session, context, own, client, is_approved=True, why=why)
        if judged.choices.auto_once_approved and not judged.obstacles:
            going = [(own, judged)]
            batch = await begin(
                session, context.tools, client, going, by=context.actor.person_id, now=context.now
            )
    if batch is not None:
        context.tools.jobs.submit("publishing.send", batch.id)
    return decided(own, client, context.actor.person_id, is_approved=True, why=why)


def _next(item: Item, given: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Who is asked now, and who after them; whoever has consented is not asked again."""
    left = [[who for who in stage if who not in given] for stage in item.approval.get("then", [])]
    stages_left = [stage for stage in left if stage]
    return (stages_left[0], stages_left[1:]) if stages_left else ([], [])


async def _passed_on(
    session: AsyncSession,
    context: Context,
    own: Item,
    client: Client,
    asked: list[str],
    *,
    then: list[list[str]],
    why: str,
) -> Reply:
    """One consent is there, the next is asked for."""
    judged = await reassess(session, context.tools, own, now=context.now)
    reply = passed_on(own, client, context.actor.person_id, asked=asked, why=why)
    for who in {*own.approval["asked"], own.approval["by"]}:
        await _post(session, context, own, to=who, reply=reply)
    again = {"since": context.now.isoformat(), "reminded": 0}
    own.approval = own.approval | {"asked": asked, "then": then} | again
    await _noted(session, context, own, "approved in part", {"why": why} if why else None)
    await _ask(session, context, own, client, judged)
    return reply


async def _ask(
    session: AsyncSession, context: Context, own: Item, client: Client, judged: Assessment
) -> None:
    for who in own.approval["asked"]:
        await _post(session, context, own, to=who, reply=question(own, client, judged))
    await remind(session, context.tools, own)  # not yet: when it is time


@command("publishing.comment", permission=Permission.SEE_CLIENT, changes=False)
async def comment(context: Context, *, item: Item) -> Form:
    """Consent with a word to whoever asked."""
    return Form(
        title="Approve",
        submits=call("publishing.approve", item=item.id),
        submit_label="Approve",
        parts=(Words(template="publishing/approving", data={"title": title(item)}),),
        fields=(TextField(name="why", label="Comment", multiline=True, optional=True),),
    )


@command("publishing.decline", permission=Permission.SEE_CLIENT, changes=False)
async def decline(context: Context, *, item: Item) -> Form:
    """Ask why; whoever asked for consent reads it."""
    return Form(
        title="Decline",
        submits=call("publishing.declined", item=item.id),
        submit_label="Decline",
        parts=(Words(template="publishing/declining", data={"title": title(item)}),),
        fields=(TextField(name="why", label="Why", multiline=True, optional=True),),
    )


@command("publishing.declined", permission=Permission.SEE_CLIENT)
async def declined(context: Context, *, item: Item, why: str = "") -> Reply:
    """It goes back to be reviewed, with the reason."""
    async with context.tools.database.begin() as session:
        own, client = await _pending(session, context, item)
        own.approval = own.approval | {
            "state": Approval.REJECTED.value,
            "decided_by": context.actor.person_id,
            "decided_at": context.now.isoformat(),
            "why": why,
        }
        own.state = ItemState.TO_REVIEW
        await reassess(session, context.tools, own, now=context.now)
        await _noted(session, context, own, "declined", {"why": why})
        await _tell_all(session, context, own, client, is_approved=False, why=why)
    return decided(own, client, context.actor.person_id, is_approved=False, why=why)


@command("publishing.cancel_approval", permission=Permission.SEE_CLIENT)
async def cancel_approval(context: Context, *, item: Item) -> Reply:
    """Take the question back, so that the item can be changed."""
    async with context.tools.database.begin() as session:
        own, client = await _held(session, context, item)
        if own.state != ItemState.PENDING:
            raise Conflict("publishing/not_pending", show_button(own), title=title(own))
        asked = {*own.approval.get("asked", []), *own.approval.get("given", [])}
        own.approval, own.state = own.approval | {"state": ""}, ItemState.TO_REVIEW
        await reassess(session, context.tools, own, now=context.now)
        await _noted(session, context, own, "approval taken back")
        taken_back = say("publishing/approval_taken_back", title=title(own), client=client.name)
        for who in asked:
            await _post(session, context, own, to=who, reply=taken_back)
    return say("publishing/approval_taken_back", show_button(own), title=title(own),
               client=client.name)  # fmt: skip


async def _held(session: AsyncSession, context: Context, item: Item) -> tuple[Item, Client]:
    (own,) = await publications.items_of(session, context.workspace_id, [item.id], lock=True)
    client = await clients.find(session, context.workspace_id, own.client_id)
    assert client is not None
    return own, client


async def _pending(session: AsyncSession, context: Context, item: Item) -> tuple[Item, Client]:
    """Raises Conflict where it was decided meanwhile, Refused for who was not asked."""
    own, client = await _held(session, context, item)
    if own.state != ItemState.PENDING:
        decided = own.approval.get("decided_by")
        raise Conflict(
            "publishing/not_pending", show_button(own), title=title(own), decided_by=decided
        )
    who, asked = context.actor, own.approval.get("asked", [])
    is_over = who.person_id in own.approval.get("given", [])
    if who.person_id not in asked and (is_over or who.role not in ADMINISTRATORS):
        raise Refused("publishing/not_asked", show_button(own), title=title(own), who=asked)
    return own, client


async def _tell_all(
    session: AsyncSession,
    context: Context,
    item: Item,
    client: Client,
    *,
    is_approved: bool,
    why: str = "",
) -> None:
    """Whoever was asked sees that it is decided, whoever asked what it came to."""
    by = context.actor.person_id
    reply = decided(item, client, by, is_approved=is_approved, why=why)
    told = (*item.approval.get("asked", []), *item.approval.get("given", []), item.approval["by"])
    for who in dict.fromkeys(told):
        await _post(session, context, item, to=who, reply=reply)


async def _post(
    session: AsyncSession, context: Context, item: Item, *, to: str, reply: Reply
) -> None:
    await context.tools.notify.post(
        session,
        workspace_id=context.workspace_id,
        to=to,
        reply=reply,
        card=f"approval:{item.id}:{item.approval.get('at', '')}",
    )


async def _noted(
    session: AsyncSession,
    context: Context,
    item: Item,
    what: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    by = context.actor.person_id
    await note_change(session, item, what, by=by, at=context.now, facts=facts)
    record(session, context, f"item.{what.replace(' ', '_')}", item)
