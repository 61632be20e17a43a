"""Items reach their ledger once, whatever happens on the way, and the channel says what came."""

import asyncio
from datetime import timedelta

import pytest

from commands.publishing.sending.send import TRIES, send
from storage.models import (
    Batch,
    ItemState,
    Publication,
    PublicationState,
    Status,
    StepState,
)
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.publishing import Cut, PowerCut, at
from tests.conftest import Clock

CLIENTS = ("Acme Ltd", "Bright Bakery")


def reference(publication: Publication) -> str:
    return publication.reference


@pytest.mark.parametrize("name", CLIENTS)
async def test_an_item_becomes_a_document_with_its_file(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    item = await desk.has_item(files={"receipt.pdf": b"%PDF-1.4 a receipt"})
    answer = await desk.publish(item)
    await desk.work()
    publication = await desk.publication(item)

    assert "1 item" in said(answer)
    assert publication.state == PublicationState.PUBLISHED
    assert len(desk.documents(reference(publication))) == 1
    assert publication.files == StepState.DONE
    assert (await desk.item(item)).state == ItemState.ARCHIVED
    assert "1 published" in said(world.card("publishing:"))


async def test_pressing_five_times_publishes_once_and_tells_once(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await desk.has_item()
    for _ in range(5):
        await desk.publish(item)
    await desk.work()
    again = await desk.publish(item)

    assert len(await desk.all(Batch)) == 1
    assert len(desk.documents(reference(await desk.publication(item)))) == 1
    assert "published already" in said(again)


async def test_two_processes_that_take_the_same_batch_send_it_once(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await desk.has_item()
    await desk.publish(item)
    (batch,) = await desk.all(Batch)
    await asyncio.gather(send(world.tools, batch.id), send(world.tools, batch.id))

    assert len(desk.documents(reference(await desk.publication(item)))) == 1


@pytest.mark.parametrize("name", CLIENTS)
async def test_an_answer_that_is_lost_after_writing_is_looked_up(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    item = await desk.has_item()
    resource = "Invoices" if desk.vendor == "xero" else "batch"
    target = f"{desk.vendor}:{desk.organisation}/{resource}"
    world.ledgers.set_fault(target, "timeout_after", seconds=0.01)
    await desk.publish(item)
    await desk.work()
    publication = await desk.publication(item)

    assert publication.state == PublicationState.PUBLISHED
    assert len(desk.documents(reference(publication))) == 1


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_batch_of_sixty_goes_in_a_few_calls(world: World, clock: Clock, name: str) -> None:
    desk = await at(world, clock, name)
    items = [await desk.has_item(number=f"N-{each}") for each in range(60)]
    before = len(world.calls(desk.vendor))
    await desk.publish(*items)
    await desk.work()
    publications = await desk.all(Publication)

    assert {each.state for each in publications} == {PublicationState.PUBLISHED}
    assert all(len(desk.documents(reference(each))) == 1 for each in publications)
    assert len(world.calls(desk.vendor)) - before <= 8


async def test_what_the_ledger_refuses_is_told_with_its_cause_and_may_be_sent_again(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    good, bad = await desk.has_item(), await desk.has_item()
    account = next(r for r in desk.books.rows("Accounts") if r.fields["Code"] == "461")
    await desk.publish(good, bad)
    desk.books.change("Accounts", account.id, {"Status": "ARCHIVED"}, at=clock.at)
    await desk.work()
    card = world.card("publishing:")
    desk.books.change("Accounts", account.id, {"Status": "ACTIVE"}, at=clock.at)
    refused = (await desk.item(bad)).error
    await world.press(ANA, card, "Retry 2")
    await desk.work()

    assert "2 not published" in said(card)
    assert refused["code"] == "XERO_ACCOUNT_ARCHIVED"
    assert {each.state for each in await desk.all(Publication)} == {PublicationState.PUBLISHED}


async def test_a_lost_sign_in_holds_the_items_until_somebody_reconnects(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await desk.has_item()
    await desk.publish(item)
    for fault in ("revoke_refresh", "expire_access"):
        world.ledgers.set_fault("xero", fault)
    (batch,) = await desk.all(Batch)
    await send(world.tools, batch.id)
    waiting = await desk.publication(item)
    await world.work("connections.tell_lost")
    await world.sign_in(await world.relink(clock), "Acme Limited")
    await world.work("lists.refresh")
    await desk.work()

    assert waiting.state in {PublicationState.WAITING, PublicationState.SENDING}
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED


async def test_a_spent_allowance_is_waited_out(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await desk.has_item()
    world.ledgers.set_fault("xero:Acme Limited/Invoices", "rate_minute", retry_after=30)
    await desk.publish(item)
    await desk.work()

    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    assert len(desk.documents(reference(await desk.publication(item)))) == 1


@pytest.mark.parametrize(
    ("name", "to", "dated"),
    [
        ("Acme Ltd", "bank accounts", ("Date", "/Date(1779840000000+0000)/")),
        ("Bright Bakery", "cheque", ("TxnDate", "2026-05-27")),
    ],
)
async def test_money_at_the_bank_is_dated_by_its_payment_and_found_there_again(
    world: World, clock: Clock, name: str, to: str, dated: tuple[str, str]
) -> None:
    desk = await at(world, clock, name)
    bank = (await desk.some("banks")).remote_id
    item = await desk.has_item(
        publish_to=to, publish_as="paid", paid="yes", paid_on="2026-05-27", bank_account=bank,
        number=None,
    )  # fmt: skip
    resource = "BankTransactions" if desk.vendor == "xero" else "batch"
    target = f"{desk.vendor}:{desk.organisation}/{resource}"
    world.ledgers.set_fault(target, "timeout_after", seconds=0.01)
    await desk.publish(item)
    await desk.work()
    publication = await desk.publication(item)
    (row,) = desk.documents(publication.reference)

    assert publication.state == PublicationState.PUBLISHED
    assert dated in {(name, str(value)) for name, value in row.fields.items()}


async def test_paid_items_are_paid_once_and_say_so(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    bank = (await desk.some("banks")).remote_id
    item = await desk.has_item(publish_as="paid", paid="yes", bank_account=bank)
    await desk.publish(item)
    await desk.work()
    publication = await desk.publication(item)

    assert publication.payment == StepState.DONE
    assert publication.result["is_paid"] is True
    assert "(bill, paid" in said(world.card("publishing:"))


PAUSES = 400  # more than one publishing has


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", CLIENTS)
async def test_a_power_cut_at_any_pause_leaves_exactly_one_document(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    bank = (await desk.some("banks")).remote_id
    cuts = 0
    for pause in range(1, PAUSES):
        item = await desk.has_item(
            files={"receipt.pdf": b"%PDF-1.4 a receipt"},
            publish_as="paid",
            paid="yes",
            bank_account=bank,
        )
        await desk.publish(item)
        batch = max(await desk.all(Batch), key=lambda each: each.at)
        clock.advance(timedelta(seconds=1))
        try:
            await Cut(send(world.tools, batch.id), pause)
        except PowerCut:
            cuts += 1
        else:
            break
        await desk.work()
        publication = await desk.publication(item)
        assert publication.state == PublicationState.PUBLISHED, pause
        assert len(desk.documents(reference(publication))) == 1, pause

    assert cuts > 5


async def test_a_lost_sign_in_is_told_and_stands_on_the_card(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await desk.publish(await desk.has_item())
    for fault in ("revoke_refresh", "expire_access"):
        world.ledgers.set_fault("xero", fault)
    (batch,) = await desk.all(Batch)
    await send(world.tools, batch.id)
    await world.work("connections.tell_lost")

    assert (await world.connection("Acme Ltd")).status == Status.EXPIRED
    assert "no longer accepts our permission" in said(world.card("publishing:"))
    assert "Xero no longer accepts" in said(world.card("expired:"))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_what_a_plan_does_not_permit_is_told_of_all_items_at_once(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Acme Ltd")
    items = [await desk.has_item(number=f"N-{each}") for each in range(51)]
    await desk.publish(*items)
    world.ledgers.set_fault("xero:Acme Limited", "not_entitled", times=None)
    await desk.work(rounds=1)

    assert {each.state for each in await desk.all(Publication)} == {PublicationState.REFUSED}
    assert "51 not published" in said(world.card("publishing:"))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_ledger_that_is_down_is_asked_ever_less_often_and_then_given_up(
    world: World, clock: Clock
) -> None:
    desk = await at(world, clock, "Bright Bakery")
    item = await desk.has_item()
    await desk.publish(item)
    world.ledgers.set_fault("quickbooks:Bright Bakery", "unavailable_html", times=None)
    waits = []
    for _ in range(TRIES):
        await desk.work(rounds=1)
        (batch,) = await desk.all(Batch)
        waits.append((batch.due_at - clock()) / timedelta(minutes=1))
    waiting = said(world.card("publishing:"))
    await desk.work(rounds=1)
    over = world.card("publishing:")
    world.ledgers.set_fault("quickbooks:Bright Bakery", "none")
    await world.press(ANA, over, "Retry 1")
    await desk.work()

    for wait, minutes in zip(waits, (1, 2, 4, 8, 16), strict=True):
        assert minutes <= wait <= minutes * 1.2
    assert "QuickBooks Online does not answer. They are tried again" in waiting
    assert "QuickBooks Online did not answer for too long" in said(over)
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    assert len(desk.documents((await desk.publication(item)).reference)) == 1
