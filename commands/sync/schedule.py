"""When the next sync is due: each organisation at its own moment of its own night."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

EVERY = timedelta(hours=24)
NIGHT = timedelta(hours=5)  # from midnight where the organisation is (product §7)
LEAST_GAP = timedelta(hours=1)  # a sync just before its turn stands for it
MANUAL_GAP = timedelta(minutes=5)  # between syncs that people ask for

_GOLDEN = 0.6180339887498949
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


def share(slot: int) -> float:
    """Of 0 to 1: neighbouring numbers lie far apart, and any count of them lies evenly."""
    return slot * _GOLDEN % 1


def next_sync(
    slot: int, time_zone: str | None, now: datetime, *, every: timedelta = EVERY
) -> datetime:
    """The first turn at least an hour away.

    With `every` of a day it is a civil time of the night, so that a change of the clocks neither
    skips nor doubles one; otherwise turns are `every` apart.
    """
    if every != EVERY:
        return _spaced(slot, now, every)
    zone: tzinfo = ZoneInfo(time_zone) if time_zone else UTC
    turn = (_MIDNIGHT + NIGHT * share(slot)).time()
    day = now.astimezone(zone).date() - timedelta(days=1)
    while (due := _at(day, turn, zone)) < now + LEAST_GAP:
        day += timedelta(days=1)
    return due


def _at(day: date, turn: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, turn, tzinfo=zone).astimezone(UTC)


def _spaced(slot: int, now: datetime, every: timedelta) -> datetime:
    first = _MIDNIGHT + every * share(slot)
    turns = (now + every / 24 - first) // every + 1
    return first + every * turns


def may_ask_at(asked_at: datetime | None, synced_at: datetime | None) -> datetime | None:
    """From when somebody may ask for another sync."""
    last = max(filter(None, (asked_at, synced_at)), default=None)
    return None if last is None else last + MANUAL_GAP
