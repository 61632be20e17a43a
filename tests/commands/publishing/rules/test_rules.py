"""Rules as they are shown: what they say, how many there are, and what is broken about them."""

import pytest

from commands.errors import NotAllowed, NotFound
from commands.registry import offer
from commands.replies import Form, call
from tests.commands.practice import ANA, BEN, Practice, words
from tests.commands.publishing.ledgers import Desk, a_desk, filled_in, pressable
from tests.commands.publishing.rules.making import made, only
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


async def test_a_rule_says_in_words_what_it_does(desk: Desk) -> None:
    page = await made(
        desk, contact="c-pens", tax_rate="t-20", tracking_1="r:north", description="Office",
        customer="c-bay", billable="yes", auto="yes",
    )  # fmt: skip
    listed = await desk.say("rules acme")

    text = "contact Paper &amp; Pens · category 461 Printing · tax 20% (VAT on Expenses)"
    assert text in words(page)
    assert "Region: North · charged on to Bayside Club · billable · described as “Office”" in words(
        page
    )
    assert "publishes by itself since 3 June 2026" not in words(page)
    assert "by itself: what was handed in since" in words(page)
    assert "*Paper &amp; Pens* supplier" in words(listed)
    assert text in words(listed)


async def test_a_broken_rule_comes_first_with_what_waits_and_its_form(desk: Desk) -> None:
    for number in range(12):
        await made(desk, subject=f"Aardvark {number:02}", account="a-429")
    page = await made(desk)
    await desk.has_item()
    await desk.has_item(state="archived")
    await desk.archive("a-461")

    listed = await desk.say("rules acme")
    settings = await desk.say("settings acme")
    form = await desk.press(listed, "Fix rule")
    assert isinstance(form, Form)
    fixed = await desk.submit(form, account="a-429")

    assert "▲ 1 broken" in words(listed)
    assert (
        "▲ *Paper &amp; Pens*: category 461 Printing is archived in Xero. 1 item waits for it."
        in words(listed)
    )
    assert "▲ 1 broken" in words(settings)
    assert "The category 461 Printing is archived in Xero. Choose another" in words(form)
    assert "account" not in filled_in(form)
    assert "▲" not in words(fixed)
    assert await desk.due() == {"a.pdf"}
    assert "▲" not in words(page)


async def test_an_entry_that_is_gone_and_a_method_that_was_removed_break_it(
    desk: Desk, clock: Clock
) -> None:
    await made(desk, tracking_1="r:north")
    await desk.archive("r:north", active=True, removed_at=clock())

    assert "tracking Region: North is gone from Xero. No item waits" in words(
        await desk.say("rules acme")
    )


async def test_rules_are_searched_and_paged(desk: Desk) -> None:
    for number in range(12):
        await made(desk, subject=f"Supplier {number:02}")
    await made(desk, "customer", subject="Bayside Club")
    first = await desk.say("rules acme")
    second = await desk.press(first, "Next")
    found = await desk.submit(await desk.press(first, "Search"), search="plier 0")
    customers = await desk.practice.press(
        ANA, call("publishing.rules", client=desk.client.id, kind="customer")
    )

    assert "1 to 10 of 13" in words(first)
    assert "11 to 13 of 13" in words(second)
    assert "“plier 0” · 10" in words(found)
    assert "customers · 1" in words(customers)


async def test_one_without_conditions_keeps_those_after_it_from_being_used(desk: Desk) -> None:
    await made(desk, apply="yes")

    assert "▲ It is never used" in words(await made(desk, account="a-429"))


async def test_a_standard_user_looks_but_does_not_change(desk: Desk) -> None:
    await desk.practice.assign(BEN, desk.client)
    form = await desk.press(await made(desk), "Change")
    listed = await desk.say("rules acme", by=BEN)
    page = await desk.press(listed, "Open", by=BEN)

    assert "Add a rule" not in dict(pressable(listed))
    assert {"Change", "Remove"}.isdisjoint(dict(pressable(page)))
    with pytest.raises(NotAllowed):
        await desk.submit(form, by=BEN)


async def test_a_rule_of_another_client_is_not_found(desk: Desk) -> None:
    [other] = await desk.practice.has("Acorn Dental")
    await made(desk)
    rule = await only(desk)

    with pytest.raises(NotFound):
        await desk.practice.press(ANA, call("publishing.rule", client=other.id, rule=rule.id))


async def test_fields_offer_what_fits(desk: Desk) -> None:
    context = await desk.practice.context(ANA)
    own = f"client={desk.client.id}"
    told = {
        name: [option.label for option in await offer(context, f"publishing.{name}", "")][1:]
        for name in (f"accounts?{own}", f"customers?{own}", f"tracking?category=r&{own}",
                     f"banks?{own}", f"tax_rates?{own}&on=sales")
    }  # fmt: skip

    assert list(told.values()) == [
        ["429 General Expenses", "461 Printing"],
        ["Bayside Club"],
        ["North", "South"],
        ["Business Account ···4321"],
        ["20% (VAT on Income)"],
    ]


async def test_from_a_rule_there_is_a_way_to_its_items(desk: Desk) -> None:
    await desk.has_item("Paper & Pens")
    listed = await desk.press(await made(desk), "Its items")

    assert "“Paper &amp; Pens”" in words(listed)
    assert "*Paper &amp; Pens*" in words(listed)
