"""What a run reads: which streams, from where, all of it or only what changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from providers.books import Stream, Walk
from storage.models import SyncStream

WHOLE_EVERY = timedelta(days=28)  # some changes leave no trace in the instant of change (proposed)
SWEEP_EVERY = timedelta(days=7)  # where only a whole walk shows what was deleted (proposed)

AT_ONCE = 150  # pages of what trails in one run: every hour, of 5,000 calls a day (proposed)
AT_FIRST = 50  # while somebody waits for a first copy
REST = timedelta(hours=1)

GONE_SHARE = 5  # one record in five missing at once is not believed
GONE_LEAST = 20  # of so few, any share may be missing


def walks(
    streams: Sequence[Stream],
    known: Mapping[str, SyncStream],
    *,
    began_at: datetime,
    now: datetime,
    is_first: bool = False,
) -> list[Walk]:
    """What is still to be read in a run that began then; nothing means that it is complete.

    Asked again after every round: a page may have shown that a further stream is in use. Of what
    trails a first run, for which somebody waits, reads little.
    """
    return [
        _trail(stream, known.get(stream.name), AT_FIRST if is_first else AT_ONCE)
        if stream.trails
        else _walk(stream, known.get(stream.name), now)
        for stream in streams
        if _is_wanted(stream, known.get(stream.name), began_at, now)
    ]


def _is_wanted(stream: Stream, state: SyncStream | None, began_at: datetime, now: datetime) -> bool:
    if stream.mentioned_only and (state is None or not state.is_mentioned):
        return False
    if state is None or state.complete_at is None:
        return True
    if state.complete_at >= began_at:
        return False
    is_young = stream.every is not None and now - state.complete_at < stream.every
    return not is_young or state.walk_id is not None


def _walk(stream: Stream, state: SyncStream | None, now: datetime) -> Walk:
    if state is not None and state.walk_id is not None and _reaches(stream, state.since, now):
        return Walk(stream=stream.name, since=state.since, resume=dict(state.checkpoint))
    return Walk(stream=stream.name, since=_since(stream, state, now))


def _trail(stream: Stream, state: SyncStream | None, pages: int) -> Walk:
    resume = dict(state.checkpoint) if state is not None and state.checkpoint else None
    return Walk(stream=stream.name, resume=resume, pages=pages)


def _since(stream: Stream, state: SyncStream | None, now: datetime) -> datetime | None:
    """None means all of it."""
    if state is None or state.watermark is None or state.whole_at is None:
        return None
    if not stream.has_changes or state.accepts_gone:
        return None
    patience = WHOLE_EVERY if stream.tells_deletions else SWEEP_EVERY
    if now - state.whole_at > patience or not _reaches(stream, state.watermark, now):
        return None
    return state.watermark


def _reaches(stream: Stream, since: datetime | None, now: datetime) -> bool:
    return since is None or stream.reaches_back is None or now - since < stream.reaches_back


def is_doubtful(gone: int, of: int) -> bool:
    """Whether so many are missing at once that a person should look first."""
    return of >= GONE_LEAST and gone * GONE_SHARE > of
