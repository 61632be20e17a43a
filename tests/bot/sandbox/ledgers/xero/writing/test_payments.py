"""Payments and money at the bank, written to the stand-in Xero."""

import pytest

NOBODY = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
async def bill(write, a_bill):
    return await write("Invoices", a_bill())


@pytest.fixture
def payment(bill):
    def payment(**fields):
        return {
            "Invoice": {"InvoiceID": bill["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": "2026-11-21",
            "Amount": 25.2,
            **fields,
        }

    return payment


async def test_a_payment_settles_and_is_taken_back(write, refused, bill, payment, acme):
    half = await write("Payments", payment(Amount=10))
    rest = await write("Payments", payment(Amount=15.2, Reference="Rest"))
    paid = acme.get("Invoices", bill["InvoiceID"]).fields["Status"]
    path = f"Payments/{half['PaymentID']}"
    gone = await write(path, {"Status": "DELETED"}, method="POST")
    again = await refused(path, {"Status": "DELETED"}, method="POST")
    invoice = acme.get("Invoices", bill["InvoiceID"]).fields

    assert (rest["PaymentType"], rest["Reference"]) == ("ACCPAYPAYMENT", "Rest")
    assert paid == "PAID"
    assert gone["Status"] == "DELETED"
    assert (invoice["Status"], float(invoice["AmountDue"])) == ("AUTHORISED", 10.0)
    assert again == ["Payment not of valid status for modification"]


async def test_an_invoice_is_named_by_number_and_an_account_by_id(write, payment, acme):
    bank = acme.find("Accounts", "Reserve Account").id
    how = {"Invoice": {"InvoiceNumber": "B-1"}, "Account": {"AccountID": bank}}
    made = await write("Payments", payment(**how, Amount=1))

    assert made["Account"]["AccountID"] == bank


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Amount": 25.21}, "Payment amount exceeds the amount outstanding on this document"),
        ({"Amount": 0}, "Payment amount exceeds the amount outstanding on this document"),
        ({"Amount": "some"}, "Amount must be a number"),
        ({"Invoice": None}, "A payment must reference an Invoice"),
        ({"Invoice": {"InvoiceID": NOBODY}}, "Invoice could not be found"),
        ({"Account": {"Code": "461"}}, "Payments can only be made from bank accounts"),
        ({"Account": {"Code": "nil"}}, "Account could not be found"),
    ],
)
async def test_what_cannot_be_paid_is_refused(refused, payment, changes, words):
    messages = await refused("Payments", payment(**changes))

    assert any(words in message for message in messages), messages


async def test_a_draft_and_a_locked_date_cannot_be_paid(write, refused, a_bill, payment, acme):
    draft = await write("Invoices", a_bill(Status="DRAFT"))
    waits = await refused("Payments", payment(Invoice={"InvoiceID": draft["InvoiceID"]}))
    acme.change(
        "Organisation", acme.key, {"EndOfYearLockDate": "2026-11-21"}, at=acme.profile.updated
    )
    late = await refused("Payments", payment())

    assert waits == ["Payments can only be made against Authorised documents"]
    assert late == [
        "The payment date cannot be before the end of year lock date, currently set at 21 Nov 2026"
    ]


@pytest.fixture
def spent(a_bill):
    def spent(**fields):
        kept = {k: v for k, v in a_bill().items() if k in {"Contact", "Date", "LineItems"}}
        return {"Type": "SPEND", "BankAccount": {"Code": "090"}, **kept, **fields}

    return spent


async def test_money_is_spent_and_received_and_deleted(write, refused, spent):
    made = await write("BankTransactions", spent(Reference="Card 1"))
    came = await write("BankTransactions", spent(Type="RECEIVE"))
    path = f"BankTransactions/{made['BankTransactionID']}"
    changed = await write(path, {"Reference": "Card 2"}, method="POST")
    gone = await write(path, {"Status": "DELETED"}, method="POST")
    again = await refused(path, {"Status": "DELETED"}, method="POST")

    assert (made["Total"], made["Status"], made["IsReconciled"]) == (25.2, "AUTHORISED", False)
    assert came["Type"] == "RECEIVE"
    assert (changed["Reference"], changed["Total"]) == ("Card 2", 25.2)
    assert gone["Status"] == "DELETED"
    assert again == ["Bank transaction not of valid status for modification"]


async def test_what_is_reconciled_stays(write, refused, spent):
    made = await write("BankTransactions", spent(IsReconciled=True))
    path = f"BankTransactions/{made['BankTransactionID']}"
    messages = await refused(path, {"Status": "DELETED"}, method="POST")

    assert messages == ["This transaction cannot be edited because it has been reconciled"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"BankAccount": {"Code": "461"}}, "do not match a known bank account"),
        ({"BankAccount": None}, "do not match a known bank account"),
        ({"Type": "SPENT"}, "must be one of SPEND, RECEIVE"),
        ({"LineItems": []}, "One or more line items must be specified"),
        ({"CurrencyCode": "EUR"}, "must be that of the bank account"),
        ({"Contact": {}}, "The Contact must contain at least 1"),
    ],
)
async def test_wrong_bank_transactions_are_refused(refused, spent, changes, words):
    messages = await refused("BankTransactions", spent(**changes))

    assert any(words in message for message in messages), messages


async def test_a_negative_total_is_refused(refused, spent, a_bill):
    lines = a_bill(line={"UnitAmount": -5})["LineItems"]

    assert await refused("BankTransactions", spent(LineItems=lines)) == [
        "The total of a bank transaction must not be negative"
    ]


async def test_a_prepayment_comes_from_money_spent(write, spent, acme):
    made = await write("BankTransactions", spent(Type="SPEND-PREPAYMENT"))
    credit = acme.get("Prepayments", made["PrepaymentID"])

    assert float(credit.fields["RemainingCredit"]) == 25.2


async def test_a_manual_journal_balances_and_keeps_to_open_accounts(write, refused):
    lines = [
        {"AccountCode": "461", "LineAmount": 10, "Description": "Paper"},
        {"AccountCode": "620", "LineAmount": -10},
    ]
    whole = {"Narration": "Prepaid", "Date": "2026-11-20", "JournalLines": lines}
    made = await write("ManualJournals", whole)
    path = f"ManualJournals/{made['ManualJournalID']}"
    posted = await write(path, {"Status": "POSTED"}, method="POST")
    void = await write(path, {"Status": "VOIDED"}, method="POST")
    lone = await refused("ManualJournals", {**whole, "JournalLines": lines[:1]})
    closed = [{**lines[0], "AccountCode": "610"}, lines[1]]

    assert [each["Status"] for each in (made, posted, void)] == ["DRAFT", "POSTED", "VOIDED"]
    assert lone == [
        "A manual journal must have at least 2 lines",
        "The total debits (10.00) must equal total credits (0.00)",
    ]
    assert await refused("ManualJournals", {**whole, "Narration": " "}) == ["Narration is required"]
    assert await refused("ManualJournals", {**whole, "JournalLines": closed}) == [
        "Account code '610' is not a valid code for this document."
    ]
