"""Rules: what they say, who they are for, in which order, and what is broken about them."""

from datetime import timedelta

import pytest

from commands.errors import Conflict, Invalid, NotAllowed, NotFound
from commands.publishing.coding import Coded
from commands.publishing.rules.suggesting import alike, suggested
from commands.registry import offer
from commands.replies import Answer, Form, PersonField, Words, call
from storage.models import Connection, Item, Rule, Status
from tests.commands.practice import ANA, BEN, CHLOE, Practice, words
from tests.commands.publishing.ledgers import Desk, a_desk, drawn, filled_in, pressable
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


async def made(desk: Desk, kind: str = "supplier", **values: str) -> Answer:
    """The page of a new rule."""
    form = drawn(
        await desk.practice.press(
            ANA, call("publishing.add_rule", client=desk.client.id, kind=kind)
        )
    )
    given = {"subject": "Paper & Pens", "account": "a-461"} | values
    return await desk.submit(form, **given)


async def only(desk: Desk) -> Rule:
    [rule] = await desk.rules()
    return rule


def by_hand(**coding: str) -> dict[str, object]:
    return {name: {"value": value, "by": ANA, "at": ""} for name, value in coding.items()}


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


async def test_a_supplier_is_compared_without_its_legal_form(desk: Desk) -> None:
    await made(desk, subject="PAPER & PENS Limited")
    rule = await only(desk)

    assert (rule.subject, rule.title) == ("paper pens", "PAPER & PENS Limited")


async def test_each_part_is_changed_in_its_own_form(desk: Desk) -> None:
    page = await made(desk)
    page = await desk.submit(
        await desk.press(page, "Change", nth=1), paid="yes", due_day="30", currency="eur"
    )
    page = await desk.submit(
        await desk.press(page, "Change", nth=2), publish_to="bank accounts", publish_as="draft"
    )
    page = await desk.submit(
        await desk.press(page, "Change", nth=3),
        least="50", most="500", keyword="annual", sort="invoice",
    )  # fmt: skip
    rule = await only(desk)

    assert rule.coding == {
        "account": "a-461", "paid": "yes", "due_day": "30 days", "currency": "EUR",
        "publish_to": "bank accounts", "publish_as": "draft",
    }  # fmt: skip
    assert rule.conditions["least"] == "50"
    text = words(page)
    assert "due: 30 days · in EUR · paid" in text
    assert "to Bank Accounts · as draft · not by itself" in text
    assert "only from 50 up to 500 with “annual” invoices" in text


