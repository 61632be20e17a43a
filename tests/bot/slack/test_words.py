"""Values are escaped, marks of ours are not, and instants are left to the reader's time zone."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from jinja2 import Environment, UndefinedError

from bot.slack.words import FILTERS, TEMPLATES, fill, plain, precompile

AT = datetime(2026, 6, 3, 10, 36, tzinfo=UTC)
EPOCH = int(AT.timestamp())


@pytest.mark.parametrize(
    ("filtered", "value", "expected"),
    [
        ("bold", "Cedar & Co <script>", "*Cedar &amp; Co &lt;script&gt;*"),
        ("bold", "a * b", "*a ∗ b*"),
        ("bold", "two\nlines", "*two lines*"),
        ("bold", "", ""),
        ("code", "a`b", "`aˋb`"),
        ("mention", "U0ANA", "<@U0ANA>"),
        ("channel", "C0ACME", "<#C0ACME>"),
        ("number", 12345, "12,345"),
        ("moment", AT, f"<!date^{EPOCH}^{{date_short_pretty}} at {{time}}|3 Jun 2026, 10:36 UTC>"),
        ("day", AT, f"<!date^{EPOCH}^{{date}}|3 June 2026>"),
        ("day", date(2026, 6, 3), "3 June 2026"),
        ("clock", AT, f"<!date^{EPOCH}^{{time}}|10:36 UTC>"),
        ("ago", AT, f"<!date^{EPOCH}^{{ago}}|3 Jun 2026, 10:36 UTC>"),
        ("joined", ["a"], "a"),
        ("joined", ["a", "<b>"], "a and &lt;b&gt;"),
        ("joined", ["a", "b", "c"], "a, b and c"),
    ],
)
def test_a_filter_draws_its_value(filtered: str, value: Any, expected: str) -> None:
    assert str(FILTERS[filtered](value)) == expected


@pytest.mark.parametrize(
    ("count", "words", "expected"),
    [
        (1, ("client",), "1 client"),
        (2, ("client",), "2 clients"),
        (1200, ("company", "companies"), "1,200 companies"),
    ],
)
def test_a_count_is_told_with_its_noun(count: int, words: tuple[str, ...], expected: str) -> None:
    assert FILTERS["plural"](count, *words) == expected


def test_quotes_stay_as_they_are() -> None:
    text = fill("slack/failed", {"reference": 'it\'s "7Q4-KD"'})

    assert '*it\'s "7Q4-KD"*' in text


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill("slack/failed", {})


def test_what_a_person_typed_is_escaped() -> None:
    assert plain("<!channel> & co") == "&lt;!channel&gt; &amp; co"


def test_every_template_compiles() -> None:
    assert precompile() == len(list(TEMPLATES.rglob("*.jinja")))


def test_no_template_lets_a_value_through_unescaped() -> None:
    filters = Environment().filters

    assert "safe" in filters
    for path in TEMPLATES.rglob("*.jinja"):
        assert "safe" not in path.read_text(), path.name


@pytest.mark.parametrize(
    ("filtered", "never_after"),
    [("moment", "at|on|in|before"), ("ago", "at|on|in|since|before"), ("clock", "on|in")],
)
def test_an_instant_brings_its_own_preposition(filtered: str, never_after: str) -> None:
    """A moment reads `today at 10:36`, so that no message says `at today at 10:36`."""
    doubled = re.compile(rf"\b({never_after})\s*\{{\{{[^}}]*\|\s*{filtered}\b", re.IGNORECASE)
    for path in TEMPLATES.rglob("*.jinja"):
        said = re.sub(r"\{%.*?%\}", "", path.read_text())

        assert not doubled.search(said), path.name


def test_a_link_cannot_be_broken_by_what_it_is_made_of() -> None:
    linked = FILTERS["link"]("https://go.test/a?b=1&c=<2>|3", "bill <7> | May")

    assert linked == "<https://go.test/a?b=1&amp;c=%3C2%3E%7C3|bill &lt;7&gt; / May>"
