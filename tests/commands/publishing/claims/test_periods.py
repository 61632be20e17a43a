"""Every expense has one period, and what comes late rolls over into one that is still open."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.choices import Cadence
from commands.publishing.claims.periods import Period, is_over, period_for, period_of, told_at

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
CADENCES = st.sampled_from(Cadence)


def period(starts: str, ends: str) -> Period:
    return Period(starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))


MAY = period("2026-05-01", "2026-05-31")
JUNE = period("2026-06-01", "2026-06-30")
JULY = period("2026-07-01", "2026-07-31")


@pytest.mark.parametrize(
    ("day", "cadence", "starts", "ends", "name"),
    [
        ("2026-02-14", "monthly", "2026-02-01", "2026-02-28", "February 2026"),
        ("2028-02-29", "monthly", "2028-02-01", "2028-02-29", "February 2028"),
        ("2026-11-22", "weekly", "2026-11-16", "2026-11-22", "16 to 22 November 2026"),
        ("2026-11-23", "weekly", "2026-11-23", "2026-11-29", "23 to 29 November 2026"),
        ("2026-12-31", "weekly", "2026-12-28", "2027-01-03", "28 December 2026 to 3 January 2027"),
        ("2024-01-14", "fortnightly", "2024-01-01", "2024-01-14", "1 to 14 January 2024"),
        ("2023-12-31", "fortnightly", "2023-12-18", "2023-12-31", "18 to 31 December 2023"),
        ("2024-02-01", "fortnightly", "2024-01-29", "2024-02-11", "29 January to 11 February 2024"),
    ],
)
def test_a_day_lies_in_one_period(
    day: str, cadence: str, starts: str, ends: str, name: str
) -> None:
    found = period_of(date.fromisoformat(day), Cadence(cadence))

    assert found == period(starts, ends)
    assert found.name == name


@pytest.mark.parametrize(
    ("day", "today", "taking", "closed", "expected"),
    [
        ("2026-06-03", "2026-06-03", [], [], JUNE),
        ("2026-06-03", "2026-06-03", [JUNE], [], JUNE),
        ("2026-05-30", "2026-06-03", [MAY, JUNE], [], MAY),  # not published yet: it still takes
        ("2026-05-30", "2026-06-03", [], [MAY], JUNE),  # late: May has gone
        ("2026-05-30", "2026-06-03", [JUNE], [MAY], JUNE),
        ("2026-01-10", "2026-06-03", [], [], JUNE),  # long ago, and nothing open: now
        ("2026-01-10", "2026-06-03", [MAY], [], MAY),  # the next that is open after it
        ("2026-06-10", "2026-06-12", [], [JUNE], JULY),  # June was published early
        ("2026-06-10", "2026-06-12", [JULY], [JUNE], JULY),
        ("2026-06-10", "2026-06-12", [], [JUNE, JULY], period("2026-08-01", "2026-08-31")),
        ("2027-01-05", "2026-06-03", [], [], JUNE),  # dated ahead: it is claimed now
    ],
)  # fmt: skip
def test_an_expense_goes_on_the_first_claim_that_still_takes_it(
    day: str, today: str, taking: list[Period], closed: list[Period], expected: Period
) -> None:
    found = period_for(
        date.fromisoformat(day),
        date.fromisoformat(today),
        Cadence.MONTHLY,
        taking=taking,
        closed=closed,
    )

    assert found == expected


@given(day=DAYS, cadence=CADENCES)
def test_periods_follow_one_another_without_gap_or_overlap(day: date, cadence: Cadence) -> None:
    found = period_of(day, cadence)
    following = period_of(found.ends + timedelta(days=1), cadence)

    assert found.starts <= day <= found.ends
    assert period_of(found.starts, cadence) == period_of(found.ends, cadence) == found
    assert following.starts == found.ends + timedelta(days=1)


@given(
    day=DAYS,
    today=DAYS,
    cadence=CADENCES,
    closed=st.sets(st.integers(0, 5)),
    taking=st.sets(st.integers(0, 5)),
)
def test_nothing_is_put_on_a_claim_that_has_gone(
    day: date, today: date, cadence: Cadence, closed: set[int], taking: set[int]
) -> None:
    periods = [period_of(today, cadence)]
    for _ in range(5):
        periods.append(period_of(periods[-1].ends + timedelta(days=1), cadence))
    gone = [periods[each] for each in closed]
    still = [periods[each] for each in taking - closed]

    assert period_for(day, today, cadence, taking=still, closed=gone) not in gone


@pytest.mark.parametrize(
    ("zone", "over_at"),
    [
        ("UTC", datetime(2026, 7, 1, 0, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 6, 30, 23, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 7, 1, 4, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 6, 30, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_period_ends_where_the_books_are_kept(zone: str, over_at: datetime) -> None:
    own = ZoneInfo(zone)

    assert not is_over(JUNE, over_at - timedelta(seconds=1), own)
    assert is_over(JUNE, over_at, own)
    assert told_at(JUNE, own) == over_at + timedelta(hours=8)
