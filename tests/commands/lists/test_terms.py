"""Codes in words and in order."""

import pytest

from commands.lists.terms import account_type, bank_type, by_code


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CURRLIAB", "Current liability"),
        ("OVERHEADS", "Overhead"),
        ("Cost of Goods Sold", "Cost of Goods Sold"),
        ("NEWTYPE", "NEWTYPE"),
        ("", ""),
    ],
)
def test_account_types_are_words(code: str, words: str) -> None:
    assert account_type(code) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [("CREDITCARD", "Credit card"), ("CashOnHand", "Cash on hand"), ("NONE", ""), ("", "")],
)
def test_bank_types_are_words(code: str, words: str) -> None:
    assert bank_type(code) == words


def test_codes_stand_in_the_order_of_their_numbers() -> None:
    codes = ["90", "200", "200.1", "200.2", "200.10", "200A", "1000", "A1", "A10"]
    named = [*((code, "any") for code in codes), (None, "Alpha"), ("", "beta")]
    backwards = named[::-1]

    assert sorted(backwards, key=lambda entry: by_code(*entry)) == named
