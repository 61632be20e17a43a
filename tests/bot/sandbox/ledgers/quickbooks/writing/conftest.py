"""Somebody who writes into the books of Bright Bakery through the API."""

from decimal import Decimal

import pytest

BAKERY = "Bright Bakery"


@pytest.fixture
def bakery(ledgers):
    books = ledgers.organisation(BAKERY)
    books.finish()
    return books


@pytest.fixture
def account(bakery):
    """A reference to an account by name."""
    return lambda name: {"value": bakery.find("Account", name).id}


@pytest.fixture
async def send(practice, bakery, clock):
    """POST, and answer with the body."""
    tokens = await practice.quickbooks(BAKERY)

    async def send(path, body, *, status=200, **params):
        clock.move(seconds=1)
        answer = await practice.call_quickbooks(
            tokens, path, method="POST", json=body, params=params
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    send.tokens = tokens
    return send


@pytest.fixture
def write(send):
    """The row as it is afterwards."""

    async def write(kind, body, **params):
        return (await send(kind.lower(), body, **params))[kind]

    return write


@pytest.fixture
def refused(send):
    """The code and the detail of a fault."""

    async def refused(kind, body, **params):
        fault = (await send(kind.lower(), body, status=400, **params))["Fault"]
        assert fault["type"] == "ValidationFault"
        return fault["Error"][0]["code"], fault["Error"][0]["Detail"]

    return refused


@pytest.fixture
def vendor(bakery):
    return next(
        row
        for row in bakery.rows("Vendor")
        if row.fields["CurrencyRef"]["value"] == "GBP" and row.fields["Active"]
    )


@pytest.fixture
def customer(bakery):
    return next(
        row
        for row in bakery.rows("Customer")
        if row.fields["CurrencyRef"]["value"] == "GBP" and row.fields["Active"]
    )


@pytest.fixture
def code(bakery):
    """A reference to a tax code by name."""
    return lambda name: {"value": bakery.find("TaxCode", name).id}


@pytest.fixture
def a_bill(vendor, account, code):
    """A bill of one line as an app would send it, changed as told."""

    def a_bill(*, amount=100, detail=None, **fields):
        inner = {
            "AccountRef": account("Purchases"),
            "TaxCodeRef": code("20.0% S"),
            **(detail or {}),
        }
        line = {
            "Amount": amount,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {k: v for k, v in inner.items() if v is not None},
        }
        whole = {
            "VendorRef": {"value": vendor.id},
            "TxnDate": "2026-11-20",
            "DocNumber": "API-1",
            "GlobalTaxCalculation": "TaxExcluded",
            "Line": [line],
            **fields,
        }
        return {k: v for k, v in whole.items() if v is not None}

    return a_bill


@pytest.fixture
def an_invoice(customer, bakery, code):
    def an_invoice(*, amount=100, detail=None, **fields):
        inner = {
            "ItemRef": {"value": bakery.rows("Item")[2].id},
            "TaxCodeRef": code("20.0% S"),
            **(detail or {}),
        }
        line = {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": inner,
        }
        return {
            "CustomerRef": {"value": customer.id},
            "TxnDate": "2026-11-20",
            "Line": [line],
            **fields,
        }

    return an_invoice


@pytest.fixture
def money():
    return lambda amount: Decimal(str(amount)).quantize(Decimal("0.01"))
