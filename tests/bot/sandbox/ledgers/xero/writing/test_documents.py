"""Invoices, bills and credit notes written to the stand-in Xero, by Xero's rules."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.seed import organisations
from bot.sandbox.ledgers.xero.writing.api import WRITERS
from bot.sandbox.ledgers.xero.writing.rules import Rules
from bot.sandbox.ledgers.xero.writing.sitting import Sitting

CENT = Decimal("0.01")
NOBODY = "00000000-0000-0000-0000-000000000001"


async def test_a_bill_is_entered_with_its_totals_and_is_there(write, a_bill, acme):
    made = await write("Invoices", a_bill(Reference="ours"))
    kept = acme.get("Invoices", made["InvoiceID"])

    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (21.0, 4.2, 25.2)
    assert (made["AmountDue"], made["Status"], made["InvoiceNumber"]) == (25.2, "AUTHORISED", "B-1")
    assert made["Reference"] == ""  # a bill has none
    assert made["LineItems"][0]["AccountID"] == acme.find("Accounts", "Printing & Stationery").id
    assert kept.fields["Total"] == Decimal("25.20")


async def test_the_tax_is_that_of_the_account_unless_it_is_said(write, a_bill):
    usual = await write("Invoices", a_bill(line={"TaxType": None}))
    other = await write("Invoices", a_bill(line={"TaxType": "RRINPUT"}))
    forced = await write("Invoices", a_bill(line={"TaxAmount": 4.19}))

    assert [row["TotalTax"] for row in (usual, other, forced)] == [4.2, 1.05, 4.19]


@pytest.mark.parametrize(
    ("treatment", "totals"),
    [
        ("Exclusive", (10.01, 2.0, 12.01)),
        ("Inclusive", (8.34, 1.67, 10.01)),
        ("NoTax", (10.01, 0, 10.01)),
    ],
)
async def test_a_document_is_totalled_as_its_amounts_are_meant(write, a_bill, treatment, totals):
    line = {"Quantity": 1, "UnitAmount": 10.01}
    made = await write("Invoices", a_bill(LineAmountTypes=treatment, line=line))

    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == totals


async def test_prices_are_cut_to_two_decimals_unless_four_are_asked_for(write, a_bill):
    line = {"Quantity": 100, "UnitAmount": 1.0049, "LineAmount": None}
    coarse = await write("Invoices", a_bill(line=line))
    fine = await write("Invoices", a_bill(line=line), unitdp="4")

    assert (coarse["SubTotal"], fine["SubTotal"]) == (100.0, 100.49)


async def test_a_contact_nobody_knows_is_made_and_a_known_name_is_found(write, a_bill, acme):
    name = acme.rows("Contacts")[3].fields["Name"]
    found = await write("Invoices", a_bill(Contact={"Name": name.upper()}))
    made = await write("Invoices", a_bill(Contact={"Name": "Nobody Yet Ltd"}))

    assert found["Contact"]["ContactID"] == acme.rows("Contacts")[3].id
    assert acme.find("Contacts", "Nobody Yet Ltd").id == made["Contact"]["ContactID"]


async def test_tracking_is_named_or_given_by_id(write, a_bill, acme):
    option = acme.find("TrackingOptions", "Wales")
    tracking = [{"Name": "Region", "Option": "North"}], [{"TrackingOptionID": option.id}]
    made = [await write("Invoices", a_bill(line={"Tracking": each})) for each in tracking]

    assert [row["LineItems"][0]["Tracking"][0]["Option"] for row in made] == ["North", "Wales"]


REFUSALS = [
    ({"Type": "BILL"}, "Invoice type must be one of ACCPAY, ACCREC"),
    ({"Status": "PAID"}, "Invoice not of valid status for creation"),
    ({"Contact": {}}, "The Contact must contain at least 1 of the following elements"),
    ({"Contact": {"ContactID": NOBODY}}, "contact details could not be found"),
    ({"LineItems": []}, "One or more line items must be specified"),
    ({"LineAmountTypes": "Gross"}, "LineAmountTypes must be one of"),
    ({"CurrencyCode": "JPY"}, "Organisation is not subscribed to currency JPY"),
    ({"Date": "yesterday"}, "is not a date"),
    ({"line": {"AccountCode": None}}, "Account code must be specified"),
    ({"line": {"AccountCode": "999"}}, "Account code '999' is not a valid code for this document."),
    ({"line": {"AccountCode": "610"}}, "Account code '610' is not a valid code for this document."),
    ({"line": {"AccountCode": "090"}}, "Account code '090' is not a valid code for this document."),
    ({"line": {"TaxType": "GST"}}, "The TaxType code GST does not exist or cannot be used"),
    (
        {"line": {"TaxType": "OUTPUT2"}},
        "The TaxType code 'OUTPUT2' cannot be used with account code '461'.",
    ),
    ({"line": {"Quantity": -1}}, "Quantity must not be less than zero"),
    (
        {"line": {"LineAmount": 20.99}},
        "The line total 20.99 does not match the expected line total 21.00",
    ),
    ({"line": {"TaxAmount": 21.01}}, "The tax amount cannot be greater than the line amount."),
    (
        {"line": {"Tracking": [{"Name": "Region", "Option": "Mars"}]}},
        "Tracking option 'Mars' does not exist",
    ),
]


@pytest.mark.parametrize(("changes", "words"), REFUSALS, ids=[words for _, words in REFUSALS])
async def test_what_is_wrong_is_refused_in_words(refused, a_bill, acme, changes, words):
    before = len(acme.rows("Invoices"))
    messages = await refused("Invoices", a_bill(**changes))

    assert any(words in message for message in messages), messages
    assert len(acme.rows("Invoices")) == before


async def test_everything_that_is_wrong_is_told_at_once(refused, a_bill):
    messages = await refused("Invoices", a_bill(line={"AccountCode": "999"}, CurrencyCode="JPY"))

    assert len(messages) == 2


async def test_a_refused_document_leaves_no_new_contact_behind(refused, a_bill, acme):
    await refused("Invoices", a_bill(Contact={"Name": "Left Behind"}, line={"AccountCode": "999"}))

    assert "Left Behind" not in {row.fields["Name"] for row in acme.rows("Contacts")}


async def test_archived_contacts_accounts_and_options_are_refused(refused, a_bill, acme, clock):
    contact = acme.rows("Contacts")[3]
    acme.archive("Contacts", contact.id, at=clock())
    acme.archive("Accounts", "Printing & Stationery", at=clock())
    acme.archive("TrackingOptions", "North", at=clock())
    tracking = [{"Name": "Region", "Option": "North"}]
    messages = " ".join(await refused("Invoices", a_bill(line={"Tracking": tracking})))

    assert "The contact must be un-archived before creating new invoices" in messages
    assert "Account code '461' has been archived, or has been deleted." in messages
    assert "Tracking option 'North' has been archived" in messages


async def test_lock_dates_hold_for_what_counts_but_not_for_drafts(
    write, refused, a_bill, acme, clock
):
    acme.change("Organisation", acme.key, {"PeriodLockDate": "2026-11-20"}, at=clock())
    messages = await refused("Invoices", a_bill())
    waiting = await write("Invoices", a_bill(Status="SUBMITTED"))
    late = await refused(
        f"Invoices/{waiting['InvoiceID']}", {"Status": "AUTHORISED"}, method="POST"
    )

    words = "The document date cannot be before the period lock date, currently set at 20 Nov 2026"
    assert messages == late == [words]


async def test_numbers_of_sales_are_unique_and_those_of_bills_are_not(write, refused, a_bill):
    sale = a_bill(Type="ACCREC", InvoiceNumber="S-1", line={"AccountCode": "200", "TaxType": None})
    await write("Invoices", sale)

    assert await refused("Invoices", sale) == ["Invoice # must be unique."]
    assert (await write("Invoices", a_bill()))["InvoiceNumber"] == "B-1"
    assert (await write("Invoices", a_bill()))["InvoiceNumber"] == "B-1"
    assert (await write("Invoices", {**sale, "InvoiceNumber": None}))["InvoiceNumber"] != "S-1"


async def test_a_draft_is_changed_approved_and_then_only_voided(write, refused, a_bill):
    made = await write("Invoices", a_bill(Status="DRAFT"))
    path = f"Invoices/{made['InvoiceID']}"
    more = [{"Description": "More", "UnitAmount": 50, "AccountCode": "461"}]
    changed = await write(path, {"LineItems": more}, method="POST")
    approved = await write(path, {"Status": "AUTHORISED"}, method="POST")
    back = await refused(path, {"Status": "DRAFT"}, method="POST")
    deleted = await refused(path, {"Status": "DELETED"}, method="POST")
    void = await write(path, {"Status": "VOIDED"}, method="POST")
    again = await refused(path, {"Status": "VOIDED"}, method="POST")

    assert (changed["Total"], changed["Status"], changed["InvoiceNumber"]) == (60.0, "DRAFT", "B-1")
    assert (approved["Status"], approved["AmountDue"]) == ("AUTHORISED", 60.0)
    assert (void["Status"], void["AmountDue"]) == ("VOIDED", 0.0)
    words = ["Invoice not of valid status for modification"]
    assert back == deleted == again == words


async def test_a_draft_is_deleted(write, a_bill):
    made = await write("Invoices", a_bill(Status="SUBMITTED"))
    gone = await write(f"Invoices/{made['InvoiceID']}", {"Status": "DELETED"}, method="POST")

    assert gone["Status"] == "DELETED"


async def test_what_is_paid_cannot_be_changed_or_voided(write, refused, a_bill):
    made = await write("Invoices", a_bill())
    payment = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 5}
    await write("Payments", {**payment, "Date": "2026-11-21"})
    for change in ({"Status": "VOIDED"}, {"DueDate": "2027-01-01"}):
        messages = await refused(f"Invoices/{made['InvoiceID']}", change, method="POST")

        assert messages == [
            "This document cannot be edited as it has a payment or credit note allocated to it."
        ]


async def test_posting_a_known_number_changes_that_sale(write, refused, a_bill):
    line = {"AccountCode": "200", "TaxType": None}
    sale = a_bill(Type="ACCREC", InvoiceNumber="S-2", Status="DRAFT", line=line)
    made = await write("Invoices", sale)
    changed = await write("Invoices", {**sale, "Reference": "Again"}, method="POST")
    await write("Invoices", {**sale, "Status": "AUTHORISED"}, method="POST")
    await write(f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"}, method="POST")
    fresh = await write("Invoices", sale, method="POST")

    assert changed["InvoiceID"] == made["InvoiceID"] != fresh["InvoiceID"]
    assert changed["Reference"] == "Again"


async def test_an_id_nobody_knows_is_not_found(practice, write, refused, a_bill):
    messages = await refused("Invoices", a_bill(InvoiceID=NOBODY), method="POST")
    answer = await practice.call_xero(
        write.tokens, f"Invoices/{NOBODY}", "Acme Limited", method="POST", json={}
    )

    assert messages == ["An existing invoice with the specified ID could not be found"]
    assert answer.status_code == 404


async def test_a_credit_note_is_entered_and_allocated_in_part(write, refused, a_bill, practice):
    bill = await write("Invoices", a_bill())
    note = await write("CreditNotes", {**a_bill(Type="ACCPAYCREDIT"), "CreditNoteNumber": "CN-7"})
    allocation = {"Invoice": {"InvoiceID": bill["InvoiceID"]}, "Amount": 10.2, "Date": "2026-11-21"}
    path = f"CreditNotes/{note['CreditNoteID']}"
    answer = await practice.call_xero(
        write.tokens, f"{path}/Allocations", "Acme Limited", method="PUT",
        json={"Allocations": [allocation]},
    )  # fmt: skip
    key = answer.json()["Allocations"][0]["AllocationID"]
    after = (await practice.call_xero(write.tokens, path, "Acme Limited")).json()["CreditNotes"][0]
    void = await refused(path, {"Status": "VOIDED"}, method="POST")
    gone = await practice.call_xero(
        write.tokens, f"{path}/Allocations/{key}", "Acme Limited", method="DELETE"
    )
    freed = (await practice.call_xero(write.tokens, path, "Acme Limited")).json()["CreditNotes"][0]

    assert after["RemainingCredit"] == 15.0
    assert void == [
        "This document cannot be edited as it has a payment or credit note allocated to it."
    ]
    assert gone.json()["Allocations"][0]["IsDeleted"] is True
    assert freed["RemainingCredit"] == 25.2


async def test_a_small_plan_approves_five_bills_a_month(write, refused, a_bill, acme, clock):
    acme.change("Organisation", acme.key, {"Class": "IGNITE"}, at=clock())
    for _ in range(5):
        await write("Invoices", a_bill())
    sixth = await refused("Invoices", a_bill())
    draft = await write("Invoices", a_bill(Status="DRAFT"))

    assert sixth == ["You have reached the limit of invoices you can approve."]
    assert draft["Status"] == "DRAFT"


@pytest.mark.parametrize("plan", ["IGNITE", "SIMPLE"])
async def test_drafts_are_not_counted_by_any_plan(write, a_bill, acme, clock, plan):
    acme.change("Organisation", acme.key, {"Class": plan}, at=clock())
    made = await write("Invoices", [a_bill(Status="DRAFT") for _ in range(7)])

    assert len(made["Invoices"]) == 7


async def test_a_bill_and_money_at_the_bank_keep_their_link_and_a_credit_note_has_none(
    write, a_bill
):
    link = "https://dext.example/items/1"
    bill = await write("Invoices", a_bill(Url=link))
    spent = await write(
        "BankTransactions", a_bill(Url=link, Type="SPEND", BankAccount={"Code": "090"}, Status=None)
    )
    credit = await write("CreditNotes", a_bill(Url=link, Type="ACCPAYCREDIT"))
    where = 'Type=="SPEND" AND Date>=DateTime(2026,11,20) AND Date<=DateTime(2026,11,20)'
    listed = await write("BankTransactions", None, method="GET", where=where, page=1)

    assert (bill["Url"], spent["Url"]) == (link, link)
    assert "Url" not in credit
    assert link in [each.get("Url") for each in listed["BankTransactions"]]


async def test_only_what_is_sold_has_a_reference(write, a_bill):
    sold = {"AccountCode": "200", "TaxType": "OUTPUT2"}
    kept = [
        (await write(kind, a_bill(Type=each, Reference="Ours", line=line)))["Reference"]
        for kind, each, line in (
            ("Invoices", "ACCREC", sold),
            ("CreditNotes", "ACCRECCREDIT", sold),
            ("Invoices", "ACCPAY", None),
            ("CreditNotes", "ACCPAYCREDIT", None),
        )
    ]

    assert kept == ["Ours", "Ours", "", ""]


async def test_a_line_may_be_words_alone(write, a_bill):
    bill = a_bill()
    bill["LineItems"].append({"Description": "For your files"})
    made = await write("Invoices", bill)

    assert made["Total"] == 25.2
    assert made["LineItems"][1]["Description"] == "For your files"


async def test_money_at_the_bank_has_the_currency_of_its_account(refused, a_bill):
    spent = a_bill(Type="SPEND", BankAccount={"Code": "090"}, Status=None, CurrencyCode="EUR")

    assert await refused("BankTransactions", spent) == [
        "The currency of the transaction must be that of the bank account"
    ]


AMOUNTS = st.decimals(min_value="0.01", max_value="9999.99", places=2)
LINES = st.lists(
    st.tuples(AMOUNTS, st.integers(1, 40), st.sampled_from(["INPUT2", "RRINPUT", "NONE"])),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=LINES, treatment=st.sampled_from(["Exclusive", "Inclusive", "NoTax"]))
def test_each_line_is_rounded_and_the_lines_make_the_total(clock, lines, treatment):
    books = organisations.directory(1).find("Acorn Dental")
    sitting = Sitting(
        books=books,
        drafting=Drafting(books),
        rules=Rules(books, decimals=2),
        at=clock(),
        creates=True,
    )
    typed = [
        {"UnitAmount": price, "Quantity": count, "AccountCode": "461", "TaxType": tax}
        for price, count, tax in lines
    ]
    document = {
        "Type": "ACCPAY",
        "Contact": {"Name": "Whoever"},
        "LineAmountTypes": treatment,
        "LineItems": typed,
    }
    made = WRITERS["Invoices"](sitting, document, None).fields
    rates = {"INPUT2": 20, "RRINPUT": 5, "NONE": 0}

    for line, (price, count, tax) in zip(made["LineItems"], lines, strict=True):
        exact = price * count * rates[tax] / (100 + rates[tax] * (treatment == "Inclusive"))
        owed = exact.quantize(CENT, ROUND_HALF_UP) if treatment != "NoTax" else 0
        assert line["LineAmount"] == price * count
        assert abs(line["TaxAmount"] - owed) <= (CENT if treatment == "Inclusive" else 0)
    total = sum(line["LineAmount"] for line in made["LineItems"])
    tax = sum(line["TaxAmount"] for line in made["LineItems"])
    assert made["Total"] == (total + tax if treatment == "Exclusive" else total)
    assert made["SubTotal"] + made["TotalTax"] == made["Total"]


@pytest.mark.parametrize("where", ["head", "line"])
async def test_a_control_character_is_refused_by_its_number(refused, a_bill, where):
    odd = {"line": {"Description": "Pa\x0bper"}} if where == "line" else {"InvoiceNumber": "B\x0b1"}

    assert await refused("Invoices", a_bill(**odd)) == [
        "'', hexadecimal value 0x0B, is an invalid character."
    ]
