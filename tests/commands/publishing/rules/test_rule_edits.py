"""Rules as people make, change, order, remove and restore them."""

from datetime import timedelta

import pytest

from commands.errors import Conflict, Invalid
from commands.replies import Form, PersonField, call
from tests.commands.practice import ANA, BEN, CHLOE, Practice, words
from tests.commands.publishing.ledgers import Desk, a_desk, drawn, filled_in, pressable
from tests.commands.publishing.rules.making import made, only
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


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


async def test_what_was_removed_is_restored_as_it_was(desk: Desk, clock: Clock) -> None:
    page = await made(desk, tax_rate="t-20", auto="yes")
    before = await only(desk)
    removed = await desk.press(page, "Remove")
    gone = await desk.rules()
    clock.advance(timedelta(minutes=9))
    await desk.press(removed, "Undo")
    after = await only(desk)

    assert "can be undone for ten minutes" in words(removed)
    assert gone == []
    for name in ("id", "subject", "coding", "conditions", "auto_since", "made_at", "made_by"):
        assert getattr(after, name) == getattr(before, name)
    with pytest.raises(Conflict):
        await desk.press(removed, "Undo")


async def test_after_ten_minutes_nothing_is_restored(desk: Desk, clock: Clock) -> None:
    removed = await desk.press(await made(desk), "Remove")
    clock.advance(timedelta(minutes=11))

    with pytest.raises(Conflict) as said:
        await desk.press(removed, "Undo")

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
