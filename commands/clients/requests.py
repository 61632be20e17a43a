"""Asking those who may: a request, its decision, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record, record_as
from commands.authorise import refusal, who_may
from commands.clients.wishes import ASSIGN, command_of, facts
from commands.context import Context, Tools
from commands.errors import HELP, CommandError, Conflict, NotAllowed, NotFound, Refused, answer
from commands.permissions import COMES_WITH_THE_CLIENT, SYSTEM, may
from commands.registry import command, job, run
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
from storage.models import AccessRequest, Person, Role
from storage.queries import access

PATIENCE = timedelta(hours=24)
LONGEST_LABEL = 30  # characters of a button


@command("people.ask")
async def ask(context: Context, *, request: str, client: str = "", unnamed: bool = False) -> Answer:
    """Ask those who may; whoever may by now has it done at once.

    An `unnamed` client is that of the channel, whose name the person has not been told.
    """
    try:
        return await run(Invocation.parse(request), context)
    except NotAllowed as refused:
        who = refused.who
        invocation = _what_helps(context, refused, Invocation.parse(request), client)
        if unnamed and context.channel_id:
            invocation = invocation.having(channel=context.channel_id)
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
        record(session, context, "access.requested", asked, after={"command": asked.command})
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
    came = () if asked.command == ASSIGN else outcome.parts  # that is for the one who assigned
    await _report(context, asked, "people/approved", came, *_onwards(asked))
    decided = await _card(context, asked)
    return Reply(parts=(*decided.parts, Divider(), *outcome.parts))


@command("people.decline")
async def decline(context: Context, *, request: str) -> Reply:
    """Say no; the asker is told who did."""
    asked = await _decide(context, request, approved=False)
    await _report(context, asked, "people/declined", ())
    return await _card(context, asked)


def _what_helps(
    context: Context, refused: NotAllowed, wanted: Invocation, client_id: str
) -> Invocation:
    """What those who are asked would do: let the person in, or do the thing itself."""
    person_id = context.actor.person_id
    if context.actor.role is Role.NONE:
        return call("people.edit", person=person_id)
    if not (client_id and refused.what in COMES_WITH_THE_CLIENT):
        return wanted
    return Invocation(
        command=ASSIGN,
        arguments={"person": person_id, "client": client_id, "then": str(wanted)},
    )


def _onwards(asked: AccessRequest) -> tuple[Button, ...]:
    """Whoever was let in goes on with what was refused."""
    if asked.command != ASSIGN:
        return ()
    return (
        Button(label="Go on", does=Invocation.parse(asked.arguments["then"])),
        Button(label="Connections", does=call("connections.show", client=asked.client_id or "")),
    )


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
        told = await facts(session, tools, asked, to_asker=True)
        reply = say("people/expired", **told)
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
            raise await _too_late(session, context.tools, asked)
        action = "access.approved" if approved else "access.declined"
        record(session, context, action, decided, after={"command": decided.command})
        await _show(session, context.tools, decided, await _who(session, decided))
    return decided


async def _check(session: AsyncSession, context: Context, asked: AccessRequest) -> None:
    wanted = command_of(asked)
    if not may(context.actor, wanted.permission, asked.client_id):
        invocation = Invocation(command=asked.command, arguments=asked.arguments)
        raise await refusal(session, context, wanted.permission, invocation)
    if asked.decided_at is not None or asked.asked_at + PATIENCE <= context.now:
        raise await _too_late(session, context.tools, asked)


async def _too_late(session: AsyncSession, tools: Tools, asked: AccessRequest) -> Conflict:
    await session.refresh(asked)
    told = await facts(session, tools, asked)
    return Conflict("people/request", **told, ends_at=asked.asked_at + PATIENCE)


async def _waiting(
    session: AsyncSession, context: Context, invocation: Invocation
) -> AccessRequest | None:
    """The person's own request for the same thing, while it can still be decided."""
    person_id = context.actor.person_id
    for asked in await access.undecided(session, context.workspace_id, person_id):
        is_same = asked.command == invocation.command and (
            _essential(asked.arguments) == _essential(invocation.arguments)
        )
        if is_same and asked.asked_at + PATIENCE > context.now:
            return asked
    return None


def _essential(arguments: Mapping[str, str]) -> Mapping[str, str]:
    """Being let in is one request, whatever it was that was refused."""
    return {name: text for name, text in arguments.items() if name not in {"then", "channel"}}


async def _show(
    session: AsyncSession, tools: Tools, asked: AccessRequest, who: Sequence[str]
) -> None:
    """Everybody who was asked has one message about it, as the request stands now."""
    reply = await _request(session, tools, asked)
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
        return await _request(session, context.tools, asked)


async def _request(session: AsyncSession, tools: Tools, asked: AccessRequest) -> Reply:
    told = await facts(session, tools, asked)
    ends_at = asked.asked_at + PATIENCE
    if asked.decided_at is not None:
        return say("people/request", **told, ends_at=ends_at)
    label = "Approve"
    if asked.command == ASSIGN:
        asker = await session.get_one(Person, (asked.workspace_id, asked.person_id))
        label = f"Assign {asker.name}"[:LONGEST_LABEL]
    return say(
        "people/request",
        Button(label=label, does=call("people.approve", request=asked.id), style=Style.PRIMARY),
        Button(label="Decline", does=call("people.decline", request=asked.id)),
        **told,
        ends_at=ends_at,
    )


async def _report(
    context: Context,
    asked: AccessRequest,
    template: str,
    parts: Sequence[Part],
    *buttons: Button,
) -> None:
    """Tell the asker; what could be pressed in the answer was meant for somebody else."""
    onwards = (Buttons(items=buttons),) if buttons else ()
    async with context.tools.database.begin() as session:
        told = await facts(session, context.tools, asked, to_asker=True)
        said = (Words(template=template, data=told), *_unpressable(parts), *onwards)
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
        command_of(asked).permission,
        client_id=asked.client_id,
        besides=asked.person_id,
    )
