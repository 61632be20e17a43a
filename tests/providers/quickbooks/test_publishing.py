"""Documents that are published to the stand-in QuickBooks, one by one and many at once."""

from datetime import date
from decimal import Decimal

import pytest

from providers.books import DocumentKind, DocumentStatus, TaxTreatment
from providers.drafts import Published, Refused, Tracked
from tests.providers.quickbooks.publishing import Publisher, a_publisher


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


# What it becomes


@pytest.mark.parametrize(
    ("what", "source", "kind", "is_paid"),
    [
        ("bill", "Bill", DocumentKind.BILL, False),
        ("cash", "Purchase", DocumentKind.MONEY_OUT, True),
        ("cheque", "Purchase", DocumentKind.MONEY_OUT, True),
        ("card", "Purchase", DocumentKind.MONEY_OUT, True),
        ("credit", "VendorCredit", DocumentKind.BILL_CREDIT, False),
        ("card credit", "Purchase", DocumentKind.MONEY_IN, True),
        ("invoice", "Invoice", DocumentKind.INVOICE, False),
        ("receipt", "SalesReceipt", DocumentKind.MONEY_IN, True),
        ("credit memo", "CreditMemo", DocumentKind.INVOICE_CREDIT, False),
    ],
)
async def test_each_destination_has_its_object(
    bakery: Publisher, what: str, source: str, kind: DocumentKind, is_paid: bool
) -> None:
    draft = bakery.draft(what)
    made = await bakery.published(draft)

    assert (made.source, made.kind, made.total) == (source, kind, draft.total)
    assert made.status is (DocumentStatus.PAID if is_paid else DocumentStatus.OPEN)
    assert (made.is_paid, made.is_settled) == (is_paid, False)
    assert (made.number, made.contact) == (draft.number, draft.contact)


@pytest.mark.parametrize(
    ("what", "how", "account"),
    [
        ("cash", "Cash", "Cash at bank"),
        ("cheque", "Check", "Cash at bank"),
        ("card", "CreditCard", "Company card"),
        ("card credit", "CreditCard", "Company card"),
    ],
)
async def test_a_paid_cost_says_how_and_from_where(
    bakery: Publisher, what: str, how: str, account: str
) -> None:
    row = bakery.row(await bakery.published(bakery.draft(what)))

    assert (row["PaymentType"], row["AccountRef"]["name"]) == (how, account)
    assert bool(row["Credit"]) is (what == "card credit")


async def test_a_sales_receipt_says_where_the_money_went(bakery: Publisher) -> None:
    savings = bakery.id_of("Account", "Savings")
    row = bakery.row(await bakery.published(bakery.draft("receipt", bank_account=savings)))

    assert row["DepositToAccountRef"]["value"] == savings


async def test_every_field_of_a_bill_arrives(bakery: Publisher) -> None:
    customer = bakery.party("Customer")
    line = bakery.line(
        tracking=(
            Tracked(category="class", option="class:" + bakery.id_of("Class", "Shop")),
            Tracked(category="location", option="location:" + bakery.id_of("Department", "Kendal")),
        ),
        customer=f"customer:{customer.id}",
        is_billable=True,
    )
    draft = bakery.draft(lines=(line,), due_date=date(2026, 12, 2), note="Ask Ana")
    row = bakery.row(await bakery.published(draft))

    (kept,) = row["Line"]
    detail = kept["AccountBasedExpenseLineDetail"]
    assert (row["TxnDate"], row["DueDate"], row["DocNumber"]) == (
        "2026-11-02", "2026-12-02", draft.number,
    )  # fmt: skip
    assert (kept["Amount"], kept["Description"]) == (100, "May")
    assert (detail["AccountRef"]["name"], detail["ClassRef"]["name"]) == ("Rent", "Shop")
    assert (detail["CustomerRef"]["value"], detail["BillableStatus"]) == (customer.id, "Billable")
    assert row["DepartmentRef"]["name"] == "Kendal"
    assert row["PrivateNote"] == f"Ask Ana\n{draft.reference}"


