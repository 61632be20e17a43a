"""The streams of QuickBooks, and what their rows become."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from providers.books import AnyRecord, BooksPage, Stream
from providers.quickbooks import book_lists, documents
from providers.quickbooks.shapes import TaxRateRow
from providers.quickbooks.wire import Dimension

REACH = timedelta(days=29)  # of 30: a day for the way, and for clocks that differ
CLEARANCES = "TransactionList"  # a report: no entity tells what is cleared or reconciled


def _changing(name: str, title: str) -> Stream:
    return Stream(name=name, title=title, reaches_back=REACH)


STREAMS = (
    _changing("Account", "chart of accounts"),
    Stream(
        name="TaxCode",
        title="tax rates",
        has_changes=False,
        tells_deletions=False,
        every=timedelta(hours=20),
    ),
    _changing("Customer", "customers and projects"),
    _changing("Vendor", "suppliers"),
    _changing("Item", "products and services"),
    _changing("Class", "classes"),
    _changing("Department", "locations"),
    _changing("Employee", "employees"),
    _changing("Invoice", "invoices"),
    _changing("Bill", "bills"),
    _changing("Payment", "payments received"),
    _changing("BillPayment", "bill payments"),
    _changing("CreditMemo", "credit memos"),
    _changing("VendorCredit", "supplier credits"),
    _changing("Purchase", "expenses and cheques"),
    _changing("Deposit", "deposits"),
    _changing("SalesReceipt", "sales receipts"),
    _changing("RefundReceipt", "refund receipts"),
    _changing("Transfer", "transfers"),
    _changing("JournalEntry", "journal entries"),
    _changing("PurchaseOrder", "purchase orders"),
    _changing("Estimate", "estimates"),
    Stream(
        name=CLEARANCES,
        title="marks of bank reconciliation",
        has_changes=False,
        tells_deletions=False,
        every=timedelta(minutes=10),  # somebody reconciles, and then wants to see it here
        comes_and_goes=True,
    ),
)
_PEOPLE = frozenset({"Customer", "Vendor", "Employee"})
_RECORDS: Mapping[str, Callable[[Sequence[Any]], Iterable[AnyRecord]]] = {
    "Account": partial(map, book_lists.account),
    "Item": book_lists.products,
    "Customer": book_lists.customers,
    "Vendor": partial(map, partial(book_lists.contact, "Vendor")),
    "Employee": partial(map, partial(book_lists.contact, "Employee")),
    "Class": partial(map, partial(book_lists.option, "Class", dimension=Dimension.CLASS)),
    "Department": partial(
        map, partial(book_lists.option, "Department", dimension=Dimension.LOCATION)
    ),
    "Payment": partial(map, partial(documents.payment, "Payment")),
    "BillPayment": partial(map, partial(documents.payment, "BillPayment")),
}


def records(
    entity: str, rows: Sequence[Any], rates: Sequence[TaxRateRow] = ()
) -> Sequence[AnyRecord]:
    """The rows of one entity as records. Tax codes are nothing without the rates behind them."""
    if entity == "TaxCode":
        return list(book_lists.tax_codes(rows, rates))
    into = _RECORDS.get(entity)
    if into is None:
        return [documents.document(entity, row) for row in rows]
    return list(into(rows))


def changed(entity: str, rows: Sequence[Any], watermark: datetime) -> BooksPage:
    """All that changed of one entity, the deleted among it."""
    here = [row for row in rows if not _is_deleted(row)]
    gone = [row.Id for row in rows if _is_deleted(row)]
    if entity in _PEOPLE:
        gone = book_lists.remote_ids(entity, gone)
    if entity == "Customer":
        gone += book_lists.no_projects(here)
    return BooksPage(
        stream=entity,
        records=records(entity, here),
        gone=gone,
        is_last=True,
        watermark=watermark,
        total=len(rows),
    )


def _is_deleted(row: Any) -> bool:
    return (row.status or "").lower() == "deleted"
