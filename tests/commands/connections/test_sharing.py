"""Connecting another client with a sign-in that is there already."""

from datetime import timedelta
from typing import Any

import pytest

from commands.errors import NotAllowed, Refused
from commands.replies import ChoiceField, Form
from storage.models import AuditEvent, Connection, GrantState, Purpose, Status, Ticket
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE
from tests.conftest import Clock

ACORN = "C1ACORN"
NOBODYS = "Elm Street Books"


async def test_an_organisation_of_the_clients_name_makes_it_the_first_choice(world: World) -> None:
    await _acme_and_acorn(world)

    field = await _how(world, "Acorn Dental")

    [first, second] = field.options
    assert first.label == "Use the sign-in of Ana (3 June)"
    assert first.description == "Reaches Acorn Dental"
    assert second.label == "Send me a link"
    assert field.initial == first.value


async def test_without_such_a_name_the_link_stays_the_first_choice(world: World) -> None:
    await _acme_and_acorn(world)

    field = await _how(world, "Dunmore Joinery")

    assert field.initial == "link"
    assert [option.label for option in field.options][0::2] == ["Send me a link"]


async def test_a_link_is_still_sent_to_whoever_wants_it(world: World) -> None:
    await _acme_and_acorn(world)
    form = await _step_three(world, "Acorn Dental")
    before = len(await world.all(Ticket))

    await world.submit(ANA, form, sign_in="link")

    assert len(await world.all(Ticket)) == before + 1
    assert "/oauth/start/" in world.link()


@pytest.mark.parametrize("software", ["xero", "quickbooks"])
async def test_nothing_is_offered_where_no_sign_in_reaches_anything(
    world: World, software: str
) -> None:
    await world.practice.has("Bright Bakery", "Acorn Dental")
    own = {"xero": "Acorn Dental", "quickbooks": "Bright Bakery"}
    await world.connect(own[software], own[software], software=software)
    other = next(name for key, name in own.items() if key != software)

    form = await _step_three(world, other, software=software)

    assert form.fields == ()
    assert form.submit_label == "Send me the link"


async def test_it_connects_without_a_browser_and_says_so(world: World, clock: Clock) -> None:
    await _acme_and_acorn(world)
    clock.advance(timedelta(hours=2))
    signed_in = [call.path for call in world.calls() if "authorize" in call.path]

    form = await _organisations(world, "Acorn Dental", CHLOE)
    field = form.fields[0]
    assert isinstance(field, ChoiceField)
    assert [option.label for option in field.options] == ["Acorn Dental"]
    assert "Acme Limited (Acme Ltd)" in said(form)
    reply = await world.submit(CHLOE, form, organisation=str(field.initial))

    assert "Connected Acorn Dental to Acorn Dental in Xero with the sign-in of Ana." in said(reply)
    connection = await world.connection("Acorn Dental")
    [grant] = await world.grants()
    assert (connection.grant_id, connection.connected_by) == (grant.id, CHLOE)
    event = [e for e in await world.all(AuditEvent) if e.action == "connection.connected"][-1]
    assert (event.actor, event.after["signed_in_by"]) == (CHLOE, ANA)
    assert [call.path for call in world.calls() if "authorize" in call.path] == signed_in
    await world.work()
    assert "accounts" in said(world.card("connection:", to=ACORN))


async def test_a_new_client_is_added_with_it(world: World) -> None:
    await _acme_and_acorn(world)
    step_two = await world.submit(
        ANA,
        await world.say(ANA, "connect client"),
        client="new:Acorn Dental 2",
        purpose="bookkeeping",
    )
    form = await world.submit(ANA, step_two, software="xero")
    assert isinstance(form, Form)
    grant = (await world.grants())[0]

    choosing = await world.submit(ANA, form, sign_in=grant.id)
    assert isinstance(choosing, Form)
    await world.submit(ANA, choosing, organisation=_first(choosing))

    assert (await world.connection("Acorn Dental 2")).status is Status.CONNECTED


async def test_each_client_of_a_sign_in_is_disconnected_alone(world: World) -> None:
    await _acme_and_acorn(world)
    await _use(world, "Acorn Dental")
    await world.work()

    await _disconnect(world, "Acme Ltd")
    await world.work()

    assert (await world.connection("Acorn Dental")).status is Status.CONNECTED
    assert [c.method for c in world.calls(containing="/connections/")] == ["DELETE"]
    assert world.calls(containing="/connect/revocation") == []
    assert [grant.state for grant in await world.grants()] == [GrantState.LIVE]

    await _disconnect(world, "Acorn Dental")
    await world.work()

    assert len(world.calls(containing="/connect/revocation")) == 1
    [grant] = await world.grants()
    assert (grant.state, grant.sealed_tokens) == (GrantState.REVOKED, None)


