"""What a run reads follows from what is known of each stream."""

from datetime import timedelta
from typing import Any

import pytest

from commands.sync.plan import (
    AT_FIRST,
    AT_ONCE,
    SWEEP_EVERY,
    WHOLE_EVERY,
    is_doubtful,
    walks,
)
from providers.books import Stream, Walk
from storage.models import SyncStream
from tests.builders import NOW

LAST_NIGHT = NOW - timedelta(hours=24)
MARK = LAST_NIGHT - timedelta(minutes=5)


def a_stream(**over: Any) -> Stream:
    return Stream(**({"name": "Invoices", "title": "invoices and bills"} | over))


def known(**over: Any) -> SyncStream:
    complete = {
        "organisation_id": "o1",
        "stream": "Invoices",
        "watermark": MARK,
        "complete_at": LAST_NIGHT,
        "whole_at": LAST_NIGHT,
    }
    return SyncStream(**(complete | over))


def planned(stream: Stream, state: SyncStream | None) -> list[Walk]:
    there = {} if state is None else {state.stream: state}
    return walks([stream], there, began_at=NOW, now=NOW)


WHOLE = [Walk(stream="Invoices")]
CHANGES = [Walk(stream="Invoices", since=MARK)]


@pytest.mark.parametrize(
    ("stream", "state", "wanted"),
    [
        (a_stream(), None, WHOLE),
        (a_stream(), known(), CHANGES),
        (a_stream(), known(complete_at=NOW), []),  # done in this run
        (a_stream(has_changes=False), known(), WHOLE),
        (a_stream(every=timedelta(hours=30)), known(), []),  # still young
        (a_stream(every=timedelta(hours=20)), known(), CHANGES),
        (a_stream(mentioned_only=True), None, []),
        (a_stream(mentioned_only=True), known(is_mentioned=True), CHANGES),
        (a_stream(reaches_back=timedelta(hours=24)), known(), WHOLE),  # too long ago
        (a_stream(), known(whole_at=NOW - WHOLE_EVERY - timedelta(hours=1)), WHOLE),
        (a_stream(), known(whole_at=NOW - SWEEP_EVERY - timedelta(hours=1)), CHANGES),
        (
            a_stream(tells_deletions=False),
            known(whole_at=NOW - SWEEP_EVERY - timedelta(hours=1)),
            WHOLE,
        ),
        (a_stream(), known(accepts_gone=True), WHOLE),
        (a_stream(), known(watermark=None, whole_at=None), WHOLE),  # it was refused until now
    ],
)
def test_what_is_read_of_a_stream(
    stream: Stream, state: SyncStream | None, wanted: list[Walk]
) -> None:
    assert planned(stream, state) == wanted


@pytest.mark.parametrize(
    ("state", "is_first", "wanted"),
    [
        (None, True, Walk(stream="Invoices", pages=AT_FIRST)),
        (None, False, Walk(stream="Invoices", pages=AT_ONCE)),
        (  # nothing in it ever changes: there is no reason to read it all again
            known(checkpoint={"number": 7}, whole_at=NOW - 2 * WHOLE_EVERY),
            False,
            Walk(stream="Invoices", resume={"number": 7}, pages=AT_ONCE),
        ),
        (known(complete_at=NOW, checkpoint={"number": 7}), False, None),
    ],
)
def test_what_trails_goes_on_where_it_ended_a_part_at_a_time(
    state: SyncStream | None, is_first: bool, wanted: Walk | None
) -> None:
    there = {} if state is None else {state.stream: state}
    found = walks([a_stream(trails=True)], there, began_at=NOW, now=NOW, is_first=is_first)

    assert found == ([] if wanted is None else [wanted])


def test_a_walk_that_was_cut_short_goes_on_after_its_last_page() -> None:
    cut = known(complete_at=None, walk_id="w1", since=None, checkpoint={"page": 340})

    assert planned(a_stream(), cut) == [Walk(stream="Invoices", resume={"page": 340})]


def test_a_cut_walk_of_changes_that_reaches_too_far_back_begins_again() -> None:
    cut = known(walk_id="w1", since=MARK, checkpoint={"page": 2})

    assert planned(a_stream(reaches_back=timedelta(hours=1)), cut) == WHOLE


@pytest.mark.parametrize(
    ("gone", "of", "doubtful"),
    [(0, 100, False), (20, 100, False), (21, 100, True), (19, 19, False), (20, 20, True)],
)
def test_much_missing_at_once_is_doubted(gone: int, of: int, doubtful: bool) -> None:
    assert is_doubtful(gone, of) is doubtful
