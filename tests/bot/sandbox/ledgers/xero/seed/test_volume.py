"""Organisations of any size."""

import json
from decimal import Decimal

import pytest

from bot.sandbox.ledgers.xero.reading.render import as_json
from bot.sandbox.ledgers.xero.reading.resources import RESOURCES
from bot.sandbox.ledgers.xero.seed.volume import Volume, volume_books

SMALL = Volume(invoices=300, payments=130, contacts=40, bank_transactions=150, credit_notes=125)


def wire(books, kind):
    return [row.wire for row in books.rows(kind)]


def test_there_is_as_much_of_everything_as_was_asked_for():
    books = volume_books(SMALL)
    counts = {
        "Invoices": 300,
        "Payments": 130,
        "Contacts": 40,
        "BankTransactions": 150,
        "CreditNotes": 125,
        "ManualJournals": 300,
        "Accounts": 100,
        "TaxRates": 20,
    }

    assert {kind: len(books.rows(kind)) for kind in counts} == counts
    assert {kind: len({row.id for row in books.rows(kind)}) for kind in counts} == counts


def test_the_same_seed_writes_the_same_books_and_another_others():
    first, second = volume_books(SMALL), volume_books(SMALL)
    third = volume_books(Volume(invoices=300, payments=130, contacts=40, seed=2))

    assert first.key == second.key
    assert wire(first, "Invoices") == wire(second, "Invoices")
    assert wire(first, "Payments") == wire(second, "Payments")
    assert first.key != third.key
    assert wire(first, "Invoices") != wire(third, "Invoices")


def test_invoices_add_up_and_are_paid_by_their_own_payments():
    books = volume_books(SMALL)
    payments = {row.fields["Invoice"]["InvoiceID"]: row for row in books.rows("Payments")}
    for row in books.rows("Invoices"):
        lines = row.fields["LineItems"]
        paid = payments.get(row.id)

        assert len({line["LineItemID"] for line in lines}) == 3
        assert row.fields["Total"] == sum(
            Decimal(line["LineAmount"]) + line["TaxAmount"] for line in lines
        )
        assert row.fields["AmountPaid"] == (paid.fields["Amount"] if paid else 0)
        assert [each["PaymentID"] for each in row.fields["Payments"]] == ([paid.id] if paid else [])


def test_a_row_that_is_read_and_written_again_is_what_it_was():
    books = volume_books(SMALL)
    row = books.rows("Invoices")[7]
    before = json.loads(row.wire)
    books.amend("Invoices", row, {"Reference": "Changed"})

    assert row.wire is None
    written = json.loads(as_json(RESOURCES["invoices"], books, row))
    assert written == {**before, "Reference": "Changed"}


def test_contacts_and_accounts_of_documents_exist():
    books = volume_books(SMALL)
    codes = {row.fields["Code"] for row in books.rows("Accounts")}
    for kind in ("Invoices", "CreditNotes", "BankTransactions"):
        for row in books.rows(kind):
            contact = books.get("Contacts", row.fields["Contact"]["ContactID"])

            assert contact.fields["Name"] == row.fields["Contact"]["Name"]
            assert {line["AccountCode"] for line in row.fields["LineItems"]} <= codes


@pytest.mark.parametrize("counts", [{"invoices": -1}, {"lines": 0}, {"invoices": 1, "payments": 2}])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(ValueError, match=r"negative|at least one line|every payment"):
        Volume(**counts)


async def test_a_volume_is_opened_served_and_edited_like_any_organisation(practice, clock):
    asked = {"name": "Wide", "invoices": 2500, "payments": 1000, "contacts": 50}
    opened = await practice.client.post("/ledgers/xero/volume", json=asked)
    tokens = await practice.xero("Wide")
    since = f"{clock.at:%Y-%m-%dT%H:%M:%S}"
    clock.move(minutes=1)
    for edit in (
        {"action": "void", "name": "INV-W000001"},
        {"action": "pay", "name": "INV-W000002", "account": "Business Current Account"},
        {"action": "touch", "kind": "BankTransactions", "count": 7},
    ):
        answer = await practice.client.post(
            "/ledgers/xero/edit", json={"organisation": "Wide", **edit}
        )
        assert answer.status_code == 200, answer.text

    async def changed(resource):
        answer = await practice.call_xero(
            tokens,
            resource,
            "Wide",
            params={"page": 1, "pageSize": 1000},
            headers={"If-Modified-Since": since},
        )
        return answer.json()[resource]

    assert opened.json()["organisation"] == "Wide"
    found = {row["InvoiceNumber"]: row["Status"] for row in await changed("Invoices")}
    assert found == {"INV-W000001": "VOIDED", "INV-W000002": "PAID"}
    assert len(await changed("Payments")) == 1
    assert len(await changed("BankTransactions")) == 7


async def test_a_volume_of_something_else_is_refused(practice):
    answer = await practice.client.post("/ledgers/xero/volume", json={"elephants": 3})

    assert answer.status_code == 400
    assert "elephants" in answer.json()["error"]
