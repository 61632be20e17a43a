"""Administrators say where the practice reads its mornings; others are told who may."""

from datetime import timedelta

import pytest

from commands.errors import NotAllowed, Refused
from commands.replies import ChannelField, Form, call
from storage.models import Workspace
from tests.builders import WORKSPACE
from tests.commands.connecting import drawn
from tests.commands.practice import ANA, BEN, CHLOE, Practice, buttons, words
from tests.commands.sync.test_digest import a_copy, tick
from tests.conftest import Clock

ALL, ACME = "C0ALL", "C0ACME"


async def channel(practice: Practice) -> str | None:
    async with practice.database.read() as session:
        return (await session.get_one(Workspace, WORKSPACE)).practice_channel_id


async def test_without_a_channel_it_says_what_there_would_be(practice: Practice) -> None:
    page = drawn(await practice.say(CHLOE, "practice", ALL))

    assert "No morning digest" in words(page)
    assert "at 8:00 (London)" in words(page)
    assert buttons(page)["Use this channel"] == call("practice.channel", channel=ALL)
    assert "No digest" not in buttons(page)


async def test_this_channel_becomes_the_practices_by_a_press(
    practice: Practice, clock: Clock
) -> None:
    page = await practice.say(ANA, "practice", ALL)
    use = buttons(page)["Use this channel"]
    assert use is not None
    chosen = drawn(await practice.press(ANA, use, ALL))
    await a_copy(practice, "Acme Ltd", synced_at=clock() + timedelta(hours=16))
    await tick(practice)
    clock.advance(timedelta(hours=21))
    await tick(practice)

    assert await channel(practice) == ALL
    assert f"comes to <#{ALL}> at 8:00 (London)" in words(chosen)
    assert "Use this channel" not in buttons(chosen)
    assert len(practice.post.to(ALL)) == 1


async def test_a_channel_is_typed_or_chosen_from_a_form(practice: Practice) -> None:
    form = drawn(await practice.say(ANA, "practice channel", ALL))
    assert isinstance(form, Form)
    [field] = form.fields
    await practice.submit(ANA, form, channel=ALL)
    submitted = await channel(practice)
    await practice.say(ANA, "practice channel <#C0OTHER|other>")

    assert isinstance(field, ChannelField)
    assert field.initial == ALL
    assert submitted == ALL
    assert await channel(practice) == "C0OTHER"


async def test_a_clients_own_channel_is_not_the_practices(practice: Practice) -> None:
    await practice.has("Acme Ltd", channel_id=ACME)
    page = await practice.say(ANA, "practice", ACME)
    with pytest.raises(Refused) as refused:
        await practice.say(ANA, f"practice channel <#{ACME}|acme>")

    assert "Use this channel" not in buttons(page)
    assert "one client’s own channel" in words(refused.value)
    assert await channel(practice) is None


async def test_it_can_be_turned_off_again(practice: Practice) -> None:
    await practice.say(ANA, f"practice channel <#{ALL}|all>")
    page = await practice.say(ANA, "practice")
    off = buttons(page)["No digest"]
    assert off is not None
    after = drawn(await practice.press(ANA, off))
    changes = [e for e in await practice.audit() if e.action == "practice.channel_set"]

    assert await channel(practice) is None
    assert "No morning digest is sent any more" in words(after)
    assert [(e.before, e.after) for e in changes] == [
        ({"channel": None}, {"channel": ALL}),
        ({"channel": ALL}, {"channel": None}),
    ]


async def test_only_administrators_choose_it(practice: Practice) -> None:
    with pytest.raises(NotAllowed) as raised:
        await practice.say(BEN, "practice")

    assert words(raised.value).startswith(
        "Seeing and choosing the channel of the practice needs an administrator."
    )


async def test_home_offers_it_to_administrators_while_there_is_none(practice: Practice) -> None:
    await practice.has("Acme Ltd")
    await practice.assign(BEN, await practice.client("Acme Ltd"))
    offered = await practice.press(ANA, call("home.show"))
    others = await practice.press(BEN, call("home.show"))
    await practice.say(ANA, f"practice channel <#{ALL}|all>")
    after = await practice.press(ANA, call("home.show"))

    assert buttons(offered)["Choose a channel"] == call("practice.channel")
    assert "Choose a channel" not in buttons(others)
    assert "Choose a channel" not in buttons(after)
