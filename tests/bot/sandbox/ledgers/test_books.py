"""What is done to books and taken back again."""

import pytest

from bot.sandbox.ledgers.books import NoSuchRow


@pytest.fixture
def acme(ledgers):
    books = ledgers.organisation("Acme Limited")
    books.finish()
    return books


def state(books):
    return {
        kind: [(row.id, dict(row.fields), row.updated, row.version) for row in books.rows(kind)]
        for kind in books.kinds
    }


def do_everything(books, at):
    """Adds, changes, renames, archives, removes, and amends behind the back."""
    made = books.add("Contacts", {"Name": "New"}, at=at)
    books.change("Contacts", made.id, {"EmailAddress": "new@example.example"}, at=at)
    books.rename("Accounts", "Rent", "Rents", at=at)
    books.archive("TrackingOptions", "North", at=at)
    books.remove("Items", books.rows("Items")[0].id, at=at)
    books.amend("Invoices", books.rows("Invoices")[0], {"Reference": "Amended"})


def fail(books, at):
    with books.attempt():
        do_everything(books, at)
        books.find("Contacts", "Nobody at all")


def test_what_fails_leaves_everything_as_it_was(acme, clock):
    before, removed = state(acme), len(acme.removed["items"])
    with acme.watched() as changes, pytest.raises(NoSuchRow):
        fail(acme, clock())

    assert state(acme) == before
    assert len(acme.removed["items"]) == removed
    assert changes == []


def test_an_attempt_is_taken_back_without_a_failure(acme, clock):
    before = state(acme)
    with acme.attempt() as take_back:
        do_everything(acme, clock())
        take_back()

    assert state(acme) == before


def test_what_succeeds_within_what_fails_goes_with_it(acme, clock):
    before = state(acme)
    with acme.attempt() as take_back:
        with acme.attempt():
            acme.rename("Accounts", "Sales", "Sold", at=clock())
        with pytest.raises(NoSuchRow):
            fail(acme, clock())
        names = {row.fields["Name"] for row in acme.rows("Accounts")}
        take_back()

    assert {"Rent", "Sold"} <= names
    assert state(acme) == before


def test_readers_see_what_was_taken_back_as_it_was(acme, clock):
    revision = acme.revision("Accounts")
    with acme.attempt() as take_back:
        acme.rename("Accounts", "Rent", "Rents", at=clock())
        take_back()

    assert acme.revision("Accounts") > revision
    assert (
        acme.find("Accounts", "Rent").wire is None
        or b"Rents" not in acme.find("Accounts", "Rent").wire
    )
