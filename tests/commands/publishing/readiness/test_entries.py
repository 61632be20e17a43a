"""Entries of the ledger's lists that an item cannot use are named."""

from dataclasses import replace

import pytest

from commands.publishing.choices import Choices
from providers.records import Contact, TrackingOption
from tests.commands.publishing.coded import (
    codes,
    facts,
    found,
    line,
    quickbooks,
    rule,
    xero,
)

ENTRIES = [  # what it is coded to, on Xero, on QuickBooks
    ({"account": "old"}, "XERO_ACCOUNT_ARCHIVED", "QBO_INACTIVE_REF"),
    ({"account": "elsewhere"}, "XERO_GUID", "QBO_BAD_REF"),
    ({"account": "200"}, "XERO_ACCOUNT_INVALID", "QBO_BAD_REF"),
    ({"account": "090"}, "XERO_ACCOUNT_INVALID", "QBO_BAD_REF"),
    ({"tax_rate": "OUTPUT2"}, "XERO_TAX_ACCOUNT", "QBO_BAD_REF"),
    ({"tax_rate": "GONE"}, "XERO_TAX_ACCOUNT", "QBO_INACTIVE_REF"),
    ({"contact": "c3"}, "XERO_CONTACT_GONE", "QBO_INACTIVE_REF"),
    ({"tracking_1": "east"}, "XERO_TRACKING", "QBO_INACTIVE_REF"),
    ({"tracking_1": "west"}, "XERO_TRACKING", "QBO_BAD_REF"),
    ({"bank_account": "closed"}, "XERO_BANK_UNKNOWN", "QBO_BAD_REF"),
    ({"product": "p1"}, "QBO_BILLABLE", "QBO_BILLABLE"),
    ({"tracking_1": "north", "tracking_2": "south"}, "XERO_TRACKING", "XERO_TRACKING"),
]


@pytest.mark.parametrize(("hand", "on_xero", "on_quickbooks"), ENTRIES)
def test_entries_that_cannot_be_used_are_named(
    hand: dict[str, str], on_xero: str, on_quickbooks: str
) -> None:
    choices = Choices(cost_tax="INPUT2")
    (one,) = found(hand=hand, choices=choices)

    assert (one.code, one.field) == (on_xero, "customer" if "billable" in hand else [*hand][-1])
    assert codes(hand=hand, lists=quickbooks(), choices=choices) == [on_quickbooks]


def test_a_category_that_the_ledger_does_not_have_is_named() -> None:
    (whole,) = found(facts(category="Sundries"), account=None)
    lines = (line("60", category="Postage"), line("60", category="Sundries"))
    (part,) = found(facts(lines=lines), account=None)

    assert (whole.code, whole.field, whole.facts["name"]) == ("PRE_CATEGORY", "account", "Sundries")
    assert (part.code, part.line) == ("PRE_CATEGORY", 1)


def test_lines_of_several_locations_are_told_where_a_document_has_one() -> None:
    places = {
        each: TrackingOption(
            remote_id=each, name=each.title(), category_id="location", category_name="Location"
        )
        for each in ("leeds", "york")
    }
    lists = replace(quickbooks(), tracking={**quickbooks().tracking, **places})
    apart = (line("60", manual={"tracking_2": "leeds"}), line("60", manual={"tracking_2": "york"}))
    alike = tuple(line("60", manual={"tracking_2": "leeds"}) for _ in range(2))
    usual = {"choices": Choices(cost_tax="INPUT2"), "lists": lists}
    (told,) = found(facts(lines=apart), **usual)

    assert (told.code, told.field) == ("PRE_ONE_FOR_ALL", "tracking_2")
    assert (told.facts["what"], told.facts["names"]) == ("Location", "Leeds and York")
    assert codes(facts(lines=alike), **usual) == []


def test_a_value_of_the_item_is_faulted_once_and_one_of_a_line_by_its_line() -> None:
    lines = (line("60"), line("30"), line("30", manual={"account": "elsewhere"}))
    faults = found(facts(lines=lines), hand={"account": "old"})

    assert [(each.code, each.line) for each in faults] == [
        ("XERO_ACCOUNT_ARCHIVED", None), ("XERO_GUID", 2)
    ]  # fmt: skip


def test_income_on_a_cost_is_taken_from_somebody_who_coded_that_line() -> None:
    lines = (line("150"), line("-30", manual={"account": "200", "tax_rate": "INPUT2"}))

    assert codes(facts(lines=lines)) == []


def test_the_rule_behind_what_is_archived_is_broken_and_named_once() -> None:
    stale = rule(coding={"account": "old", "tracking_1": "east"})
    lines = (line("60"), line("60"))
    faults = found(facts(lines=lines), rules=[stale], account=None)

    assert [each.code for each in faults] == [
        "XERO_ACCOUNT_ARCHIVED", "XERO_TRACKING", "PRE_RULE_BROKEN"
    ]  # fmt: skip
    assert faults[-1].facts["name"] == "Paper & Pens"


def test_what_is_billable_needs_a_customer_where_the_ledger_rebills() -> None:
    hand = {"billable": "yes"}

    assert codes(lists=quickbooks(), hand=hand) == ["QBO_BILLABLE_CUST"]
    assert codes(hand=hand) == []


def test_a_customer_is_no_supplier_in_quickbooks() -> None:
    buyer = Contact(remote_id="c9", name="Buyer", is_customer=True)
    chosen = {"contact": "c9", "tax_rate": "INPUT2"}

    assert codes(hand=chosen, lists=quickbooks(contacts={"c9": buyer})) == ["QBO_BAD_REF"]
    assert codes(hand=chosen, lists=xero(contacts={"c9": buyer})) == []


def test_a_fault_tells_which_rule_brought_it() -> None:
    (fault,) = found(rules=[rule(coding={"tax_rate": "OUTPUT2"})])

    assert fault.facts["name"] == "20% (VAT on Income)"
    assert (fault.facts["source"], fault.facts["by"]) == ("supplier rule", "Paper & Pens")


def test_a_plan_without_tracking_takes_none() -> None:
    bare = replace(quickbooks().publishing, tracking=0)

    assert codes(hand={"tracking_1": "north"}, lists=quickbooks(publishing=bare)) == ["QBO_FEATURE"]
