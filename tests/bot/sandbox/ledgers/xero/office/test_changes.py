"""Whatever an accountant does, who reads only what changed ends up with all there is."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.ledgers.books import NoSuchRow
from bot.sandbox.ledgers.editing import apply
from bot.sandbox.ledgers.xero.keeping.tables import DOCUMENT_KINDS
from bot.sandbox.ledgers.xero.office.hand import XERO_ACTIONS
from bot.sandbox.ledgers.xero.reading.lists import Selections, listing
from bot.sandbox.ledgers.xero.reading.resources import RESOURCES
from bot.sandbox.ledgers.xero.seed import organisations

DEMO = "Demo Company (UK)"
EVERYTHING = {"includeArchived": "true", "includeDeleted": "true", "page": "1"}
READ = (*DOCUMENT_KINDS, "Contacts", "Accounts")
BANK = "Business Current Account"
LINE = {"UnitAmount": "33.35", "AccountCode": "310", "TaxType": "INPUT2"}


def entry(kind, contact, **fields):
    typed = {"Contact": contact, "Date": "2026-11-20", "LineItems": [LINE], **fields}
    return {"action": "add", "kind": kind, "fields": typed}


def on_rows(kind, *actions, **more):
    """Any of these actions on any row of a kind, which is chosen by its place."""
    places = st.integers(0, 400)
    return st.builds(
        lambda action, place: {"action": action, "kind": kind, "place": place, **more},
        st.sampled_from(actions),
        places,
    )


acts = st.one_of(
    st.builds(lambda n: entry("Invoices", n, Type="ACCREC"), st.integers(0, 30)),
    st.builds(lambda n: entry("Invoices", n, Status="DRAFT"), st.integers(0, 30)),
    st.builds(lambda n: entry("CreditNotes", n), st.integers(0, 30)),
    st.builds(lambda n: entry("BankTransactions", n, BankAccount=BANK), st.integers(0, 30)),
    on_rows("Invoices", "void", "delete", "approve"),
    on_rows("Invoices", "pay", account=BANK),
    on_rows("Invoices", "pay", account=BANK, amount="1.25"),
    on_rows("Invoices", "change", fields={"Reference": "Looked at again"}),
    on_rows("Payments", "delete", "reconcile", "unreconcile"),
    on_rows("BatchPayments", "delete"),
    on_rows("CreditNotes", "void", "withdraw"),
    on_rows("BankTransactions", "delete", "reconcile"),
    on_rows("ManualJournals", "void", "approve", "delete"),
    on_rows("PurchaseOrders", "delete"),
    on_rows("Contacts", "archive", "restore"),
    on_rows("Accounts", "archive", "restore"),
)


def resolved(books, act):
    """The act with its places made rows of these books."""
    edit = {"organisation": DEMO, **act}
    if "place" in edit:
        rows = books.rows(edit["kind"])
        edit["name"] = rows[edit.pop("place") % len(rows)].id
    else:
        contacts = books.rows("Contacts")
        contact = contacts[edit["fields"]["Contact"] % len(contacts)].id
        edit["fields"] = {**edit["fields"], "Contact": contact}
    return edit


def copy(books, since=None):
    """What a reader gets of every resource, by id."""
    found = {}
    for kind in READ:
        resource = RESOURCES[kind.casefold()]
        key = books.table(kind).key
        query = {**EVERYTHING, "pageSize": "1000"}
        rows = listing(resource, books, query, since=since, selections=Selections()).rows
        found |= {(kind, row[key]): row for row in map(json.loads, rows)}
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(acts, max_size=25))
def test_a_copy_that_is_kept_up_to_date_equals_a_fresh_one(plan):
    directory = organisations.directory(1)
    books = directory.find(DEMO)
    kept = copy(books)
    began = now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    for act in plan:
        now += timedelta(seconds=30)
        try:
            apply(directory, resolved(books, act), at=now, actions=XERO_ACTIONS)
        except (NoSuchRow, ValueError):
            continue  # refused, as Xero would
    kept |= copy(books, since=began)

    assert kept == copy(books)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(acts, max_size=25))
def test_whatever_is_done_what_is_due_and_settled_is_the_total(plan):
    directory = organisations.directory(1)
    books = directory.find(DEMO)
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    for act in plan:
        now += timedelta(seconds=30)
        try:
            apply(directory, resolved(books, act), at=now, actions=XERO_ACTIONS)
        except (NoSuchRow, ValueError):
            continue  # refused, as Xero would

    for row in books.rows("Invoices"):
        fields = row.fields
        settled = fields["AmountPaid"] + fields["AmountCredited"] + fields["AmountDue"]
        payments = [books.find("Payments", each["PaymentID"]) for each in fields["Payments"]]

        assert settled == (0 if fields["Status"] in {"VOIDED", "DELETED"} else fields["Total"])
        assert {payment.fields["Status"] for payment in payments} <= {"AUTHORISED"}
        assert fields["AmountDue"] >= 0
