"""Every field the stand-in QuickBooks answers with, looked up in Intuit's published XML schemas."""

from datetime import date

import pytest

from bot.sandbox.ledgers.quickbooks.keeping.entities import ENTITIES
from bot.sandbox.ledgers.quickbooks.seed.plans import PLANS
from tests.bot.sandbox.ledgers.quickbooks.schemas import CONTRACTS, fields, strangers, types

ENUMS = (
    ("Account", "AccountType", "AccountTypeEnum"),
    ("Account", "Classification", "AccountClassificationEnum"),
    ("TaxRate", "SpecialTaxType", "SpecialTaxTypeEnum"),
    ("TaxRate", "DisplayType", "TaxRateDisplayTypeEnum"),
    ("Item", "Type", "ItemTypeEnum"),
    ("CompanyInfo", "FiscalYearStartMonth", "MonthEnum"),
    ("Invoice", "GlobalTaxCalculation", "GlobalTaxCalculationEnum"),
    ("Invoice", "PrintStatus", "PrintStatusEnum"),
    ("Invoice", "EmailStatus", "EmailStatusEnum"),
    ("Purchase", "PaymentType", "PaymentTypeEnum"),
    ("BillPayment", "PayType", "BillPaymentTypeEnum"),
    ("PurchaseOrder", "POStatus", "PurchaseOrderStatusEnum"),
)
DETAILS = (
    "Invoice",
    "Bill",
    "CreditMemo",
    "VendorCredit",
    "Purchase",
    "SalesReceipt",
    "RefundReceipt",
    "JournalEntry",
    "PurchaseOrder",
    "Estimate",
)

pytestmark = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the vendors' contracts are not beside the repository"
)


async def everything(practice, company):
    tokens = await practice.quickbooks(company)
    for kind in ENTITIES:
        practice.clock.move(seconds=1)
        if kind == "Item":
            statement = "SELECT *, Sku FROM Item MAXRESULTS 1000"
        else:
            statement = f"SELECT * FROM {kind} MAXRESULTS 1000"
        answer = await practice.query(tokens, statement)
        assert answer.status_code == 200, answer.text
        yield kind, answer.json()["QueryResponse"].get(kind, [])


@pytest.mark.parametrize("company", [plan.name for plan in PLANS])
async def test_every_field_of_every_entity_is_published(practice, company):
    found, seen = set(), set()
    async for kind, rows in everything(practice, company):
        found |= strangers(rows, kind, kind)
        seen |= {kind} if rows else set()

    assert found == set()
    assert seen >= {"CompanyInfo", "Preferences", "Account", "TaxCode", "Vendor", "Customer"}
    assert seen >= {"Invoice", "Payment", "Purchase", "Deposit", "JournalEntry", "Employee"}


@pytest.mark.parametrize(("kind", "field", "enum"), ENUMS)
async def test_values_of_closed_lists_are_published(practice, kind, field, enum):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.query(tokens, f"SELECT * FROM {kind} MAXRESULTS 1000")

    values = {row[field] for row in answer.json()["QueryResponse"][kind]}
    assert values <= types()[1][enum]


@pytest.mark.parametrize("kind", DETAILS)
async def test_a_line_names_its_detail_and_carries_it(practice, kind):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.query(tokens, f"SELECT * FROM {kind} MAXRESULTS 1000")

    lines = [line for row in answer.json()["QueryResponse"][kind] for line in row["Line"]]
    assert {line["DetailType"] for line in lines} <= types()[1]["LineDetailTypeEnum"]
    assert all(line["DetailType"] in line for line in lines)


