"""Live updates: every open page of a person hears what that person may see."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Event = dict[str, Any]


class Live:
    """Queues of the pages that are open, by user id."""

    def __init__(self) -> None:
        self._queues: defaultdict[str, set[asyncio.Queue[Event]]] = defaultdict(set)

    @contextmanager
    def listening(self, user: str) -> Iterator[asyncio.Queue[Event]]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._queues[user].add(queue)
        try:
            yield queue
        finally:
            self._queues[user].discard(queue)

    def tell(self, users: Iterable[str], event: Event) -> None:
        for user in users:
            for queue in self._queues.get(user, ()):
                queue.put_nowait(event)

    def tell_everyone(self, event: Event) -> None:
        self.tell(list(self._queues), event)
