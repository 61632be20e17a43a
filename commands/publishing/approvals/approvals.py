"""Approval of an item before it is published: asked for, given, declined or taken back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict, Refused
from commands.permissions import ADMINISTRATORS, Permission
from commands.publishing.approvals import approval_letters as letters
from commands.publishing.approvals.approval_letters import cancel_button, show_button, title
from commands.publishing.approvals.approving import (
    Approval,
    named_in,
    only_waits,
    valid,
)
from commands.publishing.approvals.asking import Case, ask, call_off, case_of, let_go, tell_all
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import reassess
from commands.registry import command
from commands.replies import Form, Reply, TextField, Words, call, say
from storage.models import Item, ItemState
from storage.queries import publications

NO_LONGER, NOBODY = "taken back", "nobody"  # why nobody is asked any more


@command("publishing.ask_approval", permission=Permission.SEE_CLIENT)
async def ask_approval(context: Context, *, item: Item) -> Reply:
    """Ask those whose turn it is, directly; the first of them to answer decides."""
    who = context.actor.person_id
    async with context.tools.database.begin() as session:
        case = await _case(session, context, item)
        own = case.item
        _check_waits(case)
        first = case.turn((), by=who)
        if first is None or not first.people:
            raise Refused("publishing/nobody_to_ask", show_button(own), client=case.client.name)
        own.state = ItemState.PENDING
        at = context.now.isoformat()
        own.approval = {"state": Approval.PENDING.value, "by": who, "at": at, "given": []}
        await _noted(session, context, own, "approval asked")
        await ask(session, context.tools, case, first)
    data = letters.facts(own, case.client) | {"goes": case.workflow.auto_publish}
    return say("publishing/approval_asked", cancel_button(own), show_button(own), **data)


def _check_waits(case: Case) -> None:
    """Raises Refused where something else is wrong with it, Conflict where nobody has to agree."""
    own = case.item
    if own.state is ItemState.PENDING:
        data = letters.facts(own, case.client)
        raise Conflict("publishing/asked_already", cancel_button(own), show_button(own), **data)
    codes = [each.code for each in case.judged.obstacles]
    if not codes:
        raise Conflict("publishing/needs_nobody", show_button(own), title=title(own))
    if not only_waits(codes):
        raise Refused("publishing/not_yet", show_button(own), title=title(own))


@command("publishing.approve", permission=Permission.SEE_CLIENT)
async def approve(context: Context, *, item: Item, why: str = "") -> Reply:
    """Agree to it as it is now; the last of those who have to lets it go."""
    who, batch = context.actor.person_id, None
    async with context.tools.database.begin() as session:
        case = await _pending(session, context, item)
        own = case.item
        given = [
            *valid(own.approval.get("given", []), case.judged.facts),
            _consent(context, own, why),
        ]
        own.approval = own.approval | {"given": given}
        following = case.turn(given, by=own.approval["by"])
        if following is None:
            batch = await let_go(session, context.tools, case, by=who)
            record(session, context, "item.approved", own)
            reply = letters.approved(own, case.client, goes=batch is not None)
        elif following.people:
            await _noted(session, context, own, "approved in part", {"why": why} if why else None)
            await ask(session, context.tools, case, following)
            reply = letters.passed_on(own, case.client)
        else:
            reply = letters.called_off(own, case.client, who, why=NOBODY)
            await call_off(session, context.tools, case, by=who, why=NOBODY)
            record(session, context, "item.approval_called_off", own)
    if batch is not None:
        context.tools.jobs.submit("publishing.send", batch)
    return reply


def _consent(context: Context, item: Item, why: str) -> dict[str, str]:
    return {
        "by": context.actor.person_id,
        "at": context.now.isoformat(),
        "stage": item.approval["stage"],
        "total": str(item.total or 0),
        "why": why.strip(),
    }


@command("publishing.comment", permission=Permission.SEE_CLIENT, changes=False)
async def comment(context: Context, *, item: Item) -> Form:
    """Agree with a word to whoever asked."""
    return Form(
        title="Approve",
        submits=call("publishing.approve", item=item.id),
        submit_label="Approve",
        parts=(Words(template="publishing/approving", data={"title": title(item)}),),
        fields=(TextField(name="why", label="Comment", multiline=True, optional=True),),
    )


@command("publishing.decline", permission=Permission.SEE_CLIENT, changes=False)
async def decline(context: Context, *, item: Item) -> Form:
    """Ask why; whoever asked for approval reads it."""
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
        case = await _pending(session, context, item)
        own = case.item
        own.approval = own.approval | {
            "state": Approval.REJECTED.value,
            "decided_by": context.actor.person_id,
            "decided_at": context.now.isoformat(),
            "why": why.strip(),
        }
        own.state, own.due_at = ItemState.TO_REVIEW, context.now
        await reassess(session, context.tools, own, now=context.now)
        await _noted(session, context, own, "declined", {"why": why})
        reply = letters.declined(own, case.client)
        await tell_all(session, context.tools, own, reply)
    return reply


@command("publishing.cancel_approval", permission=Permission.SEE_CLIENT)
async def cancel_approval(context: Context, *, item: Item) -> Reply:
    """Take the question back, so that the item can be changed."""
    by = context.actor.person_id
    async with context.tools.database.begin() as session:
        case = await _case(session, context, item)
        if case.item.state is not ItemState.PENDING:
            raise _not_pending(case.item)
        reply = letters.called_off(case.item, case.client, by, why=NO_LONGER)
        await call_off(session, context.tools, case, by=by, why=NO_LONGER)
        record(session, context, "item.approval_taken_back", case.item)
    return reply


async def _case(session: AsyncSession, context: Context, item: Item) -> Case:
    (own,) = await publications.items_of(session, context.workspace_id, [item.id], lock=True)
    return await case_of(session, context.tools, own)


async def _pending(session: AsyncSession, context: Context, item: Item) -> Case:
    """Raises Conflict where it is not that question any more, Refused for who may not answer."""
    case = await _case(session, context, item)
    own, who = case.item, context.actor
    if own.state is not ItemState.PENDING:
        raise _not_pending(own)
    stage = case.stage
    if stage is None:
        raise Conflict("publishing/approval_moved_on", show_button(own), title=title(own))
    told = own.approval
    if who.person_id in case.barred(told["by"]):
        raise Refused(
            "publishing/own_approval", show_button(own), **letters.facts(own, case.client)
        )
    meant = {*told["asked"], *named_in(stage, case.staff, case.judged.facts.owner)}
    is_over = who.person_id in {each["by"] for each in told.get("given", [])}
    if who.person_id not in meant and (is_over or who.role not in ADMINISTRATORS):
        raise Refused("publishing/not_asked", show_button(own), title=title(own), who=told["asked"])
    return case


def _not_pending(item: Item) -> Conflict:
    decided_by = item.approval.get("decided_by")
    return Conflict(
        "publishing/not_pending", show_button(item), title=title(item), decided_by=decided_by
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
