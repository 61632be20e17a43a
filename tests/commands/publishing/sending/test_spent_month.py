"""A month whose reading is used up at QuickBooks: what needs no reading is published all the same,
the rest waits and says why, and nothing is there twice (Intuit App Partner Program: "CorePlus"
calls, which give data out, are limited by the month; "Core" calls, which take data in, are not)."""

from decimal import Decimal

import pytest

from bot.slack import failures
from commands.replies import Answer, call
from storage.models import Item, PublicationState, StepState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.commands.publishing.provoking import BAKERY, ONLY_SQLITE
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import an_item, connected, published, row_of
from tests.conftest import Clock

TEN_DAYS = 864_000
WHY = "lets this app read only so much in a month, for all clients together"
PUBLISHED, WAITING = PublicationState.PUBLISHED, PublicationState.WAITING


def spends_the_month(desk: Desk) -> None:
    target = f"{desk.vendor}:{desk.organisation}"
    desk.world.ledgers.set_fault(target, "rate_month", times=None, retry_after=TEN_DAYS)


def begins_anew(desk: Desk) -> None:
    desk.world.ledgers.set_fault(f"{desk.vendor}:{desk.organisation}", "none")


async def state_of(desk: Desk, item: Item) -> PublicationState:
    return (await desk.publication(item)).state


def outcome(desk: Desk) -> Answer:
    return desk.world.card("publishing:").reply


async def known_vendor(desk: Desk) -> dict[str, str]:
    found = await desk.some("contacts", is_supplier=True, currency="GBP")
    return {"contact": found.remote_id, "supplier": found.name}


@ONLY_SQLITE
async def test_what_our_lists_know_enough_of_is_published(world: World, clock: Clock) -> None:
    desk = await connected(world, clock, *BAKERY)
    lines = ({"description": "Paper", "total": "72.00"}, {"description": "Pens", "total": "48.00"})
    known = await an_item(desk, **await known_vendor(desk))
    several = await an_item(desk, lines=lines, **await known_vendor(desk))
    new = await an_item(desk, supplier="Bluebells of York")
    spends_the_month(desk)
    await desk.publish(known, several, new)
    await desk.work(rounds=1)

    assert "3 published" in said(outcome(desk))
    for item in (known, several, new):
        fields = (await row_of(desk, item))[1].fields
        assert (fields["TotalAmt"], fields["TxnTaxDetail"]["TotalTax"]) == (120, 20)
    assert len([r for r in desk.books.rows("Vendor") if "Bluebells" in str(r.fields)]) == 1


@ONLY_SQLITE
async def test_it_goes_once_it_is_known_that_no_minute_is_meant(world: World, clock: Clock) -> None:
    desk = await connected(world, clock, *BAKERY)
    item = await an_item(desk, **await known_vendor(desk))
    world.ledgers.set_fault(f"{desk.vendor}:{desk.organisation}", "rate_month", times=None)
    await desk.publish(item)
    await desk.work()

    assert await state_of(desk, item) is PUBLISHED
    await row_of(desk, item)


@ONLY_SQLITE
async def test_what_only_quickbooks_can_tell_the_tax_of_waits_and_says_so(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *BAKERY)
    odd = await an_item(desk, tax="19.50", **await known_vendor(desk))
    plain = await an_item(desk, **await known_vendor(desk))
    spends_the_month(desk)
    await desk.publish(odd, plain)
    await desk.work(rounds=1)
    waiting = said(outcome(desk))
    states = [await state_of(desk, each) for each in (odd, plain)]
    begins_anew(desk)
    await desk.work()

    assert states == [WAITING, PUBLISHED]
    assert "1 of 2 wait. QuickBooks Online" in waiting
    assert WHY in waiting
    assert "They go on by themselves, once each, when the month ends" in waiting
    assert "next look 13 Jun 2026" in waiting
    assert (await row_of(desk, odd))[1].fields["TxnTaxDetail"]["TotalTax"] == Decimal("19.50")
    await row_of(desk, plain)


@ONLY_SQLITE
async def test_a_name_that_was_taken_meanwhile_waits_and_goes_to_whoever_has_it(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *BAKERY)
    item = await an_item(desk, supplier="Bluebells of York")
    theirs = desk.books.rows("Vendor")[0].fields | {"DisplayName": "Bluebells of York"}
    vendor = desk.books.add("Vendor", theirs, at=clock.at)
    spends_the_month(desk)
    await desk.publish(item)
    await desk.work(rounds=1)
    state = await state_of(desk, item)
    begins_anew(desk)
    await desk.work()

    assert state is WAITING
    assert (await row_of(desk, item))[1].fields["VendorRef"]["value"] == vendor.id


@ONLY_SQLITE
async def test_what_may_be_there_already_waits_until_it_can_be_looked_for(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *BAKERY)
    lost = await an_item(desk, **await known_vendor(desk))
    unsent = await an_item(desk, supplier="Bluebells of York")
    target = f"{desk.vendor}:{desk.organisation}/batch"
    world.ledgers.set_fault(target, "server_error", times=1)  # the new vendor
    world.ledgers.set_fault(target, "timeout_after", times=1, seconds=0.01)  # the documents
    await desk.publish(lost, unsent)
    await desk.work(rounds=1)
    before = [await state_of(desk, each) for each in (lost, unsent)]
    spends_the_month(desk)
    await desk.work(rounds=2)
    after = [await state_of(desk, each) for each in (lost, unsent)]
    told = said(outcome(desk))
    begins_anew(desk)
    await desk.work()

    assert before == [PublicationState.SENDING, WAITING]
    assert after == [PublicationState.SENDING, PUBLISHED]
    assert WHY in told
    for item in (lost, unsent):
        assert await state_of(desk, item) is PUBLISHED
        await row_of(desk, item)


@ONLY_SQLITE
@pytest.mark.parametrize("what", ["files", "payment"])
async def test_what_follows_a_document_waits_and_says_so(
    world: World, clock: Clock, what: str
) -> None:
    desk = await connected(world, clock, *BAKERY)
    bank = await desk.entry("banks", "Cash at bank")
    paid = {"publish_as": "paid", "paid": "yes", "bank_account": bank, "publish_to": "purchases"}
    files = {"receipt.pdf": b"%PDF-1.4 a receipt"} if what == "files" else {}
    item = await an_item(desk, files=files, **await known_vendor(desk), **({} if files else paid))
    spends_the_month(desk)
    await desk.publish(item)
    await desk.work(rounds=1)
    waiting, first = said(outcome(desk)), await desk.publication(item)
    begins_anew(desk)
    await desk.work()
    row = (await row_of(desk, item))[1]

    assert (first.state, getattr(first, what)) == (PUBLISHED, StepState.DUE)
    assert "The files or payments of 1 wait. QuickBooks Online" in waiting
    assert WHY in waiting
    assert getattr(await desk.publication(item), what) == StepState.DONE
    assert desk.has_one_file(row) if files else desk.payments_of(row) == 1


@ONLY_SQLITE
async def test_republishing_looks_first_so_it_says_why_it_cannot(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *BAKERY)
    item = await an_item(desk, **await known_vendor(desk))
    await published(desk, item)
    spends_the_month(desk)
    again = call("publishing.republish", item=item.id)
    found = await failures.outcome(
        world.practice.press(ANA, again), reference="7Q4-KD", again=lambda: again
    )

    assert found is not None
    assert WHY in said(found.answer)
    assert "then press Try again" in said(found.answer)
    assert buttons(found.answer)["Try again"] == again
    await row_of(desk, item)
