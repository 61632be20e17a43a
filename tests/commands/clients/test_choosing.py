"""A typed command that was not told which client."""

import pytest

from commands.errors import NotAllowed
from commands.replies import Answer, Filter, Form, Reply, call
from tests.builders import NOW
from tests.commands.practice import ANA, BEN, Practice, words

NEEDING_ONE = ["lists", "refresh", "clients rename", "clients archive", "clients channel"]


def question(answer: Answer) -> Filter:
    assert isinstance(answer, Reply)
    [found] = [part for part in answer.parts if isinstance(part, Filter)]
    return found


@pytest.fixture
async def fernhill(practice: Practice) -> Practice:
    await practice.has("Acme Ltd", channel_id="C0ACME")
    await practice.has("Bright Bakery")
    await practice.connect("Acme Ltd", lists_read_at=NOW)
    return practice


@pytest.mark.parametrize("text", NEEDING_ONE)
async def test_which_client_is_asked_and_the_command_goes_on(fernhill: Practice, text: str) -> None:
    asked = await fernhill.say(ANA, text)
    picker = question(asked)

    assert words(asked).startswith("*Which client?*")
    assert "choose one of 2" in words(asked)
    assert picker.source == "clients"
    bakery = await fernhill.client("Bright Bakery")
    assert picker.does.having(**{picker.name: bakery.id}) == call(
        picker.does.command, client=bakery.id
    )


async def test_the_chosen_client_is_renamed(fernhill: Practice) -> None:
    picker = question(await fernhill.say(ANA, "clients rename to Dark Bakery"))
    bakery = await fernhill.client("Bright Bakery")

    await fernhill.press(ANA, picker.does.having(client=bakery.id))

    assert (await fernhill.client("Dark Bakery")).id == bakery.id


async def test_in_a_clients_own_channel_it_is_that_client(fernhill: Practice) -> None:
    rename = await fernhill.say(ANA, "clients rename", channel="C0ACME")
    refreshed = await fernhill.say(ANA, "refresh", channel="C0ACME")
    lists = await fernhill.say(ANA, "lists", channel="C0ACME")

    assert isinstance(rename, Form)
    assert rename.submits is not None
    assert rename.submits.arguments["client"] == (await fernhill.client("Acme Ltd")).id
    for answer in (refreshed, lists):
        assert "Acme Ltd" in words(answer)


async def test_somebody_elses_channel_is_not_taken(fernhill: Practice) -> None:
    await fernhill.assign(BEN, await fernhill.client("Bright Bakery"))

    asked = await fernhill.say(BEN, "lists", channel="C0ACME")

    assert "choose one of 1" in words(asked)


async def test_who_may_not_do_it_is_not_asked_for_a_client(fernhill: Practice) -> None:
    await fernhill.assign(BEN, await fernhill.client("Acme Ltd"))

    with pytest.raises(NotAllowed):
        await fernhill.say(BEN, "clients archive", channel="C0ACME")


async def test_an_archived_client_is_asked_among_the_archived(fernhill: Practice) -> None:
    await fernhill.has("Oak & Sons", archived_at=NOW)

    asked = await fernhill.say(ANA, "clients restore", channel="C0ACME")

    assert words(asked).startswith("*Which archived client?*")
    assert question(asked).source == "archived_clients"


@pytest.mark.parametrize(
    ("text", "told"),
    [("clients restore", "No client is archived."), ("lists", "*No clients yet.*")],
)
async def test_without_any_client_there_is_no_question(
    practice: Practice, text: str, told: str
) -> None:
    assert words(await practice.say(ANA, text)).startswith(told)
