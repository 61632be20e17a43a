"""Xero's own client reads the stand-in unchanged, over a real socket."""

import asyncio
import time
from datetime import date, timedelta
from decimal import Decimal

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from xero_python.accounting import AccountingApi, models
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

    async def call(self, name, *args, **options):
        return await asyncio.to_thread(getattr(self.api, name), self._tenant, *args, **options)

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
        tokens = await practice.writing_xero("Acme Limited", "Demo Company (UK)")
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


def a_bill(**fields):
    line = models.LineItem(
        description="Paper", quantity=2.0, unit_amount=10.5, account_code="461", tax_type="INPUT2"
    )
    whole = {
        "type": "ACCPAY",
        "contact": models.Contact(name="Written by their client"),
        "date": date(2026, 11, 20),
        "due_date": date(2026, 12, 20),
        "invoice_number": "XP-1",
        "line_items": [line],
        "status": "AUTHORISED",
        **fields,
    }
    return models.Invoice(**whole)


async def test_the_vendors_client_creates_attaches_pays_and_voids(theirs, ledgers):
    bills = models.Invoices(invoices=[a_bill(), a_bill(invoice_number="XP-2")])
    first, second = (await theirs.call("create_invoices", bills, unitdp=4)).invoices
    attached = await theirs.call(
        "create_invoice_attachment_by_file_name", first.invoice_id, "receipt.pdf", b"%PDF-1.4"
    )
    files = await theirs.read("invoice_attachments", first.invoice_id)
    payment = models.Payment(
        invoice=models.Invoice(invoice_id=first.invoice_id),
        account=models.Account(code="090"),
        date=date(2026, 11, 21),
        amount=25.2,
    )
    paid = (await theirs.call("create_payment", payment)).payments[0]
    gone = models.PaymentDelete(status="DELETED")
    taken_back = (await theirs.call("delete_payment", paid.payment_id, gone)).payments[0]
    void = models.Invoices(invoices=[models.Invoice(status="VOIDED")])
    voided = (await theirs.call("update_invoice", second.invoice_id, void)).invoices[0]

    assert (first.total, first.total_tax) == (Decimal("25.20"), Decimal("4.20"))
    assert attached.attachments[0].file_name == "receipt.pdf"
    assert [each.content_length for each in files.attachments] == [8]
    assert (paid.payment_type, taken_back.status) == ("ACCPAYPAYMENT", "DELETED")
    assert voided.status == "VOIDED"
    assert ledgers.organisation("Acme Limited").find("Contacts", "Written by their client")


async def test_the_vendors_client_sees_every_elements_own_errors(theirs):
    wrong = a_bill(line_items=[models.LineItem(description="Paper", account_code="9")])
    bills = models.Invoices(invoices=[a_bill(), wrong])
    told = await theirs.call("create_invoices", bills, summarize_errors=False)

    assert [each.status_attribute_string for each in told.invoices] == ["OK", "ERROR"]
    assert "not a valid code" in told.invoices[1].validation_errors[0].message
    with pytest.raises(AccountingBadRequestException) as refused:
        await theirs.call("create_invoices", models.Invoices(invoices=[wrong]))
    assert "not a valid code" in refused.value.reason


async def test_the_vendors_client_writes_lists_and_journals(theirs):
    contact = models.Contact(name="Their contact", purchases_default_account_code="461")
    made = (await theirs.call("create_contacts", models.Contacts(contacts=[contact]))).contacts[0]
    account = models.Account(code="779", name="Their account", type=models.AccountType.OVERHEADS)
    added = (await theirs.call("create_account", account)).accounts[0]
    archive = models.Accounts(accounts=[models.Account(status="ARCHIVED")])
    archived = (await theirs.call("update_account", added.account_id, archive)).accounts[0]
    lines = [
        models.ManualJournalLine(account_code="461", line_amount=10.0),
        models.ManualJournalLine(account_code="620", line_amount=-10.0),
    ]
    journal = models.ManualJournal(narration="Theirs", journal_lines=lines)
    posted = await theirs.call(
        "create_manual_journals", models.ManualJournals(manual_journals=[journal])
    )
    spent = models.BankTransaction(
        type="SPEND",
        contact=models.Contact(contact_id=made.contact_id),
        bank_account=models.Account(code="090"),
        line_items=a_bill().line_items,
    )
    money = await theirs.call(
        "create_bank_transactions", models.BankTransactions(bank_transactions=[spent])
    )

    assert made.purchases_default_account_code == "461"
    assert archived.status == "ARCHIVED"
    assert posted.manual_journals[0].narration == "Theirs"
    assert money.bank_transactions[0].total == Decimal("25.20")


async def test_the_vendors_client_finds_by_where_and_order(theirs):
    where = 'Type=="ACCREC" AND Status=="PAID"'
    found = (await theirs.read("invoices", where=where, order="Total DESC", page=1)).invoices

    assert {(each.type, each.status) for each in found} == {("ACCREC", "PAID")}
    assert [each.total for each in found] == sorted((each.total for each in found), reverse=True)
