"""Each refusal a draft can meet in Xero, provoked at the stand-in: its code, its field."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from providers.books import DocumentKind
from providers.drafts import Draft, PublishAs, Published, Refused, Tracked
from tests.providers.xero.publisher import Publisher, with_line

AT = datetime(2026, 6, 1, tzinfo=UTC)
NOBODY = str(UUID(int=7))
Case = Callable[[Publisher], Draft]


def archived_account(acme: Publisher) -> Draft:
    acme.books.archive("Accounts", acme.account("461"), at=AT)
    return acme.draft()


def wrong_account(acme: Publisher) -> Draft:
    return with_line(acme.draft(), account=acme.bank())


def no_account(acme: Publisher) -> Draft:
    return with_line(acme.draft(), account=None)


def wrong_tax(acme: Publisher) -> Draft:
    return with_line(acme.draft(), tax_rate="OUTPUT2")


def archived_tax(acme: Publisher) -> Draft:
    acme.books.archive("TaxRates", "RRINPUT", at=AT)
    return with_line(acme.draft(), tax_rate="RRINPUT")


def tax_beyond_the_line(acme: Publisher) -> Draft:
    return with_line(acme.draft(), tax_amount=Decimal("100.01"))


def archived_contact(acme: Publisher) -> Draft:
    acme.books.archive("Contacts", acme.contact().id, at=AT)
    return acme.draft()


def unknown_contact(acme: Publisher) -> Draft:
    return acme.draft(contact=NOBODY)


def locked(acme: Publisher) -> Draft:
    acme.books.profile.fields["EndOfYearLockDate"] = date(2026, 5, 31)
    return acme.draft()


def locked_at_the_bank(acme: Publisher) -> Draft:
    acme.books.profile.fields["PeriodLockDate"] = date(2026, 5, 31)
    return acme.draft(at_bank=True)


def unknown_bank(acme: Publisher) -> Draft:
    return acme.draft(at_bank=True, bank_account=NOBODY)


def no_bank(acme: Publisher) -> Draft:
    return replace(acme.draft(at_bank=True), bank_account=None)


def unknown_currency(acme: Publisher) -> Draft:
    return acme.draft(currency="CHF")


def other_currency_than_the_banks(acme: Publisher) -> Draft:
    return acme.draft(at_bank=True, currency="EUR")


def archived_option(acme: Publisher) -> Draft:
    option = acme.books.rows("TrackingOptions")[0]
    acme.books.archive("TrackingOptions", option.id, at=AT)
    category = option.fields["TrackingCategoryID"]
    return with_line(acme.draft(), tracking=(Tracked(category=category, option=option.id),))


def another_softwares_contact(acme: Publisher) -> Draft:
    return acme.draft(contact="47")


def another_softwares_account(acme: Publisher) -> Draft:
    return with_line(acme.draft(), account="91")


def taken_number(acme: Publisher) -> Draft:
    taken = next(
        row.fields["InvoiceNumber"]
        for row in acme.books.rows("Invoices")
        if row.fields["Type"] == "ACCREC" and row.fields["Status"] == "AUTHORISED"
    )
    return acme.draft(DocumentKind.INVOICE, number=taken)


def over_the_plan(acme: Publisher) -> Draft:
    acme.books.change("Organisation", acme.books.key, {"Class": "SIMPLE"}, at=AT)
    return acme.draft(DocumentKind.INVOICE)


CASES: list[tuple[Case, str, str | None]] = [
    (archived_account, "XERO_ACCOUNT_ARCHIVED", "account"),
    (wrong_account, "XERO_ACCOUNT_INVALID", "account"),
    (no_account, "XERO_ACCOUNT_INVALID", "account"),
    (wrong_tax, "XERO_TAX_ACCOUNT", "tax_rate"),
    (archived_tax, "XERO_TAX_ACCOUNT", "tax_rate"),
    (tax_beyond_the_line, "XERO_TAX_GT_LINE", "tax"),
    (archived_contact, "XERO_CONTACT_GONE", "contact"),
    (unknown_contact, "XERO_CONTACT_GONE", "contact"),
    (locked, "XERO_LOCK_DATE", "day"),
    (locked_at_the_bank, "XERO_LOCK_DATE", "day"),
    (unknown_bank, "XERO_BANK_UNKNOWN", "bank_account"),
    (no_bank, "XERO_BANK_REQUIRED", "bank_account"),
    (unknown_currency, "XERO_CURRENCY", "currency"),
    (other_currency_than_the_banks, "XERO_CURRENCY", "currency"),
    (archived_option, "XERO_TRACKING", "tracking_1"),
    (another_softwares_contact, "XERO_GUID", "contact"),
    (another_softwares_account, "XERO_GUID", "account"),
    (taken_number, "XERO_NUMBER_UNIQUE", "number"),
    (over_the_plan, "XERO_BILL_LIMIT", "publish_as"),
]


@pytest.mark.parametrize(("case", "code", "field"), CASES, ids=[each[0].__name__ for each in CASES])
async def test_a_refusal_says_what_is_wrong_and_makes_nothing(
    acme: Publisher, case: Case, code: str, field: str | None
) -> None:
    draft = case(acme)
    before = acme.count()
    (outcome,) = await acme.publish(draft)

    assert isinstance(outcome, Refused)
    assert [(each.code, each.field) for each in outcome.problems] == [(code, field)]
    assert all(each.text for each in outcome.problems)
    assert acme.count() == before


async def test_everything_that_is_wrong_is_told_at_once(acme: Publisher) -> None:
    draft = with_line(acme.draft(contact=NOBODY, currency="CHF"), tax_rate="OUTPUT2")
    (outcome,) = await acme.publish(draft)

    assert isinstance(outcome, Refused)
    assert {each.code for each in outcome.problems} == {
        "XERO_CONTACT_GONE", "XERO_CURRENCY", "XERO_TAX_ACCOUNT",
    }  # fmt: skip


@pytest.mark.parametrize("publish_as", [PublishAs.DRAFT, PublishAs.SUBMITTED])
async def test_behind_a_lock_date_a_draft_still_goes(
    acme: Publisher, publish_as: PublishAs
) -> None:
    draft = replace(locked(acme), publish_as=publish_as)

    assert isinstance((await acme.publish(draft))[0], Published)
