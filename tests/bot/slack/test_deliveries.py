"""A delivery is first exactly once, also among those that arrive together."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.slack.deliveries import (
    Deliveries,
    action_keys,
    command_keys,
    event_keys,
    shortcut_keys,
    view_keys,
)
from storage.database import Database
from tests.conftest import Clock


def an_event(**over: Any) -> dict[str, Any]:
    event = {"type": "message", "channel": "D1", "user": "U1", "ts": "1.2"}
    return {"team_id": "T1", "event_id": "Ev1", "event": event | over.pop("event", {})} | over


async def test_the_second_delivery_is_not_the_first(database: Database, clock: Clock) -> None:
    deliveries = Deliveries(database=database, now=clock)

    assert [await deliveries.is_first(("a",)) for _ in range(3)] == [True, False, False]


async def test_of_many_at_once_one_is_the_first(database: Database, clock: Clock) -> None:
    deliveries = [Deliveries(database=database, now=clock) for _ in range(2)]
    found = await asyncio.gather(
        *(deliveries[n % 2].is_first((f"key {n // 10}",)) for n in range(100))
    )

    assert sum(found) == 10


async def test_either_key_makes_it_a_repetition(database: Database, clock: Clock) -> None:
    deliveries = Deliveries(database=database, now=clock)

    assert await deliveries.is_first(("event 1", "message 1"))
    assert not await deliveries.is_first(("event 2", "message 1"))
    assert not await deliveries.is_first(("event 1", "message 2"))


async def test_what_was_forgotten_may_come_again(database: Database, clock: Clock) -> None:
    deliveries = Deliveries(database=database, now=clock)
    await deliveries.is_first(("a",))
    await deliveries.forget(("a",))

    assert await deliveries.is_first(("a",))


async def test_everybody_hears_of_a_database_without_tables_and_nobody_waits(
    unmigrated_url: str, clock: Clock
) -> None:
    async with Database.open(unmigrated_url) as database:
        deliveries = Deliveries(database=database, now=clock)
        found = await asyncio.gather(
            *(deliveries.is_first((str(n),)) for n in range(3)), return_exceptions=True
        )

    assert all(isinstance(each, Exception) for each in found)


def test_the_error_is_the_databases_own() -> None:
    assert issubclass(OperationalError, Exception)


def test_the_same_words_under_another_event_id_share_a_key() -> None:
    once, again = event_keys(an_event()), event_keys(an_event(event_id="Ev2"))

    assert set(once) & set(again)


def test_a_mention_and_its_message_are_one_thing_said() -> None:
    said = event_keys(an_event())
    mentioned = event_keys(an_event(event_id="Ev2", event={"type": "app_mention"}))

    assert set(said) & set(mentioned)


@pytest.mark.parametrize(
    ("keys", "other"),
    [
        (
            command_keys({"team_id": "T1", "trigger_id": "1"}),
            command_keys({"team_id": "T1", "trigger_id": "2"}),
        ),
        (
            view_keys({"view": {"id": "V1", "hash": "1"}}),
            view_keys({"view": {"id": "V1", "hash": "2"}}),
        ),
        (
            shortcut_keys({"team": {"id": "T1"}, "user": {"id": "U1"}, "action_ts": "1"}),
            shortcut_keys({"team": {"id": "T1"}, "user": {"id": "U1"}, "action_ts": "2"}),
        ),
        (event_keys(an_event()), event_keys(an_event(event_id="Ev2", event={"ts": "1.3"}))),
    ],
)
def test_different_things_have_different_keys(
    keys: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert set(keys).isdisjoint(other)


def test_two_presses_of_one_button_are_two_things() -> None:
    def pressed(at: str) -> dict[str, Any]:
        return {
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "container": {"message_ts": "1.2"},
            "actions": [{"action_ts": at, "block_id": "row.1"}],
        }

    assert action_keys(pressed("1")) != action_keys(pressed("2"))
    assert action_keys(pressed("1")) == action_keys(pressed("1"))
