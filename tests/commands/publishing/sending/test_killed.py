"""Processes are killed, and connections cut, at every call of a publish (engine F12, F13)."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from storage.models import Batch, Publication, PublicationState, StepState
from tests.commands.connecting import World
from tests.commands.publishing.processes import Gate, Nursery, When, gated, nursery
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock

CLIENTS = ("Acme Ltd", "Bright Bakery")
CALLS = 40  # more than one publishing has
PAID = {"publish_as": "paid", "paid": "yes", "publish_to": "purchases"}
RECEIPT = {"receipt.pdf": b"%PDF-1.4 a receipt"}


@pytest.fixture(scope="module")
def children() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """A client's desk, and processes that reach the ledgers through a gate."""

    desk: Desk
    gate: Gate
    ledgers: str
    children: Nursery
    database_url: str

    async def sent_by_a_process(self, call: int, when: When) -> tuple[Publication, int]:
        """A new item that another process sends while that happens; how the process ended."""
        clock, bank = self.desk.clock, await self.desk.some("banks")
        item = await self.desk.has_item(files=RECEIPT, bank_account=bank.remote_id, **PAID)
        clock.advance(timedelta(minutes=2))  # the ledgers count calls by the minute
        await self.desk.publish(item)
        batch = max(await self.desk.all(Batch), key=lambda each: each.at)
        self.gate.arm(call, when)
        order = {"database": self.database_url, "ledgers": self.ledgers, "batch": batch.id,
                 "now": clock().isoformat()}  # fmt: skip
        (self.gate.victim,) = await self.children.begin(order)
        (status,) = await self.children.ended()
        await self.desk.work()
        return await self.desk.publication(item), status

    def check(self, publication: Publication, case: str) -> None:
        (row,) = self.desk.documents(publication.reference)

        assert publication.state is PublicationState.PUBLISHED, case
        assert {publication.payment, publication.files} == {StepState.DONE}, case
        assert self.desk.payments_of(row) == 1, case
        assert self.desk.has_one_file(row), case


@pytest.fixture
async def office(
    world: World, clock: Clock, database_url: str, children: Nursery, client: str
) -> AsyncIterator[Office]:
    desk = await at(world, clock, client)
    async with gated(world.ledgers) as (gate, ledgers):
        yield Office(
            desk=desk, gate=gate, ledgers=ledgers, children=children, database_url=database_url
        )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("when", [When.KILLED_BEFORE, When.KILLED_AFTER])
async def test_a_process_killed_at_any_call_leaves_one_document_paid_once(
    office: Office, when: When
) -> None:
    killed = 0
    for call in range(1, CALLS):
        publication, status = await office.sent_by_a_process(call, when)
        office.check(publication, f"{when}: {office.gate.calls}")
        if os.WIFEXITED(status):
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        killed += 1

    assert os.WEXITSTATUS(status) == 0
    assert killed >= 6, office.gate.calls


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("when", [When.UNANSWERED, When.CUT_SHORT])
async def test_an_answer_lost_at_any_call_leaves_one_document_paid_once(
    office: Office, when: When
) -> None:
    for call in range(1, CALLS):
        publication, status = await office.sent_by_a_process(call, when)
        office.check(publication, f"{when}: {office.gate.calls}")
        assert status == 0
        if call > len(office.gate.calls):
            break

    assert call >= 6
