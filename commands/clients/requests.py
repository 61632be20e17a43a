"""Asking those who may: a request, its decision, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record, record_as
from commands.authorise import refusal, who_may
from commands.context import Context, Tools
from commands.errors import HELP, CommandError, Conflict, NotAllowed, NotFound, Refused, answer
from commands.permissions import SYSTEM, may
from commands.registry import COMMANDS, Command, command, grammar, job, run
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Divider,
    Filter,
    Form,
    Invocation,
    Part,
    Reply,
    Style,
    Words,
    call,
    say,
)
from storage.identity import new_id
from storage.models import AccessRequest, Person
from storage.queries import access, clients

PATIENCE = timedelta(hours=24)


@command("people.ask")
async def ask(context: Context, *, request: str, client: str = "") -> Answer:
    """Ask those who may; whoever may by now has it done at once."""
    invocation = Invocation.parse(request)
    wanted = _command(invocation.command)
    try:
        return await run(invocation, context)
    except NotAllowed as refused:
        who = refused.who
    if not who:
        raise Refused("people/nobody", HELP)
    async with context.tools.database.begin() as session:
        asker = await session.get_one(
            Person, (context.workspace_id, context.actor.person_id), with_for_update=True
        )
        waiting = await _waiting(session, context, invocation)
        if waiting is not None:
            return say("people/asked_already", who=who, at=waiting.asked_at)
        asked = AccessRequest(
            id=new_id(),
            workspace_id=context.workspace_id,
            person_id=asker.id,
            command=invocation.command,
            arguments=dict(invocation.arguments),
            client_id=client or None,
            channel_id=context.channel_id,
            asked_at=context.now,
        )
        session.add(asked)
        await session.flush()
        record(session, context, "access.requested", asked, after={"command": wanted.name})
        await _show(session, context.tools, asked, who)
    return say("people/asked", who=who)


@command("people.approve")
async def approve(context: Context, *, request: str) -> Answer:
    """Do what was asked for, as the one who approves; the asker is told what came of it."""
    asked = await _decide(context, request, approved=True)
    there = replace(context, channel_id=asked.channel_id)
    invocation = Invocation(command=asked.command, arguments=asked.arguments)
    try:
        outcome = await run(invocation, there)
    except CommandError as error:
        await _report(context, asked, "people/approved_refused", answer(error).parts)
        raise
    if isinstance(outcome, Form):
        await _report(context, asked, "people/approved_continues", ())
        return outcome
    await _report(context, asked, "people/approved", outcome.parts)
    decided = await _card(context, asked)
    return Reply(parts=(*decided.parts, Divider(), *outcome.parts))


@command("people.decline")
async def decline(context: Context, *, request: str) -> Reply:
    """Say no; the asker is told who did."""
    asked = await _decide(context, request, approved=False)
    await _report(context, asked, "people/declined", ())
    return await _card(context, asked)


async def _overdue(session: AsyncSession, now: datetime) -> Sequence[str]:
    waiting = await access.overdue(session, now - PATIENCE)
    return [f"{asked.workspace_id}/{asked.id}" for asked in waiting]


@job("people.expire_requests", due=_overdue)
async def expire(tools: Tools, key: str) -> None:
    """Nobody decided in time: the buttons go, and the asker is told."""
    workspace_id, _, request_id = key.partition("/")
    now = tools.now()
    async with tools.database.begin() as session:
        asked = await access.find(session, workspace_id, request_id)
        if asked is None or asked.decided_at is not None or asked.asked_at + PATIENCE > now:
            return
        asked.decided_at, asked.decided_by = now, SYSTEM
        record_as(session, SYSTEM, "access.expired", asked, now=now)
        who = await _who(session, asked)
        await _show(session, tools, asked, who)
        reply = say("people/expired", **await _facts(session, asked))
        await tools.notify.post(session, workspace_id=workspace_id, to=asked.person_id, reply=reply)


async def _decide(context: Context, request_id: str, *, approved: bool) -> AccessRequest:
    async with context.tools.database.begin() as session:
        asked = await access.find(session, context.workspace_id, request_id)
        if asked is None:
            raise NotFound(kind="request", text=request_id)
        await _check(session, context, asked)
        decided = await access.decide(
            session,
            context.workspace_id,
            request_id,
            approved=approved,
            by=context.actor.person_id,
            now=context.now,
        )
        if decided is None:
            raise await _too_late(session, asked)
        action = "access.approved" if approved else "access.declined"
        record(session, context, action, decided, after={"command": decided.command})
        await _show(session, context.tools, decided, await _who(session, decided))
    return decided


async def _check(session: AsyncSession, context: Context, asked: AccessRequest) -> None:
    wanted = _command(asked.command)
    if not may(context.actor, wanted.permission, asked.client_id):
        invocation = Invocation(command=asked.command, arguments=asked.arguments)
        raise await refusal(session, context, wanted.permission, invocation)
    if asked.decided_at is not None or asked.asked_at + PATIENCE <= context.now:
        raise await _too_late(session, asked)


async def _too_late(session: AsyncSession, asked: AccessRequest) -> Conflict:
    await session.refresh(asked)
    return Conflict("people/request", **await _facts(session, asked))


async def _waiting(
    session: AsyncSession, context: Context, invocation: Invocation
) -> AccessRequest | None:
    """The person's own request for the same thing, while it can still be decided."""
    person_id = context.actor.person_id
    for asked in await access.undecided(session, context.workspace_id, person_id):
        same = (asked.command, asked.arguments) == (
            invocation.command,
            dict(invocation.arguments),
        )
        if same and asked.asked_at + PATIENCE > context.now:
            return asked
    return None


