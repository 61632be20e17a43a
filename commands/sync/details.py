"""What stands in the thread of a sync's message, for whoever wants to know more."""

from collections.abc import Iterable, Mapping
from typing import Any

from commands.replies import Part, Reply, Table, Words
from commands.sync.run import Tally

FOUND = ("new", "changed", "gone")
READ = ("List", "Read", "Of")
NUMBERS = frozenset({1, 2, 3})
LOGGED = frozenset({"stuck", "unreadable", "vendor_silent"})  # reasons only the log can explain


def of_outcome(outcome: Mapping[str, Any], *, shown: int) -> Reply | None:
    """Every list that brought something; None where the message itself names them all."""
    streams = outcome["streams"]
    if len(streams) <= shown:
        return None
    told = [name for name in FOUND if any(each[name] for each in streams)]
    rows = tuple(
        (str(each["title"]).capitalize(), *(f"{each[name]:,}" for name in told)) for each in streams
    )
    words = Words(template="sync/details", data={"seconds": outcome["seconds"]})
    columns = ("List", *(name.capitalize() for name in told))
    return Reply(parts=(words, Table(columns=columns, rows=rows, numeric=NUMBERS)))


def of_failure(tallies: Iterable[Tally], *, reason: str, organisation_id: str) -> Reply | None:
    """How far each list is, and where to look for what went wrong; None where neither helps."""
    rows = tuple(
        (t.title.capitalize(), f"{t.read:,}", f"{t.total:,}" if t.total is not None else "")
        for t in tallies
        if t.read
    )
    parts: list[Part] = []
    if reason in LOGGED:
        parts.append(Words(template="sync/logged", data={"reference": organisation_id}))
    if rows:
        parts.append(Table(columns=READ, rows=rows, numeric=NUMBERS, caption="Read so far"))
    return Reply(parts=tuple(parts)) if parts else None
