"""Links lead to the record in the vendor's own pages, in the right organisation."""

import pytest

from providers.books import DocumentKind
from providers.links import Target
from providers.registry import known, provider

XERO = "https://go.xero.com/organisationlogin/default.aspx?shortcode=!NLglS&redirecturl="
QUICKBOOKS = "https://qbo.intuit.com/app/login?pagereq="


@pytest.mark.parametrize(
    ("source", "kind", "path"),
    [
        ("Invoices", DocumentKind.INVOICE, "/AccountsReceivable/View.aspx%3FInvoiceID%3Dab-1"),
        ("Invoices", DocumentKind.BILL, "/AccountsPayable/Edit.aspx%3FInvoiceID%3Dab-1"),
        ("BankTransactions", DocumentKind.MONEY_OUT,
         "/Bank/ViewTransaction.aspx%3FbankTransactionID%3Dab-1"),
        ("Contacts", None, "/Contacts/View/ab-1"),
        ("ManualJournals", DocumentKind.MANUAL_JOURNAL, "/Journal/View.aspx%3FinvoiceID%3Dab-1"),
    ],
)  # fmt: skip
def test_xero_opens_the_record_in_its_organisation(
    source: str, kind: DocumentKind | None, path: str
) -> None:
    target = Target(source=source, remote_id="ab-1", kind=kind, short_code="!NLglS")

    assert provider("xero").link(target) == XERO + path


def test_without_its_short_code_xero_opens_whatever_organisation_was_last() -> None:
    target = Target(source="Contacts", remote_id="ab-1")

    assert provider("xero").link(target) == "https://go.xero.com/Contacts/View/ab-1"


@pytest.mark.parametrize(
    ("source", "remote_id", "page"),
    [
        ("Bill", "145", "bill%3FtxnId%3D145"),
        ("Purchase", "7", "expense%3FtxnId%3D7"),
        ("Vendor", "vendor:31", "vendordetail%3FnameId%3D31"),
        ("Customer", "customer:58", "customerdetail%3FnameId%3D58"),
        ("Account", "90", "register%3FaccountId%3D90"),
    ],
)
def test_quickbooks_opens_the_record_in_its_company(source: str, remote_id: str, page: str) -> None:
    target = Target(source=source, remote_id=remote_id, tenant_id="9341")

    assert provider("quickbooks").link(target) == f"{QUICKBOOKS}{page}&deeplinkcompanyid=9341"


@pytest.mark.parametrize("key", sorted(known()))
def test_what_has_no_page_has_no_link(key: str) -> None:
    assert provider(key).link(Target(source="TaxRates", remote_id="1")) is None
    if key == "xero":
        assert provider(key).link(Target(source="Invoices", remote_id="1")) is None
