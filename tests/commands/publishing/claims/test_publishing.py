"""A claim is one document, once, whatever happens on the way."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from commands.publishing.sending.send import send
from commands.replies import call
from storage.models import (
    Batch,
    ClaimState,
    ItemState,
    ListEntry,
    PublicationState,
    StepState,
)
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, buttons
from tests.commands.publishing.claims.claiming import (
    claim_of,
    claims_of,
    document_of,
    edit,
    has_expense,
    press,
)
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock

CLIENTS = ("Acme Ltd", "Bright Bakery")
RECEIPT = {"scan.pdf": b"%PDF-1.4 a receipt"}


def total(row: Any) -> Decimal:
    return Decimal(str(row.fields.get("Total", row.fields.get("TotalAmt"))))


def lines(row: Any) -> list[str]:
    told = row.fields.get("LineItems") or row.fields["Line"]
    return [each["Description"] for each in told if each.get("Description")]


def files(desk: Desk, row: Any) -> int:
    if desk.vendor == "xero":
        return len({call.path for call in desk.world.calls("xero", "Attachments/")})
    own = {"type": "Bill", "value": row.id}
    refs = [r["EntityRef"] for e in desk.books.rows("Attachable")
            for r in e.fields["AttachableRef"]]  # fmt: skip
    return refs.count(own)


@pytest.mark.parametrize("name", CLIENTS)
async def test_items_of_a_person_become_one_document_with_all_their_files(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    first = await has_expense(desk, files=RECEIPT)
    second = await has_expense(desk, files=RECEIPT, supplier="City Cabs", total="35.10", tax="5.85")
    [claim] = await claims_of(desk)
    answer = await press(desk, "publish_claim", claim)
    await desk.work()
    row, publication = await document_of(desk, claim)

    assert "Ben" in said(answer)
    assert "2 items" in said(answer)
    assert total(row) == Decimal("155.10")
    assert any("City Cabs" in line for line in lines(row))
    assert publication.state is PublicationState.PUBLISHED
    assert publication.files is StepState.DONE
    assert files(desk, row) == 2
    assert [(await desk.item(each)).state for each in (first, second)] == [ItemState.ARCHIVED] * 2
    assert (await claim_of(desk, first)).state is ClaimState.PUBLISHED
    assert "Expense claim of Ben" in said(world.card("publishing:"))


@pytest.mark.parametrize(("name", "hung"), [("Acme Ltd", 1), ("Bright Bakery", 12)])
async def test_more_receipts_than_the_ledger_takes_on_one_document_go_along_bound(
    world: World, clock: Clock, name: str, hung: int
) -> None:
    desk = await at(world, clock, name)
    for n in range(12):
        await has_expense(desk, files={"scan.png": picture(n)}, number=f"E-{n}")
    [claim] = await claims_of(desk)
    await press(desk, "publish_claim", claim)
    await desk.work()
    row, publication = await document_of(desk, claim)

    assert publication.files is StepState.DONE
    assert files(desk, row) == hung
    assert "without its picture" not in said(world.card("publishing:"))


async def test_a_claim_of_several_locations_says_so_before_it_goes(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Bright Bakery")
    places = [e for e in await desk.all(ListEntry) if e.details.get("category_id") == "location"]
    items = [await has_expense(desk, tracking_2=each.remote_id) for each in places[:2]]
    [claim] = await claims_of(desk)
    held = said(await press(desk, "publish_claim", claim))
    await edit(desk, items[1], tracking_2=places[0].remote_id)
    await press(desk, "refresh_claim", claim)
    await press(desk, "publish_claim", claim)
    await desk.work()
    row, _ = await document_of(desk, claim)

    assert "several choices of Location" in held
    assert all(each.name in held for each in places[:2])
    assert row.fields["DepartmentRef"]["value"] in places[0].remote_id


def picture(tone: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 90), (tone, tone, tone)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_credit_note_on_a_claim_is_taken_off_it(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    item = await has_expense(desk)
    await has_expense(desk, supplier="City Cabs", total="24.00", tax="4.00", kind="credit note")
    claim = await claim_of(desk, item)
    await press(desk, "publish_claim", claim)
    await desk.work()
    row, _ = await document_of(desk, claim)

    assert total(row) == Decimal("96.00")


async def test_pressing_often_and_two_processes_make_one_document(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    claim = await claim_of(desk, await has_expense(desk))
    for _ in range(3):
        again = await press(desk, "publish_claim", claim)
    [batch] = await desk.all(Batch)
    await asyncio.gather(send(world.tools, batch.id), send(world.tools, batch.id))
    await desk.work()
    row, _ = await document_of(desk, claim)
    after = await press(desk, "publish_claim", claim)

    assert total(row) == Decimal("120.00")
    assert "on its way already" in said(again)
    assert "published already" in said(after)


@pytest.mark.parametrize("name", CLIENTS)
async def test_an_answer_that_is_lost_is_looked_up_before_anything_is_sent_again(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    claim = await claim_of(desk, await has_expense(desk))
    resource = "Invoices" if desk.vendor == "xero" else "batch"
    target = f"{desk.vendor}:{desk.organisation}/{resource}"
    world.ledgers.set_fault(target, "timeout_after", seconds=0.01)
    await press(desk, "publish_claim", claim)
    await desk.work()
    row, publication = await document_of(desk, claim)

    assert total(row) == Decimal("120.00")
    assert publication.state is PublicationState.PUBLISHED


async def test_what_changed_since_needs_a_refresh_that_takes_it_as_it_is(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    claim = await claim_of(desk, item)
    await edit(desk, item, total="60.00", tax="10.00")
    held = await press(desk, "publish_claim", claim)
    refreshed = await world.practice.press(ANA, buttons(held)["Refresh"])
    await press(desk, "publish_claim", claim)
    await desk.work()
    row, _ = await document_of(desk, claim)

    assert "Changed since it was put on the claim: Paper &amp; Pens" in said(held)
    assert "Taken as it is now: Paper &amp; Pens" in said(refreshed)
    assert total(row) == Decimal("60.00")


async def test_what_is_no_expense_any_more_leaves_the_claim_when_it_is_refreshed(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item, stays = await has_expense(desk), await has_expense(desk, supplier="City Cabs")
    claim = await claim_of(desk, item)
    page = await world.practice.say(ANA, f"claims {desk.client.name}")
    own = await desk.item(item)
    await world.practice.press(
        ANA, call("items.move", item=item.id, version=own.version, side="cost")
    )
    held = await press(desk, "publish_claim", claim)
    await press(desk, "refresh_claim", claim)
    await press(desk, "publish_claim", claim)
    await desk.publish(item)
    await desk.work()
    row, _ = await document_of(desk, claim)

    assert "2 items" in said(page)
    assert "Changed since" in said(held)
    assert total(row) == Decimal("120.00")
    assert (await desk.item(stays)).state is ItemState.ARCHIVED
    assert (await desk.publication(item)).state is PublicationState.PUBLISHED
    assert (await desk.publication(item)).id != (await document_of(desk, claim))[1].id


async def test_what_comes_after_a_claim_has_gone_rolls_over_into_the_next(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    claim = await claim_of(desk, await has_expense(desk))
    await press(desk, "publish_claim", claim)
    await desk.work()
    late = await has_expense(desk, supplier="City Cabs")
    following = await claim_of(desk, late)

    assert following.id != claim.id
    assert following.starts == claim.ends + timedelta(days=1)


async def test_a_claim_that_the_ledger_refuses_is_open_again_and_goes_once_it_is_mended(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk, publish_as="awaiting payment")
    claim = await claim_of(desk, item)
    account = next(r for r in desk.books.rows("Accounts") if r.fields.get("Code") == "461")
    account.fields["Status"] = "ARCHIVED"
    await press(desk, "publish_claim", claim)
    await desk.work()
    card = world.card("publishing:")
    refused = await claim_of(desk, item)
    page = said(await world.practice.say(ANA, "claims acme"))
    account.fields["Status"] = "ACTIVE"
    await world.practice.press(ANA, buttons(card.reply)["Retry 1"])
    await desk.work()
    row, _ = await document_of(desk, claim)

    assert refused.state is ClaimState.OPEN
    assert "Xero did not take it the last time:" in page
    assert "Choose another one, or restore it in Xero" in page
    assert buttons(card.reply)["What is wrong"] == call("publishing.claim", claim=claim.id)
    assert (await desk.item(item)).state is ItemState.ARCHIVED
    assert total(row) == Decimal("120.00")


async def test_what_was_refused_with_its_claim_can_go_by_itself_as_a_cost(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    claim = await claim_of(desk, item)
    world.ledgers.set_fault("xero:Acme Limited/Invoices", "refused", text="No.")
    await press(desk, "publish_claim", claim)
    await desk.work()
    own = await desk.item(item)
    await world.practice.press(
        ANA, call("items.move", item=item.id, version=own.version, side="cost")
    )
    await desk.publish(item)
    await desk.work()
    publication = await desk.publication(item)

    assert (publication.item_id, publication.claim_id) == (item.id, None)
    assert publication.state is PublicationState.PUBLISHED
    assert "cannot go yet" in said(await press(desk, "publish_claim", claim))


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_claim_is_opened_again_only_when_its_document_has_gone(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    item = await has_expense(desk)
    claim = await claim_of(desk, item)
    await press(desk, "publish_claim", claim)
    await desk.work()
    still_there = await press(desk, "reopen_claim", claim)
    row, _ = await document_of(desk, claim)
    if desk.vendor == "xero":
        desk.books.change("Invoices", row.id, {"Status": "DELETED"}, at=clock.at)
    else:
        desk.books.remove("Bill", row.id, at=clock.at)
    opened = await press(desk, "reopen_claim", claim)
    await press(desk, "publish_claim", claim)
    await desk.work()
    found = await desk.publication(item)

    assert "is still in the ledger" in said(still_there)
    assert "the claim is open again" in said(opened)
    assert found.generation == 2
    assert found.state is PublicationState.PUBLISHED
    assert len(desk.documents(found.reference)) == 1


async def test_nothing_publishes_an_expense_by_itself_beside_its_claim(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await has_expense(desk)
    answer = await desk.publish(item)

    assert "it goes with its claim" in said(answer)
    assert await desk.all(Batch) == []


async def test_each_person_and_currency_has_a_claim_of_its_own(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    items = [
        await has_expense(desk),
        await has_expense(desk, owner=ANA, supplier="City Cabs"),
        await has_expense(desk, supplier="Café Léon", currency="EUR", tax="0", tax_rate=""),
    ]
    found = [await claim_of(desk, each) for each in items]

    assert [(each.owner, each.currency) for each in found] == [
        (BEN, "GBP"), (ANA, "GBP"), (BEN, "EUR"),
    ]  # fmt: skip
    assert len({each.id for each in found}) == 3
