"""Xero's lists become ours: accounts, tax rates, tracking, products, contacts, fixed assets."""

from collections.abc import Sequence
from datetime import date

from providers.books import (
    ASSET_TYPE,
    Asset,
    LedgerAccount,
    LedgerContact,
    LedgerProduct,
    LedgerTaxRate,
    LedgerTracking,
)
from providers.xero.book_shapes import (
    AccountRow,
    AddressRow,
    AssetRow,
    AssetSettingsRow,
    AssetTypeRow,
    ContactRow,
    ItemRow,
    PhoneRow,
    TradeRow,
)
from providers.xero.documents import Reading, civil_date, instant
from providers.xero.shapes import CategoryRow, TaxRateRow

_INACTIVE = frozenset({"ARCHIVED", "DELETED", "GDPRREQUEST"})
_NOTHING = TradeRow()
_NO_TYPE = AssetTypeRow(asset_type_id="")


def contacts(rows: Sequence[ContactRow]) -> Reading:
    """Contacts. One that asked to be forgotten has no name any more."""
    return Reading(records=[_contact(row) for row in rows])


def accounts(rows: Sequence[AccountRow]) -> Reading:
    """The chart of accounts, bank accounts included."""
    records = [_account(row) for row in rows]
    has_assets = any(each.account_type == "FIXED" and each.is_active for each in records)
    return Reading(records=records, mentions=frozenset({"Assets"} if has_assets else ()))


def tax_rates(rows: Sequence[TaxRateRow]) -> Reading:
    """Tax rates, known by their TaxType: that is what lines refer to."""
    records = [
        LedgerTaxRate(
            source="TaxRates",
            remote_id=row.TaxType,
            name=row.Name,
            rate=row.EffectiveRate,
            on_costs=row.CanApplyToExpenses is not False,
            on_sales=row.CanApplyToRevenue is not False,
            is_active=_is_active(row.Status),
        )
        for row in rows
    ]
    return Reading(records=records)


def tracking(rows: Sequence[CategoryRow]) -> Reading:
    """The options of every category; an archived category takes its options along."""
    records = [
        LedgerTracking(
            source="TrackingCategories",
            remote_id=option.TrackingOptionID,
            name=option.Name,
            category_id=row.TrackingCategoryID,
            category=row.Name,
            is_active=_is_active(row.Status) and _is_active(option.Status),
        )
        for row in rows
        for option in row.Options or ()
    ]
    return Reading(records=records)


def products(rows: Sequence[ItemRow]) -> Reading:
    """Products and services, known to lines by their code."""
    return Reading(records=[_product(row) for row in rows])


def assets(rows: Sequence[AssetSettingsRow | AssetTypeRow | AssetRow]) -> Reading:
    """Types of fixed assets with the day depreciation was last run to, then the assets, whose type
    says in which accounts they and their depreciation are."""
    types = {row.asset_type_id: row for row in rows if isinstance(row, AssetTypeRow)}
    runs = (row.last_depreciation_date for row in rows if isinstance(row, AssetSettingsRow))
    until = civil_date(next(runs, None))
    return Reading(
        records=[
            *(_asset_type(row, until) for row in types.values()),
            *(
                _asset(row, types.get(row.asset_type_id or "", _NO_TYPE))
                for row in rows
                if isinstance(row, AssetRow)
            ),
        ]
    )


def _contact(row: ContactRow) -> LedgerContact:
    return LedgerContact(
        source="Contacts",
        remote_id=row.ContactID,
        updated_at=instant(row.UpdatedDateUTC),
        name=row.Name or row.ContactID,
        is_supplier=bool(row.IsSupplier),
        is_customer=bool(row.IsCustomer),
        is_active=_is_active(row.ContactStatus) and not row.MergedToContactID,
        merged_into=row.MergedToContactID or None,
        email=row.EmailAddress or None,
        phone=_phone(row.Phones or ()),
        tax_number=row.TaxNumber or None,
        company_number=row.CompanyNumber or None,
        bank_account=row.BankAccountDetails or None,
        address=_address(row.Addresses or ()),
        currency=row.DefaultCurrency or None,
        sales_account=row.SalesDefaultAccountCode or None,
        purchase_account=row.PurchasesDefaultAccountCode or None,
        sales_tax=row.AccountsReceivableTaxType or None,
        purchase_tax=row.AccountsPayableTaxType or None,
    )


def _phone(phones: Sequence[PhoneRow]) -> str | None:
    """The first number that is told, the one Xero calls the default before the others."""
    for each in sorted(phones, key=lambda phone: phone.PhoneType != "DEFAULT"):
        if each.PhoneNumber:
            country = f"+{each.PhoneCountryCode.lstrip('+')}" if each.PhoneCountryCode else ""
            parts = (country, each.PhoneAreaCode, each.PhoneNumber)
            return " ".join(part for part in parts if part)
    return None


def _address(addresses: Sequence[AddressRow]) -> str | None:
    """The first address that is told, in one line; post goes to the one Xero calls POBOX."""
    for each in sorted(addresses, key=lambda address: address.AddressType != "POBOX"):
        parts = (
            each.AddressLine1,
            each.AddressLine2,
            each.AddressLine3,
            each.AddressLine4,
            each.City,
            each.Region,
            each.PostalCode,
            each.Country,
        )
        if any(parts):
            return ", ".join(part for part in parts if part)
    return None


def _account(row: AccountRow) -> LedgerAccount:
    return LedgerAccount(
        source="Accounts",
        remote_id=row.AccountID,
        updated_at=instant(row.UpdatedDateUTC),
        name=row.Name or row.Code or row.AccountID,
        code=row.Code or None,
        account_class=row.Class or "",
        account_type=row.Type or "",
        system_role=row.SystemAccount or None,
        tax_rate=row.TaxType or None,
        currency=row.CurrencyCode or None,
        is_bank=row.Type == "BANK",
        is_active=_is_active(row.Status),
        description=row.Description or None,
        report_code=row.ReportingCode or None,
    )


def _product(row: ItemRow) -> LedgerProduct:
    sold, bought = row.SalesDetails or _NOTHING, row.PurchaseDetails or _NOTHING
    return LedgerProduct(
        source="Items",
        remote_id=row.ItemID,
        updated_at=instant(row.UpdatedDateUTC),
        name=row.Name or row.Code or row.ItemID,
        code=row.Code or None,
        sales_account=sold.AccountCode or None,
        purchase_account=bought.AccountCode or bought.COGSAccountCode or None,
    )


def _asset_type(row: AssetTypeRow, until: date | None) -> Asset:
    return Asset(
        source="Assets",
        remote_id=row.asset_type_id,
        name=row.asset_type_name,
        status=ASSET_TYPE,
        asset_account=row.fixed_asset_account_id or None,
        depreciation_account=row.accumulated_depreciation_account_id or None,
        depreciated_until=until,
    )


def _asset(row: AssetRow, kind: AssetTypeRow) -> Asset:
    return Asset(
        source="Assets",
        remote_id=row.asset_id,
        name=row.asset_name,
        number=row.asset_number or None,
        status=row.asset_status or "",
        purchased_on=civil_date(row.purchase_date),
        price=row.purchase_price,
        book_value=row.accounting_book_value,
        asset_account=kind.fixed_asset_account_id or None,
        depreciation_account=kind.accumulated_depreciation_account_id or None,
    )


def _is_active(status: str | None) -> bool:
    return status not in _INACTIVE
