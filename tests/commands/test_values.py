"""Text of arguments as values."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest

from commands.values import value, wanted


class Fruit(StrEnum):
    """Two of many."""

    APPLE = "apple"
    BLOOD_ORANGE = "blood_orange"


@pytest.mark.parametrize(
    ("want", "text", "read"),
    [
        (str, " as it is ", " as it is "),
        (int, "1,200", 1200),
        (bool, "Yes", True),
        (bool, "off", False),
        (datetime, "2026-06-03T10:00:00+00:00", datetime(2026, 6, 3, 10, tzinfo=UTC)),
        (Fruit, "APPLE", Fruit.APPLE),
        (Fruit, "blood_orange", Fruit.BLOOD_ORANGE),
        (tuple[str, ...], "a,b", ("a", "b")),
        (tuple[str, ...], "a", ("a",)),
    ],
)
def test_a_value_is_read(want: Any, text: str, read: object) -> None:
    assert value(want, text) == read


@pytest.mark.parametrize(
    ("want", "text", "told"),
    [
        (int, "many", "not a whole number"),
        (bool, "perhaps", "neither yes nor no"),
        (datetime, "noon", "not a time"),
        (datetime, "2026-06-03T10:00:00", "lacks its time zone"),
        (Fruit, "pear", "Choose one of: apple, blood orange."),
    ],
)
def test_what_cannot_be_read_says_what_to_do(want: Any, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        value(want, text)


def test_what_may_be_left_out_is_read_as_what_it_is() -> None:
    assert wanted(int | None) is int
    assert wanted(str) is str
