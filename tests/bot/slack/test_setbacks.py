"""What each refusal of Slack's means for a message."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ServerDisconnectedError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.installs import NotInstalled
from bot.slack.refusals import code, trigger_is_gone
from bot.slack.setbacks import ELSEWHERE, LONGEST, PATIENCE, setback
from storage.vault import CannotOpen

YOUNG = timedelta(minutes=1)


def refusal(
    error: str | None, *, status: int = 200, headers: dict[str, str] | None = None, **more: Any
) -> SlackApiError:
    data: Any = {"ok": False, "error": error, **more} if error else "<html>"
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data=data,
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", response)


@pytest.mark.parametrize(
    ("error", "wait", "may_stand", "needs_invitation"),
    [
        (refusal("ratelimited", status=429, headers={"Retry-After": "7"}), 7, False, False),
        (refusal("ratelimited", status=429), 1, False, False),
        (refusal("not_in_channel"), ELSEWHERE.seconds, False, True),
        (refusal("is_archived"), ELSEWHERE.seconds, False, True),
        (refusal("token_revoked"), ELSEWHERE.seconds, False, False),
        (refusal("internal_error"), 4, True, False),
        (refusal(None, status=503), 4, True, False),
        (ServerDisconnectedError(), 4, True, False),
        (TimeoutError(), 4, True, False),
        (NotInstalled("T1"), ELSEWHERE.seconds, False, False),
        (refusal("user_not_found"), None, False, False),
        (refusal("invalid_blocks"), None, False, False),
        (CannotOpen("outgoing:1"), None, False, False),
    ],
)
def test_a_failure_has_a_consequence(
    error: Exception, wait: int | None, may_stand: bool, needs_invitation: bool
) -> None:
    found = setback(error, attempts=3, age=YOUNG)

    assert found.wait == (None if wait is None else timedelta(seconds=wait))
    assert (found.may_stand, found.needs_invitation) == (may_stand, needs_invitation)


def test_pauses_grow_to_a_minute() -> None:
    pauses = [setback(TimeoutError(), attempts=n, age=YOUNG).wait for n in (1, 2, 3, 20)]

    assert pauses == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4), LONGEST]


def test_an_outage_of_an_hour_loses_nothing() -> None:
    found = setback(TimeoutError(), attempts=80, age=timedelta(hours=1))

    assert found.wait is not None


def test_patience_ends_after_a_week() -> None:
    found = setback(TimeoutError(), attempts=900, age=PATIENCE + timedelta(seconds=1))

    assert found.wait is None


@pytest.mark.parametrize(
    ("error", "is_gone"),
    [
        (refusal("expired_trigger_id"), True),
        (refusal("exchanged_trigger_id"), True),
        (
            refusal(
                "invalid_arguments",
                response_metadata={"messages": ["[ERROR] `trigger_id` expired"]},
            ),
            True,
        ),
        (refusal("invalid_arguments", response_metadata={"messages": ["`view` is odd"]}), False),
        (refusal("internal_error"), False),
        (refusal(None, status=503), False),
    ],
)
def test_slack_reports_a_dead_trigger_in_two_ways(error: SlackApiError, is_gone: bool) -> None:
    assert trigger_is_gone(error) is is_gone


def test_an_answer_that_is_none_of_slacks_has_no_code() -> None:
    assert code(refusal(None, status=502)) == ""
