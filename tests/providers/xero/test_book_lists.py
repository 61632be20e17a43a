"""Xero's lists become ours."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from providers.books import (
    LedgerAccount,
    LedgerContact,
    LedgerProduct,
    LedgerTaxRate,
    LedgerTracking,
)
from tests.providers.xero.bodies import mentioned_by, one, read

PAPER = "bd2270c3-8706-4c11-9cfb-000b551c3f51"
LATELY = datetime(2026, 5, 11, 11, 46, 40, tzinfo=UTC)


def test_a_contact_has_its_defaults_its_address_and_its_number() -> None:
    contact = read("Contacts", "book_contacts").records[0]

    assert contact == LedgerContact(
        source="Contacts",
        remote_id=PAPER,
        updated_at=LATELY,
        name="Paper & Pens",
        is_supplier=True,
        email="accounts@paperandpens.example",
        phone="+44 113 4960000",
        tax_number="GB987654321",
        company_number="01234567",
        bank_account="20-30-40 12345678",
        address="PO Box 1, Leeds, LS1 1AA, UK",
        currency="GBP",
        sales_account="200",
        purchase_account="461",
        sales_tax="OUTPUT2",
        purchase_tax="INPUT2",
    )


def test_a_merged_contact_names_the_one_that_took_its_place() -> None:
    merged, forgotten = read("Contacts", "book_contacts").records[1:]

    assert isinstance(merged, LedgerContact)
    assert isinstance(forgotten, LedgerContact)
    assert (merged.merged_into, merged.is_active) == (PAPER, False)
    assert (forgotten.name, forgotten.is_active) == (forgotten.remote_id, False)


def test_accounts_keep_xeros_own_words() -> None:
    bank, paypal, stationery, strange = read("Accounts", "accounts").records

    assert isinstance(bank, LedgerAccount)
    assert isinstance(paypal, LedgerAccount)
    assert isinstance(stationery, LedgerAccount)
    assert isinstance(strange, LedgerAccount)
    assert (bank.is_bank, bank.is_active, bank.code, bank.currency) == (True, True, "090", "GBP")
    assert (paypal.is_active, paypal.code) == (False, None)
    assert (stationery.account_class, stationery.account_type) == ("EXPENSE", "EXPENSE")
    assert (stationery.system_role, stationery.tax_rate) == (None, "INPUT2")
    assert (bank.report_code, stationery.report_code, strange.report_code) == ("ASS", "EXP", None)
    assert (strange.account_class, strange.account_type) == ("METAPHYSICAL", "UNHEARDOF")
    assert strange.is_active


def test_a_system_account_says_what_it_is_for() -> None:
    account = one("Accounts", AccountID="1", Name="Debtors", SystemAccount="DEBTORS")

    assert isinstance(account, LedgerAccount)
    assert account.system_role == "DEBTORS"


@pytest.mark.parametrize(
    ("kind", "status", "mentions"),
    [
        ("FIXED", "ACTIVE", {"Assets"}),
        ("FIXED", "ARCHIVED", set()),
        ("EXPENSE", "ACTIVE", set()),
    ],
)
def test_accounts_of_fixed_assets_mention_the_register(
    kind: str, status: str, mentions: set[str]
) -> None:
    assert mentioned_by("Accounts", AccountID="1", Type=kind, Status=status) == mentions


def test_a_tax_rate_is_known_by_its_type() -> None:
    rate = one(
        "TaxRates", TaxType="INPUT2", Name="20%", EffectiveRate=20.0, CanApplyToRevenue=False
    )

    assert rate == LedgerTaxRate(
        source="TaxRates", remote_id="INPUT2", name="20%", rate=Decimal(20), on_sales=False
    )


def test_options_belong_to_a_category_and_fall_asleep_with_it() -> None:
    options = read("TrackingCategories", "tracking").records

    told = [
        (each.category, each.name, each.is_active)
        for each in options
        if isinstance(each, LedgerTracking)
    ]

    assert told == [
        ("Region", "North", True),
        ("Region", "Eastside", False),
        ("Salesperson", "Bea", False),
    ]


def test_a_product_has_the_accounts_it_is_bought_and_sold_on() -> None:
    paper, consulting = read("Items", "items").records
    stock = one("Items", ItemID="1", PurchaseDetails={"COGSAccountCode": "310"})

    assert isinstance(paper, LedgerProduct)
    assert isinstance(consulting, LedgerProduct)
    assert isinstance(stock, LedgerProduct)
    assert (paper.code, paper.purchase_account, paper.sales_account) == ("PAPER-A4", "461", None)
    assert consulting.name == "CONSULT"
    assert stock.purchase_account == "310"
