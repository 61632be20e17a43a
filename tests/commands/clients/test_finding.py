"""Which client is meant by what was typed."""

import pytest

from commands import registry
from commands.clients.names import name_key
from commands.errors import Ambiguous, CommandError, NotAllowed, NotFound, Refused
from commands.replies import call
from tests.builders import NOW, a_client, a_workspace, save
from tests.commands.practice import ANA, BEN, CHLOE, DORA, Practice, buttons, words

SHOW = "clients.show"


async def shown(practice: Practice, person: str, client: str) -> str:
    return words(await practice.press(person, call(SHOW, client=client))).partition("\n")[0]


@pytest.fixture
async def fernhill(practice: Practice) -> Practice:
    await practice.has("Acme Ltd", "Acorn Dental", "Bright Bakery", "Oak & Sons", "Café Nero")
    return practice


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme Ltd", "Acme Ltd"),
        ("acme", "Acme Ltd"),
        ("ACME LIMITED", "Acme Ltd"),
        ("acm", "Acme Ltd"),
        ("dent", "Acorn Dental"),
        ("bakery", "Bright Bakery"),
        ("oak and sons", "Oak & Sons"),
        ("cafe", "Café Nero"),
        ("acme l", "Acme Ltd"),
    ],
)
async def test_a_client_is_found_by(fernhill: Practice, text: str, name: str) -> None:
    assert f"*{name}*".replace("&", "&amp;") in await shown(fernhill, ANA, text)


async def test_a_client_is_found_by_id(fernhill: Practice) -> None:
    client = await fernhill.client("Bright Bakery")

    assert "*Bright Bakery*" in await shown(fernhill, ANA, client.id)


async def test_two_that_look_alike_are_offered(fernhill: Practice) -> None:
    with pytest.raises(Ambiguous) as raised:
        await fernhill.press(ANA, call(SHOW, client="ac"))

    assert words(raised.value) == "Two clients look like “ac”."
    offered = buttons(raised.value)
    assert list(offered) == ["Acme Ltd", "Acorn Dental", "Neither"]
    chosen = await fernhill.press(ANA, offered["Acorn Dental"] or call(""))
    assert "*Acorn Dental*" in words(chosen)


async def test_many_that_look_alike_are_cut_and_counted(practice: Practice) -> None:
    await practice.has(*(f"Ash {n:02}" for n in range(30)))

    with pytest.raises(Ambiguous) as raised:
        await practice.press(ANA, call(SHOW, client="ash"))

    assert "30 clients look like “ash”." in words(raised.value)
    assert "the first 5" in words(raised.value)
    assert list(buttons(raised.value))[-1] == "None of them"


async def test_a_slip_of_the_pen_is_asked_about(fernhill: Practice) -> None:
    with pytest.raises(NotFound) as raised:
        await fernhill.press(ANA, call(SHOW, client="brigt bakery"))

    assert "Did you mean" in words(raised.value)
    assert list(buttons(raised.value)) == ["Bright Bakery", "Add it as a client", "All clients"]


async def test_a_slip_in_any_word_is_asked_about(fernhill: Practice) -> None:
    with pytest.raises(NotFound) as raised:
        await fernhill.press(ANA, call(SHOW, client="bakrey"))

    assert "Bright Bakery" in buttons(raised.value)


@pytest.mark.parametrize("text", ["ltd", "Ltd.", "limited", "plc"])
async def test_a_legal_form_alone_tells_no_clients_apart(fernhill: Practice, text: str) -> None:
    with pytest.raises(Ambiguous) as raised:
        await fernhill.say(ANA, f"connections {text}")
    listed = await fernhill.say(ANA, "clients ltd")

    assert "tells no clients apart" in words(raised.value)
    assert "No client" not in words(listed)


async def test_a_legal_form_alone_picks_nobody_even_of_one(practice: Practice) -> None:
    await practice.has("Bright Bakery")

    with pytest.raises(Ambiguous) as raised:
        await practice.say(ANA, "refresh ltd")

    assert list(buttons(raised.value)) == ["Bright Bakery", "None of them"]


async def test_what_is_nowhere_near_can_be_added(fernhill: Practice) -> None:
    with pytest.raises(NotFound) as raised:
        await fernhill.press(ANA, call(SHOW, client="Zebra & Co"))

    assert words(raised.value).startswith("There is no client called “Zebra &amp; Co”")
    assert buttons(raised.value)["Add it as a client"] == call("clients.add", name="Zebra & Co")


