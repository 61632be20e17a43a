"""What only shows on a real socket: concurrency, time-outs, compression, cold aborts."""

import asyncio
import socket
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.driver import awaited
from bot.sandbox.ledgers.ledgers import Ledgers

IMPATIENT = httpx2.Timeout(30, read=0.2)  # for the answer alone


@asynccontextmanager
async def serving(app):
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", loop="asyncio", http="httptools")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110  # uvicorn offers a flag, not an event
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@pytest.fixture
async def online(practice):
    """The practice's app with a real connection to its ledgers in place of the short cut."""
    app = Starlette(routes=[Mount("/ledgers", routes=practice.ledgers.routes())])
    async with serving(app) as base_url, httpx2.AsyncClient(base_url=base_url) as client:
        practice.client = client
        yield practice


async def test_a_sixth_call_at_once_is_refused(online, ledgers):
    tokens = await online.xero("Acme Limited")
    ledgers.set_fault("xero", "slow", times=None, ms=60_000)
    calls = [
        asyncio.create_task(online.call_xero(tokens, "Currencies", "Acme Limited", timeout=60))
        for _ in range(6)
    ]
    [first], _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    ledgers.set_fault("xero", "none")
    answers = await asyncio.gather(*calls)
    refused = first.result()

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429]
    assert refused.status_code == 429
    assert refused.headers["x-rate-limit-problem"] == "concurrent"
    assert (await online.call_xero(tokens, "Currencies", "Acme Limited")).status_code == 200


async def test_a_call_can_time_out_and_leave_its_place_to_the_next(online, ledgers):
    tokens = await online.xero("Acme Limited")
    ledgers.set_fault("xero", "timeout", times=5)
    for _ in range(5):
        with pytest.raises(httpx2.ReadTimeout):
            await online.call_xero(tokens, "Currencies", "Acme Limited", timeout=IMPATIENT)

    async def taken() -> bool | None:
        answer = await online.call_xero(tokens, "Currencies", "Acme Limited")
        return answer.status_code == 200 or None

    assert await awaited(taken, lambda: "no place was left to the next")


async def test_a_refresh_whose_answer_is_lost_can_be_asked_for_again(online, ledgers):
    tokens = await online.xero("Acme Limited")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    ledgers.set_fault("xero", "token_timeout")
    with pytest.raises(httpx2.ReadTimeout):
        await online.client.post(
            "/ledgers/xero/connect/token", data=form, auth=online.credentials, timeout=IMPATIENT
        )

    assert (await online.xero_token(**form)).status_code == 200


async def test_bodies_are_compressed_for_those_who_can_read_them(online):
    tokens = await online.xero("Acme Limited")
    plain = await online.call_xero(
        tokens, "Contacts", "Acme Limited", headers={"Accept-Encoding": "identity"}
    )
    packed = await online.call_xero(
        tokens, "Contacts", "Acme Limited", headers={"Accept-Encoding": "gzip"}
    )

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json()["Contacts"] == plain.json()["Contacts"]
    assert packed.num_bytes_downloaded < plain.num_bytes_downloaded / 4


async def test_a_reset_takes_effect_while_being_served(online, ledgers):
    tokens = await online.xero("Acme Limited")
    ledgers.reset()

    assert (await online.call_xero(tokens, "Currencies", "Acme Limited")).status_code == 401


async def test_two_worlds_in_one_process_do_not_know_each_other(online, clock):
    tokens = await online.xero("Acme Limited")
    other = Ledgers(now=clock)
    app = Starlette(routes=[Mount("/ledgers", routes=other.routes())])
    async with serving(app) as base_url, httpx2.AsyncClient(base_url=base_url) as client:
        online.client = client

        assert (await online.call_xero(tokens, "Currencies", "Acme Limited")).status_code == 401
