"""What was asked of the stand-in ledgers, without anything secret in it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request that was answered; `query` is empty for the pages and tokens of a sign-in."""

    at: datetime
    vendor: str
    method: str
    path: str
    query: str
    organisation: str | None
    status: int


class CallLog:
    """The latest calls, oldest first."""

    def __init__(self, *, keep: int = 10_000) -> None:
        self._calls: deque[Call] = deque(maxlen=keep)

    def add(self, call: Call) -> None:
        self._calls.append(call)

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def as_json(self) -> list[dict[str, Any]]:
        return [{**asdict(call), "at": call.at.isoformat()} for call in self._calls]
