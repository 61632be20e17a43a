"""Times on pages name their zone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.web.times import clock

NOW = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time_zone", "after", "written"),
    [
        ("Europe/London", timedelta(0), "10:30 BST"),
        ("Europe/Paris", timedelta(minutes=12), "11:42 CEST"),
        ("Asia/Dubai", timedelta(0), "13:30 UTC+04"),
        ("America/Sao_Paulo", timedelta(0), "06:30 UTC-03"),
        ("Nowhere/Else", timedelta(0), "09:30 UTC"),
        ("", timedelta(0), "09:30 UTC"),
        ("Europe/London", timedelta(days=-2), "1 June, 10:30 BST"),
        ("Pacific/Auckland", timedelta(hours=3), "4 June, 00:30 NZST"),
    ],
)
def test_a_time_is_told_where_the_person_is(time_zone: str, after: timedelta, written: str) -> None:
    assert clock(NOW + after, time_zone=time_zone, now=NOW) == written
