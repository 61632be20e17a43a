"""Documents of ours at the stand-in Xero: paid once, changed while drafts, taken back."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.keeping.settling import Paid, pay
from providers.books import DocumentKind, DocumentStatus
from providers.drafts import Draft, PublishAs, Published
from providers.errors import OutcomeUnknown, Rejected
from tests.providers.xero.publisher import Publisher, with_line

AT = datetime(2026, 6, 1, tzinfo=UTC)
PAYABLE = [
    DocumentKind.BILL,
    DocumentKind.INVOICE,
    DocumentKind.BILL_CREDIT,
    DocumentKind.INVOICE_CREDIT,
]


def to_be_paid(acme: Publisher, kind: DocumentKind = DocumentKind.BILL) -> Draft:
    return acme.draft(
        kind, publish_as=PublishAs.PAID, bank_account=acme.bank(), paid_on=date(2026, 5, 25)
    )


def payments(acme: Publisher, document: Published) -> list[dict[str, object]]:
    return [
        row.fields
        for row in acme.books.rows("Payments")
        if row.fields["Invoice"]["InvoiceID"] == document.remote_id
    ]


def pay_by_hand(acme: Publisher, document: Published, amount: str) -> None:
    paid = Paid(account=acme.bank(), on=date(2026, 5, 26), amount=Decimal(amount))
    pay(Drafting(acme.books), (document.source, acme.row(document)), paid, at=AT)


async def refused(call: Awaitable[object]) -> list[str]:
    with pytest.raises(Rejected) as caught:
        await call
    return [each.code for each in caught.value.problems]


# Paying


@pytest.mark.parametrize("kind", PAYABLE)
async def test_it_is_paid_in_full_from_the_bank(acme: Publisher, kind: DocumentKind) -> None:
    draft = to_be_paid(acme, kind)
    document = await acme.published(draft)
    after = await acme.settle(document, draft)

    assert (after.status, after.is_paid, after.is_settled) == (DocumentStatus.PAID, True, True)
    (payment,) = payments(acme, document)
    assert payment["Amount"] == Decimal("120.00")
    assert payment["Account"]["AccountID"] == acme.bank()  # type: ignore[index]
    assert payment["Reference"] == draft.number


async def test_it_is_paid_once(acme: Publisher) -> None:
    draft = to_be_paid(acme)
    document = await acme.published(draft)
    await acme.settle(document, draft, key="pay-1")
    after = await acme.settle(document, draft, key="pay-2")

    assert after.is_paid
    assert len(payments(acme, document)) == 1


async def test_a_payment_whose_answer_was_lost_is_seen(acme: Publisher) -> None:
    draft = to_be_paid(acme)
    document = await acme.published(draft)
    name = acme.practice.tenant.name
    acme.practice.ledgers.set_fault(f"xero:{name}/Payments", "timeout_after", seconds=0.01)
    after = await acme.settle(document, draft)

    assert after.is_paid
    assert len(payments(acme, document)) == 1


async def test_a_payment_nothing_is_to_be_seen_of_is_not_known(acme: Publisher) -> None:
    draft = to_be_paid(acme)
    document = await acme.published(draft)
    name = acme.practice.tenant.name
    acme.practice.ledgers.set_fault(f"xero:{name}/Payments", "server_error")

    with pytest.raises(OutcomeUnknown):
        await acme.settle(document, draft)

    assert payments(acme, document) == []


async def test_a_payment_that_cannot_be_looked_for_is_not_known(acme: Publisher) -> None:
    draft = to_be_paid(acme)
    document = await acme.published(draft)
    name = acme.practice.tenant.name
    acme.practice.ledgers.set_fault(f"xero:{name}/Payments", "timeout_after", seconds=0.01)
    acme.recording.fail_gets_after_put = True

    with pytest.raises(OutcomeUnknown):
        await acme.settle(document, draft)

    assert len(payments(acme, document)) == 1


async def test_what_somebody_has_paid_some_of_is_not_paid_over(acme: Publisher) -> None:
    draft = to_be_paid(acme)
    document = await acme.published(draft)
    pay_by_hand(acme, document, "20")

    assert await refused(acme.settle(document, draft)) == ["XERO_HAS_PAYMENT"]


async def test_money_at_the_bank_is_paid_as_it_is(acme: Publisher) -> None:
    draft = acme.draft(at_bank=True)
    document = await acme.published(draft)
    before = len(acme.sent())
    after = await acme.settle(document, draft)

    assert after.is_paid
    assert len(acme.sent()) == before


async def test_a_draft_is_not_paid(acme: Publisher) -> None:
    draft = to_be_paid(acme)
    document = await acme.published(replace(draft, publish_as=PublishAs.DRAFT))

    assert await refused(acme.settle(document, draft)) == ["XERO_NOT_MODIFIABLE"]


async def test_a_payment_from_what_is_no_bank_account_is_refused(acme: Publisher) -> None:
    draft = replace(to_be_paid(acme), bank_account=acme.account("461"))
    document = await acme.published(draft)

    assert await refused(acme.settle(document, draft)) == ["XERO_BANK_UNKNOWN"]


async def test_a_payment_without_a_bank_account_is_refused(acme: Publisher) -> None:
    draft = replace(to_be_paid(acme), bank_account=None)
    document = await acme.published(draft)

    assert await refused(acme.settle(document, draft)) == ["XERO_BANK_REQUIRED"]


# Looking


async def test_it_is_looked_up_as_it_is_now(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    pay_by_hand(acme, document, "120")
    now = await acme.look_up(document)

    assert now is not None
    assert (now.status, now.is_settled) == (DocumentStatus.PAID, True)


async def test_what_was_deleted_or_never_there_is_gone(acme: Publisher) -> None:
    document = await acme.published(acme.draft(publish_as=PublishAs.DRAFT))
    await acme.withdraw(document)

    assert await acme.look_up(document) is None
    assert await acme.look_up(replace(document, remote_id="never")) is None


# Changing


async def test_a_draft_becomes_what_the_new_draft_says(acme: Publisher) -> None:
    draft = acme.draft(publish_as=PublishAs.DRAFT)
    document = await acme.published(draft)
    changed = with_line(draft, amount=Decimal("50.00"), tax_amount=Decimal("10.00"))
    after = await acme.revise(
        document, replace(changed, total=Decimal("60.00"), publish_as=PublishAs.OPEN)
    )

    assert (after.remote_id, after.total) == (document.remote_id, Decimal("60.00"))
    assert after.status is DocumentStatus.OPEN
    assert after.remarks == ()
    assert len(acme.row(after).fields["LineItems"]) == 1


async def test_a_suppliers_credit_changes_without_gathering_lines(acme: Publisher) -> None:
    draft = acme.draft(DocumentKind.BILL_CREDIT, publish_as=PublishAs.DRAFT)
    document = await acme.published(draft)
    await acme.revise(document, draft)

    assert len(acme.row(document).fields["LineItems"]) == 2
    (found,) = await acme.find(draft)
    assert found is not None


async def test_what_is_approved_is_not_changed(acme: Publisher) -> None:
    document = await acme.published(acme.draft())

    assert await refused(acme.revise(document, acme.draft())) == ["XERO_NOT_DRAFT"]


async def test_money_at_the_bank_is_not_changed(acme: Publisher) -> None:
    draft = acme.draft(at_bank=True)
    document = await acme.published(draft)

    assert await refused(acme.revise(document, draft)) == ["XERO_SPEND_IMMUTABLE"]


async def test_what_was_taken_back_is_not_changed(acme: Publisher) -> None:
    draft = acme.draft(publish_as=PublishAs.DRAFT)
    deleted = await acme.published(draft)
    await acme.withdraw(deleted)
    voided = await acme.published(replace(draft, publish_as=PublishAs.OPEN), key="key-2")
    await acme.withdraw(voided)

    assert await refused(acme.revise(deleted, draft)) == ["XERO_ID_MISSING"]
    assert await refused(acme.revise(voided, draft)) == ["XERO_VOIDED"]


async def test_a_bill_does_not_become_a_credit(acme: Publisher) -> None:
    document = await acme.published(acme.draft(publish_as=PublishAs.DRAFT))
    credit = acme.draft(DocumentKind.BILL_CREDIT)

    assert await refused(acme.revise(document, credit)) == ["XERO_NOT_MODIFIABLE"]


async def test_xeros_refusal_of_a_change_is_in_the_catalogue(acme: Publisher) -> None:
    draft = acme.draft(publish_as=PublishAs.DRAFT)
    document = await acme.published(draft)

    assert await refused(acme.revise(document, with_line(draft, tax_rate="OUTPUT2"))) == [
        "XERO_TAX_ACCOUNT"
    ]


# Taking back


@pytest.mark.parametrize(
    ("publish_as", "status"),
    [(PublishAs.DRAFT, "DELETED"), (PublishAs.SUBMITTED, "DELETED"), (PublishAs.OPEN, "VOIDED")],
)
@pytest.mark.parametrize("kind", PAYABLE)
async def test_it_is_taken_back(
    acme: Publisher, kind: DocumentKind, publish_as: PublishAs, status: str
) -> None:
    document = await acme.published(acme.draft(kind, publish_as=publish_as))
    await acme.withdraw(document)
    await acme.withdraw(document)

    assert acme.row(document).fields["Status"] == status


@pytest.mark.parametrize("at_bank", [False, True])
async def test_a_lost_answer_to_taking_back_is_made_up_for(acme: Publisher, at_bank: bool) -> None:
    document = await acme.published(acme.draft(at_bank=at_bank))
    acme.recording.lose_posts = 1
    await acme.withdraw(document)

    assert acme.row(document).fields["Status"] == ("DELETED" if at_bank else "VOIDED")


async def test_a_lost_answer_to_a_change_is_made_up_for(acme: Publisher) -> None:
    draft = acme.draft(publish_as=PublishAs.DRAFT)
    document = await acme.published(draft)
    acme.recording.lose_posts = 1
    after = await acme.revise(document, replace(draft, publish_as=PublishAs.OPEN))

    assert after.status is DocumentStatus.OPEN


async def test_money_at_the_bank_is_deleted(acme: Publisher) -> None:
    document = await acme.published(acme.draft(at_bank=True))
    await acme.withdraw(document)

    assert acme.row(document).fields["Status"] == "DELETED"


async def test_what_is_paid_is_not_taken_back(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    pay_by_hand(acme, document, "20")

    assert await refused(acme.withdraw(document)) == ["XERO_HAS_PAYMENT"]


async def test_what_is_reconciled_is_not_taken_back(acme: Publisher) -> None:
    document = await acme.published(acme.draft(at_bank=True))
    acme.books.change(document.source, document.remote_id, {"IsReconciled": True}, at=AT)

    assert await refused(acme.withdraw(document)) == ["XERO_HAS_PAYMENT"]


async def test_what_lies_behind_a_lock_date_is_not_taken_back(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    acme.books.profile.fields["PeriodLockDate"] = date(2026, 5, 31)

    assert await refused(acme.withdraw(document)) == ["XERO_LOCK_DATE"]
