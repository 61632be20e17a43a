"""Transactions of the stand-in Xero, as a reader may ask for them."""

import gzip
import json
from collections import Counter
from decimal import Decimal

import pytest

from bot.sandbox.ledgers.xero.keeping.tables import DOCUMENT_KINDS
from bot.sandbox.ledgers.xero.seed import organisations
from bot.sandbox.ledgers.xero.seed.plans import PLANS

ACME = "Acme Limited"


@pytest.fixture
async def acme(practice):
    """Reads a resource of Acme and answers with the body."""
    tokens = await practice.xero(ACME)

    async def read(resource, *, since=None, **params):
        headers = {"If-Modified-Since": since} if since else {}
        answer = await practice.call_xero(tokens, resource, ACME, params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return read


@pytest.fixture
def books():
    return next(iter(organisations.directory(1).books.values()))


async def test_lines_come_with_a_page_or_alone_but_not_with_a_list(acme):
    listed = (await acme("Invoices"))["Invoices"]
    paged = (await acme("Invoices", page=1))["Invoices"]
    alone = (await acme(f"Invoices/{listed[0]['InvoiceID']}"))["Invoices"]

    assert {len(row["LineItems"]) for row in listed} == {0}
    assert all(row["LineItems"] for row in paged)
    assert alone[0]["LineItems"]


async def test_a_summary_leaves_out_what_is_heavy(acme):
    row = (await acme("Invoices", page=1, summaryOnly="true"))["Invoices"][0]

    assert row["LineItems"] == []
    assert not {"Payments", "CreditNotes", "Overpayments"} & row.keys()
    assert row["AmountDue"] + row["AmountPaid"] + row["AmountCredited"] == row["Total"]


@pytest.mark.parametrize("order", ["InvoiceID", "UpdatedDateUTC ASC", "UpdatedDateUTC DESC", ""])
async def test_pages_in_any_order_are_the_whole(acme, order):
    ids = []
    for page in range(1, 6):
        body = await acme("Invoices", page=page, pageSize=90, order=order)
        assert body["pagination"] == {
            "page": page,
            "pageSize": 90,
            "pageCount": 5,
            "itemCount": 420,
        }
        ids += [row["InvoiceID"] for row in body["Invoices"]]

    assert len(ids) == len(set(ids)) == 420
    assert order != "InvoiceID" or ids == sorted(ids)


async def test_a_page_behind_the_last_is_empty(acme):
    body = await acme("Invoices", page=9, pageSize=1000)

    assert body["Invoices"] == []
    assert body["pagination"]["pageCount"] == 1


async def test_invoices_are_chosen_by_status_number_contact_and_id(acme):
    every = (await acme("Invoices", page=1, pageSize=1000))["Invoices"]
    counts = Counter(row["Status"] for row in every)
    one = every[17]

    async def chosen(**params):
        return [row["InvoiceID"] for row in (await acme("Invoices", page=1, **params))["Invoices"]]

    found = (await acme("Invoices", Statuses="VOIDED,DRAFT"))["Invoices"]
    assert len(found) == counts["VOIDED"] + counts["DRAFT"]
    assert await chosen(IDs=one["InvoiceID"]) == [one["InvoiceID"]]
    assert one["InvoiceID"] in await chosen(InvoiceNumbers=one["InvoiceNumber"])
    assert one["InvoiceID"] in await chosen(ContactIDs=one["Contact"]["ContactID"])
    assert await chosen(createdByMyApp="true") == []


async def test_purchase_orders_are_chosen_by_status_and_date(acme):
    every = (await acme("PurchaseOrders"))["PurchaseOrders"]
    billed = (await acme("PurchaseOrders", Status="BILLED"))["PurchaseOrders"]
    summer = (await acme("PurchaseOrders", DateFrom="2026-03-01", DateTo="2026-05-31"))[
        "PurchaseOrders"
    ]

    assert {row["Status"] for row in billed} == {"BILLED"}
    assert 0 < len(summer) < len(every)
    assert all("2026-03-01" <= row["DateString"][:10] <= "2026-05-31" for row in summer)


@pytest.mark.parametrize(
    "since",
    [
        "2026-10-20T00:00:00",
        "2026-10-20T00:00:00Z",
        "2026-10-20T00:00:00+00:00",
        "Tue, 20 Oct 2026 00:00:00 GMT",
    ],
)
async def test_what_changed_since_is_told_however_the_instant_is_spelled(acme, since):
    changed = (await acme("Invoices", since=since, page=1, pageSize=1000))["Invoices"]
    stamps = {row["UpdatedDateUTCString"] for row in changed}

    assert 0 < len(changed) < 100
    assert min(stamps) >= "2026-10-20T00:00:00"


async def test_both_spellings_of_the_last_change_agree(acme):
    for row in (await acme("Payments", page=1))["Payments"]:
        milliseconds = int(row["UpdatedDateUTC"][6:-7])

        assert row["UpdatedDateUTCString"][-2:] == f"{milliseconds // 1000 % 60:02d}"


async def test_journals_are_for_apps_that_are_entitled(practice, came_back):
    await practice.client.post("/ledgers/xero/tier", json={"journals": True})
    asked = await practice.ask_xero(
        form={"person": "ana", "organisation": ACME, "decision": "allow"},
        scope="offline_access accounting.journals.read",
    )
    tokens = await practice.redeem_xero(came_back(asked)["code"])
    await practice.client.post("/ledgers/xero/tier", json={"journals": False})
    answer = await practice.call_xero(tokens, "Journals", ACME)

    assert answer.status_code == 401
    assert answer.json()["Detail"] == "AuthorizationUnsuccessful"


async def test_a_very_long_list_must_be_paged(practice):
    asked = {"name": "Wide", "invoices": 25_001, "payments": 0, "lines": 1}
    await practice.client.post("/ledgers/xero/volume", json=asked)
    tokens = await practice.xero("Wide")
    whole = await practice.call_xero(tokens, "Invoices", "Wide")
    page = await practice.call_xero(
        tokens, "Invoices", "Wide", params={"page": 26, "pageSize": 1000}
    )

    assert (whole.status_code, whole.json()["Type"]) == (400, "QueryParseException")
    assert len(page.json()["Invoices"]) == 1


async def test_answers_are_compressed_for_who_can_read_that(practice):
    tokens = await practice.xero(ACME)
    headers = {"Accept-Encoding": "gzip"}
    async with practice.client.stream(
        "GET",
        "/ledgers/xero/api.xro/2.0/Invoices",
        headers={
            "Authorization": f"Bearer {tokens['access_token']}",
            "xero-tenant-id": practice.ledgers.organisation(ACME).key,
            "Accept": "application/json",
            **headers,
        },
        params={"page": 1},
    ) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    plain = await practice.call_xero(
        tokens, "Invoices", ACME, params={"page": 1}, headers={"Accept-Encoding": "identity"}
    )

    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert json.loads(gzip.decompress(raw))["Invoices"] == plain.json()["Invoices"]
    assert len(raw) < len(plain.content) / 3


async def test_limits_can_be_lifted_for_a_comparison_and_put_back(practice):
    tokens = await practice.xero(ACME)
    lifted = {"a_minute": 100_000, "a_day": 100_000}
    await practice.client.post("/ledgers/xero/limits", json=lifted)
    calls = [await practice.call_xero(tokens, "Currencies", ACME) for _ in range(70)]
    await practice.client.post("/ledgers/xero/limits", json={})
    put_back = await practice.call_xero(tokens, "Currencies", ACME)
    refused = await practice.client.post("/ledgers/xero/limits", json={"a_week": 1})

    assert {call.status_code for call in calls} == {200}
    assert put_back.headers["x-minlimit-remaining"] == "59"
    assert refused.status_code == 400


def test_every_organisation_has_a_year_that_adds_up():
    for organisation in organisations.directory(1).books.values():
        for row in organisation.rows("Invoices"):
            fields = row.fields
            settled = fields["AmountPaid"] + fields["AmountCredited"] + fields["AmountDue"]
            credited = (
                sum(each["AppliedAmount"] for each in fields[kind])
                for kind in ("CreditNotes", "Overpayments", "Prepayments")
            )

            assert fields["SubTotal"] + fields["TotalTax"] == fields["Total"] > 0
            assert settled == (0 if fields["Status"] == "VOIDED" else fields["Total"])
            assert fields["AmountPaid"] == sum(each["Amount"] for each in fields["Payments"])
            assert fields["AmountCredited"] == sum(credited)
            assert (fields["AmountDue"] == 0) == (fields["Status"] in {"PAID", "VOIDED"})


def test_payments_batches_and_allocations_meet_what_they_settle(books):
    paid = Counter()
    for row in books.rows("Payments"):
        if row.fields["Status"] == "AUTHORISED":
            paid[row.fields["Invoice"]["InvoiceID"]] += row.fields["Amount"]
    for row in books.rows("Invoices"):
        assert paid[row.id] == row.fields["AmountPaid"]
    for batch in books.rows("BatchPayments"):
        amounts = [books.find("Payments", p["PaymentID"]) for p in batch.fields["Payments"]]

        assert sum(each.fields["Amount"] for each in amounts) == batch.fields["TotalAmount"]
        assert {each.fields["BatchPaymentID"] for each in amounts} == {batch.id}
    for kind in ("CreditNotes", "Overpayments", "Prepayments"):
        for credit in books.rows(kind):
            used = sum(each["Amount"] for each in credit.fields["Allocations"])

            assert credit.fields["RemainingCredit"] == credit.fields["Total"] - used


def test_the_largest_practice_has_some_of_everything(books):
    statuses = {kind: {r.fields["Status"] for r in books.rows(kind)} for kind in DOCUMENT_KINDS}
    invoices = books.rows("Invoices")

    assert statuses["Invoices"] == {"DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED"}
    assert "DELETED" in statuses["BankTransfers"] | statuses["Payments"]
    assert {row.fields["CurrencyCode"] for row in invoices} == {"GBP", "EUR", "USD"}
    assert any(0 < row.fields["AmountDue"] < row.fields["Total"] for row in invoices)
    assert all(statuses.values())


def test_an_edition_without_invoices_has_money_at_the_bank_only():
    plan = next(plan for plan in PLANS if not plan.sales_a_month)
    directory = organisations.directory(1)
    organisation = directory.find(plan.name)

    assert organisation.rows("Invoices") == []
    assert organisation.rows("BankTransactions")


def test_a_year_is_the_same_in_every_run():
    first, second = (organisations.directory(1).find(ACME) for _ in range(2))

    for kind in DOCUMENT_KINDS:
        assert [(r.id, r.updated, r.fields) for r in first.rows(kind)] == [
            (r.id, r.updated, r.fields) for r in second.rows(kind)
        ]


def test_money_is_kept_to_the_cent(books):
    for row in books.rows("Invoices"):
        for line in row.fields["LineItems"]:
            assert line["LineAmount"] == line["LineAmount"].quantize(Decimal("0.01"))
