"""Looking again when somebody asks, and when a snooze is over."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from commands import registry
from commands.errors import Refused
from commands.health.card.asking import wake
from commands.health.running.recalculate import recalculate
from storage.models import Connection, Health, Status
from storage.queries import handlings, health
from tests.builders import WORKSPACE
from tests.commands.health.reading import CODE, TWO, opened, pressed, titles
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, BEN, Practice, words
from tests.commands.sync.desk import a_desk
from tests.commands.sync.scripted import ScriptedGateway, bills, the_end
from tests.conftest import Clock


async def outcome(surgery: Surgery) -> str:
    async with surgery.practice.database.read() as session:
        known = await health.outcomes(session, WORKSPACE, surgery.organisation_id)
    return known[CODE].says


async def test_books_are_looked_at_again_and_shown(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    card = await surgery.practice.say(ANA, "recalculate acme")

    assert "Looked at again*, on the books as of" in words(card)
    assert "*Duplicate transactions* 2 groups" in words(card)


async def test_it_works_on_what_is_here_after_a_disconnect(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    async with surgery.practice.database.begin() as session:
        await session.execute(update(Connection).values(status=Status.DISCONNECTED, grant_id=None))
    card = await surgery.practice.say(ANA, "recalculate acme")

    assert "*Duplicate transactions* 2 groups" in words(card)


async def test_there_is_nothing_to_look_at_before_the_first_sync(surgery: Surgery) -> None:
    with pytest.raises(Refused):
        await surgery.practice.say(ANA, "recalculate acme")
    async with surgery.practice.database.begin() as session:
        await health.want(
            session, WORKSPACE, [surgery.organisation_id], now=surgery.clock(), asked_by=ANA
        )
        claimed = await health.claim(
            session, surgery.organisation_id, run_id="r", now=surgery.clock(),
            until=surgery.clock() + timedelta(minutes=1),
        )  # fmt: skip

    assert claimed is None


async def test_a_look_under_way_is_joined_and_answers_whoever_asked(surgery: Surgery) -> None:
    await surgery.practice.assign(BEN, surgery.client)
    await surgery.holds(*TWO)
    await surgery.look()
    until = surgery.clock() + timedelta(minutes=5)
    async with surgery.practice.database.begin() as session:
        await session.execute(update(Health).values(run_id="other", lease_until=until))
    joined = await surgery.practice.say(BEN, "recalculate acme")
    surgery.clock.advance(timedelta(minutes=6))
    await surgery.holds(*TWO)
    await surgery.look()
    [told] = surgery.practice.post.to(BEN)

    assert "is being looked at this moment" in words(joined)
    assert "Acme Ltd" in words(told.reply)
    assert told.card is not None


async def test_whoever_asked_for_the_first_sync_hears_of_the_first_look(surgery: Surgery) -> None:
    async with surgery.practice.database.begin() as session:
        await health.want(
            session, WORKSPACE, [surgery.organisation_id], now=surgery.clock(), asked_by=ANA
        )
    await surgery.holds(*TWO)
    await surgery.look()

    assert len(surgery.practice.post.to(ANA)) == 1


async def test_a_sync_rings_for_a_look_that_answers_whoever_asked(
    practice: Practice, clock: Clock
) -> None:
    desk = await a_desk(practice, ScriptedGateway(), clock)
    await desk.sync(the_end(1, bills(1, 2), desk.clock(), total=2))
    clock.advance(timedelta(minutes=10))
    await desk.practice.say(ANA, "sync acme")
    await desk.sync(the_end(1, bills(3), desk.clock(), total=1))
    before = len(practice.post.to(ANA))
    await recalculate(desk.practice.tools, desk.organisation_id)
    [told] = practice.post.to(ANA)[before:]

    assert ("health.recalculate", desk.organisation_id) in practice.post.rung
    assert "Acme Ltd" in words(told.reply)
    assert "health" in words(told.reply).lower()


async def test_what_was_snoozed_counts_again_on_its_day(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    page = await opened(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Snooze")[0])
    await surgery.practice.submit(ANA, form, until="2026-07-12")
    waiting = await outcome(surgery)
    async with surgery.practice.database.read() as session:
        early = await handlings.waking(session, surgery.clock())
    surgery.clock.advance(timedelta(days=3))
    async with surgery.practice.database.read() as session:
        [due] = await handlings.waking(session, surgery.clock())
    await wake(surgery.practice.tools, due)
    async with surgery.practice.database.read() as session:
        after = await handlings.waking(session, surgery.clock())

    assert "health.wake" in registry.JOBS
    assert (waiting, await outcome(surgery)) == ("1 group", "2 groups")
    assert (early, after) == ([], [])
    assert len(await titles(surgery)) == 2
