"""App Home: the practice at a glance."""

import pytest

from commands.replies import Home, call
from storage.models import Purpose, Role, Status
from tests.commands.practice import ANA, BEN, DORA, Practice, buttons, words


async def home(practice: Practice, person: str, **arguments: str) -> Home:
    page = await practice.press(person, call("home.show", **arguments))
    assert isinstance(page, Home)
    return page


async def test_home_begins_with_what_needs_attention(practice: Practice) -> None:
    await practice.has("Acme Ltd", "Bright Bakery", "Cedar & Co", "Dunmore Joinery")
    await practice.connect("Acme Ltd")
    await practice.connect("Bright Bakery", status=Status.ATTENTION)
    await practice.connect("Cedar & Co", status=Status.EXPIRED, purpose=Purpose.DATA_HEALTH)

    page = await home(practice, ANA)

    text = words(page)
    assert "4 clients · ▲ 2 connections need attention · as of" in text
    assert text.index("*Cedar &amp; Co* · Data Health\n■ Expired") < text.index(
        "*Bright Bakery* · Bookkeeping\n▲ Needs attention"
    )
    assert text.index("*Bright Bakery*") < text.index("*Clients*") < text.index("*Acme Ltd*")
    pressed = buttons(page)
    assert list(pressed)[:5] == ["Connect a client", "Find a client", "People", "Help", "Refresh"]
    assert "Reconnect" in pressed
    assert "Connect" in pressed
    assert "Manage" in pressed


async def test_home_is_paged(practice: Practice) -> None:
    await practice.has(*(f"Client {n:02}" for n in range(25)))

    first = await home(practice, ANA)
    last = await home(practice, ANA, page="3")

    assert "● nothing needs attention" in words(first)
    assert buttons(first)["Next"] == call("home.show", page=2)
    assert "*Client 24*" in words(last)
    assert "Next" not in buttons(last)


@pytest.mark.parametrize(
    ("person", "told"),
    [
        (ANA, "No clients yet. Connect the first one"),
        (BEN, "No client is assigned to you yet."),
        (DORA, "You have no role in this practice yet."),
    ],
)
async def test_an_empty_home_says_what_will_be_here(
    practice: Practice, person: str, told: str
) -> None:
    assert told in words(await home(practice, person))


async def test_home_shows_only_the_persons_clients(practice: Practice) -> None:
    acme, _ = await practice.has("Acme Ltd", "Bright Bakery")
    await practice.connect("Bright Bakery", status=Status.EXPIRED)
    await practice.assign(BEN, acme)

    text = words(await home(practice, BEN))

    assert "1 client · ● nothing needs attention" in text
    assert "Bright Bakery" not in text
    assert (await practice.person(BEN)).role is Role.STANDARD
