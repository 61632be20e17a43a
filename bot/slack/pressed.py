"""What an element of a message or view says when it is used, as an invocation."""

from collections.abc import Mapping
from typing import Any

from bot.slack.render import MENU, PICK
from commands.replies import Invocation


def invocation_of(action: Mapping[str, Any]) -> Invocation | None:
    """None for what only opens the browser, or was emptied."""
    chosen = (action.get("selected_option") or {}).get("value")
    if str(action.get("action_id", "")).startswith(f"{PICK}|"):
        return _picked(str(action["action_id"]), chosen)
    value = chosen or action.get("value")
    return Invocation.parse(str(value)) if value else None


def shown_by(action: Mapping[str, Any]) -> Invocation | None:
    """What shows the message of a menu anew, once something was chosen from it."""
    menu, _, shows = str(action.get("action_id", "")).partition("|")
    return Invocation.parse(shows) if shows and menu.startswith(f"{MENU}.") else None


def _picked(action_id: str, chosen: str | None) -> Invocation | None:
    _, _, name, does = [*action_id.split("|", 3), "", "", ""][:4]
    if not chosen or not name or not does:
        return None
    return Invocation.parse(does).having(**{name: chosen})
