"""Socket Mode comes back after Slack hangs up, and a dead connection is replaced."""

import asyncio
from pathlib import Path

import pytest

from bot.slack.socket import Socket
from tests.bot.slack.conftest import Practice, a_practice, connected


async def test_a_recycled_connection_loses_no_command(tmp_path: Path) -> None:
    async with a_practice(tmp_path, socket_mode=True) as practice:
        await connected(practice)
        for number in range(3):
            await practice.driver.post("recycle")
            await practice.driver.type("ana", "practice", f'/dext clients add "Firm {number}x"')
        await practice.driver.read("ana", "practice", "Firm 2x")
        await connected(practice)
        commands = await practice.deliveries("slash_commands")

        assert [entry["failure"] for entry in commands] == [None] * 3


async def test_readiness_waits_for_the_connection(tmp_path: Path) -> None:
    async with a_practice(tmp_path, socket_mode=True) as practice:
        await connected(practice)
        async with asyncio.timeout(20):
            while not (await practice.application.readiness())["slack"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_a_connection_that_stays_dead_is_replaced(practice: Practice) -> None:
    socket = Socket(practice.application.slack.bolt, "xapp-sandbox", every_s=0.05, patience_s=0.2)
    await socket.open()
    try:
        await connected(practice)
        first = socket._handler
        assert first is not None
        await first.client.close()  # type: ignore[no-untyped-call]
        async with asyncio.timeout(20):
            while socket._handler is first or not socket.is_connected:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        await socket.close()


@pytest.mark.parametrize("text", ["help", "conect", "clients", "people", 'connections "Acme Ltd"'])
async def test_both_transports_give_the_same_answer(tmp_path: Path, text: str) -> None:
    answers = []
    for socket_mode in (False, True):
        folder = tmp_path / str(socket_mode)
        async with a_practice(folder, socket_mode=socket_mode) as practice:
            if socket_mode:
                await connected(practice)
            await practice.driver.type("ana", "acme", f"/dext {text}")
            await practice.settled()
            (answer,) = [m for m in await practice.driver.messages("ana", "acme") if m.is_private]
            answers.append((answer.plain, sorted(answer.buttons)))

    assert answers[0] == answers[1]
