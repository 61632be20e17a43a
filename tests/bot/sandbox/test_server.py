"""The stand-ins answer on one loopback port, all together or the ledgers alone."""

import socket

import httpx2
import pytest

from bot.sandbox.server import create_app, create_ledgers_app, running
from bot.sandbox.workspace.registration import Registration


async def test_one_port_serves_slack_the_ledgers_and_the_driver() -> None:
    async with (
        running(create_app(registration=Registration())) as base_url,
        httpx2.AsyncClient(base_url=base_url) as http,
    ):
        slack = await http.post("/api/api.test")
        driver = await http.get("/control/state")
        xero = await http.get("/ledgers/xero/connections")

    assert base_url.startswith("http://127.0.0.1:")
    assert slack.json()["ok"]
    assert driver.json()["team"]["name"] == "Fernhill Accounting"
    assert xero.status_code == 401


async def test_the_ledgers_can_be_served_alone() -> None:
    async with (
        running(create_ledgers_app()) as base_url,
        httpx2.AsyncClient(base_url=base_url) as http,
    ):
        xero = await http.get("/ledgers/xero/connections")
        slack = await http.post("/api/api.test")

    assert (xero.status_code, slack.status_code) == (401, 404)


async def test_a_port_in_use_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            async with running(create_ledgers_app(), port=port):
                pass


async def test_a_reset_begins_the_day_again_beside_the_stand_ins_too() -> None:
    heard: list[int] = []

    async def begin_again() -> None:
        heard.append(len(app.state.workspace.directory.conversation("acme").messages))

    app = create_app(registration=Registration(), on_reset=begin_again)
    async with running(app) as base_url, httpx2.AsyncClient(base_url=base_url) as http:
        await http.post("/control/say", json={"user": "ana", "channel": "acme", "text": "Hello"})
        for _ in range(2):
            answer = await http.post("/control/reset")

    assert answer.json() == {"ok": True}
    assert heard == [1, 0]
