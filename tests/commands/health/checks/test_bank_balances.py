"""Balances of statements as people type them."""

from datetime import date
from decimal import Decimal

import pytest

from commands.health.checks.bank_balances import Statement, statement


@pytest.mark.parametrize(
    ("text", "account", "balance", "day"),
    [
        ("090=1234.56", "090", "1234.56", None),
        (" Barclays = 1,234.56 @ 2026-06-30 ", "Barclays", "1234.56", date(2026, 6, 30)),
        ("Card = -20", "Card", "-20", None),
        ("Card = −20", "Card", "-20", None),
    ],
)
def test_an_account_and_its_balance_are_understood(
    text: str, account: str, balance: str, day: date | None
) -> None:
    assert statement(text) == Statement(account=account, balance=Decimal(balance), day=day)


@pytest.mark.parametrize("text", ["", "090", "090=", "090=much", "=5", "090=5@June", "090=1.2.3"])
def test_anything_else_is_not_taken_for_one(text: str) -> None:
    assert statement(text) is None
