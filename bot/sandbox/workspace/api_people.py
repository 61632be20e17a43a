"""Web API: the team, its people, the bot itself and its connection."""

import zlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.seed import Person
from bot.sandbox.workspace import talk
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.methods import Call, Method, Token, page

Json = dict[str, Any]


def _person(call: Call, person: Person) -> Json:
    zone = datetime.fromtimestamp(call.workspace.now(), ZoneInfo(person.tz))
    offset = zone.utcoffset()
    email = f"{person.name}@{call.workspace.seed.team_domain}.example"
    return _account(call, person.id, person.name, person.real_name, email=email) | {
        "color": person.color.removeprefix("#"),
        "tz": person.tz,
        "tz_label": zone.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": person.is_owner,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_guest,
        "is_bot": False,
        **({"locale": "en-GB"} if call.truth("include_locale") else {}),
    }


def _account(call: Call, user: str, name: str, real_name: str, *, email: str | None) -> Json:
    return {
        "id": user,
        "team_id": call.workspace.seed.team_id,
        "name": name,
        "real_name": real_name,
        "deleted": False,
        "updated": zlib.crc32(user.encode()),
        "is_ultra_restricted": False,
        "is_app_user": False,
        "profile": {
            "real_name": real_name,
            "real_name_normalized": real_name,
            "display_name": name,
            "display_name_normalized": name,
            "team": call.workspace.seed.team_id,
            **({"email": email} if email else {}),
        },
    }


def _bot(call: Call) -> Json:
    app = call.workspace.seed.app
    account = _account(call, app.bot_user, app.name.lower(), app.name, email=None)
    account["profile"] |= {"bot_id": app.bot_id, "api_app_id": app.id}
    no = dict.fromkeys(("is_admin", "is_owner", "is_primary_owner", "is_restricted"), False)
    return account | no | {"is_bot": True, "tz": "America/Los_Angeles", "tz_offset": -28800}


def user_info(call: Call) -> Json:
    user = call.person()
    if user == call.bot_user:
        return {"user": _bot(call)}
    return {"user": _person(call, call.workspace.directory.people[user])}


def user_list(call: Call) -> Json:
    people = [_person(call, p) for p in call.workspace.directory.people.values()]
    return page([*people, _bot(call)], call, name="members")


def by_email(call: Call) -> Json:
    wanted = call.required("email", error="users_not_found")
    for person in call.workspace.directory.people.values():
        user = _person(call, person)
        if user["profile"]["email"] == wanted:
            return {"user": user}
    raise SlackError("users_not_found")


def profile(call: Call) -> Json:
    user = call.person()
    people = call.workspace.directory.people
    return {"profile": (_person(call, people[user]) if user in people else _bot(call))["profile"]}


def auth_test(call: Call) -> Json:
    seed = call.workspace.seed
    return {
        "url": f"{call.workspace.base_url}/",
        "team": seed.team_name,
        "user": seed.app.name.lower(),
        "team_id": seed.team_id,
        "user_id": seed.app.bot_user,
        "bot_id": seed.app.bot_id,
        "is_enterprise_install": False,
    }


def revoke(call: Call) -> Json:
    if call.truth("test"):
        return {"revoked": False}
    call.workspace.is_token_revoked = True
    return {"revoked": True}


async def uninstall(call: Call) -> Json:
    await talk.uninstall(call.courier)
    return {}


def team_info(call: Call) -> Json:
    seed = call.workspace.seed
    return {
        "team": {
            "id": seed.team_id,
            "name": seed.team_name,
            "domain": seed.team_domain,
            "url": f"{call.workspace.base_url}/",
            "icon": {"image_default": True},
        }
    }


def bot_info(call: Call) -> Json:
    app = call.workspace.seed.app
    if call.text("bot", app.bot_id) != app.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": app.bot_id, "deleted": False, "name": app.name.lower(), "updated": 1}
    return {"bot": bot | {"app_id": app.id, "user_id": app.bot_user, "icons": {}}}


def api_test(call: Call) -> Json:
    if call.text("error"):
        raise SlackError(call.text("error"), args=call.arguments)
    return {"args": call.arguments}


def open_connection(call: Call) -> Json:
    base = call.workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/socket/{call.courier.sockets.ticket()}"}


def exchange_code(_: Call) -> Json:
    """The app is installed from the start, so there is never a code to exchange."""
    raise SlackError("invalid_code")


METHODS = (
    Method(name="api.test", call=api_test, tier=4, token=Token.NONE),
    Method(name="auth.test", call=auth_test, tier=4),
    Method(name="auth.revoke", call=revoke, tier=3),
    Method(name="apps.uninstall", call=uninstall, tier=3),
    Method(name="apps.connections.open", call=open_connection, tier=2, token=Token.APP),
    Method(name="oauth.v2.access", call=exchange_code, tier=4, token=Token.NONE),
    Method(name="team.info", call=team_info, scopes=("team:read",), tier=3),
    Method(name="bots.info", call=bot_info, scopes=("users:read",), tier=3),
    Method(name="users.info", call=user_info, scopes=("users:read",), tier=4),
    Method(name="users.list", call=user_list, scopes=("users:read",), tier=2),
    Method(name="users.lookupByEmail", call=by_email, scopes=("users:read.email",), tier=3),
    Method(
        name="users.profile.get",
        call=profile,
        scopes=("users.profile:read", "users:read"),
        tier=4,
    ),
)
