"""The practice's own channel, where its mornings are told."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.channels import is_channel
from commands.context import Context
from commands.errors import Refused
from commands.mornings import MORNING, next_morning, practice_zone, zone_name
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, ChannelField, Confirm, Form, Reply, Style, call, say
from storage.models import Workspace
from storage.queries import audit, clients

CHOOSE = Button(label="Choose a channel", does=call("practice.channel"))


@command(
    "practice.show",
    usage="practice",
    summary="where and when the morning digest comes",
    permission=Permission.MANAGE_CLIENTS,
    changes=False,
)
async def show(context: Context) -> Answer:
    """See in which channel the practice reads its morning digest, and when.

    Every morning it says which clients are up to date, what failed, what has expired and what will
    soon. Without a channel there is none.
    """
    async with context.tools.database.read() as session:
        workspace = await session.get_one(Workspace, context.workspace_id)
        return await _page(session, context, workspace)


@command(
    "practice.channel",
    usage="practice channel [<channel>]",
    summary="choose where the morning digest comes",
    permission=Permission.MANAGE_CLIENTS,
)
async def set_channel(context: Context, *, channel: str = "") -> Answer:
    """Choose the channel of the practice.

    It should be one in which people may hear of all clients. The bot has to be a member of it.
    """
    if not channel:
        return await _form(context)
    async with context.tools.database.begin() as session:
        if await clients.is_owned(session, context.workspace_id, channel):
            raise Refused("practice/owned", CHOOSE, channel=channel)
        workspace = await _set(session, context, channel)
        return await _page(session, context, workspace, is_set=True)


@command("practice.silence", permission=Permission.MANAGE_CLIENTS)
async def silence(context: Context) -> Answer:
    """No digest any more."""
    async with context.tools.database.begin() as session:
        workspace = await _set(session, context, None)
        return await _page(session, context, workspace, is_set=True)


async def _set(session: AsyncSession, context: Context, channel: str | None) -> Workspace:
    workspace = await session.get_one(Workspace, context.workspace_id, with_for_update=True)
    before, workspace.practice_channel_id = workspace.practice_channel_id, channel
    if before != channel:
        audit.append(
            session,
            workspace.id,
            "practice.channel_set",
            subject=("workspace", workspace.id),
            actor=context.actor.person_id,
            at=context.now,
            before={"channel": before},
            after={"channel": channel},
            place=context.channel_id,
            correlation_id=context.correlation_id,
        )
    await session.flush()
    return workspace


async def _page(
    session: AsyncSession, context: Context, workspace: Workspace, *, is_set: bool = False
) -> Reply:
    channel = workspace.practice_channel_id
    zone = await practice_zone(session, workspace.id)
    data: dict[str, Any] = {
        "practice": workspace.name,
        "channel": channel,
        "hour": f"{MORNING:%-H:%M}",
        "zone": zone_name(zone),
        "next_at": next_morning(context.now, zone),
        "is_set": is_set,
    }
    here = await _offered(session, context, channel)
    return say("practice/page", *_steps(here, channel), **data)


async def _offered(session: AsyncSession, context: Context, chosen: str | None) -> str | None:
    """The channel it is asked in, if that can be the practice's and is not yet."""
    here = context.channel_id
    if here is None or not is_channel(here) or here == chosen:
        return None
    return None if await clients.is_owned(session, context.workspace_id, here) else here


def _steps(here: str | None, chosen: str | None) -> tuple[Button, ...]:
    steps = []
    if here is not None:
        style = Style.PLAIN if chosen else Style.PRIMARY
        does = call("practice.channel", channel=here)
        steps.append(Button(label="Use this channel", does=does, style=style))
    steps.append(CHOOSE)
    if chosen is not None:
        sure = Confirm(
            title="No morning digest?",
            text="Failures still come to the clients' channels.",
            yes="No digest",
        )
        steps.append(Button(label="No digest", does=call("practice.silence"), confirm=sure))
    return tuple(steps)


async def _form(context: Context) -> Form:
    async with context.tools.database.read() as session:
        workspace = await session.get_one(Workspace, context.workspace_id)
        here = await _offered(session, context, workspace.practice_channel_id)
    return Form(
        title="Morning digest",
        submits=call("practice.channel"),
        submit_label="Save",
        fields=(
            ChannelField(
                name="channel",
                label="Channel of the practice",
                initial=workspace.practice_channel_id or here,
                hint="Everybody in it hears of all clients: what failed, expired or is old.",
            ),
        ),
    )
