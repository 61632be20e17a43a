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
        "Settings",
        "Reconnect",
        "Refresh lists",
        "Change connection",
        "Disconnect",
        "Connect Data Health",
    ]


async def test_in_a_clients_own_channel_its_page_is_meant(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id="C1ACME")
    await world.practice.has("Acorn Dental", channel_id="C1BOTH")
    await world.practice.has("Fox Cycles", channel_id="C1BOTH")

    page = await world.say(ANA, "connections", "C1ACME")
    everything = await world.press(ANA, page, "All clients")

    assert said(page).splitlines()[0] == "Acme Ltd"
    for listed in (
        everything,
        await world.say(ANA, "connections", "C1BOTH"),
        await world.say(ANA, "connections", "C1ELSE"),
        await world.say(ANA, "connections", "D1DIRECT"),
        await world.say(ANA, "connections"),
    ):
        assert "3 clients" in said(listed)


async def test_all_clients_in_a_clients_channel_are_all_clients(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id="C1ACME")
    await world.practice.has("Acorn Dental")
    page = await world.say(ANA, "connections", "C1ACME")
    all_of_them = buttons(page)["All clients"]
    assert all_of_them is not None

    listed = await world.practice.press(ANA, all_of_them, "C1ACME")

    assert "2 clients" in said(listed)


async def test_somebody_elses_client_is_not_shown_for_its_channel(world: World) -> None:
    acme, _ = await world.practice.has("Acme Ltd", "Acorn Dental", channel_id=None)
    await world.practice.has("Fox Cycles", channel_id="C1FOX")
    await world.practice.assign(BEN, acme)

    page = said(await world.say(BEN, "connections", "C1FOX"))

    assert "1 client" in page
    assert "Fox Cycles" not in page


async def test_a_row_says_what_is_there_and_nothing_else(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    await world.practice.has("Cedar Works", books_in="Sage 50")
    await world.practice.has("Fox Cycles")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()

    lines = said(await world.say(ANA, "connections")).splitlines()

    assert [line for line in lines[2:] if line] == [
        "Acme Ltd",
        "Bookkeeping ● Connected to Acme Limited (Xero) · lists 3 Jun 2026, 10:00 UTC",
        "Cedar Works · ○ Not connected · books in Sage 50",
        "Fox Cycles · ○ Not connected",
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
    assert "No clients yet." in said(await world.say(ANA, "connections"))
    missing = world.invocation("connections.show", having="expired")
    assert "No client matches that." in said(await world.practice.press(ANA, missing))


async def _pick(world: World, page: object, name: str, value: str) -> object:
    """Choose in one of the filters."""
    assert isinstance(page, Reply)
    part = next(p for p in page.parts if isinstance(p, Filter) and p.name == name)
    return await world.practice.press(ANA, part.does.having(**{name: value}))
