"""What is kept of the health of books: lock dates, choices, weights, and how much there is."""

from datetime import date, timedelta

import pytest

from storage.database import Database
from storage.models import Health, HealthPoint, Organisation, Sync, Weighting
from storage.queries import health
from tests.builders import NOW, WORKSPACE, a_workspace, an_organisation, save


@pytest.fixture
async def organisation(database: Database) -> Organisation:
    made = an_organisation()
    await save(database, a_workspace(), made)
    return made


async def test_lock_dates_are_written_down_where_they_differ(
    database: Database, organisation: Organisation
) -> None:
    march, april = date(2026, 3, 31), date(2026, 4, 30)
    for hours, day in enumerate((None, march, march, april, march)):
        async with database.begin() as session:
            await health.log_lock_dates(
                session, WORKSPACE, organisation.id, lock_date=day, year_end_lock_date=None,
                now=NOW + timedelta(hours=hours),
            )  # fmt: skip
    async with database.read() as session:
        seen = await health.lock_dates(session, WORKSPACE, organisation.id)

    assert [each.lock_date for each in seen] == [None, march, april, march]


async def test_choices_are_set_one_by_one(database: Database, organisation: Organisation) -> None:
    async with database.begin() as session:
        await health.choose(session, WORKSPACE, "", mode="Last financial year")
        await health.choose(session, WORKSPACE, "", options={"paye": {"due_day": 19}})
        await health.choose(session, WORKSPACE, "c1", mode=None)
    async with database.read() as session:
        practice, own = await health.choices(session, WORKSPACE, "c1")

    assert practice is not None
    assert (practice.mode, practice.options) == ("Last financial year", {"paye": {"due_day": 19}})
    assert own is not None
    assert (own.mode, own.options) == (None, {})


def a_version(name: str, client_id: str | None, minutes: int, **weights: int) -> Weighting:
    return Weighting(
        id=name,
        workspace_id=WORKSPACE,
        client_id=client_id,
        weights=weights,
        made_at=NOW + timedelta(minutes=minutes),
        made_by="U01ANA",
    )


@pytest.mark.parametrize(
    ("versions", "newest"),
    [
        ([], None),
        ([a_version("p1", None, 1, a=100)], "p1"),
        ([a_version("p1", None, 1, a=100), a_version("p2", None, 2)], "p2"),
        ([a_version("p1", None, 2, a=100), a_version("c1", "c", 1, b=100)], "c1"),
        (
            [a_version("p1", None, 1, a=100), a_version("c1", "c", 2, b=100),
             a_version("c2", "c", 3)],
            "p1",
        ),
        ([a_version("p1", None, 1, a=100), a_version("d1", "d", 2, b=100)], "p1"),
    ],
)  # fmt: skip
async def test_a_clients_newest_weights_count_unless_they_were_given_up(
    database: Database, versions: list[Weighting], newest: str | None
) -> None:
    copies = [a_version(each.id, each.client_id, 0, **each.weights) for each in versions]
    for copy, each in zip(copies, versions, strict=True):
        copy.made_at = each.made_at
    await save(database, a_workspace())
    await save(database, *copies)
    async with database.read() as session:
        found = await health.weights(session, WORKSPACE, "c")

    assert (found.id if found else None) == newest


async def test_what_erasing_would_cost(database: Database, organisation: Organisation) -> None:
    async with database.read() as session:
        nothing = await health.size(session, WORKSPACE, organisation.id)
    days = [
        HealthPoint(
            workspace_id=WORKSPACE,
            organisation_id=organisation.id,
            day=date(2026, month, 1),
            score=60,
            weights_id="default-1",
        )
        for month in (4, 5)
    ]
    await save(database, *days)
    async with database.read() as session:
        found = await health.size(session, WORKSPACE, organisation.id)
        others = await health.size(session, "T0OTHER", organisation.id)

    assert nothing is None
    assert found == (0, 0, 2, date(2026, 4, 1))
    assert others is None


async def test_somebody_may_want_a_look_before_there_was_any(
    database: Database, organisation: Organisation
) -> None:
    async with database.begin() as session:
        await health.want(session, WORKSPACE, [organisation.id], now=NOW, asked_by="U01ANA")
    async with database.read() as session:
        row = await health.find(session, WORKSPACE, organisation.id)
        due = await health.due(session, NOW)

    assert isinstance(row, Health)
    assert (row.due_at, row.asked_by) == (NOW, "U01ANA")
    assert due == [], "there are no books yet"


async def test_a_run_that_gives_no_sign_of_life_is_taken_over(
    database: Database, organisation: Organisation
) -> None:
    own, soon, later = organisation.id, NOW + timedelta(seconds=45), NOW + timedelta(minutes=1)
    await save(
        database, Sync(organisation_id=own, workspace_id=WORKSPACE, due_at=NOW, synced_at=NOW)
    )
    async with database.begin() as session:
        first = await health.claim(session, own, run_id="a", now=NOW, until=soon)
        early = await health.claim(session, own, run_id="b", now=NOW, until=soon)
        lives = await health.extend(session, own, "a", until=later)
        still = await health.claim(session, own, run_id="b", now=soon, until=later)
        dead = later + timedelta(seconds=1)
        over = await health.claim(session, own, run_id="b", now=dead, until=dead)
        lost = await health.extend(session, own, "a", until=later)

    assert (first is not None, early, lives, still) == (True, None, True, None)
    assert (over is not None, lost) == (True, False)
