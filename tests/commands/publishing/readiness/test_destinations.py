"""Plan, lock dates, bank and currency of where a document is to go."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commands.publishing.choices import Choices
from commands.publishing.lists import Lists
from providers.drafts import Destination, PublishAs
from providers.records import Contact
from tests.commands.publishing.coded import (
    DAY,
    codes,
    facts,
    found,
    organisation,
    quickbooks,
    xero,
)


@pytest.mark.parametrize(
    ("to", "as_", "is_allowed"),
    [
        (Destination.PURCHASES, PublishAs.DRAFT, True),
        (Destination.PURCHASES, PublishAs.SUBMITTED, True),
        (Destination.PURCHASES, PublishAs.OPEN, False),
        (Destination.PURCHASES, PublishAs.PAID, False),
        (Destination.BANK, PublishAs.DRAFT, False),
    ],
)
def test_a_lock_date_lets_drafts_through_and_nothing_else(
    to: Destination, as_: PublishAs, *, is_allowed: bool
) -> None:
    hand = {"publish_to": to.value, "publish_as": as_.value, "bank_account": "bank"}
    locked = xero(organisation=organisation(lock_date=DAY))
    day_before = xero(organisation=organisation(lock_date=date(2026, 4, 30)))

    assert codes(hand=hand, lists=locked) == ([] if is_allowed else ["PRE_LOCKED"])
    assert codes(hand=hand, lists=day_before) == []


def test_closed_books_take_no_bill_in_quickbooks() -> None:
    (fault,) = found(lists=quickbooks(organisation=organisation(lock_date=DAY)))

    assert (fault.code, fault.field) == ("QBO_CLOSED", "day")
    assert fault.facts["instead"] == ""


@pytest.mark.parametrize(
    ("to", "paid_on", "mended_by"),
    [
        ("bank accounts", "2026-05-01", "publish_as"),
        ("bank accounts", "2026-04-30", "publish_as"),
        ("bank accounts", "2026-05-02", None),
        ("purchases", "2026-05-02", "publish_as"),
    ],
)
def test_money_at_the_bank_is_locked_by_the_day_on_which_it_moved(
    to: str, paid_on: str, mended_by: str | None
) -> None:
    hand = {"publish_to": to, "publish_as": "paid", "bank_account": "bank", "paid_on": paid_on}
    fields = [each.field for each in found(hand=hand, lists=_locked_until(DAY))]

    assert fields == ([mended_by] if mended_by else [])


def _locked_until(day: date) -> Lists:
    return xero(organisation=organisation(lock_date=day))


@pytest.mark.parametrize(
    ("lists", "to", "code"),
    [
        (xero(), "bank accounts", "XERO_BANK_REQUIRED"),
        (quickbooks(), "credit card", "PRE_BANK"),
        (replace(xero(), key="sage"), "bank accounts", "SAGE_BANK_REQUIRED"),
    ],
)
def test_what_comes_from_the_bank_needs_an_account(lists: Lists, to: str, code: str) -> None:
    assert codes(hand={"publish_to": to}, lists=lists) == [code]


def test_a_plan_without_the_destination_says_which_there_are() -> None:
    simple = quickbooks(organisation=organisation(plan="QuickBooks Simple Start"))
    (fault,) = found(lists=simple, hand={"publish_to": "purchases"})
    (nowhere,) = found(hand={"publish_to": "cash"})

    assert fault.code == "QBO_NO_BILL"
    assert "has no bills" in fault.facts["why"]
    assert fault.facts["instead"] == "Cash, Cheque, Credit card"
    assert nowhere.code == "PRE_PLAN"


EURO = {"currency": "EUR"}


@pytest.mark.parametrize(
    ("over", "lists", "choices", "code"),
    [
        (EURO, xero(), Choices(), None),
        (EURO, xero(organisation=organisation(is_multi_currency=False)), Choices(),
         "XERO_CURRENCY"),
        (EURO, xero(organisation=organisation(currencies=("GBP", "USD"))), Choices(),
         "XERO_CURRENCY"),
        (EURO, xero(organisation=organisation(currencies=("GBP", "EUR"))), Choices(), None),
        (EURO, quickbooks(organisation=organisation(is_multi_currency=False)), Choices(),
         "QBO_ONE_CURRENCY"),
        (EURO, quickbooks(organisation=organisation(currencies=("GBP", "USD"))), Choices(), None),
        (EURO, xero(), Choices(multi_currency=False), "PRE_RATE"),
        ({**EURO, "rate": Decimal("0.85")}, xero(), Choices(multi_currency=False), None),
    ],
)  # fmt: skip
def test_a_foreign_currency_goes_where_it_is_let(
    over: dict[str, Any], lists: Lists, choices: Choices, code: str | None
) -> None:
    assert codes(facts(**over), lists=lists, choices=choices) == ([code] if code else [])


def test_quickbooks_has_one_currency_in_a_transaction() -> None:
    dollars = Contact(remote_id="c1", name="Paper & Pens", is_supplier=True, currency="USD")
    card = {"publish_to": "credit card", "bank_account": "euro"}

    assert codes(lists=quickbooks(contacts={"c1": dollars})) == ["QBO_ONE_CURRENCY"]
    assert codes(lists=quickbooks(), hand=card) == ["QBO_ONE_CURRENCY"]
    assert codes(hand={**card, "publish_to": "bank accounts"}) == ["PRE_BANK_CURRENCY"]


def test_a_number_has_to_fit() -> None:
    (fault,) = found(facts(number="A" * 22), lists=quickbooks())

    assert (fault.code, fault.facts["longest"]) == ("PRE_NUMBER", "21")
    assert codes(facts(number="A" * 21), lists=quickbooks()) == []
