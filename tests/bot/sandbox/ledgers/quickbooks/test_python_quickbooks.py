"""python-quickbooks, with Intuit's own sign-in beneath it, reads the stand-in unchanged."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.batch import batch_create
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.base import AttachableRef, Ref
from quickbooks.objects.bill import Bill
from quickbooks.objects.billpayment import BillPayment
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.deposit import Deposit
from quickbooks.objects.detailline import AccountBasedExpenseLine, AccountBasedExpenseLineDetail
from quickbooks.objects.employee import Employee
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.journalentry import JournalEntry
from quickbooks.objects.payment import Payment
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.purchase import Purchase
from quickbooks.objects.purchaseorder import PurchaseOrder
from quickbooks.objects.refundreceipt import RefundReceipt
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.transfer import Transfer
from quickbooks.objects.vendor import Vendor
from quickbooks.objects.vendorcredit import VendorCredit
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.server import running

BAKERY = "Bright Bakery"
REDIRECT = "http://127.0.0.1:8765/oauth/callback"
TRANSACTIONS = (
    Invoice,
    Bill,
    CreditMemo,
    VendorCredit,
    Purchase,
    Deposit,
    SalesReceipt,
    RefundReceipt,
    Transfer,
    Payment,
    BillPayment,
    JournalEntry,
    PurchaseOrder,
    Estimate,
)


class SteppingClock:
    """A fifth of a second later whenever it is looked at: nobody asks too often."""

    def __init__(self):
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self):
        self.at += timedelta(seconds=0.2)
        return self.at


@pytest.fixture
def clock():
    return SteppingClock()


@pytest.fixture
async def theirs(practice, monkeypatch):
    """The client, signed in as its documentation says; its calls block."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the socket is our own
    app = Starlette(routes=[Mount("/ledgers", routes=practice.ledgers.routes())])
    async with running(app) as base_url, httpx2.AsyncClient(base_url=base_url) as client:
        practice.client = client
        root = f"{base_url}/ledgers/quickbooks"
        form = {"person": "ana", "organisation": BAKERY, "decision": "allow"}
        sent_back = await practice.ask_quickbooks(form=form)
        query = httpx2.URL(sent_back.headers["location"]).params

        def sign_in():
            auth = AuthClient(
                "our-app",
                "our-secret",
                REDIRECT,
                f"{root}/.well-known/openid_configuration",
            )
            auth.get_bearer_token(query["code"], realm_id=query["realmId"])
            books = QuickBooks(
                auth_client=auth,
                refresh_token=auth.refresh_token,
                company_id=query["realmId"],
                minorversion=75,
                use_decimal=True,
            )
            books.api_url_v3 = f"{root}/v3"
            return auth, books

        auth, books = await asyncio.to_thread(sign_in)
        yield books
        books.session.close()
        auth.close()


@pytest.mark.parametrize("kind", [*TRANSACTIONS, Customer, Vendor, Employee, Item])
async def test_it_counts_and_reads_every_page(theirs, ledgers, kind):
    def read():
        found, start = [], 1
        while page := kind.all(order_by="Id", start_position=start, max_results=50, qb=theirs):
            found += page
            start += len(page)
        return found, kind.count(qb=theirs)

    found, count = await asyncio.to_thread(read)
    rows = ledgers.organisation(BAKERY).rows(kind.qbo_object_name)
    ids = [row.id for row in rows if row.fields.get("Active") is not False]
    assert [each.Id for each in found] == ids
    assert count == len(ids) > 0


async def test_it_reads_one_document_with_its_lines(theirs, ledgers):
    row = next(
        row for row in ledgers.organisation(BAKERY).rows("Invoice") if row.fields["LinkedTxn"]
    )
    invoice = await asyncio.to_thread(Invoice.get, row.id, theirs)

    assert invoice.DocNumber == row.fields["DocNumber"]
    assert invoice.CustomerRef.value == row.fields["CustomerRef"]["value"]
    assert len(invoice.Line) == len(row.fields["Line"])
    assert invoice.Line[0].SalesItemLineDetail.ItemRef.value
    assert str(invoice.TotalAmt) == f"{float(row.fields['TotalAmt'])}"
    assert invoice.LinkedTxn[0].TxnId == row.fields["LinkedTxn"][0]["TxnId"]


async def test_it_filters_by_name_and_by_instant(theirs, ledgers):
    row = ledgers.organisation(BAKERY).rows("Vendor")[3]

    def read():
        named = Vendor.filter(DisplayName=row.fields["DisplayName"], qb=theirs)
        where = "MetaData.LastUpdatedTime >= '2026-10-01T00:00:00-07:00'"
        recent = Bill.where(where, order_by="Id", max_results=1000, qb=theirs)
        chosen = Bill.choose([bill.Id for bill in recent[:3]], qb=theirs)
        return named, recent, chosen

    named, recent, chosen = await asyncio.to_thread(read)
    assert [each.Id for each in named] == [row.id]
    assert 0 < len(recent) < len(ledgers.organisation(BAKERY).rows("Bill"))
    assert [each.Id for each in chosen] == [each.Id for each in recent[:3]]


