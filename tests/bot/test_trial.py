"""Stand-ins and bot together: a reset begins the day again for both."""

from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.browser import Browser
from bot.sandbox.driver import Driver
from bot.sandbox.tour import Tour
from bot.sandbox.transcript import Transcript
from bot.trial import Trial, opened

Json = dict[str, Any]


async def connect_acme(driver: Driver) -> None:
    """From the command to the channel that is told; raises where any of it does not happen."""
    async with Browser() as ana:
        told: list[str] = []
        tour = Tour(driver=driver, told=Transcript(told.append), browsers={"ana": ana}, books="")
        await tour.connects_a_client()


async def clients(driver: Driver) -> str:
    return (await driver.ask("ana", "practice", "/dext clients", "Acme Ltd")).plain


@pytest.mark.parametrize("socket_mode", [False, True])
async def test_a_client_is_connected_again_after_every_reset(
    tmp_path: Path, socket_mode: bool
) -> None:
    trial = Trial(port=0, data=tmp_path, socket_mode=socket_mode)
    async with opened(trial) as here, Driver(here.address) as driver:
        fresh = await clients(driver)
        await connect_acme(driver)
        for _ in range(2):
            await driver.post("reset")
            again = await clients(driver)
            await connect_acme(driver)

    assert again == fresh


async def test_what_people_may_do_is_forgotten_at_a_reset(tmp_path: Path) -> None:
    async with opened(Trial(port=0, data=tmp_path)) as here, Driver(here.address) as driver:
        await driver.post("uninstall")
        await driver.post("reset")
        answer = await driver.ask("ben", "acme", '/dext connect "Acme Ltd"', "administrator")

    assert answer.is_private


async def test_commands_are_answered_after_a_restart_on_the_same_data(tmp_path: Path) -> None:
    for _ in range(2):
        async with opened(Trial(port=0, data=tmp_path)) as here, Driver(here.address) as driver:
            await driver.type("ana", "acme", "/dext connect client")
            modal = await driver.await_modal("ana", "1 of 3")

    assert modal["depth"] == 1
