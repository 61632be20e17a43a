"""What an accountant does to transactions, and what Xero then tells whoever reads them."""

from datetime import timedelta
from decimal import Decimal

import pytest

ACME = "Acme Limited"
BANK = "Business Current Account"
BILL = {
    "Type": "ACCPAY",
    "Contact": {"Name": ""},
    "InvoiceNumber": "SUP-1",
    "Date": "2026-11-20",
    "DueDate": "2026-12-20",
    "LineItems": [
        {"Description": "Oak", "Quantity": 3, "UnitAmount": "33.35", "AccountCode": "310"}
        | {"TaxType": "INPUT2"},
        {"Description": "Carriage", "UnitAmount": "12.00", "AccountCode": "315"}
        | {"TaxType": "NONE"},
    ],
}


class Accountant:
    """Edits one organisation and reads it back as an app would."""

    def __init__(self, practice, tokens):
        self._practice = practice
        self._tokens = tokens

    async def does(self, **instruction):
        answer = await self.tries(**instruction)
        assert answer.status_code == 200, answer.text
        self._practice.clock.move(seconds=90)
        return answer.json()["id"]

    async def tries(self, **instruction):
        edit = {"organisation": ACME, **instruction}
        return await self._practice.client.post("/ledgers/xero/edit", json=edit)

    async def adds_bill(self, **changes):
        contacts = await self.sees("Contacts", page="1")
        typed = {**BILL, "Contact": {"ContactID": contacts[0]["ContactID"]}, **changes}
        return await self.does(kind="Invoices", action="add", fields=typed)

    async def sees(self, resource, *, since=None, **params):
        headers = {"If-Modified-Since": since} if since else {}
        answer = await self._practice.call_xero(
            self._tokens, resource, ACME, params=params, headers=headers
        )
        assert answer.status_code == 200, answer.text
        return answer.json()[resource.partition("/")[0]]

    async def sees_one(self, resource, key):
        (row,) = await self.sees(f"{resource}/{key}", unitdp="4")
        return row

    async def sees_changed(self, since):
        """The ids of everything that counts as changed, by resource."""
        kinds = ("Invoices", "CreditNotes", "Payments", "BankTransactions", "Contacts")
        changed = {}
        for kind in (*kinds, "Overpayments", "BatchPayments", "BankTransfers"):
            params = {"includeArchived": "true", "includeDeleted": "true"}
            rows = await self.sees(kind, since=since, **params)
            changed |= {kind: len(rows)} if rows else {}
        return changed

    def now(self):
        """As a header, and early enough for what is done at this very instant to be later."""
        return f"{self._practice.clock.at - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
async def accountant(practice):
    return Accountant(practice, await practice.xero(ACME))


async def test_a_bill_is_added_up(accountant):
    bill = await accountant.sees_one("Invoices", await accountant.adds_bill())

    assert [line["LineAmount"] for line in bill["LineItems"]] == [100.05, 12.0]
    assert [line["TaxAmount"] for line in bill["LineItems"]] == [20.01, 0.0]
    assert (bill["SubTotal"], bill["TotalTax"], bill["Total"]) == (112.05, 20.01, 132.06)
    assert (bill["AmountDue"], bill["Status"]) == (132.06, "AUTHORISED")
    assert (bill["Date"], bill["DateString"]) == (
        "/Date(1795132800000+0000)/",
        "2026-11-20T00:00:00",
    )
    assert bill["LineItems"][0]["AccountID"]


async def test_tax_can_be_inside_the_amounts(accountant):
    key = await accountant.adds_bill(LineAmountTypes="Inclusive")
    bill = await accountant.sees_one("Invoices", key)

    assert [line["TaxAmount"] for line in bill["LineItems"]] == [16.68, 0.0]
    assert (bill["SubTotal"], bill["TotalTax"], bill["Total"]) == (95.37, 16.68, 112.05)


async def test_unit_prices_have_two_decimals_unless_four_are_asked_for(accountant):
    line = {"Quantity": 1000, "UnitAmount": "0.1255", "AccountCode": "310", "TaxType": "NONE"}
    key = await accountant.adds_bill(LineItems=[line])
    fine = await accountant.sees_one("Invoices", key)
    ((coarse,),) = [row["LineItems"] for row in await accountant.sees(f"Invoices/{key}")]

    assert fine["LineItems"][0]["UnitAmount"] == 0.1255
    assert coarse["UnitAmount"] == 0.13
    assert coarse["LineAmount"] == fine["LineItems"][0]["LineAmount"] == 125.5


