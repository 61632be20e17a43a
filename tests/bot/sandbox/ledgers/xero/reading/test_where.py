"""What Xero's `where` and `order` choose and sort, and in which words they are refused."""

from itertools import pairwise

import pytest

ACME = "Acme Limited"
ALL = {"page": 1, "pageSize": 1000}


@pytest.fixture
async def read(practice):
    tokens = await practice.xero(ACME)

    async def read(resource, status=200, **params):
        answer = await practice.call_xero(tokens, resource, ACME, params={**ALL, **params})
        assert answer.status_code == status, answer.text
        return answer.json()[resource] if status == 200 else answer.json()

    return read


@pytest.fixture
async def invoices(read):
    return await read("Invoices")


def numbers(rows):
    return [row["InvoiceID"] for row in rows]


CHOICES = [
    ('Type=="ACCPAY"', lambda row: row["Type"] == "ACCPAY"),
    ('Status="PAID" AND type!="ACCREC"', lambda r: (r["Status"], r["Type"]) == ("PAID", "ACCPAY")),
    ("AmountDue>0 && Total<=500.50", lambda row: row["AmountDue"] > 0 and row["Total"] <= 500.5),
    ('Status=="DRAFT"||Status=="VOIDED"', lambda row: row["Status"] in {"DRAFT", "VOIDED"}),
    ("Date>=DateTime(2026,03,01)", lambda row: row["DateString"] >= "2026-03-01"),
    (
        'Date >= DateTime.Parse("2026-03-01T00:00:00") AND Date < DateTime(2026, 4, 1)',
        lambda row: "2026-03-01" <= row["DateString"] < "2026-04-01",
    ),
    ('Reference.StartsWith("Job 1")', lambda row: row["Reference"].startswith("Job 1")),
    (
        'InvoiceNumber != null AND InvoiceNumber.Contains("12")',
        lambda row: "12" in row["InvoiceNumber"],
    ),
    ('InvoiceNumber.ToLower().EndsWith("7")', lambda row: row["InvoiceNumber"].endswith("7")),
    ("SentToContact==true", lambda row: row["SentToContact"]),
    ("!(SentToContact)", lambda row: not row["SentToContact"]),
    ("FullyPaidOnDate==null", lambda row: "FullyPaidOnDate" not in row),
    ("FullyPaidOnDate<>null", lambda row: "FullyPaidOnDate" in row),
    (
        'CurrencyCode=="EUR" AND (AmountPaid>0 OR Status=="DRAFT")',
        lambda r: r["CurrencyCode"] == "EUR" and (r["AmountPaid"] > 0 or r["Status"] == "DRAFT"),
    ),
]


@pytest.mark.parametrize(("where", "holds"), CHOICES, ids=[where for where, _ in CHOICES])
async def test_an_expression_chooses_rows(read, invoices, where, holds):
    if "Reference." in where:
        where = f"Reference!=null && {where}"
    found = await read("Invoices", where=where)

    assert numbers(found) == [each["InvoiceID"] for each in invoices if holds(each)]
    assert 0 < len(found) < len(invoices)


async def test_ids_are_guids_also_those_of_contacts(read, invoices):
    one = invoices[17]
    contact = one["Contact"]["ContactID"]

    by_id = await read("Invoices", where=f'InvoiceID==guid("{one["InvoiceID"].upper()}")')
    by_contact = await read("Invoices", where=f'Contact.ContactID==Guid("{contact}")')
    by_name = await read("Invoices", where=f'Contact.Name=="{one["Contact"]["Name"]}"')

    assert numbers(by_id) == [one["InvoiceID"]]
    assert len(by_contact) == len(by_name) > 0
    assert {row["Contact"]["ContactID"] for row in by_contact} == {contact}


async def test_lists_are_filtered_too(read):
    banks = await read("Accounts", where='Type=="BANK" AND Status=="ACTIVE"')
    contacts = await read("Contacts", where='EmailAddress!=null&&EmailAddress.StartsWith("acc")')

    assert len(banks) == 3
    assert contacts


REFUSALS = [
    ('SearchTerm=="abc"', "No property or field 'SearchTerm' exists in type 'Invoice'"),
    ('Contact.Colour=="red"', "No property or field 'Colour' exists in type 'Contact'"),
    ('InvoiceID=="0a"', "Operator '==' incompatible with operand types 'Guid' and 'String'"),
    ('Total>"5"', "Operator '>' incompatible with operand types 'Decimal' and 'String'"),
    ('Status=="PAID" AND ()', "Expression expected"),
    ('Status=="PAID" AND', "Expression expected"),
    ("Status=='PAID'", "Character literal must contain exactly one character"),
    ('(Status=="PAID"', "')' expected"),
    ('Status=="PAID")', "Syntax error"),
    ('Reference.Contains("Job")', "must be preceded by a null guard"),
    ("Date>DateTime(2026,13,1)", "No matching constructor"),
    ('Status.Matches("P.*")', "No applicable method 'Matches'"),
    ("Status", "Expression of type 'Boolean' expected"),
]


@pytest.mark.parametrize(("where", "words"), REFUSALS, ids=[where for where, _ in REFUSALS])
async def test_what_xero_cannot_parse_is_refused_in_its_words(read, where, words):
    refused = await read("Invoices", status=400, where=where)

    assert (refused["ErrorNumber"], refused["Type"]) == (16, "QueryParseException")
    assert words in refused["Message"]


async def test_rows_are_sorted_by_amount_by_date_and_by_both(read):
    by_total = [row["Total"] for row in await read("Invoices", order="Total DESC")]
    both = await read("Invoices", order="DateString, InvoiceNumber DESC")
    refused = await read("Invoices", status=400, order="Colour")

    assert by_total == sorted(by_total, reverse=True)
    pairs = [(row["DateString"], row["InvoiceNumber"]) for row in both]
    assert [day for day, _ in pairs] == sorted(day for day, _ in pairs)
    same_day = [(a, b) for (day, a), (next_day, b) in pairwise(pairs) if day == next_day]
    assert all(first >= second for first, second in same_day)
    assert "Colour" in refused["Message"]


async def test_pages_are_cut_after_choosing_and_sorting(read, invoices):
    where = 'Type=="ACCREC"'
    first = await read("Invoices", where=where, order="Total", pageSize=20)
    second = await read("Invoices", where=where, order="Total", pageSize=20, page=2)

    expected = sorted(row["Total"] for row in invoices if row["Type"] == "ACCREC")
    assert [row["Total"] for row in (*first, *second)] == expected[:40]
