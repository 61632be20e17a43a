"""Reconnecting, changing and disconnecting what is connected."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.connections.leaving import ATTEMPTS, detach
from commands.errors import Conflict, Refused
from commands.replies import Form
from providers.gateway import LedgerGateway, open_http
from storage.identity import new_id
from storage.models import (
    Detachment,
    GrantState,
    Item,
    ItemState,
    PaymentMethod,
    Purpose,
    Rule,
    RuleKind,
    Status,
)
from storage.tokens import GrantTokens
from tests.builders import NOW, a_connection, save
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, CHLOE
from tests.conftest import Clock

ACME = "C1ACME"


async def test_reconnecting_keeps_the_connection_and_its_names(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    first = await world.connect("Acme Ltd", "Acme Limited")
    clock.advance(timedelta(days=1))
    await world.press(CHLOE, await world.say(CHLOE, "connections acme"), "Reconnect")
    browser = world.browser()

    page = await browser.follow(
        await world.sign_in(world.link(CHLOE), "Acme Limited", browser=browser)
    )

    assert "is connected to Acme Limited" in page.text
    again = await world.connection("Acme Ltd")
    assert again.id == first.id
    assert again.grant_id != first.grant_id
    assert again.connected_by == CHLOE


async def test_a_reconnecting_client_takes_its_own_of_several(world: World) -> None:
    await world.practice.has("Acme Ltd")
    first = await world.connect("Acme Ltd", "Acme Limited")
    await world.press(ANA, await world.say(ANA, "connections acme"), "Reconnect")
    browser = world.browser()

    page = await browser.follow(
        await world.sign_in(world.link(), "Acorn Dental", "Acme Limited", browser=browser)
    )

    assert "is connected to Acme Limited" in page.text
    assert (await world.connection("Acme Ltd")).organisation_id == first.organisation_id


async def test_reconnecting_to_another_organisation_is_stopped(world: World) -> None:
    await world.practice.has("Acme Ltd")
    first = await world.connect("Acme Ltd", "Acme Limited")
    await world.press(ANA, await world.say(ANA, "connections acme"), "Reconnect")

    page = await world.sign_in(world.link(), "Acorn Dental", browser=world.browser())

    assert page.status_code == 409
    assert "Acme Ltd is connected to <strong>Acme Limited</strong>" in page.text
    assert "<strong>Acorn Dental</strong>" in page.text
    now = await world.connection("Acme Ltd")
    assert (now.grant_id, now.version) == (first.grant_id, first.version)
    assert "You signed in to Acorn Dental" in said(world.card("ticket:"))


async def test_the_replaced_consent_is_forgotten_and_the_new_one_lives(
    world: World, clock: Clock
) -> None:
    """Revoking it would end the new one with it: they are the same Xero user's."""
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.press(ANA, await world.say(ANA, "connections acme"), "Reconnect")
    browser = world.browser()
    clock.advance(timedelta(minutes=1))
    await world.sign_in(world.link(), "Acme Limited", browser=browser)
    clock.advance(timedelta(minutes=20))

    await world.work("connections.drop_grant", "connections.detach")

    old, new = await world.grants()
    assert (old.state, old.sealed_tokens) == (GrantState.REVOKED, None)
    assert new.state is GrantState.LIVE
    assert world.calls(containing="/connect/revocation") == []
    await world.work("lists.refresh")
    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED


async def test_a_consent_nobody_finished_is_revoked_after_a_quarter_of_an_hour(
    world: World, clock: Clock
) -> None:
    await world.practice.has("Acme Ltd")
    link = await world.ask_link("Acme Ltd")
    await world.sign_in(link, "Acme Limited", "Acorn Dental", browser=world.browser())

    clock.advance(timedelta(minutes=14))
    await world.work()
    assert [grant.state for grant in await world.grants()] == [GrantState.LIVE]

    clock.advance(timedelta(minutes=2))
    await world.work()

    [grant] = await world.grants()
    assert (grant.state, grant.sealed_tokens) == (GrantState.REVOKED, None)
    assert len(world.calls(containing="/connect/revocation")) == 1


