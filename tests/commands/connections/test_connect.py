"""From the command to a connected client, and what is refused on the way."""

from datetime import timedelta

import pytest

from commands.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from commands.replies import Form, SearchField
from storage.models import Client, Connection, Purpose, Status, TicketState, Workspace
from tests.builders import a_connection, a_grant, an_organisation, save
from tests.commands.connecting import WORKSPACE, World, said
from tests.commands.practice import ANA, BEN, CHLOE, buttons
from tests.conftest import Clock

ACME = "C1ACME"


async def test_a_client_is_connected_end_to_end(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)

    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()

    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED
    assert said(world.card("ticket:", to=ANA)).startswith(
        "Connected Acme Ltd to Acme Limited in Xero"
    )
    assert said(world.card("connection:", to=ACME)).splitlines() == [
        "Acme Ltd is connected to Acme Limited in Xero (bookkeeping), by Ana, "
        "3 Jun 2026, 10:00 UTC",
        "94 accounts, 9 tax rates, 2,310 contacts, 46 products, 2 tracking categories, "
        "3 bank accounts",
    ]
    assert [event.action for event in await world.practice.audit()] == [
        "connection.connected",
        "lists.read",
    ]


async def test_quickbooks_is_connected_the_same_way(world: World) -> None:
    await world.practice.has("Bright Bakery", channel_id="C1BAKERY")

    await world.connect("Bright Bakery", "Bright Bakery", software="quickbooks")
    await world.work()

    connection = await world.connection("Bright Bakery")
    assert connection.provider == "quickbooks"
    assert connection.status is Status.CONNECTED
    assert "accounts" in said(world.card("connection:", to="C1BAKERY"))


