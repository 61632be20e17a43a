"""Sales and purchases written to the stand-in QuickBooks, by its rules."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.ledgers.quickbooks.seed import companies
from bot.sandbox.ledgers.quickbooks.writing.api import Writing

CENT = Decimal("0.01")


async def test_a_bill_is_entered_and_owed(write, a_bill, vendor):
    owed = vendor.fields["Balance"]
    made = await write("Bill", a_bill(PrivateNote="By API"))

    assert (made["TotalAmt"], made["Balance"], made["SyncToken"]) == (120.0, 120.0, "0")
    assert made["TxnTaxDetail"]["TotalTax"] == 20.0
    assert made["VendorRef"]["name"] == vendor.fields["DisplayName"]
    assert (made["DocNumber"], made["DueDate"], made["PrivateNote"]) == (
        "API-1",
        "2026-12-20",
        "By API",
    )
    assert vendor.fields["Balance"] - owed == 120


@pytest.mark.parametrize(
    ("treatment", "sums"),
    [
        ("TaxExcluded", (100.0, 20.0, 120.0)),
        ("TaxInclusive", (83.33, 16.67, 100.0)),
        ("NotApplicable", (100.0, 0, 100.0)),
    ],
)
async def test_amounts_mean_what_the_treatment_says(write, a_bill, treatment, sums):
    made = await write("Bill", a_bill(GlobalTaxCalculation=treatment))

    net = made["Line"][0]["Amount"]
    assert (net, made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == sums


async def test_a_tax_that_is_known_better_is_kept(write, a_bill, bakery):
    rate = next(row for row in bakery.rows("TaxRate") if row.fields["Name"] == "20.0% S (Purchase)")
    line = {
        "Amount": 19.99,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {"TaxRateRef": {"value": rate.id}},
    }
    made = await write("Bill", a_bill(TxnTaxDetail={"TaxLine": [line]}))

    assert (made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == (19.99, 119.99)


@pytest.mark.parametrize(
    ("kind", "number"), [("Invoice", "N-1"), ("SalesReceipt", "N-2"), ("CreditMemo", "N-3")]
)
async def test_sales_are_entered(write, an_invoice, kind, number):
    made = await write(kind, an_invoice(DocNumber=number))
    unnumbered = await write(kind, an_invoice())

    assert (made["TotalAmt"], made["DocNumber"]) == (120.0, number)
    assert unnumbered["DocNumber"]
    assert made["Line"][-1]["DetailType"] == "SubTotalLineDetail"


async def test_a_sale_without_an_item_is_of_the_default_one(write, an_invoice, bakery):
    made = await write("Invoice", an_invoice(detail={"ItemRef": None}))

    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == bakery.rows("Item")[0].id


async def test_an_expense_is_paid_from_the_bank_or_by_card(write, refused, a_bill, account, vendor):
    entity = {"value": vendor.id, "type": "Vendor"}

    def spent(how, name, **fields):
        return a_bill(
            VendorRef=None, EntityRef=entity, PaymentType=how, AccountRef=account(name), **fields
        )

    cash = await write("Purchase", spent("Cash", "Cash at bank"))
    card = await write("Purchase", spent("CreditCard", "Company card"))
    nobody = await write("Purchase", spent("Check", "Cash at bank") | {"EntityRef": None})
    wrong = await refused("Purchase", spent("CreditCard", "Cash at bank"))

    assert (cash["PaymentType"], cash["AccountRef"]["name"]) == ("Cash", "Cash at bank")
    assert card["AccountRef"]["name"] == "Company card"
    assert "EntityRef" not in nobody
    assert wrong == (
        "6000",
        "Business Validation Error: Select a credit card account for this transaction.",
    )


async def test_an_item_is_bought_in_quantity(write, a_bill, bakery, code):
    item = {"value": bakery.rows("Item")[1].id}
    detail = {"ItemRef": item, "Qty": 2.5, "UnitPrice": 4, "TaxCodeRef": code("20.0% S")}
    line = {
        "Amount": 10,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": detail,
    }
    made = await write("Bill", a_bill(Line=[line]))

    assert made["Line"][0]["ItemBasedExpenseLineDetail"]["Qty"] == 2.5
    assert made["TotalAmt"] == 12.0


async def test_classes_places_and_customers_are_kept(write, a_bill, bakery, customer):
    shop, kendal = bakery.find("Class", "Shop"), bakery.find("Department", "Kendal")
    detail = {
        "ClassRef": {"value": shop.id},
        "CustomerRef": {"value": customer.id},
        "BillableStatus": "Billable",
    }
    made = await write("Bill", a_bill(detail=detail, DepartmentRef={"value": kendal.id}))

    kept = made["Line"][0]["AccountBasedExpenseLineDetail"]
    assert kept["ClassRef"] == {"value": shop.id, "name": "Shop"}
    assert kept["BillableStatus"] == "Billable"
    assert made["DepartmentRef"]["name"] == "Kendal"


REFUSALS = [
    ({"VendorRef": None}, "2020", "Required parameter VendorRef is missing"),
    ({"Line": []}, "2020", "Required parameter Line is missing"),
    ({"VendorRef": {"value": "999999"}}, "2500", "Invalid Reference Id : VendorRef"),
    ({"detail": {"AccountRef": {"value": "999999"}}}, "2500", "Invalid Reference Id : AccountRef"),
    ({"detail": {"AccountRef": None}}, "2020", "Required parameter AccountRef is missing"),
    ({"detail": {"TaxCodeRef": None}}, "6000", "Make sure all your transactions have a VAT rate"),
    ({"GlobalTaxCalculation": "Sometimes"}, "2170", "GlobalTaxCalculation has no value Sometimes"),
    ({"DocNumber": "x" * 22}, "2050", "Min:0 Max:21 supported. Supplied length:22"),
    ({"TxnDate": "someday"}, "2170", "date has no value"),
    ({"DueDate": "2026-11-19"}, "6000", "due date cannot be earlier"),
    ({"CurrencyRef": {"value": "EUR"}}, "6000", "one foreign currency per transaction"),
    ({"TxnDate": "2026-03-31"}, "6210", "The account period has closed"),
    ({"amount": -5}, "6000", "Transaction amount must be 0 or greater."),
    ({"detail": {"BillableStatus": "Billable"}}, "6000", "you must choose a customer"),
    ({"PrivateNote": "Flowers \U0001f490"}, "2040", "Element contains invalid characters"),
    ({"PrivateNote": "Ring\x07"}, "2040", "Element contains invalid characters"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=[r[2] for r in REFUSALS])
async def test_what_is_wrong_is_refused_by_code(refused, a_bill, bakery, refusal):
    changes, fault, words = refusal
    before = len(bakery.rows("Bill"))
    found = await refused("Bill", a_bill(**changes))

    assert found[0] == fault
    assert words in found[1]
    assert len(bakery.rows("Bill")) == before


async def test_the_price_and_the_quantity_make_the_amount(refused, an_invoice):
    found = await refused("Invoice", an_invoice(detail={"UnitPrice": 33, "Qty": 3}))

    assert found == ("6070", "Amount is not equal to UnitPrice * Qty. Supplied value:100")


async def test_whoever_is_inactive_cannot_be_used(refused, a_bill, bakery, vendor, clock):
    bakery.archive("Vendor", vendor.id, at=clock())
    by_vendor = await refused("Bill", a_bill())
    bakery.restore("Vendor", vendor.id, at=clock())
    bakery.archive("Account", "Purchases", at=clock())
    by_account = await refused("Bill", a_bill())

    assert by_vendor[0] == by_account[0] == "610"
    assert "has been made inactive" in by_account[1]


async def test_numbers_are_used_once_unless_that_is_allowed(
    write, refused, a_bill, an_invoice, bakery
):
    bill = await write("Bill", a_bill())
    again = await refused("Bill", a_bill())
    allowed = await write("Bill", a_bill(), include="allowduplicatedocnum")
    other = next(r for r in bakery.rows("Vendor") if r.id != bill["VendorRef"]["value"])
    others = await write("Bill", a_bill(VendorRef={"value": other.id}))
    await write("Invoice", an_invoice(DocNumber="SAME"))
    sold = await refused("Invoice", an_invoice(DocNumber="SAME"))

    assert again[0] == sold[0] == "6140"
    assert f"DocNumber=API-1 is assigned to TxnType=Bill with TxnId={bill['Id']}" in again[1]
    assert allowed["Id"] != bill["Id"]
    assert others["DocNumber"] == "API-1"


async def test_a_change_needs_the_latest_token(write, refused, a_bill):
    made = await write("Bill", a_bill())
    named = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    changed = await write("Bill", {**named, "PrivateNote": "Once"})
    stale = await refused("Bill", {**named, "PrivateNote": "Twice"})
    tokenless = await refused("Bill", {"Id": made["Id"], "sparse": True})
    nobody = await refused("Bill", {"Id": "999999", "SyncToken": "0"})

    assert (changed["PrivateNote"], changed["SyncToken"]) == ("Once", "1")
    assert (changed["TotalAmt"], changed["DocNumber"]) == (120.0, "API-1")
    assert stale[0] == "5010"
    assert tokenless[0] == "2020"
    assert nobody[0] == "610"


async def test_a_full_update_takes_away_what_it_does_not_name(write, a_bill, vendor):
    made = await write("Bill", a_bill(PrivateNote="Gone soon"))
    owed = vendor.fields["Balance"]
    named = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    changed = await write("Bill", {**a_bill(amount=50), **named})

    assert changed["TotalAmt"] == changed["Balance"] == 60.0
    assert vendor.fields["Balance"] - owed == -60


async def test_sales_are_voided_and_everything_is_deleted(write, refused, send, a_bill, an_invoice):
    sold, bought = await write("Invoice", an_invoice()), await write("Bill", a_bill())
    token = {"Id": sold["Id"], "SyncToken": sold["SyncToken"]}
    void = await write("Invoice", token, operation="void")
    cannot = await refused("Bill", {"Id": bought["Id"], "SyncToken": "0"}, operation="void")
    gone = await write("Bill", {"Id": bought["Id"], "SyncToken": "0"}, operation="delete")
    again = await refused("Bill", {"Id": bought["Id"], "SyncToken": "0"}, operation="delete")

    assert (void["TotalAmt"], void["Balance"], void["PrivateNote"]) == (0, 0, "Voided")
    assert cannot == ("500", "Operation void on Bill is not supported.")
    assert gone == {"status": "Deleted", "domain": "QBO", "Id": bought["Id"]}
    assert again[0] == "610"


async def test_closed_books_hold_what_is_in_them(refused, bakery):
    old = next(row for row in bakery.rows("Bill") if row.fields["TxnDate"] <= "2026-03-31")
    named = {"Id": old.id, "SyncToken": str(old.version)}

    assert (await refused("Bill", named, operation="delete"))[0] == "6210"
    assert (await refused("Bill", {**named, "sparse": True, "PrivateNote": "x"}))[0] == "6210"


async def test_a_small_plan_has_no_bills(practice):
    tokens = await practice.quickbooks("Fox Cycles")
    body = {"VendorRef": {"value": "1"}}
    answer = await practice.call_quickbooks(tokens, "bill", method="POST", json=body)

    error = answer.json()["Fault"]["Error"][0]
    assert (error["code"], "Bill is not supported" in error["Detail"]) == ("5030", True)


async def test_a_middling_plan_has_no_classes(practice, ledgers, clock):
    books = ledgers.organisation("Dunmore Joinery")
    tokens = await practice.quickbooks("Dunmore Joinery")
    detail = {
        "AccountRef": {"value": books.find("Account", "Rent").id},
        "TaxCodeRef": {"value": books.find("TaxCode", "20.0% S").id},
        "ClassRef": {"value": books.add("Class", {"Name": "One"}, at=clock()).id},
    }
    kind = "AccountBasedExpenseLineDetail"
    line = {"Amount": 1, "DetailType": kind, kind: detail}
    vendor = {"value": books.rows("Vendor")[0].id}
    body = {"VendorRef": vendor, "TxnDate": "2026-11-22", "Line": [line]}
    answer = await practice.call_quickbooks(tokens, "bill", method="POST", json=body)

    error = answer.json()["Fault"]["Error"][0]
    assert (error["code"], "ClassRef is not supported" in error["Detail"]) == ("5030", True)


@pytest.mark.parametrize("where", ["head", "line"])
async def test_what_is_owed_in_another_currency_has_an_account_of_its_own(
    write, refused, a_bill, bakery, where
):
    fields = {**bakery.find("Account", "Creditors").fields, "CurrencyRef": {"value": "EUR"}}
    row = bakery.add("Account", {**fields, "Name": "Creditors - EUR"}, at=bakery.profile.created)
    abroad = next(r for r in bakery.rows("Vendor") if r.fields["CurrencyRef"]["value"] == "EUR")
    ref = {"value": row.id}
    there = {"APAccountRef": ref} if where == "head" else {"detail": {"AccountRef": ref}}
    found = await refused("Bill", a_bill(**there))
    made = await write("Bill", a_bill(**there, VendorRef={"value": abroad.id}))

    assert found[0] == "6000"
    assert "in the same currency as the A/R and A/P accounts you use" in found[1]
    assert made["CurrencyRef"]["value"] == "EUR"


@pytest.mark.parametrize("payee", ["Customer", "nobody"])
async def test_what_is_paid_off_accounts_payable_is_a_vendors(
    write, refused, a_bill, bakery, payee
):
    bank, owed = (bakery.find("Account", name).id for name in ("Cash at bank", "Creditors"))
    detail = {"AccountRef": {"value": owed}}
    spent = {"VendorRef": None, "PaymentType": "Check", "AccountRef": {"value": bank}}
    customer = {"value": bakery.rows("Customer")[0].id, "type": "Customer"}
    entity = customer if payee == "Customer" else None
    found = await refused("Purchase", a_bill(detail=detail, **spent, EntityRef=entity))
    vendor = a_bill()["VendorRef"] | {"type": "Vendor"}
    made = await write("Purchase", a_bill(detail=detail, **spent, EntityRef=vendor))

    assert found[0] == "6000"
    assert "When you use Accounts Payable, you must choose a vendor" in found[1]
    assert made["TotalAmt"] == 120.0


AMOUNTS = st.decimals(min_value="0.01", max_value="9999.99", places=2)
LINES = st.lists(
    st.tuples(AMOUNTS, st.sampled_from(["20.0% S", "5.0% R", "0.0% Z", "No VAT"])),
    min_size=1,
    max_size=6,
)
RATES = {"20.0% S": 20, "5.0% R": 5, "0.0% Z": 0, "No VAT": 0}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=LINES, treatment=st.sampled_from(["TaxExcluded", "TaxInclusive", "NotApplicable"]))
def test_the_lines_and_the_tax_of_each_rate_make_the_total(clock, lines, treatment):
    books = companies.directory(1).find("Dunmore Joinery")
    kind = "AccountBasedExpenseLineDetail"
    account = {"value": books.find("Account", "Rent").id}
    typed = [
        {
            "Amount": amount,
            "DetailType": kind,
            kind: {"AccountRef": account, "TaxCodeRef": {"value": books.find("TaxCode", tax).id}},
        }
        for amount, tax in lines
    ]
    body = {
        "VendorRef": {"value": books.rows("Vendor")[0].id},
        "TxnDate": "2026-11-22",
        "GlobalTaxCalculation": treatment,
        "Line": typed,
    }
    writing = Writing()
    writing.begin(books)
    writing.write(books, "Bill", body, operation="create", include="", at=clock())
    made = books.rows("Bill")[-1].fields
    net = sum(line["Amount"] for line in made["Line"])
    tax = made["TxnTaxDetail"]["TotalTax"]
    gross = sum(amount for amount, _ in lines)

    assert made["TotalAmt"] == net + tax
    if treatment != "TaxExcluded":
        assert made["TotalAmt"] == gross
    else:
        by_code = {}
        for amount, code in lines:
            by_code[code] = by_code.get(code, 0) + amount
        owed = (
            (total * RATES[code] / 100).quantize(CENT, ROUND_HALF_UP)
            for code, total in by_code.items()
        )
        assert tax == sum(owed)
    assert writing.end()
