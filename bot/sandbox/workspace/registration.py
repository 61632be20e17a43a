"""What the app's manifest registers with Slack: commands, shortcuts, events and scopes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# in the repository beside the packages, in a wheel inside this one
MANIFESTS = tuple(Path(__file__).parents[up] / "manifest.yml" for up in (3, 2))

DEFAULT_SCOPES = (
    "app_mentions:read", "channels:history", "channels:join", "channels:manage", "channels:read",
    "chat:write", "commands", "files:read", "files:write", "groups:history", "groups:read",
    "im:history", "im:read", "im:write", "links:read", "links:write", "reactions:read",
    "reactions:write", "team:read", "users.profile:read", "users:read", "users:read.email",
)  # fmt: skip
DEFAULT_EVENTS = (
    "app_home_opened", "app_mention", "file_shared", "member_joined_channel",
    "member_left_channel", "message.im",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """Slack delivers only subscribed events and grants only requested scopes; so do we."""

    commands: tuple[Command, ...] = (
        Command(command="/dext", description="Connect clients to their books"),
    )
    shortcuts: tuple[Shortcut, ...] = ()
    events: frozenset[str] = frozenset(DEFAULT_EVENTS)
    scopes: tuple[str, ...] = DEFAULT_SCOPES

    def command(self, name: str) -> Command | None:
        return next((c for c in self.commands if c.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((s for s in self.shortcuts if s.callback_id == callback_id), None)


def registered(*manifests: Path) -> Registration:
    """The first manifest's registration, or one command and the usual events without any.

    Without arguments it is the app's own.
    """
    manifest = next((path for path in manifests or MANIFESTS if path.exists()), None)
    if manifest is None:
        return Registration()
    return from_manifest(yaml.safe_load(manifest.read_text(encoding="utf-8")))


def from_manifest(manifest: dict[str, Any]) -> Registration:
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    return Registration(
        commands=tuple(
            Command(
                command=entry["command"],
                description=entry.get("description", ""),
                usage_hint=entry.get("usage_hint", ""),
                should_escape=entry.get("should_escape", False),
            )
            for entry in features.get("slash_commands", ())
        ),
        shortcuts=tuple(
            Shortcut(
                name=entry["name"],
                type=entry["type"],
                callback_id=entry["callback_id"],
                description=entry.get("description", ""),
            )
            for entry in features.get("shortcuts", ())
        ),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        scopes=(*scopes.get("bot", ()), *scopes.get("bot_optional", ())),
    )
