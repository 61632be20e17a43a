"""The Connections page of a client and the list of all."""

from datetime import timedelta

from commands.replies import Filter, Reply
from storage.models import Status
from tests.builders import a_connection, a_grant, an_organisation, save
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, buttons
from tests.conftest import Clock


async def test_a_page_has_both_purposes(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()
    clock.advance(timedelta(hours=2))

    page = await world.say(ANA, "connections acme")

    assert said(page).splitlines() == [
        "Acme Ltd",
        "Bookkeeping ● Connected · Acme Limited · Xero",
        "by Ana, 3 June 2026 · lists 3 Jun 2026, 10:00 UTC",
        "Data Health ○ Not connected",
    ]
    assert list(buttons(page)) == [
        "Lists",
        "All clients",
        "Reconnect",
        "Refresh lists",
        "Change connection",
        "Disconnect",
        "Connect",
    ]


async def test_a_sign_in_under_way_is_said(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.ask_link("Acme Ltd")

    page = said(await world.say(ANA, "connections acme"))

    assert "Bookkeeping ○ Connecting" in page


async def test_the_end_of_a_consent_is_said(world: World) -> None:
    await world.practice.has("Bright Bakery")
    await world.connect("Bright Bakery", "Bright Bakery", software="quickbooks")

    page = said(await world.say(ANA, "connections bright"))

    assert "consent ends 2 June 2031" in page


async def test_the_list_is_filtered_sorted_and_paged(world: World) -> None:
    clients = await world.practice.has(*(f"Client {n:02}" for n in range(12)))
    organisations = [an_organisation() for _ in clients]
    grant = a_grant()
    await save(world.database, *organisations)
    await save(world.database, grant)
    await save(
        world.database,
        *(
            a_connection(client, organisation, grant, status=status)
            for client, organisation, status in zip(
                clients[:3],
                organisations,
                (Status.CONNECTED, Status.EXPIRED, Status.ATTENTION),
                strict=False,
            )
        ),
    )

    first = await world.say(ANA, "connections")
    assert "1 to 10 of 12 clients" in said(first)
    assert "11 to 12 of 12 clients" in said(await world.press(ANA, first, "Next"))

    expired = await _pick(world, first, "having", "expired")
    assert "1 client" in said(expired)
    assert "Client 01" in said(expired)

    worst = said(await _pick(world, first, "order", "status"))
    assert worst.index("Client 01") < worst.index("Client 02") < worst.index("Client 03")
    assert worst.index("Client 03") < (worst + "Client 00").index("Client 00")


async def test_everybody_sees_the_clients_they_work_for(world: World) -> None:
    acme, _ = await world.practice.has("Acme Ltd", "Bright Bakery")
    await world.practice.assign(BEN, acme)

    page = said(await world.say(BEN, "connections"))

    assert "Acme Ltd" in page
    assert "Bright Bakery" not in page


async def test_a_list_of_nothing_says_so(world: World) -> None:
    assert "No client is like that." in said(await world.say(ANA, "connections"))


async def _pick(world: World, page: object, name: str, value: str) -> object:
    """Choose in one of the filters."""
    assert isinstance(page, Reply)
    part = next(p for p in page.parts if isinstance(p, Filter) and p.name == name)
    return await world.practice.press(ANA, part.does.having(**{name: value}))