async def test_paying_leaves_less_due_and_nothing_in_the_end(accountant):
    key = await accountant.adds_bill()
    before = accountant.now()
    first = await accountant.does(
        action="pay", name=key, account=BANK, amount="32.06", date="2026-11-21"
    )
    half = await accountant.sees_one("Invoices", key)
    await accountant.does(action="pay", name=key, account=BANK, date="2026-11-22")
    whole = await accountant.sees_one("Invoices", key)

    assert (half["AmountDue"], half["AmountPaid"], half["Status"]) == (100.0, 32.06, "AUTHORISED")
    assert [each["PaymentID"] for each in half["Payments"]] == [first]
    assert (whole["AmountDue"], whole["AmountPaid"], whole["Status"]) == (0.0, 132.06, "PAID")
    assert whole["FullyPaidOnDate"] == "/Date(1795305600000+0000)/"
    assert await accountant.sees_changed(before) == {"Invoices": 1, "Payments": 2}


async def test_a_payment_that_is_deleted_is_due_again(accountant):
    key = await accountant.adds_bill()
    payment = await accountant.does(action="pay", name=key, account=BANK)
    before = accountant.now()
    await accountant.does(action="delete", kind="Payments", name=payment)
    bill = await accountant.sees_one("Invoices", key)

    assert (await accountant.sees_one("Payments", payment))["Status"] == "DELETED"
    assert (bill["AmountDue"], bill["Status"], bill["Payments"]) == (132.06, "AUTHORISED", [])
    assert "FullyPaidOnDate" not in bill
    assert await accountant.sees_changed(before) == {"Invoices": 1, "Payments": 1}


async def test_several_bills_are_paid_together_and_the_batch_taken_back(accountant):
    bills = [await accountant.adds_bill(InvoiceNumber=f"SUP-{n}") for n in range(2)]
    fields = {"Account": BANK, "Payments": [{"Invoice": {"InvoiceID": key}} for key in bills]}
    batch = await accountant.does(kind="BatchPayments", action="add", fields=fields)
    paid = await accountant.sees_one("BatchPayments", batch)
    await accountant.does(action="delete", kind="BatchPayments", name=batch)
    statuses = [(await accountant.sees_one("Invoices", key))["Status"] for key in bills]

    assert (paid["Type"], paid["TotalAmount"], len(paid["Payments"])) == ("PAYBATCH", 264.12, 2)
    assert (await accountant.sees_one("BatchPayments", batch))["Status"] == "DELETED"
    assert statuses == ["AUTHORISED", "AUTHORISED"]


async def test_a_credit_note_is_put_towards_a_bill_and_taken_back(accountant):
    bill = await accountant.adds_bill()
    line = {"UnitAmount": "50", "AccountCode": "310", "TaxType": "INPUT2"}
    contact = (await accountant.sees_one("Invoices", bill))["Contact"]["ContactID"]
    note = {"Type": "ACCPAYCREDIT", "Contact": contact, "LineItems": [line]}
    credit = await accountant.does(kind="CreditNotes", action="add", fields=note)
    named = {"kind": "CreditNotes", "name": credit}
    await accountant.does(**named, action="allocate", invoice=bill, amount="20")
    used, owed = (
        await accountant.sees_one("CreditNotes", credit),
        await accountant.sees_one("Invoices", bill),
    )
    await accountant.does(**named, action="withdraw")
    back = await accountant.sees_one("Invoices", bill)

    assert (used["RemainingCredit"], used["Allocations"][0]["Amount"]) == (40.0, 20.0)
    assert (owed["AmountCredited"], owed["AmountDue"]) == (20.0, 112.06)
    assert owed["CreditNotes"][0]["AppliedAmount"] == 20.0
    assert (back["AmountCredited"], back["AmountDue"], back["CreditNotes"]) == (0.0, 132.06, [])


async def test_an_overpayment_arrives_at_the_bank_and_pays_what_is_due(accountant):
    sale = await accountant.adds_bill(Type="ACCREC", InvoiceNumber="")
    contact = (await accountant.sees_one("Invoices", sale))["Contact"]["ContactID"]
    over = {"Type": "RECEIVE-OVERPAYMENT", "Contact": contact, "BankAccount": BANK, "Amount": 500}
    key = await accountant.does(kind="Overpayments", action="add", fields=over)
    await accountant.does(kind="Overpayments", action="allocate", name=key, invoice=sale)
    row = await accountant.sees_one("Overpayments", key)
    banked = [
        each
        for each in await accountant.sees("BankTransactions")
        if each.get("OverpaymentID") == key
    ]

    assert (row["RemainingCredit"], row["LineAmountTypes"]) == (367.94, "NoTax")
    assert (await accountant.sees_one("Invoices", sale))["Status"] == "PAID"
    assert [each["Total"] for each in banked] == [500.0]


