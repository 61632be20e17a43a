"""The endpoint takes only what Slack signed; pages tell browsers to be careful."""

import hashlib
import hmac
import io
import json
import logging
import time
from collections.abc import Iterator

import httpx2
import pytest
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import telemetry
from bot.web.app import web_app
from bot.web.guards import MOST_BYTES
from bot.web.links import WebLinks

SECRET = "the signing secret"
STATE = {"database": True, "slack": True}


async def ready() -> dict[str, bool]:
    return STATE


async def unready() -> dict[str, bool]:
    return STATE | {"slack": False}


async def broken(request: Request) -> Response:
    raise RuntimeError("canary of a secret")


async def reads(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


PAGES = (Route("/broken", broken), Route("/reads", reads, methods=["POST"]))


def signed(content: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + content, hashlib.sha256)
    return {
        "X-Slack-Signature": f"v0={signature.hexdigest()}",
        "X-Slack-Request-Timestamp": stamp,
        "Content-Type": "application/json",
    }


async def authorise(team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-x")


def a_browser(**over: object) -> httpx2.AsyncClient:
    bolt = AsyncApp(
        signing_secret="checked before",
        request_verification_enabled=False,
        authorize=authorise,
    )
    parts: dict[str, object] = {
        "bolt": bolt,
        "signing_secret": SECRET,
        "readiness": ready,
        "pages": PAGES,
    }
    app = web_app(**(parts | over))  # type: ignore[arg-type]
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://dext.example.com")


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    kept = (root.handlers[:], root.level)
    stream = io.StringIO()
    telemetry.configure(secrets=["canary of a secret"], as_json=True, out=stream)
    yield stream
    root.handlers[:], root.level = kept[0], kept[1]
    structlog.reset_defaults()


async def test_the_process_says_that_it_lives() -> None:
    async with a_browser() as browser:
        answer = await browser.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_readiness_names_the_part_that_is_not() -> None:
    async with a_browser() as browser, a_browser(readiness=unready) as other:
        good, bad = await browser.get("/readyz"), await other.get("/readyz")

    assert good.status_code == 200
    assert bad.status_code == 503
    assert bad.json()["parts"] == {"database": True, "slack": False}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=abc"},
        {"X-Slack-Signature": "v0=abc", "X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Signature": "v0=abc", "X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Signature": "v0=abc", "X-Slack-Request-Timestamp": str(int(time.time()))},
        {"X-Slack-Request-Timestamp": str(int(time.time()))},
    ],
)
async def test_what_is_not_signed_is_refused(headers: dict[str, str]) -> None:
    async with a_browser() as browser:
        answer = await browser.post("/slack/events", content=b"command=%2Fdext", headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"\xff\xfe", 400),
        (b"{not json", 400),
        (b"[]", 400),
        (b"7", 400),
        (b'{"type": "url_verification", "challenge": "ab12"}', 200),
    ],
)
async def test_what_cannot_be_read_is_refused_without_an_error(content: bytes, status: int) -> None:
    async with a_browser() as browser:
        answer = await browser.post("/slack/events", content=content, headers=signed(content))

    assert answer.status_code == status


async def test_a_body_without_an_end_is_refused() -> None:
    async def endless() -> object:
        for _ in range(MOST_BYTES // 10_000 + 2):
            yield b"x" * 10_000

    async with a_browser() as browser:
        declared = await browser.post("/reads", content=b"x" * (MOST_BYTES + 1))
        streamed = await browser.post("/reads", content=endless())  # type: ignore[arg-type]
        small = await browser.post("/reads", content=b"x" * 100)

    assert declared.status_code == streamed.status_code == 413
    assert small.text == "100"


async def test_pages_tell_browsers_to_be_careful() -> None:
    async with a_browser() as browser:
        headers = (await browser.get("/healthz")).headers

    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


async def test_a_page_that_breaks_gives_a_number_to_quote(out: io.StringIO) -> None:
    async with a_browser() as browser:
        answer = await browser.get("/broken")

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    reference = next(line for line in lines if line["event"] == "page.failed")["correlation_id"]
    assert answer.status_code == 500
    assert reference in answer.text
    assert "canary" not in answer.text + out.getvalue()
    assert answer.headers["x-frame-options"] == "DENY"


async def test_without_a_signing_secret_slack_is_not_listened_to() -> None:
    async with a_browser(signing_secret=None) as browser:
        answer = await browser.post("/slack/events", content=b"")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("https://slack.com/api/", "https://app.slack.com/client/T1/C1"),
        ("http://127.0.0.1:8765/api/", "http://127.0.0.1:8765/client/T1/C1"),
    ],
)
def test_links_lead_back_to_the_slack_we_talk_to(api: str, expected: str) -> None:
    links = WebLinks(public_url="https://dext.example.com/", slack_api_url=api)

    assert links.slack("T1", "C1") == expected
    assert links.start("a/b") == "https://dext.example.com/oauth/start/a%2Fb"
    assert links.callback("xero") == "https://dext.example.com/oauth/callback/xero"
