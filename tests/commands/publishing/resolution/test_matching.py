"""Bank Match: the windows, the ties, and what is never matched."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.facts import Facts, ItemKind, Side
from commands.publishing.resolution.matching import Ambiguous, BankLine, Matched, match
from tests.commands.publishing.coded import DAY, facts

TODAY = date(2026, 6, 30)
DUE = date(2026, 5, 31)


def paid(day: date, **over: Any) -> BankLine:
    return BankLine(
        **{"id": "l1", "bank_account": "bank", "day": day, "amount": Decimal("-120.00"),
           "currency": "GBP"}
        | over
    )  # fmt: skip


def matched(of: Facts, *lines: BankLine, **over: Any) -> Matched | Ambiguous | None:
    return match(of, lines, **{"today": TODAY, "taken": ()} | over)


@pytest.mark.parametrize(
    ("due", "days", "is_match"),
    [
        (None, 30, True),
        (None, 31, False),
        (None, -2, True),
        (None, -3, False),
        (DUE, 40, True),
        (DUE, 41, False),
        (DUE, 20, True),
        (DUE, 19, False),
    ],
)
def test_a_line_matches_within_its_window(due: date | None, days: int, *, is_match: bool) -> None:
    line = paid(DAY + timedelta(days))
    found = matched(facts(due_day=due), line)

    assert found == (Matched(line=line) if is_match else None)


@pytest.mark.parametrize(
    ("today", "is_match"),
    [(date(2026, 11, 1), True), (date(2026, 11, 2), False), (date(2026, 12, 1), False)],
)
def test_a_line_older_than_six_months_is_matched_by_hand(today: date, *, is_match: bool) -> None:
    assert (matched(facts(), paid(DAY), today=today) is not None) is is_match


@pytest.mark.parametrize(
    ("of", "line"),
    [
        (facts(), paid(DAY, amount=Decimal("120.00"))),
        (facts(), paid(DAY, amount=Decimal("-120.01"))),
        (facts(), paid(DAY, currency="EUR")),
        (facts(kind=ItemKind.CREDIT_NOTE), paid(DAY)),
        (facts(side=Side.SALE), paid(DAY, amount=Decimal("120.00"))),
        (facts(side=Side.CLAIM), paid(DAY)),
        (facts(day=None), paid(DAY)),
        (facts(total=None), paid(DAY)),
    ],
)
def test_another_amount_sign_currency_or_side_is_no_match(of: Facts, line: BankLine) -> None:
    assert matched(of, line) is None


def test_a_credit_matches_money_that_came() -> None:
    line = paid(DAY, amount=Decimal("120.00"))

    assert matched(facts(kind=ItemKind.CREDIT_NOTE), line) == Matched(line=line)


def test_the_exact_amount_in_the_base_currency_matches_too() -> None:
    euros = facts(currency="EUR", rate=Decimal("0.8512"))
    line = paid(DAY, amount=Decimal("-102.14"))

    assert matched(euros, line, base_currency="GBP") == Matched(line=line)
    assert matched(euros, line, base_currency="USD") is None


def test_a_line_pays_for_one_item_only() -> None:
    assert matched(facts(), paid(DAY), taken={"l1"}) is None


def test_the_nearest_day_wins_and_a_tie_is_a_question() -> None:
    near, far = paid(DAY + timedelta(1)), paid(DAY + timedelta(9), id="l2")
    other = paid(DAY - timedelta(1), id="l3")

    assert matched(facts(), far, near) == Matched(line=near)
    assert matched(facts(), far, near, other) == Ambiguous(lines=(other, near))


def test_a_name_only_breaks_ties() -> None:
    stranger = paid(DAY, name="Amazon")
    named = paid(DAY, id="l2", name="PAPER AND PENS")
    again = paid(DAY, id="l3", name="Paper & Pens")
    later = paid(DAY + timedelta(1), id="l4", name="Paper & Pens")

    assert matched(facts(), stranger, named) == Matched(line=named)
    assert matched(facts(), stranger, later) == Matched(line=stranger)
    assert matched(facts(), stranger, named, again) == Ambiguous(lines=(named, again))


@given(offsets=st.lists(st.integers(-60, 60), max_size=6), due=st.none() | st.integers(0, 60))
def test_whatever_matches_is_in_the_window_and_nothing_in_it_is_nearer(
    offsets: list[int], due: int | None
) -> None:
    due_day = None if due is None else DAY + timedelta(due)
    lines = [paid(DAY + timedelta(n), id=str(i)) for i, n in enumerate(offsets)]
    found = matched(facts(due_day=due_day), *lines)

    anchor = due_day or DAY
    first = anchor - timedelta(10) if due_day else DAY - timedelta(2)
    last = anchor + timedelta(10 if due_day else 30)
    inside = sorted(abs(line.day - anchor) for line in lines if first <= line.day <= last)
    assert (found is None) == (not inside)
    if isinstance(found, Matched):
        assert abs(found.line.day - anchor) == inside[0]
        assert inside.count(inside[0]) == 1
    if isinstance(found, Ambiguous):
        assert {abs(line.day - anchor) for line in found.lines} == {inside[0]}
