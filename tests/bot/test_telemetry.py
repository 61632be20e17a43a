"""Logs say what happened, with a number to quote, and never a secret (F26)."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import telemetry


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    kept = (root.handlers[:], root.level)
    stream = io.StringIO()
    telemetry.configure(secrets=["hunter22", "kept-in-settings"], as_json=True, out=stream)
    yield stream
    root.handlers[:], root.level = kept[0], kept[1]
    structlog.reset_defaults()


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_carries_its_facts_and_the_correlation_id(out: io.StringIO) -> None:
    with telemetry.correlated("7Q4-KD", workspace="T1"):
        telemetry.log.info("command.finished", ms=12)

    (line,) = lines(out)
    assert line["event"] == "command.finished"
    assert (line["correlation_id"], line["workspace"], line["ms"]) == ("7Q4-KD", "T1", 12)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("note", "the password is hunter22"),
        ("note", ["nested", {"deep": "kept-in-settings"}]),
        ("access_token", "anything at all"),
        ("client_secret", "anything at all"),
        ("Authorization", "Basic anything"),
        ("headers", {"Cookie": "anything at all"}),
        ("note", "xoxb-12345-anything"),
        ("note", "xapp-1-anything"),
        ("note", "Bearer anything.at.all"),
        ("note", "GET /oauth/callback/xero?code=anything&state=anything"),
        ("note", "https://dext.example.com/oauth/start/anything-at-all"),
        ("note", "postgresql://dext:anything@db/dext"),
        ("response_url", "https://hooks.slack.com/commands/anything"),
        ("note", "https://hooks.slack.com/commands/anything"),
    ],
)
def test_a_secret_is_taken_out(out: io.StringIO, field: str, value: Any) -> None:
    telemetry.log.info("something.happened", **{field: value})

    assert not re.search("hunter22|kept-in-settings|anything", out.getvalue())
    assert telemetry.REDACTED in out.getvalue()


def test_a_secret_in_an_exception_is_taken_out(out: io.StringIO) -> None:
    error = ValueError("could not sign in with hunter22")
    telemetry.log.error("something.failed", exc_info=error)

    assert "hunter22" not in out.getvalue()
    assert "ValueError" in out.getvalue()


def test_lines_of_libraries_are_redacted_too(out: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning("sent %s", "hunter22")

    (line,) = lines(out)
    assert line["event"] == f"sent {telemetry.REDACTED}"


def test_a_correlation_id_can_be_quoted_over_the_telephone() -> None:
    found = {telemetry.new_correlation_id() for _ in range(200)}

    assert len(found) > 190
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{2}", each) for each in found)
