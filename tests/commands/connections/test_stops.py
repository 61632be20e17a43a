"""A sign-in that does not connect at once: its page and its direct message say the same."""

import re
from datetime import timedelta
from html import unescape

import httpx2
import pytest

from commands.connections.journeys import Intent, intent_of
from commands.errors import Refused
from commands.replies import Buttons
from storage.models import Connection, Ticket, TicketState
from tests.builders import NOW, a_connection, a_ticket
from tests.commands.connecting import Browser, World, path_of, said
from tests.commands.practice import ANA, CHLOE
from tests.conftest import Clock

ELM = "Elm Street Books"
MINUTE = timedelta(minutes=1)


async def test_while_an_organisation_is_chosen_the_message_says_so(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    await world.sign_in(link, "Acme Limited", "Acorn Dental", browser=world.browser())

    assert said(world.card("ticket:")).splitlines() == [
        "Connect Acme Ltd to Xero (bookkeeping)",
        "You are signed in to Xero. Choose the organisation in your browser until 10:10 UTC; "
        "nothing is connected before that. If the page is gone, or the right one is not on it, "
        "take a new link.",
    ]
    assert _labels(world) == ["New link", "Cancel"]


async def test_a_new_link_takes_the_place_of_a_choice(world: World, clock: Clock) -> None:
    page, browser = await _choosing(world)
    clock.advance(MINUTE)

    await world.press(CHLOE, world.card("ticket:"), "New link")

    assert (await browser.get(str(page.url))).status_code == 410
    assert (await world.browser().get(world.link(CHLOE))).status_code == 200


async def test_the_link_leads_back_to_the_choice_in_its_own_browser_only(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    await world.sign_in(link, "Acme Limited", "Acorn Dental", browser=browser)

    again = await browser.get(link)

    assert path_of(again) == f"/oauth/tickets/{(await world.ticket()).id}"
    assert (await world.browser().get(link)).status_code == 410


async def test_an_organisation_taken_meanwhile_is_refused_and_another_may_be_chosen(
    world: World,
) -> None:
    page, browser = await _choosing(world)
    await world.connect(ELM, "Acorn Dental")
    key = world.ledgers.organisation("Acorn Dental").key

    refused = await browser.post(str(page.url), organisation=key)

    assert refused.status_code == 409
    assert f"<strong>Acorn Dental</strong> is already used by {ELM}." in refused.text
    assert f'href="{page.url.path}">Choose another one' in refused.text
    assert "Send me a fresh link" in refused.text
    told = said(world.card("ticket:", to=CHLOE))
    assert f"Acorn Dental is already used by {ELM}" in told
    assert "Choose another one in your browser until 10:10 UTC" in told
    assert _labels(world) == ["New link", "Cancel"]

    acme = world.ledgers.organisation("Acme Limited").key
    done = await browser.follow(await browser.post(str(page.url), organisation=acme))

    assert "Acme Ltd is connected to Acme Limited" in done.text


async def test_where_every_organisation_is_taken_the_link_ends(world: World) -> None:
    page, browser = await _choosing(world)
    await world.connect(ELM, "Acorn Dental")
    await world.connect("Oak & Sons", "Acme Limited")

    looked = await browser.get(str(page.url))

    assert looked.status_code == 409
    assert (await _ticket_of(world, CHLOE)).state is TicketState.FAILED
    for text in (_read(looked.text), said(world.card("ticket:", to=CHLOE))):
        assert f"Acorn Dental is already used by {ELM}." in text
        assert "One organisation is one client. Sign in again and choose another one" in text
    assert _labels(world) == ["New link", "Connections"]


async def test_the_choice_offers_a_fresh_link_to_its_own_browser_only(
    world: World, clock: Clock
) -> None:
    page, browser = await _choosing(world)
    key = page.url.path.rpartition("/")[2]
    assert "None of these?" in page.text
    assert "tick the right organisation there" in page.text
    clock.advance(MINUTE)

    assert (await world.browser().post("/oauth/again", key=key)).status_code == 404

    sent = await browser.post("/oauth/again", key=key)

    assert "A fresh link is in the direct messages of Chloe" in sent.text
    assert (await world.browser().get(world.link(CHLOE))).status_code == 200


async def test_one_organisation_is_told_in_the_singular(world: World) -> None:
    await world.practice.has("Acme Ltd", ELM)
    await world.connect("Acme Ltd", "Acme Limited")
    browser = world.browser()
    link = await world.ask_link(ELM)

    page = await browser.follow(await world.sign_in(link, "Acme Limited", browser=browser))

    assert f"Is this {ELM}?" in page.text
    assert f"Connect it if it holds the books of {ELM}." in page.text
    assert "Not this one?" in page.text


async def test_a_link_says_when_looked_at_that_somebody_connected_meanwhile(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd", person_id=CHLOE)
    clock.advance(MINUTE)
    await world.connect("Acme Ltd", "Acme Limited")

    page = await world.browser().get(link)

    assert page.status_code == 409
    assert "Ana connected Acme Ltd to Acme Limited after this link was made" in _read(page.text)
    assert "at 11:01 BST" in page.text
    assert "Send me a fresh link" not in page.text
    assert "Ana connected Acme Ltd to Acme Limited" in said(world.card("ticket:", to=CHLOE))
    assert _labels(world) == ["Connections"]


async def test_a_link_says_when_looked_at_that_somebody_disconnected_meanwhile(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    clock.advance(MINUTE)
    await _press(world, "reconnect", connection, CHLOE)
    link = world.link(CHLOE)
    clock.advance(MINUTE)
    await _press(world, "disconnect_now", connection, ANA, version=connection.version)
    browser = world.browser()

    page = await browser.get(link)

    assert page.status_code == 409
    assert "Ana disconnected Acme Ltd from Acme Limited" in _read(page.text)
    assert "Send me a fresh link" in page.text
    assert _labels(world) == ["New link", "Connections"]

    await browser.post("/oauth/again", key=link.rpartition("/")[2])

    assert "Connect Acme Ltd to Xero" in (await browser.get(world.link(CHLOE))).text


async def test_a_link_for_an_archived_client_is_not_renewed(world: World) -> None:
    [client] = await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")
    message = world.card("ticket:")
    async with world.database.begin() as session:
        client.archived_at = world.tools.now()
        await session.merge(client)

    page = await world.browser().get(link)

    assert page.status_code == 409
    assert "Acme Ltd was archived after this link was made" in page.text
    assert "Send me a fresh link" not in page.text
    again = world.invocation("connections.new_link", ticket=(message.card or "")[7:])
    with pytest.raises(Refused, match="clients/is_archived"):
        await world.practice.press(ANA, again)


async def test_a_link_to_reconnect_is_headed_so(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    clock.advance(MINUTE)

    await _press(world, "reconnect", connection, ANA)

    told = said(world.card("ticket:")).splitlines()
    assert told[0] == "Reconnect Acme Ltd to Xero (bookkeeping)"
    assert told[1].endswith("Sign in and choose Acme Limited again.")
    page = await world.browser().get(world.link())
    assert "Reconnect Acme Ltd to Xero" in page.text
    assert "You choose <strong>Acme Limited</strong> again." in page.text


async def test_a_link_to_change_a_connection_is_headed_so(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited")
    clock.advance(MINUTE)

    await _press(
        world, "change_now", connection, ANA, version=connection.version, software="quickbooks"
    )

    heading = "Change the connection of Acme Ltd to QuickBooks Online (bookkeeping)"
    assert said(world.card("ticket:")).splitlines()[0] == heading

    clock.advance(10 * MINUTE)
    await world.work("connections.end_link")

    assert said(world.card("ticket:")).splitlines()[0] == heading


@pytest.mark.parametrize(
    ("purpose", "moved"),
    [
        ("bookkeeping", "use Change connection in the connections of Acme Ltd"),
        ("data_health", "disconnect Data Health of Acme Ltd first, then connect it again"),
    ],
)
async def test_page_and_message_advise_the_same_about_another_organisation(
    world: World, clock: Clock, purpose: str, moved: str
) -> None:
    await world.practice.has("Acme Ltd")
    connection = await world.connect("Acme Ltd", "Acme Limited", purpose=purpose)
    clock.advance(MINUTE)
    await _press(world, "reconnect", connection, ANA)

    page = await world.sign_in(world.link(), "Acorn Dental", browser=world.browser())

    for text in (_read(page.text), said(world.card("ticket:"))):
        assert "Acme Ltd is connected to Acme Limited. You signed in to Acorn Dental." in text
        assert (
            "To renew the connection, sign in again and choose Acme Limited. "
            f"If the books have moved, {moved}"
        ) in text


@pytest.mark.parametrize(
    ("version", "existing", "intent"),
    [
        (None, None, Intent.CONNECT),
        (None, {"connected_at": NOW + MINUTE}, None),
        (1, {"connected_at": NOW - MINUTE}, Intent.RECONNECT),
        (1, {"connected_at": NOW + MINUTE}, None),
        (2, {"connected_at": NOW - MINUTE, "disconnected_at": NOW + MINUTE}, Intent.RECONNECT),
        (2, {"connected_at": NOW - MINUTE, "disconnected_at": NOW}, Intent.CHANGE),
        (2, {"connected_at": NOW - 2 * MINUTE, "disconnected_at": NOW - MINUTE}, Intent.CONNECT),
    ],
)
def test_what_a_link_is_for_follows_from_the_connection_as_it_was(
    version: int | None, existing: dict[str, object] | None, intent: Intent | None
) -> None:
    ticket = a_ticket(connection_version=version, created_at=NOW)
    connection = a_connection(**existing) if existing is not None else None

    assert intent_of(ticket, connection) is intent


async def _choosing(world: World) -> tuple[httpx2.Response, Browser]:
    """Chloe, who may not use an organisation twice, before two of them."""
    await world.practice.has("Acme Ltd", ELM, "Oak & Sons")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd", person_id=CHLOE)
    signed_in = await world.sign_in(link, "Acme Limited", "Acorn Dental", browser=browser)
    return await browser.follow(signed_in), browser


async def _press(
    world: World, what: str, connection: Connection, person_id: str, **more: str | int
) -> None:
    does = world.invocation(f"connections.{what}", connection=connection.id, **more)
    await world.practice.press(person_id, does)


async def _ticket_of(world: World, person_id: str) -> Ticket:
    [ticket] = [each for each in await world.all(Ticket) if each.person_id == person_id]
    return ticket


def _labels(world: World) -> list[str]:
    """The buttons of the newest direct message about a link."""
    parts = world.card("ticket:").reply.parts
    return [item.label for part in parts if isinstance(part, Buttons) for item in part.items]


def _read(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())
