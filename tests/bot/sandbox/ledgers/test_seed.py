from itertools import islice
from random import Random

import pytest

from bot.sandbox.ledgers import names
from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.ledgers.quickbooks.seed import companies
from bot.sandbox.ledgers.xero.seed import organisations


@pytest.mark.parametrize("seed", [organisations, companies])
def test_the_same_seed_makes_the_same_books(seed):
    def contents(directory):
        return [
            (books.key, [(row.id, row.fields, row.updated) for row in books.rows(kind)])
            for books in directory.books.values()
            for kind in ("Accounts", "Contacts", "Account", "Vendor")
            if books.has(kind)
        ]

    assert contents(seed.directory(1)) == contents(seed.directory(1))
    assert contents(seed.directory(1)) != contents(seed.directory(2))


def test_acme_is_as_large_as_the_screens_say(ledgers):
    acme = ledgers.organisation("Acme Limited")
    rows = {kind: acme.rows(kind) for kind in ("Accounts", "TaxRates", "Contacts")}

    assert [len(each) for each in rows.values()] == [94, 9, 2_310]
    assert len(acme.rows("TrackingCategories")) == 2
    assert sum(row.fields["Type"] == "BANK" for row in rows["Accounts"]) == 3
    assert all(row.fields["Status"] == "ACTIVE" for row in rows["Accounts"])


def test_nobody_has_two_accounts_of_one_code_or_two_contacts_of_one_name(ledgers):
    for books in ledgers.xero.directory.books.values():
        for kind, field in (("Accounts", "Code"), ("Accounts", "Name"), ("Contacts", "Name")):
            values = [row.fields[field] for row in books.rows(kind)]
            assert len(values) == len(set(values)), (books.name, kind, field)


def test_vendors_and_customers_of_a_company_share_no_name(ledgers):
    for books in ledgers.quickbooks.directory.books.values():
        people = [*books.rows("Vendor"), *books.rows("Customer")]
        values = [row.fields["DisplayName"] for row in people]
        assert len(values) == len(set(values)), books.name


def test_every_account_has_a_tax_rate_that_exists(ledgers):
    for books in ledgers.xero.directory.books.values():
        rates = {row.id for row in books.rows("TaxRates")}
        assert {row.fields["TaxType"] for row in books.rows("Accounts")} <= rates, books.name


def test_the_difficult_cases_are_somewhere(ledgers):
    def profile(name):
        return ledgers.organisation(name).profile.fields

    assert profile("Demo Company (UK)")["IsDemoCompany"] is True
    assert profile("Elm Street Books")["Class"] == "SIMPLE"
    assert profile("Harbour Café")["Class"] == "ORBIT"
    assert profile("Juniper Films")["CountryCode"] == "US"
    assert profile("Oakwood Joinery Holdings")["LegalName"] == "Oakwood Joinery Holdings Limited"
    suppliers = {
        row.fields["Name"] for row in ledgers.organisation("Acorn Dental").rows("Contacts")
    }
    assert suppliers >= set(names.AWKWARD)


def test_names_do_not_run_out_and_never_repeat():
    for pool in (names.businesses(Random(1)), names.persons(Random(1))):
        some = list(islice(pool, 5_000))
        assert len(set(some)) == 5_000


@pytest.mark.parametrize("name", names.AWKWARD)
def test_every_name_has_a_mailbox_that_belongs_to_nobody(name):
    mailbox = names.mailbox(name)

    assert mailbox.isascii()
    assert mailbox.endswith(".example")


def test_no_book_is_ahead_of_the_clock(clock):
    clock.at = clock.at.replace(hour=0, minute=0, second=1)
    ledgers = Ledgers(now=clock)
    for vendor in (ledgers.xero, ledgers.quickbooks):
        for books in vendor.directory.books.values():
            latest = max(row.updated for kind in books.kinds for row in books.rows(kind))

            assert latest <= clock(), books.name
