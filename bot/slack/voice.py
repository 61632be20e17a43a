"""Speaking to one person at once: what answers a click, and may not wait in the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import open_again
from bot.slack.forms import Origin, title_of
from bot.slack.installs import Installs
from bot.slack.outbox import Outbox
from bot.slack.payloads import CHARTS, Payloads
from bot.slack.pictures import Pictures, without
from bot.slack.refusals import code, trigger_is_gone, view_is_gone
from bot.slack.render import Json, anew
from bot.slack.uploads import UPLOAD_ERRORS, upload
from bot.slack.written import written
from bot.telemetry import log
from commands.files import File
from commands.replies import Form, Heading, Home, Invocation, Reply
from storage.database import Database

RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
RESPOND_WITHIN = ClientTimeout(total=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Who did something, where, and the short-lived permissions Slack gave for answering it.

    `message_url` is the response address of the private message it came from, through any modals
    in between.
    """

    workspace_id: str
    user_id: str
    channel_id: str | None = None
    thread_ts: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    is_from_home: bool = False
    message_url: str | None = None

    @property
    def is_direct(self) -> bool:
        """Only this person reads the conversation."""
        return self.channel_id is not None and self.channel_id.startswith("D")

    def origin(self, does: Invocation | None) -> Origin:
        return Origin(
            does=does,
            channel_id=self.channel_id,
            is_from_home=self.is_from_home,
            message_url=self.message_url,
        )


