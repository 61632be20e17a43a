"""Everything that keeps an item from going is found at once, by its code."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commands.publishing.choices import Choices, TaxPolicy
from commands.publishing.coding import Coding
from commands.publishing.facts import ItemKind, Side
from commands.publishing.readiness.validation import obstacles
from providers.drafts import PublishAs
from providers.records import Account, Contact, Product, TaxRate
from tests.commands.publishing.coded import (
    DAY,
    TODAY,
    codes,
    facts,
    found,
    line,
    organisation,
    quickbooks,
    xero,
)

PRODUCT = Product(remote_id="p2", name="Paper")


def test_an_item_that_is_in_order_meets_no_obstacle() -> None:
    assert codes() == []
    assert codes(lists=quickbooks()) == []
    assert codes(facts(side=Side.CLAIM)) == []


MISSING = [
    ({"supplier": None}, {}, "supplier"),
    ({"total": None}, {}, "total"),
    ({"total": Decimal(0)}, {}, "total"),
    ({}, {"account": None}, "account"),
    ({"day": None, "submitted_at": None}, {}, "day"),
    ({"lines": (line("120"), line())}, {}, "lines"),
]


@pytest.mark.parametrize(("over", "hand", "field"), MISSING)
def test_what_is_missing_is_asked_for(
    over: dict[str, Any], hand: dict[str, Any], field: str
) -> None:
    (only,) = found(facts(**over), hand=hand)

    assert (only.code, only.field) == ("PRE_MISSING", field)


def test_everything_is_found_at_once() -> None:
    broken = facts(supplier=None, number="9" * 300, due_day=date(2026, 4, 1), tax=Decimal(200))
    locked = xero(organisation=organisation(lock_date=DAY))
    judged = {"twin": "INV-77", "rules_broken": ["Paper"], "connection_ok": False}

    assert codes(
        broken, hand={"account": "old"}, lists=locked, choices=Choices(costs_as=PublishAs.OPEN),
        judged=judged,
    ) == [
        "PRE_DUPLICATE", "PRE_RULE_BROKEN", "PRE_CONNECTION", "QBO_DUE_BEFORE",
        "XERO_TAX_GT_LINE", "PRE_MISSING", "XERO_ACCOUNT_ARCHIVED",
        "PRE_LOCKED", "PRE_NUMBER",
    ]  # fmt: skip


def test_tax_on_a_document_wants_a_rate_once_the_account_is_in_order() -> None:
    bare = {"tax_rate": None}

    assert codes(hand=bare) == ["PRE_MISSING"]
    assert codes(facts(tax=None), hand=bare) == []
    assert codes(hand=bare, lists=xero(tax_rates={})) == []


def test_in_america_the_tax_on_a_bill_is_part_of_its_cost() -> None:
    american = quickbooks(
        organisation=organisation(country="US"),
        accounts={"429": Account(remote_id="429", name="Supplies", account_class="Expense")},
        tax_rates={"TAX": TaxRate(remote_id="TAX", name="TAX"),
                   "NON": TaxRate(remote_id="NON", name="NON", rate=Decimal(0))},
    )  # fmt: skip

    assert codes(lists=american) == []


LINES = [
    ((line("60"), line("60")), None),
    ((line("60"), line("59.99")), None),
    ((line("60"), line("60.02")), "lines"),
    ((line(net=Decimal(50)), line(net=Decimal(50))), None),
    ((line(net=Decimal(60)), line(net=Decimal(60))), None),
    ((line(net=Decimal(50)), line(net=Decimal(51))), "lines"),
    ((line("60", tax=Decimal(10)), line("60", tax=Decimal("9.98"))), None),
    ((line("60", tax=Decimal(10)), line("60", tax=Decimal("9.97"))), "tax"),
]


@pytest.mark.parametrize(("lines", "field"), LINES)
def test_lines_have_to_add_up_to_the_cent(lines: tuple, field: str | None) -> None:
    faults = found(facts(lines=lines))

    assert [(each.code, each.field) for each in faults] == ([("PRE_LINES", field)] if field else [])


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"tax": Decimal("120.01")}, "XERO_TAX_GT_LINE"),
        ({"tax": Decimal("120.00")}, None),
        ({"lines": (line("100"), line("20", tax=Decimal("20.01")))}, "XERO_TAX_GT_LINE"),
        ({"due_day": DAY}, None),
        ({"due_day": date(2026, 4, 30)}, "QBO_DUE_BEFORE"),
        ({"total": Decimal(-120)}, "QBO_NEG_CHECK"),
        ({"day": date(2036, 5, 1)}, "PRE_DAY"),
    ],
)
def test_a_document_that_contradicts_itself_is_stopped(
    over: dict[str, Any], code: str | None
) -> None:
    assert codes(facts(**over)) == ([code] if code else [])


def test_a_rule_can_make_it_due_before_its_date() -> None:
    assert codes(hand={"due_day": "2026-04-01"}) == ["QBO_DUE_BEFORE"]


def test_quickbooks_wants_a_product_on_sales_and_a_rate_on_every_line() -> None:
    contact = Contact(remote_id="c8", name="Buyer", is_customer=True)
    lists = quickbooks(contacts={"c8": contact}, products={"p2": PRODUCT})
    sale = facts(side=Side.SALE, supplier="Buyer")
    two = replace(sale, lines=(line("60", manual={"tax_rate": "OUTPUT2"}), line("60")))
    bare = {"account": None, "product": "p2"}

    assert codes(sale, lists=lists) == ["PRE_MISSING"]
    assert codes(sale, lists=lists, hand={"product": "p2"}) == []
    assert codes(sale, lists=lists, hand=bare) == ["QBO_TAX_MISSING"]
    faults = found(two, lists=lists, hand=bare)
    assert [(each.code, each.line) for each in faults] == [("QBO_TAX_MISSING", 1)]


def test_tax_on_a_rate_of_nothing_is_a_question_where_the_ledger_keeps_to_its_rates() -> None:
    choices = Choices(cost_tax="ZERO")
    exceptions = replace(choices, tax_policy=TaxPolicy.EXCEPTIONS)

    assert codes(lists=quickbooks(), choices=choices) == ["PRE_TAX_RATE"]
    assert codes(facts(tax=None), lists=quickbooks(), choices=choices) == []
    assert codes(lists=quickbooks(), choices=exceptions, hand={"account": "480"}) == []
    assert codes(choices=choices) == []


def test_lines_that_all_have_a_category_need_none_of_the_item() -> None:
    lines = (line("60", manual={"account": "429"}), line("60", manual={"account": "461"}))

    assert codes(facts(lines=lines), account=None) == []
    assert codes(facts(lines=(lines[0], line("60"))), account=None) == ["PRE_MISSING"]


def test_what_somebody_has_to_agree_to_waits_for_it() -> None:
    (waits,) = found(judged={"awaits": "Large costs"})

    assert (waits.code, waits.facts) == ("PRE_NOT_APPROVED", {"workflow": "Large costs"})
    assert codes(judged={"awaits": None}) == []


def test_what_is_published_goes_again_only_when_cleared() -> None:
    assert codes(judged={"is_published": True}) == ["PRE_ALREADY_PUBLISHED"]


def test_without_a_connection_the_document_is_judged_all_the_same() -> None:
    judged = obstacles(facts(total=None), Coding(), Choices(), None, today=TODAY)

    assert [each.code for each in judged] == ["PRE_CONNECTION", "PRE_MISSING"]


def test_a_receipt_of_a_sale_needs_no_supplier_rule() -> None:
    assert codes(facts(side=Side.SALE, kind=ItemKind.RECEIPT)) == []
