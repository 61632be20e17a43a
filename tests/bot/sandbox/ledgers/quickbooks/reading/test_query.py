import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.ledgers.quickbooks.reading.query import (
    BadRequest,
    BadStatement,
    Condition,
    parse,
    value_at,
)


def only(statement):
    (condition,) = parse(f"SELECT * FROM Account WHERE {statement}").where
    return condition


def test_a_whole_statement_is_read():
    asked = parse(
        "select * from Account where Active in (true, false) and Name like 'B%' "
        "orderby Name desc, Id startposition 11 maxresults 10"
    )

    assert asked.entity == "Account"
    assert asked.where == (
        Condition(name="Active", sign="IN", values=("true", "false")),
        Condition(name="Name", sign="LIKE", values=("B%",)),
    )
    assert asked.order == (("Name", True), ("Id", False))
    assert (asked.start, asked.limit, asked.count) == (11, 10, False)


def test_what_is_left_out_has_defaults():
    asked = parse("SELECT COUNT(*) FROM Vendor")

    assert asked.count
    assert (asked.where, asked.order, asked.start, asked.limit) == ((), (), 1, 100)


@pytest.mark.parametrize("order", ["ORDERBY Name ASC", "ORDER BY Name"])
def test_order_is_spelled_in_two_ways(order):
    assert parse(f"SELECT * FROM Item {order}").order == (("Name", False),)


def test_fields_can_be_named_beside_the_star():
    assert parse("SELECT *, Sku FROM Item").extra == ("Sku",)


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "SELECT",
        "SELECT Name FROM Account",
        "SELECT * FROM",
        "SELECT * FROM Account WHERE",
        "SELECT * FROM Account WHERE Name",
        "SELECT * FROM Account WHERE Name = ",
        "SELECT * FROM Account WHERE Name = Bank",
        "SELECT * FROM Account WHERE Name = 'a' OR Name = 'b'",
        "SELECT * FROM Account WHERE Name IN ()",
        "SELECT * FROM Account WHERE Name = 'it's'",
        "SELECT * FROM Account MAXRESULTS 'ten'",
        "SELECT * FROM Account MAXRESULTS 1.5",
        "SELECT * FROM Account MAXRESULTS 10 STARTPOSITION 1",
        "SELECT * FROM Account; DROP TABLE Account",
        "SELECT * FROM Account%20WHERE",
    ],
)
def test_what_is_not_a_statement_is_refused(statement):
    with pytest.raises(BadStatement):
        parse(statement)


@pytest.mark.parametrize("tail", ["MAXRESULTS 1001", "STARTPOSITION 0"])
def test_pages_have_limits(tail):
    with pytest.raises(BadRequest):
        parse(f"SELECT * FROM Account {tail}")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=0))
def test_any_text_survives_quoting(text):
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")

    assert only(f"Name = '{quoted}'").values == (text,)


ROW = {
    "Name": "Bank charges",
    "Active": True,
    "Balance": 20.0,
    "MetaData": {"LastUpdatedTime": "2026-11-01T01:30:00-07:00"},
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("Name = 'Bank charges'", True),
        ("Name = 'bank charges'", False),
        ("Name LIKE '%CHARGES'", True),
        ("Name LIKE 'B_nk%'", False),
        ("Name IN ('Rent', 'Bank charges')", True),
        ("Active = true", True),
        ("Active IN (false)", False),
        ("Balance = 20", True),
        ("Balance >= '20.00'", True),
        ("Balance > 20", False),
        ("Balance < 'many'", False),
        ("Missing = 'x'", False),
        # The clocks go back on that day: -07:00 and -08:00 must be compared as instants.
        ("MetaData.LastUpdatedTime < '2026-11-01T01:00:00-08:00'", True),
        ("MetaData.LastUpdatedTime >= '2026-11-01T08:30:00Z'", True),
        # Without an offset it is Pacific time.
        ("MetaData.LastUpdatedTime = '2026-11-01T01:30:00'", True),
    ],
)
def test_a_condition_compares_like_with_like(condition, holds):
    asked = only(condition)

    assert asked.holds_for(value_at(ROW, asked.name)) is holds
