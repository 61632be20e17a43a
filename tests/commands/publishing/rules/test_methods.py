"""Payment methods: the cards, accounts and cash a client pays with."""

from datetime import timedelta

import pytest

from commands.errors import Conflict, Invalid, NotAllowed
from commands.registry import offer
from commands.replies import Answer, call
from storage.models import PaymentMethod
from storage.queries import publishing
from tests.builders import WORKSPACE
from tests.commands.practice import ANA, BEN, CHLOE, Practice, words
from tests.commands.publishing.ledgers import Desk, a_desk, pressable
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


async def added(desk: Desk, **values: str) -> Answer:
    """The page after adding one."""
    form = await desk.press(await desk.say("payments acme"), "Add a payment method")
    return await desk.submit(form, **({"name": "Company card"} | values))


async def methods(desk: Desk) -> list[PaymentMethod]:
    async with desk.practice.database.read() as session:
        return list(await publishing.methods(session, WORKSPACE, desk.client.id))


async def test_a_method_is_added_with_its_bank_account(desk: Desk) -> None:
    await desk.has_item()
    page = await added(
        desk, last4="1234", bank_account="b-current", publish_to="bank accounts", auto="yes"
    )
    [method] = await methods(desk)

    assert "*Company card* ···1234 · Business Account · to Bank Accounts" in words(page)
    assert "publishes by itself since" in words(page)
    assert (method.bank_account, method.publish_to) == ("b-current", "bank accounts")
    assert await desk.due() == {"a.pdf"}


async def test_without_a_bank_account_it_says_what_that_means(desk: Desk) -> None:
    page = await added(desk)

    assert "▲ no bank account: what it paid cannot be marked as paid" in words(page)
    assert "*Payment methods* 1 · ▲ 1 without a bank account" in words(
        await desk.say("settings acme")
    )


@pytest.mark.parametrize(
    ("over", "said"), [({}, "is archived"), ({"active": True, "removed_at": 1}, "is gone")]
)
async def test_a_bank_account_that_cannot_be_used_is_marked(
    desk: Desk, clock: Clock, over: dict[str, object], said: str
) -> None:
    await added(desk, bank_account="b-current")
    gone = {"removed_at": clock()} if "removed_at" in over else {}
    await desk.archive("b-current", **(over | gone))

    assert f"▲ Business Account {said}" in words(await desk.say("payments acme"))


async def test_a_method_is_changed_and_keeps_since_when_it_publishes(
    desk: Desk, clock: Clock
) -> None:
    began = clock()
    page = await added(desk, auto="yes")
    clock.advance(timedelta(days=1))
    page = await desk.submit(await desk.press(page, "Change"), name="Ana’s card", last4="0009")
    [method] = await methods(desk)

    assert method.auto_since == began
    assert (method.name, method.last4) == ("Ana’s card", "0009")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": " "}, "Give it a name"),
        ({"last4": "12a4"}, "is not four digits"),
        ({"name": "COMPANY  card"}, "already"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    desk: Desk, values: dict[str, str], problem: str
) -> None:
    await added(desk)

    with pytest.raises(Invalid, match=problem):
        await added(desk, **values)

    assert len(await methods(desk)) == 1


async def test_removing_one_breaks_rules_that_name_it_until_it_is_restored(
    desk: Desk, clock: Clock
) -> None:
    page = await added(desk, last4="1234", auto="yes")
    [before] = await methods(desk)
    await desk.submit(
        await desk.practice.press(ANA, call("publishing.add_rule", client=desk.client.id)),
        subject="Paper & Pens",
    )
    rule = await desk.press(await desk.say("rules acme"), "Open")
    await desk.submit(await desk.press(rule, "Change", nth=1), payment_method=before.id)

    removed = await desk.press(page, "Remove")
    broken = words(await desk.say("rules acme"))
    clock.advance(timedelta(minutes=9))
    await desk.press(removed, "Undo")
    [after] = await methods(desk)

    assert "1 rule names it and is broken now" in words(removed)
    assert "▲ *Paper &amp; Pens*: a payment method was removed" in broken
    for name in ("id", "name", "name_key", "last4", "auto_since", "made_at"):
        assert getattr(after, name) == getattr(before, name)
    assert "paid by Company card" in words(await desk.say("rules acme"))
    with pytest.raises(Conflict):
        await desk.press(removed, "Undo")


async def test_two_who_change_one_do_not_undo_each_other(desk: Desk) -> None:
    page = await added(desk)
    anas, chloes = [await desk.press(page, "Change") for _ in range(2)]
    await desk.submit(anas, last4="1234")

    with pytest.raises(Conflict) as said:
        await desk.submit(chloes, by=CHLOE, last4="4321")

    assert "Somebody changed the payment method *Company card*" in words(said.value)


async def test_it_is_offered_by_name(desk: Desk) -> None:
    await added(desk)
    [method] = await methods(desk)
    context = await desk.practice.context(ANA)
    found = await offer(context, f"publishing.payment_methods?client={desk.client.id}", "COMP")

    assert [option.value for option in found] == [method.id]


async def test_a_standard_user_looks_but_does_not_change(desk: Desk) -> None:
    await desk.practice.assign(BEN, desk.client)
    page = await added(desk)
    listed = await desk.say("payments acme", by=BEN)

    assert {"Change", "Remove", "Add a payment method"}.isdisjoint(dict(pressable(listed)))
    with pytest.raises(NotAllowed):
        await desk.press(page, "Remove", by=BEN)


async def test_changes_are_on_record(desk: Desk) -> None:
    page = await added(desk)
    page = await desk.submit(await desk.press(page, "Change"), last4="1234")
    await desk.press(page, "Remove")
    events = [e for e in await desk.practice.audit() if e.subject_kind == "paymentmethod"]

    assert {e.action for e in events} == {
        "publishing.method_added", "publishing.method_changed", "publishing.method_removed",
    }  # fmt: skip
