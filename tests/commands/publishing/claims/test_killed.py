"""The power fails, and processes are killed, from the press on Publish claim to the last file."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from commands.publishing.sending.send import send
from storage.models import Batch, ClaimState, ExpenseClaim, Item, PublicationState, StepState
from tests.commands.connecting import World
from tests.commands.practice import ANA
from tests.commands.publishing.claims.claiming import claim_of, document_of, has_expense, press
from tests.commands.publishing.processes import Nursery, When, gated, nursery
from tests.commands.publishing.publishing import Cut, Desk, PowerCut, at
from tests.conftest import Clock

CLIENTS = ("Acme Ltd", "Bright Bakery")
PAUSES = 400  # more than pressing and sending have
CALLS = 40  # more than one publishing has
RECEIPT = {"scan.pdf": b"%PDF-1.4 a receipt"}


@pytest.fixture(scope="module")
def children() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


async def has_paid_expense(desk: Desk) -> Item:
    """With its receipt; the ledgers count calls by the minute, so time passes."""
    bank = await desk.some("banks")
    desk.clock.advance(timedelta(minutes=2))
    return await has_expense(
        desk, files=RECEIPT, bank_account=bank.remote_id,
        publish_as="paid", paid="yes", publish_to="purchases",
    )  # fmt: skip


async def published(desk: Desk, claim: ExpenseClaim) -> None:
    """Pressed, and sent in the same breath."""
    before = {each.id for each in await desk.all(Batch)}
    await press(desk, "publish_claim", claim)
    for batch in await desk.all(Batch):
        if batch.id not in before:
            await send(desk.world.tools, batch.id)


async def resumed(desk: Desk, claim: ExpenseClaim) -> ClaimState:
    """What is written down goes on by itself; else somebody presses again. How it stood before."""
    async with desk.world.database.read() as session:
        left = (await session.get_one(ExpenseClaim, claim.id)).state
    if left is ClaimState.OPEN:
        await press(desk, "publish_claim", claim)
    await desk.work()
    return left


async def check(desk: Desk, item: Item, case: str) -> None:
    claim = await claim_of(desk, item)
    row, publication = await document_of(desk, claim)

    assert publication.state is PublicationState.PUBLISHED, case
    assert {publication.payment, publication.files} == {StepState.DONE}, case
    assert claim.state is ClaimState.PUBLISHED, case
    assert desk.payments_of(row) == 1, case
    assert desk.has_one_file(row), case


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", CLIENTS)
async def test_a_power_cut_at_any_pause_leaves_one_document_of_a_claim(
    world: World, clock: Clock, name: str
) -> None:
    desk = await at(world, clock, name)
    left: list[ClaimState] = []
    for pause in range(1, PAUSES):
        item = await has_paid_expense(desk)
        claim = await claim_of(desk, item)
        try:
            await Cut(published(desk, claim), pause)
        except PowerCut:
            left.append(await resumed(desk, claim))
            await check(desk, item, f"pause {pause}")
        else:
            break

    assert {ClaimState.PUBLISHING, ClaimState.PUBLISHED} == set(left)
    assert pause == len(left) + 1
    await check(desk, item, f"pause {pause}")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("when", [When.KILLED_BEFORE, When.KILLED_AFTER])
async def test_a_process_killed_at_any_call_leaves_one_document_of_a_claim(
    world: World, clock: Clock, database_url: str, children: Nursery, *, name: str, when: When
) -> None:
    desk = await at(world, clock, name)
    killed = 0
    async with gated(world.ledgers) as (gate, ledgers):
        for number in range(1, CALLS):
            item = await has_paid_expense(desk)
            claim = await claim_of(desk, item)
            asked = {
                "command": "publishing.publish_claim", "arguments": {"claim": claim.id},
                "person": ANA,
            }  # fmt: skip
            order = {
                "database": database_url, "ledgers": ledgers, "now": clock().isoformat(),
                "press": asked,
            }  # fmt: skip
            gate.arm(number, when)
            (gate.victim,) = await children.begin(order)
            (status,) = await children.ended()
            await resumed(desk, claim)
            await check(desk, item, f"{when}: {gate.calls}")
            if os.WIFEXITED(status):
                break
            assert os.WTERMSIG(status) == signal.SIGKILL
            killed += 1

    assert os.WEXITSTATUS(status) == 0
    assert killed >= 6, gate.calls
