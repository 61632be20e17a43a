"""Cutting never goes beyond the length and never through what Slack reads as one."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.texts import UNBREAKABLE, chunks, monospaced, shortened, shortened_mrkdwn

PIECES = st.sampled_from(
    ["word", " ", "\n", "&amp;", "&lt;", "<@U0ANA>", "<!date^1^{time}|now>", "é", "😀", "ا"]
)
MRKDWN = st.lists(PIECES, max_size=80).map("".join)


def broken(text: str) -> bool:
    """Whether something is left of an entity or a link that was cut through."""
    rest = UNBREAKABLE.sub("", text)
    return "&" in rest or "<" in rest or ">" in rest


@given(MRKDWN, st.integers(25, 120))
def test_pieces_fit_and_lose_nothing_but_white_space(text: str, most: int) -> None:
    found = list(chunks(text, most))

    assert all(0 < len(piece) <= most for piece in found)
    assert not any(broken(piece) for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@given(MRKDWN, st.integers(25, 120))
def test_a_shortened_text_fits(text: str, most: int) -> None:
    found = shortened_mrkdwn(text, most)

    assert len(found) <= most
    assert not broken(found)


@given(st.text(max_size=400), st.integers(1, 90))
def test_a_plain_text_fits_on_one_line(text: str, most: int) -> None:
    found = shortened(text, most)

    assert len(found) <= most
    assert "\n" not in found


def test_a_text_is_broken_at_a_line_rather_than_at_a_space() -> None:
    assert list(chunks("one two\nthree four", 12)) == ["one two", "three four"]


def test_columns_are_lined_up_and_escaped() -> None:
    drawn = monospaced([["Code", "Total"], ["<a>", "1,200"]], frozenset({1}))

    assert drawn == "Code  Total\n&lt;a&gt;   1,200"
