"""Publishing again looks at what is there first, and never leaves two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.sandbox.ledgers.editing import apply
from bot.sandbox.ledgers.quickbooks.office import hand
from bot.sandbox.ledgers.xero.office.hand import XERO_ACTIONS
from commands.errors import Conflict, Refused, answer
from commands.publishing import catalogue
from commands.replies import call
from storage.models import Item, PublicationState, StepState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.commands.publishing.provoking import OAKWOOD, ONLY_SQLITE
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import connected
from tests.conftest import Clock

CLIENTS = ("Acme Ltd", "Bright Bakery")


async def published(desk: Desk, **facts: str) -> Item:
    item = await desk.has_item(**facts)
    await desk.publish(item)
    await desk.work()
    return await desk.item(item)


async def ask(desk: Desk, item: Item, how: str = "ask") -> str:
    does = call("publishing.republish", item=item.id, how=how)
    return said(await desk.world.practice.press(ANA, does))


async def change(desk: Desk, item: Item, **facts: str) -> None:
    """As the edit form does, for an item that is in the archive."""
    told = {name: {"value": value, "by": ANA, "at": ""} for name, value in facts.items()}
    async with desk.world.database.begin() as session:
        own = await session.merge(item)
        own.manual = {**own.manual, **told}


async def standing(desk: Desk, item: Item) -> list[str]:
    """The states of what the ledger has of an item, without what is void or deleted."""
    rows = desk.documents(f"{item.id}-")
    told = [str(row.fields.get("Status", "AUTHORISED")) for row in rows]
    return [state for state in told if state not in {"VOIDED", "DELETED"}]


async def test_a_draft_is_updated_and_stays_one(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await published(desk, publish_as="draft")
    await change(desk, item, total="240.00", tax="40.00")
    asked = await ask(desk, item)
    answer = await ask(desk, item, "update")
    (row,) = desk.documents((await desk.publication(item)).reference)

    assert "still a draft" in asked
    assert "updated in Xero" in answer
    assert "240" in str(row.fields)


async def test_what_is_approved_is_voided_and_made_anew(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await published(desk)
    asked = await ask(desk, item)
    await ask(desk, item, "replace")
    await desk.work()

    assert "voided and made anew" in asked
    assert (await desk.item(item)).generation == 2
    assert await standing(desk, item) == ["AUTHORISED"]


@pytest.mark.parametrize("name", CLIENTS)
async def test_what_is_paid_is_left_alone(world: World, clock: Clock, name: str) -> None:
    desk = await at(world, clock, name)
    bank = (await desk.some("banks")).remote_id
    item = await published(
        desk, publish_as="paid", paid="yes", bank_account=bank, publish_to="purchases"
    )
    asked = await ask(desk, item)
    again = await ask(desk, item, "replace")

    assert "left alone" in asked
    assert "left alone" in again
    assert (await desk.item(item)).generation == 1


async def test_what_somebody_saves_meanwhile_is_read_again_once(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Bright Bakery")
    item = await published(desk)
    _strike(desk, "saved_meanwhile", None)
    with pytest.raises(Refused) as refused:
        await ask(desk, item, "replace")
    left = [row.id for row in desk.documents(f"{item.id}-")]
    _strike(desk, "none", None)
    _strike(desk, "saved_meanwhile", 1)
    await ask(desk, item, "replace")
    await desk.work()

    assert "Somebody changed the record in QuickBooks meanwhile" in said(answer(refused.value))
    assert len(left) == 1
    assert (await desk.item(item)).generation == 2
    assert len(desk.documents(f"{item.id}-")) == 1


async def test_what_is_paid_in_part_meanwhile_is_not_paid_again(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Bright Bakery")
    bank = await desk.entry("banks", "Cash at bank")
    paid = {"publish_as": "paid", "paid": "yes", "bank_account": bank, "publish_to": "purchases"}
    _strike(desk, "refused", None, resource="BillPayment", text="Not today", code="6000")
    item = await published(desk, **paid)
    _strike(desk, "none", None)
    there = (await desk.publication(item)).result
    edit = {"organisation": desk.organisation, "action": "pay_bill", "amount": "20.00"}
    directory = desk.world.ledgers.quickbooks.directory
    hand.apply(directory, edit | {"name": there["remote_id"]}, at=clock.at)
    outcome = desk.world.card("publishing:")
    await desk.world.press(ANA, outcome, "Try the rest again")
    await desk.work()
    after = await desk.publication(item)

    assert after.notice["payment"]["code"] == "QBO_HAS_PAYMENT"
    assert "A payment or credit is on the document in QuickBooks" in said(
        desk.world.card("publishing:")
    )


# When somebody at Xero is faster: after our look, or after the second one, just before we write.
AFTER_OUR_LOOK, BEFORE_WE_WRITE = 2, 3
AT_THE_BANK = {"publish_to": "bank accounts", "publish_as": "paid", "paid": "yes"}


@dataclass(frozen=True, kw_only=True)
class Faster:
    """What somebody `does` in Xero while we do as asked, and what is left to do after that."""

    code: str
    does: str
    when: int
    facts: Mapping[str, str] = field(default_factory=dict)
    how: str = "update"
    undoes: Mapping[str, str] = field(default_factory=dict)
    button: str
    resource: str = "Invoices"


DRAFT = {"publish_as": "draft"}
FASTER = {
    "approved after our look": Faster(
        code="XERO_NOT_DRAFT", does="approve", when=AFTER_OUR_LOOK, facts=DRAFT,
        button="Void it and make it anew",
    ),
    "approved before we write": Faster(
        code="XERO_NOT_MODIFIABLE", does="approve", when=BEFORE_WE_WRITE, facts=DRAFT,
        button="Void it and make it anew",
    ),
    "deleted before we write": Faster(
        code="XERO_NOT_MODIFIABLE", does="delete", when=BEFORE_WE_WRITE, facts=DRAFT,
        button="Make it anew",
    ),
    "voided": Faster(
        code="XERO_VOIDED", does="approve void", when=AFTER_OUR_LOOK, facts=DRAFT,
        button="Make it anew",
    ),
    "deleted after our look": Faster(
        code="XERO_ID_MISSING", does="delete", when=AFTER_OUR_LOOK, facts=DRAFT,
        button="Make it anew",
    ),
    "paid in part": Faster(
        code="XERO_HAS_PAYMENT", does="pay", when=BEFORE_WE_WRITE, how="replace",
        undoes={"action": "delete", "kind": "Payments"}, button="Void it and make it anew",
    ),
    "reconciled": Faster(
        code="XERO_HAS_PAYMENT", does="reconcile", when=BEFORE_WE_WRITE, how="replace",
        facts=AT_THE_BANK, undoes={"action": "unreconcile", "kind": "BankTransactions"},
        button="Void it and make it anew", resource="BankTransactions",
    ),
}  # fmt: skip


@ONLY_SQLITE
@pytest.mark.parametrize("faster", FASTER.values(), ids=FASTER)
async def test_what_somebody_at_xero_does_meanwhile_is_told_and_it_is_there_once_after_that(
    world: World, clock: Clock, faster: Faster
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    bank = (await desk.some("banks")).remote_id
    item = await published(desk, bank_account=bank, **faster.facts)
    await change(desk, item, total="240.00", tax="40.00")
    _strike(desk, "done_meanwhile", faster.when, resource=faster.resource,
            does=faster.does, account=bank, amount="20.00")  # fmt: skip
    with pytest.raises(Refused) as refused:
        await ask(desk, item, faster.how)
    told, words = answer(refused.value), catalogue.told(faster.code, {})
    asked = await world.press(ANA, told, "Republish safely")
    if faster.undoes:
        assert "left alone" in said(asked)
        _undo(desk, item, faster)
        asked = await world.press(ANA, told, "Republish safely")
    await world.press(ANA, asked, faster.button)
    await desk.work()
    [row] = _standing(desk, item)

    assert words.title in said(told)
    assert words.remedy in said(told)
    assert row.fields["Total"] == 240


def _undo(desk: Desk, item: Item, faster: Faster) -> None:
    [row] = _standing(desk, item)
    payments = row.fields.get("Payments")
    named = payments[0]["PaymentID"] if payments else row.id
    edit = {"organisation": desk.organisation, "name": named, **faster.undoes}
    apply(desk.world.ledgers.xero.directory, edit, at=desk.clock.at, actions=XERO_ACTIONS)


@ONLY_SQLITE
async def test_spend_money_is_never_changed_but_deleted_and_made_anew(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    bank = (await desk.some("banks")).remote_id
    item = await published(desk, bank_account=bank, **AT_THE_BANK)
    await change(desk, item, total="240.00", tax="40.00")
    await ask(desk, item, "replace")
    await desk.work()
    [row] = _standing(desk, item)

    assert row.fields["Total"] == 240
    assert [each.fields["Status"] for each in desk.documents(f"{item.id}-")] == [
        "DELETED", "AUTHORISED",
    ]  # fmt: skip


@ONLY_SQLITE
async def test_a_draft_that_becomes_another_kind_of_document_is_deleted_and_made_anew(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    bank = (await desk.some("banks")).remote_id
    item = await published(desk, **DRAFT)
    await change(desk, item, bank_account=bank, **AT_THE_BANK)
    asked = await world.practice.press(ANA, call("publishing.republish", item=item.id))
    await world.press(ANA, asked, "Delete it and make it anew")
    await desk.work()
    [row] = _standing(desk, item)

    assert "another kind of document" in said(asked)
    assert "Update the draft" not in buttons(asked)
    assert row.fields["Type"] == "SPEND"


async def test_what_is_voided_before_it_is_marked_as_paid_is_told_and_made_anew(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    bank = (await desk.some("banks")).remote_id
    _strike(desk, "done_meanwhile", 1, resource="Invoices", does="void")
    item = await published(
        desk, publish_as="paid", paid="yes", bank_account=bank, publish_to="purchases"
    )
    first, card = await desk.publication(item), said(world.card("publishing:"))
    asked = await world.practice.press(ANA, call("publishing.republish", item=item.id))
    await world.press(ANA, asked, "Make it anew")
    await desk.work()
    [row] = _standing(desk, item)

    assert first.payment == StepState.REFUSED
    assert first.notice["payment"]["code"] == "XERO_ID_MISSING"
    assert "not marked as paid: The document is no longer in Xero" in card
    assert row.fields["Status"] == "PAID"


def _standing(desk: Desk, item: Item) -> list[Any]:
    rows = desk.documents(f"{item.id}-")
    return [row for row in rows if row.fields["Status"] not in {"VOIDED", "DELETED"}]


def _strike(
    desk: Desk, fault: str, times: int | None, *, resource: str = "", **options: str
) -> None:
    target = f"{desk.vendor}:{desk.organisation}" + (f"/{resource}" if resource else "")
    desk.world.ledgers.set_fault(target, fault, times=times, **options)


async def test_what_is_gone_is_made_anew_once(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await published(desk)
    first = await desk.publication(item)
    desk.books.change("Invoices", first.result["remote_id"], {"Status": "DELETED"}, at=clock.at)
    asked = await ask(desk, item)
    await ask(desk, item, "anew")
    with pytest.raises(Conflict):
        await ask(desk, item, "anew")
    await desk.work()
    states = {each.state for each in await desk.all(type(first))}

    assert "made anew" in asked
    assert states == {PublicationState.CLEARED, PublicationState.PUBLISHED}
    assert await standing(desk, item) == ["AUTHORISED"]
