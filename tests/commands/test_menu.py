"""`/dext` alone, wherever it is typed."""

import pytest

from commands.replies import Form, call
from storage.models import Purpose, Status, Workspace
from tests.builders import NOW
from tests.commands.practice import ANA, BEN, CHLOE, DORA, Practice, buttons, words


async def test_nothing_typed_shows_the_client_of_the_channel(practice: Practice) -> None:
    [acme] = await practice.has("Acme Ltd", channel_id="C0ACME")
    await practice.connect("Acme Ltd", lists_read_at=NOW)

    menu = await practice.say(ANA, "", channel="C0ACME")

    assert words(menu).splitlines() == [
        "*Acme Ltd*",
        "Bookkeeping ● Connected to Acme Ltd at Xero (Xero) · lists "
        f"<!date^{int(NOW.timestamp())}^{{ago}}|3 Jun 2026, 10:00 UTC>",
        "Data Health ○ Not connected",
    ]
    assert list(buttons(menu)) == ["Connect Data Health", "Connections", "Items", "Help"]
    assert buttons(menu)["Connect Data Health"] == call(
        "connections.connect", client=acme.id, purpose="data_health"
    )


async def test_a_new_client_is_offered_both_connections(practice: Practice) -> None:
    await practice.has("Acme Ltd", channel_id="C0ACME")

    menu = await practice.say(CHLOE, "", channel="C0ACME")

    assert list(buttons(menu)) == [
        "Connect bookkeeping",
        "Connect Data Health",
        "Connections",
        "Help",
    ]


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"status": Status.EXPIRED}, "■ Expired"),
        ({"status": Status.ATTENTION}, "▲ Needs attention"),
        ({"status": Status.DISCONNECTED}, "○ Disconnected"),
        ({"status": Status.DISCONNECTED, "erase_at": NOW}, "▲ About to be erased"),
        ({"status": Status.DISCONNECTED, "erased_at": NOW}, "○ Not connected"),
    ],
)
async def test_every_state_has_its_word(
    practice: Practice, over: dict[str, object], said: str
) -> None:
    await practice.has("Acme Ltd", channel_id="C0ACME")
    await practice.connect("Acme Ltd", **over)

    assert f"Bookkeeping {said}" in words(await practice.say(ANA, "", channel="C0ACME"))


async def test_a_channel_without_a_client_offers_three_ways_on(practice: Practice) -> None:
    menu = await practice.say(ANA, "", channel="C0NEW")

    assert words(menu).startswith("*This channel has no client yet.*")
    assert list(buttons(menu)) == ["Connect a client", "Choose client", "Help"]
    chooser = await practice.press(ANA, buttons(menu)["Choose client"] or call(""))
    assert isinstance(chooser, Form)
    assert chooser.submits == call("connections.show")


async def test_a_direct_message_says_nothing_of_channels(practice: Practice) -> None:
    assert "channel" not in words(await practice.say(ANA, "", channel="D0ANA"))


async def test_in_the_practices_channel_no_client_is_missing(practice: Practice) -> None:
    async with practice.database.begin() as session:
        workspace = await session.get_one(Workspace, "T01FERNHILL")
        workspace.practice_channel_id = "C0ALL"

    menu = words(await practice.say(ANA, "", channel="C0ALL"))

    assert menu.startswith("*What would you like to do?*")


async def test_what_is_checked_leads_to_its_health(practice: Practice) -> None:
    await practice.has("Acme Ltd", channel_id="C0ACME")
    await practice.connect("Acme Ltd", lists_read_at=NOW)
    await practice.connect("Acme Ltd", purpose=Purpose.DATA_HEALTH, lists_read_at=NOW)

    menu = await practice.say(ANA, "", channel="C0ACME")

    assert list(buttons(menu)) == ["Connections", "Health", "Items", "Help"]


async def test_several_clients_share_a_channel(practice: Practice) -> None:
    await practice.has(*(f"Client {n}" for n in range(6)), channel_id="C0ALL")

    menu = await practice.say(ANA, "", channel="C0ALL")

    assert "*Client 3*" in words(menu)
    assert "*Client 4*" not in words(menu)
    assert "This channel has 2 more clients." in words(menu)


@pytest.mark.parametrize("person", [BEN, DORA])
async def test_who_works_for_nobody_is_told_who_can_change_that(
    practice: Practice, person: str
) -> None:
    await practice.has("Acme Ltd", channel_id="C0ACME")

    menu = await practice.say(person, "", channel="C0ACME")

    assert "Acme" not in words(menu)
    assert f"<@{ANA}> or <@{CHLOE}> can change that" in words(menu)


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.ATTENTION])
async def test_what_no_longer_works_is_reconnected_first(
    practice: Practice, status: Status
) -> None:
    await practice.has("Acme Ltd", channel_id="C0ACME")
    await practice.connect("Acme Ltd", status=status, lists_read_at=NOW)

    menu = await practice.say(ANA, "", channel="C0ACME")

    assert list(buttons(menu)) == ["Reconnect", "Connections", "Items", "Help"]
    reconnect = buttons(menu)["Reconnect"]
    assert reconnect is not None
    assert reconnect.command == "connections.reconnect"


async def test_a_standard_user_is_offered_only_what_they_may_do(practice: Practice) -> None:
    acme, _ = await practice.has("Acme Ltd", "Bright Bakery", channel_id="C0ACME")
    await practice.connect("Acme Ltd", status=Status.EXPIRED, lists_read_at=NOW)
    await practice.assign(BEN, acme)

    there = await practice.say(BEN, "", channel="C0ACME")
    elsewhere = await practice.say(BEN, "", channel="C0NEW")
    direct = await practice.say(BEN, "", channel="D0BEN")

    assert list(buttons(there)) == ["Connections", "Items", "Lists", "Help"]
    assert "Bakery" not in words(there)
    assert list(buttons(elsewhere)) == list(buttons(direct)) == ["Choose client", "Help"]
    assert "onnect" not in words(elsewhere) + words(direct)


async def test_a_channel_of_somebody_elses_client_says_so_without_its_name(
    practice: Practice,
) -> None:
    acme, bakery = await practice.has("Acme Ltd", "Bright Bakery")
    await practice.assign(BEN, acme)
    async with practice.database.begin() as session:
        (await session.get_one(type(bakery), bakery.id)).channel_id = "C0BAKERY"

    menu = await practice.say(BEN, "", channel="C0BAKERY")
    asked = await practice.press(BEN, buttons(menu)["Ask them"] or call(""), channel="C0BAKERY")

    assert words(menu) == (
        f"*You are not assigned to this channel's client.* <@{ANA}> or <@{CHLOE}> can assign you."
    )
    assert list(buttons(menu)) == ["Ask them", "Choose client", "Help"]
    assert "Bakery" not in words(asked)
    assert "to work for *Bright Bakery*" in words(practice.post.to(ANA)[0].reply)
