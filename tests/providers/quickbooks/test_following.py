"""What follows a document in the stand-in QuickBooks: payment, a look, a change, its end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from providers.books import DocumentStatus
from providers.drafts import Draft, Published
from providers.errors import OutcomeUnknown, Rejected
from tests.providers.quickbooks.publishing import KINDS, Publisher, a_publisher


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


async def settled(bakery: Publisher, made: Published, draft: Draft, key: str = "pay") -> Published:
    async with bakery.practice.open() as ledger:
        return await ledger.settle(made, draft, key=key)


async def looked_up(bakery: Publisher, made: Published) -> Published | None:
    async with bakery.practice.open() as ledger:
        return await ledger.look_up(made)


async def revised(bakery: Publisher, made: Published, draft: Draft) -> Published:
    async with bakery.practice.open() as ledger:
        return await ledger.revise(made, draft, key="revise")


async def withdrawn(bakery: Publisher, made: Published) -> None:
    async with bakery.practice.open() as ledger:
        await ledger.withdraw(made, key="withdraw")


def payments(bakery: Publisher, made: Published) -> list[dict[str, Any]]:
    """The payments that settle it."""
    kind = {"Bill": "BillPayment", "Invoice": "Payment"}[made.source]
    return [
        dict(row.fields)
        for row in bakery.books.rows(kind)
        for line in row.fields["Line"]
        if {"TxnId": made.remote_id, "TxnType": made.source} in line["LinkedTxn"]
    ]


# Payment


@pytest.mark.parametrize(
    ("account", "how", "detail", "ref"),
    [
        ("Cash at bank", "Check", "CheckPayment", "BankAccountRef"),
        ("Company card", "CreditCard", "CreditCardPayment", "CCAccountRef"),
    ],
)
async def test_a_bill_is_paid_from_the_account_of_the_draft(
    bakery: Publisher, account: str, how: str, detail: str, ref: str
) -> None:
    paid_on = date(2026, 11, 9)
    own = bakery.id_of("Account", account)
    draft = bakery.draft(bank_account=own, paid_on=paid_on)
    made = await bakery.published(draft)
    after = await settled(bakery, made, draft)

    (payment,) = payments(bakery, made)
    assert (after.status, after.is_paid, after.is_settled) == (DocumentStatus.PAID, True, True)
    assert (payment["TotalAmt"], payment["TxnDate"]) == (120, "2026-11-09")
    assert (payment["PayType"], payment[detail][ref]["value"]) == (how, own)
    assert await looked_up(bakery, made) == after


async def test_an_invoice_is_paid_into_the_account_of_the_draft(bakery: Publisher) -> None:
    own = bakery.id_of("Account", "Savings")
    draft = bakery.draft("invoice", bank_account=own)
    made = await bakery.published(draft)
    after = await settled(bakery, made, draft)

    (payment,) = payments(bakery, made)
    assert (after.is_paid, payment["DepositToAccountRef"]["value"]) == (True, own)


async def test_what_is_paid_is_not_paid_again(bakery: Publisher) -> None:
    draft = bakery.draft(bank_account=bakery.id_of("Account", "Cash at bank"))
    made = await bakery.published(draft)
    first = await settled(bakery, made, draft)
    second = await settled(bakery, made, draft, key="another")

    assert first == second
    assert len(payments(bakery, made)) == 1


@pytest.mark.parametrize("what", ["cash", "card", "receipt"])
async def test_what_was_paid_at_once_needs_no_payment(bakery: Publisher, what: str) -> None:
    draft = bakery.draft(what)
    made = await bakery.published(draft)

    assert await settled(bakery, made, draft) == made


async def test_a_lost_payment_is_seen_at_the_next_look(bakery: Publisher) -> None:
    draft = bakery.draft(bank_account=bakery.id_of("Account", "Cash at bank"))
    made = await bakery.published(draft)
    bakery.break_writing("timeout_after", resource="billpayment", seconds=0.01)

    with pytest.raises(OutcomeUnknown):
        await settled(bakery, made, draft)
    assert (await settled(bakery, made, draft)).is_paid
    assert len(payments(bakery, made)) == 1


async def test_payments_cost_none_of_the_scarce_batches(bakery: Publisher) -> None:
    own = bakery.id_of("Account", "Cash at bank")
    drafts = [bakery.draft(number=number, bank_account=own) for number in range(3)]
    outcomes = await bakery.publish(*drafts)
    before = (bakery.practice.calls("/batch"), bakery.practice.calls("/query"))
    async with bakery.practice.open() as ledger:
        for draft, made in zip(drafts, outcomes, strict=True):
            assert isinstance(made, Published)
            await ledger.settle(made, draft, key=draft.reference)

    assert bakery.practice.calls("/batch") == before[0]
    assert bakery.practice.calls("/query") == before[1] + 1  # which account it is


async def test_what_is_paid_in_part_is_left_to_a_person(bakery: Publisher) -> None:
    draft = bakery.draft(bank_account=bakery.id_of("Account", "Cash at bank"))
    made = await bakery.published(draft)
    row = bakery.books.find("Bill", made.remote_id)
    bakery.books.amend("Bill", row, {"Balance": Decimal(20)})

    with pytest.raises(Rejected) as caught:
        await settled(bakery, made, draft)
    assert caught.value.problems[0].code == "QBO_HAS_PAYMENT"
    assert payments(bakery, made) == []


async def test_a_payment_in_closed_books_is_refused_by_the_catalogue(bakery: Publisher) -> None:
    own = bakery.id_of("Account", "Cash at bank")
    draft = bakery.draft(bank_account=own, paid_on=date(2026, 1, 5))
    made = await bakery.published(draft)

    with pytest.raises(Rejected) as caught:
        await settled(bakery, made, draft)
    assert caught.value.problems[0].code == "QBO_CLOSED"


# A look


@pytest.mark.parametrize("what", sorted(KINDS))
async def test_a_document_is_as_it_was_published(bakery: Publisher, what: str) -> None:
    made = await bakery.published(bakery.draft(what))

    assert await looked_up(bakery, made) == made


async def test_what_somebody_deleted_is_gone(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())
    bakery.books.remove("Bill", made.remote_id, at=bakery.practice.clock())

    assert await looked_up(bakery, made) is None


# A change


@pytest.mark.parametrize("what", sorted(KINDS))
async def test_a_document_becomes_what_the_draft_says(bakery: Publisher, what: str) -> None:
    draft = bakery.draft(what)
    made = await bakery.published(draft)
    line = replace(draft.lines[0], amount=Decimal(200), description="June")
    changed = replace(draft, lines=(line,), total=Decimal(240), number="OTHER")
    after = await revised(bakery, made, changed)

    assert (after.remote_id, after.total, after.number) == (made.remote_id, 240, "OTHER")
    assert len(bakery.mentioning(draft.reference)) == 1


async def test_what_is_paid_is_not_changed(bakery: Publisher) -> None:
    draft = bakery.draft(bank_account=bakery.id_of("Account", "Cash at bank"))
    made = await bakery.published(draft)
    await settled(bakery, made, draft)

    with pytest.raises(Rejected) as caught:
        await revised(bakery, made, replace(draft, number="OTHER"))
    assert caught.value.problems[0].code == "QBO_HAS_PAYMENT"


async def test_a_bill_does_not_become_an_expense(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())

    with pytest.raises(Rejected):
        await revised(bakery, made, bakery.draft("cash"))


# Its end


@pytest.mark.parametrize("what", sorted(KINDS))
async def test_a_document_is_taken_back_and_that_once(bakery: Publisher, what: str) -> None:
    made = await bakery.published(bakery.draft(what))
    for _ in range(2):
        await withdrawn(bakery, made)

    left = await looked_up(bakery, made)
    assert (left.status if left else None) == (
        DocumentStatus.VOID if what in {"invoice", "receipt"} else None
    )


async def test_what_is_paid_is_not_taken_back(bakery: Publisher) -> None:
    draft = bakery.draft(bank_account=bakery.id_of("Account", "Cash at bank"))
    made = await bakery.published(draft)
    await settled(bakery, made, draft)

    with pytest.raises(Rejected) as caught:
        await withdrawn(bakery, made)
    assert caught.value.problems[0].code == "QBO_HAS_PAYMENT"
    assert len(payments(bakery, made)) == 1


async def test_closed_books_keep_what_is_in_them(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())
    preferences = bakery.books.rows("Preferences")[0]
    info = {**preferences.fields["AccountingInfoPrefs"], "BookCloseDate": "2026-11-30"}
    bakery.books.amend("Preferences", preferences, {"AccountingInfoPrefs": info})

    with pytest.raises(Rejected) as caught:
        await withdrawn(bakery, made)
    assert caught.value.problems[0].code == "QBO_CLOSED"