async def test_drafts_are_deleted_and_bills_voided(accountant):
    draft = await accountant.adds_bill(Status="DRAFT")
    bill = await accountant.adds_bill()
    await accountant.does(action="delete", kind="Invoices", name=draft)
    await accountant.does(action="void", name=bill)

    assert (await accountant.sees_one("Invoices", draft))["Status"] == "DELETED"
    voided = await accountant.sees_one("Invoices", bill)
    assert (voided["Status"], voided["AmountDue"], voided["Total"]) == ("VOIDED", 0.0, 132.06)


async def test_a_bill_is_changed_and_keeps_its_number(accountant):
    key = await accountant.adds_bill(Status="DRAFT")
    line = {"Description": "Ash", "UnitAmount": "10", "AccountCode": "310", "TaxType": "INPUT2"}
    fields = {"LineItems": [line], "DueDate": "2027-01-31"}
    await accountant.does(action="change", kind="Invoices", name=key, fields=fields)
    await accountant.does(action="approve", kind="Invoices", name=key)
    bill = await accountant.sees_one("Invoices", key)

    assert (bill["InvoiceNumber"], bill["Total"], bill["AmountDue"]) == ("SUP-1", 12.0, 12.0)
    assert (bill["DueDateString"], bill["Status"]) == ("2027-01-31T00:00:00", "AUTHORISED")


async def test_money_at_the_bank_is_reconciled_and_deleted(accountant):
    contact = (await accountant.sees("Contacts", page="1"))[0]["ContactID"]
    line = {"UnitAmount": "9.60", "AccountCode": "404"}
    spent = {"Type": "SPEND", "BankAccount": BANK, "Contact": contact, "LineItems": [line]}
    key = await accountant.does(kind="BankTransactions", action="add", fields=spent)
    named = {"kind": "BankTransactions", "name": key}
    await accountant.does(**named, action="reconcile")
    reconciled = await accountant.sees_one("BankTransactions", key)
    await accountant.does(**named, action="delete")

    assert reconciled["IsReconciled"] is True
    assert (await accountant.sees_one("BankTransactions", key))["Status"] == "DELETED"


async def test_a_deleted_transfer_is_only_shown_to_who_asks_for_it(accountant):
    fields = {"FromBankAccount": BANK, "ToBankAccount": "Reserve Account", "Amount": "75"}
    key = await accountant.does(kind="BankTransfers", action="add", fields=fields)
    there = [row["BankTransferID"] for row in await accountant.sees("BankTransfers")]
    await accountant.does(kind="BankTransfers", action="delete", name=key)
    gone = [row["BankTransferID"] for row in await accountant.sees("BankTransfers")]
    every = await accountant.sees("BankTransfers", includeDeleted="true")

    assert key in there
    assert key not in gone
    assert {row["BankTransferID"]: row["Status"] for row in every}[key] == "DELETED"


async def test_a_merged_contact_is_archived_and_its_documents_move_without_being_touched(
    accountant,
):
    first, second = (await accountant.sees("Contacts", page="1"))[:2]
    key = await accountant.adds_bill()
    before = accountant.now()
    await accountant.does(
        action="merge", name=first["ContactID"], into=second["ContactID"], kind="Contacts"
    )
    gone = await accountant.sees_one("Contacts", first["ContactID"])
    bill = await accountant.sees_one("Invoices", key)

    assert (gone["ContactStatus"], gone["MergedToContactID"]) == ("ARCHIVED", second["ContactID"])
    assert (bill["Contact"]["ContactID"], bill["Contact"]["Name"]) == (
        second["ContactID"],
        second["Name"],
    )
    assert await accountant.sees_changed(before) == {"Contacts": 2}


async def test_who_a_contact_was_merged_into_is_only_told_with_a_page(accountant):
    first, second = (await accountant.sees("Contacts", page="1"))[:2]
    await accountant.does(
        action="merge", name=first["ContactID"], into=second["ContactID"], kind="Contacts"
    )
    asked = {"includeArchived": "true", "IDs": first["ContactID"]}

    assert "MergedToContactID" in (await accountant.sees("Contacts", page="1", **asked))[0]
    assert "MergedToContactID" not in (await accountant.sees("Contacts", **asked))[0]


