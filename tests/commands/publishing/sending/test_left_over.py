"""Payments and files follow a document: what did not go is told, and tried again alone."""

import pytest

from commands.publishing import catalogue
from storage.models import ItemFile, PublicationState, StepState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.provoking import BAKERY, OAKWOOD, ONLY_SQLITE, changes
from tests.commands.publishing.varied import an_item, connected, published, row_of
from tests.conftest import Clock


@pytest.mark.parametrize("where", [OAKWOOD, BAKERY], ids=["XERO_IMAGE", "QuickBooks"])
async def test_a_file_that_did_not_go_is_told_and_tried_again_alone(
    world: World, clock: Clock, where: tuple[str, str]
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk, files={"receipt.exe": b"%PDF-1.4 a receipt"})
    (publication,) = await published(desk, item)
    outcome = world.card("publishing:")
    await world.press(ANA, outcome, "Try the rest again")
    await desk.work()
    again = await desk.publication(item)

    assert (publication.state, publication.files) == (
        PublicationState.PUBLISHED, StepState.REFUSED,
    )  # fmt: skip
    assert "published without its picture" in said(outcome)
    assert again.files == StepState.REFUSED
    await row_of(desk, item)


@ONLY_SQLITE
async def test_a_file_too_large_for_xero_is_told_by_its_name(world: World, clock: Clock) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    item = await an_item(desk, files={"receipt.pdf": b"%PDF" + bytes(10 * 1024 * 1024 + 1)})
    (publication,) = await published(desk, item)

    assert publication.files == StepState.REFUSED
    assert publication.notice["files"]["code"] == "XERO_FILE_10MB"
    assert catalogue.entry("XERO_FILE_10MB").title in said(world.card("publishing:"))
    await row_of(desk, item)


@ONLY_SQLITE
async def test_a_payment_that_did_not_go_is_told_and_made_once_when_it_can_be(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    bank = await desk.entry("banks", "Deposit Account")
    item = await an_item(desk, publish_as="paid", paid="yes", bank_account=bank)
    await desk.publish(item)
    changes("Accounts", "Deposit Account", Status="ARCHIVED")(desk)
    await desk.work()
    outcome, unpaid = world.card("publishing:"), await desk.publication(item)
    changes("Accounts", "Deposit Account", Status="ACTIVE")(desk)
    await world.press(ANA, outcome, "Try the rest again")
    await desk.work()

    assert (unpaid.state, unpaid.payment) == (PublicationState.PUBLISHED, StepState.REFUSED)
    assert unpaid.notice["payment"]["code"] == "XERO_BANK_UNKNOWN"
    assert "published, not marked as paid" in said(outcome)
    assert (await row_of(desk, item))[1].fields["Status"] == "PAID"
    assert len((await row_of(desk, item))[1].fields["Payments"]) == 1


@ONLY_SQLITE
@pytest.mark.parametrize("where", [OAKWOOD, BAKERY], ids=["Xero", "QuickBooks"])
async def test_a_file_that_the_ledger_takes_in_the_end_hangs_there_and_nothing_is_made_anew(
    world: World, clock: Clock, where: tuple[str, str]
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk, files={"receipt.exe": b"%PDF-1.4 a receipt"})
    await published(desk, item)
    outcome = world.card("publishing:")
    async with world.database.begin() as session:
        (file,) = await desk.all(ItemFile)
        (await session.merge(file)).name = "receipt.pdf"
    await world.press(ANA, outcome, "Try the rest again")
    await desk.work()

    assert (await desk.publication(item)).files == StepState.DONE
    assert "without its picture" not in said(world.card("publishing:"))
    await row_of(desk, item)
