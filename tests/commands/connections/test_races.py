"""Several people at once, other workspaces, and what the database may hold."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from commands.connections.leaving import detach
from commands.errors import NotFound
from storage.models import Connection, Detachment, Entity
from tests.builders import WORKSPACE, a_connected_client, a_person, a_workspace, save
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, CHLOE
from tests.conftest import Clock

OTHER = "T02OTHER"


async def test_two_clients_cannot_take_one_organisation_at_once(world: World) -> None:
    await world.practice.has("Acme Ltd", "Acme North Ltd")
    browsers = [world.browser(), world.browser()]
    addresses = [
        await world.consent(
            await world.ask_link(name, person_id=CHLOE), "Acme Limited", browser=browser
        )
        for name, browser in zip(("Acme Ltd", "Acme North Ltd"), browsers, strict=True)
    ]

    await asyncio.gather(
        *(browser.get(at) for browser, at in zip(browsers, addresses, strict=True))
    )

    assert len(await world.all(Connection)) == 1


async def test_two_people_connecting_one_client_make_one_connection(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    anas, chloes = world.browser(), world.browser()
    ana = await world.consent(await world.ask_link("Acme Ltd"), "Acme Limited", browser=anas)
    clock.advance(timedelta(seconds=1))
    link = await world.ask_link("Acme Ltd", person_id=CHLOE)
    chloe = await world.consent(link, "Acorn Dental", browser=chloes)

    answers = await asyncio.gather(anas.get(ana), chloes.get(chloe))

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(await world.all(Connection)) == 1


async def test_of_two_who_disconnect_at_once_one_does(world: World) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    disconnect = world.invocation(
        "connections.disconnect_now", connection=connection.id, version=connection.version
    )

    outcomes = await asyncio.gather(
        *(world.practice.press(person, disconnect) for person in (ANA, CHLOE)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert len(await world.all(Detachment)) == 1


async def test_the_vendor_is_told_once_however_many_work(world: World) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    disconnect = world.invocation(
        "connections.disconnect_now", connection=connection.id, version=connection.version
    )
    await world.practice.press(ANA, disconnect)
    [row] = await world.all(Detachment)

    await asyncio.gather(*(detach(world.tools, row.id) for _ in range(4)))

    assert [c.method for c in world.calls(containing="/connections/")] == ["DELETE"]


async def test_reconnecting_before_the_vendor_was_told_keeps_it_connected(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    disconnect = world.invocation(
        "connections.disconnect_now", connection=connection.id, version=connection.version
    )
    await world.practice.press(ANA, disconnect)
    clock.advance(timedelta(seconds=30))
    await world.connect("Acme Ltd", "Acme Limited")

    await world.work()

    assert world.calls(containing="/connections/") == []
    assert (await world.connection("Acme Ltd")).lists_read_at is not None


@pytest.mark.parametrize(
    "command",
    [
        "connections.reconnect",
        "connections.change",
        "connections.disconnect",
        "connections.disconnect_now",
        "connections.delete",
        "connections.undo_delete",
        "connections.names_fine",
        "lists.refresh_one",
    ],
)
async def test_connections_of_another_workspace_do_not_exist(world: World, command: str) -> None:
    theirs = a_connected_client(workspace_id=OTHER)
    await save(world.database, a_workspace(id=OTHER, name="Other"))
    await save(world.database, a_person(workspace_id=OTHER))
    for entity in theirs:
        await save(world.database, entity)
    asked = world.invocation(command, connection=theirs[3].id, version=1)

    with pytest.raises(NotFound):
        await world.practice.press(ANA, asked)

    assert (await world.all(Connection))[0].version == 1
    assert theirs[3].workspace_id != WORKSPACE


async def test_no_secret_of_a_journey_stands_in_the_database(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    started = await browser.post(link)
    during = await _everything(world)
    address = await world.consent(link, "Acme Limited", browser=browser)
    await browser.get(address)
    await world.work()

    asked = parse_qs(urlsplit(started.headers["location"]).query)
    answered = parse_qs(urlsplit(address).query)
    secrets = {
        link.rpartition("/")[2],
        asked["state"][0],
        answered["state"][0],
        answered["code"][0],
        browser.client.cookies["dext_browser"],
        *world.ledgers.secrets(),
    }
    dump = during + await _everything(world)
    assert len(secrets) >= 7
    assert [secret for secret in secrets if secret in dump] == []


async def test_asking_while_lists_are_read_is_answered_by_that_reading(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id="C1ACME")
    await world.connect("Acme Ltd", "Acme Limited")

    work = asyncio.create_task(world.work("lists.refresh"))
    while not world.calls(containing="/TaxRates"):  # noqa: ASYNC110  # it tells nobody
        await asyncio.sleep(0)
    await world.say(CHLOE, "refresh acme")
    await work

    assert "94 accounts" in said(world.card("lists:", to=CHLOE))


async def _everything(world: World) -> str:
    """Every row of every table, as text."""
    rows = []
    async with world.database.read() as session:
        for table in Entity.metadata.sorted_tables:
            rows += [str(tuple(row)) for row in await session.execute(select(table))]
    return "\n".join(rows)
