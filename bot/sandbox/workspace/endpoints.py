"""JSON endpoints of the page and the driver: refusals become `{"error": …}` with a 4xx status."""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.workspace.errors import Refused

Json = dict[str, Any]
Handler = Callable[[Json], Awaitable[Json | None]]
Endpoint = Callable[[Request], Awaitable[Response]]


_TEXTS = (
    "action_id", "block_id", "callback_id", "channel", "content_base64", "fault", "filename",
    "kind", "label", "method", "name", "option", "query", "reason", "surface", "tab", "target",
    "text", "thread_ts", "ts", "user", "value", "view_id",
)  # fmt: skip
_NUMBERS = ("advance_s", "minutes_ago", "ms", "retry_after", "seconds")
_OBJECTS = ("action", "container", "state", "values")
_KINDS: dict[str, tuple[Any, str]] = {
    **dict.fromkeys(_TEXTS, (str, "text")),
    **dict.fromkeys(_NUMBERS, ((int, float), "a number from 0 on")),
    **dict.fromkeys(_OBJECTS, (dict, "a JSON object")),
    **dict.fromkeys(("all", "strict"), (bool, "true or false")),
    "times": (int, "a whole number from 1 on"),
}
MOST = 1e9  # seconds, or times: thirty years of either are enough


class Given(dict[str, Any]):
    """A body or query; raises Refused for what it should hold and does not.

    A field means the same kind of thing in every verb, and what may be left out may be null.
    """

    def __init__(self, body: Json) -> None:
        super().__init__(body)
        for name, value in body.items():
            if value is not None and name in _KINDS and not _is_of_kind(name, value):
                raise Refused(f"{name!r} must be {_KINDS[name][1]}, not {value!r}")

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise Refused(f"{name!r} is missing")
        return value


def _is_of_kind(name: str, value: Any) -> bool:
    kind, _ = _KINDS[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        return False
    least = {"times": 1} | dict.fromkeys(_NUMBERS, 0)
    return name not in least or bool(least[name] <= value <= MOST)


def posted(handler: Handler) -> Endpoint:
    """The handler of a POST with a JSON object as its body."""

    async def endpoint(request: Request) -> Response:
        try:
            body = json.loads(await request.body() or b"{}")
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            words = "the body must be a JSON object"
            return JSONResponse({"ok": False, "error": words}, status_code=400)
        return await _answered(handler, body)

    return endpoint


def asked(handler: Handler) -> Endpoint:
    """The handler of a GET with a query."""

    async def endpoint(request: Request) -> Response:
        return await _answered(handler, dict(request.query_params))

    return endpoint


async def _answered(handler: Handler, given: Json) -> Response:
    try:
        return JSONResponse(await handler(Given(given)))
    except Refused as refusal:
        return JSONResponse({"ok": False, "error": refusal.message}, status_code=refusal.status)


def dropped(body: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """Names and contents of what is uploaded: `files`, or one by itself. Raises Refused."""
    several = body.get("files") or [body]
    return [(each["filename"], decoded(each["content_base64"])) for each in several]


def decoded(content: str) -> bytes:
    """Raises Refused for what is not base64."""
    try:
        return base64.b64decode(content, validate=True)
    except ValueError as error:
        raise Refused("content_base64 is not base64") from error