async def _show(
    session: AsyncSession, tools: Tools, asked: AccessRequest, who: Sequence[str]
) -> None:
    """Everybody who was asked has one message about it, as the request stands now."""
    reply = _request(asked, await _facts(session, asked))
    for person_id in who:
        await tools.notify.post(
            session,
            workspace_id=asked.workspace_id,
            to=person_id,
            reply=reply,
            card=f"request:{asked.id}",
        )


async def _card(context: Context, asked: AccessRequest) -> Reply:
    async with context.tools.database.read() as session:
        return _request(asked, await _facts(session, asked))


def _request(asked: AccessRequest, facts: Mapping[str, Any]) -> Reply:
    if asked.decided_at is not None:
        return say("people/request", **facts)
    return say(
        "people/request",
        Button(label="Approve", does=call("people.approve", request=asked.id), style=Style.PRIMARY),
        Button(label="Decline", does=call("people.decline", request=asked.id)),
        **facts,
    )


async def _report(
    context: Context, asked: AccessRequest, template: str, parts: Sequence[Part]
) -> None:
    """Tell the asker; what could be pressed in the answer was meant for somebody else."""
    async with context.tools.database.begin() as session:
        facts = await _facts(session, asked)
        said = (Words(template=template, data=facts), *_unpressable(parts))
        await context.tools.notify.post(
            session,
            workspace_id=asked.workspace_id,
            to=asked.person_id,
            reply=Reply(parts=said),
        )


def _unpressable(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(
        replace(part, beside=None) if isinstance(part, Words) else part
        for part in parts
        if not isinstance(part, Buttons | Filter)
    )


async def _who(session: AsyncSession, asked: AccessRequest) -> tuple[str, ...]:
    return await who_may(
        session,
        asked.workspace_id,
        _command(asked.command).permission,
        client_id=asked.client_id,
        besides=asked.person_id,
    )


async def _facts(session: AsyncSession, asked: AccessRequest) -> dict[str, Any]:
    named = asked.client_id or ""
    client = await clients.find(session, asked.workspace_id, named) if named else None
    wanted = _command(asked.command)
    return {
        "person": asked.person_id,
        "what": wanted.permission.value,
        "summary": wanted.summary,
        "client": client.name if client else None,
        "typed": _typed(asked, client.name if client else None),
        "asked_at": asked.asked_at,
        "decided_at": asked.decided_at,
        "decided_by": asked.decided_by if asked.decided_by != SYSTEM else None,
        "is_approved": asked.approved,
        "ends_at": asked.asked_at + PATIENCE,
    }


def _typed(asked: AccessRequest, client: str | None) -> str | None:
    """The command as it would be typed, with the client's name rather than its id."""
    arguments = {**asked.arguments, "client": client} if client else asked.arguments
    try:
        return grammar().print(Invocation(command=asked.command, arguments=arguments))
    except ValueError:
        return None


def _command(name: str) -> Command:
    wanted = COMMANDS.get(name)
    if wanted is None:
        raise Conflict("errors/outdated", HELP)
    return wanted
