"""What a verb cannot use is refused by name, and never fails."""

from typing import Any

import pytest

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("verb", "body", "words"),
    [
        ("fault", {}, "'target' is missing"),
        ("fault", {"target": "slack"}, "'fault' is missing"),
        ("fault", {"target": "slack", "fault": "server_error", "times": "x"}, "'times' must be"),
        ("fault", {"target": "slack", "fault": "server_error", "times": 0}, "'times' must be"),
        ("fault", {"target": "xero", "fault": "slow", "ms": "soon"}, "'ms' must be a number"),
        ("command", {"user": "ana", "channel": "acme", "text": 7}, "'text' must be text, not 7"),
        ("command", {"user": None, "channel": "acme", "text": "x"}, "'user' is missing"),
        ("command", {"user": "ana", "channel": ["acme"], "text": "x"}, "'channel' must be text"),
        ("submit", {"user": "ana", "values": ["x"]}, "'values' must be a JSON object"),
        ("clock", {"advance_s": "1"}, "'advance_s' must be a number"),
        ("clock", {"advance_s": -1}, "'advance_s' must be a number"),
        ("clock", {"advance_s": True}, "'advance_s' must be a number"),
        ("limits", {"strict": "no"}, "'strict' must be true or false"),
        ("upload", {"user": "ana", "channel": "acme", "filename": "a"}, "'content_base64' is"),
        ("say", {}, "is missing"), ("shortcut", {}, "is missing"), ("click", {}, "is missing"),
        ("options", {}, "is missing"), ("close", {}, "is missing"), ("invite", {}, "is missing"),
        ("kick", {}, "is missing"), ("archive", {}, "is missing"), ("rename", {}, "is missing"),
        ("open_home", {}, "is missing"), ("submit", {}, "is missing"),
    ],
)  # fmt: skip
async def test_a_missing_or_wrongly_typed_field_is_named(
    place: Any, verb: str, body: Json, words: str
) -> None:
    answer = await place.http.post(f"/control/{verb}", json=body)

    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("content", ["[]", "7", "null", "{", "\xff", "[" * 100_000])
@pytest.mark.parametrize("verb", ["fault", "reset", "submit"])
async def test_a_body_that_is_no_object_is_refused(place: Any, verb: str, content: str) -> None:
    answer = await place.http.post(f"/control/{verb}", content=content.encode("latin-1"))

    assert answer.status_code == 400
    assert answer.json()["error"] == "the body must be a JSON object"


@pytest.mark.parametrize("content", ["NaN", "Infinity", "1e999"])
async def test_time_cannot_be_moved_by_what_is_no_number(place: Any, content: str) -> None:
    body = f'{{"advance_s": {content}}}'
    answer = await place.http.post("/control/clock", content=body)

    assert answer.status_code == 400


@pytest.mark.parametrize("verb", ["messages", "home", "modal"])
async def test_a_query_without_its_subject_is_refused(place: Any, verb: str) -> None:
    answer = await place.http.get(f"/control/{verb}")

    assert answer.status_code == 400
    assert "is missing" in answer.json()["error"]
