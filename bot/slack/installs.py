"""Which practices have the app, and the token to speak to each: sealed, briefly cached."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from aiohttp import ClientError, ClientSession
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.refusals import TOKEN_REFUSED, code
from bot.telemetry import log
from storage.database import Database
from storage.models import Workspace
from storage.queries import workspaces
from storage.vault import CannotOpen, Vault

KEPT_S = 60.0  # another process may have been told of an uninstall


class TokenRefused(Exception):
    """Slack does not accept the bot token."""

    def __init__(self, error: str) -> None:
        super().__init__(f"Slack does not accept the bot token: {error}")
        self.error = error


class NotInstalled(Exception):
    """The practice has no usable installation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """One practice as Bolt and our own calls need it."""

    workspace_id: str
    authorisation: AuthorizeResult
    client: AsyncWebClient


def context_of(workspace_id: str) -> str:
    """What a sealed bot token is bound to."""
    return f"workspace:{workspace_id}"


def web_client(
    token: str | None, *, base_url: str, session: ClientSession | None
) -> AsyncWebClient:
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        session=session,
        retry_handlers=[],  # a repeated chat.postMessage is a second message; see outbox.py
    )


class Installs:
    """The installation of the settings' token, and what the database knows of others."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        now: Callable[[], datetime],
        session: ClientSession,
        base_url: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._session = session
        self._base_url = base_url
        self._known: dict[str, tuple[Installation, float]] = {}

    async def install(self, token: str) -> str:
        """Ask Slack whose token it is and keep it, sealed; answers the workspace id.

        Raises TokenRefused, or what the network raises.
        """
        try:
            told = await self._client(token).auth_test()
        except SlackApiError as error:
            if code(error) in TOKEN_REFUSED:
                raise TokenRefused(code(error)) from None
            raise
        await self._keep(token, told.data)  # type: ignore[arg-type]  # bytes only for file downloads
        workspace_id = str(told["team_id"])
        self._known.pop(workspace_id, None)
        log.info("slack.installed", workspace=workspace_id)
        return workspace_id

    async def authorise(self, team_id: str | None) -> AuthorizeResult | None:
        """For Bolt, at every request; Slack itself is not asked."""
        found = await self.find(team_id) if team_id else None
        return found.authorisation if found else None

    async def client(self, workspace_id: str) -> AsyncWebClient:
        """Raises NotInstalled."""
        found = await self.find(workspace_id)
        if found is None:
            raise NotInstalled(workspace_id)
        return found.client

    async def find(self, workspace_id: str) -> Installation | None:
        known = self._known.get(workspace_id)
        if known and known[1] > monotonic():
            return known[0]
        async with self._database.read() as session:
            workspace = await workspaces.find(session, workspace_id)
        if workspace is None or workspace.sealed_bot_token is None or workspace.uninstalled_at:
            self._known.pop(workspace_id, None)
            return None
        installation = self._opened(workspace, workspace.sealed_bot_token)
        self._known[workspace_id] = (installation, monotonic() + KEPT_S)
        return installation

    async def uninstall(self, workspace_id: str) -> None:
        """Slack says we are gone: forget the token, keep everything else."""
        self._known.pop(workspace_id, None)
        async with self._database.begin() as session:
            workspace = await workspaces.find(session, workspace_id)
            if workspace is not None:
                workspace.uninstalled_at = self._now()
                workspace.sealed_bot_token = None
        log.warning("slack.uninstalled", workspace=workspace_id)

    async def _keep(self, token: str, told: dict[str, Any]) -> None:
        workspace_id = str(told["team_id"])
        async with self._database.begin() as session:
            workspace = await workspaces.ensure(
                session, workspace_id, name=str(told.get("team") or workspace_id), now=self._now()
            )
            workspace.bot_user_id = told.get("user_id")
            workspace.app_id = told.get("app_id") or workspace.app_id
            workspace.uninstalled_at = None
            context = context_of(workspace_id)
            if not self._holds(workspace.sealed_bot_token, token, context):
                workspace.sealed_bot_token = self._vault.seal(token, context)

    def _holds(self, sealed: bytes | None, token: str, context: str) -> bool:
        """What no key opens any more is not needed either: here is the token."""
        try:
            return sealed is not None and self._vault.open(sealed, context) == token
        except CannotOpen as error:
            log.error("secret.unreadable", of=error.context)
            return False

    def _opened(self, workspace: Workspace, sealed: bytes) -> Installation:
        token = self._vault.open(sealed, context_of(workspace.id))
        return Installation(
            workspace_id=workspace.id,
            authorisation=AuthorizeResult(
                enterprise_id=None,
                team_id=workspace.id,
                bot_user_id=workspace.bot_user_id,
                bot_token=token,
            ),
            client=self._client(token),
        )

    def _client(self, token: str) -> AsyncWebClient:
        return web_client(token, base_url=self._base_url, session=self._session)


async def install_patiently(installs: Installs, token: str, *, pause_s: float = 5.0) -> str:
    """Install as soon as Slack can be reached. Raises TokenRefused at once."""
    while True:
        try:
            return await installs.install(token)
        except (SlackApiError, ClientError, OSError, TimeoutError) as error:
            log.warning("slack.unreachable", error=type(error).__name__, again_in_s=pause_s)
            await asyncio.sleep(pause_s)
