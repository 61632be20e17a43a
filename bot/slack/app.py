"""Everything of Slack's, put together: one Bolt application for HTTP and Socket Mode alike."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.settings import Settings, hidden
from bot.slack.actor import Actors
from bot.slack.deliveries import Deliveries
from bot.slack.desk import Desk
from bot.slack.failures import unhandled
from bot.slack.installs import Installs, TokenRefused, install_patiently, web_client
from bot.slack.listeners import Listeners
from bot.slack.outbox import Outbox
from bot.slack.payloads import Payloads
from bot.slack.socket import Sockets
from bot.slack.voice import Voice
from bot.slack.words import precompile
from bot.telemetry import log
from commands.context import Tools
from storage.database import Database
from storage.vault import Vault

CALL_WITHIN = ClientTimeout(total=10)
OUTBOX_STALLED_S = 30.0
NOT_INSTALLED = "Dext is not installed here any more. Ask whoever runs it to install it again."


def bolt_app(settings: Settings, installs: Installs, session: ClientSession) -> AsyncApp:
    """Our own authorisation, and nothing read from the environment.

    Signatures are checked before a request is parsed (bot/web/app.py); Socket Mode has none.
    """
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.WARNING)

    async def authorise(team_id: str | None) -> Any:  # Bolt hands arguments out by their names
        return await installs.authorise(team_id)

    with hidden("SLACK_"):
        app = AsyncApp(
            name="slack_bolt.dext",
            logger=logger,
            client=web_client(None, base_url=settings.slack_api_url, session=session),
            authorize=authorise,
            signing_secret="checked before",  # noqa: S106  # Bolt wants a word, and uses it not
            request_verification_enabled=False,
            # Bolt otherwise looks every 10 ms whether a listener has acknowledged. Ours return as
            # soon as they have, and leave what takes longer to the desk.
            process_before_response=True,
            ignoring_self_events_enabled=True,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            user_facing_authorize_error_message=NOT_INSTALLED,
        )
    app.error(unhandled)
    return app


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Whether Slack can reach us and we it, and whether messages leave."""

    installed: bool
    connected: bool
    sending: bool


class Slack:
    """Opened in two steps: commands need the outbox, and listeners need the commands' tools."""

    def __init__(
        self,
        settings: Settings,
        *,
        database: Database,
        vault: Vault,
        now: Callable[[], datetime],
        is_strict: bool = False,
    ) -> None:
        self._settings = settings
        self._database = database
        self._now = now
        self._session = ClientSession(timeout=CALL_WITHIN)
        self._payloads = Payloads(
            is_strict=is_strict, draws_charts=settings.slack_charts == "native"
        )
        self.installs = Installs(
            database=database,
            vault=vault,
            now=now,
            session=self._session,
            base_url=settings.slack_api_url,
        )
        self.outbox = Outbox(
            database=database,
            vault=vault,
            installs=self.installs,
            payloads=self._payloads,
            now=now,
        )
        self.actors = Actors(database=database, installs=self.installs, now=now)
        self.bolt = bolt_app(settings, self.installs, self._session)
        self.workspace_id: str | None = None
        self._desk: Desk | None = None
        self._socket: Sockets | None = None
        self._installing: asyncio.Task[None] | None = None

    async def open(self, tools: Tools) -> None:
        """Raises TokenRefused. Slack being unreachable is waited out in the background."""
        log.info("templates.compiled", count=precompile())
        deliveries = Deliveries(database=self._database, now=self._now)
        self._desk = Desk(tools=tools, actors=self.actors, deliveries=deliveries)
        voice = Voice(
            installs=self.installs,
            payloads=self._payloads,
            outbox=self.outbox,
            database=self._database,
            session=self._session,
            api_url=self._settings.slack_api_url,
        )
        Listeners(
            desk=self._desk,
            voice=voice,
            actors=self.actors,
            installs=self.installs,
            outbox=self.outbox,
        ).register(self.bolt)
        await self.actors.open()
        await self._install()
        await self.outbox.open()
        if self._settings.slack_app_token is not None:
            token = self._settings.slack_app_token.get_secret_value()
            self._socket = Sockets(self.bolt, token)
            await self._socket.open()

    async def close(self) -> None:
        """Stop listening, finish what is being done, then stop sending."""
        if self._socket:
            await self._socket.close()
        if self._installing:
            self._installing.cancel()
            with suppress(asyncio.CancelledError):
                await self._installing
        if self._desk:
            await self._desk.close()
        await self.actors.close()
        await self.outbox.close()
        await self._session.close()

    def health(self) -> Health:
        return Health(
            installed=self.workspace_id is not None,
            connected=self._socket is None or self._socket.is_connected,
            sending=monotonic() - self.outbox.alive_at < OUTBOX_STALLED_S,
        )

    async def _install(self) -> None:
        token = self._settings.slack_bot_token.get_secret_value()
        try:
            self.workspace_id = await self.installs.install(token)
        except (SlackApiError, ClientError, OSError, TimeoutError) as error:
            log.warning("slack.unreachable", error=type(error).__name__)
            self._installing = asyncio.create_task(self._install_later(token))

    async def _install_later(self, token: str) -> None:
        try:
            self.workspace_id = await install_patiently(self.installs, token)
        except TokenRefused as error:
            log.error("slack.token_refused", slack=error.error)
