"""The register of fixed assets an organisation begins with, and when depreciation was last run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.xero.seed.plans import OPENED

RATE = Decimal(25)
_FALLBACK = "429"  # where the chart has no account for depreciation


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetType:
    """By the codes of its accounts: the asset, its depreciation so far, and the expense."""

    name: str
    asset: str
    accumulated: str
    expense: str = "416"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """`depreciated` is how much of the price has been written off."""

    name: str
    type: str
    bought: date
    price: Decimal
    depreciated: Decimal = Decimal(0)
    status: str = "Registered"


OFFICE = AssetType(name="Office Equipment", asset="710", accumulated="711")
COMPUTERS = AssetType(name="Computer Equipment", asset="720", accumulated="721")
ASSETS = (
    Asset(
        name="Desks and chairs",
        type=OFFICE.name,
        bought=date(2023, 5, 2),
        price=Decimal("4180.00"),
        depreciated=Decimal("2612.50"),
    ),
    Asset(
        name="Two laptops",
        type=COMPUTERS.name,
        bought=date(2024, 9, 16),
        price=Decimal("2398.00"),
        depreciated=Decimal("1199.00"),
    ),
    Asset(
        name="Old server",
        type=COMPUTERS.name,
        bought=date(2021, 6, 1),
        price=Decimal("3150.00"),
        depreciated=Decimal("3150.00"),
        status="Disposed",
    ),
    Asset(
        name="Label printer",
        type=OFFICE.name,
        bought=date(2026, 10, 6),
        price=Decimal("640.00"),
        status="Draft",
    ),
)


def add_register(
    books: Books,
    *,
    types: Iterable[AssetType] = (OFFICE, COMPUTERS),
    assets: Iterable[Asset] = ASSETS,
    last_run: date = date(2026, 9, 30),
) -> None:
    """Types whose accounts the chart does not have are left out, and their assets with them."""
    accounts = {str(row.fields["Code"]): row.id for row in books.rows("Accounts")}
    for each in types:
        if {each.asset, each.accumulated} <= accounts.keys():
            expense = accounts.get(each.expense) or accounts[_FALLBACK]
            books.add("AssetTypes", _type(books, each, accounts, expense), at=OPENED)
    known = {row.fields["assetTypeName"]: row.id for row in books.rows("AssetTypes")}
    for number, asset in enumerate(assets, start=1):
        if asset.type in known:
            fields = _asset(books, asset, number=f"FA-{number:04d}", type_id=known[asset.type])
            books.add("Assets", fields, at=OPENED)
    settings = {
        "id": books.key,
        "assetNumberPrefix": "FA-",
        "assetNumberSequence": f"{len(books.rows('Assets')) + 1:04d}",
        "assetStartDate": _instant(OPENED.date()),
        "lastDepreciationDate": _instant(last_run),
        "optInForTax": False,
    }
    books.add("AssetSettings", settings, at=OPENED)


def _type(books: Books, each: AssetType, accounts: dict[str, str], expense: str) -> Fields:
    return {
        "assetTypeId": books.made_up_id("AssetTypes", each.name),
        "assetTypeName": each.name,
        "fixedAssetAccountId": accounts[each.asset],
        "depreciationExpenseAccountId": expense,
        "accumulatedDepreciationAccountId": accounts[each.accumulated],
        "bookDepreciationSetting": _method(),
        "locks": 0,
    }


def _asset(books: Books, asset: Asset, *, number: str, type_id: str) -> Fields:
    fields = {
        "assetId": books.made_up_id("Assets", asset.name),
        "assetName": asset.name,
        "assetNumber": number,
        "assetTypeId": type_id,
        "assetStatus": asset.status,
        "purchaseDate": _instant(asset.bought),
        "purchasePrice": asset.price,
        "disposalPrice": Decimal("0.00"),
        "serialNumber": "",
        "bookDepreciationSetting": _method(),
        "bookDepreciationDetail": {
            "depreciationStartDate": _instant(asset.bought),
            "priorAccumDepreciationAmount": Decimal("0.00"),
            "currentAccumDepreciationAmount": asset.depreciated,
            "residualValue": Decimal("0.00"),
        },
        "accountingBookValue": asset.price - asset.depreciated,
        "canRollback": asset.status == "Registered",
        "isDeleteEnabledForDate": asset.status == "Draft",
    }
    if asset.status == "Disposed":
        fields["disposalDate"] = _instant(date(2026, 2, 27))
    return fields


def _method() -> Fields:
    return {
        "depreciationMethod": "StraightLine",
        "averagingMethod": "ActualDays",
        "depreciationRate": RATE,
        "depreciationCalculationMethod": "None",
    }


def _instant(day: date) -> str:
    return f"{day:%Y-%m-%dT00:00:00}"
