"""The same thing twice, among items and in the ledger."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.facts import ItemKind, Side
from commands.publishing.readiness.twins import Document, Likeness, alike, number_key, twins
from tests.commands.publishing.coded import DAY


def an_item(**over: Any) -> Document:
    return Document(
        **{"id": "b", "side": Side.COST, "kind": ItemKind.INVOICE, "supplier": "paper pens",
           "total": Decimal("120.00"), "day": DAY, "number": "INV-77", "currency": "GBP",
           "owner": "U02BEN"}
        | over
    )  # fmt: skip


ONE = an_item(id="a")
RECEIPT = an_item(id="a", kind=ItemKind.RECEIPT, number=None)


@pytest.mark.parametrize(
    ("over", "likeness"),
    [
        ({}, Likeness.SAME),
        ({"number": "inv 077", "day": DAY + timedelta(days=90)}, Likeness.SAME),
        ({"owner": "U01ANA"}, Likeness.SAME),
        ({"side": Side.CLAIM}, Likeness.SAME),
        ({"number": "INV-78"}, None),
        ({"total": Decimal("120.01")}, None),
        ({"supplier": "amazon"}, None),
        ({"currency": "EUR"}, None),
        ({"side": Side.SALE}, None),
        ({"kind": ItemKind.CREDIT_NOTE}, None),
        ({"number": None}, Likeness.POSSIBLE),
        ({"number": " - ", "day": DAY + timedelta(days=5)}, Likeness.POSSIBLE),
        ({"number": None, "day": DAY + timedelta(days=6)}, None),
        ({"number": None, "day": None}, Likeness.POSSIBLE),
        ({"supplier": None}, None),
        ({"total": None}, None),
    ],
)
def test_invoices_are_known_by_supplier_total_and_number(
    over: dict[str, Any], likeness: Likeness | None
) -> None:
    assert alike(ONE, an_item(**over)) is likeness


@pytest.mark.parametrize(
    ("over", "likeness"),
    [
        ({}, Likeness.SAME),
        ({"day": DAY + timedelta(days=1)}, None),
        ({"owner": "U01ANA"}, None),
        ({"day": None}, None),
        ({"kind": ItemKind.INVOICE}, Likeness.POSSIBLE),
    ],
)
def test_receipts_are_known_by_supplier_date_total_and_owner(
    over: dict[str, Any], likeness: Likeness | None
) -> None:
    assert alike(RECEIPT, replace(RECEIPT, id="b", **over)) is likeness


@pytest.mark.parametrize(
    ("over", "likeness"),
    [
        ({"number": "inv77"}, Likeness.SAME),
        ({"number": "12"}, None),
        ({"number": None, "kind": None}, Likeness.POSSIBLE),
        ({"number": None, "kind": None, "day": DAY + timedelta(days=6)}, None),
    ],
)
def test_the_ledger_is_asked_too(over: dict[str, Any], likeness: Likeness | None) -> None:
    booked = an_item(in_ledger=True, owner=None, **over)

    assert alike(ONE, booked) is likeness


def test_a_receipt_is_found_in_the_ledger_by_its_day() -> None:
    booked = replace(RECEIPT, id="b", kind=None, in_ledger=True, owner=None)

    assert alike(RECEIPT, booked) is Likeness.POSSIBLE
    assert alike(RECEIPT, replace(booked, day=DAY + timedelta(days=1))) is None


def test_the_surest_comes_first_then_the_nearest() -> None:
    far = an_item(id="far", number=None, day=DAY + timedelta(days=4))
    near = an_item(id="near", number=None, day=DAY + timedelta(days=1))
    sure = an_item(id="sure", day=DAY + timedelta(days=30))

    found = twins(ONE, [far, ONE, near, an_item(id="no", total=Decimal(1)), sure])
    assert [twin.document.id for twin in found] == ["sure", "near", "far"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("INV-0077", "inv 77", True),
        ("INV/O77", "INV077", True),
        ("2026-001", "2026/1", True),
        ("INV-77", "INV-770", False),
        ("70", "7", False),
        ("#", "", True),
    ],
)
def test_numbers_are_compared_loosely(one: str, other: str, *, is_same: bool) -> None:
    assert (number_key(one) == number_key(other)) is is_same


DOCUMENTS = st.builds(
    an_item,
    id=st.sampled_from("abc"),
    kind=st.sampled_from([None, *ItemKind]),
    number=st.sampled_from([None, "", "1", "01", "2"]),
    day=st.sampled_from([None, DAY, DAY + timedelta(days=3)]),
    owner=st.sampled_from(["U01ANA", "U02BEN"]),
    in_ledger=st.booleans(),
)


@given(one=DOCUMENTS, other=DOCUMENTS)
def test_it_does_not_matter_which_is_asked(one: Document, other: Document) -> None:
    assert alike(one, other) is alike(other, one)
