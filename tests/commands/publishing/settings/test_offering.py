"""What can be chosen, and what is promised, is what the ledger takes."""

import pytest

from commands.registry import offer
from commands.replies import call
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.provoking import BAKERY, OAKWOOD
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import an_item, card_of, connected
from tests.conftest import Clock

KEPT_BY_THE_LEDGER = (
    (OAKWOOD, "Accounts Payable"),
    (OAKWOOD, "Business Current Account"),
    (BAKERY, "Creditors"),
)


async def offered(desk: Desk, text: str) -> list[str]:
    context = await desk.world.practice.context(ANA)
    found = await offer(context, f"publishing.accounts?client={desk.client.id}", text)
    return [each.label for each in found]


@pytest.mark.parametrize(("books", "name"), KEPT_BY_THE_LEDGER)
async def test_an_account_that_only_the_ledger_posts_to_is_not_offered_and_not_accepted(
    world: World, clock: Clock, books: tuple[str, str], name: str
) -> None:
    desk = await connected(world, clock, *books)
    item = await an_item(desk, account=await desk.entry("accounts", name))

    assert not await offered(desk, name)
    assert await offered(desk, "advertising")
    assert "bank and control accounts take no lines" in said(await card_of(desk, item))


@pytest.mark.parametrize(
    ("books", "says"),
    [
        (OAKWOOD, "On costs what the account has"),
        (BAKERY, "On costs no default, though QuickBooks Online wants a rate on every line"),
    ],
)
async def test_the_settings_promise_no_rate_that_does_not_come(
    world: World, clock: Clock, books: tuple[str, str], says: str
) -> None:
    desk = await connected(world, clock, *books)
    page = await world.practice.press(ANA, call("publishing.settings", client=desk.client.id))

    assert says in said(page)
