"""Only what Slack signed within five minutes is Slack's (F15)."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.signature import is_signed

SECRET, NOW = "8f742231b10e8888abcd99yyyzzz85a5", 1_795_000_000.0


def sign(body: bytes, stamp: str, secret: str = SECRET) -> str:
    text = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def test_slacks_own_example_is_accepted() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    assert is_signed(
        SECRET,
        body,
        stamp="1531420618",
        signature="v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        now=1531420618.0,
    )


@pytest.mark.parametrize(
    ("age_s", "accepted"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)]
)
def test_the_window_is_five_minutes(age_s: int, accepted: bool) -> None:
    stamp = str(int(NOW) - age_s)

    found = is_signed(SECRET, b"x", stamp=stamp, signature=sign(b"x", stamp), now=NOW)

    assert found is accepted


@given(st.binary(), st.binary())
def test_an_altered_body_is_refused(body: bytes, other: bytes) -> None:
    stamp = str(int(NOW))
    signature = sign(body, stamp)

    found = is_signed(SECRET, other, stamp=stamp, signature=signature, now=NOW)

    assert found is (body == other)


@given(st.text(), st.text())
def test_whatever_stands_in_the_headers_is_refused(stamp: str, signature: str) -> None:
    assert not is_signed(SECRET, b"x", stamp=stamp, signature=signature, now=NOW)


def test_another_secret_is_refused() -> None:
    stamp = str(int(NOW))

    assert not is_signed(SECRET, b"x", stamp=stamp, signature=sign(b"x", stamp, "another"), now=NOW)
