"""Whom documents are from or for, at the stand-in QuickBooks."""

import pytest

from providers.drafts import NotSent, Published, Refused
from tests.providers.quickbooks.publishing import Publisher, a_publisher


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


async def test_a_contact_is_found_by_its_name(bakery: Publisher) -> None:
    vendor = bakery.party("Vendor", place=3)
    made = await bakery.published(
        bakery.draft(contact=None, contact_name=f" {vendor.fields['DisplayName']} ")
    )

    assert made.contact == f"vendor:{vendor.id}"


@pytest.mark.parametrize(("what", "kind"), [("bill", "Vendor"), ("invoice", "Customer")])
async def test_a_new_contact_is_made_once_for_all(bakery: Publisher, what: str, kind: str) -> None:
    name = "O'Brien & Sons \\ Ltd"
    drafts = [bakery.draft(what, number=n, contact=None, contact_name=name) for n in (1, 2)]
    await bakery.publish(*drafts)
    more = await bakery.published(
        bakery.draft(what, number=3, contact=None, contact_name=name), key="later"
    )

    rows = [row for row in bakery.books.rows(kind) if row.fields["DisplayName"] == name]
    assert len(rows) == 1
    assert more.contact == f"{kind.lower()}:{rows[0].id}"


async def test_a_new_contact_has_the_currency_of_its_document(bakery: Publisher) -> None:
    draft = bakery.draft(contact=None, contact_name="Boulangerie Dupont", currency="EUR")
    made = await bakery.published(draft)

    vendor = bakery.books.find("Vendor", "Boulangerie Dupont")
    assert made.contact == f"vendor:{vendor.id}"
    assert vendor.fields["CurrencyRef"]["value"] == "EUR"


async def test_a_name_that_a_customer_has_is_refused(bakery: Publisher) -> None:
    name = bakery.party("Customer").fields["DisplayName"]
    taken = bakery.draft(number=1, contact=None, contact_name=name)
    refused, made = await bakery.publish(taken, bakery.draft(number=2))

    assert isinstance(refused, Refused)
    assert refused.problems[0].code == "QBO_DUP_NAME"
    assert isinstance(made, Published)


async def test_a_name_in_other_letters_is_the_same(bakery: Publisher) -> None:
    vendor = bakery.party("Vendor")
    name = str(vendor.fields["DisplayName"]).upper()
    made = await bakery.published(bakery.draft(contact=None, contact_name=name))

    assert made.contact == f"vendor:{vendor.id}"


async def test_an_inactive_vendor_is_not_brought_back(bakery: Publisher) -> None:
    vendor = bakery.party("Vendor")
    name = vendor.fields["DisplayName"]
    bakery.books.archive("Vendor", name, at=bakery.practice.clock())
    (outcome,) = await bakery.publish(bakery.draft(contact=None, contact_name=name))

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].code == "QBO_DUP_NAME"


async def test_a_lost_contact_is_not_made_twice(bakery: Publisher) -> None:
    bakery.break_writing("timeout_after", seconds=0.01)
    draft = bakery.draft(contact=None, contact_name="Once Only Ltd")
    (lost,) = await bakery.publish(draft)
    made = await bakery.published(draft)

    assert isinstance(lost, NotSent)
    vendors = [r for r in bakery.books.rows("Vendor") if r.fields["DisplayName"] == "Once Only Ltd"]
    assert [made.contact] == [f"vendor:{row.id}" for row in vendors]
