"""Which numbers can be an ABN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.health.checks.abn import can_be_abn

RIGHT = "51824753556"  # of the Australian Taxation Office itself


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (RIGHT, True),
        ("51 824 753 556", True),
        ("ABN 51-824-753-556", True),
        ("51824753557", False),
        ("5182475355", False),
        ("518247535560", False),
        ("", False),
        (None, False),
    ],
)
def test_an_abn_has_eleven_digits_that_fit(told: str | None, *, expected: bool) -> None:
    assert can_be_abn(told) is expected


@given(st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, more: int) -> None:
    wrong = (int(RIGHT[place]) + more) % 10

    assert not can_be_abn(f"{RIGHT[:place]}{wrong}{RIGHT[place + 1 :]}")
