"""The lists of an organisation whose books are in order: what is in them is used, and no more."""

from datetime import date
from random import Random

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.tidy import Cast, Role
from bot.sandbox.ledgers.xero.seed import chart
from bot.sandbox.ledgers.xero.seed.lists import contact, with_id
from bot.sandbox.ledgers.xero.seed.plans import OPENED
from bot.sandbox.ledgers.xero.seed.register import OFFICE, Asset, add_register

CODES = {
    Role.SALES: "200",
    Role.MATERIALS: "310",
    Role.DELIVERY: "315",
    Role.PACKAGING: "330",
    Role.ACCOUNTANCY: "401",
    Role.CHARGES: "404",
    Role.DEPRECIATION: "416",
    Role.INSURANCE: "433",
    Role.POWER: "445",
    Role.SOFTWARE: "463",
    Role.RENT: "469",
    Role.WAGES: "477",
    Role.PHONE: "489",
    Role.EQUIPMENT: "710",
    Role.WRITTEN_OFF: "711",
    Role.NET_WAGES: "814",
    Role.SALES_TAX: "820",
    Role.PAYROLL_TAX: "825",
    Role.CAPITAL: "970",
}
_CAPITAL: Fields = {
    "Code": CODES[Role.CAPITAL],
    "Name": "Owner A Funds Introduced",
    "Type": "EQUITY",
    "TaxType": "NONE",
    "Class": "EQUITY",
    "SystemAccount": "",
    "EnablePaymentsToAccount": True,
}


def cast_of(books: Books) -> Cast:
    return tidy.cast(Random(f"{books.key}:cast"))


def accounts(*more: str) -> list[Fields]:
    """What is posted to, what Xero keeps for itself, and `more` codes."""
    wanted = {*CODES.values(), *more}
    rows = chart.chart(small=False)
    return [*(row for row in rows if row["Code"] in wanted or row["SystemAccount"]), _CAPITAL]


def add_contacts(books: Books, count: int) -> None:
    """Each with the defaults that all their documents have; `count` in all, old ones among them."""
    who, dice = cast_of(books), Random(f"{books.key}:contacts")
    taxes = {str(r.fields["Code"]): str(r.fields["TaxType"]) for r in books.rows("Accounts")}
    paid = {name: CODES[role] for role, name in who.suppliers.items()}
    paid |= {
        who.bank: CODES[Role.CHARGES],
        who.payroll: CODES[Role.NET_WAGES],
        who.collector: CODES[Role.PAYROLL_TAX],
        who.treasury: CODES[Role.SALES_TAX],
    }
    for name, code in paid.items():
        add_supplier(books, name, code, taxes[code], dice)
    told = len(paid) + len(who.customers) + 1
    for name in who.acquaintances[: count - told]:
        add_customer(books, name, CODES[Role.SALES], taxes[CODES[Role.SALES]], dice)
    for name in (*who.customers, who.owner):
        code = CODES[Role.CAPITAL if name == who.owner else Role.SALES]
        add_customer(books, name, code, taxes[code], dice)


def add_supplier(
    books: Books, name: str, code: str, tax: str, dice: Random, **more: object
) -> None:
    defaults = {"PurchasesDefaultAccountCode": code, "AccountsPayableTaxType": tax}
    _add(books, name, {"IsSupplier": True, "IsCustomer": False, **defaults, **more}, dice)


def add_customer(
    books: Books, name: str, code: str, tax: str, dice: Random, **more: object
) -> None:
    defaults = {"SalesDefaultAccountCode": code, "AccountsReceivableTaxType": tax}
    _add(books, name, {"IsSupplier": False, "IsCustomer": True, **defaults, **more}, dice)


def _add(books: Books, name: str, fields: Fields, dice: Random) -> None:
    """A default of None means that there is none."""
    whole = {**contact(name, dice, business=True), **fields}
    kept = {key: value for key, value in whole.items() if value is not None}
    books.add("Contacts", with_id(books, "Contacts", kept), at=OPENED)


def add_assets(books: Books, today: date, *more: Asset, last_run: date | None = None) -> None:
    """The one asset of the year, depreciated as its journals say."""
    cold_store = Asset(
        name="Cold store",
        type=OFFICE.name,
        bought=tidy.months(today)[0].replace(day=4),
        price=tidy.PRICE,
        depreciated=tidy.written_off(today),
    )
    run = last_run or tidy.last_month_end(today)
    add_register(books, types=(OFFICE,), assets=(cold_store, *more), last_run=run)
