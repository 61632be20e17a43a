"""The control interface: drives the workspace without a browser, JSON over `/control/*`."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.routing import BaseRoute, Route

from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.workspace import control_views, talk
from bot.sandbox.workspace.clicking import click
from bot.sandbox.workspace.commands import run_command, run_shortcut
from bot.sandbox.workspace.conversations import Conversation, Kind, Message
from bot.sandbox.workspace.deliver import Answer, Courier
from bot.sandbox.workspace.endpoints import asked, dropped, posted
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.faults import Fault
from bot.sandbox.workspace.reading import buttons, menus, plain_message, reader_of

Json = dict[str, Any]


ENDLESS = 1_000_000_000
LEDGER_OPTIONS = ("ms", "seconds", "retry_after", "minutes_ago", "text")


def control_routes(
    courier: Courier,
    ledgers: Ledgers,
    *,
    on_reset: Callable[[], Awaitable[None]] | None = None,
) -> list[BaseRoute]:
    drive = Drive(courier, ledgers, on_reset=on_reset)
    gets = (drive.state, drive.messages, drive.log)
    posts = (
        drive.command, drive.click, drive.upload, drive.fault, drive.reset, drive.clock,
        drive.recycle, drive.replay, drive.invite, drive.kick, drive.archive, drive.rename,
        drive.say, drive.shortcut, drive.uninstall, drive.open_home, drive.limits,
    )  # fmt: skip
    return [
        *(Route(f"/control/{f.__name__}", asked(f), methods=["GET"]) for f in gets),
        *(Route(f"/control/{f.__name__}", posted(f), methods=["POST"]) for f in posts),
        *control_views.routes(courier),
    ]


def outcome(answer: Answer) -> Json:
    return {"ok": answer.failure is None} | ({"error": answer.failure} if answer.failure else {})


class Drive:
    """One method per verb; each takes the body or the query and answers JSON."""

    def __init__(
        self,
        courier: Courier,
        ledgers: Ledgers,
        *,
        on_reset: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._courier = courier
        self._workspace = courier.workspace
        self._ledgers = ledgers
        self._on_reset = on_reset

    def _user(self, body: Json) -> str:
        return self._workspace.directory.person(body["user"]).id

    def _member(self, body: Json) -> str:
        return self._workspace.directory.member(body["user"])

    def _conversation(self, body: Json) -> Conversation:
        return self._workspace.directory.conversation(body["channel"])

    async def state(self, _: Json) -> Json:
        workspace = self._workspace
        transport = "http" if workspace.bot_url else None
        channels = [c for c in workspace.directory.conversations.values() if c.kind is not Kind.IM]
        return {
            "users": [
                {"id": p.id, "name": p.name, "real_name": p.real_name, "tz": p.tz, "role": p.role}
                for p in workspace.directory.people.values()
            ],
            "channels": [
                {"id": c.id, "name": c.name, "members": c.members, "is_archived": c.is_archived}
                for c in channels
            ],
            "clients": [
                {
                    "name": client.name,
                    "channel": client.channel,
                    "software": client.software.value,
                    "organisation": client.organisation,
                }
                for client in workspace.seed.clients
            ],
            "team": {"id": workspace.seed.team_id, "name": workspace.seed.team_name},
            "transport": "socket" if self._courier.sockets.count else transport,
            "now": workspace.now(),
        }

    async def messages(self, query: Json) -> Json:
        """What `user` sees of `channel`, oldest first; everything where no user is named."""
        conversation = self._conversation(query)
        user = self._reader(query)
        if user and not self._workspace.directory.may_read(user, conversation):
            raise Refused(f"{user} may not read #{conversation.name}", status=403)
        seen = conversation.seen_by(user) if user else iter(conversation.messages)
        thread_ts = query.get("thread_ts")
        shown = [m for m in seen if not thread_ts or thread_ts in (m.thread_ts, m.ts)]
        return {"messages": [self._message(message, user) for message in shown]}

    def _reader(self, query: Json) -> str | None:
        if query.get("user"):
            return self._user(query)
        channel = query["channel"]
        is_direct = channel.startswith("@")
        return self._workspace.directory.person(channel).id if is_direct else None

    def _message(self, message: Message, user: str | None) -> Json:
        reader = reader_of(self._workspace, user)
        return {
            "ts": message.ts,
            "user": message.user,
            "text": message.text,
            "plain": plain_message(message, reader),
            "ephemeral_to": message.ephemeral_to,
            "thread_ts": message.thread_ts,
            "edited": message.edited_ts,
            "blocks": message.blocks,
            "buttons": buttons(message.blocks, reader),
            "menus": menus(message.blocks, reader),
            "files": message.files,
            "reactions": {name: list(users) for name, users in message.reactions.items()},
        }

    async def log(self, query: Json) -> Json:
        entries = self._workspace.traffic.entries()
        kind = query.get("kind")
        chosen = [entry for entry in entries if not kind or entry["kind"] == kind]
        return {"entries": chosen, "ledgers": self._ledgers.log.as_json()}

    async def command(self, body: Json) -> Json:
        """Words that name no command are for the first one: `help` means `/dext help`."""
        text = body["text"].strip()
        if not text.startswith("/"):
            registration = self._workspace.registration
            is_named = registration.command(f"/{text.partition(' ')[0]}") is not None
            text = f"/{text}" if is_named else f"{registration.commands[0].command} {text}"
        user, conversation = self._user(body), self._conversation(body)
        return outcome(await run_command(self._courier, user, conversation, text))

    async def click(self, body: Json) -> Json:
        return await click(self._courier, self._user(body), body)

    async def shortcut(self, body: Json) -> Json:
        conversation = self._conversation(body) if body.get("channel") else None
        answer = await run_shortcut(
            self._courier,
            self._user(body),
            body["callback_id"],
            conversation=conversation,
            ts=body.get("ts"),
        )
        return outcome(answer)

    async def say(self, body: Json) -> Json:
        message = await talk.say(
            self._courier,
            self._user(body),
            self._conversation(body),
            body["text"],
            thread_ts=body.get("thread_ts"),
        )
        return {"ok": True, "ts": message.ts}

    async def upload(self, body: Json) -> Json:
        message = await talk.upload(
            self._courier, self._user(body), self._conversation(body), dropped(body)
        )
        return {"ok": True, "ts": message.ts, "file_id": message.files[0]["id"]}

    async def open_home(self, body: Json) -> Json:
        tab = body.get("tab") or "home"
        await talk.open_home(self._courier, self._user(body), tab=tab)
        return {"ok": True}

    async def invite(self, body: Json) -> Json:
        inviter = self._workspace.seed.people[0].id
        await talk.join(
            self._courier, self._conversation(body), self._member(body), inviter=inviter
        )
        return {"ok": True}

    async def kick(self, body: Json) -> Json:
        await talk.leave(self._courier, self._conversation(body), self._member(body))
        return {"ok": True}

    async def archive(self, body: Json) -> Json:
        user = self._workspace.seed.people[0].id
        await talk.archive(self._courier, self._conversation(body), user)
        return {"ok": True}

    async def rename(self, body: Json) -> Json:
        await talk.rename(self._courier, self._conversation(body), body["name"])
        return {"ok": True}

    async def uninstall(self, _: Json) -> Json:
        await talk.uninstall(self._courier)
        return {"ok": True}

    async def fault(self, body: Json) -> Json:
        """`times` defaults to 1, null is endless; the fault `none` takes all others back.

        `method` and `seconds` narrow a fault of Slack; other options are the ledgers' own.
        """
        target, name, times = body["target"], body["fault"], body.get("times", 1)
        vendor = target.partition(":")[0].partition("/")[0]
        if vendor not in ("slack", "bot"):
            options = {key: body[key] for key in LEDGER_OPTIONS if body.get(key) is not None}
            try:
                self._ledgers.set_fault(target, name, times, **options)
            except ValueError as error:
                raise Refused(str(error)) from error
            return {"ok": True}
        if name == "none":
            self._workspace.faults.clear(target)
            return {"ok": True}
        fault = Fault(
            target=target,
            name=name,
            times=ENDLESS if times is None else times,
            method=body.get("method"),
            seconds=body.get("seconds"),
        )
        self._workspace.faults.add(fault)
        return {"ok": True}

    async def reset(self, _: Json) -> Json:
        """The bot first: pages load again as soon as the workspace says so."""
        if self._on_reset is not None:
            await self._on_reset()
        self._ledgers.reset()
        self._workspace.reset()
        return {"ok": True}

    async def clock(self, body: Json) -> Json:
        self._workspace.clock.advance(body["advance_s"])
        return {"ok": True, "now": self._workspace.now()}

    async def limits(self, body: Json) -> Json:
        """Switch Slack's rate limits on or off."""
        self._workspace.rates.is_strict = body["strict"]
        return {"ok": True}

    async def recycle(self, body: Json) -> Json:
        reason = body.get("reason") or "refresh_requested"
        return {"ok": True, "connections": await self._courier.sockets.recycle(reason=reason)}

    async def replay(self, _: Json) -> Json:
        if not await self._courier.replay():
            raise Refused("nothing has been delivered yet")
        return {"ok": True}
