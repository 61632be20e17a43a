"""What is read of Xero's books, and how each of it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from providers.books import Stream
from providers.xero import book_lists, documents, money, postings
from providers.xero import book_shapes as shapes
from providers.xero.book_shapes import Envelope, enveloped
from providers.xero.documents import Reading
from providers.xero.shapes import CategoryRow, TaxRateRow

API = "/api.xro/2.0/"
PAGE_SIZE = 1000  # the most that Xero gives

_OFTEN = timedelta(hours=6)
_DAILY = timedelta(hours=20)  # a little less than a day: the daily sync is never just too early
_UNITS = {"unitdp": "4"}  # without it unit prices are cut to two decimals


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """How one stream is asked for and read.

    `order` is the field by which pages are cut, the id, which no edit changes. In the order of
    changes, a record that is touched while we read moves to the end, and another slips from a page
    to come onto one that has been read.
    """

    stream: Stream
    shape: type[Envelope]
    read: Callable[[Any], Reading]
    params: Mapping[str, str] = field(default_factory=dict)
    is_paged: bool = False
    order: str | None = None

    def query(self, page: int) -> dict[str, str]:
        """The query that asks for a page."""
        paging = {"page": str(page), "pageSize": str(PAGE_SIZE)} if self.is_paged else {}
        order = {"order": self.order} if self.order is not None else {}
        return {**paging, **order, **self.params}


def headers(tenant_id: str, since: datetime | None = None) -> dict[str, str]:
    """What every request says; `since` asks for changes only."""
    bound = {"xero-tenant-id": tenant_id}
    if since is not None:
        bound["if-modified-since"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return bound


def _pages(
    stream: Stream,
    row: type[msgspec.Struct],
    read: Callable[[Any], Reading],
    *,
    order: str | None,
    params: Mapping[str, str] | None = None,
) -> Source:
    return Source(
        stream=stream,
        shape=enveloped(stream.name, row),
        read=read,
        params=params or {},
        is_paged=True,
        order=order,
    )


def _whole(
    stream: Stream,
    row: type[msgspec.Struct],
    read: Callable[[Any], Reading],
    *,
    params: Mapping[str, str] | None = None,
) -> Source:
    shape = enveloped(stream.name, row)
    return Source(stream=stream, shape=shape, read=read, params=params or {})


ASSETS = Stream(
    name="Assets",
    title="fixed assets and their types",
    has_changes=False,
    tells_deletions=False,
    every=_DAILY,
    mentioned_only=True,
)

JOURNALS = Stream(name="Journals", title="journals", tells_deletions=False, trails=True)

_SOURCES = (  # the longest first
    _pages(
        Stream(name="Invoices", title="invoices and bills"),
        shapes.InvoiceRow,
        documents.invoices,
        order="InvoiceID",
        params={**_UNITS, "includeArchived": "true"},
    ),
    _pages(
        Stream(name="BankTransactions", title="bank transactions"),
        shapes.BankTransactionRow,
        money.bank_transactions,
        order="BankTransactionID",
        params=_UNITS,
    ),
    _pages(
        Stream(name="Payments", title="payments"),
        shapes.PaymentRow,
        money.payments,
        order="PaymentID",
    ),
    _pages(
        Stream(name="Contacts", title="contacts"),
        shapes.ContactRow,
        book_lists.contacts,
        order="ContactID",
        params={"includeArchived": "true"},
    ),
    _pages(
        Stream(name="CreditNotes", title="credit notes"),
        shapes.CreditNoteRow,
        documents.credit_notes,
        order="CreditNoteID",
        params=_UNITS,
    ),
    _pages(
        Stream(name="ManualJournals", title="manual journals"),
        shapes.ManualJournalRow,
        documents.manual_journals,
        order=None,  # any order there, and the pages are ignored (tap-xero)
    ),
    _pages(
        Stream(name="PurchaseOrders", title="purchase orders"),
        shapes.PurchaseOrderRow,
        documents.purchase_orders,
        order="PurchaseOrderID",
    ),
    _whole(
        Stream(
            name="Accounts",
            title="accounts",
            has_changes=False,  # small, and only all of it shows what was deleted
            tells_deletions=False,
            every=_OFTEN,
        ),
        shapes.AccountRow,
        book_lists.accounts,
    ),
    _whole(
        Stream(
            name="TaxRates",
            title="tax rates",
            has_changes=False,
            tells_deletions=False,
            every=_DAILY,
        ),
        TaxRateRow,
        book_lists.tax_rates,
    ),
    _whole(
        Stream(
            name="BankTransfers",
            title="bank transfers",
            has_changes=False,  # they have a date of creation only: what is deleted could slip by
            mentioned_only=True,
        ),
        shapes.BankTransferRow,
        money.bank_transfers,
        params={"includeDeleted": "true"},
    ),
    _whole(
        Stream(name="BatchPayments", title="batch payments", mentioned_only=True),
        shapes.BatchPaymentRow,
        money.batch_payments,
    ),
    _pages(
        Stream(name="Overpayments", title="overpayments", mentioned_only=True),
        shapes.OverpaymentRow,
        money.overpayments,
        order="OverpaymentID",
        params=_UNITS,
    ),
    _pages(
        Stream(name="Prepayments", title="prepayments", mentioned_only=True),
        shapes.PrepaymentRow,
        money.prepayments,
        order="PrepaymentID",
        params=_UNITS,
    ),
    _whole(
        Stream(
            name="Items",
            title="products and services",
            has_changes=False,
            tells_deletions=False,
            every=_DAILY,
            mentioned_only=True,
        ),
        shapes.ItemRow,
        book_lists.products,
    ),
    _whole(
        Stream(
            name="TrackingCategories",
            title="tracking categories",
            has_changes=False,
            tells_deletions=False,
            every=_DAILY,
            mentioned_only=True,
        ),
        CategoryRow,
        book_lists.tracking,
        params={"includeArchived": "true"},
    ),
    Source(stream=ASSETS, shape=enveloped("items", shapes.AssetRow), read=book_lists.assets),
    _whole(JOURNALS, postings.JournalRow, postings.journals),
)

SOURCES: Mapping[str, Source] = {source.stream.name: source for source in _SOURCES}
STREAMS = tuple(source.stream for source in _SOURCES if source.stream is not JOURNALS)
