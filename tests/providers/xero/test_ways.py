"""Where documents of each kind can go in a Xero organisation, by its plan."""

from dataclasses import replace

import pytest

from providers.books import DocumentKind
from providers.drafts import Destination, PublishAs
from providers.records import Organisation
from providers.xero import PROVIDER

ACME = Organisation(remote_id="acme", name="Acme Limited", plan="COMPREHENSIVE")
ANY = (PublishAs.DRAFT, PublishAs.SUBMITTED, PublishAs.OPEN, PublishAs.PAID)


@pytest.mark.parametrize(
    ("kind", "destinations"),
    [
        (DocumentKind.BILL, [Destination.PURCHASES, Destination.BANK]),
        (DocumentKind.BILL_CREDIT, [Destination.PURCHASES, Destination.BANK]),
        (DocumentKind.INVOICE, [Destination.SALES, Destination.BANK]),
        (DocumentKind.INVOICE_CREDIT, [Destination.SALES, Destination.BANK]),
    ],
)
def test_each_kind_has_its_places(kind: DocumentKind, destinations: list[Destination]) -> None:
    publishing = PROVIDER.publishing(ACME)

    assert publishing is not None
    assert [way.destination for way in publishing.open_ways(kind)] == destinations


def test_a_bill_can_be_as_far_along_as_one_likes_and_the_bank_is_always_paid() -> None:
    publishing = PROVIDER.publishing(ACME)

    assert publishing is not None
    bill = publishing.way(DocumentKind.BILL, Destination.PURCHASES)
    spent = publishing.way(DocumentKind.BILL, Destination.BANK)
    assert bill is not None
    assert spent is not None
    assert (bill.publish_as, bill.needs_bank_account) == (ANY, False)
    assert (spent.publish_as, spent.needs_bank_account) == ((PublishAs.PAID,), True)
    assert spent.makes == "spend money"


def test_expense_claims_are_named_with_the_reason_why_not() -> None:
    publishing = PROVIDER.publishing(ACME)

    assert publishing is not None
    claims = publishing.way(DocumentKind.BILL, Destination.CLAIM)
    assert claims is not None
    assert claims.name == "Classic Expense Claims"
    assert "retired" in str(claims.why_not)


def test_a_simple_plan_takes_drafts() -> None:
    publishing = PROVIDER.publishing(replace(ACME, plan="SIMPLE"))

    assert publishing is not None
    bill = publishing.way(DocumentKind.BILL, Destination.PURCHASES)
    assert bill is not None
    assert bill.publish_as == (PublishAs.DRAFT,)


def test_a_cashbook_keeps_no_bills() -> None:
    publishing = PROVIDER.publishing(replace(ACME, plan="GST_CASHBOOK"))

    assert publishing is not None
    bill = publishing.way(DocumentKind.BILL, Destination.PURCHASES)
    assert bill is not None
    assert bill.why_not == "Xero Cashbook keeps no bills."
    ways = publishing.open_ways(DocumentKind.BILL)
    assert [way.destination for way in ways] == [Destination.BANK]


def test_a_lapsed_organisation_takes_nothing() -> None:
    assert PROVIDER.publishing(replace(ACME, is_active=False)) is None


def test_a_plan_nobody_has_heard_of_takes_everything() -> None:
    publishing = PROVIDER.publishing(replace(ACME, plan="ORBIT"))

    assert publishing == PROVIDER.publishing(ACME)
