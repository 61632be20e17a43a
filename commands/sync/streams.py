"""Which lists of a copy are not as the rest of it, and why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from providers.books import Stream
from storage.models import SyncStream

TOGETHER = timedelta(minutes=30)  # what was read within that is as of one moment


def told(
    streams: Sequence[Stream],
    known: Mapping[str, SyncStream],
    *,
    as_of: datetime | None,
    is_running: bool,
) -> dict[str, Any]:
    """What the template names: older ones by age, those begun or never read, those left out."""
    found = [(stream, known[stream.name]) for stream in streams if stream.name in known]
    left_out = [(stream.title, state.refused) for stream, state in found if state.refused]
    read = [(stream, state) for stream, state in found if not state.refused]
    older = [
        (stream.title, state.complete_at)
        for stream, state in read
        if state.complete_at is not None
        and as_of is not None
        and as_of - state.complete_at > TOGETHER
    ]
    begun = [
        {
            "title": stream.title,
            "read": state.read,
            "total": state.total,
            "trails": stream.trails,
        }
        for stream, state in read
        if state.walk_id is not None and state.read and not is_running
    ]
    never = [
        stream.title
        for stream, state in read
        if state.complete_at is None and state.walk_id is None and not is_running
    ]
    return {
        "older": _by_age(older),
        "begun": begun,
        "never": never,
        "refused": [
            {"titles": titles, "needed": needed} for needed, titles in _grouped(left_out).items()
        ],
    }


def _by_age(older: Iterable[tuple[str, datetime]]) -> list[dict[str, Any]]:
    """The newest first; each with the oldest moment of those said together."""
    groups: list[dict[str, Any]] = []
    for title, at in sorted(older, key=lambda pair: pair[1], reverse=True):
        if groups and groups[-1]["newest"] - at <= TOGETHER:
            groups[-1]["titles"].append(title)
            groups[-1]["at"] = at
        else:
            groups.append({"titles": [title], "at": at, "newest": at})
    return groups


def _grouped(pairs: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for title, needed in pairs:
        groups.setdefault(needed or "", []).append(title)
    return groups
