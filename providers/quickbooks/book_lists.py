"""QuickBooks' lists as records of the books: accounts, tax codes, dimensions, products, people."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from providers.books import (
    LedgerAccount,
    LedgerContact,
    LedgerProduct,
    LedgerTaxRate,
    LedgerTracking,
)
from providers.quickbooks.book_shapes import (
    AccountEntry,
    DimensionEntry,
    ItemEntry,
    NameEntry,
    PostalAddress,
)
from providers.quickbooks.shapes import Ref, Row, TaxCodeRow, TaxRateRow
from providers.quickbooks.wire import (
    Dimension,
    instant,
    is_project,
    is_sellable,
    tax_rates,
)

_BANKS = frozenset({"Bank", "Credit Card"})
_OWN_ACCOUNTS = frozenset(  # of every company: QuickBooks posts to them by itself
    {
        "AccountsPayable",
        "AccountsReceivable",
        "ExchangeGainOrLoss",
        "GlobalTaxPayable",
        "GlobalTaxSuspense",
        "OpeningBalanceEquity",
        "RetainedEarnings",
        "SalesTaxPayable",
        "UndepositedFunds",
    }
)


def account(row: AccountEntry) -> LedgerAccount:
    """An account of the chart; a sub-account carries its parents in its name."""
    own = row.AccountSubType or ""
    return LedgerAccount(
        source="Account",
        remote_id=row.Id,
        updated_at=_updated(row),
        name=row.FullyQualifiedName or row.Name,
        code=row.AcctNum or None,
        account_class=(row.Classification or "").upper(),
        account_type=row.AccountType or "",
        system_role=own if own in _OWN_ACCOUNTS else None,
        tax_rate=_value(row.TaxCodeRef),
        currency=_value(row.CurrencyRef),
        is_bank=row.AccountType in _BANKS,
        is_active=row.Active is not False,
        description=row.Description or None,
        report_code=own or None,
    )


def tax_codes(rows: Sequence[TaxCodeRow], rates: Sequence[TaxRateRow]) -> Iterator[LedgerTaxRate]:
    """Tax codes, which are what lines name, with the sum of the rates behind each."""
    for known in tax_rates(rows, rates):
        yield LedgerTaxRate(
            source="TaxCode",
            remote_id=known.remote_id,
            updated_at=known.updated_at,
            name=known.name,
            rate=known.rate,
            on_costs=known.on_costs,
            on_sales=known.on_sales,
            is_active=known.active,
        )


def option(source: str, row: DimensionEntry | NameEntry, dimension: Dimension) -> LedgerTracking:
    """A class, a location or a project, by the name that lines give it."""
    own = row.DisplayName if isinstance(row, NameEntry) else row.Name
    return LedgerTracking(
        source=source,
        remote_id=f"project:{row.Id}" if dimension is Dimension.PROJECT else row.Id,
        updated_at=_updated(row),
        name=row.FullyQualifiedName or own or row.Id,
        category_id=dimension,
        category=dimension.capitalize(),
        is_active=row.Active is not False,
    )


def products(rows: Sequence[ItemEntry]) -> list[LedgerProduct]:
    """Items that may stand on a line."""
    return [
        LedgerProduct(
            source="Item",
            remote_id=row.Id,
            updated_at=_updated(row),
            name=row.FullyQualifiedName or row.Name,
            code=row.Sku or None,
            sales_account=_value(row.IncomeAccountRef),
            purchase_account=_value(row.ExpenseAccountRef),
            stock_account=_value(row.AssetAccountRef) if row.Type == "Inventory" else None,
            is_active=row.Active is not False,
        )
        for row in rows
        if is_sellable(row)
    ]


def customers(rows: Sequence[NameEntry]) -> Iterator[LedgerContact | LedgerTracking]:
    """Everybody who can be invoiced. Projects are customers too, and a dimension besides."""
    for row in rows:
        yield contact("Customer", row)
        if is_project(row):
            yield option("Customer", row, Dimension.PROJECT)


def remote_ids(source: str, ids: Sequence[str]) -> list[str]:
    """What we call contacts of these ids, and the projects that some of them may be."""
    kinds = ("customer", "project") if source == "Customer" else (source.lower(),)
    return [f"{kind}:{own}" for own in ids for kind in kinds]


def no_projects(rows: Sequence[NameEntry]) -> list[str]:
    """Projects that these customers would be: a sub-customer can cease to be one."""
    return [f"project:{row.Id}" for row in rows if not is_project(row)]


def contact(source: str, row: NameEntry) -> LedgerContact:
    """A customer, a vendor or an employee; the id says which, because theirs overlap."""
    is_supplier, is_customer = source == "Vendor", source == "Customer"
    number = row.PrimaryTaxIdentifier or row.TaxIdentifier or row.GSTIN or row.BusinessNumber
    bank = row.VendorPaymentBankDetail
    parts = (bank.BankBranchIdentifier, bank.BankAccountNumber) if bank is not None else ()
    return LedgerContact(
        source=source,
        remote_id=f"{source.lower()}:{row.Id}",
        updated_at=_updated(row),
        name=row.DisplayName or row.FullyQualifiedName or row.Id,
        is_supplier=is_supplier,
        is_customer=is_customer,
        is_active=row.Active is not False,
        email=(row.PrimaryEmailAddr.Address or None) if row.PrimaryEmailAddr else None,
        phone=(row.PrimaryPhone.FreeFormNumber or None) if row.PrimaryPhone else None,
        tax_number=number or None,
        company_number=row.CompanyRegistrationNumber or None,
        bank_account=" ".join(filter(None, parts)) or None,
        address=_one_line(row.BillAddr) if row.BillAddr is not None else None,
        currency=_value(row.CurrencyRef),
        purchase_account=_value(row.PrefillAccountRef),
        sales_tax=_value(row.DefaultTaxCodeRef) if is_customer else None,
        purchase_tax=_value(row.DefaultTaxCodeRef) if is_supplier else None,
    )


def _one_line(address: PostalAddress) -> str | None:
    parts = (
        address.Line1,
        address.Line2,
        address.Line3,
        address.City,
        address.CountrySubDivisionCode,
        address.PostalCode,
        address.Country,
    )
    return ", ".join(part for part in parts if part) or None


def _updated(row: Row) -> datetime | None:
    return instant(row.MetaData.LastUpdatedTime) if row.MetaData is not None else None


def _value(ref: Ref | None) -> str | None:
    return (ref.value or None) if ref is not None else None
