"""State keeps what was entered, starts from what was given, and is checked as Slack's page does."""

from typing import Any

import pytest

from bot.sandbox.workspace.values import current, problems

Json = dict[str, Any]


def text_input(kind: str = "plain_text_input", **more: Any) -> Json:
    return {"type": kind, "action_id": "v", **more}


def a_number(**more: Any) -> Json:
    return text_input("number_input", **{"is_decimal_allowed": True} | more)


def a_field(element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": "b", "element": element, **more}


def entered(kind: str, **value: Any) -> dict[str, dict[str, Json]]:
    return {"b": {"v": {"type": kind, **value}}}


def test_an_untouched_input_is_present_and_empty() -> None:
    assert current([a_field(text_input())], {}) == entered("plain_text_input", value=None)


def test_an_initial_value_stands_until_something_is_entered() -> None:
    blocks = [a_field(text_input(initial_value="Acme"))]

    assert current(blocks, {}) == entered("plain_text_input", value="Acme")
    held = entered("plain_text_input", value="Oak")
    assert current(blocks, held) == held


def test_a_value_of_another_type_is_forgotten() -> None:
    blocks = [a_field(a_number(is_decimal_allowed=False))]

    assert current(blocks, entered("plain_text_input", value="x")) == entered(
        "number_input", value=None
    )


def test_an_element_outside_of_inputs_appears_once_it_has_a_value() -> None:
    picker: Json = {"type": "datepicker", "action_id": "v"}
    blocks: list[Json] = [{"type": "section", "block_id": "b", "accessory": picker}]
    chosen = entered("datepicker", selected_date="2026-06-03")

    assert current(blocks, {}) == {}
    assert current(blocks, chosen) == chosen


@pytest.mark.parametrize(
    ("element", "value", "problem"),
    [
        (text_input(), None, "This is a required field"),
        (text_input(max_length=3), "four", "Must be at most 3 characters"),
        (text_input(min_length=3), "ab", "Must be at least 3 characters"),
        (text_input("email_text_input"), "ana", "Enter a valid email address"),
        (text_input("url_text_input"), "ftp:x", "Enter a valid URL"),
        (a_number(is_decimal_allowed=False), "1.5", "Enter a whole number"),
        (a_number(), "x", "Enter a number"),
        (
            a_number(min_value="2"),
            "1",
            "Must be at least 2",
        ),
        (
            a_number(max_value="2"),
            "3",
            "Must be at most 2",
        ),
        (a_number(), "1.5", None),
        (text_input("email_text_input"), "ana@fernhill.example", None),
        (text_input("url_text_input"), "https://fernhill.example/a", None),
        (text_input(), "two\nlines", None),
    ],
)
def test_the_page_refuses_what_cannot_be_meant(
    element: Json, value: str | None, problem: str | None
) -> None:
    values = entered(element["type"], value=value)

    assert problems([a_field(element)], values) == ({"b": problem} if problem else {})


def test_an_optional_field_may_stay_empty() -> None:
    blocks = [a_field(text_input(), optional=True)]

    assert problems(blocks, entered("plain_text_input", value=None)) == {}
