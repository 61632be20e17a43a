"""The health card, in every state there is."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from commands.errors import NotAllowed, Refused
from commands.health.card.show import movement
from commands.health.score.score import Score
from storage.models import Connection, HealthPoint, Status, Sync
from storage.queries import health
from tests.builders import WORKSPACE
from tests.commands.health.reading import TWO, menu, pressed
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, BEN, buttons, words

TODAY = date(2026, 7, 10)


async def refused(surgery: Surgery, person: str = ANA) -> Refused:
    with pytest.raises(Refused) as said:
        await surgery.practice.say(person, "health acme")
    return said.value


async def test_a_client_that_is_not_connected_can_be(surgery: Surgery) -> None:
    await surgery.practice.has("Oak & Sons")
    with pytest.raises(Refused) as said:
        await surgery.practice.say(ANA, "health oak")

    assert "Oak &amp; Sons* · no health yet" in words(said.value)
    assert "Connect Data Health" in buttons(said.value)


async def test_before_the_first_sync_it_says_what_comes(surgery: Surgery) -> None:
    said = await refused(surgery)

    assert "not been read to the end yet" in words(said)
    assert "Status" in buttons(said)


async def test_the_first_look_is_said_to_be_under_way(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    said = await refused(surgery)

    assert "first look under way" in words(said)
    assert buttons(said)["Look again"].command == "health.show"


async def test_the_card_says_what_is_wrong_at_what_stake_and_how_fresh(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    card = await surgery.practice.say(ANA, "health acme")

    assert "■ *Duplicate transactions* 2 groups, £180" in words(card)
    assert "synced" in words(card)
    assert "June 2026" in words(card)
    assert {"Sync now", "Recalculate", "Settings"} <= buttons(card).keys()
    assert menu(card, "Findings").options[0].label == "Duplicate transactions (2)"


async def test_a_frozen_copy_is_still_shown_and_cannot_be_synced(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    async with surgery.practice.database.begin() as session:
        ended = update(Connection).values(status=Status.DISCONNECTED, grant_id=None)
        await session.execute(ended.where(Connection.id == surgery.connection_id))
    card = await surgery.practice.say(ANA, "health acme")

    assert "disconnected: the books stay as of" in words(card)
    assert "Sync now" not in buttons(card)
    assert {"Recalculate", "Connect Data Health"} <= buttons(card).keys()


async def test_newer_books_are_offered_to_be_looked_at(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    surgery.clock.advance(timedelta(hours=1))
    async with surgery.practice.database.begin() as session:
        await session.execute(update(Sync).values(synced_at=surgery.clock()))
    card = await surgery.practice.say(ANA, "health acme")

    assert "Data has changed" in words(card)
    assert pressed(card, "Recalculate now")


async def test_what_changed_last_is_said(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    await surgery.lost("Invoices", "c2-2")
    await surgery.look()
    card = await surgery.practice.say(ANA, "health acme")
    again = await surgery.practice.press(ANA, pressed(card, "Recalculate")[0])

    assert "Duplicate transactions: 1 gone" in words(card)
    assert "Duplicate transactions: 1 gone" in words(again), "a look without news keeps the last"


async def test_what_has_no_answer_says_why(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    async with surgery.practice.database.read() as session:
        known = await health.outcomes(session, WORKSPACE, surgery.organisation_id)
    missing = [each for each in known.values() if each.level.startswith("not ")]
    card = await surgery.practice.say(ANA, "health acme")
    why = await surgery.practice.press(ANA, pressed(card, "Checks without an answer")[0])

    assert missing
    assert all(each.says.split("<")[0][:20] in words(why) for each in missing)


async def test_the_health_of_others_clients_is_not_shown(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()

    with pytest.raises(NotAllowed):
        await surgery.practice.say(BEN, "health acme")
    await surgery.practice.assign(BEN, surgery.client)
    assert "Duplicate transactions" in words(await surgery.practice.say(BEN, "health acme"))


def a_point(day: date, score: int, weights_id: str = "default-1") -> HealthPoint:
    return HealthPoint(
        workspace_id=WORKSPACE, organisation_id="o", day=day, score=score, weights_id=weights_id
    )


@pytest.mark.parametrize(
    ("points", "moved"),
    [
        ([], None),
        ([a_point(TODAY, 64)], None),
        ([a_point(date(2026, 7, 1), 70)], (-6, date(2026, 7, 1))),
        (
            [a_point(date(2026, 6, 9), 50), a_point(date(2026, 6, 10), 60),
             a_point(date(2026, 7, 1), 70)],
            (4, date(2026, 6, 10)),
        ),
        ([a_point(date(2026, 6, 10), 60, "other")], None),
    ],
)  # fmt: skip
def test_it_moved_since_a_month_ago_with_the_same_weights(
    points: list[HealthPoint], moved: tuple[int, date] | None
) -> None:
    assert movement(points, TODAY, Score(value=64, parts=()), "default-1") == moved
