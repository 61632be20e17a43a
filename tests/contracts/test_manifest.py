"""The manifest and the code say the same: nothing missing, nothing unused."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import scopes
from bot.slack.listeners import COMMAND, EVENTS, SHORTCUTS

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    path
    for folder in ("bot/slack", "bot/web", "bot/jobs")
    for path in sorted((ROOT / folder).glob("*.py"))
] + sorted((ROOT / "bot").glob("*.py"))
CALL = re.compile(r"\bclient(?:\(token\))?\.([a-z]+_[a-zA-Z_]+)\(|\)\.(auth_test)\(")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return found


def called_methods() -> set[str]:
    """Web API methods called in the code, by Slack's names."""
    found = set()
    for path in CODE:
        for groups in CALL.findall(path.read_text()):
            attribute = next(filter(None, groups))
            if hasattr(AsyncWebClient, attribute):
                family, _, method = attribute.rpartition("_")
                found.add(f"{family.replace('_', '.')}.{method}")
    return found


def test_the_command_is_the_one_that_is_listened_to(manifest: dict[str, Any]) -> None:
    (command,) = manifest["features"]["slash_commands"]

    assert command["command"] == COMMAND
    assert command["should_escape"] is True  # the grammar reads mentions, not names


def test_the_shortcuts_are_those_that_lead_somewhere(manifest: dict[str, Any]) -> None:
    declared = {shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]}

    assert declared == set(SHORTCUTS)


def test_the_events_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    declared = set(manifest["settings"]["event_subscriptions"]["bot_events"])

    assert {event.partition(".")[0] for event in declared} == set(EVENTS)
    assert declared == set(scopes.BY_EVENT)


def test_every_method_that_is_called_is_in_the_table_of_scopes() -> None:
    assert called_methods() == set(scopes.BY_METHOD)


def test_the_scopes_are_those_of_methods_events_and_commands(manifest: dict[str, Any]) -> None:
    declared = manifest["oauth_config"]["scopes"]

    assert set(declared["bot"]) == scopes.NEEDED
    assert set(declared["bot_optional"]) == scopes.OPTIONAL


def test_no_scope_is_asked_for_twice(manifest: dict[str, Any]) -> None:
    declared = manifest["oauth_config"]["scopes"]
    every = [*declared["bot"], *declared["bot_optional"]]

    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("path", "least", "most"),
    [
        (("display_information", "name"), 1, 35),
        (("display_information", "description"), 1, 140),
        (("display_information", "long_description"), 175, 4000),
        (("features", "bot_user", "display_name"), 1, 80),
        (("features", "slash_commands", 0, "command"), 1, 32),
        (("features", "slash_commands", 0, "description"), 1, 2000),
        (("features", "slash_commands", 0, "usage_hint"), 1, 1000),
        (("features", "shortcuts", 0, "name"), 1, 24),
        (("features", "shortcuts", 0, "description"), 1, 150),
        (("features", "shortcuts", 0, "callback_id"), 1, 255),
    ],
)
def test_texts_are_within_slacks_limits(
    manifest: dict[str, Any], path: tuple[str | int, ...], least: int, most: int
) -> None:
    value: Any = manifest
    for step in path:
        value = value[step]

    assert least <= len(value) <= most


def test_every_request_goes_to_the_endpoint_that_is_served(manifest: dict[str, Any]) -> None:
    settings = manifest["settings"]
    addresses = {
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        settings["interactivity"]["message_menu_options_url"],
        *(command["url"] for command in manifest["features"]["slash_commands"]),
    }

    assert addresses == {"https://dext.example.com/slack/events"}


def test_the_home_tab_and_direct_messages_are_open(manifest: dict[str, Any]) -> None:
    home = manifest["features"]["app_home"]

    assert home["home_tab_enabled"] is True
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False
