"""Calls that write: several elements, idempotency keys, and answers that are lost."""

import pytest

ACME = "Acme Limited"


def wrong(bill):
    return {
        **bill,
        "InvoiceNumber": "bad",
        "LineItems": [{**bill["LineItems"][0], "AccountCode": "9"}],
    }


async def test_by_default_one_bad_element_keeps_all_of_them_out(write, a_bill, acme):
    before = len(acme.rows("Invoices"))
    told = await write("Invoices", [a_bill(), wrong(a_bill()), a_bill()], status=400)

    assert len(acme.rows("Invoices")) == before
    assert [each["InvoiceNumber"] for each in told["Elements"]] == ["bad"]


async def test_each_element_has_its_own_outcome_where_that_is_asked_for(write, a_bill, acme):
    before = len(acme.rows("Invoices"))
    told = await write("Invoices", [a_bill(), wrong(a_bill()), a_bill()], summarizeErrors="false")
    first, second, third = told["Invoices"]

    assert [each["StatusAttributeString"] for each in (first, second, third)] == [
        "OK",
        "ERROR",
        "OK",
    ]
    assert second["HasErrors"] is True
    assert second["InvoiceID"] == "00000000-0000-0000-0000-000000000000"
    assert "is not a valid code" in second["ValidationErrors"][0]["Message"]
    assert len(acme.rows("Invoices")) == before + 2


async def test_fifty_bills_are_entered_in_one_call(write, a_bill, acme):
    before = len(acme.rows("Invoices"))
    bills = [a_bill(InvoiceNumber=f"B-{n}") for n in range(50)]
    told = await write("Invoices", bills, summarizeErrors="false")

    assert [each["InvoiceNumber"] for each in told["Invoices"]] == [
        b["InvoiceNumber"] for b in bills
    ]
    assert len({each["InvoiceID"] for each in told["Invoices"]}) == 50
    assert len(acme.rows("Invoices")) == before + 50


async def test_the_same_key_gets_the_same_answer_and_makes_nothing_again(
    write, a_bill, acme, clock
):
    before, key = len(acme.rows("Invoices")), {"Idempotency-Key": "k-1"}
    first = await write("Invoices", a_bill(), headers=key)
    second = await write("Invoices", a_bill(), headers=key)
    clock.move(minutes=6)
    third = await write("Invoices", a_bill(), headers=key)

    assert first == second
    assert third["InvoiceID"] != first["InvoiceID"]
    assert len(acme.rows("Invoices")) == before + 2


async def test_an_error_is_replayed_too(write, a_bill, acme, clock):
    key = {"Idempotency-Key": "k-2"}
    archived = acme.archive("Accounts", "Printing & Stationery", at=clock())
    first = await write("Invoices", a_bill(), headers=key, status=400)
    acme.restore("Accounts", archived.id, at=clock())
    second = await write("Invoices", a_bill(), headers=key, status=400)
    fresh = await write("Invoices", a_bill(), headers={"Idempotency-Key": "k-3"})

    assert first == second
    assert fresh["InvoiceID"]


@pytest.mark.parametrize("change", ["body", "path", "length"])
async def test_a_key_used_for_something_else_is_refused(write, a_bill, change):
    key = {"Idempotency-Key": "k" * (129 if change == "length" else 8)}
    if change != "length":
        await write("Invoices", a_bill(), headers=key)
    body = a_bill(InvoiceNumber="Other") if change == "body" else a_bill()
    params = {"unitdp": "4"} if change == "path" else {}
    told = await write("Invoices", body, headers=key, status=400, **params)

    assert "Idempotency-Key" in told["Detail"]


async def test_what_was_done_stays_done_when_the_answer_is_lost(write, a_bill, acme, practice):
    before = len(acme.rows("Invoices"))
    practice.ledgers.set_fault(f"xero:{ACME}/Invoices", "timeout_after", seconds=0.1)
    key = {"Idempotency-Key": "k-4"}
    sent = {"method": "PUT", "json": a_bill(), "headers": key}
    lost = await practice.call_xero(write.tokens, "Invoices", ACME, **sent)
    found = await practice.call_xero(write.tokens, "Invoices", ACME, **sent)

    assert lost.status_code == 504
    assert found.status_code == 200
    assert len(acme.rows("Invoices")) == before + 1


async def test_a_fault_before_the_call_leaves_nothing_behind(write, a_bill, acme, practice):
    before = len(acme.rows("Invoices"))
    for fault in ("server_error", "unavailable_html", "rate_minute", "unauthorized"):
        practice.ledgers.set_fault(f"xero:{ACME}/Invoices", fault)
        answer = await practice.call_xero(
            write.tokens, "Invoices", ACME, method="PUT", json=a_bill()
        )

        assert answer.status_code >= 401
    assert len(acme.rows("Invoices")) == before


async def test_what_cannot_be_read_is_refused(practice, write):
    for content in (b"{", b"[1]", b'"Invoices"'):
        answer = await practice.call_xero(
            write.tokens, "Invoices", ACME, method="PUT", content=content
        )

        assert (answer.status_code, answer.json()["Type"]) == (400, "PostDataInvalidException")


async def test_what_an_app_made_is_found_as_such_and_counts_as_changed(
    write, a_bill, practice, clock
):
    made = await write("Invoices", a_bill())
    own = await practice.call_xero(
        write.tokens, "Invoices", ACME, params={"page": 1, "createdByMyApp": "true"}
    )
    since = {"If-Modified-Since": f"{clock.at:%Y-%m-%dT00:00:00}"}
    changed = await practice.call_xero(
        write.tokens, "Invoices", ACME, params={"page": 1}, headers=since
    )

    for answer in (own, changed):
        assert [row["InvoiceID"] for row in answer.json()["Invoices"]] == [made["InvoiceID"]]


@pytest.mark.parametrize("wrong", ["47", ""])
async def test_an_id_that_is_none_spoils_the_whole_call(write, a_bill, acme, wrong):
    before = len(acme.rows("Invoices"))
    bills = [a_bill(), a_bill(Contact={"ContactID": wrong})]
    told = await write("Invoices", bills, status=400, summarizeErrors="false")

    assert told["Message"] == "Unrecognized Guid format."
    assert len(acme.rows("Invoices")) == before


async def test_people_there_are_faster_at_the_call_that_was_told(write, a_bill, acme, practice):
    bill = await write("Invoices", a_bill(Status="DRAFT"))
    where, changed = f"Invoices/{bill['InvoiceID']}", {"Status": "DRAFT", "Reference": "ours"}
    practice.ledgers.set_fault(f"xero:{ACME}/Invoices", "done_meanwhile", 2, does="approve void")
    await write(where, {"Invoices": [changed]}, method="POST")
    told = await write(where, {"Invoices": [changed]}, method="POST", status=400)
    [row] = [row for row in acme.rows("Invoices") if row.id == bill["InvoiceID"]]

    assert "not of valid status for modification" in str(told["Elements"])
    assert row.fields["Status"] == "VOIDED"


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1b", "\ufffe", "\uffff"])
async def test_what_xml_cannot_hold_is_refused_wherever_it_stands(refused, a_bill, bad):
    line = {"Description": f"Red{bad} pens"}
    [words] = await refused("Invoices", a_bill(line=line))

    assert words == f"'', hexadecimal value 0x{ord(bad):02X}, is an invalid character."
