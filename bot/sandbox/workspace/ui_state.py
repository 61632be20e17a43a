"""The workspace as the page first draws it, for one person."""

from dataclasses import asdict
from typing import Any

from bot.sandbox.workspace.conversations import Conversation, Kind
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.talk import as_listed

Json = dict[str, Any]


async def state(courier: Courier, query: Json) -> Json:
    """Team, people, conversations, commands and shortcuts; only what this person may see."""
    workspace = courier.workspace
    me = workspace.directory.person(query["user"]).id
    conversations = workspace.directory.conversations.values()
    readable = [c for c in conversations if workspace.directory.may_read(me, c)]
    return {
        "team": {"id": workspace.seed.team_id, "name": workspace.seed.team_name},
        "me": _person(courier, me),
        "users": _users(courier),
        "channels": [as_listed(c, me) for c in readable if c.kind is not Kind.IM],
        "dms": [_direct(c, me) for c in readable if c.kind is Kind.IM],
        "app": {
            "id": workspace.seed.app.id,
            "name": workspace.seed.app.name,
            "bot_user": workspace.seed.app.bot_user,
        },
        "commands": [asdict(command) for command in workspace.registration.commands],
        "shortcuts": [asdict(shortcut) for shortcut in workspace.registration.shortcuts],
        "now": workspace.now(),
    }


def _direct(conversation: Conversation, me: str) -> Json:
    other = next(user for user in conversation.members if user != me)
    return {"id": conversation.id, "user": other, "unread": conversation.unread(me)}


def _person(courier: Courier, user: str) -> Json:
    person = courier.workspace.directory.people[user]
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "tz": person.tz,
        "role": person.role,
        "is_owner": person.is_owner,
        "is_guest": person.is_guest,
        "is_bot": False,
        "color": person.color,
    }


def _users(courier: Courier) -> list[Json]:
    app = courier.workspace.seed.app
    machine = {"tz": "Etc/UTC", "role": None, "is_owner": False, "is_guest": False, "is_bot": True}
    bot = {"id": app.bot_user, "name": app.name.lower(), "real_name": app.name, "color": "#ff5c35"}
    slackbot = {
        "id": "USLACKBOT",
        "name": "slackbot",
        "real_name": "Slackbot",
        "color": "#757575",
    }
    people = [_person(courier, user) for user in courier.workspace.directory.people]
    return [*people, bot | machine, slackbot | machine]
