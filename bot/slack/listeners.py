"""What Slack tells us, as invocations; the same over HTTP and Socket Mode."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.slack import deliveries, forms
from bot.slack.actor import Actors
from bot.slack.desk import Desk, Handled
from bot.slack.failures import delivered, drawn
from bot.slack.forms import Origin
from bot.slack.installs import Installs
from bot.slack.outbox import Outbox
from bot.slack.pressed import invocation_of, shown_by
from bot.slack.render import Json
from bot.slack.surfaces import (
    FromCommand,
    FromHome,
    FromMessage,
    FromModal,
    FromSubmission,
    FromWords,
    Surface,
)
from bot.slack.voice import Asked, Voice
from bot.telemetry import correlated, log
from commands.replies import Form, Home, Invocation, Reply, call

ANSWER_WITHIN_S = 1.5  # Slack waits three seconds; a second is what people hardly notice
OPTIONS_WITHIN_S = 2.5
COMMAND = "/dext"
HOME = call("home.show")
MENU = call("help.menu")
HAND_IN = "hand_in"
DIRECT = "D"  # how ids of direct messages begin
SHORTCUTS = {"connect_client": call("connections.connect"), HAND_IN: call("items.receive")}
EVENTS = (
    "app_home_opened", "app_mention", "message", "file_shared", "member_joined_channel",
    "user_change", "app_uninstalled", "tokens_revoked",
)  # fmt: skip
JSON: dict[str, str | Sequence[str]] = {"content-type": ["application/json;charset=utf-8"]}
ADDRESSED = re.compile(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>\s*")

Body = Mapping[str, Any]
Ack = Callable[..., Awaitable[Any]]


class Listeners:
    """One translator for all commands; it has no rules of its own."""

    def __init__(
        self, *, desk: Desk, voice: Voice, actors: Actors, installs: Installs, outbox: Outbox
    ) -> None:
        self._desk = desk
        self._voice = voice
        self._actors = actors
        self._installs = installs
        self._outbox = outbox

    def register(self, app: AsyncApp) -> None:
        anything = re.compile(".*")
        app.command(COMMAND)(self.command)
        app.action(anything)(self.action)
        app.view(anything)(self.submission)
        app.options(anything)(self.suggestion)
        app.shortcut(anything)(self.shortcut)
        for name in EVENTS:
            app.event(name)(self.event)

    async def command(self, body: Body) -> BoltResponse:
        """Answered in the acknowledgement if it is quick, else by the response address."""
        asked = Asked(
            workspace_id=body["team_id"],
            user_id=body["user_id"],
            channel_id=body["channel_id"],
            trigger_id=body["trigger_id"],
            response_url=body["response_url"],
        )
        keys = deliveries.command_keys(body)
        work = self._desk.spawn(self._desk.said(asked, body.get("text") or "", keys))
        surface = FromCommand(self._voice, asked)
        done, _ = await asyncio.wait({work}, timeout=ANSWER_WITHIN_S)
        handled = work.result() if done else None
        said = _acknowledged(surface, handled) if handled else None
        if said is not None:
            return BoltResponse(status=200, body=msgspec.json.encode(said).decode(), headers=JSON)
        self._desk.later(self._show(surface, work))
        return BoltResponse(status=200, body="")

    async def action(self, ack: Ack, body: Body) -> None:
        """A button, menu or filter; what opens the browser is only acknowledged."""
        await ack()
        invocation = invocation_of(body["actions"][0])
        if invocation is None:
            return
        asked = _asked_by_action(body)
        keys = deliveries.action_keys(body)
        work = self._desk.spawn(self._desk.pressed(asked, invocation, keys))
        surface = _surface_of(self._voice, asked, body)
        self._desk.later(self._acted(surface, work, body["actions"][0]))

    async def submission(self, ack: Ack, body: Body) -> None:
        """A form: the acknowledgement shows the next one, the answer, or what is wrong."""
        view = body["view"]
        origin = Origin.parse(view.get("private_metadata") or "")
        if origin.does is None:
            await ack()
            return
        asked = Asked(
            workspace_id=body["team"]["id"],
            user_id=body["user"]["id"],
            channel_id=origin.channel_id,
            trigger_id=body.get("trigger_id"),
            is_from_home=origin.is_from_home,
            message_url=origin.message_url,
        )
        keys = deliveries.view_keys(body)
        invocation = origin.does.having(**forms.arguments(view))
        work = self._desk.spawn(self._desk.pressed(asked, invocation, keys))
        surface = FromSubmission(self._voice, asked, view)
        done, _ = await asyncio.wait({work}, timeout=ANSWER_WITHIN_S)
        if not done:
            await ack(surface.working())
            self._desk.later(self._show_late(surface, work))
            return
        handled = work.result()
        await (ack(_acknowledged(surface, handled)) if handled else ack())
        if handled:
            self._desk.later(self._followed(surface, handled, keys))

    async def suggestion(self, ack: Ack, body: Body) -> None:
        """What a searchable field offers; nothing when we are slower than Slack waits."""
        source = forms.source_of(body["action_id"])
        options: Json = {"options": []}
        if source is not None:
            asking = partial(self._offer, body, source, options)
            await delivered(asking)
        await ack(options)

    async def _offer(self, body: Body, source: str, into: Json) -> None:
        origin = Origin.parse((body.get("view") or {}).get("private_metadata") or "")
        asked = Asked(
            workspace_id=body["team"]["id"],
            user_id=body["user"]["id"],
            channel_id=(body.get("channel") or {}).get("id") or origin.channel_id,
        )
        async with asyncio.timeout(OPTIONS_WITHIN_S):
            found = await self._desk.options(asked, source, body.get("value") or "")
        into |= forms.offered(found)

    async def shortcut(self, ack: Ack, body: Body) -> None:
        await ack()
        asked = Asked(
            workspace_id=body["team"]["id"],
            user_id=body["user"]["id"],
            channel_id=(body.get("channel") or {}).get("id"),
            trigger_id=body["trigger_id"],
            response_url=body.get("response_url"),
        )
        invocation = SHORTCUTS.get(body["callback_id"], MENU)
        if body["callback_id"] == HAND_IN:
            invocation = handed_in(file["id"] for file in body["message"].get("files", ()))
        keys = deliveries.shortcut_keys(body)
        work = self._desk.spawn(self._desk.pressed(asked, invocation, keys))
        self._desk.later(self._show(Surface(self._voice, asked), work))

    async def event(self, body: Body) -> None:
        """Acknowledged by Bolt as soon as this returns."""
        event = body["event"]
        react = REACTIONS.get(event["type"])
        if react is not None:
            self._desk.later(self._reacted(partial(react, self, body, event)))

    async def _reacted(self, react: Callable[[], Awaitable[None]]) -> None:
        await delivered(react)

    async def _said(self, body: Body, event: Body) -> None:
        """Words to us in a direct message or by mention are what could follow `/dext`."""
        is_direct = event.get("channel_type") == "im"
        is_ours = event["type"] == "app_mention" or is_direct
        if not is_ours or event.get("bot_id") or not event.get("user"):
            return
        if event.get("files"):  # in a channel each is an event of its own
            if is_direct:
                await self._handed(body, event)
            return
        if event.get("subtype"):
            return
        asked = Asked(
            workspace_id=body["team_id"],
            user_id=event["user"],
            channel_id=event["channel"],
            thread_ts=event.get("thread_ts"),
        )
        text = ADDRESSED.sub("", event.get("text") or "")
        work = self._desk.spawn(self._desk.said(asked, text, deliveries.event_keys(body)))
        await self._show(FromWords(self._voice, asked), work)

    async def _handed(self, body: Body, event: Body) -> None:
        """All files of one message to us, about which is asked once."""
        asked = Asked(
            workspace_id=body["team_id"], user_id=event["user"], channel_id=event["channel"]
        )
        files = handed_in(file["id"] for file in event["files"])
        work = self._desk.spawn(self._desk.pressed(asked, files, deliveries.event_keys(body)))
        await self._show(FromWords(self._voice, asked), work)

    async def _home_opened(self, body: Body, event: Body) -> None:
        if event.get("tab") == "home":
            asked = Asked(workspace_id=body["team_id"], user_id=event["user"], is_from_home=True)
            await self._refresh_home(asked, deliveries.event_keys(body))

    async def _dropped(self, body: Body, event: Body) -> None:
        """A file in a channel: what comes of it is told by its own card.

        Of files to us alone their message tells, so that what is asked is asked of all at once.
        """
        channel = str(event.get("channel_id") or "")
        if not event.get("user_id") or not channel or channel.startswith(DIRECT):
            return
        asked = Asked(
            workspace_id=body["team_id"],
            user_id=event["user_id"],
            channel_id=event["channel_id"],
        )
        keys = deliveries.event_keys(body)
        work = self._desk.spawn(self._desk.pressed(asked, handed_in([event["file_id"]]), keys))
        await self._show(FromWords(self._voice, asked), work)

    async def _joined(self, body: Body, event: Body) -> None:
        """We were let into a channel: what waited for it may go, and the inviter sees the menu."""
        installation = await self._installs.find(body["team_id"])
        if installation is None or event["user"] != installation.authorisation.bot_user_id:
            return
        await self._outbox.hurry(body["team_id"], event["channel"])
        if event.get("inviter"):
            asked = Asked(
                workspace_id=body["team_id"],
                user_id=event["inviter"],
                channel_id=event["channel"],
            )
            work = self._desk.spawn(self._desk.pressed(asked, MENU, deliveries.event_keys(body)))
            await self._show(FromWords(self._voice, asked), work)

    async def _changed(self, body: Body, event: Body) -> None:
        await self._actors.changed(body["team_id"], event["user"])

    async def _uninstalled(self, body: Body, event: Body) -> None:
        if event["type"] == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            await self._installs.uninstall(body["team_id"])

    async def _show(self, surface: Surface, work: asyncio.Task[Handled | None]) -> None:
        handled = await work
        if handled is None:
            return
        with correlated(handled.reference):
            again = handled.invocation
            shown = partial(surface.show, handled.outcome, again)
            await delivered(shown, *self._otherwise(surface, handled))
        await self._refresh_if_home(surface.asked, handled)

    async def _acted(
        self, surface: Surface, work: asyncio.Task[Handled | None], action: Body
    ) -> None:
        """A menu that was used, and still stands there, is ready to be used again."""
        await self._show(surface, work)
        handled, page = await work, shown_by(action)
        if handled is None or page is None or not _stays(handled):
            return
        shown = await self._desk.pressed(surface.asked, page)
        if shown is not None and isinstance(shown.outcome.answer, Reply):
            answer = shown.outcome.answer
            await delivered(partial(surface.redraw, answer, token=str(action["action_ts"])))

    async def _show_late(self, surface: FromSubmission, work: asyncio.Task[Handled | None]) -> None:
        handled = await work
        if handled is None:
            return
        with correlated(handled.reference):
            late = partial(surface.show_late, handled.outcome)
            await delivered(late, *self._otherwise(surface, handled))
        await self._refresh_if_home(surface.asked, handled)

    async def _followed(
        self, surface: FromSubmission, handled: Handled, keys: tuple[str, ...]
    ) -> None:
        """The form stays open after a failure, under the same name: it may be sent in again."""
        with correlated(handled.reference):
            if handled.outcome.is_failure:
                await delivered(partial(self._desk.deliveries.forget, keys))
            await delivered(partial(surface.follow, handled.outcome))
        await self._refresh_if_home(surface.asked, handled)

    def _otherwise(
        self, surface: Surface, handled: Handled
    ) -> tuple[Callable[[], Awaitable[None]], ...]:
        """A message says what cannot be shown where it belongs, or that it failed."""
        plain = FromWords(self._voice, surface.asked)
        apology = partial(plain.show, handled.apology, handled.invocation)
        if isinstance(handled.outcome.answer, Form):
            return (apology,)
        return (partial(plain.show, handled.outcome, handled.invocation), apology)

    async def _refresh_if_home(self, asked: Asked, handled: Handled) -> None:
        if asked.is_from_home and not isinstance(handled.outcome.answer, Form | Home):
            await self._refresh_home(asked)

    async def _refresh_home(self, asked: Asked, keys: tuple[str, ...] = ()) -> None:
        handled = await self._desk.pressed(asked, HOME, keys)
        if handled is None:
            return
        answer = handled.outcome.answer
        if isinstance(answer, Form):
            log.error("home.not_a_page")
            return
        home = Home(parts=answer.parts)
        await delivered(partial(self._voice.publish_home, asked, home))


def handed_in(file_ids: Iterable[str]) -> Invocation:
    """What somebody does who drops files, or points at a message that holds some."""
    return call("items.receive", files=",".join(file_ids))


def _acknowledged(surface: FromCommand | FromSubmission, handled: Handled) -> Json | None:
    return drawn(
        surface.acknowledgement,
        handled.outcome,
        apologise=lambda: handled.apology,
        reference=handled.reference,
    )


def _stays(handled: Handled) -> bool:
    """Whether what was clicked stands there still, beside its answer."""
    answer = handled.outcome.answer
    replaces = isinstance(answer, Reply) and answer.replaces and not handled.outcome.is_failure
    return not replaces


def _asked_by_action(body: Body) -> Asked:
    view = body.get("view") or {}
    origin = Origin.parse(view.get("private_metadata") or "")
    own = body.get("response_url") if body["container"].get("is_ephemeral") else None
    return Asked(
        workspace_id=body["team"]["id"],
        user_id=body["user"]["id"],
        channel_id=(body.get("channel") or {}).get("id") or origin.channel_id,
        thread_ts=body["container"].get("thread_ts"),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        is_from_home=view.get("type") == "home" or origin.is_from_home,
        message_url=own or origin.message_url,
    )


def _surface_of(voice: Voice, asked: Asked, body: Body) -> Surface:
    view = body.get("view")
    if view is None:
        is_private = asked.is_direct or bool(body["container"].get("is_ephemeral"))
        return FromMessage(voice, asked, is_private=is_private)
    if view["type"] == "home":
        return FromHome(voice, asked)
    return FromModal(voice, asked, dict(view))


REACTIONS: Mapping[str, Callable[[Listeners, Body, Body], Awaitable[None]]] = {
    "app_home_opened": Listeners._home_opened,  # noqa: SLF001  # the class's own table
    "app_mention": Listeners._said,  # noqa: SLF001
    "message": Listeners._said,  # noqa: SLF001
    "file_shared": Listeners._dropped,  # noqa: SLF001
    "member_joined_channel": Listeners._joined,  # noqa: SLF001
    "user_change": Listeners._changed,  # noqa: SLF001
    "app_uninstalled": Listeners._uninstalled,  # noqa: SLF001
    "tokens_revoked": Listeners._uninstalled,  # noqa: SLF001
}