async def test_the_link_in_the_message_is_gone_once_it_has_worked(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")

    assert "Sign in" not in str(world.card("ticket:", to=ANA).reply)


async def test_without_a_channel_whoever_connects_is_told(world: World) -> None:
    await world.practice.has("Acme Ltd")

    await world.connect("Acme Ltd", "Acme Limited")

    assert world.card("connection:").to == ANA


async def test_the_channel_it_is_typed_in_becomes_the_clients(world: World) -> None:
    await world.practice.has("Acme Ltd")

    await world.ask_link("Acme Ltd", channel=ACME)

    assert (await world.practice.client("Acme Ltd")).channel_id == ACME


@pytest.mark.parametrize(("is_practices", "taken"), [(False, None), (True, "C1SHARED")])
async def test_a_new_clients_news_is_not_told_in_another_clients_channel(
    world: World, is_practices: bool, taken: str | None
) -> None:
    """But in the practice's own channel it may be, whoever else has that."""
    await world.practice.has("Acme Ltd", channel_id="C1SHARED")
    if is_practices:
        async with world.database.begin() as session:
            practice = await session.get_one(Workspace, WORKSPACE)
            practice.practice_channel_id = "C1SHARED"
    one = await world.say(ANA, "connect client", "C1SHARED")
    two = await world.submit(ANA, one, "C1SHARED", client="new:Fox Cycles", purpose="bookkeeping")
    three = await world.submit(ANA, two, "C1SHARED", software="xero")

    await world.submit(ANA, three, "C1SHARED")

    assert (await world.practice.client("Fox Cycles")).channel_id == taken


async def test_a_channel_a_client_has_stays(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)

    await world.ask_link("Acme Ltd", channel="C2OTHER")

    assert (await world.practice.client("Acme Ltd")).channel_id == ACME


async def test_a_new_client_is_added_with_the_link_and_not_before(world: World) -> None:
    one = await world.say(ANA, "connect client")
    two = await world.submit(ANA, one, client="new:Fox Cycles", purpose="bookkeeping")
    three = await world.submit(ANA, two, software="quickbooks")

    assert await world.all(Client) == []

    await world.submit(ANA, three)

    assert (await world.practice.client("Fox Cycles")).created_by == ANA
    assert said(world.card("ticket:", to=ANA)).startswith(
        "Connect Fox Cycles to QuickBooks Online (bookkeeping)"
    )


async def test_adding_a_client_without_a_name_is_sent_back(world: World) -> None:
    one = await world.say(ANA, "connect client")

    with pytest.raises(Invalid):
        await world.submit(ANA, one, client="new:", purpose="bookkeeping")


async def test_the_client_of_the_channel_is_the_first_choice(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)

    form = await world.say(ANA, "connect client", ACME)

    assert isinstance(form, Form)
    field = form.fields[0]
    assert isinstance(field, SearchField)
    assert field.initial is not None
    assert field.initial.label == "Acme Ltd"


@pytest.mark.parametrize("text", ["connect acme", 'connect "Acme Ltd"', "connect client acme"])
async def test_naming_the_client_jumps_ahead(world: World, text: str) -> None:
    await world.practice.has("Acme Ltd", "Bright Bakery")

    form = await world.say(ANA, text)

    assert isinstance(form, Form)
    assert [field.name for field in form.fields] == ["purpose"]
    assert said(form) == "Connect Acme Ltd"


async def test_who_may_not_connect_is_told_who_can(world: World) -> None:
    clients = await world.practice.has("Acme Ltd")
    await world.practice.assign(BEN, *clients)

    with pytest.raises(NotAllowed) as refused:
        await world.say(BEN, "connect acme")

    assert set(refused.value.who) == {ANA, CHLOE}


@pytest.mark.parametrize("way", ["typed", "row", "menu"])
async def test_what_goes_without_saying_is_not_asked(world: World, way: str) -> None:
    """Data Health is the connection that is left, in the software of the books."""
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")

    if way == "typed":
        step = await world.say(ANA, "connect acme")
    else:
        page = await world.say(ANA, "connections" if way == "row" else "", ACME)
        step = await world.press(ANA, page, "Connect Data Health")

    assert isinstance(step, Form)
    assert step.title == "Connect"
    assert said(step).splitlines()[:2] == [
        "Acme Ltd · Data Health · Xero",
        "Acme Ltd keeps its books in Xero, so Data Health connects to Xero too.",
    ]
    await world.submit(ANA, step)
    assert said(world.card("ticket:", to=ANA)).startswith("Connect Acme Ltd to Xero (Data Health)")


async def test_the_steps_are_counted_from_where_they_begin(world: World) -> None:
    await world.practice.has("Acme Ltd")

    software = await world.press(
        ANA, await world.say(ANA, "connections acme"), "Connect bookkeeping"
    )
    review = await world.submit(ANA, software, software="xero")
    whole = [await world.say(ANA, "connect acme")]
    whole.append(await world.submit(ANA, whole[-1], purpose="bookkeeping"))
    whole.append(await world.submit(ANA, whole[-1], software="xero"))

    assert _titles(software, review) == ["Connect · 1 of 2", "Connect · 2 of 2"]
    assert _titles(*whole) == [f"Connect · {number} of 3" for number in (1, 2, 3)]


async def test_data_health_is_refused_for_other_software(world: World) -> None:
    await world.practice.has("Cedar & Co", books_in="Sage 50")
    one = await world.say(ANA, "connect cedar")

    with pytest.raises(Refused) as refused:
        await world.submit(ANA, one, purpose="data_health")

    assert said(refused.value) == (
        "Data Health works with Xero and QuickBooks Online. Cedar &amp; Co keeps its books in "
        "Sage 50, so it cannot be connected. Change the bookkeeping connection first if the "
        "books have moved."
    )
    assert [button.label for button in refused.value.buttons] == ["Connections of Cedar & Co"]


async def test_data_health_first_comes_with_a_warning(world: World) -> None:
    await world.practice.has("Acme Ltd")
    one = await world.say(ANA, "connect acme")

    two = await world.submit(ANA, one, purpose="data_health")

    assert "bookkeeping will have to be in the same software" in said(two)


async def test_a_rule_is_checked_again_when_the_form_comes_back(world: World) -> None:
    [client] = await world.practice.has("Cedar & Co", books_in="Sage 50")
    form = Form(
        title="old",
        submits=world.invocation(
            "connections.send_link", client=client.id, purpose="data_health", software="xero"
        ),
    )

    with pytest.raises(Refused):
        await world.submit(ANA, form)


async def test_what_is_connected_is_not_connected_again(world: World) -> None:
    [client] = await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    again = world.invocation("connections.choose_software", client=client.id, purpose="bookkeeping")

    with pytest.raises(Refused) as refused:
        await world.practice.press(ANA, again)

    assert [b.label for b in refused.value.buttons] == ["Reconnect", "Connections"]


async def test_a_newer_link_ends_the_older_one(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    old = await world.ask_link("Acme Ltd")
    clock.advance(timedelta(seconds=5))
    new = await world.ask_link("Acme Ltd")

    assert (await world.browser().get(old)).status_code == 410
    assert (await world.browser().get(new)).status_code == 200


async def test_a_cancelled_link_leads_nowhere(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    await world.press(ANA, world.card("ticket:"), "Cancel")

    page = await world.browser().get(link)
    assert page.status_code == 410
    assert "was cancelled" in page.text
    assert said(world.card("ticket:")).splitlines()[1].startswith("Cancelled at 10:00")


async def test_nobody_cancels_the_link_of_another(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.ask_link("Acme Ltd")

    with pytest.raises(NotFound):
        await world.press(CHLOE, world.card("ticket:"), "Cancel")


async def test_a_link_ends_after_ten_minutes_and_says_so(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")
    clock.advance(timedelta(minutes=10))

    await world.work("connections.end_link")

    assert said(world.card("ticket:")).endswith("This link ended at 10:10 UTC, unused.")
    assert (await world.ticket()).state is TicketState.EXPIRED
    assert (await world.browser().get(link)).status_code == 410

    again = buttons(world.card("ticket:").reply)["New link"]
    assert again is not None
    reply = await world.practice.press(ANA, again, "D1ANA")

    assert said(reply) == "A new link to Xero for Acme Ltd follows."
    assert (await world.browser().get(world.link())).status_code == 200


async def test_a_name_that_does_not_fit_is_flagged_until_somebody_calls_it_fine(
    world: World,
) -> None:
    await world.practice.has("Oak & Sons", channel_id="C1OAK")
    await world.connect("Oak & Sons", "Oakwood Joinery Holdings")
    card = world.card("connection:", to="C1OAK")

    assert "▲ The organisation is called “Oakwood Joinery Holdings”." in said(card)

    await world.press(ANA, card, "Names are fine")

    assert "▲" not in said(world.card("connection:", to="C1OAK"))
    assert "▲" not in said(await world.say(ANA, "connections oak"))


async def test_a_demo_company_is_flagged(world: World) -> None:
    await world.practice.has("Demo Company", channel_id="C1DEMO")

    await world.connect("Demo Company", "Demo Company (UK)")
    await world.work()

    assert "demo company" in said(world.card("connection:", to="C1DEMO"))
    assert "Names are fine" not in buttons(world.card("connection:").reply)
    page = await world.press(ANA, await world.say(ANA, "connections demo"), "This is right")
    assert said(page).startswith("Noted: Demo Company (UK) is right for Demo Company.")
    assert "▲" not in said(world.card("connection:", to="C1DEMO"))
    assert "▲" not in said(await world.say(ANA, "connections demo"))


async def test_what_was_called_right_does_not_settle_another_doubt(world: World) -> None:
    await world.practice.has("Oak & Sons", channel_id="C1OAK")
    await world.connect("Oak & Sons", "Oakwood Joinery Holdings")
    await world.press(ANA, world.card("connection:", to="C1OAK"), "Names are fine")

    await world.connect("Oak & Sons", "Acorn Dental", purpose="data_health")

    page = said(await world.say(ANA, "connections oak"))
    assert "The organisation is called “Oakwood" not in page
    assert "is to Acorn Dental, which is not the same organisation" in page


async def test_another_organisation_for_data_health_is_flagged(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")

    await world.connect("Acme Ltd", "Acorn Dental", purpose="data_health")

    assert "is to Acme Limited, which is not the same organisation" in said(
        world.card("connection:", to=ACME)
    )


async def test_an_organisation_connected_elsewhere_is_not_taken(world: World) -> None:
    """Two clients of different workspaces may share an organisation; of one workspace not."""
    acme, other = await world.practice.has("Acme Ltd", "Other Ltd")
    organisation = an_organisation(
        tenant_id=world.ledgers.organisation("Acme Limited").key, name="Acme Limited"
    )
    grant = a_grant()
    await save(world.database, organisation)
    await save(world.database, grant)
    await save(world.database, a_connection(other, organisation, grant))
    browser = world.browser()
    link = await world.ask_link(acme.name, person_id=CHLOE)

    page = await world.sign_in(link, "Acme Limited", browser=browser)

    assert page.status_code == 409
    assert "<strong>Acme Limited</strong> is already used by Other Ltd." in page.text
    found: list[Connection] = await world.all(Connection)
    assert [c.client_id for c in found] == [other.id]


async def test_an_administrator_may_use_an_organisation_twice(world: World) -> None:
    await world.practice.has("Acme Ltd", "Acme North Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    browser = world.browser()
    link = await world.ask_link("Acme North Ltd")
    page = await browser.follow(await world.sign_in(link, "Acme Limited", browser=browser))

    done = await browser.post(
        str(page.url), organisation=world.ledgers.organisation("Acme Limited").key
    )

    assert "is connected to Acme Limited" in (await browser.follow(done)).text
    assert (await world.connection("Acme North Ltd")).status is Status.CONNECTED


async def test_purposes_are_separate_consents(world: World) -> None:
    await world.practice.has("Acme Ltd")

    books = await world.connect("Acme Ltd", "Acme Limited")
    health = await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")

    assert books.grant_id != health.grant_id
    assert books.organisation_id == health.organisation_id
    assert health.purpose is Purpose.DATA_HEALTH


async def test_a_client_connected_for_both_has_nothing_left_to_connect(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")

    answer = await world.say(ANA, "connect acme")

    assert said(answer).startswith("Acme Ltd is connected for both")


async def test_cancelling_comes_too_late_once_it_is_connected(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")
    message = world.card("ticket:")
    await world.sign_in(link, "Acme Limited", browser=world.browser())

    with pytest.raises(Conflict) as late:
        await world.press(ANA, message, "Cancel")

    assert said(late.value).startswith("Too late to cancel: Acme Ltd was connected at 10:00 UTC.")


def _titles(*steps: object) -> list[str]:
    return [step.title for step in steps if isinstance(step, Form)]
