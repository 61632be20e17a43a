"""Lists to look at."""

import pytest

from commands.errors import NotFound, Refused
from commands.lists.views import VIEWS, List
from commands.replies import Fields, Reply, Table
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, CHLOE, buttons


async def test_the_overview_counts_and_says_how_fresh(world: World) -> None:
    await _read(world)

    answer = await world.say(ANA, "lists acme")

    assert said(answer).splitlines()[:2] == [
        "Lists of Acme Ltd · Acme Limited in Xero",
        "94 accounts, 9 tax rates, 2,310 contacts, 46 products, 2 tracking categories, "
        "3 bank accounts",
    ]
    assert "Read 3 Jun 2026, 10:00 UTC" in said(answer)


@pytest.mark.parametrize("which", list(VIEWS))
async def test_every_list_can_be_looked_at(world: World, which: List) -> None:
    await _read(world)

    answer = await world.say(ANA, f"lists acme {which}")

    table = _table(answer)
    assert set(table.columns) <= set(VIEWS[which].columns)
    assert 0 < len(table.rows) <= 20
    assert table.caption == ""
    assert said(answer).startswith(f"{VIEWS[which].title} of Acme Ltd · ")


async def test_lists_are_paged_and_searched(world: World) -> None:
    await _read(world)
    first = await world.say(ANA, "lists acme contacts")
    assert "1 to 20 of 2,310" in said(first)

    second = await world.press(ANA, first, "Next")
    assert "21 to 40 of 2,310" in said(second)
    assert not set(_table(first).rows) & set(_table(second).rows)

    form = await world.press(ANA, second, "Search")
    found = await world.submit(ANA, form, search=_table(second).rows[0][0][:6])
    assert _table(found).rows


async def test_the_chart_of_accounts_is_in_code_order_and_in_words(world: World) -> None:
    await _read(world)

    first = await world.say(ANA, "lists acme accounts")
    shown = _table(first)

    assert shown.columns == ("Code", "Name", "Type", "Tax")
    codes = [row[0] for row in shown.rows]
    assert codes == sorted(codes, key=int)
    assert codes[0] == "090"
    assert {row[2] for row in shown.rows} >= {"Bank", "Direct costs", "Overhead"}
    assert "20% (VAT on Income)" in {row[3] for row in shown.rows}
    more = _table(await world.press(ANA, first, "Next"))
    assert int(more.rows[0][0]) > int(codes[-1])


async def test_a_search_among_accounts_finds_by_code_and_name(world: World) -> None:
    await _read(world)
    form = await world.press(ANA, await world.say(ANA, "lists acme accounts"), "Search")

    by_code = _table(await world.submit(ANA, form, search="404"))
    by_name = _table(await world.submit(ANA, form, search="bank fees"))

    assert by_code.rows == by_name.rows
    assert by_name.rows[0][1] == "Bank Fees"


async def test_columns_in_which_nothing_stands_are_left_out(world: World) -> None:
    await _read(world)

    shown = _table(await world.say(ANA, "lists acme contacts"))

    assert shown.columns == ("Name", "Role", "E-mail")
    assert [row[0] for row in shown.rows] == sorted(row[0] for row in shown.rows)


async def test_frozen_lists_are_shown_but_not_offered_for_refreshing(world: World) -> None:
    await _read(world)
    connection = await world.connection("Acme Ltd")
    assert "Refresh lists" in buttons(await world.say(ANA, "lists acme"))
    asked = world.invocation(
        "connections.disconnect_now", connection=connection.id, version=connection.version
    )
    await world.practice.press(ANA, asked)

    answer = await world.say(ANA, "lists acme")

    assert "Frozen as of 3 Jun 2026, 10:00 UTC." in said(answer)
    assert "Chart of accounts" in buttons(answer)
    assert "Refresh lists" not in buttons(answer)


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

    assert "1 to 20 of 240\n" in said(hidden)
    assert "1 to 20 of 258, archived ones too" in said(shown)


async def test_without_a_connection_there_is_nothing_to_show(world: World) -> None:
    await world.practice.has("Acme Ltd")

    with pytest.raises(Refused) as refused:
        await world.say(ANA, "lists acme")

    assert refused.value.buttons[0].label == "Connect"


async def test_who_may_not_connect_is_told_who_may_and_can_ask_them(world: World) -> None:
    [acme] = await world.practice.has("Acme Ltd")
    await world.practice.assign(BEN, acme)

    with pytest.raises(Refused) as refused:
        await world.say(BEN, "lists acme")
    assert said(refused.value) == (
        "Acme Ltd has no lists: it is not connected to any accounting software yet. "
        "<@U01ANA> or <@U01CHLOE> can connect it."
    )
    asks = buttons(refused.value)["Ask them"]
    assert asks is not None
    await world.practice.press(BEN, asks)

    assert "asks to connect Acme Ltd" in said(world.card("request:", to=CHLOE))


async def test_the_organisation_is_one_of_the_lists(world: World) -> None:
    await _read(world)

    page = await world.press(ANA, await world.say(ANA, "lists acme"), "Organisation")

    assert isinstance(page, Reply)
    assert page == await world.say(ANA, "lists acme organisation")
    assert "Acme Limited in Xero · read" in said(page)
    shown = dict(next(part for part in page.parts if isinstance(part, Fields)).items)
    assert shown["Legal name"] == "Acme Limited"
    assert (shown["Base currency"], shown["Country"]) == ("GBP", "United Kingdom")
    assert shown["Financial year ends"] == "31 March"
    assert shown["VAT scheme"] == "Accrual, quarterly"
    assert shown["Locked up to"] == "Not locked"
    assert (shown["Time zone"], shown["Plan"]) == ("Europe/London", "Comprehensive")


@pytest.mark.parametrize(
    ("client", "word", "offered"),
    [
        ("acme", "bananas", ["All lists"]),
        ("acme", "acounts", ["Accounts", "All lists"]),
        ("acme ltd", "organization", ["Organisation", "All lists"]),
    ],
)
async def test_an_unknown_list_names_those_there_are(
    world: World, client: str, word: str, offered: list[str]
) -> None:
    await world.practice.has("Acme Ltd")

    with pytest.raises(Refused) as refused:
        await world.say(ANA, f"lists {client} {word}")

    assert said(refused.value).startswith(f"Acme Ltd has no list called “{word}”.")
    assert "`accounts`, `tax`, `contacts`" in said(refused.value)
    assert list(buttons(refused.value)) == offered


async def test_an_unknown_client_is_not_taken_for_an_unknown_list(world: World) -> None:
    await world.practice.has("Acme Ltd")

    with pytest.raises(NotFound):
        await world.say(ANA, "lists zebra bananas")


async def _read(world: World) -> None:
    await world.practice.has("Acme Ltd")
    await world.connect("Acme Ltd", "Acme Limited")
    await world.work()


def _table(answer: object) -> Table:
    assert isinstance(answer, Reply)
    return next(part for part in answer.parts if isinstance(part, Table))
