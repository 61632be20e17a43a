"""Lock dates that are missing, late, or were moved back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import Select

from commands.health.books.books import Books
from commands.health.books.periods import complete_month, month_end
from commands.health.check import (
    Check,
    Example,
    Figure,
    Finding,
    Found,
    Grid,
    Group,
    Kind,
    Level,
    Options,
    Rows,
    Verdict,
    graded,
    unconfigured,
)
from commands.health.words import count, dated

REPORTING, YEAR_END = "lock_date", "year_end_lock_date"
MOST_CHANGES = 25  # that are listed, the latest first


class Cycle(StrEnum):
    """How often the books are locked."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True, kw_only=True, slots=True)
class LockDatesOptions(Options):
    """When books should be locked, and what is known from elsewhere."""

    grace_weeks: int = field(
        default=2, metadata={"label": "Weeks after a month to lock it (0 = check off)"}
    )
    cycle: Cycle = field(default=Cycle.MONTHLY, metadata={"label": "How often books are locked"})
    filed_until: date | None = field(
        default=None, metadata={"label": "Last accounts filed were made up to"}
    )
    days_back: int = field(
        default=365, metadata={"label": "Days a lock that was moved back is told of"}
    )


def _seen(at: str, reporting: str | None, year_end: str | None = None) -> Mapping[str, Any]:
    return {"seen_at": f"{at}T02:14:00+00:00", REPORTING: reporting, YEAR_END: year_end}


def _locked(reporting: str | None, year_end: str | None = None, *log: Any) -> Mapping[str, Any]:
    return {REPORTING: reporting, YEAR_END: year_end, "log": log}


