"""Figures as people read them: facts, and a grid under its titles."""

import pytest

from commands.health.card.figures import fields_of, said, table_of
from commands.health.check import Kind
from commands.health.registry import found
from commands.replies import Fields, Table

AGED = found()["aged-receivables"]
METRICS = found()["metrics"]
BUCKETS = {
    "buckets": [
        {"label": "not due", "amount": "1201.00", "count": 3},
        {"label": "older", "amount": "0", "count": 0},
    ]
}


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ("1234.56", Kind.MONEY, "£1,235"),
        ("12.3", Kind.MONEY, "£12.30"),
        ("-1234", Kind.MONEY, "−£1,234"),
        ("+4 %", Kind.MONEY, "+4 %"),
        (1234, Kind.COUNT, "1,234"),
        ("0.068", Kind.SHARE, "7 %"),
        ("2026-06", Kind.MONTH, "June 2026"),
        ("In all", Kind.MONTH, "In all"),
        ("2026-06-30", Kind.DAY, "30 June 2026"),
        (None, Kind.DAY, "–"),
        ("", Kind.TEXT, "–"),
        ("older", Kind.TEXT, "older"),
    ],
)
def test_a_figure_is_said_as_what_it_is(value: object, kind: Kind, words: str) -> None:
    assert said(value, kind, "GBP") == words


def test_rows_stand_under_their_titles() -> None:
    table = table_of(AGED, BUCKETS, currency="GBP")

    assert table == Table(
        columns=("Overdue", "Documents", "Owed"),
        rows=(("not due", "3", "£1,201"), ("older", "0", "£0.00")),
        numeric=frozenset({1, 2}),
    )


def test_what_was_kept_by_an_earlier_version_is_left_out() -> None:
    assert table_of(METRICS, {"largest": "many"}, currency="GBP") is None
    assert fields_of(METRICS, {}, currency="GBP") is None
    assert fields_of(METRICS, {"income": "10", "net_assets": None}, currency="GBP") == Fields(
        items=(("Income of the period", "£10.00"),)
    )
