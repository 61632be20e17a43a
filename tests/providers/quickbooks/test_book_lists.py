"""QuickBooks' lists become records of the books."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from providers.books import (
    LedgerAccount,
    LedgerContact,
    LedgerProduct,
    LedgerTaxRate,
    LedgerTracking,
)
from providers.quickbooks.book_shapes import EntityRows, NameEntry, QueryAnswer
from providers.quickbooks.streams import CLEARANCES, STREAMS, records
from tests.providers.vendors import an_answer, sample


def rows(path: str, entity: str) -> list[Any]:
    answer = an_answer(body=sample(f"quickbooks/{path}.json")).decoded_as(QueryAnswer)
    assert answer is not None
    return list(getattr(answer.QueryResponse, entity))


def test_accounts_of_the_chart() -> None:
    materials, checking, card = records("Account", rows("accounts", "Account"))

    assert materials == LedgerAccount(
        source="Account",
        remote_id="63",
        updated_at=datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC),
        name="Job Expenses:Job Materials",
        code="6100",
        account_class="EXPENSE",
        account_type="Expense",
        tax_rate="NON",
        currency="USD",
        report_code="SuppliesMaterials",
    )
    assert isinstance(checking, LedgerAccount)
    assert isinstance(card, LedgerAccount)
    assert checking.is_bank
    assert (card.is_bank, card.is_active, card.account_class) == (True, False, "METAPHYSICAL")


def test_an_account_that_quickbooks_uses_itself_says_for_what() -> None:
    row = {"Id": "4", "Name": "Undeposited Funds", "AccountSubType": "UndepositedFunds"}
    found = msgspec.convert({"Account": [row]}, EntityRows)

    (made,) = records("Account", found.Account or [])

    assert isinstance(made, LedgerAccount)
    assert made.system_role == "UndepositedFunds"


def test_tax_codes_have_the_sum_of_their_rates() -> None:
    rates = rows("tax_rates", "TaxRate")

    made = records("TaxCode", rows("tax_codes", "TaxCode"), rates)

    assert made[0] == LedgerTaxRate(
        source="TaxCode",
        remote_id="2",
        updated_at=datetime(2026, 6, 2, 23, 21, 48, tzinfo=UTC),
        name="20.0% S",
        rate=Decimal(20),
    )


def test_classes_and_locations_are_choices_of_a_dimension() -> None:
    retail, stall = records("Class", rows("classes", "Class"))

    assert isinstance(retail, LedgerTracking)
    assert (retail.source, retail.remote_id, retail.category_id) == ("Class", "100", "class")
    assert isinstance(stall, LedgerTracking)
    assert (stall.name, stall.category, stall.is_active) == ("Retail:Stall", "Class", False)


def test_a_project_is_a_customer_and_a_choice() -> None:
    made = records("Customer", rows("customers", "Customer"))

    assert [(type(one), one.remote_id) for one in made] == [
        (LedgerContact, "customer:12"),
        (LedgerContact, "customer:58"),
        (LedgerTracking, "project:58"),
        (LedgerContact, "customer:59"),
        (LedgerTracking, "project:59"),
    ]
    assert {one.source for one in made} == {"Customer"}


def test_products_have_the_accounts_they_post_to() -> None:
    made = records("Item", rows("items", "Item"))

    assert all(isinstance(one, LedgerProduct) for one in made)
    assert len(made) == 3  # a category stands on no line
    assert [one.stock_account for one in made if isinstance(one, LedgerProduct)] == [
        "81", None, None,
    ]  # fmt: skip


def test_a_supplier_with_everything() -> None:
    row = {
        "Id": "46",
        "DisplayName": "Norton Lumber",
        "Active": False,
        "PrimaryEmailAddr": {"Address": "office@norton.example"},
        "PrimaryPhone": {"FreeFormNumber": "0113 496 0000"},
        "TaxIdentifier": "GB123456789",
        "CompanyRegistrationNumber": "01234567",
        "VendorPaymentBankDetail": {
            "BankBranchIdentifier": "20-00-00",
            "BankAccountNumber": "55779911",
        },
        "BillAddr": {"Line1": "4 Mill Lane", "City": "Leeds", "PostalCode": "LS1 1AA"},
        "CurrencyRef": {"value": "GBP"},
        "PrefillAccountRef": {"value": "64"},
        "DefaultTaxCodeRef": {"value": "2"},
    }

    made = records("Vendor", [msgspec.convert(row, NameEntry)])

    assert made == [
        LedgerContact(
            source="Vendor",
            remote_id="vendor:46",
            name="Norton Lumber",
            is_supplier=True,
            is_active=False,
            email="office@norton.example",
            phone="0113 496 0000",
            tax_number="GB123456789",
            company_number="01234567",
            bank_account="20-00-00 55779911",
            address="4 Mill Lane, Leeds, LS1 1AA",
            currency="GBP",
            purchase_account="64",
            purchase_tax="2",
        )
    ]


@pytest.mark.parametrize("stream", [stream.name for stream in STREAMS if stream.name != CLEARANCES])
def test_every_stream_has_records_of_its_own(stream: str) -> None:
    found = msgspec.convert({stream: [{"Id": "1"}]}, EntityRows)

    made = records(stream, getattr(found, stream))

    assert [one.source for one in made] == [stream]
