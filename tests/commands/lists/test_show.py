"""Lists to look at."""

import pytest

from commands.errors import Refused
from commands.lists.show import VIEWS, List
from commands.replies import Reply, Table
from tests.commands.connecting import World, said
from tests.commands.practice import ANA


async def test_the_overview_counts_and_says_how_fresh(world: World) -> None:
    await _read(world)

    answer = await world.say(ANA, "lists acme")

    assert said(answer).splitlines()[:2] == [
        "Lists of Acme Ltd · Acme Limited in Xero",
        "94 accounts, 9 tax rates, 2,310 contacts, 46 products, 2 tracking categories, "
        "3 bank accounts",
    ]
    assert "Read 3 Jun 2026, 10:00 UTC" in said(answer)


@pytest.mark.parametrize("which", list(List))
async def test_every_list_can_be_looked_at(world: World, which: List) -> None:
    await _read(world)

    answer = await world.say(ANA, f"lists acme {which}")

    table = _table(answer)
    assert table.columns == tuple(VIEWS[which].columns)
    assert 0 < len(table.rows) <= 15
    assert said(answer).startswith(f"{VIEWS[which].title} of Acme Ltd · ")


async def test_lists_are_paged_and_searched(world: World) -> None:
    await _read(world)
    first = await world.say(ANA, "lists acme contacts")
    assert "1 to 15 of 2,310" in said(first)

    second = await world.press(ANA, first, "Next")
    assert "16 to 30 of 2,310" in said(second)
    assert not set(_table(first).rows) & set(_table(second).rows)

    form = await world.press(ANA, second, "Search")
    found = await world.submit(ANA, form, search=_table(second).rows[0][0][:6])
    assert _table(found).rows


async def test_suppliers_are_contacts_who_supply(world: World) -> None:
    await _read(world)

    suppliers = _table(await world.say(ANA, "lists acme suppliers"))

    assert all("supplier" in row[1] for row in suppliers.rows)


async def test_archived_entries_are_hidden_until_asked_for(world: World) -> None:
    await world.practice.has("Acorn Dental")
    await world.connect("Acorn Dental", "Acorn Dental")
    await world.work()
    hidden = await world.say(ANA, "lists acorn contacts")

    shown = await world.press(ANA, hidden, "Show archived")

    assert "1 to 15 of 240\n" in said(hidden)
    assert "1 to 15 of 258, archived ones too" in said(shown)


async def test_without_a_connection_there_is_nothing_to_show(world: World) -> None:
    await world.practice.has("Acme Ltd")

    with pytest.raises(Refused) as refused:
        await world.say(ANA, "lists acme")

    assert refused.value.buttons[0].label == "Connect"


async def _read(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()


def _table(answer: object) -> Table:
    assert isinstance(answer, Reply)
    return next(part for part in answer.parts if isinstance(part, Table))