async def test_it_captures_changes_and_deletions(theirs, practice, ledgers, clock):
    bakery = ledgers.organisation(BAKERY)
    kept, gone = bakery.rows("Invoice")[-1], bakery.rows("Bill")[-1]
    since = clock()
    for instruction in (
        {"action": "edit", "kind": "Invoice", "name": kept.id, "memo": "Seen"},
        {"action": "delete", "kind": "Bill", "name": gone.id},
    ):
        edit = {"organisation": BAKERY, **instruction}
        answer = await practice.client.post("/ledgers/quickbooks/edit", json=edit)
        assert answer.status_code == 200, answer.text
    told = await asyncio.to_thread(
        change_data_capture, [Invoice, Bill, Vendor], since.isoformat(), theirs
    )

    assert [each.PrivateNote for each in told.Invoice._object_list] == ["Seen"]
    deleted = [each for each in told.Bill._object_list if getattr(each, "status", "") == "Deleted"]
    assert [each.Id for each in deleted] == [gone.id]
    assert not hasattr(told, "Vendor")
    assert told.time


async def test_it_reads_the_preferences(theirs):
    preferences = await asyncio.to_thread(Preferences.get, theirs)

    assert preferences.CurrencyPrefs.HomeCurrency.value == "GBP"


async def test_it_understands_our_faults(theirs):
    with pytest.raises(QuickbooksException) as raised:
        await asyncio.to_thread(Bill.get, "999999", theirs)
    with pytest.raises(QuickbooksException) as unread:
        await asyncio.to_thread(Bill.where, "Colour = 'red'", "", "", "", theirs)

    assert raised.value.error_code == 610
    assert unread.value.error_code == 4001


def a_bill(books, number, vendor):
    line = AccountBasedExpenseLine()
    line.Amount = 100
    line.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
    line.AccountBasedExpenseLineDetail.AccountRef = Ref()
    line.AccountBasedExpenseLineDetail.AccountRef.value = books.find("Account", "Rent").id
    line.AccountBasedExpenseLineDetail.TaxCodeRef = Ref()
    line.AccountBasedExpenseLineDetail.TaxCodeRef.value = books.find("TaxCode", "20.0% S").id
    bill = Bill()
    bill.DocNumber, bill.TxnDate, bill.Line = number, "2026-11-20", [line]
    bill.VendorRef = vendor.to_ref()
    return bill


async def test_it_creates_attaches_changes_and_deletes(theirs, ledgers):
    books = ledgers.organisation(BAKERY)

    def work():
        vendor = Vendor()
        vendor.DisplayName = "Written by their client"
        vendor = vendor.save(qb=theirs)
        bill = a_bill(books, "PQ-1", vendor).save(qb=theirs, request_id="pq-1")
        again = a_bill(books, "PQ-1", vendor).save(qb=theirs, request_id="pq-1")
        file = Attachable()
        ref = AttachableRef()
        ref.EntityRef = bill.to_ref()
        file.AttachableRef, file.FileName, file.ContentType = [ref], "a.pdf", "application/pdf"
        file._FileBytes = b"%PDF-1.4 theirs"
        kept = file.save(qb=theirs)
        bill.PrivateNote = "Changed"
        changed = bill.save(qb=theirs)
        bill.SyncToken = changed.SyncToken
        bill.delete(qb=theirs)
        return vendor, bill, again, kept, changed

    vendor, bill, again, kept, changed = await asyncio.to_thread(work)
    company = ledgers.quickbooks.company

    assert books.get("Vendor", vendor.Id).fields["DisplayName"] == "Written by their client"
    assert str(bill.TotalAmt) == "120.0"
    assert again.Id == bill.Id
    assert (changed.PrivateNote, changed.SyncToken) == ("Changed", "1")
    assert company.uploads.file(books, kept.Id) == b"%PDF-1.4 theirs"
    assert books.get("Bill", bill.Id) is None


async def test_it_voids_and_understands_what_is_refused(theirs, ledgers):
    books = ledgers.organisation(BAKERY)
    row = next(
        row
        for row in books.rows("Invoice")
        if not row.fields["LinkedTxn"] and row.fields["TxnDate"] > "2026-04-01"
    )

    def work():
        invoice = Invoice.get(row.id, theirs)
        invoice.void(qb=theirs)
        vendor = Vendor()
        vendor.DisplayName = books.rows("Vendor")[0].fields["DisplayName"]
        with pytest.raises(QuickbooksException) as twice:
            vendor.save(qb=theirs)
        with pytest.raises(QuickbooksException) as stale:
            invoice.save(qb=theirs)
        return twice.value.error_code, stale.value.error_code

    codes = await asyncio.to_thread(work)

    assert codes == (6240, 5010)
    assert row.fields["PrivateNote"] == "Voided"


async def test_it_writes_in_batches(theirs, ledgers):
    books = ledgers.organisation(BAKERY)
    vendor = Vendor()
    vendor.Id, vendor.DisplayName = next(
        (row.id, row.fields["DisplayName"])
        for row in books.rows("Vendor")
        if row.fields["CurrencyRef"]["value"] == "GBP"
    )
    bills = [a_bill(books, f"PB-{n}", vendor) for n in range(4)] + [a_bill(books, "PB-0", vendor)]
    told = await asyncio.to_thread(batch_create, bills, theirs)

    assert [each.DocNumber for each in told.successes] == ["PB-0", "PB-1", "PB-2", "PB-3"]
    assert [each.code for fault in told.faults for each in fault.Error] == ["6140"]
