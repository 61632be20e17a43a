"""QuickBooks' transactions become documents, in one vocabulary."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from providers.books import Allocation, Document, DocumentKind, DocumentStatus, Line, TaxTreatment
from providers.quickbooks.book_shapes import DocumentRow, EntityRows
from providers.quickbooks.documents import document
from tests.providers.vendors import an_answer, sample

OPEN, PAID, VOID = DocumentStatus.OPEN, DocumentStatus.PAID, DocumentStatus.VOID


def samples() -> EntityRows:
    rows = an_answer(body=sample("quickbooks/transactions.json")).decoded_as(EntityRows)
    assert rows is not None
    return rows


def the(source: str, at: int = 0) -> Document:
    return document(source, getattr(samples(), source)[at])


def a_document(source: str = "Invoice", **fields: Any) -> Document:
    return document(source, msgspec.convert({"Id": "1"} | fields, DocumentRow, strict=False))


def a_line(kind: str = "SalesItemLineDetail", amount: Any = 100, **detail: Any) -> dict[str, Any]:
    return {"Amount": amount, "DetailType": kind, kind: detail}


def test_an_invoice_in_another_currency_with_tax_inside() -> None:
    invoice = the("Invoice")

    assert msgspec.structs.replace(invoice, lines=()) == Document(
        source="Invoice",
        remote_id="130",
        updated_at=datetime(2026, 6, 2, 23, 21, 48, tzinfo=UTC),
        created_at=datetime(2026, 3, 2, 17, 15, tzinfo=UTC),
        kind=DocumentKind.INVOICE,
        status=OPEN,
        number="1037",
        reference="PO-77",
        contact_id="customer:24",
        date=date(2026, 3, 1),
        due_date=date(2026, 3, 31),
        currency="EUR",
        rate=Decimal("0.8642"),
        tax_treatment=TaxTreatment.INCLUSIVE,
        subtotal=Decimal("301.73"),
        tax=Decimal("60.34"),
        total=Decimal("362.07"),
        paid=Decimal("200.00"),
        due=Decimal("162.07"),
        memo="March order",
    )


def test_lines_with_tax_inside_are_gross_and_tell_their_net() -> None:
    fountain, pump, hose, thanks, discount = the("Invoice").lines

    assert fountain == Line(
        remote_id="1",
        description="Rock fountain",
        account_id="79",
        tax_rate="2",
        amount=Decimal("275.0"),
        net=Decimal("229.17"),
        tax=Decimal("45.83"),
        quantity=Decimal(1),
        unit_price=Decimal("229.1667"),
        product="5",
        tracking=(("class", "100"), ("location", "2")),
    )
    assert pump.tracking == (("class", "101"), ("location", "2"))
    assert hose.tracking[-1] == ("project", "project:58")
    assert (thanks.description, thanks.amount) == ("Thank you", 0)
    assert (discount.account_id, discount.amount) == ("86", Decimal("-20.0"))


def test_lines_come_to_the_subtotal() -> None:
    every = samples()
    for source in ("Invoice", "Bill", "CreditMemo", "VendorCredit", "Purchase", "Deposit"):
        for row in getattr(every, source):
            made = document(source, row)

            assert sum(line.net for line in made.lines) == made.subtotal, source


def test_a_bill_without_balance_is_paid() -> None:
    bill = the("Bill")
    lumber, pump = bill.lines

    assert (bill.kind, bill.status, bill.contact_id) == (DocumentKind.BILL, PAID, "vendor:46")
    assert (bill.subtotal, bill.tax, bill.paid, bill.due) == (100, 20, 120, 0)
    assert bill.tax_treatment is TaxTreatment.EXCLUSIVE
    assert (lumber.amount, lumber.net, lumber.tax) == (80, 80, 16)
    assert (lumber.account_id, lumber.contact_id) == ("64", "customer:26")
    assert (pump.product, pump.quantity, pump.tax) == ("11", 2, None)


@pytest.mark.parametrize(
    ("source", "at", "kind", "account"),
    [
        ("CreditMemo", 0, DocumentKind.INVOICE_CREDIT, None),
        ("VendorCredit", 0, DocumentKind.BILL_CREDIT, None),
        ("Purchase", 0, DocumentKind.MONEY_OUT, "42"),
        ("Purchase", 1, DocumentKind.MONEY_IN, "42"),
        ("Deposit", 0, DocumentKind.MONEY_IN, "35"),
        ("SalesReceipt", 0, DocumentKind.MONEY_IN, "4"),
        ("RefundReceipt", 0, DocumentKind.MONEY_OUT, "35"),
        ("Transfer", 0, DocumentKind.TRANSFER, "35"),
        ("JournalEntry", 0, DocumentKind.MANUAL_JOURNAL, None),
        ("PurchaseOrder", 0, DocumentKind.PURCHASE_ORDER, None),
        ("Estimate", 0, DocumentKind.ESTIMATE, None),
    ],
)
def test_kinds_and_the_account_that_money_moved_on(
    source: str, at: int, kind: DocumentKind, account: str | None
) -> None:
    made = the(source, at)

    assert (made.kind, made.bank_account) == (kind, account)
    assert made.is_reconciled is None
    assert made.rate == 1


def test_a_credit_tells_what_is_left_to_use() -> None:
    memo, credit = the("CreditMemo"), the("VendorCredit")

    assert (memo.status, memo.credited, memo.paid, memo.due) == (OPEN, 60, 0, 40)
    assert (credit.status, credit.credited, credit.due) == (PAID, 90, 0)


def test_a_purchase_is_from_whom_it_says() -> None:
    assert the("Purchase").contact_id == "vendor:56"
    assert the("Purchase", 1).contact_id == "employee:7"


def test_a_deposit_takes_receipts_to_the_bank_and_leaves_cash() -> None:
    deposit = the("Deposit")
    receipt, grant, cash = deposit.lines

    assert deposit.allocations == (
        Allocation(target_source="Payment", target_id="141", amount=Decimal("218.75")),
    )
    assert receipt.account_id is None
    assert (grant.account_id, grant.contact_id) == ("85", "customer:24")
    assert grant.tracking == (("class", "100"),)
    assert (cash.account_id, cash.amount, cash.description) == ("36", -50, "Petty cash")


def test_a_transfer_goes_from_one_account_to_another() -> None:
    transfer = the("Transfer")

    assert (transfer.bank_account, transfer.to_account) == ("35", "36")
    assert (transfer.total, transfer.subtotal, transfer.due) == (120, 120, 0)
    assert transfer.tax_treatment is TaxTreatment.NONE


def test_a_journal_is_signed_and_its_total_is_what_it_debits() -> None:
    journal = the("JournalEntry")
    debit, credit = journal.lines

    assert (debit.net, debit.tax, credit.net) == (50, 10, -50)
    assert (debit.contact_id, credit.contact_id) == ("vendor:31", "customer:58")
    assert debit.tracking == (("location", "3"),)
    assert journal.total == 50


@pytest.mark.parametrize(
    ("source", "field", "word", "status"),
    [
        ("Estimate", "TxnStatus", "Pending", DocumentStatus.SUBMITTED),
        ("Estimate", "TxnStatus", "Accepted", OPEN),
        ("Estimate", "TxnStatus", "Converted", OPEN),
        ("Estimate", "TxnStatus", "Rejected", VOID),
        ("Estimate", "TxnStatus", "On the moon", DocumentStatus.UNKNOWN),
        ("Estimate", "TxnStatus", None, OPEN),
        ("PurchaseOrder", "POStatus", "Open", OPEN),
        ("PurchaseOrder", "POStatus", "Closed", OPEN),
        ("PurchaseOrder", "POStatus", "Haunted", DocumentStatus.UNKNOWN),
    ],
)
def test_words_of_the_ledgers_are_kept_and_understood(
    source: str, field: str, word: str | None, status: DocumentStatus
) -> None:
    made = a_document(source, **{field: word}, TotalAmt=5)

    assert (made.remote_status, made.status) == (word or "", status)


def test_a_voided_invoice_is_void() -> None:
    assert the("Invoice", 1).status is VOID


@pytest.mark.parametrize(
    "fields",
    [
        {"PrivateNote": "Voided", "TotalAmt": 5, "Balance": 0},
        {"PrivateNote": "Not voided", "TotalAmt": 0},
        {"TotalAmt": 0},
        {"PrivateNote": "Voided", "TotalAmt": 0, "Line": [a_line(), a_line(amount=-100)]},
    ],
)
def test_neither_a_note_nor_noughts_alone_make_a_void(fields: dict[str, Any]) -> None:
    assert a_document(**fields).status is PAID


@pytest.mark.parametrize("source", ["Bill", "JournalEntry", "Purchase", "SalesReceipt"])
def test_any_transaction_can_be_void(source: str) -> None:
    lines = [a_line("JournalEntryLineDetail", 0, PostingType="Debit")]

    assert a_document(source, PrivateNote="Voided", TotalAmt=0, Line=lines).status is VOID


@pytest.mark.parametrize(
    ("word", "treatment", "amount"),
    [
        ("TaxInclusive", TaxTreatment.INCLUSIVE, 120),
        ("TaxExcluded", TaxTreatment.EXCLUSIVE, 100),
        ("NotApplicable", TaxTreatment.NONE, 100),
        ("Unheard of", TaxTreatment.EXCLUSIVE, 100),
        (None, TaxTreatment.EXCLUSIVE, 100),
    ],
)
def test_amounts_are_as_the_document_has_them(
    word: str | None, treatment: TaxTreatment, amount: int
) -> None:
    made = a_document(GlobalTaxCalculation=word, Line=[a_line(TaxInclusiveAmt=120)])

    (line,) = made.lines
    assert made.tax_treatment is treatment
    assert (line.amount, line.net, line.tax) == (amount, 100, 20)


@pytest.mark.parametrize(
    ("detail", "gross", "tax"),
    [
        ({"TaxInclusiveAmt": 0}, 100, None),  # some clients write a nought that means nothing
        ({"TaxAmount": 20}, 120, 20),
        ({}, 100, None),
    ],
)
def test_tax_is_taken_from_where_it_is_told(
    detail: dict[str, Any], gross: int, tax: int | None
) -> None:
    kind = "AccountBasedExpenseLineDetail"
    made = a_document("Bill", GlobalTaxCalculation="TaxInclusive", Line=[a_line(kind, **detail)])

    assert (made.lines[0].amount, made.lines[0].tax) == (gross, tax)


def test_a_line_of_a_new_type_still_counts() -> None:
    made = a_document(Line=[a_line("TeleportLineDetail", 7) | {"Description": "Beam"}])

    (line,) = made.lines
    assert (line.description, line.amount, line.account_id) == ("Beam", 7, None)


def test_a_document_that_tells_next_to_nothing_is_a_document() -> None:
    assert a_document("Bill") == Document(
        source="Bill", remote_id="1", kind=DocumentKind.BILL, status=PAID, rate=Decimal(1)
    )


def test_numbers_in_quotes_are_numbers_and_no_cent_is_lost() -> None:
    row = '{"Id":"1","TotalAmt":"0.1","Balance":0.3,"Line":[{"Amount":9007199254740993.01}]}'
    rows = an_answer(body='{"Invoice":[' + row + "]}").decoded_as(EntityRows)

    assert rows is not None
    assert rows.Invoice is not None
    made = document("Invoice", rows.Invoice[0])
    assert (made.total, made.due) == (Decimal("0.1"), Decimal("0.3"))
    assert made.lines[0].amount == Decimal("9007199254740993.01")