class LockDates(Check[LockDatesOptions]):
    """Books that are not locked up to the last month, or whose lock was moved back.

    Why: what is not locked can change after it was reported; anybody who may edit settings can move
    a lock back and forth without a trace, so that only looking at every sync shows it.

    Fix: lock the books up to the month that was reported, and ask who moved the lock and why.
    What was changed meanwhile is in Historical changes.
    """

    code = "lock-dates"
    title = "Lock dates"
    group = Group.ACTIVITY
    weight = 10
    options = LockDatesOptions
    grid = Grid(
        name="changes",
        columns=(
            Figure(label="Detected on", name="seen", kind=Kind.DAY),
            Figure(label="Which", name="which"),
            Figure(label="Old lock date", name="old", kind=Kind.DAY),
            Figure(label="New lock date", name="new", kind=Kind.DAY),
            Figure(label="Note", name="note"),
        ),
    )
    examples = (
        Example(records=(), details=_locked("2026-06-30"), level=Level.FINE),
        Example(  # June has until 14 July
            records=(), details=_locked("2026-05-31"), level=Level.FINE
        ),
        Example(
            records=(),
            details=_locked("2026-05-31"),
            options={"grace_weeks": 1},
            finds=("Locked to 31 May 2026 only",),
            level=Level.WARNING,
        ),
        Example(
            records=(),
            details=_locked("2026-05-31"),
            options={"grace_weeks": 1, "cycle": "quarterly"},
            finds=("Locked to 31 May 2026 only",),
        ),
        Example(
            records=(),
            details=_locked("2026-03-31"),
            options={"cycle": "quarterly"},
            level=Level.FINE,
        ),
        Example(
            records=(),
            details=_locked("2026-05-31"),
            options={"grace_weeks": 0},
            level=Level.NOT_CONFIGURED,
        ),
        Example(records=(), finds=("Reporting lock missing",), level=Level.WARNING),
        Example(
            records=(),
            details=_locked(
                "2026-06-30",
                "2025-03-31",
                _seen("2026-04-02", "2026-05-31", "2025-03-31"),
                _seen("2026-05-03", "2026-02-28", "2025-03-31"),
                _seen("2026-07-02", "2026-06-30", "2025-03-31"),
            ),
            finds=("Reporting lock moved back",),
            level=Level.WARNING,
        ),
        Example(
            records=(),
            details=_locked(
                "2026-06-30",
                None,
                _seen("2026-04-02", "2026-06-30", "2025-03-31"),
                _seen("2026-05-03", "2026-06-30"),
            ),
            finds=("Year-end lock moved back",),
            level=Level.ERROR,
        ),
        Example(  # it is past
            records=(),
            details=_locked(
                "2026-06-30",
                None,
                _seen("2025-04-02", "2025-03-31"),
                _seen("2025-05-03", "2025-02-28"),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(),
            details=_locked("2026-06-30", "2024-03-31"),
            options={"filed_until": "2025-03-31"},
            finds=("Filed accounts are not locked",),
            level=Level.WARNING,
        ),
        Example(
            records=(),
            details=_locked("2026-06-30"),
            options={"filed_until": "2025-03-31"},
            finds=("Filed accounts are not locked",),
            level=Level.ERROR,
        ),
        Example(
            records=(), provider="quickbooks", details=_locked("2025-12-31"), level=Level.FINE
        ),
        Example(
            records=(),
            provider="quickbooks",
            details=_locked(
                "2024-12-31",
                None,
                _seen("2026-04-02", "2025-12-31"),
                _seen("2026-05-03", "2024-12-31"),
            ),
            finds=("Closing date moved back",),
            level=Level.ERROR,
        ),
        Example(
            records=(),
            provider="quickbooks",
            finds=("Closing date missing",),
            level=Level.WARNING,
        ),
    )  # fmt: skip

    def missing(self, books: Books, options: LockDatesOptions) -> Verdict | None:
        return unconfigured("switched off") if not options.grace_weeks else None

    def queries(self, books: Books, options: LockDatesOptions) -> Mapping[str, Select[Any]]:
        return {}

    def find(self, rows: Rows, books: Books, options: LockDatesOptions) -> Found:
        # QuickBooks has one date, which is that of the year's end
        names = {REPORTING: "Reporting lock", YEAR_END: "Year-end lock"}
        year_end = YEAR_END
        if books.provider == "quickbooks":
            names, year_end = {REPORTING: "Closing date"}, REPORTING
        locked = {name: _day(books.details.get(name)) for name in names}
        findings = [
            *_missing_or_behind(locked[REPORTING], names[REPORTING], books, options),
            *_filed(locked[year_end], options.filed_until),
            *_moved_back(books, names, year_end, options.days_back),
        ]
        shown = locked[REPORTING]
        return Found(
            findings=tuple(findings),
            figures={name: day.isoformat() if day else None for name, day in locked.items()}
            | {
                "says": f"locked to {dated(shown)}" if shown else "not locked",
                "changes": list(_changes(books, names))[: -MOST_CHANGES - 1 : -1],
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: LockDatesOptions
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, figures["says"])
        level = Level.ERROR if any(each.is_serious for each in opened) else Level.WARNING
        says = opened[0].title if len(opened) == 1 else count(len(opened), "remark")
        return graded(level, f"{says[0].lower()}{says[1:]}")


def must_be_locked(today: date, grace_weeks: int, cycle: Cycle = Cycle.MONTHLY) -> date:
    """The last day that has to be locked by now: the latest end whose time of grace has passed."""
    end = complete_month(today - timedelta(weeks=grace_weeks, days=1))
    return end if cycle is Cycle.MONTHLY else month_end(end, -(end.month % 3))


def _missing_or_behind(
    locked: date | None, name: str, books: Books, options: LockDatesOptions
) -> Iterator[Finding]:
    if locked is None:
        yield Finding(
            key=("missing", name),
            title=f"{name} missing",
            text=f"The books have no {name.lower()}, so that every period can change.",
            fix=f"Set it in {books.software} to the end of the last month that was reported.",
        )
        return
    due = must_be_locked(books.today, options.grace_weeks, options.cycle)
    if books.provider == "quickbooks" or locked >= due:
        return
    yield Finding(
        key=("behind", due.isoformat()),
        title=f"Locked to {dated(locked)} only",
        text=f"By now the books should be locked up to {dated(due)}.",
        fix=f"Finish the month, and set the lock in {books.software} to {dated(due)}.",
        since=due,
        facts={"Locked to": locked, "Should be": due},
    )


def _filed(locked: date | None, filed: date | None) -> Iterator[Finding]:
    if filed is None or (locked is not None and locked >= filed):
        return
    told = f"the year's end is locked to {dated(locked)}" if locked else "no year's end is locked"
    yield Finding(
        key=("filed", filed.isoformat()),
        title="Filed accounts are not locked",
        text=f"Accounts are filed up to {dated(filed)}, while {told}.",
        fix=f"Set the lock at the year's end to {dated(filed)}.",
        since=filed,
        is_serious=locked is None,
        facts={"Locked to": locked, "Filed up to": filed},
    )


def _moved_back(
    books: Books, names: Mapping[str, str], year_end: str, days_back: int
) -> Iterator[Finding]:
    for before, after in pairwise(books.log):
        seen = date.fromisoformat(after["seen_at"][:10])
        if (books.today - seen).days > days_back:
            continue
        moves = {
            name: move
            for name in names
            if (move := _backwards(before.get(name), after.get(name))) is not None
        }
        if year_end in moves and moves.get(REPORTING) == moves[year_end]:
            moves = {year_end: moves[year_end]}  # the one took the other with it
        for name, (old, new) in moves.items():
            how = f"was moved to {dated(new)}" if new else "was taken away"
            yield Finding(
                key=("moved back", name, after["seen_at"]),
                title=f"{names[name]} moved back",
                text=f"It was {dated(old)} and {how}; the sync of {dated(seen)} saw it.",
                fix="Ask who moved it and why, look at what changed meanwhile, and lock again.",
                since=seen,
                is_serious=name == year_end,
                facts={"Detected on": seen, "Old lock date": old, "New lock date": new},
            )


def _changes(books: Books, names: Mapping[str, str]) -> Iterator[dict[str, str | None]]:
    """Every change that a sync saw, oldest first."""
    for before, after in pairwise(books.log):
        for name, which in names.items():
            old, new = before.get(name), after.get(name)
            if old != new:
                note = "moved back" if _backwards(old, new) else "moved on" if old else "set"
                yield {"seen": after["seen_at"][:10], "which": which, "old": old, "new": new,
                       "note": note}  # fmt: skip


def _backwards(old: str | None, new: str | None) -> tuple[date | None, date | None] | None:
    before, after = _day(old), _day(new)
    if before is None or (after is not None and after >= before):
        return None
    return before, after


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
