"""An organisation in words."""

from typing import Any

import pytest

from commands.lists.organisation import facts
from tests.builders import an_organisation


@pytest.mark.parametrize(
    ("details", "label", "words"),
    [
        ({"year_end_month": 3, "year_end_day": 31}, "Financial year ends", "31 March"),
        ({"year_end_month": 6}, "Financial year ends", "30 June"),
        ({"year_end_month": 2}, "Financial year ends", "End of February"),
        ({"year_end_month": 13}, "Financial year ends", None),
        ({"vat_scheme": "flat rate, cash"}, "VAT scheme", "Flat rate, cash"),
        ({"lock_date": "2026-09-30"}, "Locked up to", "30 September 2026"),
        ({"lock_date": None}, "Locked up to", "Not locked"),
        ({"year_end_lock_date": "2025-03-31"}, "Locked for advisers too", "31 March 2025"),
        ({"is_multi_currency": True}, "Other currencies", "Used"),
        ({"is_multi_currency": None}, "Other currencies", None),
        (
            {"is_multi_currency": True, "currencies": ["GBP", "USD", "EUR"]},
            "Other currencies",
            "EUR, USD",
        ),
        ({}, "Locked up to", None),
    ],
)
def test_what_the_ledger_tells_is_said_in_words(
    details: dict[str, Any], label: str, words: str | None
) -> None:
    assert dict(facts(an_organisation(details=details))).get(label) == words


@pytest.mark.parametrize(
    ("column", "label", "words"),
    [
        ({"country": "IE"}, "Country", "Ireland"),
        ({"country": "ZZ"}, "Country", "ZZ"),
        ({"country": None}, "Country", None),
        ({"plan": "PARTNER_CASHBOOK"}, "Plan", "Partner cashbook"),
        ({"plan": "QuickBooks Online Plus"}, "Plan", "QuickBooks Online Plus"),
        ({"is_demo": True}, "Demo company", "Yes"),
    ],
)
def test_codes_are_words_and_the_unknown_is_left_out(
    column: dict[str, Any], label: str, words: str | None
) -> None:
    assert dict(facts(an_organisation(**column))).get(label) == words