async def test_data_health_may_use_the_sign_in_of_bookkeeping_but_begins_with_a_link(
    world: World,
) -> None:
    await _acme_and_acorn(world)

    form = await _step_three(world, "Acme Ltd", purpose="data_health")
    field = form.fields[0]
    assert isinstance(field, ChoiceField)
    assert field.initial == "link"
    choosing = await world.submit(ANA, form, sign_in=field.options[1].value)
    assert isinstance(choosing, Form)
    offered = choosing.fields[0]
    assert isinstance(offered, ChoiceField)
    assert offered.options[0].label == "Acme Limited"
    assert "the client's other connection" in str(offered.options[0].description)
    await world.submit(ANA, choosing, organisation=str(offered.initial))

    health = await world.connection("Acme Ltd", Purpose.DATA_HEALTH)
    assert health.grant_id == (await world.connection("Acme Ltd")).grant_id


async def test_it_needs_the_permission_to_connect(world: World) -> None:
    await _acme_and_acorn(world)
    form = await _organisations(world, "Acorn Dental")
    await world.practice.assign(BEN, await world.practice.client("Acorn Dental"))

    with pytest.raises(NotAllowed):
        await world.submit(BEN, form, organisation=_first(form))


async def test_of_two_who_choose_one_organisation_one_gets_it(world: World) -> None:
    await _acme_and_acorn(world)
    await world.practice.has("Acorn Dental North")
    forms = [await _organisations(world, name) for name in ("Acorn Dental", "Acorn Dental North")]
    await world.submit(ANA, forms[0], organisation=_first(forms[0]))

    with pytest.raises(Refused) as refused:
        await world.submit(ANA, forms[1], organisation=_first(forms[1]))

    assert "reaches no organisation for Acorn Dental North any more" in said(refused.value)


async def test_only_what_the_sign_in_reaches_is_taken(world: World) -> None:
    await _acme_and_acorn(world)
    form = await _organisations(world, "Acorn Dental")

    for wrong in ("another", world.ledgers.organisation(NOBODYS).key):
        with pytest.raises(Refused):
            await world.submit(ANA, form, organisation=wrong)
    assert len(await world.all(Connection)) == 1


async def test_a_sign_in_that_died_meanwhile_is_not_used(world: World, clock: Clock) -> None:
    await _acme_and_acorn(world)
    form = await _organisations(world, "Acorn Dental")
    world.ledgers.set_fault("xero", "revoke_refresh")
    clock.advance(timedelta(hours=1))

    with pytest.raises(Refused):
        await world.submit(ANA, form, organisation=_first(form))


async def test_a_vendor_that_does_not_answer_leaves_the_link(world: World) -> None:
    await _acme_and_acorn(world)
    world.ledgers.set_fault("xero", "server_error", times=None)

    form = await _step_three(world, "Acorn Dental")

    assert form.fields == ()


async def test_a_sign_in_of_another_workspace_is_not_there(world: World) -> None:
    await _acme_and_acorn(world)
    form = await _organisations(world, "Acorn Dental")
    assert form.submits is not None

    with pytest.raises(Refused):
        await world.practice.press(
            ANA, form.submits.having(grant="anothergrantsid0", organisation=_first(form))
        )


async def _acme_and_acorn(world: World) -> None:
    """Acme Ltd is connected with a sign-in that reaches Acorn Dental too."""
    await world.practice.has("Acme Ltd", "Dunmore Joinery")
    await world.practice.has("Acorn Dental", channel_id=ACORN)
    browser = world.browser()
    page = await browser.follow(
        await world.sign_in(
            await world.ask_link("Acme Ltd"), "Acme Limited", "Acorn Dental", browser=browser
        )
    )
    acme = world.ledgers.organisation("Acme Limited").key
    await browser.post(str(page.url), organisation=acme)
    assert (await world.connection("Acme Ltd")).status is Status.CONNECTED


async def _step_three(world: World, client: str, person_id: str = ANA, **how: str) -> Form:
    known = {"purpose": "bookkeeping", "software": "xero"} | how
    form = await world.say(person_id, f'connect client "{client}"')
    assert isinstance(form, Form)
    while asked := {f.name: known[f.name] for f in form.fields if f.name in known}:
        form = await world.submit(person_id, form, **asked)
        assert isinstance(form, Form)
    return form


async def _how(world: World, client: str) -> ChoiceField:
    [field] = (await _step_three(world, client)).fields
    assert isinstance(field, ChoiceField)
    return field


async def _organisations(world: World, client: str, person_id: str = ANA) -> Form:
    form = await _step_three(world, client, person_id)
    field = form.fields[0]
    assert isinstance(field, ChoiceField)
    grant = next(option.value for option in field.options if option.value != "link")
    choosing = await world.submit(person_id, form, sign_in=grant)
    assert isinstance(choosing, Form), said(choosing)
    return choosing


def _first(form: Form) -> str:
    field: Any = form.fields[0]
    return str(field.options[0].value)


async def _use(world: World, client: str) -> None:
    form = await _organisations(world, client)
    await world.submit(ANA, form, organisation=_first(form))


async def _disconnect(world: World, client: str) -> None:
    now = await world.connection(client)
    asked = world.invocation("connections.disconnect_now", connection=now.id, version=now.version)
    await world.practice.press(ANA, asked)
