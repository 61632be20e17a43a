"""Reading what came back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

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


class Bill(msgspec.Struct):
    Total: Decimal
    IsDiscounted: bool | None = None
    Lines: list[Any] | None = None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_a_shape_gets_fractions_as_they_are_written(amount: Decimal) -> None:
    for text in (f"{amount:f}", f'"{amount:f}"'):
        bill = an_answer(body=f'{{"Total": {text}, "Colour": "red"}}').decoded_as(Bill)

        assert bill == Bill(Total=amount)
        assert f"{bill.Total:f}" == f"{amount:f}"


def test_a_shape_accepts_truths_in_quotes() -> None:
    body = '{"Total": 1, "IsDiscounted": "true"}'

    assert an_answer(body=body).decoded_as(Bill) == Bill(Total=Decimal(1), IsDiscounted=True)


def test_an_empty_body_is_nothing() -> None:
    assert an_answer(204, b" \n").decoded() is None
    assert an_answer(204, b" \n").decoded_as(Bill) is None


@pytest.mark.parametrize("body", ["<html>503</html>", '{"Lines": [{"Na', "\x00", "NaN", b"\xff"])
def test_a_body_that_is_not_json_may_be_one_next_time(body: str | bytes) -> None:
    answer = an_answer(body=body)

    with pytest.raises(TryAgain):
        answer.decoded()
    with pytest.raises(TryAgain):
        answer.decoded_as(Bill)


@pytest.mark.parametrize("body", ["[" * 100_000, '{"Lines": ' + "[" * 100_000])
def test_absurd_nesting_is_refused(body: str) -> None:
    with pytest.raises(WireMismatch):
        an_answer(body=body).decoded()
    with pytest.raises(WireMismatch):
        an_answer(body=body).decoded_as(Bill)


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


@pytest.mark.parametrize(
    ("body", "path", "wanted"),
    [
        ('{"Total": "secret"}', "$.Total", "Invalid decimal string"),
        ("{}", "$", "Object missing required field `Total`"),
        ('"secret"', "$", "Expected `object`, got `str`"),
        ('{"Total": 1, "Lines": 7}', "$.Lines", "Expected `array | null`, got `int`"),
    ],
)
def test_another_shape_than_was_asked_for_is_a_mismatch(body: str, path: str, wanted: str) -> None:
    with pytest.raises(WireMismatch) as caught:
        an_answer(body=body).decoded_as(Bill)

    assert (caught.value.path, caught.value.wanted) == (path, wanted)
    assert "secret" not in str(caught.value)


def test_a_body_stays_out_of_the_representation() -> None:
    assert "GB12" not in repr(an_answer(body="GB12 3456"))