async def test_documents_say_what_a_renamed_account_is_called_now(accountant):
    fields = {"FromBankAccount": BANK, "ToBankAccount": "Reserve Account", "Amount": "75"}
    key = await accountant.does(kind="BankTransfers", action="add", fields=fields)
    await accountant.does(kind="Accounts", action="rename", name="Reserve Account", to="Savings")

    assert (await accountant.sees_one("BankTransfers", key))["ToBankAccount"]["Name"] == "Savings"


async def test_lock_dates_stop_what_is_dated_before_them_but_no_drafts(accountant):
    await accountant.does(action="lock", period="2026-11-20")
    contact = (await accountant.sees("Contacts", page="1"))[0]["ContactID"]
    bill = {**BILL, "Contact": contact}
    refused = await accountant.tries(kind="Invoices", action="add", fields=bill)
    draft = await accountant.tries(
        kind="Invoices", action="add", fields={**bill, "Status": "DRAFT"}
    )
    await accountant.does(action="lock", period=None)
    allowed = await accountant.tries(kind="Invoices", action="add", fields=bill)

    assert refused.status_code == 400
    assert refused.json()["error"] == (
        "The document date cannot be before the period lock date, currently set at 20 Nov 2026"
    )
    assert (draft.status_code, allowed.status_code) == (200, 200)


@pytest.mark.parametrize(
    ("instruction", "status", "words"),
    [
        ({"action": "pay", "name": "SUP-1", "account": BANK, "amount": "999"}, 400, "exceeds"),
        ({"action": "pay", "name": "SUP-1", "account": "Piggy bank"}, 404, "no account called"),
        ({"action": "pay", "name": "SUP-1", "account": BANK, "date": "soon"}, 400, "not a date"),
        ({"action": "delete", "kind": "Invoices", "name": "SUP-1"}, 400, "voided, not deleted"),
        ({"action": "void", "kind": "BankTransactions", "name": "SUP-1"}, 404, "has nothing"),
        ({"action": "approve", "kind": "Invoices", "name": "SUP-1"}, 400, "Only a draft"),
        ({"action": "reset"}, 400, "no demo company"),
        ({"action": "lock", "period": "x"}, 400, "not a date"),
        ({"action": "change", "kind": "Payments", "name": "x", "fields": {}}, 404, "has nothing"),
    ],
)
async def test_what_xero_would_not_take_is_refused_in_words(accountant, instruction, status, words):
    await accountant.adds_bill()
    answer = await accountant.tries(**instruction)

    assert answer.status_code == status
    assert words in answer.json()["error"]


async def test_a_journal_must_balance(accountant):
    lines = [
        {"AccountCode": "400", "LineAmount": "10"},
        {"AccountCode": "711", "LineAmount": "-9.99"},
    ]
    fields = {"Narration": "Depreciation", "JournalLines": lines}
    refused = await accountant.tries(kind="ManualJournals", action="add", fields=fields)
    lines[1]["LineAmount"] = "-10"
    key = await accountant.does(kind="ManualJournals", action="add", fields=fields)
    await accountant.does(kind="ManualJournals", action="void", name=key)

    assert refused.json()["error"] == "The total debits must equal total credits."
    journal = await accountant.sees_one("ManualJournals", key)
    assert (journal["Status"], [line["LineAmount"] for line in journal["JournalLines"]]) == (
        "VOIDED",
        [10.0, -10.0],
    )


async def test_a_foreign_bill_is_paid_from_a_british_account(accountant):
    key = await accountant.adds_bill(CurrencyCode="EUR", CurrencyRate="1.2")
    payment = await accountant.does(action="pay", name=key, account=BANK)
    row = await accountant.sees_one("Payments", payment)

    assert Decimal(str(row["Amount"])) == Decimal("132.06")
    assert Decimal(str(row["BankAmount"])) == Decimal("110.05")


async def test_the_demo_company_begins_again_with_new_ids_and_no_connections(practice):
    tokens = await practice.xero("Demo Company (UK)", ACME)
    before = practice.ledgers.organisation("Demo Company (UK)").key
    reset = {"organisation": "Demo Company (UK)", "action": "reset"}
    answer = await practice.client.post("/ledgers/xero/edit", json=reset)
    after = practice.ledgers.organisation("Demo Company (UK)").key
    left = await practice.connections(tokens)
    gone = await practice.call_xero(tokens, "Accounts", "Demo Company (UK)")
    again = await practice.xero("Demo Company (UK)")

    assert answer.status_code == 200, answer.text
    assert before != after
    assert [row["tenantName"] for row in left] == [ACME]
    assert gone.status_code == 403
    assert (await practice.call_xero(again, "Invoices", "Demo Company (UK)")).status_code == 200
