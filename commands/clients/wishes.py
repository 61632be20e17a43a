"""What somebody asked others for, as both sides read it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.finding import NEW
from commands.clients.summary import PURPOSES, software_name
from commands.context import Tools
from commands.errors import HELP, Conflict
from commands.permissions import SYSTEM
from commands.registry import COMMANDS, Command, grammar
from commands.replies import Invocation
from storage.models import AccessRequest
from storage.queries import clients, connections

ASSIGN = "people.assign"


def command_of(asked: AccessRequest) -> Command:
    """Raises Conflict where this version does not know the command any more."""
    wanted = COMMANDS.get(asked.command)
    if wanted is None:
        raise Conflict("errors/outdated", HELP)
    return wanted


async def facts(
    session: AsyncSession, tools: Tools, asked: AccessRequest, *, to_asker: bool = False
) -> dict[str, Any]:
    """What the templates of a request show; `it` is what `people/wish` puts in words.

    Whoever asked for the unnamed client of a channel learns its name with the assignment only.
    """
    it = await _wish(session, tools, asked)
    is_unnamed = asked.command == ASSIGN and bool(it["channel"]) and not asked.approved
    return {
        "person": asked.person_id,
        "it": it | {"client": None} if to_asker and is_unnamed else it,
        "asked_at": asked.asked_at,
        "decided_at": asked.decided_at,
        "decided_by": asked.decided_by if asked.decided_by != SYSTEM else None,
        "is_approved": asked.approved,
    }


async def _wish(session: AsyncSession, tools: Tools, asked: AccessRequest) -> dict[str, Any]:
    wanted, given = command_of(asked), asked.arguments
    client = None
    if asked.client_id:
        client = await clients.find(session, asked.workspace_id, asked.client_id)
    row = None
    if "connection" in given:
        row = await connections.find_row(session, asked.workspace_id, given["connection"])
        client = row.client if row else client
    name = client.name if client else _new_name(given.get("client", ""))
    return {
        "command": asked.command,
        "client": name,
        "software": software_name(tools, row.connection.provider) if row else None,
        "purpose": PURPOSES[row.connection.purpose] if row else None,
        "named": given.get("name"),
        "about": given.get("person"),
        "summary": wanted.summary,
        "typed": _typed(asked, name),
        "channel": given.get("channel"),
    }


def _new_name(text: str) -> str | None:
    """The name of a client that would have been added on the way."""
    return (text.removeprefix(NEW) or None) if text.startswith(NEW) else None


def _typed(asked: AccessRequest, client: str | None) -> str | None:
    """The command as it would be typed, with the client's name rather than its id."""
    arguments = {**asked.arguments, "client": client} if client else asked.arguments
    try:
        return grammar().print(Invocation(command=asked.command, arguments=arguments))
    except ValueError:
        return None
