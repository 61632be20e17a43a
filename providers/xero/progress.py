"""How far a walk through one stream has come: which page is next, and what to make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from providers.books import BooksPage, Walk
from providers.errors import NotPermitted, TryAgain, WireMismatch
from providers.paging import MAX_PAGES
from providers.xero.book_shapes import Envelope, Pagination
from providers.xero.documents import Reading, instant
from providers.xero.streams import PAGE_SIZE, SOURCES, Source

OVERLAP = timedelta(minutes=5)  # a change may be dated before the clock that we were told
_PASSES = 3
_UNTOLD = Pagination()


@dataclass(kw_only=True, slots=True)
class Progress:
    """One walk. Pages arrive as they please and are given in order.

    A walk that has met fewer records than there were when it began goes round once more: something
    slipped by. A page that was read before the one it follows, when there were fewer records, is
    read again: what came in between has moved some from this page into that one's place. Where Xero
    does not let us choose the order, records move far, so that only all ids
    together tell; there a walk that was interrupted starts again.
    """

    walk: Walk
    source: Source
    given: int  # the last page given
    asked: int  # the last page asked for
    began: datetime | None  # by Xero's clock, where the walk first started
    before: int  # records met before the walk was interrupted
    total: int | None  # records there were at the beginning
    first: str | None  # the first id of the page before
    counted: int | None = None  # records there were at the page given last
    tries: int = 0  # of the next page
    last: int = 0  # the last page there is, 0 until that is known
    passes: int = 1
    turns: int = 0  # how often it was its turn to ask
    met: set[int] = field(default_factory=set)  # hashes: a third of what the ids would take
    arrived: dict[int, Envelope] = field(default_factory=dict)
    refused: NotPermitted | None = None
    is_done: bool = False

    @property
    def since(self) -> datetime | None:
        """What the walk can ask for changes since; None when it gives everything there is."""
        return self.walk.since if self.source.stream.has_changes else None

    def next_page(self) -> int | None:
        """The page to ask for, None if there is none or the first one has to tell how many."""
        if self.is_done or self.refused is not None:
            return None
        waits = self.asked > self.given if self.last == 0 else self.asked >= self.last
        return None if waits else self.asked + 1

    def ask(self, number: int) -> None:
        """Note that a page has been asked for."""
        self.asked = number
        self.turns += 1

    def arrive(self, number: int, envelope: Envelope) -> None:
        """Take a page in. Raises WireMismatch when it is another one than was asked for."""
        if self.refused is not None:
            return
        told = envelope.pagination or _UNTOLD
        if told.page is not None and told.page != number:
            raise WireMismatch(path="$.pagination.page", wanted=f"page {number}")
        last = number
        if self.source.is_paged and told.page_count is not None:
            last = told.page_count
        elif self.source.is_paged and len(envelope.rows) >= PAGE_SIZE:
            last = number + 1
        if last > MAX_PAGES:
            raise WireMismatch(path="$.pagination.pageCount", wanted=f"at most {MAX_PAGES} pages")
        self.last = max(self.last, last, number)
        self.arrived[number] = envelope

    def give(self) -> BooksPage | None:
        """The next page if it is there.

        Raises TryAgain when the page is short or too old, WireMismatch when it is the one before.
        """
        if self.is_done:
            return None
        if self.refused is not None:
            return self._refusal(self.refused)
        number = self.given + 1
        envelope = self.arrived.pop(number, None)
        if envelope is None or self._is_old(number, envelope):
            return None
        return self._page(number, envelope)

    def _is_old(self, number: int, envelope: Envelope) -> bool:
        """Whether it has to be read again, and what follows it."""
        count = (envelope.pagination or _UNTOLD).item_count
        if count is None or self.counted is None or count >= self.counted:
            self.counted, self.tries = count, 0
            return False
        self.tries += 1
        if self.tries == _PASSES:
            raise TryAgain(f"page {number} of {count} records after {self.counted}")
        self.asked = self.given
        self.arrived.clear()
        return True

    def _refusal(self, error: NotPermitted) -> BooksPage:
        self.is_done = True
        self.arrived.clear()
        return BooksPage(
            stream=self.source.stream.name,
            is_last=True,
            is_whole=self.since is None,
            refused=error,
        )

    def _page(self, number: int, envelope: Envelope) -> BooksPage:
        told = envelope.pagination or _UNTOLD
        self._refuse_short(number, len(envelope.rows), told)
        reading = self.source.read(envelope.rows)
        self._meet(reading)
        if number == 1:
            self.total = told.item_count
            self.began = self.began or instant(envelope.DateTimeUTC)
        self.given = number
        self.is_done = number >= self.last and not self._starts_again()
        return BooksPage(
            stream=self.source.stream.name,
            records=reading.records,
            checkpoint=self._checkpoint(),
            is_last=self.is_done,
            is_whole=self.since is None,
            watermark=self._watermark() if self.is_done else None,
            mentions=reading.mentions - {self.source.stream.name},
            total=told.item_count if self.source.is_paged else len(reading.records),
        )

    def _refuse_short(self, number: int, rows: int, told: Pagination) -> None:
        if told.item_count is None or told.page_size is None:
            return
        wanted = min(told.page_size, told.item_count - (number - 1) * told.page_size)
        if rows < wanted:
            raise TryAgain(f"page {number} with {rows} of {wanted} rows")

    def _meet(self, reading: Reading) -> None:
        if not self.source.is_paged:
            return
        ids = [record.remote_id for record in reading.records]
        if ids and ids[0] == self.first:
            raise WireMismatch(path="$.pagination.page", wanted="another page than the one before")
        self.first = ids[0] if ids else None
        self.met.update(map(hash, ids))

    def _starts_again(self) -> bool:
        count = self.before + len(self.met)
        if self.total is None or count >= self.total or not self.source.is_paged:
            return False
        if self.passes == _PASSES:
            raise TryAgain(f"{count} of {self.total} records met in pass {self.passes}")
        self.passes += 1
        self.given = self.asked = self.last = self.before = 0
        self.first = self.counted = None
        self.met.clear()
        return True

    def _checkpoint(self) -> dict[str, Any]:
        began = None if self.began is None else self.began.isoformat()
        if self.source.order is None:
            return {"page": 0, "began": began}
        return {
            "page": self.given,
            "began": began,
            "first": self.first,
            "met": self.before + len(self.met),
            "total": self.total,
        }

    def _watermark(self) -> datetime | None:
        """Where Xero told no time, as with "not modified", the same as before asks for no less."""
        if not self.source.stream.has_changes:
            return None
        return self.walk.since if self.began is None else self.began - OVERLAP


def started(walk: Walk) -> Progress:
    """A walk that goes on after its last stored page, or begins. Raises KeyError for no stream."""
    stored: Mapping[str, Any] = walk.resume or {}
    page, began = int(stored.get("page", 0)), stored.get("began")
    return Progress(
        walk=walk,
        source=SOURCES[walk.stream],
        given=page,
        asked=page,
        began=None if began is None else datetime.fromisoformat(began),
        before=stored.get("met", 0),
        total=stored.get("total"),
        first=stored.get("first"),
    )
