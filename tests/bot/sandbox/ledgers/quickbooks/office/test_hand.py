"""What the accountant does in QuickBooks, seen through the API."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.ledgers.books import NoSuchRow
from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS
from bot.sandbox.ledgers.quickbooks.keeping.settling import unapplied
from bot.sandbox.ledgers.quickbooks.office import hand

BAKERY = "Bright Bakery"


async def edit(practice, **instruction):
    practice.clock.move(seconds=2)
    answer = await practice.client.post(
        "/ledgers/quickbooks/edit", json={"organisation": BAKERY, **instruction}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(practice, **instruction):
    answer = await practice.client.post(
        "/ledgers/quickbooks/edit", json={"organisation": BAKERY, **instruction}
    )
    assert answer.status_code in {400, 404}, answer.text
    return answer.json()["error"]


async def read(practice, tokens, kind, key):
    practice.clock.move(seconds=1)
    answer = await practice.call_quickbooks(tokens, f"{kind.casefold()}/{key}")
    assert answer.status_code == 200, answer.text
    return answer.json()[kind]


async def an_invoice(practice, ledgers, **more):
    customer = ledgers.organisation(BAKERY).rows("Customer")[5]
    return await edit(practice, action="add_invoice", customer=customer.id, amount="100.00", **more)


async def a_bill(practice, ledgers, **more):
    vendor = ledgers.organisation(BAKERY).rows("Vendor")[20]
    return await edit(practice, action="add_bill", vendor=vendor.id, amount="80", **more)


async def test_an_invoice_is_added_with_its_tax(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    added = await an_invoice(practice, ledgers, number="N-1", date="2026-11-20", due="2026-12-04")
    invoice = await read(practice, tokens, "Invoice", added["id"])

    assert (invoice["DocNumber"], invoice["TxnDate"]) == ("N-1", "2026-11-20")
    assert (invoice["TotalAmt"], invoice["Balance"]) == (120.0, 120.0)
    assert invoice["TxnTaxDetail"]["TotalTax"] == 20.0
    assert invoice["DueDate"] == "2026-12-04"
    assert added["touched"] == [{"kind": "Invoice", "id": added["id"], "operation": "Create"}]


async def test_a_customer_owes_what_is_open(practice, ledgers):
    customer = ledgers.organisation(BAKERY).rows("Customer")[5]
    before, version = Decimal(customer.fields["Balance"]), customer.version
    added = await an_invoice(practice, ledgers)
    owing = customer.fields["Balance"]
    await edit(practice, action="receive_payment", name=added["id"], amount="20")

    assert owing == before + 120
    assert customer.fields["Balance"] == before + 100
    assert customer.version == version, "a balance is not an edit of the customer"


async def test_a_payment_and_its_invoice_know_each_other(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    invoice_id = (await an_invoice(practice, ledgers))["id"]
    before = await read(practice, tokens, "Invoice", invoice_id)
    paid = await edit(practice, action="receive_payment", name=invoice_id, amount="45.50")
    invoice = await read(practice, tokens, "Invoice", invoice_id)
    payment = await read(practice, tokens, "Payment", paid["id"])

    assert invoice["Balance"] == 74.5
    assert invoice["LinkedTxn"] == [{"TxnId": paid["id"], "TxnType": "Payment"}]
    assert int(invoice["SyncToken"]) == int(before["SyncToken"]) + 1
    assert invoice["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]
    assert (payment["TotalAmt"], payment["UnappliedAmt"]) == (45.5, 0.0)
    assert payment["Line"] == [
        {"Amount": 45.5, "LinkedTxn": [{"TxnId": invoice_id, "TxnType": "Invoice"}]}
    ]


async def test_deleting_a_payment_opens_what_it_paid(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    bill_id = (await a_bill(practice, ledgers))["id"]
    paid = await edit(practice, action="pay_bill", name=bill_id)
    settled = await read(practice, tokens, "Bill", bill_id)
    await edit(practice, action="delete_payment", kind="BillPayment", name=paid["id"])
    bill = await read(practice, tokens, "Bill", bill_id)
    gone = await practice.call_quickbooks(tokens, f"billpayment/{paid['id']}")

    assert (settled["Balance"], settled["LinkedTxn"][0]["TxnType"]) == (0.0, "BillPaymentCheck")
    assert (bill["Balance"], bill["LinkedTxn"]) == (96.0, [])
    assert gone.json()["Fault"]["Error"][0]["code"] == "610"


async def test_a_void_invoice_is_full_of_zeros_and_its_payment_free(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    invoice_id = (await an_invoice(practice, ledgers))["id"]
    paid = await edit(practice, action="receive_payment", name=invoice_id)
    voided = await edit(practice, action="void", kind="Invoice", name=invoice_id)
    invoice = await read(practice, tokens, "Invoice", invoice_id)
    payment = await read(practice, tokens, "Payment", paid["id"])

    assert invoice["PrivateNote"] == "Voided"
    assert (invoice["TotalAmt"], invoice["Balance"], invoice["LinkedTxn"]) == (0.0, 0.0, [])
    assert {line["Amount"] for line in invoice["Line"]} == {0.0}
    assert (payment["UnappliedAmt"], payment["Line"]) == (120.0, [])
    operations = {(each["kind"], each["operation"]) for each in voided["touched"]}
    assert operations >= {("Invoice", "Void"), ("Payment", "Update")}


async def test_a_deleted_bill_vanishes_and_only_changes_tell(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    bill_id = (await a_bill(practice, ledgers, number="GONE-1"))["id"]
    await edit(practice, action="delete", kind="Bill", name="GONE-1")
    found = await practice.query(tokens, f"SELECT * FROM Bill WHERE Id = '{bill_id}'")
    changes = await practice.call_quickbooks(
        tokens, "cdc", params={"entities": "Bill", "changedSince": "2026-11-23T00:00:00-08:00"}
    )

    assert found.json()["QueryResponse"] == {}
    (bill,) = changes.json()["CDCResponse"][0]["QueryResponse"][0]["Bill"]
    assert bill.keys() == {"domain", "status", "Id", "MetaData"}
    assert (bill["status"], bill["Id"]) == ("Deleted", bill_id)


async def test_an_edited_amount_keeps_what_was_paid(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    invoice_id = (await an_invoice(practice, ledgers))["id"]
    await edit(practice, action="receive_payment", name=invoice_id, amount="20")
    options = {"action": "edit", "kind": "Invoice", "name": invoice_id}
    await edit(practice, **options, amount="50", memo="Half of it", number="N-2")
    invoice = await read(practice, tokens, "Invoice", invoice_id)
    wrong = await refused(practice, **options, amount="10")

    assert (invoice["TotalAmt"], invoice["Balance"]) == (60.0, 40.0)
    assert (invoice["PrivateNote"], invoice["DocNumber"]) == ("Half of it", "N-2")
    assert len(invoice["LinkedTxn"]) == 1
    assert "cannot be less than the 20.00 paid" in wrong


@pytest.mark.parametrize(
    ("add", "whom", "credit"),
    [
        (an_invoice, "Customer", ("credit_memo", "Invoice", "CreditMemo", "Payment")),
        (a_bill, "Vendor", ("vendor_credit", "Bill", "VendorCredit", "BillPayment")),
    ],
)
async def test_a_credit_goes_against_what_is_open(practice, ledgers, add, whom, credit):
    action, owed_kind, credit_kind, joint = credit
    tokens = await practice.quickbooks(BAKERY)
    owed_id = (await add(practice, ledgers))["id"]
    owed = await read(practice, tokens, owed_kind, owed_id)
    party = {whom.casefold(): owed[f"{whom}Ref"]["value"]}
    made = await edit(practice, action=action, against=owed_id, amount="10", **party)
    after = await read(practice, tokens, owed_kind, owed_id)
    used = await read(practice, tokens, credit_kind, made["id"])

    assert after["Balance"] == owed["Balance"] - 12
    assert used["Balance"] == 0
    created = {each["kind"] for each in made["touched"] if each["operation"] == "Create"}
    assert created == {joint, credit_kind}


async def test_inactive_names_are_marked_everywhere_they_stand(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    added = await an_invoice(practice, ledgers)
    before = await read(practice, tokens, "Invoice", added["id"])
    name = before["CustomerRef"]["name"]
    away = {"action": "make_inactive", "kind": "Customer", "name": name}
    await edit(practice, **away)
    customer = await read(practice, tokens, "Customer", before["CustomerRef"]["value"])
    invoice = await read(practice, tokens, "Invoice", added["id"])
    await edit(practice, action="make_active", kind="Customer", name=name)
    again = await read(practice, tokens, "Customer", before["CustomerRef"]["value"])

    assert (customer["Active"], customer["DisplayName"]) == (False, f"{name} (deleted)")
    assert invoice["CustomerRef"]["name"] == f"{name} (deleted)"
    assert invoice["SyncToken"] == before["SyncToken"], "the invoice itself was not edited"
    assert (again["Active"], again["DisplayName"]) == (True, name)


@pytest.mark.parametrize(("kind", "add"), [("Customer", an_invoice), ("Vendor", a_bill)])
async def test_merging_moves_everything_and_the_other_is_gone(practice, ledgers, kind, add):
    tokens = await practice.quickbooks(BAKERY)
    bakery = ledgers.organisation(BAKERY)
    added = await add(practice, ledgers)
    document = added["touched"][0]
    row = bakery.find(document["kind"], added["id"])
    loser = bakery.find(kind, row.fields[f"{kind}Ref"]["value"])
    winner = bakery.rows(kind)[12]
    open_before = Decimal(winner.fields["Balance"]) + Decimal(loser.fields["Balance"])
    since = practice.clock().isoformat()
    merged = await edit(practice, action="merge", kind=kind, name=loser.id, into=winner.id)
    moved = await read(practice, tokens, document["kind"], added["id"])
    changes = await practice.call_quickbooks(
        tokens, "cdc", params={"entities": kind, "changedSince": since}
    )

    expected = {"value": winner.id, "name": winner.fields["DisplayName"]}
    assert moved[f"{kind}Ref"] == expected
    assert winner.fields["Balance"] == open_before
    assert bakery.get(kind, loser.id) is None
    rows = changes.json()["CDCResponse"][0]["QueryResponse"][0][kind]
    assert {(each["Id"], each.get("status")) for each in rows} == {
        (winner.id, None),
        (loser.id, "Deleted"),
    }
    assert {"kind": kind, "id": winner.id, "operation": "Merge"} in merged["touched"]


async def test_the_closing_date_moves_and_goes(practice):
    tokens = await practice.quickbooks(BAKERY)

    async def closed():
        answer = await practice.call_quickbooks(tokens, "preferences")
        return answer.json()["Preferences"]["AccountingInfoPrefs"].get("BookCloseDate")

    await edit(practice, action="set_closing_date", date="2026-09-30")
    moved = await closed()
    await edit(practice, action="set_closing_date")

    assert moved == "2026-09-30"
    assert await closed() is None


async def test_a_day_s_work_changes_about_as_much_as_asked(practice):
    done = await edit(practice, action="stir", count=40)

    assert len({(each["kind"], each["id"]) for each in done["touched"]}) == 40


async def test_plain_rows_can_still_be_edited(practice):
    added = await edit(practice, action="add", kind="Vendor", fields={"DisplayName": "New & Co"})
    renamed = await edit(practice, action="rename", kind="Vendor", name="New & Co", to="New Ltd")

    assert added["touched"] == [{"kind": "Vendor", "id": added["id"], "operation": "Create"}]
    assert renamed["name"] == "New Ltd"


@pytest.mark.parametrize(
    ("instruction", "words"),
    [
        ({"action": "void", "kind": "Bill", "name": "first"}, "cannot void a Bill"),
        ({"action": "void", "kind": "Invoice", "name": "nothing"}, "has nothing called"),
        ({"action": "burn"}, "action must be one of"),
        ({"action": "add_invoice", "amount": "1"}, "customer is missing"),
        ({"action": "add_bill", "vendor": "first", "amount": "much"}, "must be a number"),
        ({"action": "merge", "kind": "Item", "name": "a", "into": "b"}, "Customer or Vendor"),
        ({"action": "receive_payment", "name": "first", "amount": "99999999"}, "open"),
        ({"action": "make_inactive", "kind": "Invoice", "name": "first"}, "neither active"),
        ({"action": "set_closing_date", "date": "soon"}, "Invalid isoformat"),
    ],
)
async def test_what_quickbooks_does_not_do_is_refused(practice, ledgers, instruction, words):
    bakery = ledgers.organisation(BAKERY)
    if instruction.get("name") == "first":
        kind = instruction.get("kind", "Invoice")
        row = next(row for row in bakery.rows(kind) if row.fields["Balance"])
        instruction = {**instruction, "name": row.id}
    if instruction.get("vendor") == "first":
        instruction = {**instruction, "vendor": bakery.rows("Vendor")[0].id}

    assert words in await refused(practice, **instruction)


async def test_a_deposited_payment_waits_for_its_deposit(practice, ledgers):
    bakery = ledgers.organisation(BAKERY)
    deposit = bakery.rows("Deposit")[-1]
    payment = deposit.fields["Line"][0]["LinkedTxn"][0]["TxnId"]
    early = await refused(practice, action="delete_payment", name=payment)
    await edit(practice, action="delete", kind="Deposit", name=deposit.id)
    await edit(practice, action="delete_payment", name=payment)

    assert "has been deposited" in early
    assert bakery.get("Payment", payment) is None


STEPS = st.sampled_from(
    ["add_invoice", "add_bill", "pay", "credit", "void", "delete", "edit", "merge"]
)


def a_step(ledgers, clock, name, dice):
    """One random thing an accountant does; what is refused changes nothing that matters here."""
    books = ledgers.organisation("Kestrel Logistics")
    customer, vendor = (dice.choice(books.rows(kind)).id for kind in ("Customer", "Vendor"))
    kind = dice.choice(["Invoice", "Bill", "Payment", "BillPayment", "CreditMemo", "Estimate"])
    row = dice.choice(books.rows(kind))
    owed = dice.choice(["Invoice", "Bill"])
    target = dice.choice(books.rows(owed))
    amount = str(dice.randrange(1, 400))
    instruction = {
        "add_invoice": {"action": "add_invoice", "customer": customer, "amount": amount},
        "add_bill": {"action": "add_bill", "vendor": vendor, "amount": amount},
        "pay": {
            "action": {"Invoice": "receive_payment", "Bill": "pay_bill"}[owed],
            "name": target.id,
        },
        "credit": {"action": "credit_memo", "customer": customer, "amount": amount},
        "void": {"action": "void", "kind": kind, "name": row.id},
        "delete": {"action": "delete", "kind": kind, "name": row.id},
        "edit": {"action": "edit", "kind": owed, "name": target.id, "amount": amount},
        "merge": {
            "action": "merge",
            "kind": "Customer",
            "name": customer,
            "into": dice.choice(books.rows("Customer")).id,
        },
    }[name]
    clock.move(minutes=1)
    try:
        hand.apply(
            ledgers.quickbooks.directory, {"organisation": books.key, **instruction}, at=clock()
        )
    except (ValueError, NoSuchRow):
        return


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=10, max_size=40), dice=st.randoms(use_true_random=False))
def test_whatever_is_done_the_books_agree_with_themselves(clock, steps, dice):
    ledgers = Ledgers(now=clock)
    for step in steps:
        a_step(ledgers, clock, step, dice)

    books = ledgers.organisation("Kestrel Logistics")
    rows = {row.id: row for kind in TRANSACTIONS for row in books.rows(kind)}
    for row in rows.values():
        linked = row.fields.get("LinkedTxn", [])
        linked = [*linked, *(x for y in row.fields.get("Line", []) for x in y.get("LinkedTxn", []))]
        assert all(each["TxnId"] in rows for each in linked)
    for party, owed, credit, settling in (
        ("Customer", "Invoice", "CreditMemo", "Payment"),
        ("Vendor", "Bill", "VendorCredit", "BillPayment"),
    ):
        sums = dict.fromkeys((row.id for row in books.rows(party)), Decimal(0))
        for sign, kind in ((1, owed), (-1, credit)):
            for row in books.rows(kind):
                sums[row.fields[f"{party}Ref"]["value"]] += sign * row.fields["Balance"]
        for row in books.rows(settling):
            sums[row.fields[f"{party}Ref"]["value"]] -= unapplied(settling, row.fields)
        assert {row.id: Decimal(row.fields["Balance"]) for row in books.rows(party)} == sums


async def test_a_foreign_customer_is_invoiced_in_their_currency(practice, ledgers):
    tokens = await practice.quickbooks(BAKERY)
    abroad = next(
        row
        for row in ledgers.organisation(BAKERY).rows("Customer")
        if row.fields["CurrencyRef"]["value"] == "EUR" and row.fields["Active"]
    )
    added = await edit(practice, action="add_invoice", customer=abroad.id, amount="100")
    invoice = await read(practice, tokens, "Invoice", added["id"])

    assert invoice["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert (invoice["TotalAmt"], invoice["ExchangeRate"]) == (120.0, 0.8612)
    assert invoice["HomeTotalAmt"] == invoice["HomeBalance"] == 103.34
