"""Each step of an authorisation happens once (F16, the half of the storage)."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from storage.database import Database
from storage.models import Purpose, Ticket, TicketState
from storage.queries import tickets
from tests.builders import NOW, a_client, a_ticket, a_workspace, save

TRIALS, CALLBACKS = 50, 8


def opened(client_id: str, number: int = 0, **over: object) -> Ticket:
    known = {"client_id": client_id, "state": TicketState.OPENED, "browser_digest": "browser"}
    return a_ticket(**{**known, "state_digest": f"state-{number}", **over})


@pytest.fixture
async def client_id(database: Database) -> str:
    client = a_client()
    await save(database, a_workspace(), client)
    return client.id


async def consumed(
    database: Database, state: str, browser: str = "browser", *, after: timedelta = timedelta()
) -> Ticket | None:
    async with database.begin() as session:
        return await tickets.consume(session, state, browser_digest=browser, now=NOW + after)


async def winners(database: Database, state: str) -> Sequence[Ticket]:
    found = await asyncio.gather(*(consumed(database, state) for _ in range(CALLBACKS)))
    return [ticket for ticket in found if ticket is not None]


async def test_of_callbacks_that_arrive_together_one_gets_the_ticket(
    database: Database, client_id: str
) -> None:
    await save(database, *(opened(client_id, number) for number in range(TRIALS)))

    wins = [len(await winners(database, f"state-{number}")) for number in range(TRIALS)]

    assert wins == [1] * TRIALS


@pytest.mark.parametrize(
    ("ticket", "browser", "after"),
    [
        ({}, "another browser", timedelta()),
        ({}, "browser", timedelta(minutes=10)),
        ({"state": TicketState.ISSUED}, "browser", timedelta()),
        ({"state": TicketState.CANCELLED, "closed_at": NOW}, "browser", timedelta()),
        ({"consumed_at": NOW}, "browser", timedelta()),
        ({"state_digest": "another state"}, "browser", timedelta()),
    ],
    ids=["swapped browser", "late", "never opened", "cancelled", "used", "unknown state"],
)
async def test_an_answer_that_does_not_fit_takes_nothing(
    database: Database,
    client_id: str,
    ticket: dict[str, object],
    browser: str,
    after: timedelta,
) -> None:
    await save(database, opened(client_id, **ticket))

    assert await consumed(database, "state-0", browser, after=after) is None


async def test_an_answer_from_another_browser_leaves_the_ticket_to_its_owner(
    database: Database, client_id: str
) -> None:
    await save(database, opened(client_id))
    await consumed(database, "state-0", "another browser")

    assert await consumed(database, "state-0") is not None


async def test_a_link_is_opened_once_and_before_it_ends(database: Database, client_id: str) -> None:
    await save(
        database,
        a_ticket(client_id=client_id, link_digest="in time"),
        a_ticket(client_id=client_id, link_digest="late", expires_at=NOW),
    )

    async def follow(link: str) -> Ticket | None:
        async with database.begin() as session:
            return await tickets.open_link(
                session,
                link,
                state_digest=f"state of {link}",
                browser_digest="browser",
                sealed_verifier=b"sealed",
                now=NOW,
            )

    first, second, late = [await follow(link) for link in ("in time", "in time", "late")]

    assert first is not None
    assert first.state is TicketState.OPENED
    assert (second, late) == (None, None)


async def test_closing_happens_once_and_forgets_the_verifier(
    database: Database, client_id: str
) -> None:
    ticket = opened(client_id, sealed_verifier=b"sealed")
    await save(database, ticket)

    async def close() -> Ticket | None:
        async with database.begin() as session:
            return await tickets.close(session, ticket.id, state=TicketState.FINISHED, now=NOW)

    first, second = await close(), await close()

    assert first is not None
    assert (first.state, first.sealed_verifier, first.closed_at) == ("finished", None, NOW)
    assert second is None


async def test_open_and_overdue_ones_are_told_apart_from_closed_ones(
    database: Database, client_id: str
) -> None:
    mine = a_ticket(client_id=client_id, created_at=NOW + timedelta(minutes=1))
    over = a_ticket(client_id=client_id, expires_at=NOW, person_id="U02BEN")
    closed = a_ticket(client_id=client_id, expires_at=NOW, closed_at=NOW)
    await save(database, mine, over, closed)

    async with database.read() as session:
        everybodys = await tickets.open_ones(session, mine.workspace_id, client_id=client_id)
        anas = await tickets.open_ones(session, mine.workspace_id, person_id="U01ANA")
        health = await tickets.open_ones(session, mine.workspace_id, purpose=Purpose.DATA_HEALTH)
        overdue = await tickets.expired(session, NOW)

    assert [ticket.id for ticket in everybodys] == [mine.id, over.id]
    assert [ticket.id for ticket in anas] == [mine.id]
    assert list(health) == []
    assert overdue == [over.id]
