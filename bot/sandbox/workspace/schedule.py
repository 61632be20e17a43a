"""Messages the bot has asked to be posted later."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.workspace.ids import Ids

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheduled:
    """`arguments` are those of the later chat.postMessage."""

    id: str
    channel: str
    post_at: int
    created: int
    arguments: Json


class Schedule:
    """What waits, by id; whoever sleeps until `post_at` takes it, unless it was deleted first."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.waiting: dict[str, Scheduled] = {}

    def add(self, channel: str, *, post_at: int, created: int, arguments: Json) -> Scheduled:
        scheduled = Scheduled(
            id=self._ids.new("Q"),
            channel=channel,
            post_at=post_at,
            created=created,
            arguments=arguments,
        )
        self.waiting[scheduled.id] = scheduled
        return scheduled

    def take(self, scheduled_id: str) -> Scheduled | None:
        return self.waiting.pop(scheduled_id, None)