async def test_a_standard_user_finds_only_assigned_clients(fernhill: Practice) -> None:
    await fernhill.assign(BEN, await fernhill.client("Acme Ltd"))

    assert "*Acme Ltd*" in await shown(fernhill, BEN, "ac")
    with pytest.raises(NotFound) as raised:
        await fernhill.press(BEN, call(SHOW, client="brigh"))
    assert list(buttons(raised.value)) == ["All clients"]


async def test_naming_somebody_elses_client_tells_who_can(fernhill: Practice) -> None:
    bakery = await fernhill.client("Bright Bakery")
    await fernhill.assign(BEN, await fernhill.client("Acme Ltd"))

    with pytest.raises(NotAllowed) as raised:
        await fernhill.press(BEN, call(SHOW, client="Bright Bakery"))

    assert raised.value.who == (ANA, CHLOE)
    assert words(raised.value) == (
        f"You are not assigned to *Bright Bakery*. <@{ANA}> or <@{CHLOE}> can assign you."
    )
    asks = buttons(raised.value)["Ask them"]
    assert asks == call("people.ask", request=f"{SHOW}?client=Bright+Bakery", client=bakery.id)


async def test_colleagues_of_the_client_are_among_those_who_can(fernhill: Practice) -> None:
    await fernhill.assign(BEN, await fernhill.client("Acme Ltd"))

    with pytest.raises(NotAllowed) as raised:
        await fernhill.press(DORA, call("connections.connect", client="Acme Ltd"))

    assert raised.value.who == (ANA, CHLOE)


async def test_another_practices_client_does_not_exist(fernhill: Practice) -> None:
    theirs = a_client(workspace_id="T0OTHER", name="Xylo Ltd", name_key=name_key("Xylo Ltd"))
    await save(fernhill.database, a_workspace(id="T0OTHER"))
    await save(fernhill.database, theirs)

    for text in (theirs.id, theirs.name):
        with pytest.raises(NotFound):
            await fernhill.press(ANA, call(SHOW, client=text))


async def test_an_archived_client_says_so(practice: Practice) -> None:
    await practice.has("Acme Ltd", archived_at=NOW)

    with pytest.raises(Refused) as raised:
        await practice.press(ANA, call("clients.rename", client="acme"))

    assert "has been archived since" in words(raised.value)
    assert list(buttons(raised.value)) == ["Restore"]


async def test_a_working_client_is_preferred_to_an_archived_one(practice: Practice) -> None:
    await practice.has("Acme Ltd", archived_at=NOW)
    await practice.has("Acme Limited")

    assert "*Acme Limited*" in await shown(practice, ANA, "acme")


async def test_options_end_with_adding_for_those_who_may(fernhill: Practice) -> None:
    offer = registry.SOURCES["clients_or_new"]
    await fernhill.assign(BEN, await fernhill.client("Acme Ltd"))

    found = await offer(await fernhill.context(ANA), "ac")
    assert [option.label for option in found] == ["Acme Ltd", "Acorn Dental", "Add “ac”"]
    assert found[-1].value == "new:ac"
    exact = await offer(await fernhill.context(ANA), "Acme Limited")
    assert [option.label for option in exact] == ["Acme Ltd"]
    bens = await offer(await fernhill.context(BEN), "")
    assert [option.label for option in bens] == ["Acme Ltd"]


@pytest.fixture
async def crowd(practice: Practice) -> Practice:
    colours = ("Amber", "Birch", "Cobalt", "Dahlia", "Ember", "Fjord", "Hazel", "Iris")
    trades = ("Joinery", "Motors", "Foods", "Films", "Glass", "Boats", "Yards", "Labs")
    names = (f"{a} {b} {n:03} Ltd" for n in range(157) for a in colours for b in trades)
    await practice.has(*names)
    return practice


async def test_ten_thousand_clients_are_searched(crowd: Practice) -> None:
    ana, offer = await crowd.context(ANA), registry.SOURCES["clients"]

    everything = await offer(ana, "")
    glass = await offer(ana, "hazel glass")
    one = await offer(ana, "Hazel Glass 042 Ltd")

    assert [o.label for o in everything[:2]] == ["Amber Boats 000 Ltd", "Amber Boats 001 Ltd"]
    assert len(everything) == len(glass) == 100
    assert {o.label[:11] for o in glass} == {"Hazel Glass"}
    assert [o.label for o in one] == ["Hazel Glass 042 Ltd"]
    assert "*Iris Labs 099 Ltd*" in await shown(crowd, ANA, "iris labs 099")
    with pytest.raises(CommandError) as raised:
        await crowd.press(ANA, call(SHOW, client="hazle glass 042"))
    assert "Hazel Glass 042 Ltd" in buttons(raised.value)
