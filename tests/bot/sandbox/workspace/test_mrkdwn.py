"""Mark-up is read as a person reads it, dates in the reader's own zone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.workspace.mrkdwn import plain
from bot.sandbox.workspace.typed import escaped

NOON = 1_780_488_000  # 3 June 2026, 12:00 UTC


def read(text: str, tz: str = "Europe/London") -> str:
    return plain(text, tz=tz, now=NOON, name=lambda ref: {"U1": "@ana", "C1": "#acme"}[ref])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*Acme Ltd* is _not_ ~gone~", "Acme Ltd is not gone"),
        ("*bold with _italic_ inside*", "bold with italic inside"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("ask <@U1> in <#C1|acme>", "ask @ana in #acme"),
        ("<https://x.test|Open Xero> or <https://y.test>", "Open Xero or https://y.test"),
        ("<!here> look", "@here look"),
        ("Cedar &amp; Co &lt;3", "Cedar & Co <3"),
        ("type `/dext *help*`", "type /dext *help*"),
        (":white_check_mark: done :unheard_of:", "✅ done :unheard_of:"),
        ("until <!date^1780490520^{time}|10:42>", "until 13:42"),
        ("<!date^nonsense^{time}|10:42>", "10:42"),
    ],
)
def test_marks_are_not_read_aloud(text: str, shown: str) -> None:
    assert read(text) == shown


@pytest.mark.parametrize(
    ("tz", "shown"),
    [
        ("Europe/London", "13:00"),
        ("America/New_York", "8:00 AM"),
        ("Europe/Paris", "14:00"),
        ("Australia/Sydney", "10:00 PM"),
    ],
)
def test_times_are_those_of_the_reader(tz: str, shown: str) -> None:
    assert read(f"<!date^{NOON}^{{time}}|?>", tz) == shown


@given(st.text(st.characters(exclude_characters="*_~`:\x00", exclude_categories=["Cs"])))
def test_escaped_words_are_read_as_they_were_typed(words: str) -> None:
    assert read(escaped(words)) == words
