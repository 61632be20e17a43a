"""What trails is read a part at a time, and holds nothing up."""

from datetime import timedelta

import pytest

from commands.sync.plan import AT_FIRST, AT_ONCE, REST
from providers.books import BooksPage, DocumentKind, Journal, Stream, Walk
from providers.errors import Lack, NotPermitted
from tests.commands.connecting import drawn
from tests.commands.practice import ANA, Practice, words
from tests.commands.sync.desk import Desk, a_desk
from tests.commands.sync.scripted import INVOICES, ScriptedGateway, bills, the_end
from tests.conftest import Clock

JOURNALS = Stream(name="Journals", title="journals", trails=True)


def a_journal(number: int) -> Journal:
    return Journal(
        source="Journals",
        remote_id=f"j-{number}",
        number=number,
        kind=DocumentKind.BILL,
        origin="Invoices",
        origin_id=f"bill-{number:04d}",
    )


def posted(*numbers: int, is_last: bool = False) -> BooksPage:
    return BooksPage(
        stream="Journals",
        records=[a_journal(number) for number in numbers],
        checkpoint={"number": max(numbers, default=2)},
        is_last=is_last,
    )


@pytest.fixture
async def office(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, ScriptedGateway(streams=(INVOICES, JOURNALS)), clock)


def asked(office: Desk) -> list[Walk]:
    return [walk for walks in office.gateway.asked for walk in walks if walk.stream == "Journals"]


async def status(office: Desk) -> str:
    return words(drawn(await office.practice.say(ANA, "status acme")))


async def test_the_copy_is_complete_before_all_journals_are_read(office: Desk) -> None:
    await office.sync(posted(1, 2), the_end(1, bills(1), office.clock()))
    state, told = await office.state(), await status(office)

    assert state.error is None
    assert state.synced_at is not None
    assert state.next_at is not None
    assert state.next_at - office.clock() <= REST
    assert "Everything is as of" in told
    assert "Journals: 2 read; until all are, balances are derived from documents" in told


async def test_the_next_run_goes_on_where_it_rested_and_ends_it(office: Desk) -> None:
    await office.sync(posted(1, 2), the_end(1, bills(1), office.clock()))
    await office.due()
    await office.sync(
        posted(3), posted(is_last=True), the_end(1, [], office.clock(), is_whole=False)
    )
    state, told = await office.state(), await status(office)

    assert asked(office) == [
        Walk(stream="Journals", pages=AT_FIRST),
        Walk(stream="Journals", resume={"number": 2}, pages=AT_ONCE),
    ]
    assert state.next_at is not None
    assert state.next_at - office.clock() > REST
    assert "ournals" not in told


async def test_what_is_read_to_its_end_is_read_on_from_there(office: Desk) -> None:
    ends = [the_end(1, bills(1), office.clock()), posted(2, is_last=True)]
    await office.sync(*ends)
    await office.due()
    await office.sync(*ends)

    assert [walk.resume for walk in asked(office)] == [None, {"number": 2}]


async def test_a_refusal_forgets_nothing(office: Desk) -> None:
    lacking = NotPermitted("HTTP 401", needed="another plan", lack=Lack.PLAN)
    ends = the_end(1, bills(1), office.clock())
    await office.sync(ends, posted(2, is_last=True))
    await office.due()
    await office.sync(ends, BooksPage(stream="Journals", is_last=True, refused=lacking))
    told = await status(office)
    await office.due()
    await office.sync(ends, posted(2, is_last=True))

    assert "Not included: journals (needs another plan)" in told
    assert asked(office)[-1].resume == {"number": 2}


async def test_where_nothing_came_nobody_hurries(office: Desk) -> None:
    await office.sync(the_end(1, bills(1), office.clock()))
    state = await office.state()

    assert state.error is None
    assert state.next_at is not None
    assert state.next_at - office.clock() > timedelta(hours=2)
