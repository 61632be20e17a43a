"""What the books are read from is what Xero publishes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from providers.xero import book_shapes as shapes
from providers.xero import postings
from providers.xero.shapes import CategoryRow, OptionRow, TaxRateRow
from tests.providers.vendors import sample

CONTRACT = (
    Path(__file__).resolve().parents[3].parent
    / "shared"
    / "contracts"
    / "xero"
    / "xero_accounting.yaml"
)

pytestmark = pytest.mark.skipif(
    not CONTRACT.exists(), reason="the vendors' contracts are not beside the repository"
)

PUBLISHED_AS = {
    shapes.InvoiceRow: "Invoice",
    shapes.InvoiceRef: "Invoice",
    shapes.CreditNoteRow: "CreditNote",
    shapes.CreditNoteRef: "CreditNote",
    shapes.OverpaymentRow: "Overpayment",
    shapes.OverpaymentRef: "Overpayment",
    shapes.PrepaymentRow: "Prepayment",
    shapes.PrepaymentRef: "Prepayment",
    shapes.AllocationRow: "Allocation",
    shapes.LineRow: "LineItem",
    shapes.TrackingRef: "LineItemTracking",
    shapes.BankTransactionRow: "BankTransaction",
    shapes.BankTransferRow: "BankTransfer",
    shapes.PaymentRow: "Payment",
    shapes.PaymentRef: "Payment",
    shapes.BatchPaymentRow: "BatchPayment",
    shapes.BatchRef: "BatchPayment",
    shapes.PurchaseOrderRow: "PurchaseOrder",
    shapes.ManualJournalRow: "ManualJournal",
    shapes.JournalLineRow: "ManualJournalLine",
    shapes.ContactRow: "Contact",
    shapes.ContactRef: "Contact",
    shapes.PhoneRow: "Phone",
    shapes.AddressRow: "Address",
    shapes.AccountRow: "Account",
    shapes.AccountRef: "Account",
    shapes.ItemRow: "Item",
    shapes.TradeRow: "Purchase",
    shapes.Pagination: "Pagination",
    postings.JournalRow: "Journal",
    postings.JournalPartRow: "JournalLine",
    TaxRateRow: "TaxRate",
    CategoryRow: "TrackingCategory",
    OptionRow: "TrackingOption",
}
SAMPLES = {
    "invoices": ("Invoices", "Invoice"),
    "credit_notes": ("CreditNotes", "CreditNote"),
    "overpayments": ("Overpayments", "Overpayment"),
    "prepayments": ("Prepayments", "Prepayment"),
    "bank_transactions": ("BankTransactions", "BankTransaction"),
    "bank_transfers": ("BankTransfers", "BankTransfer"),
    "payments": ("Payments", "Payment"),
    "batch_payments": ("BatchPayments", "BatchPayment"),
    "purchase_orders": ("PurchaseOrders", "PurchaseOrder"),
    "manual_journals": ("ManualJournals", "ManualJournal"),
    "book_contacts": ("Contacts", "Contact"),
}


@cache
def components() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(CONTRACT.read_text(), Loader=loader)
    return dict(document["components"])


def published(schema: str) -> set[str]:
    return set(components()["schemas"][schema]["properties"])


@pytest.mark.parametrize("shape", PUBLISHED_AS, ids=lambda shape: shape.__name__)
def test_xero_publishes_every_field_we_read(shape: type[msgspec.Struct]) -> None:
    published = components()["schemas"][PUBLISHED_AS[shape]]["properties"]

    assert {
        field.encode_name for field in msgspec.structs.fields(shape)
    } - published.keys() == set()


def test_what_journals_are_posted_for_is_called_as_xero_publishes_it() -> None:
    published = components()["schemas"]["Journal"]["properties"]["SourceType"]["enum"]

    assert postings.ORIGINS.keys() <= set(published)


@pytest.mark.parametrize("path", SAMPLES)
def test_our_samples_are_as_published(path: str) -> None:
    listed, schema = SAMPLES[path]
    checker = Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components()},
        format_checker=FormatChecker(["uuid"]),
    )
    rows = json.loads(sample(f"xero/{path}.json"))[listed]

    found = {(error.json_path, error.message) for row in rows for error in checker.iter_errors(row)}
    unheard_of = {field for row in rows for field in row} - published(schema)

    assert rows
    assert (found, unheard_of) == (set(), set())
