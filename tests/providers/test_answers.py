"""Reading what came back."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.answers import fragment, shaped, unanswered
from providers.errors import TryAgain, WireMismatch
from tests.providers.vendors import an_answer


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_fractions_never_pass_through_a_float(amount: Decimal) -> None:
    text = f"{amount:f}"

    value = an_answer(body=f'{{"Total": {text}}}').decoded()["Total"]

    assert isinstance(value, Decimal | int)
    assert Decimal(value) == amount


def test_an_empty_body_is_nothing() -> None:
    assert an_answer(204, b" \n").decoded() is None


@pytest.mark.parametrize("body", ["<html>503</html>", '{"Accounts": [{"Na', "\x00", "NaN"])
def test_a_body_that_is_not_json_may_be_one_next_time(body: str) -> None:
    with pytest.raises(TryAgain):
        an_answer(body=body).decoded()


def test_absurd_nesting_is_refused() -> None:
    with pytest.raises(WireMismatch):
        an_answer(body="[" * 100_000).decoded()


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("30", 30),
        (" 66975 ", 66_975),
        ("99999999999", 31 * 86_400),  # a month is already never
        ("Wed, 03 Jun 2026 10:00:45 GMT", 45),
        ("Wed, 03 Jun 2026 10:00:45 -0000", 45),
        ("Wed, 03 Jun 2026 09:00:00 GMT", 0),  # past
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_an_instant(stated: str, expected: int | None) -> None:
    answer = an_answer(429, headers={"retry-after": stated})

    assert answer.retry_after() == (None if expected is None else timedelta(seconds=expected))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, TryAgain), (503, TryAgain), (408, TryAgain), (302, WireMismatch), (400, type(None))],
)
def test_http_itself_says_what_to_do(status: int, kind: type) -> None:
    assert type(unanswered(an_answer(status))) is kind


def test_a_failure_needs_no_shape() -> None:
    assert fragment(an_answer(503, "<html>")) == {}


def test_a_mismatch_says_where_and_keeps_the_value_to_itself() -> None:
    class Row(msgspec.Struct):
        Code: int

    with pytest.raises(WireMismatch) as caught:
        shaped([{"Code": "secret-account"}], list[Row], path="$.Rows")

    assert caught.value.path == "$.Rows[0].Code"
    assert caught.value.wanted == "Expected `int`, got `str`"


def test_a_body_stays_out_of_the_representation() -> None:
    assert "GB12" not in repr(an_answer(body="GB12 3456"))
