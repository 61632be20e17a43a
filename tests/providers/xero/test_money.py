"""Xero's money becomes ours."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from providers.books import Allocation, Document, DocumentKind, DocumentStatus, Payment, PaymentKind
from tests.providers.xero.bodies import an_id, mentioned_by, one, read

BANK = "ebd06280-af70-4bed-97c6-7451a454ad85"
PAYPAL = "7d05a53d-613d-4eb2-a2fc-dcb6adb80b80"
PAPER = "bd2270c3-8706-4c11-9cfb-000b551c3f51"
ELEVENTH = date(2026, 5, 11)
LATELY = datetime(2026, 5, 11, 11, 46, 40, tzinfo=UTC)


def test_money_spent_tells_its_bank_account_and_whether_it_is_reconciled() -> None:
    spent, received = read("BankTransactions", "bank_transactions").records[:2]

    assert isinstance(spent, Document)
    assert isinstance(received, Document)
    assert (spent.kind, spent.status) == (DocumentKind.MONEY_OUT, DocumentStatus.OPEN)
    assert (spent.bank_account, spent.is_reconciled) == (BANK, False)
    assert (spent.reference, spent.url) == ("CARD 1234", "https://dext.example/301")
    assert spent.lines[0].net == Decimal(10)
    assert (received.kind, received.status) == (DocumentKind.MONEY_IN, DocumentStatus.DELETED)
    assert received.is_reconciled is True


def test_the_banks_side_of_a_transfer_tells_whether_money_left_or_came() -> None:
    left, came = read("BankTransactions", "bank_transactions").records[2:4]

    assert isinstance(left, Document)
    assert isinstance(came, Document)
    assert (left.bank_account, left.to_account) == (BANK, None)
    assert (came.bank_account, came.to_account) == (None, PAYPAL)


@pytest.mark.parametrize(
    ("word", "mentions"),
    [
        ("SPEND", set()),
        ("SPEND-TRANSFER", {"BankTransfers"}),
        ("RECEIVE-TRANSFER", {"BankTransfers"}),
        ("RECEIVE-OVERPAYMENT", {"Overpayments"}),
        ("SPEND-PREPAYMENT", {"Prepayments"}),
    ],
)
def test_a_bank_transaction_mentions_what_it_is_a_side_of(word: str, mentions: set[str]) -> None:
    assert mentioned_by("BankTransactions", BankTransactionID="1", Type=word) == mentions


def test_a_transfer_goes_from_one_account_to_another() -> None:
    transfer, deleted = read("BankTransfers", "bank_transfers").records

    assert isinstance(transfer, Document)
    assert isinstance(deleted, Document)
    assert (transfer.kind, transfer.total) == (DocumentKind.TRANSFER, Decimal(250))
    assert (transfer.bank_account, transfer.to_account) == (BANK, PAYPAL)
    assert (transfer.currency, transfer.is_reconciled) == ("GBP", False)
    assert (transfer.updated_at, transfer.created_at) == (
        None,
        datetime(2026, 5, 1, 1, 46, 40, tzinfo=UTC),
    )
    assert (deleted.status, deleted.is_reconciled) == (DocumentStatus.DELETED, None)


def test_a_payment_settles_a_bill() -> None:
    payment = read("Payments", "payments").records[0]

    assert payment == Payment(
        source="Payments",
        remote_id=an_id(401),
        updated_at=LATELY.replace(second=40),
        kind=PaymentKind.PAYMENT,
        status=DocumentStatus.OPEN,
        remote_status="AUTHORISED",
        date=ELEVENTH,
        amount=Decimal(30),
        currency="GBP",
        rate=Decimal(1),
        reference="BACS",
        contact_id=PAPER,
        bank_account=BANK,
        is_reconciled=True,
        batch_id=an_id(501),
        allocations=(
            Allocation(
                target_source="Invoices",
                target_id=an_id(101),
                amount=Decimal(30),
                date=ELEVENTH,
            ),
        ),
    )


def test_a_deleted_payment_is_still_told_of() -> None:
    payment = read("Payments", "payments").records[1]

    assert isinstance(payment, Payment)
    assert (payment.status, payment.kind) == (DocumentStatus.DELETED, PaymentKind.RECEIPT)
    assert (payment.currency, payment.rate) == ("USD", Decimal("0.8"))


def test_refunds_settle_credits_over_and_prepayments() -> None:
    refunds = read("Payments", "payments").records[2:]

    told = [
        (each.kind, each.allocations[0].target_source, each.allocations[0].target_id)
        for each in refunds
        if isinstance(each, Payment)
    ]

    assert told == [
        (PaymentKind.REFUND_IN, "CreditNotes", an_id(201)),
        (PaymentKind.REFUND_OUT, "Overpayments", an_id(601)),
        (PaymentKind.REFUND_IN, "Prepayments", an_id(701)),
    ]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("ACCRECPAYMENT", PaymentKind.RECEIPT),
        ("ACCPAYPAYMENT", PaymentKind.PAYMENT),
        ("ARCREDITPAYMENT", PaymentKind.REFUND_OUT),
        ("ARPREPAYMENTPAYMENT", PaymentKind.REFUND_OUT),
        ("APCREDITPAYMENT", PaymentKind.REFUND_IN),
        ("APOVERPAYMENTPAYMENT", PaymentKind.REFUND_IN),
        ("BARTER", PaymentKind.OTHER),
        (None, PaymentKind.OTHER),
    ],
)
def test_a_payment_says_whose_money_moved_and_which_way(
    word: str | None, kind: PaymentKind
) -> None:
    payment = one("Payments", PaymentID="1", PaymentType=word)

    assert isinstance(payment, Payment)
    assert (payment.kind, payment.allocations) == (kind, ())


@pytest.mark.parametrize(
    ("fields", "mentions"),
    [
        ({"Invoice": {"InvoiceID": "1"}}, set()),
        ({"BatchPaymentID": "5"}, {"BatchPayments"}),
        ({"BatchPayment": {"BatchPaymentID": "5"}}, {"BatchPayments"}),
        ({"Overpayment": {"OverpaymentID": "6"}}, {"Overpayments"}),
        ({"Prepayment": {"PrepaymentID": "7"}}, {"Prepayments"}),
    ],
)
def test_a_payment_mentions_what_it_belongs_to(fields: dict[str, Any], mentions: set[str]) -> None:
    assert mentioned_by("Payments", PaymentID="1", **fields) == mentions


def test_a_batch_is_made_of_payments() -> None:
    (batch,) = read("BatchPayments", "batch_payments").records

    assert isinstance(batch, Payment)
    assert (batch.kind, batch.amount, batch.bank_account) == (
        PaymentKind.PAYMENT,
        Decimal(30),
        BANK,
    )
    assert [(each.target_source, each.target_id) for each in batch.allocations] == [
        ("Payments", an_id(401))
    ]


def test_an_overpayment_tells_what_became_of_it() -> None:
    (over,) = read("Overpayments", "overpayments").records

    assert isinstance(over, Document)
    assert (over.kind, over.status) == (DocumentKind.OVERPAYMENT_IN, DocumentStatus.OPEN)
    assert (over.credited, over.paid, over.due) == (Decimal(12), Decimal(10), Decimal(8))


def test_a_prepayment_has_a_number() -> None:
    (pre,) = read("Prepayments", "prepayments").records

    assert isinstance(pre, Document)
    assert (pre.kind, pre.status, pre.number) == (
        DocumentKind.PREPAYMENT_OUT,
        DocumentStatus.PAID,
        "PRE-1",
    )
    assert (pre.credited, pre.paid, pre.due) == (Decimal(100), Decimal(20), Decimal(0))
