"""Figures of checks as pictures, whatever is kept of them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import charts, limits
from commands.charts import ChartKind
from commands.health.card.pictures import pictures


def test_what_a_check_drew_up_itself_is_shown_as_it_is() -> None:
    told = {
        "pictures": [
            {
                "kind": "bar",
                "title": "Aged receivables",
                "categories": ["Not due", "Over 90 days"],
                "series": [{"name": "Owed to us", "values": ["1200.40", "3"]}],
                "marked": [1],
            }
        ]
    }
    (chart,) = pictures("Aged balances", told, currency="GBP")

    assert (chart.kind, chart.unit, chart.marked) == (ChartKind.BAR, "GBP", frozenset({1}))
    assert [Decimal(str(value)) for value in chart.series[0].values] == [
        Decimal("1200.40"), Decimal(3),
    ]  # fmt: skip


def test_accounts_by_month_are_lines_beside_each_other() -> None:
    told = {
        "accounts": [
            {"name": "Loan A", "months": {"2026-05": "10.00", "2026-06": "12.00"}},
            {"name": "Loan B", "months": {"2026-06": "-4.00"}},
        ]
    }
    (chart,) = pictures("Directors' loans", told, currency="GBP")

    assert chart.categories == ("May ’26", "Jun ’26")
    assert [(each.name, each.values) for each in chart.series] == [
        ("Loan A", (Decimal("10.00"), Decimal("12.00"))),
        ("Loan B", (None, Decimal("-4.00"))),
    ]


def test_what_is_owed_is_bars_by_how_late_it_is() -> None:
    told = {
        "currency": "EUR",
        "buckets": [
            {"label": "not due", "amount": "100", "count": 2},
            {"label": "1 to 30 days", "amount": "20", "count": 1},
            {"label": "older", "amount": "3", "count": 1},
        ],
    }
    (chart,) = pictures("Aged receivables", told, currency="GBP")

    assert (chart.kind, chart.title, chart.unit) == (ChartKind.BAR, "Aged receivables", "EUR")
    assert chart.categories == ("not due", "1 to 30 days", "older")


def test_unusual_months_of_a_supplier_stand_out() -> None:
    months = {f"2026-{month:02d}": "100.00" for month in range(1, 13)} | {"2026-08": "640.00"}
    (chart,) = pictures("Regular suppliers", {"series": {"Light & Power": months}}, currency="GBP")

    assert chart.title == "Light & Power"
    assert chart.marked == frozenset({7})


def test_balances_of_bank_accounts_stand_side_by_side() -> None:
    told = {"accounts": [{"name": "Current", "balance": "10"}, {"name": "Card", "balance": "-4"}]}
    (chart,) = pictures("Bank reconciliation", told, currency="GBP")

    assert chart.title == "Bank reconciliation: balances"
    assert chart.series[0].values == (Decimal(10), Decimal(-4))


@pytest.mark.parametrize(
    "told",
    [
        {"months": {"2026-05": "1", "2026-06": "2"}},
        {"months": [{"month": "2026-05", "turnover": "1"}, {"month": "2026-06", "turnover": "2"}]},
        {"rows": [{"month": "2026-05", "balance": "1"}, {"month": "2026-06", "balance": "2"}]},
    ],
)
def test_months_come_in_their_order(told: dict[str, Any]) -> None:
    (chart,) = pictures("Turnover", told, currency="GBP")

    assert chart.categories == ("May ’26", "Jun ’26")
    assert chart.series[0].values == (Decimal(1), Decimal(2))


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"count": 3, "value": "100"},
        {"months": "none"},
        {"months": {"May": "many"}},
        {"buckets": [{"label": "not due", "amount": "0"}]},
        {"buckets": [{"label": "not due", "amount": "much"}]},
        {"series": {"Power": {"2026-05": "0"}}},
        {"series": ["Power"]},
        {"accounts": [{"name": "A"}, 3]},
        {"pictures": [{"kind": "pie"}]},
        {"pictures": "yes"},
        {"pictures": [{"kind": "bar", "title": "x", "categories": ["a"], "series": []}]},
    ],
)
def test_other_figures_are_no_pictures(figures: dict[str, Any]) -> None:
    assert pictures("A check", figures, currency="GBP") == ()


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(str)


@given(
    st.text(min_size=1, max_size=80),
    st.dictionaries(st.text(max_size=60), AMOUNTS, min_size=1, max_size=15),
)
def test_every_picture_is_within_what_slack_shows(title: str, ages: dict[str, str]) -> None:
    told = [{"label": label, "amount": amount} for label, amount in ages.items()]
    for chart in pictures(title, {"buckets": told}, currency="GBP"):
        drawn = charts.native(chart) if charts.is_native(chart) else charts.image(chart, "F1")

        assert limits.check_message({"text": "x", "blocks": [drawn]}) == []