class Voice:
    """Messages and views for the person who asked."""

    def __init__(
        self,
        *,
        installs: Installs,
        payloads: Payloads,
        outbox: Outbox,
        database: Database,
        session: ClientSession,
        api_url: str,
    ) -> None:
        self.payloads = payloads
        self._installs = installs
        self._pictures = Pictures(installs)
        self._outbox = outbox
        self._database = database
        self._session = session
        self._hosts = RESPONSE_HOSTS | {urlsplit(api_url).netloc}

    async def client(self, asked: Asked) -> AsyncWebClient:
        return await self._installs.client(asked.workspace_id)

    async def whisper(self, asked: Asked, reply: Reply) -> None:
        """Only they see it: through the response address, else in the channel, else directly."""
        if not reply.parts:
            return
        payload = await self._placed(asked, self.payloads.message(reply))
        if asked.response_url:
            body = {"response_type": "ephemeral", "replace_original": False, **payload}
            if asked.thread_ts:
                body["thread_ts"] = asked.thread_ts
            if await self._respond(asked.response_url, body):
                return
        channel_id = None if asked.is_direct else asked.channel_id
        if channel_id and await self._ephemeral(asked, channel_id, payload):
            return
        await self.direct(asked, payload)

    async def replace(self, asked: Asked, reply: Reply, *, in_channel: bool) -> None:
        """The message holding the pressed button becomes this; a new one if it cannot.

        One that is answered with nothing goes away.
        """
        if not reply.parts:
            if asked.response_url:
                await self._respond(asked.response_url, {"delete_original": True})
            return
        kind = "in_channel" if in_channel else "ephemeral"
        payload = await self._placed(asked, self.payloads.message(reply))
        body = {"response_type": kind, "replace_original": True, **payload}
        if not (asked.response_url and await self._respond(asked.response_url, body)):
            await self.whisper(asked, reply)

    async def redraw(self, asked: Asked, reply: Reply, *, token: str) -> None:
        """The message of the menu that was used becomes this, with nothing chosen; if it still
        can."""
        kind = "in_channel" if asked.is_direct else "ephemeral"
        payload = anew(await self._placed(asked, self.payloads.message(reply)), token)
        body = {"response_type": kind, "replace_original": True, **payload}
        if asked.response_url:
            await self._respond(asked.response_url, body)

    async def direct(self, asked: Asked, payload: Json) -> None:
        client = await self.client(asked)
        channel = asked.channel_id if asked.is_direct else None
        if channel is None:
            opened = await client.conversations_open(users=asked.user_id)
            channel = opened["channel"]["id"]
        await client.chat_postMessage(channel=channel, unfurl_links=False, **payload)

    async def say_in_channel(self, asked: Asked, channel_id: str, reply: Reply) -> None:
        """For everybody in the channel, by the outbox."""
        async with self._database.begin() as session:
            await self._outbox.post(
                session, workspace_id=asked.workspace_id, to=channel_id, reply=reply
            )

    async def hand_over(self, asked: Asked, files: Sequence[File]) -> bool:
        """Files into the conversation with this person alone; whether Slack took them."""
        client = await self.client(asked)
        try:
            opened = await client.conversations_open(users=asked.user_id)
            for each in files:
                written_down = await written(each)
                await upload(
                    client,
                    written_down.content,
                    name=written_down.name,
                    title=written_down.name,
                    channel_id=opened["channel"]["id"],
                )
        except UPLOAD_ERRORS as error:
            slack = code(error) if isinstance(error, SlackApiError) else None
            log.error("file.not_taken", error=type(error).__name__, slack=slack)
            return False
        return True

    async def open_form(self, asked: Asked, form: Form, *, again: Invocation | None) -> None:
        await self._open(asked, self.payloads.form(form, asked.origin(form.submits)), again=again)

    async def open_panel(self, asked: Asked, reply: Reply, *, again: Invocation | None) -> None:
        view = self.payloads.panel(heading_of(reply), reply.parts, asked.origin(None))
        await self._open(asked, view, again=again)

    async def update_view(
        self, asked: Asked, view_id: str, view: Json, *, expected: str | None = None
    ) -> bool:
        """Whether it is still there to be updated; with `expected`, and unchanged."""
        client = await self.client(asked)
        drawn = await self._placed(asked, view)
        try:
            await client.views_update(view_id=view_id, view=drawn, hash=expected)
        except SlackApiError as error:
            if not view_is_gone(error):
                raise
            log.info("view.gone", slack=code(error))
            return False
        return True

    async def push_view(self, asked: Asked, view: Json) -> None:
        client = await self.client(asked)
        pushed = await client.views_push(trigger_id=asked.trigger_id, view=without(view))
        await self._illustrate(asked, pushed["view"], view)

    async def publish_home(self, asked: Asked, home: Home) -> None:
        client = await self.client(asked)
        drawn = await self._placed(asked, self.payloads.home(home))
        await client.views_publish(user_id=asked.user_id, view=drawn)

    async def _open(self, asked: Asked, view: Json, *, again: Invocation | None) -> None:
        client = await self.client(asked)
        try:
            opened = await client.views_open(trigger_id=asked.trigger_id, view=without(view))
        except SlackApiError as error:
            if not (trigger_is_gone(error) and again):
                raise
            log.warning("trigger.expired", view=title_of(view))
            await self.whisper(asked, open_again(again))
            return
        await self._illustrate(asked, opened["view"], view)

    async def _illustrate(self, asked: Asked, shown: Json, view: Json) -> None:
        """Pictures take longer than Slack waits for a view: they come when they are there."""
        if CHARTS in view:
            await self.update_view(asked, shown["id"], view, expected=shown.get("hash"))

    async def _placed(self, asked: Asked, payload: Json) -> Json:
        return await self._pictures.placed(asked.workspace_id, payload)

    async def _ephemeral(self, asked: Asked, channel_id: str, payload: Json) -> bool:
        client = await self.client(asked)
        try:
            await client.chat_postEphemeral(
                channel=channel_id, user=asked.user_id, thread_ts=asked.thread_ts, **payload
            )
        except SlackApiError as error:
            log.info("whisper.refused", slack=code(error))
            return False
        return True

    async def _respond(self, url: str, body: Json) -> bool:
        """Response addresses live for five messages within half an hour."""
        parts = urlsplit(url)
        if parts.netloc not in self._hosts:
            log.error("response.refused", host=parts.hostname)
            return False
        try:
            async with self._session.post(url, json=body, timeout=RESPOND_WITHIN) as answer:
                if answer.status == 200:
                    return True
                log.warning("response.dead", status=answer.status, slack=(await answer.text())[:40])
        except (ClientError, TimeoutError) as error:
            log.warning("response.dead", error=type(error).__name__)
        return False


def heading_of(reply: Reply) -> str:
    return next((part.text for part in reply.parts if isinstance(part, Heading)), "Dext")
