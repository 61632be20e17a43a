"""The Web API: reads any of Slack's wire formats, refuses what Slack refuses, calls the method."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace import (
    api_chat,
    api_conversations,
    api_files,
    api_marks,
    api_people,
    api_views,
)
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.faults import Fault, SlackFault
from bot.sandbox.workspace.methods import Call, Method, Token

Json = dict[str, Any]

METHODS: dict[str, Method] = {
    method.name: method
    for family in (api_chat, api_conversations, api_files, api_marks, api_people, api_views)
    for method in family.METHODS
}
ENCODED = frozenset({"attachments", "blocks", "files", "metadata", "outputs", "unfurls", "view"})
TIMEOUT_S = 31.0  # one more than slack_sdk waits
RETRY_AFTER_S = 1


class Dropped(Response):
    """An answer that breaks off: the bot cannot know whether its call took effect."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"64"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok": ', "more_body": True})


def api_endpoint(courier: Courier) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        began = time.perf_counter()
        name = request.path_params["method"]
        arguments = await arguments_of(request)
        response, body = await _answer(courier, request, name, arguments)
        courier.workspace.traffic.note(
            "api",
            courier.workspace.now(),
            method=name,
            arguments=arguments,
            status=response.status_code,
            ok=body.get("ok", False),
            error=body.get("error"),
            ms=round((time.perf_counter() - began) * 1000, 1),
        )
        return response

    return endpoint


async def arguments_of(request: Request) -> Json:
    """Query, form or JSON as one mapping; the body wins over the query."""
    arguments: Json = dict(request.query_params)
    content_type = request.headers.get("content-type", "").partition(";")[0]
    if content_type == "application/json":
        body = await request.body()
        arguments |= json.loads(body) if body else {}
    elif content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        arguments |= dict((await request.form()).items())
    return {key: _decoded(key, value) for key, value in arguments.items()}


def _decoded(key: str, value: Any) -> Any:
    if key not in ENCODED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


async def _answer(
    courier: Courier, request: Request, name: str, arguments: Json
) -> tuple[Response, Json]:
    fault = courier.workspace.faults.take_slack(name)
    if fault is not None and fault.name != SlackFault.DROP_AFTER:
        return await _broken(fault)
    body, headers = await _called(courier, request, name, arguments)
    if fault is not None:
        return Dropped(), body
    status = 429 if body.get("error") == "ratelimited" else 200
    return JSONResponse(body, status_code=status, headers=headers), body


async def _broken(fault: Fault) -> tuple[Response, Json]:
    match fault.name:
        case SlackFault.RATE_LIMITED:
            wait_s = str(int(fault.seconds or RETRY_AFTER_S))
            body: Json = {"ok": False, "error": "ratelimited"}
            return JSONResponse(body, status_code=429, headers={"Retry-After": wait_s}), body
        case SlackFault.SERVER_ERROR:
            return PlainTextResponse("upstream connect error", status_code=503), {}
        case SlackFault.TIMEOUT:
            await asyncio.sleep(fault.seconds or TIMEOUT_S)
            return PlainTextResponse("gateway time-out", status_code=504), {}
        case SlackFault.DROP_BEFORE:
            return Dropped(), {}
    body = {"ok": False, "error": fault.name.removeprefix("error:")}
    return JSONResponse(body), body


async def _called(
    courier: Courier, request: Request, name: str, arguments: Json
) -> tuple[Json, dict[str, str]]:
    headers: dict[str, str] = {}
    try:
        method = _method(name)
        _refuse_token(courier, method, _token(request, arguments))
        headers["x-oauth-scopes"] = ",".join(courier.workspace.registration.scopes)
        _refuse_scope(courier, method)
        _refuse_haste(courier, method, arguments)
        result = method.call(Call(courier=courier, arguments=arguments))
        body: Json = {"ok": True}
        body |= await result if isinstance(result, Awaitable) else result
    except SlackError as error:
        body = {"ok": False, "error": error.error, **error.fields}
        if error.error == "ratelimited":
            headers["Retry-After"] = str(error.fields["retry_after"])
            body = {"ok": False, "error": "ratelimited"}
    return body, headers


def _method(name: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    return METHODS[name]


def _token(request: Request, arguments: Json) -> str:
    given = str(arguments.pop("token", ""))
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else given


def _refuse_token(courier: Courier, method: Method, token: str) -> None:
    if method.token is Token.NONE:
        return
    if not token:
        raise SlackError("not_authed")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth")
    if token == BOT_TOKEN and courier.workspace.is_token_revoked:
        raise SlackError("token_revoked")
    if (token == APP_TOKEN) != (method.token is Token.APP):
        raise SlackError("not_allowed_token_type")


def _refuse_scope(courier: Courier, method: Method) -> None:
    granted = courier.workspace.registration.scopes
    if method.scopes and not set(method.scopes) & set(granted):
        raise SlackError(
            "missing_scope", needed=",".join(method.scopes), provided=",".join(granted)
        )


def _refuse_haste(courier: Courier, method: Method, arguments: Json) -> None:
    workspace = courier.workspace
    if method.tier is None:
        channel = str(arguments.get("channel", ""))
        wait_s = workspace.rates.message_wait_s(channel, now=workspace.now())
    else:
        wait_s = workspace.rates.method_wait_s(method.name, tier=method.tier, now=workspace.now())
    if wait_s:
        raise SlackError("ratelimited", retry_after=wait_s)
