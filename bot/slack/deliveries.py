"""What Slack delivers twice acts once; the keys of concurrent deliveries are written together."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.database import Database
from storage.queries import deliveries

KEPT = timedelta(days=1)  # Slack retries for six minutes; its delayed events come within hours
BATCH = 200
REMEMBERED = 10_000  # deliveries of commands that change nothing; Slack repeats within minutes

Body = Mapping[str, Any]


def command_keys(body: Body) -> tuple[str, ...]:
    return (f"command:{body['team_id']}:{body['trigger_id']}",)


def action_keys(body: Body) -> tuple[str, ...]:
    """One press: Slack's instant of it, by this person, on this element."""
    action = body["actions"][0]
    place = body["container"].get("message_ts") or body["container"].get("view_id")
    who = f"{body['team']['id']}:{body['user']['id']}"
    return (f"action:{who}:{place}:{action['action_ts']}:{action['block_id']}",)


def view_keys(body: Body) -> tuple[str, ...]:
    view = body["view"]
    return (f"view:{view['id']}:{view['hash']}",)


def shortcut_keys(body: Body) -> tuple[str, ...]:
    return (f"shortcut:{body['team']['id']}:{body['user']['id']}:{body['action_ts']}",)


def event_keys(body: Body) -> tuple[str, ...]:
    """Slack's id of the event and what it is about: duplicates under a new id have been seen."""
    event = body["event"]
    place = event.get("channel") or event.get("file_id") or event.get("tab") or ""
    if isinstance(place, Mapping):
        place = place.get("id", "")
    at = event.get("ts") or event.get("event_ts") or body.get("event_time", "")
    who = event.get("user") or ""
    who = who.get("id", "") if isinstance(who, Mapping) else who
    kind = "said" if event["type"] in {"message", "app_mention"} else event["type"]
    return (f"event:{body['event_id']}", f"{kind}:{body['team_id']}:{place}:{who}:{at}")


@dataclass(kw_only=True, slots=True)
class _Batch:
    """Deliveries that arrived while the ones before them were being written."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    outcome: asyncio.Task[list[bool]] | None = None


class Deliveries:
    """Remembers what has been acted on, in one transaction for all that arrive together."""

    def __init__(self, *, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._open: _Batch | None = None
        self._answered: dict[str, None] = {}  # oldest first
        self._turn = asyncio.Lock()

    async def is_first(self, keys: tuple[str, ...]) -> bool:
        """True once for these keys, durably; false when any of them was seen before."""
        batch = self._open
        if batch is None or batch.outcome is None or len(batch.asked) >= BATCH:
            batch = self._open = _Batch()
            batch.outcome = asyncio.create_task(self._settle(batch))
        place = len(batch.asked)
        batch.asked.append(keys)
        return (await asyncio.shield(batch.outcome))[place]

    def is_first_here(self, keys: tuple[str, ...]) -> bool:
        """The same for what changes nothing: remembered in this process, and not for ever."""
        is_first = self._answered.keys().isdisjoint(keys)
        self._answered.update(dict.fromkeys(keys))
        while len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]
        return is_first

    async def forget(self, keys: tuple[str, ...]) -> None:
        """Nothing was done after all, so the same may be tried again."""
        for key in keys:
            self._answered.pop(key, None)
        async with self._database.begin() as session:
            await deliveries.forget(session, keys)

    async def _settle(self, batch: _Batch) -> list[bool]:
        try:
            async with self._turn, self._database.begin() as session:
                self._close(batch)
                keys = list(dict.fromkeys(key for asked in batch.asked for key in asked))
                new = await deliveries.record(session, keys, now=self._now())
        finally:
            self._close(batch)
        return [_take(new, asked) for asked in batch.asked]

    def _close(self, batch: _Batch) -> None:
        if self._open is batch:
            self._open = None


def _take(new: set[str], keys: tuple[str, ...]) -> bool:
    """The first of a batch gets its keys, the others find them gone."""
    is_first = new.issuperset(keys)
    new.difference_update(keys)
    return is_first
