"""Files are fetched from Slack and nobody else, and what is not the file is not taken for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.downloads import Downloads
from bot.slack.installs import web_client
from commands.ports import Absence, Fetched, Unfetched

TOKEN = "xoxb-a-token"  # of nobody
PDF = b"%PDF-1.7 a receipt"
MOST = 1_000


class OneInstallation:
    """A practice whose client speaks to the server of the test."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def client(self, workspace_id: str) -> AsyncWebClient:
        return self._client


class Slack:
    """Tells of one file, and hands it out the way a test wants."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = {}
        self.error: str | None = None
        self.answers: dict[str, web.Response] = {}
        self.tokens: list[tuple[str, str]] = []  # (path, the token it saw)

    async def info(self, request: web.Request) -> web.Response:
        if self.error:
            return web.json_response({"ok": False, "error": self.error})
        return web.json_response({"ok": True, "file": self.told})

    async def file(self, request: web.Request) -> web.Response:
        self.tokens.append((request.path, request.headers.get("authorization", "")))
        given = self.answers[request.path]  # may be asked for again: what was sent is used up
        return web.Response(body=given.body, status=given.status, headers=given.headers)


@asynccontextmanager
async def serving(slack: Slack) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/api/files.info", slack.info)
    app.router.add_get("/api/files.info", slack.info)
    app.router.add_get("/{name:.*}", slack.file)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def fetched(slack: Slack, **told: Any) -> Fetched:
    async with serving(slack) as address, ClientSession() as session:
        slack.told = {
            "id": "F1", "name": "ben.pdf", "mimetype": "application/pdf", "size": len(PDF),
            "mode": "hosted", "url_private_download": f"{address}/files/ben.pdf",
        } | told  # fmt: skip
        client = web_client(TOKEN, base_url=f"{address}/api/", session=session)
        downloads = Downloads(OneInstallation(client))  # type: ignore[arg-type]  # all it needs
        return await downloads.fetch("T1", "F1", most_bytes=MOST)


def pdf(content: bytes = PDF) -> web.Response:
    return web.Response(body=content, content_type="application/pdf")


def page(text: str = "<!doctype html><title>Sign in | Slack</title>") -> web.Response:
    return web.Response(text=text, content_type="text/html")


def onward(to: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"location": to})


async def test_a_file_is_fetched_with_our_token() -> None:
    slack = Slack()
    slack.answers["/files/ben.pdf"] = pdf()
    found = await fetched(slack)

    assert (found.name, found.mime, found.content) == ("ben.pdf", "application/pdf", PDF)
    assert slack.tokens == [("/files/ben.pdf", f"Bearer {TOKEN}")]


async def test_to_a_store_of_slacks_it_is_followed_with_the_token() -> None:
    slack = Slack()
    slack.answers = {"/files/ben.pdf": onward("/store/ben", 307), "/store/ben": pdf()}
    found = await fetched(slack)

    assert found.content == PDF
    assert [path for path, token in slack.tokens if TOKEN in token] == list(slack.answers)


@pytest.mark.parametrize(
    ("answer", "is_locked"),
    [
        (page(), True),
        (onward("https://elsewhere.example/ben.pdf"), True),
        (onward("http://files.slack.com/ben.pdf"), True),
        (onward("https://notslack.com/ben.pdf"), True),
        (onward("/files/ben.pdf"), False),
        (web.Response(status=500), False),
        (web.Response(status=404), False),
    ],
    ids=["a login page", "elsewhere", "without TLS", "alike", "in circles", "broken", "not yet"],
)
async def test_what_is_not_the_file_is_not_taken_for_it(
    answer: web.Response, is_locked: bool
) -> None:
    slack = Slack()
    slack.answers["/files/ben.pdf"] = answer
    with pytest.raises(Unfetched) as refused:
        await fetched(slack)

    assert refused.value.is_locked is is_locked
    assert {path for path, _ in slack.tokens} == {"/files/ben.pdf"}


async def test_a_page_that_somebody_dropped_is_a_file_like_any_other() -> None:
    slack = Slack()
    slack.answers["/files/ben.pdf"] = page("<!doctype html><p>my receipt")
    found = await fetched(slack, mimetype="text/html")

    assert found.content == b"<!doctype html><p>my receipt"


@pytest.mark.parametrize(
    ("error", "is_locked"),
    [("missing_scope", True), ("invalid_auth", True), ("internal_error", False)],
)
async def test_what_slack_refuses_to_tell_is_not_fetched(error: str, is_locked: bool) -> None:
    slack = Slack()
    slack.error = error
    with pytest.raises(Unfetched) as refused:
        await fetched(slack)

    assert refused.value.is_locked is is_locked


@pytest.mark.parametrize(
    ("told", "absent"),
    [
        ({"mode": "tombstone"}, Absence.DELETED),
        ({"mode": "hidden_by_limit"}, Absence.HIDDEN),
        ({"mode": "external", "url_private": "https://drive.example/1"}, Absence.EXTERNAL),
        ({"is_external": True}, Absence.EXTERNAL),
        ({"url_private_download": None}, Absence.DELETED),
    ],
)
async def test_what_is_not_kept_by_slack_is_said_to_be_absent(
    told: dict[str, Any], absent: Absence
) -> None:
    slack = Slack()
    found = await fetched(slack, **told)

    assert (found.absent, found.content) == (absent, None)
    assert slack.tokens == []


@pytest.mark.parametrize("error", ["file_not_found", "file_deleted"])
async def test_what_was_deleted_is_absent(error: str) -> None:
    slack = Slack()
    slack.error = error

    assert (await fetched(slack)).absent is Absence.DELETED


async def test_what_is_said_to_be_too_large_is_not_asked_for() -> None:
    slack = Slack()
    found = await fetched(slack, size=MOST + 1)

    assert (found.content, found.size) == (None, MOST + 1)
    assert slack.tokens == []


async def test_more_than_was_said_is_not_read_to_its_end() -> None:
    slack = Slack()
    slack.answers["/files/ben.pdf"] = pdf(b"%PDF-" + bytes(200_000))
    found = await fetched(slack)

    assert found.content is None
    assert MOST < found.size < 200_000


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ({"channels": ["C0ACME"]}, "https://slack.test/ben"),
        ({"groups": ["C0ACME"]}, "https://slack.test/ben"),
        ({"channels": ["C0OTHER"]}, None),
        ({}, None),
        ({"channels": ["C0ACME"], "mode": "tombstone"}, None),
        ({"channels": ["C0ACME"], "permalink": ""}, None),
    ],
    ids=["in the channel", "in a private one", "elsewhere", "of a form", "deleted", "no address"],
)
async def test_an_address_is_given_to_those_who_can_open_it(
    told: dict[str, Any], address: str | None
) -> None:
    slack = Slack()
    slack.told = {"url_private": "https://slack.test/x", "permalink": "https://slack.test/ben"}
    slack.told |= told
    assert await addressed(slack) == address


async def test_where_slack_says_nothing_there_is_no_address() -> None:
    slack = Slack()
    slack.error = "file_not_found"

    assert await addressed(slack) is None


async def addressed(slack: Slack) -> str | None:
    async with serving(slack) as address, ClientSession() as session:
        client = web_client(TOKEN, base_url=f"{address}/api/", session=session)
        downloads = Downloads(OneInstallation(client))  # type: ignore[arg-type]  # all it needs
        return await downloads.address("T1", "F1", "C0ACME")
