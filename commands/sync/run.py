"""One sync of one organisation's books: a page, a transaction, a page; it stops when told to."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.heartbeat import beating
from commands.sync.plan import is_doubtful, walks
from providers.books import BooksPage, Stream, Walk
from providers.errors import NotPermitted
from providers.provider import Ledger
from storage.identity import new_id
from storage.models import Connection, Organisation, Sync, SyncStream
from storage.queries import connections, ledger, organisations, syncs
from storage.queries.ledger import Stored, WalkKey


class Stopped(Exception):
    """Disconnected or handed to another run meanwhile: nothing more is written."""


class Vanished(Exception):
    """So much of a stream is missing at once that a person has to say whether it is gone."""

    def __init__(self, stream: Stream, *, gone: int, of: int) -> None:
        super().__init__(stream.name)
        self.stream, self.gone, self.of = stream, gone, of


@dataclass(kw_only=True, slots=True)
class Tally:
    """What came of one stream in this run."""

    title: str
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    read: int = 0
    total: int | None = None
    is_done: bool = False
    refused: str | None = None

    def count(self, stored: Stored, gone: int) -> None:
        self.new += stored.new
        self.changed += stored.changed
        self.same += stored.same
        self.gone += gone


@dataclass(kw_only=True, slots=True)
class Run:
    """One sync under way, through `connection`. `is_first`: the copy was never complete before."""

    tools: Tools
    run_id: str
    sync: Sync
    connection: Connection
    organisation: Organisation
    began_at: datetime  # by an earlier run perhaps, which was stopped
    started_at: datetime
    states: dict[str, SyncStream] = field(default_factory=dict)
    resting: set[str] = field(default_factory=set)  # walks that go on in another run
    fresh: set[str] = field(default_factory=set)  # streams begun now whose records are all new
    tallies: dict[str, Tally] = field(default_factory=dict)
    nudged: frozenset[str] = frozenset()
    told_at: datetime | None = None
    paused_until: datetime | None = None
    calls_left: int | None = None  # of the vendor's day
    refusal: NotPermitted | None = None  # the last of what was not allowed

    @property
    def is_targeted(self) -> bool:
        """Whether it reads only what the vendor has named: before its turn, and nobody asked."""
        next_at = self.sync.next_at
        is_early = next_at is not None and next_at > self.began_at
        return is_early and bool(self.nudged) and not self.is_awaited

    @property
    def is_first(self) -> bool:
        return self.sync.synced_at is None

    @property
    def is_awaited(self) -> bool:
        """Whether a person waits for it; then it may use the calls kept for people."""
        return self.is_first or bool(self.sync.askers)


async def claim(tools: Tools, organisation_id: str) -> Run | None:
    """Take the lease; None when it is not due or somebody else is at it."""
    run_id, now = new_id(), tools.now()
    async with tools.database.begin() as session:
        sync = await syncs.claim(
            session, organisation_id, run_id=run_id, now=now, until=now + tools.sync_lease
        )
        if sync is None:
            return None
        workspace_id = sync.workspace_id
        through = await connections.syncing(session, workspace_id, organisation_id)
        organisation = await organisations.find(session, workspace_id, organisation_id)
        states = await syncs.streams(session, workspace_id, organisation_id)
        nudged = await syncs.nudged(session, organisation_id)
    assert organisation is not None
    assert through, "what is claimed can be read"
    return Run(
        tools=tools,
        run_id=run_id,
        sync=sync,
        connection=through[0],
        organisation=organisation,
        began_at=sync.began_at or now,
        started_at=now,
        states=dict(states),
        nudged=nudged,
    )


async def hold(session: AsyncSession, run: Run) -> None:
    """First in every transaction that writes; raises Stopped."""
    until = run.tools.now() + run.tools.sync_lease
    if not await syncs.hold(session, run.organisation.id, run.run_id, until=until):
        raise Stopped


async def extend(run: Run) -> bool:
    """A sign of life between pages, which may be minutes apart; whether the run may go on."""
    until = run.tools.now() + run.tools.sync_lease
    async with run.tools.database.begin() as session:
        return await syncs.extend(session, run.organisation.id, run.run_id, until=until)


Tell = Callable[[AsyncSession, "Run"], Awaitable[None]]
Prepare = Callable[["Run"], Awaitable[None]]


async def read(
    run: Run, books: Ledger, streams: Sequence[Stream], *, prepare: Prepare, tell: Tell
) -> None:
    """Bring every stream up to date; `tell` is called with each page, in its transaction, `prepare`
    before that.

    Raises Stopped, Vanished and what the vendor raises; NotPermitted only where nothing is allowed.
    """
    if run.is_targeted:
        streams = [s for s in streams if s.name in run.nudged or s.mentioned_only or s.trails]
    by_name = {stream.name: stream for stream in streams}
    while wanted := _begun(run, streams):
        async with beating(lambda: extend(run), every=run.tools.sync_lease / 3):
            async for page in books.sync(wanted):
                await prepare(run)
                await _keep(run, by_name[page.stream], page, tell)
                run.refusal = page.refused or run.refusal
                if page.mentions:  # of what is in use after all: it is read at once with the others
                    under_way = {walk.stream for walk in wanted}
                    wanted += _begun(run, [s for s in streams if s.name not in under_way])
        run.resting |= {walk.stream for walk in wanted if _rests(run, walk)}
    if run.refusal is not None and all(tally.refused for tally in run.tallies.values()):
        raise run.refusal


def _begun(run: Run, streams: Sequence[Stream]) -> list[Walk]:
    """Walks through what is still to be read of these."""
    awake = [stream for stream in streams if stream.name not in run.resting]
    wanted = walks(
        awake, run.states, began_at=run.began_at, now=run.tools.now(), is_first=run.is_first
    )
    by_name = {stream.name: stream for stream in streams}
    for walk in wanted:
        _begin(run, by_name[walk.stream], walk)
    return wanted


def _rests(run: Run, walk: Walk) -> bool:
    """Whether it gave all the pages it may, and has not ended."""
    return walk.pages is not None and run.states[walk.stream].walk_id is not None


def _begin(run: Run, stream: Stream, walk: Walk) -> None:
    state = run.states.get(stream.name)
    tally = run.tallies.setdefault(stream.name, Tally(title=stream.title))
    if walk.resume is not None and state is not None and state.walk_id is not None:
        tally.read, tally.total = state.read, state.total
        return
    if state is None:
        state = SyncStream(organisation_id=run.organisation.id, stream=stream.name)
        run.states[stream.name] = state
    if state.complete_at is None:
        run.fresh.add(stream.name)
    state.walk_id, state.since, state.read, state.total = new_id(), walk.since, 0, None
    state.checkpoint = walk.resume or {}


async def _keep(run: Run, stream: Stream, page: BooksPage, tell: Tell) -> None:
    """One page with its checkpoint, in one transaction."""
    state, tools, own = run.states[stream.name], run.tools, run.organisation.id
    assert state.walk_id is not None
    key = WalkKey(own, stream.name, state.walk_id)
    async with tools.database.begin() as session:
        await hold(session, run)
        stored = await ledger.store(session, own, page.records, is_empty=stream.name in run.fresh)
        gone = await ledger.mark_gone(session, own, stream.name, page.gone, now=tools.now())
        if _shows_absence(state, page):
            await ledger.met(session, key, state.read, page.records)
        gone += await _missing(session, run, stream, key, page) if page.is_last else 0
        progress = _after(stream, state, page, now=tools.now())
        await syncs.save_stream(session, own, stream.name, **progress)
        for name in page.mentions - {s for s, st in run.states.items() if st.is_mentioned}:
            await syncs.save_stream(session, own, name, is_mentioned=True)
        tally = replace(run.tallies[stream.name])
        tally.count(stored, gone)
        tally.read = state.read + len(page.records)
        tally.total, tally.is_done = page.total or tally.total, page.is_last
        tally.refused = page.refused.needed if page.refused else None
        run.tallies[stream.name] = tally
        await tell(session, run)
    _remember(run, stream, page, progress)


async def _missing(
    session: AsyncSession, run: Run, stream: Stream, key: WalkKey, page: BooksPage
) -> int:
    """What a whole walk that has ended did not meet is gone. Raises Vanished."""
    own, state = run.organisation.id, run.states[stream.name]
    if not _shows_absence(state, page) or page.refused:
        return 0
    absence = await ledger.absent(session, key)
    if absence.ids:
        is_believed = stream.comes_and_goes or state.accepts_gone
        if is_doubtful(len(absence.ids), absence.of) and not is_believed:
            raise Vanished(stream, gone=len(absence.ids), of=absence.of)
        await ledger.mark_gone(session, own, stream.name, absence.ids, now=run.tools.now())
    await ledger.forget_walk(session, own, stream.name)
    return len(absence.ids)


def _shows_absence(state: SyncStream, page: BooksPage) -> bool:
    """Whether what this walk does not meet is gone: before the first one nothing was here."""
    return page.is_whole and state.complete_at is not None


def _after(
    stream: Stream, state: SyncStream, page: BooksPage, *, now: datetime
) -> dict[str, object]:
    """The columns of the stream once this page is stored."""
    progress: dict[str, object] = {
        "walk_id": state.walk_id,
        "since": state.since,
        "is_whole": page.is_whole,
        "checkpoint": page.checkpoint,
        "read": state.read + len(page.records),
        "total": page.total if page.total is not None else state.total,
    }
    if not page.is_last:
        return progress
    ended = progress | {
        "walk_id": None,
        "checkpoint": (page.checkpoint or state.checkpoint) if stream.trails else {},
        "complete_at": now,
        "refused": page.refused.needed if page.refused else None,
        "accepts_gone": False,
    }
    if page.refused is None:
        ended["watermark"] = page.watermark or state.watermark
        ended["whole_at"] = now if page.is_whole else state.whole_at
    return ended


def _remember(run: Run, stream: Stream, page: BooksPage, progress: dict[str, object]) -> None:
    for name, value in progress.items():
        setattr(run.states[stream.name], name, value)
    for name in page.mentions:
        state = run.states.get(name)
        if state is None:
            state = SyncStream(organisation_id=run.organisation.id, stream=name)
            run.states[name] = state
        state.is_mentioned = True