@pytest.mark.parametrize(
    ("part", "values", "problem"),
    [
        (1, {"due_day": "soon"}, "is not 30 days"),
        (1, {"currency": "euros"}, "is not a currency"),
        (3, {"least": "9", "most": "5"}, "below the smallest"),
        (3, {"least": "some"}, "is not an amount"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    desk: Desk, part: int, values: dict[str, str], problem: str
) -> None:
    form = await desk.press(await made(desk), "Change", nth=part)

    with pytest.raises(Invalid, match=problem):
        await desk.submit(form, **values)


async def test_what_is_taken_out_of_a_form_is_not_said_any_more(desk: Desk) -> None:
    page = await made(desk, tax_rate="t-20")

    await desk.submit(await desk.press(page, "Change"), tax_rate="-")

    assert (await only(desk)).coding == {"account": "a-461"}


async def test_items_in_the_inbox_are_coded_by_it_only_if_that_was_ticked(desk: Desk) -> None:
    await desk.has_item()
    page = await made(desk)
    left_alone = await desk.due()
    later = dict((await only(desk)).conditions)

    await desk.submit(await desk.press(page, "Change"), apply="yes")

    assert left_alone == set()
    assert later == {"submitted_from": "2026-06-03T10:00:00+00:00"}
    assert await desk.due() == {"a.pdf"}
    assert (await only(desk)).conditions == {}


async def test_a_customers_rule_never_reaches_the_inbox(desk: Desk) -> None:
    await desk.has_item(side="sale")
    page = await made(desk, "customer")
    form = await desk.press(page, "Change")
    await desk.submit(form, apply="yes", account="a-429")

    assert "apply" not in filled_in(form)
    assert await desk.due() == set()


async def test_a_persons_rule_says_how_they_pay_and_what_for(desk: Desk) -> None:
    form = drawn(
        await desk.practice.press(
            ANA, call("publishing.add_rule", client=desk.client.id, kind="user")
        )
    )
    assert isinstance(form, Form)
    page = await desk.submit(form, subject=BEN, tracking_1="r:south", apply="yes")

    assert isinstance(form.fields[0], PersonField)
    assert {f.name for f in form.fields} == {"subject", "tracking_1", "payment_method", "apply"}
    assert f"for what <@{BEN}> hands in" in words(page)
    assert (await only(desk)).title == "Ben"


async def test_auto_publishing_notes_since_when(desk: Desk, clock: Clock) -> None:
    began = clock()
    page = await made(desk, auto="yes")
    clock.advance(timedelta(days=1))
    page = await desk.submit(await desk.press(page, "Change"), account="a-429")
    kept = (await only(desk)).auto_since
    page = await desk.submit(await desk.press(page, "Change", nth=2), auto="no")
    off = (await only(desk)).auto_since
    await desk.submit(await desk.press(page, "Change", nth=2), auto="yes")

    assert (kept, off) == (began, None)
    assert (await only(desk)).auto_since == clock()


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


async def test_of_several_the_first_is_tried_first(desk: Desk) -> None:
    first = await made(desk)
    second = await made(desk, account="a-429")
    assert "▲ It is never used" not in words(first)

    moved = await desk.press(second, "Try it earlier")
    narrowed = await desk.submit(
        await desk.press(moved, "Change", nth=3), keyword="annual", apply="yes"
    )
    [one, two] = await desk.rules()

    assert (one.coding["account"], two.coding["account"]) == ("a-429", "a-461")
    assert "▲" not in words(narrowed)
    assert "Try it earlier" not in dict(pressable(moved))


async def test_one_without_conditions_keeps_those_after_it_from_being_used(desk: Desk) -> None:
    await made(desk, apply="yes")

    assert "▲ It is never used" in words(await made(desk, account="a-429"))


async def test_what_was_removed_is_restored_as_it_was(desk: Desk, clock: Clock) -> None:
    page = await made(desk, tax_rate="t-20", auto="yes")
    before = await only(desk)
    removed = await desk.press(page, "Remove")
    gone = await desk.rules()
    clock.advance(timedelta(minutes=9))
    await desk.press(removed, "Restore")
    after = await only(desk)

    assert "can be restored for ten minutes" in words(removed)
    assert gone == []
    for name in ("id", "subject", "coding", "conditions", "auto_since", "made_at", "made_by"):
        assert getattr(after, name) == getattr(before, name)
    with pytest.raises(Conflict):
        await desk.press(removed, "Restore")


async def test_after_ten_minutes_nothing_is_restored(desk: Desk, clock: Clock) -> None:
    removed = await desk.press(await made(desk), "Remove")
    clock.advance(timedelta(minutes=11))

    with pytest.raises(Conflict) as said:
        await desk.press(removed, "Restore")

    assert "more than ten minutes ago" in words(said.value)
    assert await desk.rules() == []


async def test_two_who_change_a_rule_do_not_undo_each_other(desk: Desk) -> None:
    page = await made(desk)
    anas, chloes = [await desk.press(page, "Change") for _ in range(2)]
    await desk.submit(anas, account="a-429")

    with pytest.raises(Conflict) as said:
        await desk.submit(chloes, by=CHLOE, tax_rate="t-20")
    with pytest.raises(Conflict):
        await desk.press(page, "Remove")

    assert "Somebody changed the rule for *Paper &amp; Pens* meanwhile" in words(said.value)
    assert (await only(desk)).coding == {"account": "a-429"}


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


async def test_a_rule_is_made_from_an_item_with_its_supplier_and_coding(desk: Desk) -> None:
    item = await desk.has_item(manual=by_hand(account="a-461", tax_rate="t-20", description="x"))
    form = drawn(await desk.practice.press(ANA, call("publishing.rule_from_item", item=item.id)))
    filled = filled_in(form) if isinstance(form, Form) else {}
    await desk.submit(form)

    assert filled["subject"] == "Paper & Pens"
    assert (filled["account"], filled["tax_rate"], filled["apply"]) == ("a-461", "t-20", "yes")
    assert "description" not in filled
    assert await desk.due() == {"a.pdf"}


async def test_from_an_item_the_rule_it_falls_under_is_changed(desk: Desk) -> None:
    await made(desk, apply="yes")
    await desk.archive("a-461")
    item = await desk.has_item(manual=by_hand(account="a-429"))
    form = drawn(await desk.practice.press(ANA, call("publishing.rule_from_item", item=item.id)))
    await desk.submit(form)

    assert "▲" not in words(form), "what was archived is replaced already"
    assert (await only(desk)).coding == {"account": "a-429"}


async def offered(desk: Desk, item: Item, by: str = ANA) -> Words | None:
    context = await desk.practice.context(by)
    async with desk.practice.database.read() as session:
        return await suggested(session, context, desk.client, item)


async def test_after_three_codings_alike_a_rule_is_suggested(desk: Desk, clock: Clock) -> None:
    items = []
    for tax in ("t-20", "t-20", "t-s20"):
        clock.advance(timedelta(minutes=1))
        manual = by_hand(account="a-461", tax_rate=tax)
        items.append(await desk.has_item(manual=manual))
        if len(items) < 3:
            assert await offered(desk, items[-1]) is None
    words_ = await offered(desk, items[-1])
    assert words_ is not None
    assert await offered(desk, items[-1], by=BEN) is None
    await made(desk)

    assert words_.data["does"] == ["category 461 Printing"]
    assert words_.beside is not None
    assert await offered(desk, items[-1]) is None, "there is a rule now"


async def test_without_a_connection_no_rule_is_suggested(desk: Desk, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        item = await desk.has_item(manual=by_hand(account="a-461"))
    assert await offered(desk, item) is not None
    async with desk.practice.database.begin() as session:
        connection = await session.get_one(Connection, desk.connection.id)
        connection.status = Status.DISCONNECTED

    assert await offered(desk, item) is None


A, B, T = Coded.ACCOUNT, Coded.BILLABLE, Coded.TAX_RATE


@pytest.mark.parametrize(
    ("codings", "found"),
    [
        ([{A: "1"}, {A: "1"}], {}),
        ([{A: "1"}, {A: "1"}, {A: "1"}], {A: "1"}),
        ([{A: "1"}, {}, {A: "1"}, {A: "1"}], {A: "1"}),
        ([{A: "2"}, {A: "1"}, {A: "1"}, {A: "1"}], {}),
        ([{A: "1", T: "t"}, {A: "1", T: "t"}, {A: "1", T: "u"}], {A: "1"}),
        ([{B: "yes"}, {B: "yes"}, {B: "yes"}], {}),
    ],
)
def test_codings_are_alike_in_what_the_last_three_agree(
    codings: list[dict[Coded, str]], found: dict[Coded, str]
) -> None:
    assert alike(codings) == found


async def test_changes_are_on_record(desk: Desk) -> None:
    page = await made(desk)
    page = await desk.submit(await desk.press(page, "Change"), account="a-429")
    await desk.press(page, "Remove")
    events = [e for e in await desk.practice.audit() if e.action.startswith("publishing.rule")]

    assert {e.action for e in events} == {
        "publishing.rule_added", "publishing.rule_changed", "publishing.rule_removed",
    }  # fmt: skip
    assert {e.subject_kind for e in events} == {"rule"}
    assert {e.client_id for e in events} == {desk.client.id}


ROWS = "Name\tCurrency\tCategory\tCode\nPaper & Pens\teur\t\t461\nCleaners\t\tgeneral expenses\n"


async def test_rules_are_imported_as_a_spreadsheet_has_them(desk: Desk) -> None:
    await made(desk, account="a-429", tax_rate="t-20")
    form = await desk.press(await desk.say("rules acme"), "Import")
    answer = await desk.submit(form, rows=ROWS)
    [cleaners, pens] = await desk.rules()

    assert "1 rule added, 1 changed" in words(answer)
    assert (cleaners.title, cleaners.coding) == ("Cleaners", {"account": "a-429"})
    assert pens.coding == {"account": "a-461", "tax_rate": "t-20", "currency": "EUR"}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("Paper, , , 999\nPens, , ,998", "Paper: there is no category “999” in use. Pens"),
        ("Paper,euros", "is not a currency"),
        ("Name,Currency", "no supplier in it"),
        ("\n".join(f"S{n},,,{n}" for n in range(9)), "And 4 more"),
    ],
)
async def test_of_an_import_nothing_is_kept_where_something_is_wrong(
    desk: Desk, rows: str, problem: str
) -> None:
    form = await desk.press(await desk.say("rules acme"), "Import")

    with pytest.raises(Invalid, match=problem):
        await desk.submit(form, rows=f"Cleaners\n{rows}" if "Name" not in rows else rows)

    assert await desk.rules() == []


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


@pytest.mark.parametrize("kind", ["supplier", "customer"])
async def test_a_changed_rule_leaves_what_is_in_the_inbox_as_it_was(
    desk: Desk, clock: Clock, kind: str
) -> None:
    side = "sale" if kind == "customer" else "cost"
    page = await made(desk, kind, apply="yes" if kind == "supplier" else "")
    clock.advance(timedelta(minutes=1))
    before = await desk.has_item(side=side)
    clock.advance(timedelta(minutes=1))
    await desk.submit(await desk.press(page, "Change"), account="a-429")
    clock.advance(timedelta(minutes=1))
    after = await desk.has_item(side=side)
    listed = await desk.say("rules acme")

    assert await desk.account_of(before) == "a-461"
    assert await desk.account_of(after) == "a-429"
    assert words(listed).count("Paper &amp; Pens") == 1


async def test_from_a_rule_there_is_a_way_to_its_items(desk: Desk) -> None:
    await desk.has_item("Paper & Pens")
    listed = await desk.press(await made(desk), "Its items")

    assert "“Paper &amp; Pens”" in words(listed)
    assert "*Paper &amp; Pens*" in words(listed)
