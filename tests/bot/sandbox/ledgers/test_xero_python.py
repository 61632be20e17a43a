"""Xero's own client reads the stand-in unchanged, over a real socket."""

import asyncio
import time
from datetime import timedelta
from decimal import Decimal

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import AccountingBadRequestException
from xero_python.exceptions.http_status_exceptions import HTTPStatusException

from bot.sandbox.server import running


class Theirs:
    """xero-python signed in to one organisation; its calls block, so they run in a thread."""

    def __init__(self, base_url, tokens, tenant):
        token = {**tokens, "expires_at": time.time() + 1800, "scope": tokens["scope"].split()}
        configuration = Configuration(
            oauth2_token=OAuth2Token(client_id="our-app", client_secret="our-secret")
        )
        self._client = ApiClient(configuration, pool_threads=1)
        self._client.oauth2_token_getter(lambda: token)
        self._client.oauth2_token_saver(lambda _: None)
        self.api = AccountingApi(self._client)
        self.api.base_url = f"{base_url}/ledgers/xero/api.xro/2.0"
        self._tenant = tenant

    async def read(self, name, *args, **options):
        call = getattr(self.api, f"get_{name}")
        return await asyncio.to_thread(call, self._tenant, *args, **options)

    async def every(self, name, rows, **options):
        """All pages of a resource."""
        found, page = [], 1
        while True:
            answer = await self.read(name, page=page, **options)
            found += getattr(answer, rows)
            if page >= answer.pagination.page_count:
                return found
            page += 1


@pytest.fixture
async def theirs(practice):
    app = Starlette(routes=[Mount("/ledgers", routes=practice.ledgers.routes())])
    async with running(app) as base_url, httpx2.AsyncClient(base_url=base_url) as client:
        practice.client = client
        tokens = await practice.xero("Acme Limited", "Demo Company (UK)")
        yield Theirs(base_url, tokens, practice.ledgers.organisation("Acme Limited").key)


PAGED = [
    ("invoices", "invoices", "Invoices"),
    ("contacts", "contacts", "Contacts"),
    ("credit_notes", "credit_notes", "CreditNotes"),
    ("bank_transactions", "bank_transactions", "BankTransactions"),
    ("payments", "payments", "Payments"),
    ("overpayments", "overpayments", "Overpayments"),
    ("prepayments", "prepayments", "Prepayments"),
    ("manual_journals", "manual_journals", "ManualJournals"),
    ("purchase_orders", "purchase_orders", "PurchaseOrders"),
]


@pytest.mark.parametrize(("name", "rows", "kind"), PAGED)
async def test_the_vendors_client_reads_every_page(theirs, ledgers, name, rows, kind):
    found = await theirs.every(name, rows, page_size=100)

    assert len(found) == len(ledgers.organisation("Acme Limited").rows(kind))
    assert len(found) > 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("accounts", "Accounts"),
        ("tax_rates", "TaxRates"),
        ("items", "Items"),
        ("batch_payments", "BatchPayments"),
        ("tracking_categories", "TrackingCategories"),
        ("organisations", "Organisation"),
        ("currencies", "Currencies"),
        ("users", "Users"),
    ],
)
async def test_the_vendors_client_reads_every_short_list(theirs, ledgers, name, kind):
    answer = await theirs.read(name)

    assert len(getattr(answer, name)) == len(ledgers.organisation("Acme Limited").rows(kind))


async def test_the_vendors_client_sees_transfers_that_stand(theirs, ledgers):
    answer = await theirs.read("bank_transfers")
    rows = ledgers.organisation("Acme Limited").rows("BankTransfers")

    assert len(answer.bank_transfers) == len(rows) - 1
    assert {each.status for each in answer.bank_transfers} == {"AUTHORISED"}


async def test_the_totals_of_an_invoice_add_up_for_the_vendors_client(theirs):
    invoices = await theirs.every("invoices", "invoices", page_size=1000, unitdp=4)
    for invoice in invoices:
        lines = sum(Decimal(line.line_amount) for line in invoice.line_items)
        tax = sum(Decimal(line.tax_amount) for line in invoice.line_items)
        settled = invoice.amount_paid + invoice.amount_credited + invoice.amount_due

        assert invoice.sub_total == lines
        assert invoice.total_tax == tax
        assert invoice.total == lines + tax
        assert settled == (0 if invoice.status in {"VOIDED", "DELETED"} else invoice.total)
        assert invoice.amount_paid == sum(Decimal(each.amount) for each in invoice.payments)


async def test_the_vendors_client_reads_what_changed_since(theirs, practice, clock):
    before = clock.at.replace(microsecond=0)
    clock.move(minutes=1)
    invoices = (await theirs.read("invoices", page=1, statuses=["AUTHORISED"])).invoices
    unpaid = next(each for each in invoices if each.amount_due == each.total)
    edit = {"organisation": "Acme Limited", "action": "pay", "name": unpaid.invoice_id}
    paid = await practice.client.post(
        "/ledgers/xero/edit", json={**edit, "account": "Business Current Account"}
    )
    changed = (await theirs.read("invoices", page=1, if_modified_since=before)).invoices
    payments = (await theirs.read("payments", page=1, if_modified_since=before)).payments
    untouched = await theirs.read("invoices", page=1, if_modified_since=before + timedelta(hours=1))

    assert paid.status_code == 200, paid.text
    assert [each.invoice_id for each in changed] == [unpaid.invoice_id]
    assert (changed[0].status, changed[0].amount_due) == ("PAID", 0)
    assert [each.payment_id for each in payments] == [paid.json()["id"]]
    assert untouched.invoices == []


async def test_one_invoice_is_read_by_id_or_by_number(theirs):
    first = (await theirs.read("invoices", page=1)).invoices[0]
    by_id = (await theirs.read("invoice", first.invoice_id)).invoices[0]
    by_number = (await theirs.read("invoice", first.invoice_number)).invoices[0]

    assert by_id.to_dict() == by_number.to_dict()
    assert by_id.line_items


async def test_a_page_that_is_none_and_journals_that_are_not_ours_are_refused(theirs):
    with pytest.raises(AccountingBadRequestException):
        await theirs.read("invoices", page=0)
    with pytest.raises(HTTPStatusException) as refused:
        await theirs.read("journals")

    assert refused.value.status == 401
