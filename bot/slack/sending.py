"""One message to Slack: edited where its card stands, found again, or posted."""

from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installs import Installs
from bot.slack.pictures import Pictures
from bot.slack.refusals import BLOCKS_REFUSED, MESSAGE_GONE, code
from bot.slack.render import Json
from bot.telemetry import log
from storage.database import Database
from storage.models import Outgoing
from storage.queries import outbox as queries
from storage.vault import Vault

UNDER = "under"  # beside what Slack is given: the card in whose thread the message stands
LOOK_BACK = timedelta(minutes=1)  # our clock may run ahead of Slack's


def context_of(outgoing_workspace: str, recipient: str) -> str:
    """What the sealed payload of a message is bound to."""
    return f"outgoing:{outgoing_workspace}:{recipient}"


def sealed(vault: Vault, workspace_id: str, recipient: str, payload: Json) -> dict[str, Any]:
    """What is stored of a message: links in it are keys to our pages."""
    text = msgspec.json.encode(payload).decode()
    return {"sealed": b64encode(vault.seal(text, context_of(workspace_id, recipient))).decode()}


def resealed(vault: Vault, outgoing: Outgoing) -> dict[str, Any]:
    """The same under the newest key."""
    context = context_of(outgoing.workspace_id, outgoing.recipient)
    fresh = vault.rotate(b64decode(outgoing.payload["sealed"]), context)
    return {"sealed": b64encode(fresh).decode()}


class Sender:
    """Knows how a message gets to its recipient, and where cards stand."""

    def __init__(self, *, database: Database, vault: Vault, installs: Installs) -> None:
        self._database = database
        self._vault = vault
        self._installs = installs
        self._pictures = Pictures(installs)
        self._directs: dict[tuple[str, str], str] = {}

    async def send(self, outgoing: Outgoing) -> tuple[str, str]:
        """Edit, find or post: (channel id, ts) of where it stands now."""
        client = await self._installs.client(outgoing.workspace_id)
        payload = await self._pictures.placed(outgoing.workspace_id, self._payload(outgoing))
        under = payload.pop(UNDER, None)
        edited = await self._edit(client, outgoing, payload)
        if edited:
            return edited
        channel_id = await self._conversation(client, outgoing)
        thread_ts = await self._thread(outgoing, under) if under else None
        if outgoing.attempts > 1:
            ts = await self._standing(client, channel_id, outgoing, thread_ts)
            if ts:
                await client.chat_update(channel=channel_id, ts=ts, **payload)
                return channel_id, ts
        if thread_ts is not None:
            payload = {**payload, "thread_ts": thread_ts}
        return await self._post(client, channel_id, payload)

    async def _thread(self, outgoing: Outgoing, under: str) -> str | None:
        """Where that card stands; None where it was deleted, or never arrived."""
        async with self._database.read() as session:
            card = await queries.find_card(
                session, outgoing.workspace_id, outgoing.recipient, under
            )
        return card.ts if card else None

    async def _edit(
        self, client: AsyncWebClient, outgoing: Outgoing, payload: Json
    ) -> tuple[str, str] | None:
        if outgoing.card is None:
            return None
        key = (outgoing.workspace_id, outgoing.recipient, outgoing.card)
        async with self._database.read() as session:
            card = await queries.find_card(session, *key)
        if card is None:
            return None
        try:
            await client.chat_update(channel=card.channel_id, ts=card.ts, **payload)
        except SlackApiError as error:
            if code(error) not in MESSAGE_GONE:
                raise
            async with self._database.begin() as session:
                await queries.forget_card(session, *key)
            return None
        return card.channel_id, card.ts

    async def _post(
        self, client: AsyncWebClient, channel_id: str, payload: Json
    ) -> tuple[str, str]:
        try:
            posted = await client.chat_postMessage(
                channel=channel_id, unfurl_links=False, unfurl_media=False, **payload
            )
        except SlackApiError as error:
            if code(error) not in BLOCKS_REFUSED:
                raise
            log.error("payload.refused", slack=code(error))  # the words still go
            words = {name: payload[name] for name in ("text", "thread_ts") if name in payload}
            posted = await client.chat_postMessage(
                channel=channel_id, unfurl_links=False, unfurl_media=False, **words
            )
        return str(posted["channel"]), str(posted["ts"])

    async def _conversation(self, client: AsyncWebClient, outgoing: Outgoing) -> str:
        """The channel; for a person, the conversation with them."""
        if not outgoing.recipient.startswith(("U", "W")):
            return outgoing.recipient
        key = (outgoing.workspace_id, outgoing.recipient)
        if key not in self._directs:
            opened = await client.conversations_open(users=outgoing.recipient)
            self._directs[key] = str(opened["channel"]["id"])
        return self._directs[key]

    async def _standing(
        self, client: AsyncWebClient, channel_id: str, outgoing: Outgoing, thread_ts: str | None
    ) -> str | None:
        """The ts of this message if an earlier attempt did arrive, as far as we may look."""
        since = f"{(outgoing.created_at - LOOK_BACK).timestamp():.6f}"
        where: dict[str, Any] = {"channel": channel_id, "oldest": since, "limit": 100}
        try:
            if thread_ts is None:
                told = await client.conversations_history(**where)
            else:
                told = await client.conversations_replies(ts=thread_ts, **where)
        except SlackApiError as error:
            log.warning("outbox.blind", channel=channel_id, slack=code(error))
            return None
        mark = _mark(outgoing)
        for message in told["messages"]:
            if any(block.get("block_id") == mark for block in message.get("blocks") or ()):
                return str(message["ts"])
        return None

    def _payload(self, outgoing: Outgoing) -> dict[str, Any]:
        """The message, its first block named after the row so that it can be found again."""
        context = context_of(outgoing.workspace_id, outgoing.recipient)
        text = self._vault.open(b64decode(outgoing.payload["sealed"]), context)
        payload: dict[str, Any] = msgspec.json.decode(text)
        blocks = payload.get("blocks")
        if blocks:
            blocks[0]["block_id"] = _mark(outgoing)
        return payload


def _mark(outgoing: Outgoing) -> str:
    return f"dext.{outgoing.id}"
