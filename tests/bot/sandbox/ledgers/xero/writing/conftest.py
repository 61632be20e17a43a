"""Somebody who writes into the books of Acme through the API."""

from decimal import Decimal

import pytest

ACME = "Acme Limited"


@pytest.fixture
def acme(ledgers):
    books = ledgers.organisation(ACME)
    books.finish()
    return books


@pytest.fixture
async def write(practice, acme):
    """PUT unless told otherwise; answers with the body, or with one row where one was sent."""
    tokens = await practice.writing_xero(ACME)
    await practice.client.post("/ledgers/xero/limits", json={"a_minute": 10_000})

    async def write(path, body, *, method="PUT", status=200, headers=None, **params):
        resource = path.partition("/")[0]
        sent = {resource: body} if isinstance(body, list) else body
        answer = await practice.call_xero(
            tokens, path, ACME, method=method, json=sent, params=params, headers=headers or {}
        )
        assert answer.status_code == status, answer.text
        told = answer.json()
        alone = status == 200 and isinstance(body, dict)
        return told[resource][0] if alone else told

    write.tokens = tokens
    return write


@pytest.fixture
def refused(write):
    """The messages of a call that is not taken."""

    async def refused(path, body, **how):
        told = await write(path, body, status=400, **how)
        assert (told["ErrorNumber"], told["Type"]) == (10, "ValidationException")
        return [each["Message"] for row in told["Elements"] for each in row["ValidationErrors"]]

    return refused


@pytest.fixture
def a_bill(acme):
    """A bill of one line as an app would send it, changed as told."""

    def a_bill(*, line=None, **fields):
        contact = acme.rows("Contacts")[3]
        whole = {
            "Description": "Paper",
            "Quantity": 2,
            "UnitAmount": 10.5,
            "AccountCode": "461",
            "TaxType": "INPUT2",
            **(line or {}),
        }
        return {
            "Type": "ACCPAY",
            "Contact": {"ContactID": contact.id},
            "Date": "2026-11-20",
            "DueDate": "2026-12-20",
            "InvoiceNumber": "B-1",
            "Status": "AUTHORISED",
            "LineItems": [{k: v for k, v in whole.items() if v is not None}],
            **fields,
        }

    return a_bill


@pytest.fixture
def cents():
    return lambda amount: Decimal(str(amount)).quantize(Decimal("0.01"))
