"""Terms of payment in the words of rules."""

from datetime import date

import pytest

from commands.publishing.resolution.due import due_day

DECEMBER = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("term", "day", "due"),
    [
        ("1 day", DECEMBER, date(2027, 1, 1)),
        ("14 Days", date(2026, 2, 20), date(2026, 3, 6)),
        ("366 days", DECEMBER, date(2028, 1, 1)),
        ("367 days", DECEMBER, None),
        ("end of month", date(2028, 2, 1), date(2028, 2, 29)),
        ("day 15", DECEMBER, date(2027, 1, 15)),
        ("day 31", date(2026, 1, 31), date(2026, 2, 28)),
        ("day 0", DECEMBER, None),
        ("day 32", DECEMBER, None),
        ("2027-02-01", DECEMBER, date(2027, 2, 1)),
        ("net 30", DECEMBER, None),
        ("", DECEMBER, None),
    ],
)
def test_a_term_is_counted_from_the_document(term: str, day: date, due: date | None) -> None:
    assert due_day(term, day) == due
