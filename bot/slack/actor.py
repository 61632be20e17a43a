"""Who is asking: Slack's user as a person of the practice, with what they may do."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.installs import Installs
from bot.telemetry import log
from commands.permissions import Actor
from storage.changes import Watch, on_commit
from storage.database import Database
from storage.models import Person, Role
from storage.queries import approvals, people

STALE = timedelta(days=1)  # names and time zones change; user_change may have been missed
KEPT_S = 10.0  # another process may have changed a role; our own changes are heard at once
TABLES = ("people", "assignments")


class Outside(StrEnum):
    """Why somebody in the workspace is not somebody of the practice."""

    GUEST = "guest"
    STRANGER = "stranger"
    GONE = "gone"
    BOT = "bot"


class Outsider(Exception):
    """Not one of the practice; nothing is done for them."""

    def __init__(self, why: Outside) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What we take of Slack's user object."""

    name: str
    time_zone: str
    first_role: Role
    outside: Outside | None


def profile(user: Mapping[str, Any], workspace_id: str) -> Profile:
    """Owners and administrators of the workspace begin as practice administrators (product §2)."""
    outside = _outside(user, workspace_id)
    runs_it = user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")
    role = Role.PRACTICE_ADMIN if runs_it else Role.STANDARD
    shown = user.get("profile") or {}
    name = user.get("real_name") or shown.get("real_name") or user.get("name") or user["id"]
    return Profile(
        name=str(name),
        time_zone=str(user.get("tz") or "UTC"),
        first_role=Role.NONE if outside else role,
        outside=outside,
    )


def _outside(user: Mapping[str, Any], workspace_id: str) -> Outside | None:
    if user.get("deleted"):
        return Outside.GONE
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return Outside.BOT
    if user.get("is_stranger") or user.get("team_id", workspace_id) != workspace_id:
        return Outside.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Outside.GUEST
    return None


class Actors:
    """Finds people; asks Slack on first sight and once a day."""

    def __init__(
        self, *, database: Database, installs: Installs, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._installs = installs
        self._now = now
        self._known: dict[tuple[str, str], tuple[Actor, float]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Actor]] = {}
        self._watch: Watch | None = None
        self._changes = 0

    async def open(self) -> None:
        self._watch = await on_commit(self._database, TABLES, self._forget)

    async def close(self) -> None:
        if self._watch:
            self._watch.stop()
        for task in self._asking.values():
            task.cancel()

    async def find(self, workspace_id: str, user_id: str) -> Actor:
        """Raises Outsider, or what Slack answers when it is asked about somebody new."""
        key = (workspace_id, user_id)
        known = self._known.get(key)
        if known and known[1] > monotonic():
            return known[0]
        if key not in self._asking:
            task = asyncio.create_task(self._found(workspace_id, user_id))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(self._asking[key])

    async def changed(self, workspace_id: str, user: Mapping[str, Any]) -> None:
        """Slack says that somebody's profile has changed; strangers to us stay so."""
        async with self._database.read() as session:
            person = await people.find(session, workspace_id, str(user["id"]))
        if person is not None:
            await self._write_down(workspace_id, str(user["id"]), profile(user, workspace_id))

    def _forget(self) -> None:
        self._changes += 1
        self._known.clear()

    async def _found(self, workspace_id: str, user_id: str) -> Actor:
        changes = self._changes
        async with self._database.read() as session:
            person = await people.find(session, workspace_id, user_id)
            clients = await people.clients_of(session, workspace_id, user_id) if person else None
        if person is None:
            person = await self._meet(workspace_id, user_id)
        elif person.seen_at + STALE < self._now():
            person = await self._met_again(person)
        if not person.is_active:
            raise Outsider(Outside.GONE)
        if person.is_guest and person.role is Role.NONE:
            raise Outsider(Outside.GUEST)
        actor = Actor(
            workspace_id=workspace_id,
            person_id=user_id,
            name=person.name,
            role=person.role,
            time_zone=person.time_zone,
            all_clients=person.all_clients,
            clients=clients or frozenset(),
        )
        if changes == self._changes:
            self._known[workspace_id, user_id] = (actor, monotonic() + KEPT_S)
        return actor

    async def _meet(self, workspace_id: str, user_id: str) -> Person:
        client = await self._installs.client(workspace_id)
        told = await client.users_info(user=user_id)
        seen = profile(told["user"], workspace_id)
        if seen.outside not in {None, Outside.GUEST}:
            raise Outsider(Outside(seen.outside))
        return await self._write_down(workspace_id, user_id, seen)

    async def _met_again(self, person: Person) -> Person:
        """Yesterday's knowledge is better than none when Slack does not answer."""
        try:
            return await self._meet(person.workspace_id, person.id)
        except (SlackApiError, ClientError, OSError, TimeoutError) as error:
            log.warning("person.not_refreshed", person=person.id, error=type(error).__name__)
            return person

    async def _write_down(self, workspace_id: str, user_id: str, seen: Profile) -> Person:
        async with self._database.begin() as session:
            person = await people.see(
                session,
                workspace_id,
                user_id,
                name=seen.name,
                time_zone=seen.time_zone,
                is_guest=seen.outside is Outside.GUEST,
                first_role=seen.first_role,
                now=self._now(),
            )
            if seen.outside is not None and seen.outside is not Outside.GUEST:
                person.is_active = False
                await approvals.people_changed(session, workspace_id, now=self._now())
        return person