async def test_a_project_takes_the_customers_place(bakery: Publisher) -> None:
    project = bakery.id_of("Customer", "Station kiosk refit")
    tracking = (Tracked(category="project", option=f"project:{project}"),)
    bill = bakery.draft(lines=(bakery.line(tracking=tracking),))
    invoice = bakery.draft("invoice", lines=(bakery.line(sells=True, tracking=tracking),))
    spent = bakery.row(await bakery.published(bill))
    sold = bakery.row(await bakery.published(invoice, key="other"))

    detail = spent["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["CustomerRef"]["value"] == project
    assert sold["CustomerRef"]["value"] == project


async def test_a_product_is_bought_with_its_quantity(bakery: Publisher) -> None:
    item = bakery.books.rows("Item")[1].id
    line = bakery.line(product=item, quantity=Decimal(4), unit_price=Decimal(25))
    row = bakery.row(await bakery.published(bakery.draft(lines=(line,))))

    detail = row["Line"][0]["ItemBasedExpenseLineDetail"]
    assert (detail["ItemRef"]["value"], detail["Qty"], detail["UnitPrice"]) == (item, 4, 25)


async def test_another_currency_comes_with_its_rate(bakery: Publisher) -> None:
    vendor = bakery.party("Vendor", "EUR")
    draft = bakery.draft(contact=f"vendor:{vendor.id}", currency="EUR", rate=Decimal("0.8555"))
    row = bakery.row(await bakery.published(draft))

    assert (row["CurrencyRef"]["value"], row["ExchangeRate"]) == ("EUR", Decimal("0.8555"))


@pytest.mark.parametrize(
    ("treatment", "amount", "word"),
    [
        (TaxTreatment.EXCLUSIVE, "100.00", "TaxExcluded"),
        (TaxTreatment.INCLUSIVE, "120.00", "TaxInclusive"),
        (TaxTreatment.NONE, "120.00", "NotApplicable"),
    ],
)
async def test_amounts_mean_what_the_document_says(
    bakery: Publisher, treatment: TaxTreatment, amount: str, word: str
) -> None:
    draft = bakery.draft(treatment=treatment, lines=(bakery.line(amount),))
    made = await bakery.published(draft)

    assert made.total == Decimal(120)
    assert bakery.row(made)["GlobalTaxCalculation"] == word


async def test_sales_tax_is_part_of_the_cost_in_the_united_states() -> None:
    freight = await a_publisher("Kestrel Logistics")
    line = freight.line(tax_rate=None, tax_amount=Decimal("6.25"))
    made = await freight.published(freight.draft(lines=(line,), total=Decimal("106.25")))

    (kept,) = freight.row(made)["Line"]
    assert (made.total, kept["Amount"]) == (Decimal("106.25"), Decimal("106.25"))
    assert kept["AccountBasedExpenseLineDetail"]["TaxCodeRef"]["value"] == "NON"


# Many at once


async def test_thirty_go_in_one_call(bakery: Publisher) -> None:
    drafts = [bakery.draft(number=number) for number in range(30)]
    outcomes = await bakery.publish(*drafts)

    assert bakery.practice.calls("/batch") == 1
    assert {type(outcome) for outcome in outcomes} == {Published}
    assert [outcome.number for outcome in outcomes if isinstance(outcome, Published)] == [
        draft.number for draft in drafts
    ]


async def test_tax_codes_are_looked_at_once_for_all_calls(bakery: Publisher) -> None:
    async with bakery.practice.open() as ledger:
        for number in range(3):
            await ledger.publish([bakery.draft(number=number)], key=f"key{number}")

    assert bakery.practice.calls("/query") == 2


async def test_each_part_of_a_call_has_an_outcome_of_its_own(bakery: Publisher) -> None:
    good = bakery.draft(number=1)
    closed = bakery.draft(number=2, date=date(2026, 1, 31))
    gone = bakery.draft(number=3, lines=(bakery.line(account="99999"),))
    first, second, third = await bakery.publish(good, closed, gone)

    assert isinstance(first, Published)
    assert isinstance(second, Refused)
    assert isinstance(third, Refused)
    assert [problem.code for problem in second.problems] == ["QBO_CLOSED"]
    assert [problem.code for problem in third.problems] == ["QBO_BAD_REF"]
    assert "99999" in third.problems[0].text
