"""Whose turn it is to agree, and whether what was agreed to is what is there now."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as always
from hypothesis import strategies as st

from commands.publishing.approvals.approving import (
    Staff,
    Turn,
    barred,
    is_approved,
    needs_approval,
    turn,
    valid,
)
from commands.publishing.approvals.workflow import Approver, Stage, Workflow
from commands.publishing.facts import Side
from tests.commands.publishing.coded import facts, xero

ANA, BEN, CHLOE, DORA, EVE = "ana", "ben", "chloe", "dora", "eve"
EVERYBODY = Staff(able=frozenset({ANA, BEN, CHLOE, EVE}), administrators=(ANA,))


def stage(*people: str, id_: str = "s1", **over: Any) -> Stage:
    return Stage(**{"id": id_, "people": people} | over)


def staff(**over: Any) -> Staff:
    told = {"able": EVERYBODY.able, "administrators": EVERYBODY.administrators}
    return Staff(**told | over)


def agreed(by: str, stage_id: str = "s1", total: str = "120.00") -> dict[str, str]:
    return {"by": by, "stage": stage_id, "total": total}


def who(found: Turn | None) -> tuple[str, ...] | None:
    return found.people if found else None


FIRST, SECOND = stage(BEN, CHLOE), stage(CHLOE, EVE, id_="s2")
MANAGER = stage(id_="m", approver=Approver.MANAGER)


@pytest.mark.parametrize(
    ("stages", "given", "besides", "asked"),
    [
        ((FIRST, SECOND), [], (), (BEN, CHLOE)),
        ((FIRST, SECOND), [], (BEN,), (CHLOE,)),
        ((FIRST, SECOND), [agreed(BEN)], (), (CHLOE, EVE)),
        ((FIRST, SECOND), [agreed(CHLOE)], (), (EVE,)),
        ((FIRST, SECOND), [agreed(BEN), agreed(EVE, "s2")], (), None),
        ((FIRST, stage(BEN, id_="s2")), [agreed(BEN)], (), None),
        ((FIRST,), [agreed(ANA)], (), None),
        ((stage(DORA),), [], (), (ANA,)),
        ((stage(BEN),), [], (BEN,), (ANA,)),
        ((stage(BEN),), [], (ANA, BEN), ()),
        ((), [], (), None),
    ],
)
def test_the_first_stage_that_nobody_has_agreed_in_is_asked(
    stages: tuple[Stage, ...],
    given: list[dict[str, str]],
    besides: tuple[str, ...],
    asked: tuple[str, ...] | None,
) -> None:
    assert who(turn(stages, given, EVERYBODY, owner=BEN, besides=besides)) == asked


@pytest.mark.parametrize(
    ("over", "asked", "is_instead"),
    [
        ({"managers": {BEN: CHLOE}}, (CHLOE,), False),
        ({"managers": {CHLOE: EVE}}, (ANA,), True),
        ({"managers": {BEN: DORA}}, (ANA,), True),
        ({"managers": {BEN: CHLOE}, "deputies": {CHLOE: EVE}}, (EVE,), False),
    ],
)
def test_the_manager_of_the_owner_is_asked_or_else_administrators(
    over: dict[str, Any], asked: tuple[str, ...], *, is_instead: bool
) -> None:
    found = turn((MANAGER,), [], staff(**over), owner=BEN)

    assert found == Turn(stage=MANAGER, people=asked, is_instead=is_instead)


@pytest.mark.parametrize(
    ("deputies", "besides", "asked"),
    [
        ({BEN: EVE}, (), (EVE, CHLOE)),
        ({BEN: CHLOE}, (), (CHLOE,)),
        ({BEN: EVE, EVE: ANA}, (), (ANA, CHLOE)),
        ({BEN: DORA}, (), (BEN, CHLOE)),
        ({BEN: EVE}, (EVE,), (BEN, CHLOE)),
        ({BEN: CHLOE, CHLOE: BEN}, (), (CHLOE, BEN)),
        ({ANA: EVE}, (), (BEN, CHLOE)),
    ],
)
def test_whoever_is_away_is_stood_in_for(
    deputies: dict[str, str], besides: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    found = turn((FIRST,), [], staff(deputies=deputies), owner=BEN, besides=besides)

    assert who(found) == asked


PEOPLE = st.sampled_from([ANA, BEN, CHLOE, DORA, EVE])
STAGES = st.lists(st.lists(PEOPLE, min_size=1, max_size=3), min_size=1, max_size=4)


@always(named=STAGES, asker=PEOPLE, deputies=st.dictionaries(PEOPLE, PEOPLE, max_size=3))
def test_agreement_ends_and_nobody_is_asked_twice_or_about_their_own(
    named: list[list[str]], asker: str, deputies: dict[str, str]
) -> None:
    stages = [stage(*people, id_=str(i)) for i, people in enumerate(named)]
    there = staff(deputies=deputies)
    given: list[dict[str, str]] = []
    while (now := turn(stages, given, there, owner=BEN, besides=(asker,))) is not None:
        if not now.people:
            break
        assert asker not in now.people
        assert not {each["by"] for each in given} & set(now.people)
        assert set(now.people) <= there.able
        given.append(agreed(now.people[0], now.stage.id))

    assert len(given) <= len(stages)


WORKFLOW = Workflow(id="w", name="w", stages=(FIRST,))


@pytest.mark.parametrize(
    ("approval", "workflow", "total", "is_there"),
    [
        ({"state": "approved", "workflow": "w", "total": "120.00"}, WORKFLOW, "120.00", True),
        ({"state": "approved", "workflow": "w", "total": "120.00"}, WORKFLOW, "119.00", True),
        ({"state": "approved", "workflow": "w", "total": "120.00"}, WORKFLOW, "120.01", False),
        ({"state": "approved", "workflow": "old", "total": "120.00"}, WORKFLOW, "120.00", False),
        ({"state": "pending", "workflow": "w"}, WORKFLOW, "120.00", False),
        ({"state": "rejected", "workflow": "w"}, WORKFLOW, "120.00", False),
        ({}, WORKFLOW, "120.00", False),
    ],
)
def test_what_was_approved_is_approved_in_its_workflow_up_to_its_total(
    approval: dict[str, str], workflow: Workflow, total: str, *, is_there: bool
) -> None:
    item = facts(total=Decimal(total))

    assert is_approved(approval, workflow, item) is is_there
    assert needs_approval(approval, workflow, item, xero()) is not is_there
    assert not needs_approval(approval, None, item, xero())


def test_agreement_to_a_smaller_item_does_not_hold_for_a_larger_one() -> None:
    given = [agreed(BEN, total="100.00"), agreed(CHLOE, total="120.00")]

    assert valid(given, facts(total=Decimal("120.00"))) == given[1:]
    assert valid([{"by": BEN, "stage": "s1"}], facts()) == [{"by": BEN, "stage": "s1"}]


@pytest.mark.parametrize(
    ("side", "allows_own", "who_may_not"),
    [
        (Side.COST, False, {ANA}),
        (Side.CLAIM, False, {ANA, BEN}),
        (Side.CLAIM, True, set()),
    ],
)
def test_nobody_approves_what_they_asked_for_or_are_paid_back(
    side: Side, who_may_not: set[str], *, allows_own: bool
) -> None:
    own = Workflow(id="w", name="w", stages=(FIRST,), allows_own=allows_own)

    assert barred(own, facts(side=side, owner=BEN), by=ANA) == who_may_not
