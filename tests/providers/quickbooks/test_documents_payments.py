"""QuickBooks' payments say what they settle."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from providers.books import Allocation, DocumentStatus, Payment, PaymentKind
from providers.quickbooks.book_shapes import EntityRows, PaymentRow
from providers.quickbooks.documents import payment
from tests.providers.vendors import an_answer, sample


def the(source: str, at: int = 0) -> Payment:
    rows = an_answer(body=sample("quickbooks/transactions.json")).decoded_as(EntityRows)
    return payment(source, getattr(rows, source)[at])


def test_a_receipt_settles_an_invoice_with_money_and_a_credit() -> None:
    day = date(2026, 3, 9)

    assert the("Payment") == Payment(
        source="Payment",
        remote_id="210",
        updated_at=datetime(2026, 3, 10, 16, tzinfo=UTC),
        created_at=datetime(2026, 3, 9, 9, tzinfo=UTC),
        kind=PaymentKind.RECEIPT,
        status=DocumentStatus.OPEN,
        date=day,
        amount=Decimal("150.00"),
        currency="EUR",
        rate=Decimal("0.8711"),
        reference="BACS 9",
        contact_id="customer:24",
        bank_account="4",
        batch_id="148",
        allocations=(
            Allocation(target_source="Invoice", target_id="130", amount=Decimal(200), date=day),
            Allocation(target_source="CreditMemo", target_id="73", amount=Decimal(50), date=day),
        ),
    )


@pytest.mark.parametrize(("at", "account"), [(0, "35"), (1, "42")])
def test_bills_are_paid_from_a_bank_or_a_card(at: int, account: str) -> None:
    paid = the("BillPayment", at)

    assert (paid.kind, paid.bank_account) == (PaymentKind.PAYMENT, account)
    assert paid.contact_id == "vendor:46"


def test_a_link_names_the_entity_and_not_its_sort() -> None:
    (allocation,) = the("BillPayment", 1).allocations

    assert (allocation.target_source, allocation.target_id) == ("Purchase", "300")


def test_a_voided_payment_is_void() -> None:
    assert the("Payment", 1).status is DocumentStatus.VOID


@pytest.mark.parametrize("lines", [None, [], [{"Amount": 5}], [{"LinkedTxn": [{"TxnId": "3"}]}]])
def test_money_for_nothing_named_settles_nothing(lines: Any) -> None:
    row = msgspec.convert({"Id": "1", "TotalAmt": 5, "Line": lines}, PaymentRow, strict=False)

    made = payment("Payment", row)

    assert made.allocations == ()
    assert made.rate == 1
