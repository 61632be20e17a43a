"""What people type stands for a check, and perhaps for a client after it."""

import pytest

from commands.health.naming import named, nearest

TITLES = {
    "duplicate-transactions": "Duplicate transactions",
    "duplicate-contacts": "Duplicate contacts",
    "paye": "PAYE",
    "debtor-days": "Average debtor days",
}


@pytest.mark.parametrize(
    ("typed", "code", "rest"),
    [
        ("duplicate-transactions", "duplicate-transactions", ""),
        ("duplicate transactions acme ltd", "duplicate-transactions", "acme ltd"),
        ("Duplicate Contacts", "duplicate-contacts", ""),
        ("average debtor days Oak & Sons", "debtor-days", "Oak & Sons"),
        ("debtor acme", "debtor-days", "acme"),
        ("paye", "paye", ""),
        ("duplicate t", "duplicate-transactions", ""),
        ("duplicate", None, "duplicate"),
        ("acme", None, "acme"),
        ("p", None, "p"),
    ],
)
def test_a_name_or_its_beginning_is_enough(typed: str, code: str | None, rest: str) -> None:
    assert named(typed, TITLES) == (code, rest)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("duplicats", "duplicate-contacts"), ("debtors acme", "debtor-days"), ("xyzzy", None)],
)
def test_slips_are_asked_about(typed: str, first: str | None) -> None:
    found = nearest(typed, TITLES)

    assert (first in found) if first else not found
    assert len(found) <= 3
