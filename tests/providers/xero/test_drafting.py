"""Drafts in Xero's own words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from providers.books import DocumentKind, TaxTreatment
from providers.drafts import Destination, Draft
from providers.xero import drafting
from tests.providers.xero.drafts import ACCOUNT, BANK, a_draft, a_line


def wire(draft: Draft, products: dict[str, str] | None = None) -> dict[str, Any]:
    way = drafting.route(draft)
    assert way is not None
    return drafting.document(draft, way, products or {})


def line_of(**fields: Any) -> dict[str, Any]:
    first: dict[str, Any] = wire(a_draft(lines=(a_line(**fields),)))["LineItems"][0]
    return first


def test_a_bill_is_as_xero_wants_it() -> None:
    assert wire(a_draft(due_date=date(2026, 6, 19))) == {
        "Type": "ACCPAY",
        "Contact": {"Name": "Paper & Pens"},
        "Date": "2026-05-20",
        "DueDate": "2026-06-19",
        "InvoiceNumber": "B-1",
        "Url": "https://dext.example/items/item-1-1",
        "CurrencyCode": "GBP",
        "LineAmountTypes": "Exclusive",
        "Status": "AUTHORISED",
        "LineItems": [
            {
                "Description": "Paper",
                "Quantity": Decimal(1),
                "UnitAmount": Decimal("100.00"),
                "LineAmount": Decimal("100.00"),
                "AccountID": ACCOUNT,
                "TaxType": "INPUT2",
                "TaxAmount": Decimal("20.00"),
            }
        ],
    }


def test_a_sales_invoice_tells_its_note_as_reference() -> None:
    told = wire(a_draft(DocumentKind.INVOICE))

    assert (told["Type"], told["Reference"]) == ("ACCREC", "Thank you")


def test_a_customers_credit_carries_our_reference_as_its_own() -> None:
    told = wire(a_draft(DocumentKind.INVOICE_CREDIT))

    assert (told["CreditNoteNumber"], told["Reference"]) == ("B-1", "item-1-1")
    assert "Url" not in told


def test_a_suppliers_credit_carries_it_in_a_line_of_words() -> None:
    told = wire(a_draft(DocumentKind.BILL_CREDIT))

    assert told["LineItems"][-1] == {"Description": "Dext item item-1-1"}
    assert not {"Url", "Reference"} & told.keys()


def test_money_at_the_bank_has_no_status_and_no_due_date() -> None:
    told = wire(a_draft(destination=Destination.BANK, bank_account=BANK))

    assert (told["Type"], told["BankAccount"]) == ("SPEND", {"AccountID": BANK})
    assert told["Reference"] == "B-1"
    assert not {"Status", "DueDate", "InvoiceNumber"} & told.keys()


@pytest.mark.parametrize(
    ("treatment", "word"),
    [(TaxTreatment.INCLUSIVE, "Inclusive"), (TaxTreatment.EXCLUSIVE, "Exclusive")],
)
def test_the_treatment_of_tax_is_told(treatment: TaxTreatment, word: str) -> None:
    assert wire(a_draft(treatment=treatment))["LineAmountTypes"] == word


def test_without_tax_no_line_speaks_of_it() -> None:
    told = wire(a_draft(treatment=TaxTreatment.NONE))

    assert told["LineAmountTypes"] == "NoTax"
    assert not {"TaxType", "TaxAmount"} & told["LineItems"][0].keys()


def test_tax_is_left_to_xero_where_the_draft_does_not_say() -> None:
    assert "TaxAmount" not in line_of(tax_amount=None)


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "sent"),
    [
        ("8", "12.5", "100.00", ("8", "12.5000")),
        ("3", None, "10.00", ("3", "3.3333")),
        ("3", "3.33333333", "10.00", ("3", "3.3333")),
        ("1000", "0.00333333", "3.33", ("1", "3.33")),  # four decimals come to 3.30
        ("0.33333", "30", "10.00", ("1", "10.00")),
        ("2", "10", "19.99", ("1", "19.99")),  # a discount we know nothing of
        ("-2", "5", "-10.00", ("2", "-5.0000")),
        ("0", "5", "10.00", ("1", "10.00")),
        ("1", None, "-10.00", ("1", "-10.0000")),
    ],
)
def test_a_line_never_comes_to_another_amount(
    quantity: str, price: str | None, amount: str, sent: tuple[str, str]
) -> None:
    line = line_of(
        quantity=Decimal(quantity),
        unit_price=None if price is None else Decimal(price),
        amount=Decimal(amount),
    )

    assert (line["Quantity"], line["UnitAmount"]) == tuple(map(Decimal, sent))
    assert drafting.cents(line["Quantity"] * line["UnitAmount"]) == Decimal(amount)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("0.8", "1.25"), ("0.85", "1.176471"), ("0.006", "166.666667")]
)
def test_a_rate_is_told_the_other_way_round(ours: str, theirs: str) -> None:
    assert wire(a_draft(currency="EUR", rate=Decimal(ours)))["CurrencyRate"] == Decimal(theirs)


def test_the_base_currency_has_no_rate() -> None:
    assert "CurrencyRate" not in wire(a_draft(rate=Decimal(1)))


def test_what_xero_cannot_read_is_taken_out() -> None:
    told = wire(a_draft(contact_name="Paper\x00 & Pens\x1f", lines=(a_line(description="A\x0bB"),)))

    assert told["Contact"] == {"Name": "Paper & Pens"}
    assert told["LineItems"][0]["Description"] == "AB"


def test_a_line_without_words_gets_some() -> None:
    assert line_of(description=" ")["Description"] == "Paper & Pens"


def test_a_product_is_named_by_its_code() -> None:
    told = wire(a_draft(lines=(a_line(product="item-id"),)), {"item-id": "PAPER"})

    assert told["LineItems"][0]["ItemCode"] == "PAPER"


@pytest.mark.parametrize(
    ("destination", "day"),
    [(Destination.BANK, "2026-05-25"), (Destination.PURCHASES, "2026-05-20")],
)
def test_money_at_the_bank_stands_under_the_day_on_which_it_moved(
    destination: Destination, day: str
) -> None:
    draft = a_draft(destination=destination, bank_account=BANK, paid_on=date(2026, 5, 25))

    assert wire(draft)["Date"] == day
