"""Dates are written as Slack writes them to people in Europe and to everybody else."""

import pytest

from bot.sandbox.workspace.dates import formatted_date

NOW = 1_780_488_000  # Wednesday 3 June 2026, 12:00 UTC
DAY = 86_400


@pytest.mark.parametrize(
    ("pattern", "british", "american"),
    [
        ("{date_num}", "2026-06-02", "2026-06-02"),
        ("{date}", "2 June 2026", "June 2nd, 2026"),
        ("{date_short}", "2 Jun 2026", "Jun 2, 2026"),
        ("{date_long}", "Tuesday 2 June 2026", "Tuesday, June 2nd, 2026"),
        ("{date_slash}", "02/06/2026", "06/02/2026"),
        ("{day_divider_pretty}", "yesterday", "yesterday"),
        ("{date_short_pretty} at {time}", "yesterday at 13:00", "yesterday at 8:00 AM"),
        ("{time_secs}", "13:00:00", "8:00:00 AM"),
        ("{ago}", "1 day ago", "1 day ago"),
        ("{unknown}", "{unknown}", "{unknown}"),
        ("{time_pretty}", "{time_pretty}", "{time_pretty}"),
    ],
)
def test_every_token_is_written_in_both_ways(pattern: str, british: str, american: str) -> None:
    yesterday = NOW - DAY

    assert formatted_date(yesterday, pattern, tz="Europe/London", now=NOW) == british
    assert formatted_date(yesterday, pattern, tz="America/New_York", now=NOW) == american


@pytest.mark.parametrize(
    ("tz", "shown"),
    [
        ("Europe/Paris", "22:57"),
        ("Atlantic/Reykjavik", "21:57"),
        ("America/New_York", "4:57 PM"),
        ("Australia/Sydney", "8:57 AM"),
    ],
)
def test_only_europe_has_a_day_of_24_hours(tz: str, shown: str) -> None:
    at = 1_795_298_220  # 21 November 2026, 21:57 UTC

    assert formatted_date(at, "{time}", tz=tz, now=NOW) == shown


@pytest.mark.parametrize(
    ("day", "shown"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (22, "22nd"), (23, "23rd"), (30, "30th")],
)  # fmt: skip
def test_american_days_are_counted(day: int, shown: str) -> None:
    at = NOW + (day - 3) * DAY

    assert formatted_date(at, "{date}", tz="America/New_York", now=NOW) == f"June {shown}, 2026"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "just now"),
        (-44, "just now"),
        (30, "in a moment"),
        (-50, "50 seconds ago"),
        (-90, "2 minutes ago"),
        (3 * 3600, "in 3 hours"),
        (-DAY * 60, "2 months ago"),
        (-DAY * 400, "1 year ago"),
    ],
)
def test_how_long_ago_is_rounded(seconds: int, shown: str) -> None:
    assert formatted_date(NOW + seconds, "{ago}", tz="Europe/London", now=NOW) == shown
