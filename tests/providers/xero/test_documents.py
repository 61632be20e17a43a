"""Xero's documents become ours."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.books import (
    Allocation,
    Document,
    DocumentKind,
    DocumentStatus,
    Line,
    TaxTreatment,
)
from providers.xero.documents import base_rate
from tests.providers.xero.bodies import an_id, mentioned_by, one, read

PAPER = "bd2270c3-8706-4c11-9cfb-000b551c3f51"
NORTH_REGION = (("093af706-c2aa-4d97-a4ce-2d205a017eac", "ae777a87-5ef3-4fa0-a4f0-d10e1f13073a"),)
STATIONERY = "8ba5a1e6-59a3-4b0c-a1e5-b9c1d4a1b0c6"
LATELY = datetime(2026, 5, 11, 11, 46, 40, tzinfo=UTC)


def an_invoice(**fields: Any) -> Document:
    record = one("Invoices", **({"InvoiceID": "1", "Type": "ACCREC"} | fields))
    assert isinstance(record, Document)
    return record


def test_a_bill_is_read_with_all_its_lines() -> None:
    bill = read("Invoices", "invoices").records[0]

    assert bill == Document(
        source="Invoices",
        remote_id=an_id(101),
        updated_at=LATELY.replace(microsecond=123_000),
        kind=DocumentKind.BILL,
        status=DocumentStatus.OPEN,
        remote_status="AUTHORISED",
        number="PP-7781",
        contact_id=PAPER,
        date=date(2026, 5, 1),
        due_date=date(2026, 5, 31),
        currency="GBP",
        rate=Decimal(1),
        tax_treatment=TaxTreatment.EXCLUSIVE,
        subtotal=Decimal(100),
        tax=Decimal(20),
        total=Decimal(120),
        paid=Decimal(30),
        credited=Decimal(20),
        due=Decimal(70),
        has_attachments=True,
        url="https://dext.example/7781",
        lines=(
            Line(
                remote_id=an_id(111),
                description="Paper",
                account_id=STATIONERY,
                account_code="461",
                tax_rate="INPUT2",
                amount=Decimal("98.76"),
                net=Decimal("98.76"),
                tax=Decimal("19.75"),
                quantity=Decimal(8),
                unit_price=Decimal("12.3456"),
                product="PAPER-A4",
                tracking=NORTH_REGION,
            ),
            Line(
                remote_id=an_id(112),
                description="Delivery",
                account_id=STATIONERY,
                account_code="461",
                tax_rate="INPUT2",
                amount=Decimal("1.24"),
                net=Decimal("1.24"),
                tax=Decimal("0.25"),
                quantity=Decimal(1),
                unit_price=Decimal("1.24"),
            ),
        ),
    )


def test_a_foreign_invoice_with_tax_inside_tells_net_lines_and_the_way_to_base_currency() -> None:
    invoice = read("Invoices", "invoices").records[1]

    assert isinstance(invoice, Document)
    assert (invoice.kind, invoice.status) == (DocumentKind.INVOICE, DocumentStatus.PAID)
    assert (invoice.currency, invoice.rate) == ("USD", Decimal("0.8"))
    assert invoice.fully_paid_on == date(2026, 5, 11)
    (line,) = invoice.lines
    assert (line.amount, line.net, line.tax) == (Decimal(120), Decimal(100), Decimal(20))


def test_what_is_missing_is_none_and_what_is_long_ago_stays_there() -> None:
    void, deleted = read("Invoices", "invoices").records[2:]

    assert isinstance(void, Document)
    assert isinstance(deleted, Document)
    assert (void.status, void.date, void.due_date, void.rate) == (
        DocumentStatus.VOID,
        None,
        None,
        None,
    )
    assert (deleted.status, deleted.date) == (DocumentStatus.DELETED, date(1900, 1, 1))
    assert deleted.lines == (Line(description="Only words"),)


@pytest.mark.parametrize(
    ("stream", "key", "word", "kind"),
    [
        ("Invoices", "InvoiceID", "ACCREC", DocumentKind.INVOICE),
        ("Invoices", "InvoiceID", "ACCPAY", DocumentKind.BILL),
        ("Invoices", "InvoiceID", "ACCRECCREDIT", DocumentKind.INVOICE_CREDIT),
        ("Invoices", "InvoiceID", "ACCPAYCREDIT", DocumentKind.BILL_CREDIT),
        ("Invoices", "InvoiceID", "AROVERPAYMENT", DocumentKind.OVERPAYMENT_IN),
        ("Invoices", "InvoiceID", "APPREPAYMENT", DocumentKind.PREPAYMENT_OUT),
        ("Invoices", "InvoiceID", "ACCREC-SOMEHOW", DocumentKind.INVOICE),
        ("Invoices", "InvoiceID", "ACCPAY-SOMEHOW", DocumentKind.BILL),
        ("CreditNotes", "CreditNoteID", "ACCRECCREDIT", DocumentKind.INVOICE_CREDIT),
        ("CreditNotes", "CreditNoteID", "ACCPAYCREDIT", DocumentKind.BILL_CREDIT),
        ("BankTransactions", "BankTransactionID", "RECEIVE", DocumentKind.MONEY_IN),
        ("BankTransactions", "BankTransactionID", "SPEND", DocumentKind.MONEY_OUT),
        ("BankTransactions", "BankTransactionID", "SPEND-TRANSFER", DocumentKind.TRANSFER),
        ("BankTransactions", "BankTransactionID", "RECEIVE-SOMEHOW", DocumentKind.MONEY_IN),
        ("BankTransactions", "BankTransactionID", "SPEND-SOMEHOW", DocumentKind.MONEY_OUT),
        ("Overpayments", "OverpaymentID", "AROVERPAYMENT", DocumentKind.OVERPAYMENT_IN),
        ("Overpayments", "OverpaymentID", "SPEND-OVERPAYMENT", DocumentKind.OVERPAYMENT_OUT),
        ("Prepayments", "PrepaymentID", "RECEIVE-PREPAYMENT", DocumentKind.PREPAYMENT_IN),
        ("Prepayments", "PrepaymentID", "SPEND-PREPAYMENT", DocumentKind.PREPAYMENT_OUT),
    ],
)
def test_the_type_is_what_a_document_is_to_an_accountant(
    stream: str, key: str, word: str, kind: DocumentKind
) -> None:
    record = one(stream, **{key: "1", "Type": word})

    assert isinstance(record, Document)
    assert record.kind is kind


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("DRAFT", DocumentStatus.DRAFT),
        ("SUBMITTED", DocumentStatus.SUBMITTED),
        ("AUTHORISED", DocumentStatus.OPEN),
        ("PAID", DocumentStatus.PAID),
        ("VOIDED", DocumentStatus.VOID),
        ("DELETED", DocumentStatus.DELETED),
        ("HIBERNATING", DocumentStatus.UNKNOWN),
        (None, DocumentStatus.UNKNOWN),
    ],
)
def test_the_status_is_ours_and_xeros_word_is_kept(
    word: str | None, status: DocumentStatus
) -> None:
    invoice = an_invoice(Status=word)

    assert (invoice.status, invoice.remote_status) == (status, word or "")


@pytest.mark.parametrize(
    ("treatment", "tax", "net"),
    [
        ("Inclusive", 20, 100),
        ("INCLUSIVE", 20, 100),
        ("Inclusive", None, 120),
        ("Exclusive", 20, 120),
        ("NoTax", 0, 120),
        (None, 20, 120),
    ],
)
def test_the_net_of_a_line_never_contains_tax(
    treatment: str | None, tax: int | None, net: int
) -> None:
    line = {"LineAmount": 120, "TaxAmount": tax}

    invoice = an_invoice(LineAmountTypes=treatment, LineItems=[line])

    assert invoice.lines[0].net == Decimal(net)


def test_numbers_in_quotes_are_numbers_to_the_last_digit() -> None:
    assert an_invoice(Total="0.10", TotalTax=0.07).total == Decimal("0.10")
    assert str(an_invoice(TotalTax=0.07).tax) == "0.07"


@given(st.decimals(min_value="0.000001", max_value="99999", places=6))
def test_a_rate_there_and_back_loses_no_cent_of_a_billion(rate: Decimal) -> None:
    back = base_rate(rate)

    assert back is not None
    assert abs(Decimal(10**9) - Decimal(10**9) * rate * back) < Decimal("0.01")


@pytest.mark.parametrize("rate", [None, Decimal(0)])
def test_no_rate_is_no_rate(rate: Decimal | None) -> None:
    assert base_rate(rate) is None


def test_a_credit_tells_what_became_of_it() -> None:
    (credit,) = read("CreditNotes", "credit_notes").records

    assert isinstance(credit, Document)
    assert (credit.kind, credit.number) == (DocumentKind.BILL_CREDIT, "CN-9")
    assert (credit.total, credit.credited, credit.paid, credit.due) == (
        Decimal(60),
        Decimal(20),
        Decimal(5),
        Decimal(35),
    )
    assert credit.allocations == (  # the one taken back is not among them
        Allocation(
            target_source="Invoices",
            target_id=an_id(101),
            amount=Decimal(20),
            date=date(2026, 5, 11),
        ),
    )


def test_a_billed_purchase_order_is_done_with() -> None:
    (order,) = read("PurchaseOrders", "purchase_orders").records

    assert isinstance(order, Document)
    assert (order.kind, order.number) == (DocumentKind.PURCHASE_ORDER, "PO-0001")
    assert (order.status, order.remote_status) == (DocumentStatus.PAID, "BILLED")
    assert (order.due_date, order.total) == (date(2026, 5, 31), Decimal("118.51"))


def test_a_manual_journal_has_signed_lines_and_totals_its_debits() -> None:
    journal, old = read("ManualJournals", "manual_journals").records

    assert isinstance(journal, Document)
    assert (journal.kind, journal.status) == (DocumentKind.MANUAL_JOURNAL, DocumentStatus.OPEN)
    assert (journal.memo, journal.rate) == ("Accrue the audit", Decimal(1))
    assert [line.amount for line in journal.lines] == [Decimal(1000), Decimal(-1000)]
    assert journal.lines[0].tracking == NORTH_REGION
    assert (journal.subtotal, journal.tax, journal.total) == (Decimal(1000), 0, Decimal(1000))
    assert isinstance(old, Document)
    assert (old.status, old.remote_status) == (DocumentStatus.UNKNOWN, "ARCHIVED")
    assert [line.net for line in old.lines] == [Decimal(100), Decimal(-120)]
    assert (old.subtotal, old.tax, old.total) == (Decimal(100), Decimal(20), Decimal(120))


@pytest.mark.parametrize(
    ("fields", "mentions"),
    [
        ({}, set()),
        ({"LineItems": [{"LineAmount": 1, "ItemCode": "", "Tracking": []}]}, set()),
        ({"LineItems": [{"ItemCode": "PEN"}]}, {"Items"}),
        ({"LineItems": [{"Tracking": [{"Name": "R", "Option": "N"}]}]}, {"TrackingCategories"}),
        ({"Overpayments": [{"OverpaymentID": "7"}], "Prepayments": []}, {"Overpayments"}),
        ({"Prepayments": [{"PrepaymentID": "7"}]}, {"Prepayments"}),
        ({"Type": "ARPREPAYMENT"}, {"Prepayments"}),
    ],
)
def test_an_invoice_mentions_what_it_makes_use_of(
    fields: dict[str, Any], mentions: set[str]
) -> None:
    assert mentioned_by("Invoices", **({"InvoiceID": "1", "Type": "ACCREC"} | fields)) == mentions
