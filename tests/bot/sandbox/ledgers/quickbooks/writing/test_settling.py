"""Payments and journals written to the stand-in QuickBooks."""

import pytest


@pytest.fixture
async def bill(write, a_bill):
    return await write("Bill", a_bill())


@pytest.fixture
async def invoice(write, an_invoice):
    return await write("Invoice", an_invoice())


def linked(kind, key, amount):
    return {"Amount": amount, "LinkedTxn": [{"TxnId": key, "TxnType": kind}]}


@pytest.fixture
def paid(bill, account):
    def paid(amount=120, **fields):
        return {
            "VendorRef": bill["VendorRef"],
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": account("Cash at bank")},
            "TotalAmt": amount,
            "Line": [linked("Bill", bill["Id"], amount)],
            **fields,
        }

    return paid


async def test_a_bill_is_paid_and_the_payment_deleted(write, bakery, bill, paid, vendor):
    owed = vendor.fields["Balance"]
    made = await write("BillPayment", paid())
    settled = bakery.get("Bill", bill["Id"]).fields["Balance"]
    token = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    await write("BillPayment", token, operation="delete")

    assert made["TotalAmt"] == 120.0
    assert settled == 0
    assert bakery.get("Bill", bill["Id"]).fields["Balance"] == 120
    assert vendor.fields["Balance"] == owed


async def test_a_payment_by_card_is_void_with_nothing_left_of_it(
    write, bakery, bill, paid, account
):
    card = {"CCAccountRef": account("Company card")}
    made = await write("BillPayment", paid(PayType="CreditCard", CreditCardPayment=card))
    token = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    void = await write("BillPayment", token, operation="update", include="void")

    assert void["TotalAmt"] == 0
    assert bakery.get("Bill", bill["Id"]).fields["Balance"] == 120


@pytest.mark.parametrize(
    ("changes", "fault", "words"),
    [
        ({"amount": 121}, "6000", "has only 120.00 open"),
        ({"TotalAmt": 100}, "6000", "cannot exceed the amount of the payment"),
        ({"TotalAmt": 130}, "6000", "must be applied to bills in full"),
        ({"PayType": None}, "2020", "Required parameter PayType"),
        ({"PayType": "Barter"}, "2170", "PayType has no value Barter"),
        ({"CheckPayment": None}, "2020", "Required parameter BankAccountRef"),
        ({"Line": [linked("Bill", "999999", 1)], "TotalAmt": 1}, "2500", "TxnId"),
        ({"Line": [linked("Invoice", "1", 1)], "TotalAmt": 1}, "2170", "TxnType has no value"),
        ({"TxnDate": "2026-01-31"}, "6210", "period has closed"),
    ],
)
async def test_what_cannot_be_paid_is_refused(refused, paid, changes, fault, words):
    found = await refused("BillPayment", paid(**changes))

    assert found[0] == fault
    assert words in found[1]


async def test_a_customer_pays_more_than_is_owed(write, bakery, invoice, customer, account):
    owed = customer.fields["Balance"]
    made = await write(
        "Payment",
        {
            "CustomerRef": {"value": customer.id},
            "TotalAmt": 150,
            "DepositToAccountRef": account("Cash at bank"),
            "Line": [linked("Invoice", invoice["Id"], 120)],
        },
    )

    assert (made["TotalAmt"], made["UnappliedAmt"]) == (150.0, 30.0)
    assert bakery.get("Invoice", invoice["Id"]).fields["Balance"] == 0
    assert customer.fields["Balance"] == owed - 150


async def test_a_credit_goes_towards_an_invoice(write, bakery, invoice, an_invoice, customer):
    memo = await write("CreditMemo", an_invoice(amount=50, DocNumber="CM-1"))
    made = await write(
        "Payment",
        {
            "CustomerRef": {"value": customer.id},
            "TotalAmt": 0,
            "Line": [linked("Invoice", invoice["Id"], 60), linked("CreditMemo", memo["Id"], 60)],
        },
    )

    assert made["TotalAmt"] == 0
    assert bakery.get("Invoice", invoice["Id"]).fields["Balance"] == 60
    assert bakery.get("CreditMemo", memo["Id"]).fields["RemainingCredit"] == 0


async def test_somebody_elses_invoice_is_not_paid(refused, invoice, bakery, customer):
    other = next(row for row in bakery.rows("Customer") if row.id != customer.id)
    found = await refused(
        "Payment",
        {
            "CustomerRef": {"value": other.id},
            "TotalAmt": 120,
            "Line": [linked("Invoice", invoice["Id"], 120)],
        },
    )

    assert found == (
        "6000",
        "Business Validation Error: The linked transaction belongs to somebody else.",
    )


async def test_what_was_deposited_stays(refused, bakery):
    banked = next(
        row
        for row in bakery.rows("Payment")
        if any(each["TxnType"] == "Deposit" for each in row.fields["LinkedTxn"])
        and row.fields["TxnDate"] > "2026-04-01"
    )
    named = {"Id": banked.id, "SyncToken": str(banked.version)}
    found = await refused("Payment", named, operation="delete")

    assert found[0] == "6540"


def side(posting, account, amount, **more):
    detail = {"PostingType": posting, "AccountRef": account, **more}
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": detail,
    }


async def test_a_journal_is_entered_in_balance(write, refused, account, customer):
    lines = [side("Debit", account("Rent"), 50), side("Credit", account("Accruals"), 50)]
    made = await write("JournalEntry", {"TxnDate": "2026-11-20", "DocNumber": "J-1", "Line": lines})
    changed = await write(
        "JournalEntry",
        {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "Why"},
    )
    odd = await refused("JournalEntry", {"Line": lines[:1]})
    debtor = {"Type": "Customer", "EntityRef": {"value": customer.id}}
    owed = [
        side("Debit", account("Debtors"), 5, Entity=debtor),
        side("Credit", account("Sales"), 5),
    ]
    named = await write("JournalEntry", {"Line": owed})
    nobody = await refused(
        "JournalEntry", {"Line": [side("Debit", account("Debtors"), 5), owed[1]]}
    )
    creditor = [
        side("Credit", account("Creditors"), 5, Entity=debtor),
        side("Debit", account("Rent"), 5),
    ]

    assert (made["TotalAmt"], made["DocNumber"]) == (50.0, "J-1")
    assert (changed["PrivateNote"], len(changed["Line"])) == ("Why", 2)
    assert "is not in balance" in odd[1]
    assert named["Line"][0]["JournalEntryLineDetail"]["Entity"]["Type"] == "Customer"
    assert "When you use Accounts Receivable, you must choose a customer" in nobody[1]
    found = await refused("JournalEntry", {"Line": creditor})
    assert "When you use Accounts Payable, you must choose a vendor" in found[1]
