"""Journals of the stand-in Xero, for apps of the Advanced tier."""

from decimal import Decimal
from itertools import pairwise

import pytest

ACME = "Acme Limited"
FORM = {"person": "ana", "organisation": ACME, "decision": "allow"}
SCOPE = "offline_access accounting.journals.read"


@pytest.fixture
async def read(practice, came_back):
    told = await practice.client.post("/ledgers/xero/tier", json={"journals": True})
    assert told.status_code == 200
    asked = await practice.ask_xero(form=FORM, scope=SCOPE)
    tokens = await practice.redeem_xero(came_back(asked)["code"])

    async def read(path="Journals", *, since=None, **params):
        headers = {"If-Modified-Since": since} if since else {}
        answer = await practice.call_xero(tokens, path, ACME, params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["Journals"]

    return read


async def every(read):
    found, offset = [], 0
    while rows := await read(offset=offset):
        found += rows
        offset = rows[-1]["JournalNumber"]
    return found


async def test_a_hundred_come_after_the_offset_until_none_is_left(read):
    first, second = await read(), await read(offset=100)

    assert [each["JournalNumber"] for each in first] == list(range(1, 101))
    assert [each["JournalNumber"] for each in second] == list(range(101, 201))
    assert await read(offset=1_000_000) == []


async def test_every_journal_balances_and_they_come_in_the_order_of_posting(read):
    journals = await every(read)

    for journal in journals:
        assert sum(Decimal(str(line["NetAmount"])) for line in journal["JournalLines"]) == 0
    posted = [int(each["CreatedDateUTC"][6:19]) for each in journals]
    assert all(earlier <= later for earlier, later in pairwise(posted))
    assert {each["SourceType"] for each in journals} >= {"ACCREC", "ACCPAY", "CASHPAID", "TRANSFER"}


async def test_what_is_void_is_posted_the_other_way_round(read, ledgers):
    void = next(
        row
        for row in ledgers.organisation(ACME).rows("Invoices")
        if row.fields["Status"] == "VOIDED"
    )
    there, back = (each for each in await every(read) if each["SourceID"] == void.id)

    amounts = [[line["NetAmount"] for line in each["JournalLines"]] for each in (there, back)]
    assert amounts[0] == [-amount for amount in amounts[1]]


async def test_one_journal_is_found_by_number_and_by_id_without_its_source(read):
    first = (await read())[0]
    (by_id,) = await read(f"Journals/{first['JournalID']}")
    (by_number,) = await read("Journals/1")

    assert by_id == by_number
    assert first.keys() - by_id.keys() == {"SourceID", "SourceType"}


async def test_journals_posted_since_an_instant(read):
    late = await read(since="2026-10-20T00:00:00")

    assert 0 < len(late) < 100
    assert min(int(each["CreatedDateUTC"][6:19]) for each in late) > 1_792_454_400_000


async def test_what_is_edited_is_posted_back_and_anew_and_what_was_told_stays(read, ledgers):
    books = ledgers.organisation(ACME)
    bill = next(
        row
        for row in books.rows("Invoices")
        if row.fields["Status"] == "AUTHORISED" and row.fields["Type"] == "ACCPAY"
    )
    before = await every(read)
    first, *others = bill.fields["LineItems"]
    lines = [first | {"AccountID": books.find("Accounts", "Bank Fees").id}, *others]
    books.change("Invoices", bill.id, {"LineItems": lines}, at=bill.updated)
    after = await every(read)

    back, anew = after[len(before) :]
    assert after[: len(before)] == before
    assert {back["SourceID"], anew["SourceID"]} == {bill.id}
    assert [line["NetAmount"] for line in back["JournalLines"]] == [
        -line["NetAmount"] for line in anew["JournalLines"]
    ]
    assert back["JournalLines"][1]["AccountID"] == first["AccountID"]
    assert anew["JournalLines"][1]["AccountName"] == "Bank Fees"


async def test_no_app_may_ask_for_journals_that_it_is_not_entitled_to(practice, came_back):
    asked = await practice.ask_xero(form=FORM, scope=SCOPE)

    assert came_back(asked)["error"] == "invalid_scope"


async def test_a_sign_in_without_the_scope_reads_no_journals(practice):
    await practice.client.post("/ledgers/xero/tier", json={"journals": True})
    tokens = await practice.xero(ACME)
    answer = await practice.call_xero(tokens, "Journals", ACME)

    assert answer.status_code == 401
    assert answer.json()["Detail"] == "AuthorizationUnsuccessful"
