"""Walking through Xero's journals: a hundred a call, each call after the number of the last one."""

import logging
from dataclasses import dataclass, field

from providers.books import BooksPage, Walk
from providers.errors import Lack, NotPermitted, ProviderError, TryAgain, WireMismatch
from providers.session import ProviderSession
from providers.xero import postings
from providers.xero.book_shapes import Envelope
from providers.xero.streams import API, JOURNALS, SOURCES, headers

SCOPE = "accounting.journals.read"
log = logging.getLogger(__name__)
_ADDRESS = f"{API}{JOURNALS.name}"


@dataclass(kw_only=True, slots=True)
class JournalWalk:
    """One walk, with the face of providers.xero.progress.Progress.

    A page follows from the one before, so that one at most is under way. Only an empty one ends
    the walk: Xero gives short ones in the middle, too (providers.md §1.10). If it fails, it rests.
    """

    walk: Walk
    number: int  # of the last journal given
    asked: int = 0  # pages in this walk
    given: int = 0
    turns: int = 0
    arrived: dict[int, Envelope] = field(default_factory=dict)
    refused: NotPermitted | None = None
    is_done: bool = False
    is_resting: bool = False

    def next_page(self) -> int | None:
        """The page to ask for, None while there is one under way, or when there are enough."""
        is_enough = self.walk.pages is not None and self.asked >= self.walk.pages
        is_over = self.is_done or self.is_resting or self.refused is not None
        return None if is_over or is_enough or self.asked > self.given else self.asked + 1

    def rest(self, error: ProviderError) -> None:
        """Let another walk go on from the last page given."""
        self.is_resting = True
        log.warning("journals.rest", extra={"number": self.number, "error": repr(error)})

    def ask(self, number: int) -> None:
        """Note that a page has been asked for."""
        self.asked = number
        self.turns += 1

    def arrive(self, number: int, envelope: Envelope) -> None:
        """Take a page in."""
        self.arrived[number] = envelope

    def give(self) -> BooksPage | None:
        """The next page if it is there. Raises WireMismatch when it does not follow."""
        if self.is_done or self.is_resting:
            return None
        if self.refused is not None:
            self.is_done = True
            return BooksPage(stream=JOURNALS.name, is_last=True, refused=self.refused)
        envelope = self.arrived.pop(self.given + 1, None)
        return None if envelope is None else self._page(envelope)

    def _page(self, envelope: Envelope) -> BooksPage:
        records = postings.journals(envelope.rows).records
        for each in envelope.rows:
            if each.JournalNumber <= self.number:
                raise WireMismatch(path="$.Journals.JournalNumber", wanted=f"after {self.number}")
            self.number = each.JournalNumber
        self.given += 1
        self.is_done = not records
        return BooksPage(
            stream=JOURNALS.name,
            records=records,
            checkpoint={"number": self.number},
            is_last=self.is_done,
        )


def started(walk: Walk) -> JournalWalk:
    """A walk that goes on after the last journal stored, or begins."""
    stored = walk.resume or {}
    return JournalWalk(walk=walk, number=int(stored.get("number", 0)))


async def fetched(session: ProviderSession, tenant_id: str, walk: JournalWalk) -> Envelope:
    """The journals after the last one.

    Raises NotPermitted: without asking, when the grant is known not to include them.
    """
    scopes = (await session.claims()).get("scope")
    if isinstance(scopes, list) and SCOPE not in scopes:
        raise _refused("somebody to reconnect Xero, which then asks whether we may read them")
    try:
        body: Envelope | None = await session.get(
            _ADDRESS,
            params={"offset": str(walk.number)},
            headers=headers(tenant_id),
            shape=SOURCES[JOURNALS.name].shape,
        )
    except NotPermitted as error:
        if error.lack not in (Lack.PLAN, Lack.ROLE):
            raise
        is_ours = error.lack is Lack.PLAN
        needed = "an application that Xero has let read journals" if is_ours else error.needed
        raise _refused(needed, error.lack) from error
    if body is None:
        raise TryAgain("an empty answer")
    return body


def _refused(needed: str, lack: Lack = Lack.PLAN) -> NotPermitted:
    needed += "; until then balances are derived from documents and payments"
    return NotPermitted(needed=needed, lack=lack, provider="xero", operation=f"GET {_ADDRESS}")