async def test_disconnecting_says_what_it_affects_and_asks(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")

    form = await _form(world, "Disconnect")

    assert isinstance(form, Form)
    assert (form.submit_label, form.close_label) == ("Disconnect", "Keep")
    assert said(form).splitlines() == [
        "Disconnect Acme Ltd from Acme Limited? (Xero, bookkeeping)",
        "• Publishing stops, and the lists are not read again.",
        "• The Data Health connection goes on reading Acme Limited, so our access at Xero stays.",
        "• Nothing is changed in the books.",
    ]


async def test_what_is_meant_for_the_ledger_is_counted_before_it_is_left(world: World) -> None:
    client, *_ = await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    whose = {"workspace_id": client.workspace_id, "client_id": client.id}
    made = {"made_at": NOW, "made_by": ANA}
    supplier = {"kind": RuleKind.SUPPLIER, "subject": "paper pens", "title": "Paper & Pens"}
    await save(
        world.database,
        *(an_item(whose, state=state) for state in (ItemState.READY, ItemState.TO_REVIEW)),
        an_item(whose, state=ItemState.ARCHIVED),
        Rule(id=new_id(), **whose, **made, **supplier),
        PaymentMethod(id=new_id(), **whose, **made, name="Company card", name_key="company card"),
    )

    disconnecting = said(await _form(world, "Disconnect"))
    changing = said(await _form(world, "Change connection"))

    assert "• 2 items not yet published wait here until it is connected again." in disconnecting
    assert "• What was read and set up stays: 1 rule and 1 payment method." in disconnecting
    bound = "1 rule, 1 payment method and the coding of 2 items"
    assert f"▲ Bound to the accounts of Acme Limited: {bound}." in changing


def an_item(whose: dict[str, str], *, state: ItemState) -> Item:
    return Item(
        id=new_id(),
        **whose,
        owner=ANA,
        source="slack",
        title="A bill",
        submitted_at=NOW,
        state=state,
    )


async def test_what_stops_and_what_goes_on_depends_on_who_uses_the_organisation(
    world: World,
) -> None:
    await world.practice.has("Acme Ltd", "Acme North Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work("lists.refresh")

    alone = said(await _form(world, "Disconnect"))
    await world.connect("Acme Ltd", "Acorn Dental", purpose="data_health")
    with_another = said(await _form(world, "Disconnect"))
    found, north = await world.connection("Acme Ltd"), await world.practice.client("Acme North Ltd")
    same = {"organisation_id": found.organisation_id, "grant_id": found.grant_id}
    await save(world.database, a_connection(north, **same))
    with_another_client = said(await _form(world, "Disconnect"))

    assert "list entries as of 3 Jun 2026, 10:00 UTC." in alone
    gone = "Xero is told that we no longer need access to Acme Limited."
    assert gone in alone
    assert "The Data Health connection is not touched." in with_another
    assert gone in with_another
    assert gone not in with_another_client
    assert "Acme Limited is used by another client too" in with_another_client


async def test_disconnecting_ends_the_only_consent_at_the_vendor(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()

    reply = await world.submit(ANA, await _form(world, "Disconnect"))
    await world.work()

    assert "frozen as of 3 Jun 2026, 10:00 UTC" in said(reply)
    connection = await world.connection("Acme Ltd")
    assert (connection.status, connection.grant_id) == (Status.DISCONNECTED, None)
    assert connection.disconnected_by == ANA
    assert await world.count_entries(connection) > 2_000
    [grant] = await world.grants()
    assert (grant.state, grant.sealed_tokens) == (GrantState.REVOKED, None)
    gone = [call.method for call in world.calls(containing="/connections/")]
    assert gone == ["DELETE"]
    assert len(world.calls(containing="/connect/revocation")) == 1
    page = said(await world.say(ANA, "connections acme"))
    assert "○ Disconnected · Acme Limited · Xero" in page
    assert "What is here is frozen as of 3 Jun 2026, 10:00 UTC." in page


async def test_disconnecting_one_purpose_leaves_the_other_working(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    health = await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")
    disconnect = world.invocation(
        "connections.disconnect_now", connection=health.id, version=health.version
    )

    await world.practice.press(ANA, disconnect)
    await world.work()

    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED
    assert (await world.connection("Acme Ltd", Purpose.DATA_HEALTH)).grant_id is None
    assert world.calls(containing="/connections/") == []
    assert world.calls(containing="/connect/revocation") == []


async def test_disconnecting_one_client_leaves_the_others_of_a_consent(world: World) -> None:
    acme, acorn = await world.practice.has("Acme Ltd", "Acorn Dental")
    first = await world.connect(acme.name, "Acme Limited")
    await world.connect(acorn.name, "Acorn Dental")
    await world.share_grant(first.grant_id)

    await world.submit(ANA, await _form(world, "Disconnect"))
    await world.work()

    assert (await world.connection("Acorn Dental")).status is Status.CONNECTED
    assert (await world.connection("Acorn Dental")).lists_read_at is not None
    assert [c.method for c in world.calls(containing="/connections/")] == ["DELETE"]
    assert world.calls(containing="/connect/revocation") == []


async def test_the_vendor_is_told_again_until_it_answers(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    world.ledgers.set_fault("xero/connections", "server_error", times=None)

    await world.submit(ANA, await _form(world, "Disconnect"))
    await world.work("connections.detach")

    [row] = await world.all(Detachment)
    assert (row.attempts, row.error, row.done_at) == (1, "TryAgain", None)
    assert row.due_at > clock()

    world.ledgers.set_fault("xero/connections", "none")
    clock.advance(timedelta(hours=1))
    await world.work("connections.detach")

    assert all(row.done_at for row in await world.all(Detachment))
    assert [grant.state for grant in await world.grants()] == [GrantState.REVOKED]


async def test_what_a_vendor_never_confirms_is_left_to_people(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd", channel_id=ACME)
    await world.connect("Acme Ltd", "Acme Limited")
    world.ledgers.set_fault("xero/connections", "server_error", times=None)
    disconnecting = await _form(world, "Disconnect")
    await world.submit(CHLOE, disconnecting)

    for _ in range(ATTEMPTS):
        assert not [s for s in world.practice.post.sent if (s.card or "").startswith("left:")]
        await world.work("connections.detach")
        clock.advance(timedelta(hours=7))

    left = world.card("left:")
    assert left.to == CHLOE
    assert "Xero has not confirmed that we gave up Acme Limited" in said(left)
    assert "Take it out yourself at Xero, under Settings, Connected apps." in said(left)
    assert [grant.sealed_tokens for grant in await world.grants()] == [None]


async def test_a_sign_in_that_cannot_be_ended_is_left_to_people(world: World, clock: Clock) -> None:
    await world.practice.has("Bright Bakery")
    await world.connect("Bright Bakery", "Bright Bakery", software="quickbooks")
    disconnecting = await _form(world, "Disconnect", "connections bright")
    await world.submit(ANA, disconnecting)
    tokens = GrantTokens(world.database, world.tools.vault, now=clock)
    gateway = LedgerGateway(http=open_http(), configured={}, tokens=tokens, now=clock)

    for row in await world.all(Detachment):
        await detach(replace(world.tools, gateway=gateway), row.id)
    for row in await world.all(Detachment):
        await detach(replace(world.tools, gateway=gateway), row.id)

    told = [said(s) for s in world.practice.post.to(ANA) if (s.card or "").startswith("left:")]
    assert any("sign-in of 3 June 2026 has ended" in text for text in told)
    assert all("Bright Bakery" in text for text in told)


async def test_quickbooks_leaves_with_its_consent(world: World) -> None:
    await world.practice.has("Bright Bakery")
    await world.connect("Bright Bakery", "Bright Bakery", software="quickbooks")

    await world.submit(ANA, await _form(world, "Disconnect", "connections bright"))
    await world.work("connections.detach")

    assert len(world.calls("quickbooks", "/tokens/revoke")) == 1
    assert [grant.sealed_tokens for grant in await world.grants()] == [None]


async def test_a_stale_button_says_who_was_quicker(world: World, clock: Clock) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    form = await _form(world, "Disconnect")
    page = await world.say(CHLOE, "connections acme")
    clock.advance(timedelta(minutes=5))
    await world.submit(ANA, form)

    for press in (world.submit(ANA, form), world.press(CHLOE, page, "Disconnect")):
        with pytest.raises(Conflict) as conflict:
            await press
        assert "<@U01ANA> disconnected it, 3 Jun 2026, 10:05 UTC" in said(conflict.value)


async def test_names_called_fine_on_a_stale_card_are_not_taken(world: World) -> None:
    await world.practice.has("Oak & Sons", channel_id="C1OAK")
    await world.connect("Oak & Sons", "Oakwood Joinery Holdings")
    card = world.card("connection:")
    await world.submit(ANA, await _form(world, "Disconnect", "connections oak"))

    with pytest.raises(Conflict):
        await world.press(ANA, card, "Names are fine")


async def test_the_wrong_organisation_is_put_right_by_the_safe_path(world: World) -> None:
    await world.practice.has("Oak & Sons", channel_id="C1OAK")
    await world.connect("Oak & Sons", "Oakwood Joinery Holdings")

    form = await world.press(ANA, world.card("connection:"), "Wrong organisation")
    await world.submit(ANA, form)

    assert (await world.connection("Oak & Sons")).status is Status.DISCONNECTED
    browser = world.browser()
    page = await browser.follow(
        await world.sign_in(world.link(), "Elm Street Books", browser=browser)
    )
    assert "is connected to Elm Street Books" in page.text


async def test_changing_disconnects_and_sends_a_link_for_the_other_software(world: World) -> None:
    await world.practice.has("Bright Bakery")
    await world.connect("Bright Bakery", "Bright Bakery", software="quickbooks")

    form = await _form(world, "Change connection", "connections bright")
    assert "Bound to the accounts" not in said(form)
    await world.submit(ANA, form, software="xero")
    browser = world.browser()
    await world.sign_in(world.link(), "Elm Street Books", browser=browser)
    await world.work()

    connection = await world.connection("Bright Bakery")
    assert (connection.provider, connection.status) == ("xero", Status.CONNECTED)
    assert len(world.calls("quickbooks", "/tokens/revoke")) == 1


async def test_bookkeeping_stays_with_data_health(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")
    form = await _form(world, "Change connection")

    assert isinstance(form, Form)
    assert [o.value for o in form.fields[0].options] == ["xero"]  # type: ignore[union-attr]
    with pytest.raises(Refused):
        await world.submit(ANA, form, software="quickbooks")
    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED


async def _form(world: World, label: str, page: str = "connections acme") -> object:
    """The form behind an entry of the first Manage menu of a page."""
    return await world.press(ANA, await world.say(ANA, page), label, first=True)
