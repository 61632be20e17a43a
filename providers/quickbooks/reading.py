"""Reading one entity whole by position, so that nothing slips past while people go on working.

QuickBooks knows no cursor: pages are asked for by position, and a transaction deleted in the
meantime moves all that follow one place up. Therefore pages overlap, and a page counts only if it
begins within the one before; else it is asked for again from further up, and at last the reading
starts over. The end is believed when a page comes short and reaches as far as was counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from providers.errors import WireMismatch

T = TypeVar("T")

PAGE = 1000  # the most that a query gives
_OVERLAP = 10  # so many may be deleted between two pages without a page asked for twice
_TAIL = 50
_STEP_UP = 500
_PATIENCE = 6  # answers in a row that bring nothing new


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A query to be made: a page from `start`, or without it the count. `weight` is in rows."""

    entity: str
    start: int | None = None
    weight: int = 0
    epoch: int = 0


@dataclass(kw_only=True, slots=True)
class Reading:
    """How far one entity has been read. `start` is where the next page joins, the first being 1.

    `tail` are the last ids read: the next page must hold one of them. A reading that `waits_for`
    another gives no page before the other is done. What is below `began` no checkpoint keeps.
    """

    entity: str
    counts_first: bool = False
    waits_for: "Reading | None" = None
    start: int = 1
    tail: tuple[str, ...] = ()
    seen: int = 0
    count: int | None = None
    began: datetime | None = None
    is_done: bool = False
    _is_counting: bool = False
    _ahead: int | None = None  # where to ask next
    _waiting: int = 0  # pages that were asked for and have not come
    _epoch: int = 0  # answers to what was asked in an earlier one are of no use any more
    _fruitless: int = 0
    _is_second: bool = False  # started over once
    _before: tuple[int | None, Sequence[str]] = (
        0,
        (),
    )  # where the last page was asked for, and its ids

    def __post_init__(self) -> None:
        if self.count is not None or not self.counts_first:
            self._ahead = self.start

    def wants(self) -> Ask | None:
        """The next query, if one can be made before answers come."""
        other = self.waits_for
        if self.is_done or (other is not None and not other.is_done and other.seen):
            return None
        if self.count is None and not self._is_counting:
            return Ask(entity=self.entity, epoch=self._epoch)
        if self._ahead is None:
            return None
        left = PAGE // 2 if self.count is None else self.count - self._ahead + 1
        weight = min(PAGE, max(left, 0))
        return Ask(entity=self.entity, start=self._ahead, weight=weight, epoch=self._epoch)

    def asked(self, ask: Ask) -> None:
        """Take note that a query is on its way."""
        if ask.start is None:
            self._is_counting = True
            return
        self._waiting += 1
        last = ask.start + PAGE - 1
        is_more_known = self.count is not None and last <= self.count
        self._ahead = ask.start + PAGE - _OVERLAP if is_more_known else None

    def counted(self, count: int) -> None:
        """How many there are. Raises WireMismatch for a number that cannot be."""
        if count < 0:
            raise WireMismatch(path="$.QueryResponse.totalCount", wanted="a count")
        self.count, self._is_counting = count, False
        if count == 0 and not self.seen and not self._waiting:
            self.is_done = True
        elif not self._waiting:
            self._ahead = self.start

    def take(self, ask: Ask, rows: Sequence[T], ids: Sequence[str]) -> Sequence[T] | None:
        """The rows of a page that are new; None for a page that does not join or comes too late.

        Raises WireMismatch when page after page leads nowhere.
        """
        is_repeated = self._is_repeated(ask.start, ids)
        if ask.epoch != self._epoch or ask.start is None or self.is_done:
            return None
        self._waiting -= 1
        joint = None if is_repeated else self._joint(ids)
        if self.waits_for is not None and not self.waits_for.is_done:
            self._restart(self.start)
            return None
        if joint is None:
            self._look_further_up()
            return None
        new = rows[joint:]
        self._fruitless = 0 if new else self._fruitless + 1
        if self._fruitless > _PATIENCE:
            raise self._in_circles()
        self.seen += len(new)
        self.start = max(1, ask.start + len(rows) - _OVERLAP)
        self.tail = tuple(ids[-_TAIL:]) or self.tail
        self._go_on(is_full=len(rows) >= PAGE, reached=ask.start + len(rows) - 1)
        return new

    def checkpoint(self) -> dict[str, Any]:
        """Enough to go on from here in another process."""
        return {
            "whole": True,
            "began": self.began.isoformat() if self.began is not None else None,
            "start": self.start,
            "tail": list(self.tail),
            "seen": self.seen,
            "count": self.count,
        }

    def _joint(self, ids: Sequence[str]) -> int | None:
        """The index of the first row that has not been read."""
        if not self.tail:
            return 0
        return max((at + 1 for at, own in enumerate(ids) if own in self.tail), default=None)

    def _is_repeated(self, start: int | None, ids: Sequence[str]) -> bool:
        """The page before, once more, in answer to another question."""
        asked, before = self._before
        if ids and ids == before and start != asked:
            return True
        self._before = start, ids
        return False

    def _go_on(self, *, is_full: bool, reached: int) -> None:
        if not is_full and self.count is not None and reached >= self.count:
            self.is_done = True
        elif not is_full:  # deleted meanwhile, or cut off: count once more
            self._restart(self.start)
            self.count, self._is_counting = None, False
        elif not self._waiting and self._ahead is None:
            self._ahead = self.start

    def _look_further_up(self) -> None:
        """After an answer that does not join. The whole tail may have been deleted."""
        self._fruitless += 1
        if self._fruitless <= _PATIENCE:
            self._restart(max(1, self.start - _STEP_UP * self._fruitless))
        elif self._is_second:
            raise self._in_circles()
        else:
            self._is_second, self._fruitless = True, 0
            self.start, self.tail, self.seen = 1, (), 0
            self.count, self._is_counting = None, False
            self._restart(1)

    def _restart(self, start: int) -> None:
        self._epoch += 1
        self._waiting = 0
        self._ahead = start

    def _in_circles(self) -> WireMismatch:
        return WireMismatch(
            f"{self.entity} from {self.start}: {self.seen} of {self.count}",
            path=f"$.QueryResponse.{self.entity}",
            wanted="pages that join, as far as was counted",
        )


def resumed(entity: str, checkpoint: Mapping[str, Any], *, counts_first: bool) -> Reading:
    """A reading that goes on where a checkpoint leaves it."""
    began = checkpoint.get("began")
    return Reading(
        entity=entity,
        counts_first=counts_first,
        start=int(checkpoint.get("start", 1)),
        tail=tuple(checkpoint.get("tail", ())),
        seen=int(checkpoint.get("seen", 0)),
        count=checkpoint.get("count"),
        began=datetime.fromisoformat(began) if began else None,
    )