async def test_amounts_are_numbers_and_dates_are_dates(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await practice.query(tokens, "SELECT * FROM Invoice MAXRESULTS 1000")

    for row in answer.json()["QueryResponse"]["Invoice"]:
        for name, kind in fields("Invoice").items():
            if kind == "decimal" and name in row:
                assert isinstance(row[name], int | float), name
            if kind == "date" and name in row:
                assert row[name] == date.fromisoformat(row[name]).isoformat()


async def test_changes_and_batches_are_wrapped_as_published(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    asked = {"Entities": "Invoice,Bill", "ChangedSince": "2026-10-26T00:00:00-07:00"}
    items = [
        {"bId": "1", "Query": "SELECT * FROM Bill"},
        {"bId": "2", "CDCQuery": asked},
        {"bId": "3", "CDCQuery": {**asked, "Entities": "TaxCode"}},
    ]
    answer = await practice.call_quickbooks(
        tokens, "batch", method="POST", json={"BatchItemRequest": items}
    )

    assert strangers(asked, "CDCQuery", "CDCQuery") == set()
    query, changes, refused = answer.json()["BatchItemResponse"]
    for each in (query, changes, refused):
        assert each.keys() - {"bId"} <= fields("BatchItemResponse").keys()
    assert strangers(query["QueryResponse"]["Bill"], "Bill", "Bill") == set()
    rows = changes["CDCResponse"][0]["QueryResponse"]
    assert strangers(rows[0]["Invoice"], "Invoice", "Invoice") == set()
    assert refused["Fault"]["type"] in types()[1]["FaultTypeEnum"]


def bodies(books):
    """One of everything that may be written, in the order in which one needs the other."""

    def ref(kind, name):
        return {"value": books.find(kind, name).id}

    home = [row for row in books.rows("Vendor") if row.fields["CurrencyRef"]["value"] == "GBP"]
    bank, code = ref("Account", "Cash at bank"), ref("TaxCode", "20.0% S")
    cost = {"AccountRef": ref("Account", "Rent"), "TaxCodeRef": code}
    sold = {"ItemRef": {"value": books.rows("Item")[0].id}, "TaxCodeRef": code}
    spent, sale = "AccountBasedExpenseLineDetail", "SalesItemLineDetail"
    bought = {"Line": [{"Amount": 10, "DetailType": spent, spent: cost}]}
    selling = {"Line": [{"Amount": 10, "DetailType": sale, sale: sold}]}
    vendor = {"VendorRef": {"value": home[0].id}}
    customer = {"CustomerRef": {"value": books.rows("Customer")[0].id}}
    side = "JournalEntryLineDetail"
    sides = [
        {"Amount": 1, "DetailType": side, side: {"PostingType": way, "AccountRef": each}}
        for way, each in (("Debit", cost["AccountRef"]), ("Credit", bank))
    ]
    yield "Vendor", {"DisplayName": "By contract"}
    yield "Customer", {"DisplayName": "By contract too"}
    yield "Account", {"Name": "By contract", "AccountType": "Expense"}
    yield "Bill", vendor | bought | {"GlobalTaxCalculation": "TaxInclusive"}
    yield "VendorCredit", vendor | bought
    yield "Purchase", bought | {"PaymentType": "Cash", "AccountRef": bank}
    for kind in ("Invoice", "CreditMemo", "SalesReceipt"):
        yield kind, customer | selling
    yield "Payment", customer | {"TotalAmt": 5}
    check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": bank}, "TotalAmt": 0}
    yield "BillPayment", vendor | check
    yield "JournalEntry", {"Line": sides}


async def test_what_is_written_is_as_published(practice, ledgers):
    tokens = await practice.quickbooks("Bright Bakery")
    books = ledgers.organisation("Bright Bakery")
    books.finish()
    written = set()
    for kind, body in bodies(books):
        practice.clock.move(seconds=1)
        answer = await practice.call_quickbooks(tokens, kind.lower(), method="POST", json=body)
        assert answer.status_code == 200, (kind, answer.text)
        assert strangers(answer.json()[kind], kind, kind) == set()
        written.add(kind)

    assert len(written) == 12


async def test_an_upload_and_a_refusal_are_as_published(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    files = [("file_content_01", ("a.txt", b"A", "text/plain"))]
    told = await practice.call_quickbooks(tokens, "upload", method="POST", files=files)
    refused = await practice.call_quickbooks(tokens, "bill", method="POST", json={})

    (answer,) = told.json()["AttachableResponse"]
    assert strangers(answer["Attachable"], "Attachable", "Attachable") == set()
    fault = refused.json()["Fault"]
    assert fault["type"] in types()[1]["FaultTypeEnum"]
    assert fault["Error"][0].keys() - {"code", "element"} <= fields("Error").keys()


async def test_a_fault_is_as_published(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    fault = (await practice.query(tokens, "nonsense")).json()["Fault"]

    assert fault["type"] in types()[1]["FaultTypeEnum"]
    assert fault["Error"][0].keys() - {"code", "element"} <= fields("Error").keys()


def test_a_field_nobody_published_is_noticed():
    row = {"Name": "Rent", "Colour": "red", "CurrencyRef": {"value": "GBP", "rate": 1}}

    assert strangers([row], "Account", "Account") == {"Account.Colour", "Account.CurrencyRef.rate"}
