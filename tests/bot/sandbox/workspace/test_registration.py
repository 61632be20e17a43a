"""What the manifest registers is what the workspace offers, delivers and grants."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.workspace.registration import MANIFESTS, Registration, Shortcut, registered

Json = dict[str, Any]

MANIFEST = """
features:
  slash_commands:
    - {command: /dext, description: Connect clients, usage_hint: help, should_escape: true}
  shortcuts:
    - {type: global, name: Connect a client, callback_id: connect, description: Link a client}
oauth_config:
  scopes: {bot: [commands, chat:write], bot_optional: [team:read]}
settings:
  event_subscriptions: {bot_events: [app_mention]}
"""


def test_a_manifest_is_read(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    read = registered(manifest)

    assert read.commands[0].should_escape
    assert read.shortcuts[0].callback_id == "connect"
    assert read.events == frozenset({"app_mention"})
    assert read.scopes == ("commands", "chat:write", "team:read")


def test_without_a_manifest_there_is_one_command(tmp_path: Path) -> None:
    assert registered(tmp_path / "manifest.yml") == Registration()
    assert Registration().command("/dext") is not None


def test_the_first_manifest_there_is_counts(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST, encoding="utf-8")

    assert registered(tmp_path / "elsewhere.yml", manifest) == registered(manifest)


def test_the_wheel_carries_the_manifest() -> None:
    root = Path(__file__).parents[4]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert {root / name for name in ("manifest.yml", wheel["force-include"]["manifest.yml"])} == {
        *MANIFESTS
    }


def test_the_repositorys_own_manifest_can_be_read() -> None:
    assert registered().command("/dext") is not None


SHORTCUTS = Registration(
    shortcuts=(
        Shortcut(name="Connect a client", type="global", callback_id="connect"),
        Shortcut(name="Send to Dext", type="message", callback_id="send"),
    )
)


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_shortcuts_reach_the_bot(visit: Any, transport: str) -> None:
    heard: list[str] = []
    async with visit(transport=transport, registration=SHORTCUTS) as place:

        @place.bolt.global_shortcut("connect")
        async def connect(ack: Any, shortcut: Json) -> None:
            await ack()
            heard.append(shortcut["type"])

        @place.bolt.message_shortcut("send")
        async def send(ack: Any, shortcut: Json) -> None:
            await ack()
            heard.append(shortcut["message"]["text"])

        said = await place.post("/control/say", user="ana", channel="acme", text="A bill")
        await place.post("/control/shortcut", user="ana", callback_id="connect")
        await place.post(
            "/control/shortcut", user="ana", callback_id="send", channel="acme", ts=said["ts"]
        )
        unknown = await place.post("/control/shortcut", user="ana", callback_id="nope")

    assert heard == ["shortcut", "A bill"]
    assert "connect, send" in unknown["error"]


async def test_names_in_a_command_are_escaped_where_the_manifest_says_so(
    visit: Any, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    heard: list[str] = []
    async with visit(transport="http", registration=registered(manifest)) as place:

        @place.bolt.command("/dext")
        async def dext(ack: Any, command: Json) -> None:
            await ack()
            heard.append(command["text"])

        text = "/dext people @ben in #acme, Cedar & Co"
        await place.post("/control/command", user="ana", channel="acme", text=text)

    assert heard == ["people <@U0BEN|ben> in <#C0ACME|acme>, Cedar &amp; Co"]
