"""Messages leave in order, a card once in its newest state."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.models import Outgoing
from storage.queries import outbox
from tests.builders import NOW, WORKSPACE, a_workspace, save

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
async def workspace(database: Database) -> None:
    await save(database, a_workspace())


async def append(
    database: Database, text: str, *, to: str = "C1", card: str | None = None, at: datetime = NOW
) -> int:
    async with database.begin() as session:
        payload: dict[str, Any] = {"text": text}
        return await outbox.append(session, WORKSPACE, to, payload, card=card, now=at)


async def claim(database: Database, at: datetime = NOW) -> Sequence[Outgoing]:
    async with database.begin() as session:
        return await outbox.claim(session, now=at, until=at + MINUTE)


async def deliver(database: Database, outgoing: Outgoing, ts: str = "1.0") -> None:
    async with database.begin() as session:
        await outbox.sent(session, outgoing, channel_id="C1", ts=ts, now=NOW)


def texts(found: Sequence[Outgoing]) -> list[str]:
    return [outgoing.payload["text"] for outgoing in found]


async def test_each_recipient_gets_messages_in_order_and_one_at_a_time(database: Database) -> None:
    for text, to in (("one", "C1"), ("two", "C1"), ("three", "C2")):
        await append(database, text, to=to)

    first = await claim(database)
    meanwhile = await claim(database)
    await deliver(database, first[0])
    second = await claim(database)

    assert texts(first) == ["one", "three"]
    assert texts(meanwhile) == []
    assert texts(second) == ["two"]


async def test_senders_that_look_together_never_take_the_same_message(database: Database) -> None:
    for number in range(20):
        await append(database, str(number), to=f"C{number}")

    found = await asyncio.gather(*(claim(database) for _ in range(6)))

    taken = [text for one in found for text in texts(one)]
    assert sorted(taken, key=int) == [str(number) for number in range(20)]


async def test_a_waiting_state_of_a_card_is_overwritten_where_it_stands(
    database: Database,
) -> None:
    await append(database, "reading lists", card="connection:1")
    await append(database, "something else")
    await append(database, "lists are in", card="connection:1")

    (only,) = await claim(database)
    await deliver(database, only)
    (then,) = await claim(database)

    assert texts([only, then]) == ["lists are in", "something else"]


async def test_a_state_that_is_being_sent_is_followed_by_the_next(database: Database) -> None:
    await append(database, "reading lists", card="connection:1")
    (first,) = await claim(database)
    await append(database, "half way", card="connection:1")
    await append(database, "lists are in", card="connection:1")

    await deliver(database, first, ts="1.5")
    (second,) = await claim(database)
    async with database.read() as session:
        card = await outbox.find_card(session, WORKSPACE, "C1", "connection:1")

    assert texts([second]) == ["lists are in"]
    assert card is not None
    assert (card.channel_id, card.ts) == ("C1", "1.5")


async def test_a_sender_that_died_is_replaced_when_its_lease_ends(database: Database) -> None:
    await append(database, "one")
    await claim(database)

    (again,) = await claim(database, NOW + MINUTE + timedelta(seconds=1))

    assert texts([again]) == ["one"]
    assert again.attempts == 2


async def test_what_is_put_off_holds_up_its_recipient_only(database: Database) -> None:
    for text, to in (("one", "C1"), ("two", "C1"), ("three", "C2")):
        await append(database, text, to=to)
    one, three = await claim(database)
    async with database.begin() as session:
        await outbox.put_off(session, one, due_at=NOW + MINUTE, error="ratelimited", attempts=0)
    await deliver(database, three)

    soon = await claim(database)
    later = await claim(database, NOW + MINUTE)

    assert texts(soon) == []
    assert texts(later) == ["one"]
    assert later[0].attempts == 1


async def test_what_is_given_up_lets_the_next_one_go(database: Database) -> None:
    await append(database, "one")
    await append(database, "two")
    (one,) = await claim(database)
    async with database.begin() as session:
        await outbox.give_up(session, one, error="channel_not_found", now=NOW)

    assert texts(await claim(database)) == ["two"]


async def test_a_sender_that_lost_its_lease_cannot_give_up_for_the_next(
    database: Database,
) -> None:
    await append(database, "one")
    (slow,) = await claim(database)
    (quick,) = await claim(database, NOW + 2 * MINUTE)
    async with database.begin() as session:
        await outbox.give_up(session, slow, error="timeout", now=NOW)
        assert await outbox.waiting(session) == 1
    await deliver(database, quick)

    async with database.read() as session:
        assert await outbox.waiting(session) == 0


async def test_only_what_is_over_is_purged(database: Database) -> None:
    await append(database, "sent")
    await append(database, "waiting")
    (sent,) = await claim(database)
    await deliver(database, sent)

    async with database.begin() as session:
        purged = await outbox.purge(session, NOW + MINUTE)
        due = await outbox.next_due(session)

    assert purged == 1
    assert due == NOW


async def test_a_forgotten_card_is_posted_anew(database: Database) -> None:
    await append(database, "one", card="connection:1")
    (one,) = await claim(database)
    await deliver(database, one)

    async with database.begin() as session:
        await outbox.forget_card(session, WORKSPACE, "C1", "connection:1")
        assert await outbox.find_card(session, WORKSPACE, "C1", "connection:1") is None


async def test_a_card_is_known_where_it_stands_and_where_it_is_on_its_way(
    database: Database,
) -> None:
    await append(database, "one", to="C1", card="connection:1")
    [first] = await claim(database)
    await deliver(database, first)
    await append(database, "one", to="U1", card="connection:1")
    await append(database, "another", to="C3", card="connection:2")

    async with database.read() as session:
        found = await outbox.recipients(session, WORKSPACE, "connection:1")
        nowhere = await outbox.recipients(session, "T02OTHER", "connection:1")

    assert list(found) == ["C1", "U1"]
    assert list(nowhere) == []
