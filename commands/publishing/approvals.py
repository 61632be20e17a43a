"""Consent to an item before it is published: asked for, given, declined or taken back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict, Refused
from commands.permissions import ADMINISTRATORS, Permission
from commands.publishing.approving import Approval
from commands.publishing.history import note_change
from commands.publishing.publish import begin
from commands.publishing.readiness import Assessment, reassess
from commands.registry import command
from commands.replies import Button, Buttons, Form, Reply, Style, TextField, Words, call, say
from storage.models import Client, Item, ItemState
from storage.queries import clients, publications

WAITING = "PRE_NOT_APPROVED"


@command("publishing.ask_approval", permission=Permission.SEE_CLIENT)
async def ask_approval(context: Context, *, item: Item) -> Reply:
    """Ask those who may consent, directly; the first to answer decides."""
    async with context.tools.database.begin() as session:
        own, client = await _held(session, context, item)
        judged = await reassess(session, context.tools, own, now=context.now)
        others = [each for each in judged.obstacles if each.code != WAITING]
        if others:
            raise Refused("publishing/not_yet", show_button(own), title=title(own))
        if not judged.obstacles:
            raise Conflict("publishing/needs_nobody", show_button(own), title=title(own))
        asked = [who for who in judged.choices.approvers if who != context.actor.person_id]
        if not asked:
            raise Refused("publishing/nobody_to_ask", show_button(own), client=client.name)
        own.state = ItemState.PENDING
        own.approval = {
            "state": Approval.PENDING.value,
            "by": context.actor.person_id,
            "at": context.now.isoformat(),
            "asked": asked,
        }
        await _noted(session, context, own, "approval asked")
        for who in asked:
            await _post(session, context, own, to=who, reply=_question(own, client, judged))
    return say("publishing/approval_asked", show_button(item), title=title(item), who=asked)


@command("publishing.approve", permission=Permission.SEE_CLIENT)
async def approve(context: Context, *, item: Item) -> Reply:
    """Consent to it as it is now."""
    batch = None
    async with context.tools.database.begin() as session:
        own, client = await _pending(session, context, item)
        own.approval = own.approval | {
            "state": Approval.APPROVED.value,
            "decided_by": context.actor.person_id,
            "decided_at": context.now.isoformat(),
            "total": str(own.total or 0),
        }
        own.state = ItemState.APPROVED
        judged = await reassess(session, context.tools, own, now=context.now)
        await _noted(session, context, own, "approved")
        await _tell_all(session, context, own, client, is_approved=True)
        if judged.choices.auto_once_approved and not judged.obstacles:
            going = [(own, judged)]
            batch = await begin(
                session, context.tools, client, going, by=context.actor.person_id, now=context.now
            )
    if batch is not None:
        context.tools.jobs.submit("publishing.send", batch.id)
    return _decided(own, client, context.actor.person_id, is_approved=True)


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
    return _decided(own, client, context.actor.person_id, is_approved=False, why=why)


@command("publishing.cancel_approval", permission=Permission.SEE_CLIENT)
async def cancel_approval(context: Context, *, item: Item) -> Reply:
    """Take the question back, so that the item can be changed."""
    async with context.tools.database.begin() as session:
        own, client = await _held(session, context, item)
        if own.state != ItemState.PENDING:
            raise Conflict("publishing/not_pending", show_button(own), title=title(own))
        asked = own.approval.get("asked", [])
        own.approval, own.state = own.approval | {"state": ""}, ItemState.TO_REVIEW
        await reassess(session, context.tools, own, now=context.now)
        await _noted(session, context, own, "approval taken back")
        taken_back = say("publishing/approval_taken_back", title=title(own), client=client.name)
        for who in asked:
            await _post(session, context, own, to=who, reply=taken_back)
    return say("publishing/approval_taken_back", show_button(own), title=title(own),
               client=client.name)  # fmt: skip


def title(item: Item) -> str:
    """What the item is called in a sentence."""
    return " ".join(filter(None, (item.supplier or item.title, item.number)))


def show_button(item: Item) -> Button:
    return Button(label="Open", does=call("items.show", item=item.id))


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
    who = context.actor
    if who.person_id not in own.approval.get("asked", []) and who.role not in ADMINISTRATORS:
        asked = own.approval.get("asked", [])
        raise Refused("publishing/not_asked", show_button(own), title=title(own), who=asked)
    return own, client


def _question(item: Item, client: Client, judged: Assessment) -> Reply:
    data = _facts(item, client) | {"software": judged.lists.software if judged.lists else ""}
    yes = Button(
        label="Approve", does=call("publishing.approve", item=item.id), style=Style.PRIMARY
    )
    no = Button(label="Decline", does=call("publishing.decline", item=item.id))
    words = Words(template="publishing/approval", data=data)
    return Reply(parts=(words, Buttons(items=(yes, no, show_button(item)))))


def _decided(item: Item, client: Client, by: str, *, is_approved: bool, why: str = "") -> Reply:
    data = _facts(item, client) | {"decided_by": by, "is_approved": is_approved, "why": why}
    words = Words(template="publishing/approval_decided", data=data)
    return Reply(parts=(words, Buttons(items=(show_button(item),))))


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
    reply = _decided(item, client, by, is_approved=is_approved, why=why)
    for who in {*item.approval.get("asked", []), item.approval["by"]}:
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


def _facts(item: Item, client: Client) -> dict[str, Any]:
    return {
        "title": title(item),
        "client": client.name,
        "total": item.total,
        "currency": item.currency,
        "day": item.day,
        "by": item.approval.get("by"),
    }


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
