"""A rule divides what is one whole into lines that add up, and people have the last word."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.coding import Coded
from commands.publishing.facts import FactLine, Facts
from commands.publishing.resolution.splitting import (
    WHOLE,
    Share,
    amounts,
    check,
    divided,
    kept,
    read_share,
    split_of,
)
from storage.models import Rule, RuleKind
from tests.builders import NOW, WORKSPACE

PRINTING, TRAVEL = {Coded.ACCOUNT: "printing"}, {Coded.ACCOUNT: "travel", Coded.TAX_RATE: "NONE"}


def percent(value: str) -> Share:
    return Share(percent=Decimal(value), coded=PRINTING)


def amount(value: str) -> Share:
    return Share(amount=Decimal(value), coded=PRINTING)


REST = Share(coded=TRAVEL)


def a_rule(*found: Share) -> Rule:
    return Rule(
        id="r", workspace_id=WORKSPACE, client_id="acme", kind=RuleKind.SUPPLIER, subject="a",
        title="A", made_at=NOW, made_by="U", coding={"split": kept(found)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        ((percent("60"), percent("40")), ("72.00", "48.00")),
        ((percent("33.33"), REST), ("40.00", "80.00")),
        ((amount("25"), REST), ("25.00", "95.00")),
        ((amount("20"), percent("50"), REST), ("20.00", "60.00", "40.00")),
        ((amount("120"), REST), ("120.00", "0.00")),
        ((amount("120.01"), REST), ()),
    ],
)
def test_a_total_is_divided_as_the_shares_say(
    found: tuple[Share, ...], parts: tuple[str, ...]
) -> None:
    assert amounts(Decimal(120), found) == tuple(Decimal(part) for part in parts)


@given(
    st.decimals(min_value="0.01", max_value=100_000, places=2),
    st.lists(st.integers(min_value=1, max_value=30), min_size=1, max_size=3),
)
def test_the_parts_are_the_total_to_the_cent(total: Decimal, percents: list[int]) -> None:
    found = [*(percent(str(each)) for each in percents), REST]
    parts = amounts(total, found)

    assert sum(parts) == total
    assert all(part >= 0 for part in parts)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((percent("60"), percent("40")), None),
        ((percent("60"), REST), None),
        ((amount("25"), REST), None),
        ((REST,), "One part is the whole"),
        ((REST, REST), "Only one part"),
        ((percent("60"), percent("50")), "110 per cent"),
        ((percent("60"), percent("30")), "Leave the share of one part empty"),
        ((amount("60"), amount("30")), "Leave the share of one part empty"),
    ],
)
def test_shares_that_do_not_divide_everything_are_refused(
    found: tuple[Share, ...], words: str | None
) -> None:
    said = check(found)

    assert (said is None) if words is None else words in (said or "")


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("60%", (Decimal(60), None)),
        (" 33.3 % ", (Decimal("33.3"), None)),
        ("£1,250.00", (None, Decimal("1250.00"))),
        ("", (None, None)),
    ],
)
def test_a_share_is_read(text: str, share: tuple[Decimal | None, Decimal | None]) -> None:
    assert read_share(text) == share


@pytest.mark.parametrize("text", ["half", "0%", "-5", "60%%"])
def test_what_is_no_share_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="is not a share such as 60%"):
        read_share(text)


def test_a_rule_keeps_its_shares() -> None:
    found = (percent("60"), amount("25"), REST)

    assert split_of(a_rule(*found)) == found


def test_lines_that_are_there_and_a_persons_word_are_left() -> None:
    rule = a_rule(percent("60"), REST)
    whole = Facts(total=Decimal(120))
    lined = Facts(total=Decimal(120), lines=(FactLine(total=Decimal(120)),))

    assert [line.total for line in divided(whole, rule, {}).lines] == [Decimal(72), Decimal(48)]
    assert divided(whole, rule, {WHOLE: {"value": "yes"}}) == whole
    assert divided(lined, rule, {}) == lined
    assert divided(whole, None, {}) == whole
