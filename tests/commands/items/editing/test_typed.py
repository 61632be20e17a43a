"""What people type, as it is kept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.items.editing import typed

NAMES = st.text("abcdefgh_", min_size=1, max_size=8)
TEXTS = st.text(max_size=30)


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("total", "120", "120.00"),
        ("total", "£1,200.50", "1200.50"),
        ("total", "12,50", "12.50"),
        ("total", " 0.005 ", "0.005"),
        ("tax", "0", "0.00"),
        ("currency", " eur ", "EUR"),
        ("day", "2026-05-01", "2026-05-01"),
        ("kind", "credit note", "credit note"),
        ("paid", "yes", "yes"),
        ("account", "461", "461"),
        ("account", "-", None),
        ("supplier", "  ", None),
    ],
)
def test_what_is_typed_is_kept_in_one_way(name: str, text: str, kept: str | None) -> None:
    assert typed.read(name, text) == kept


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("total", "much"),
        ("total", "-5"),
        ("total", "NaN"),
        ("total", "1e400"),
        ("total", "99999999999999"),
        ("currency", "£"),
        ("day", "tomorrow"),
        ("kind", "poem"),
        ("paid", "perhaps"),
    ],
)
def test_what_makes_no_sense_is_said(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        typed.read(name, text)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_is_read_as_it_was_written(value: Decimal) -> None:
    assert Decimal(typed.amount(f"{value:,}")) == value


@given(st.dictionaries(NAMES, TEXTS))
def test_what_was_not_touched_is_not_changed(held: dict[str, str]) -> None:
    was = typed.marked(typed.marks(held))

    assert typed.changed(was, held) == {}


@given(st.dictionaries(NAMES, TEXTS, min_size=1), st.data())
def test_exactly_what_was_touched_is_changed(held: dict[str, str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(held)))
    was = typed.marked(typed.marks(held))

    assert typed.changed(was, {**held, name: held[name] + "!"}) == {name: held[name] + "!"}
