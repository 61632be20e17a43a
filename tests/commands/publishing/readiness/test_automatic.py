"""What publishes by itself, and every reason against it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from commands.publishing.catalogue import ENTRIES
from commands.publishing.choices import Choices
from commands.publishing.facts import Facts, ItemKind
from commands.publishing.readiness.automatic import Habits, Level, order_for, orders, why_not
from commands.publishing.readiness.obstacles import Obstacle
from tests.builders import NOW
from tests.commands.publishing.coded import coded, facts, method, rule, xero

BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(minutes=1)


def reasons(of: Facts | None = None, *, choices: Choices | None = None, **over: Any) -> list[str]:
    of, choices = of or facts(), choices or Choices()
    given = orders(party=rule(auto_since=BEFORE), method=None, all_since=None)
    found = why_not(
        of, coded(of, choices=choices), choices, xero(),
        **{"given": given, "obstacles": ()} | over,
    )  # fmt: skip
    assert all(each.code in ENTRIES for each in found)
    return [each.code for each in found]


@pytest.mark.parametrize(
    ("method_since", "party_since", "all_since", "level"),
    [
        (BEFORE, None, None, Level.METHOD),
        (BEFORE, BEFORE, BEFORE, Level.METHOD),
        (AFTER, BEFORE, None, Level.PARTY),
        (None, BEFORE, BEFORE, Level.PARTY),
        (None, None, BEFORE, Level.ACCOUNT),
        (None, AFTER, None, None),
        (None, None, None, None),
    ],
)
def test_the_strongest_that_was_there_when_the_item_came_says_so(
    method_since: Any, party_since: Any, all_since: Any, level: Level | None
) -> None:
    given = orders(
        party=rule(auto_since=party_since),
        method=method(auto_since=method_since),
        all_since=all_since,
    )
    order = order_for(facts(), given)

    assert (order.level if order else None) == level


def test_a_rule_made_after_the_item_came_does_not_publish_it() -> None:
    late = orders(party=rule(auto_since=AFTER), method=None, all_since=None)

    assert reasons(given=late) == ["AUTO_EARLIER"]
    assert reasons(given=()) == ["AUTO_NOT_ASKED"]


def test_a_payment_method_publishes_what_the_supplier_does_not() -> None:
    given = orders(party=rule(auto_since=None), method=method(auto_since=BEFORE), all_since=None)

    assert reasons(given=given) == []


def test_approval_is_waited_for_and_then_its_workflow_decides() -> None:
    needs = [Obstacle(code="PRE_NOT_APPROVED")]

    assert reasons(obstacles=needs) == ["PRE_NOT_APPROVED"]
    assert reasons(is_for_people=True) == ["AUTO_APPROVED"]
    assert reasons(is_for_people=False) == []


BLOCKED: list[tuple[dict[str, Any], Choices, dict[str, Any], str]] = [
    ({"kind": ItemKind.RECEIPT}, Choices(auto_except=("receipt",)), {}, "AUTO_EXCEPTED"),
    ({"supplier": "Zebra Crossings"}, Choices(), {}, "AUTO_NEW_CONTACT"),
    ({}, Choices(auto_ceiling=Decimal("119.99")), {}, "AUTO_CEILING"),
    ({"currency": "EUR"}, Choices(auto_ceiling=Decimal(9999)), {}, "AUTO_CEILING"),
    ({}, Choices(), {"habits": Habits(median=Decimal("79.99"))}, "AUTO_UNUSUAL"),
    ({}, Choices(), {"habits": Habits(median=Decimal("240.01"))}, "AUTO_UNUSUAL"),
    ({}, Choices(), {"habits": Habits(has_new_bank=True)}, "AUTO_BANK_DETAILS"),
    ({}, Choices(), {"obstacles": [Obstacle(code="PRE_DUPLICATE")]}, "PRE_DUPLICATE"),
    ({}, Choices(), {"obstacles": [Obstacle(code="PRE_LOCKED")]}, "PRE_LOCKED"),
    ({}, Choices(), {"obstacles": [Obstacle(code="PRE_CONNECTION")]}, "PRE_CONNECTION"),
    ({}, Choices(), {"notices": [Obstacle(code="NOTE_BANK_MATCH")]}, "NOTE_BANK_MATCH"),
]


@pytest.mark.parametrize(("over", "choices", "judged", "code"), BLOCKED)
def test_what_blocks_it_is_told(
    over: dict[str, Any], choices: Choices, judged: dict[str, Any], code: str
) -> None:
    assert reasons(facts(**over), choices=choices, **judged) == [code]


@pytest.mark.parametrize(
    ("choices", "judged"),
    [
        (Choices(auto_ceiling=Decimal(120)), {}),
        (Choices(auto_except=("credit note",)), {}),
        (Choices(), {"habits": Habits(median=Decimal(80))}),
        (Choices(), {"habits": Habits(median=Decimal(240))}),
        (Choices(), {"notices": [Obstacle(code="NOTE_NOT_PAID")]}),
    ],
)
def test_the_limits_themselves_are_within(choices: Choices, judged: dict[str, Any]) -> None:
    assert reasons(choices=choices, **judged) == []


def test_every_reason_is_told() -> None:
    found = reasons(
        facts(kind=ItemKind.RECEIPT, supplier="Zebra Crossings"),
        choices=Choices(auto_except=("receipt",), auto_ceiling=Decimal(1)),
        habits=Habits(median=Decimal(1), has_new_bank=True),
        obstacles=[Obstacle(code="PRE_LOCKED")],
    )

    assert found == [
        "PRE_LOCKED", "AUTO_EXCEPTED", "AUTO_NEW_CONTACT", "AUTO_CEILING", "AUTO_UNUSUAL",
        "AUTO_BANK_DETAILS",
    ]  # fmt: skip
