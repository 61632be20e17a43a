"""The pages of an authorisation, in browsers that behave and browsers that do not (F16)."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from commands.connections.links import end_link
from storage.models import Connection, Grant, Role, TicketState
from tests.builders import a_client, a_person, a_workspace, save
from tests.commands.connecting import World, path_of, said
from tests.commands.practice import ANA, CHLOE
from tests.conftest import Clock

OTHER = "T02OTHER"


async def test_looking_at_the_start_page_changes_nothing(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")
    crawler, person = world.browser(), world.browser()

    for _ in range(3):
        page = await crawler.get(link)
        assert page.status_code == 200
        assert not page.cookies

    assert "Connect Acme Ltd to Xero" in page.text
    assert "For Ana at Fernhill Accounting." in page.text
    assert (await world.ticket()).state is TicketState.ISSUED
    assert (await world.sign_in(link, "Acme Limited", browser=person)).status_code == 303


async def test_every_page_keeps_to_itself(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    for page in (await world.browser().get(link), await world.browser().get("/oauth/start/no")):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "<script" not in page.text


async def test_the_cookie_is_hidden_from_scripts_and_other_sites(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    started = await world.browser().post(link)

    attributes = started.headers["set-cookie"].casefold()
    assert all(each in attributes for each in ("httponly", "samesite=lax", "secure"))


async def test_pkce_and_state_go_to_the_vendor_and_are_not_ours_to_read(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    started = await world.browser().post(link)

    query = parse_qs(urlsplit(started.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    ticket = await world.ticket()
    assert query["state"][0] not in repr(vars(ticket))


async def test_after_the_callback_the_address_holds_no_secret(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    answer = await world.sign_in(link, "Acme Limited", browser=world.browser())

    assert urlsplit(answer.headers["location"]).query == ""
    assert path_of(answer) == f"/oauth/tickets/{(await world.ticket()).id}"


async def test_the_finished_page_leads_back_to_slack(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd", channel="C1ACME")

    page = await browser.follow(await world.sign_in(link, "Acme Limited", browser=browser))

    assert "Acme Ltd is connected to Acme Limited" in page.text
    assert "https://slack.test/T01FERNHILL/C1ACME" in page.text


async def test_of_several_organisations_one_is_chosen(world: World) -> None:
    await world.practice.has("Acorn Dental Ltd", "Bright Bakery")
    await world.connect("Bright Bakery", "Elm Street Books")
    browser = world.browser()
    link = await world.ask_link("Acorn Dental Ltd")
    signed_in = await world.sign_in(
        link, "Acme Limited", "Acorn Dental", "Elm Street Books", browser=browser
    )

    page = await browser.follow(signed_in)

    assert page.text.index("Acorn Dental <span") < page.text.index("Acme Limited<")
    assert page.text.count("same name") == 1
    assert "already used by Bright Bakery" in page.text
    assert await world.all(Connection) != []

    acorn = world.ledgers.organisation("Acorn Dental").key
    done = await browser.follow(await browser.post(str(page.url), organisation=acorn))

    assert "Acorn Dental Ltd is connected to Acorn Dental" in done.text
    again = await browser.post(str(page.url), organisation=acorn)
    assert again.status_code == 410


@pytest.mark.parametrize("organisation", ["", "somebody-elses"])
async def test_only_what_was_offered_can_be_chosen(world: World, organisation: str) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    page = await browser.follow(
        await world.sign_in(link, "Acme Limited", "Acorn Dental", browser=browser)
    )

    answer = await browser.post(str(page.url), organisation=organisation)

    assert answer.status_code >= 400
    assert await world.all(Connection) == []


async def test_another_browser_sees_neither_choice_nor_outcome(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    page = await browser.follow(
        await world.sign_in(link, "Acme Limited", "Acorn Dental", browser=browser)
    )

    seen = await world.browser().get(str(page.url))

    assert seen.status_code == 403
    assert "Acme" not in seen.text


async def test_a_choice_that_is_not_made_ends(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    page = await browser.follow(
        await world.sign_in(link, "Acme Limited", "Acorn Dental", browser=browser)
    )
    clock.advance(timedelta(minutes=10))

    await end_link(world.tools, (await world.ticket()).id)

    assert (await browser.get(str(page.url))).status_code == 410
    assert "You signed in, but chose no organisation" in said(world.card("ticket:"))


async def test_no_organisation_names_the_three_reasons(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    page = await world.sign_in(link, browser=world.browser(), vendor_user="ana-other")

    assert "No organisation to connect" in page.text
    assert page.text.count("<li>") == 3
    assert "Nothing was connected" in page.text
    assert "showed us no organisation" in said(world.card("ticket:"))


async def test_cancelling_at_the_vendor_comes_back_with_what_to_do(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")

    page = await world.sign_in(link, browser=world.browser(), decision="cancel")

    assert "You did not agree at Xero" in page.text
    assert "Send me a fresh link" in page.text
    assert "You did not agree at Xero" in said(world.card("ticket:"))
    assert (await world.ticket()).state is TicketState.CANCELLED


async def test_a_vendor_in_trouble_comes_back_with_what_to_do(world: World) -> None:
    await world.practice.has("Acme Ltd")
    world.ledgers.set_fault("xero/sign-in", "consent_error")
    link = await world.ask_link("Acme Ltd")
    browser = world.browser()
    started = await browser.post(link)
    back = await browser.client.post(started.headers["location"], data={"decision": "allow"})

    page = await browser.follow(back)

    assert page.status_code == 502
    assert "Xero refused the sign-in (server_error)" in page.text


async def test_a_silent_token_endpoint_is_not_the_persons_fault(world: World) -> None:
    await world.practice.has("Acme Ltd")
    world.ledgers.set_fault("xero/token", "server_error", times=None)
    link = await world.ask_link("Acme Ltd")

    page = await world.sign_in(link, "Acme Limited", browser=world.browser())

    assert page.status_code == 502
    assert "Xero did not answer" in page.text
    assert await world.all(Grant) == []


async def test_a_late_link_offers_a_new_one_which_arrives_in_slack(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")
    clock.advance(timedelta(minutes=11))
    browser = world.browser()
    page = await browser.get(link)
    assert page.status_code == 410

    sent = await browser.post("/oauth/again", key=link.rpartition("/")[2])

    assert "A fresh link is in the direct messages of Ana" in sent.text
    assert world.link() != link
    assert (await browser.get(world.link())).status_code == 200

    before = len(world.practice.post.sent)
    await browser.post("/oauth/again", key=link.rpartition("/")[2])

    assert len(world.practice.post.sent) == before  # one is in the messages already


async def test_whoever_made_up_a_key_gets_no_link(world: World) -> None:
    answer = await world.browser().post("/oauth/again", key="made up")

    assert answer.status_code == 404


async def test_rights_are_looked_at_again_at_every_step(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd", person_id=CHLOE)
    address = await world.consent(link, "Acme Limited", browser=browser)
    await _demote(world, CHLOE)

    page = await browser.get(address)

    assert page.status_code == 403
    assert "Chloe may not connect software for Acme Ltd any more" in page.text
    assert await world.all(Connection) == []


async def test_starting_needs_the_right_too(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd", person_id=CHLOE)
    await _demote(world, CHLOE)

    assert (await world.browser().post(link)).status_code == 403


async def test_a_connection_that_changed_meanwhile_voids_the_link(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    chloes, anas = world.browser(), world.browser()
    link = await world.ask_link("Acme Ltd", person_id=CHLOE)
    address = await world.consent(link, "Acorn Dental", browser=chloes)
    clock.advance(timedelta(seconds=1))
    ana = await world.sign_in(await world.ask_link("Acme Ltd"), "Acme Limited", browser=anas)
    assert ana.status_code == 303

    page = await chloes.get(address)

    assert page.status_code == 409
    assert "Things have changed meanwhile" in page.text
    [connection] = await world.all(Connection)
    assert connection.connected_by == ANA


async def test_a_spent_link_explains_itself(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    await world.sign_in(link, "Acme Limited", browser=browser)

    page = await browser.get(link)

    assert page.status_code == 410
    assert "This link has done its work" in page.text
    assert (await browser.post(link)).status_code == 410


async def test_a_reused_callback_connects_nothing_twice(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    address = await world.consent(link, "Acme Limited", browser=browser)
    assert (await browser.get(address)).status_code == 303

    assert (await browser.get(address)).status_code == 410
    assert len(await world.all(Connection)) == len(await world.all(Grant)) == 1


async def test_of_eight_callbacks_at_once_one_comes_through(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    address = await world.consent(link, "Acme Limited", browser=browser)

    answers = await asyncio.gather(*(browser.get(address) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [303] + [410] * 7
    assert len(await world.all(Connection)) == len(await world.all(Grant)) == 1
    assert len(world.calls(containing="/connect/token")) == 1


async def test_however_often_callbacks_race_one_of_eight_wins(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    for _ in range(50):
        browser = world.browser()
        address = await world.consent(await world.relink(clock), "Acme Limited", browser=browser)

        answers = await asyncio.gather(*(browser.get(address) for _ in range(8)))

        assert sorted(answer.status_code for answer in answers) == [303] + [410] * 7
    assert len(await world.all(Grant)) == 50
    assert len(await world.all(Connection)) == 1


async def test_a_missing_or_other_cookie_is_refused_and_spends_nothing(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    address = await world.consent(link, "Acme Limited", browser=browser)
    stranger = world.browser()
    stranger.client.cookies.set("dext_browser", "a guess", domain="bot.test", path="/oauth")

    assert (await world.browser().get(address)).status_code == 403
    assert (await stranger.get(address)).status_code == 403
    assert (await browser.get(address)).status_code == 303


async def test_a_late_callback_is_refused(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    address = await world.consent(link, "Acme Limited", browser=browser)
    clock.advance(timedelta(minutes=10))

    assert (await browser.get(address)).status_code == 410
    assert await world.all(Grant) == []


async def test_a_link_opened_in_one_browser_cannot_be_begun_in_another(world: World) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")
    await world.browser().post(link)
    other = world.browser()

    assert (await other.get(link)).status_code == 403
    answer = await other.post(link)
    assert answer.status_code == 403
    assert "belongs to another browser" in answer.text


async def test_the_same_browser_may_begin_again_and_the_first_state_is_void(
    world: World,
) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    first = await world.consent(link, "Acme Limited", browser=browser)
    second = await world.consent(link, "Acme Limited", browser=browser)

    assert (await browser.get(first)).status_code == 404
    assert (await browser.get(second)).status_code == 303


async def test_swapped_states_bind_nobody_to_anybody_elses_client(world: World) -> None:
    """Chloe's consent delivered with Ana's state, in either browser, connects nothing."""
    await world.practice.has("Acme Ltd", "Acorn Dental")
    anas, chloes = world.browser(), world.browser()
    ana = await world.consent(await world.ask_link("Acme Ltd"), "Acme Limited", browser=anas)
    chloe = await world.consent(
        await world.ask_link("Acorn Dental", person_id=CHLOE), "Acorn Dental", browser=chloes
    )

    answers = [
        await chloes.get(_with_state(chloe, of=ana)),  # a state of another browser
        await anas.get(_with_state(chloe, of=ana)),  # a code that PKCE ties to another sign-in
    ]

    assert [answer.status_code for answer in answers] == [403, 502]
    assert await world.all(Connection) == []


async def test_a_state_is_worth_nothing_at_another_vendors_address(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    address = await world.consent(link, "Acme Limited", browser=browser)

    answer = await browser.get(address.replace("/callback/xero", "/callback/quickbooks"))

    assert answer.status_code == 404


async def test_a_callback_never_reaches_another_workspace(world: World) -> None:
    """The ticket alone says whose client it is; ids of others in the query change nothing."""
    theirs = a_client(workspace_id=OTHER, name="Acme Ltd")
    await save(world.database, a_workspace(id=OTHER, name="Other"))
    await save(world.database, a_person(workspace_id=OTHER, id=ANA, role=Role.PRACTICE_ADMIN))
    await save(world.database, theirs)
    await world.practice.has("Acme Limited")
    browser = world.browser()
    link = await world.ask_link("Acme Limited")
    address = await world.consent(link, "Acme Limited", browser=browser)

    await browser.get(f"{address}&workspace={OTHER}&client={theirs.id}")

    [connection] = await world.all(Connection)
    assert connection.workspace_id == "T01FERNHILL"
    assert connection.client_id != theirs.id


async def test_asking_for_the_head_of_a_callback_spends_nothing(world: World) -> None:
    await world.practice.has("Acme Ltd")
    browser = world.browser()
    link = await world.ask_link("Acme Ltd")
    address = await world.consent(link, "Acme Limited", browser=browser)

    assert (await browser.client.head(address)).status_code == 200
    assert (await browser.get(address)).status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        "/oauth/start/" + "x" * 3000,
        "/oauth/start/%00",
        "/oauth/callback/xero",
        "/oauth/callback/nothing?state=&code=",
        "/oauth/callback/xero?state=%F0%9F%92%A9&code=1&code=2",
        "/oauth/tickets/unknown",
    ],
)
async def test_nonsense_is_not_found_and_breaks_nothing(world: World, address: str) -> None:
    page: httpx2.Response = await world.browser().get(address)

    assert page.status_code == 404
    assert "This link is not one of ours" in page.text


def _with_state(address: str, *, of: str) -> str:
    state = parse_qs(urlsplit(of).query)["state"]
    parts = urlsplit(address)
    query = parse_qs(parts.query) | {"state": state}
    return parts._replace(query=urlencode(query, doseq=True)).geturl()


async def _demote(world: World, person_id: str) -> None:
    async with world.database.begin() as session:
        person = await world.practice.person(person_id)
        person.role = Role.STANDARD
        await session.merge(person)
