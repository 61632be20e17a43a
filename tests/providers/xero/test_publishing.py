"""Drafts become documents at the stand-in Xero: each once, and each answer with its own draft."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from providers.books import DocumentKind, DocumentStatus
from providers.drafts import (
    Destination,
    DraftLine,
    NotSent,
    PublishAs,
    Published,
    Refused,
    Tracked,
    Unheard,
)
from providers.errors import AuthorizationLost, RateLimited
from tests.providers.practice import Practice
from tests.providers.xero.publisher import Publisher, with_line

KINDS = [
    (DocumentKind.BILL, False, "Invoices", "ACCPAY"),
    (DocumentKind.INVOICE, False, "Invoices", "ACCREC"),
    (DocumentKind.BILL_CREDIT, False, "CreditNotes", "ACCPAYCREDIT"),
    (DocumentKind.INVOICE_CREDIT, False, "CreditNotes", "ACCRECCREDIT"),
    (DocumentKind.BILL, True, "BankTransactions", "SPEND"),
    (DocumentKind.INVOICE, True, "BankTransactions", "RECEIVE"),
]
LOST = ["timeout_after", "malformed_body"]


@pytest.mark.parametrize(("kind", "at_bank", "source", "word"), KINDS)
async def test_each_kind_becomes_its_own(
    acme: Publisher, kind: DocumentKind, at_bank: bool, source: str, word: str
) -> None:
    document = await acme.published(acme.draft(kind, at_bank=at_bank))

    fields = acme.row(document).fields
    assert (document.source, fields["Type"]) == (source, word)
    assert fields["Status"] == "AUTHORISED"
    assert (fields["Total"], fields["TotalTax"]) == (Decimal("120.00"), Decimal("20.00"))
    assert document.total == Decimal("120.00")
    assert document.is_paid is at_bank
    assert document.contact == acme.contact().id
    assert document.remarks == ()


@pytest.mark.parametrize("kind", [DocumentKind.BILL_CREDIT, DocumentKind.INVOICE_CREDIT])
async def test_a_credit_at_the_bank_goes_the_other_way(acme: Publisher, kind: DocumentKind) -> None:
    sale = kind is DocumentKind.INVOICE_CREDIT
    document = await acme.published(acme.draft(kind, at_bank=True))

    assert acme.row(document).fields["Type"] == ("SPEND" if sale else "RECEIVE")
    assert document.kind is (DocumentKind.MONEY_OUT if sale else DocumentKind.MONEY_IN)


@pytest.mark.parametrize(
    ("publish_as", "status"),
    [
        (PublishAs.DRAFT, DocumentStatus.DRAFT),
        (PublishAs.SUBMITTED, DocumentStatus.SUBMITTED),
        (PublishAs.OPEN, DocumentStatus.OPEN),
        (PublishAs.PAID, DocumentStatus.OPEN),
    ],
)
async def test_it_arrives_as_far_along_as_asked(
    acme: Publisher, publish_as: PublishAs, status: DocumentStatus
) -> None:
    document = await acme.published(acme.draft(publish_as=publish_as))

    assert document.status is status


async def test_a_line_keeps_what_it_was_coded_with(acme: Publisher) -> None:
    option = acme.books.rows("TrackingOptions")[0]
    item = acme.books.rows("Items")[0]
    draft = with_line(
        acme.draft(),
        tracking=(Tracked(category=option.fields["TrackingCategoryID"], option=option.id),),
        product=item.id,
        quantity=Decimal(8),
        unit_price=Decimal("12.5"),
    )
    (line,) = acme.row(await acme.published(draft)).fields["LineItems"]

    assert line["AccountID"] == acme.account("461")
    assert line["TaxType"] == "INPUT2"
    assert line["ItemCode"] == item.fields["Code"]
    assert line["Tracking"][0]["TrackingOptionID"] == option.id
    assert (line["Quantity"], line["UnitAmount"]) == (8, Decimal("12.5"))


async def test_a_new_supplier_is_made_of_its_name(acme: Publisher) -> None:
    document = await acme.published(acme.draft(contact=None, contact_name="Ferry & Sons"))

    assert acme.books.find("Contacts", str(document.contact)).fields["Name"] == "Ferry & Sons"


async def test_a_foreign_document_keeps_its_currency_and_rate(acme: Publisher) -> None:
    draft = acme.draft(currency="EUR", rate=Decimal("0.8"))
    fields = acme.row(await acme.published(draft)).fields

    assert (fields["CurrencyCode"], fields["CurrencyRate"]) == ("EUR", Decimal("1.25"))


async def test_a_mixed_batch_takes_a_call_for_each_kind_of_place(acme: Publisher) -> None:
    drafts = [
        acme.draft(kind, at_bank=at_bank, reference=f"item-{at}")
        for at, (kind, at_bank, _, _) in enumerate(KINDS * 3)
    ]
    outcomes = await acme.publish(*drafts)

    assert len(acme.sent()) == 3
    for draft, outcome in zip(drafts, outcomes, strict=True):
        assert isinstance(outcome, Published)
        row = acme.row(outcome).fields
        numbers = [row.get(n) for n in ("InvoiceNumber", "CreditNoteNumber", "Reference")]
        assert draft.number in numbers


async def test_a_hundred_drafts_go_fifty_at_a_time(acme: Publisher) -> None:
    drafts = [acme.draft(reference=f"item-{at}") for at in range(51)]
    outcomes = await acme.publish(*drafts)

    assert [len(body["Invoices"]) for body in acme.bodies()] == [50, 1]
    assert [each.number for each in outcomes if isinstance(each, Published)] == [
        draft.number for draft in drafts
    ]


async def test_a_bad_draft_keeps_no_good_one_out(acme: Publisher) -> None:
    good, other = acme.draft(reference="item-1"), acme.draft(reference="item-3")
    bad = with_line(acme.draft(reference="item-2"), tax_rate="OUTPUT2")
    first, second, third = await acme.publish(good, bad, other)

    assert isinstance(second, Refused)
    (problem,) = second.problems
    assert (problem.code, problem.field) == ("XERO_TAX_ACCOUNT", "tax_rate")
    assert problem.text == "The TaxType code 'OUTPUT2' cannot be used with account code '461'."
    assert isinstance(first, Published)
    assert isinstance(third, Published)
    assert (first.number, third.number) == (good.number, other.number)


async def test_the_same_key_makes_nothing_twice(acme: Publisher) -> None:
    first = await acme.publish(acme.draft())
    second = await acme.publish(acme.draft())

    assert first == second
    assert len({request.headers["idempotency-key"] for request in acme.sent()}) == 1


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize(("kind", "at_bank"), [each[:2] for each in KINDS])
async def test_a_lost_answer_is_unheard_and_found_again(
    acme: Publisher, kind: DocumentKind, at_bank: bool, fault: str
) -> None:
    before = acme.count()
    draft = acme.draft(kind, at_bank=at_bank)
    acme.practice.break_it(fault, seconds=0.01)
    (outcome,) = await acme.publish(draft)
    (found,) = await acme.find(draft)

    assert isinstance(outcome, Unheard)
    assert acme.count() == before + 1
    assert found is not None
    assert acme.row(found).fields["Total"] == draft.total


async def test_only_the_lost_call_is_unheard(acme: Publisher) -> None:
    bill, spent = acme.draft(reference="item-1"), acme.draft(at_bank=True, reference="item-2")
    name = acme.practice.tenant.name
    acme.practice.ledgers.set_fault(f"xero:{name}/BankTransactions", "timeout_after", seconds=0.01)
    first, second = await acme.publish(bill, spent)

    assert isinstance(first, Published)
    assert isinstance(second, Unheard)


async def test_a_server_error_before_anything_is_done_may_have_done_it(acme: Publisher) -> None:
    acme.practice.break_it("server_error")
    (outcome,) = await acme.publish(acme.draft())

    assert isinstance(outcome, Unheard)
    assert await acme.find(acme.draft()) == [None]


async def test_a_spent_day_leaves_everything_unsent(acme: Publisher) -> None:
    before = acme.count()
    acme.practice.break_it("rate_day", times=None)
    outcomes = await acme.publish(acme.draft(), acme.draft(at_bank=True, reference="item-2"))

    assert acme.count() == before
    for outcome in outcomes:
        assert isinstance(outcome, NotSent)
        assert isinstance(outcome.error, RateLimited)


async def test_a_lost_connection_leaves_everything_unsent(acme: Publisher) -> None:
    tenant = acme.practice.tenant.tenant_id
    await acme.practice.gateway.detach("xero", tenant_id=tenant, grant_id="grant")
    (outcome,) = await acme.publish(acme.draft())

    assert isinstance(outcome, NotSent)
    assert isinstance(outcome.error, AuthorizationLost)


async def test_products_that_cannot_be_read_leave_everything_unsent(acme: Publisher) -> None:
    item = acme.books.rows("Items")[0]
    acme.practice.break_it("rate_day", times=None)
    (outcome,) = await acme.publish(with_line(acme.draft(), product=item.id))

    assert isinstance(outcome, NotSent)
    assert acme.sent() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"destination": Destination.CASH}, ""),
        ({"destination": Destination.CLAIM}, ""),
        ({"destination": Destination.BANK}, "XERO_BANK_REQUIRED"),
    ],
)
async def test_what_cannot_work_is_not_sent(
    acme: Publisher, changes: dict[str, object], code: str
) -> None:
    good = acme.draft(reference="item-2")
    outcome, other = await acme.publish(replace(acme.draft(), **changes), good)  # type: ignore[arg-type]

    assert isinstance(outcome, Refused)
    assert [each.code for each in outcome.problems] == [code]
    assert isinstance(other, Published)


async def test_a_product_that_is_gone_is_said_to_be(acme: Publisher) -> None:
    (outcome,) = await acme.publish(with_line(acme.draft(), product="gone"))

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].field == "product"


async def test_a_total_that_came_out_otherwise_is_remarked(acme: Publisher) -> None:
    document = await acme.published(acme.draft(total=Decimal("119.99")))

    assert [each.code for each in document.remarks] == ["PRE_LINES"]
    assert "120.00" in document.remarks[0].text


async def test_on_a_simple_plan_only_drafts_go_without_limit() -> None:
    practice = Practice("xero")
    await practice.connect("Elm Street Books")
    elm = Publisher(practice)
    drafts = [elm.draft(reference=f"item-{at}") for at in range(7)]
    outcomes = await elm.publish(*drafts)
    as_drafts = await elm.publish(
        *(replace(each, publish_as=PublishAs.DRAFT) for each in drafts), key="key-2"
    )

    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert {each.problems[0].code for each in refused} == {"XERO_BILL_LIMIT"}
    assert all(isinstance(each, Published) for each in as_drafts)


async def test_lines_of_several_rates_add_up(acme: Publisher) -> None:
    lines = (
        DraftLine(description="A", amount=Decimal("33.33"), account=acme.account("461"),
                  tax_rate="INPUT2", tax_amount=Decimal("6.66")),
        DraftLine(description="B", amount=Decimal("10.01"), account=acme.account("461"),
                  tax_rate="RRINPUT"),
    )  # fmt: skip
    document = await acme.published(acme.draft(lines=lines, total=Decimal("50.50")))

    assert document.total == Decimal("50.50")
    assert document.remarks == ()


async def test_a_sale_whose_number_its_own_twin_has_is_that_twin(acme: Publisher) -> None:
    draft = acme.draft(DocumentKind.INVOICE)
    first = await acme.published(draft)
    again = await acme.published(draft, key="key-2")

    assert again.remote_id == first.remote_id


async def test_a_sale_whose_number_somebody_else_has_is_refused(acme: Publisher) -> None:
    draft = acme.draft(DocumentKind.INVOICE)
    await acme.published(draft)
    (outcome,) = await acme.publish(replace(draft, reference="item-2"), key="key-2")

    assert isinstance(outcome, Refused)
    assert [each.code for each in outcome.problems] == ["XERO_NUMBER_UNIQUE"]


async def test_a_number_that_cannot_be_looked_up_stays_refused(acme: Publisher) -> None:
    draft = acme.draft(DocumentKind.INVOICE)
    await acme.published(draft)
    acme.recording.fail_gets = True
    (outcome,) = await acme.publish(draft, key="key-2")

    assert isinstance(outcome, Refused)


async def test_documents_dated_years_apart_are_found_in_a_call_for_each_year(
    acme: Publisher,
) -> None:
    days = [date(2026, 5, 20), date(2025, 6, 1), date(2026, 5, 2)]
    drafts = [
        acme.draft(reference=f"item-{at}", date=day, due_date=day, publish_as=PublishAs.DRAFT)
        for at, day in enumerate(days)
    ]
    made = await acme.publish(*drafts)
    before = len(acme.recording.requests)
    found = await acme.find(*drafts)

    assert [each and each.remote_id for each in found] == [
        each.remote_id for each in made if isinstance(each, Published)
    ]
    assert len(acme.recording.requests) == before + 2


async def test_nobody_elses_document_is_taken_for_ours(acme: Publisher) -> None:
    draft = acme.draft()
    await acme.publish(replace(draft, reference="item-1-2"))

    assert await acme.find(draft) == [None]


async def test_what_was_deleted_since_is_found_as_that(acme: Publisher) -> None:
    draft = acme.draft(publish_as=PublishAs.DRAFT)
    await acme.withdraw(await acme.published(draft))
    (found,) = await acme.find(draft)

    assert found is not None
    assert found.status is DocumentStatus.DELETED


async def test_of_a_document_and_its_deleted_twin_the_one_that_stands_is_found(
    acme: Publisher,
) -> None:
    draft = acme.draft(publish_as=PublishAs.DRAFT)
    first = await acme.published(draft)
    second = await acme.published(draft, key="key-2")
    await acme.withdraw(first)
    (found,) = await acme.find(draft)

    assert found is not None
    assert found.remote_id == second.remote_id
