"""Mark-up is read as a person reads it, dates in the reader's own zone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.workspace.mrkdwn import formatted_date, plain
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
        ("until <!date^1780490520^{time}|10:42>", "until 1:42 PM"),
        ("<!date^nonsense^{time}|10:42>", "10:42"),
    ],
)
def test_marks_are_not_read_aloud(text: str, shown: str) -> None:
    assert read(text) == shown


@pytest.mark.parametrize(
    ("tz", "shown"),
    [
        ("Europe/London", "1:00 PM"),
        ("America/New_York", "8:00 AM"),
        ("Europe/Paris", "2:00 PM"),
        ("Australia/Sydney", "10:00 PM"),
    ],
)
def test_times_are_those_of_the_reader(tz: str, shown: str) -> None:
    assert read(f"<!date^{NOON}^{{time}}|?>", tz) == shown


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("{date_num}", "2026-06-02"),
        ("{date}", "June 2nd, 2026"),
        ("{date_short}", "Jun 2, 2026"),
        ("{date_long}", "Tuesday, June 2nd, 2026"),
        ("{date_short_pretty} at {time}", "yesterday at 1:00 PM"),
        ("{ago}", "1 day ago"),
        ("{unknown}", "{unknown}"),
    ],
)
def test_every_date_format_is_known(pattern: str, shown: str) -> None:
    assert formatted_date(NOON - 86_400, pattern, tz="Europe/London", now=NOON) == shown


@given(st.text(st.characters(exclude_characters="*_~`:\x00", exclude_categories=["Cs"])))
def test_escaped_words_are_read_as_they_were_typed(words: str) -> None:
    assert read(escaped(words)) == words
