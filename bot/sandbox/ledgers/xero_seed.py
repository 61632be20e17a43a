"""The books of the stand-in Xero, the same for the same seed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from uuid import NAMESPACE_URL, uuid5

from bot.sandbox.ledgers import names, xero_chart
from bot.sandbox.ledgers.books import Books, Fields
from bot.sandbox.ledgers.people import Directory, VendorUser
from bot.sandbox.ledgers.xero_plans import PLANS, USERS, Plan
from bot.sandbox.ledgers.xero_signin import CONNECTING_ROLES, user_id
from bot.sandbox.ledgers.xero_tables import ORGANISATION, TABLES
from bot.sandbox.ledgers.xero_year import write_year_later

OPENED = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)
LAST_TOUCHED = datetime(2026, 10, 30, 17, 0, tzinfo=UTC)
CURRENCIES = {
    "GBP": "British Pound",
    "EUR": "Euro",
    "USD": "United States Dollar",
}
ROLES = {"Adviser": "FINANCIALADVISER", "Standard": "STANDARD", "Read only": "READONLY"}


def directory(seed: int) -> Directory:
    keys = {plan.name: str(uuid5(NAMESPACE_URL, f"{seed}:xero:{plan.name}")) for plan in PLANS}
    users = [
        VendorUser(
            key=key,
            name=name,
            email=email,
            role=role,
            organisations=tuple(keys[each] for each in (keys if reach is None else reach)),
        )
        for key, name, email, role, reach in USERS
    ]
    books = [_books(plan, keys[plan.name], users) for plan in PLANS]
    return Directory(users=users, books=books, connecting=CONNECTING_ROLES)


def begin_again(directory: Directory, old: Books) -> Books:
    """Replace the demo company by itself as it was, under ids that nobody has seen."""
    plan = next(plan for plan in PLANS if plan.profile.get("IsDemoCompany"))
    key = str(uuid5(NAMESPACE_URL, f"{old.key}:reset"))
    for user in list(directory.users.values()):
        reach = tuple(key if each == old.key else each for each in user.organisations)
        directory.users[user.key] = replace(user, organisations=reach)
    new = _books(plan, key, directory.users.values())
    others = {k: books for k, books in directory.books.items() if k != old.key}
    directory.books.clear()
    directory.books.update({**others, key: new})
    return new


def _books(plan: Plan, key: str, users: Iterable[VendorUser]) -> Books:
    books = Books(key=key, root=ORGANISATION, tables=TABLES)
    books.add("Organisation", profile(plan, key), at=OPENED)
    _add_accounts(books, plan, Random(f"{key}:accounts"))
    for fields in xero_chart.tax_rates(british=_is_british(plan)):
        books.add("TaxRates", fields, at=OPENED)
    contacts, items = Random(f"{key}:contacts"), Random(f"{key}:items")
    books.write_later("Contacts", lambda: _add_contacts(books, plan, contacts))
    books.write_later("Items", lambda: _add_items(books, plan, items))
    _add_tracking(books, plan)
    for code in plan.currencies:
        books.add("Currencies", {"Code": code, "Description": CURRENCIES[code]}, at=OPENED)
    for user in users:
        if key in user.organisations:
            books.add("Users", _user(user), at=OPENED)
    write_year_later(books, plan, Random(f"{key}:year"))
    return books


def _is_british(plan: Plan) -> bool:
    return bool(plan.profile.get("CountryCode", "GB") == "GB")


def profile(plan: Plan, key: str) -> Fields:
    return {
        "OrganisationID": key,
        "Name": plan.name,
        "LegalName": plan.name,
        "PaysTax": plan.profile.get("SalesTaxBasis") != "NONE",
        "Version": "UK",
        "OrganisationType": "COMPANY",
        "BaseCurrency": "GBP",
        "CountryCode": "GB",
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "TaxNumber": f"GB{int(key[:7], 16):09d}",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "QUARTERLY",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Inclusive",
        "CreatedDateUTC": OPENED,
        "Timezone": "GMTSTANDARDTIME",
        "OrganisationEntityType": plan.profile.get("OrganisationType", "COMPANY"),
        "ShortCode": f"!{key[:5]}",
        "Edition": "BUSINESS",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
        **plan.profile,
    }


def _add_accounts(books: Books, plan: Plan, dice: Random) -> None:
    british = _is_british(plan)
    banks = [
        xero_chart.bank(
            f"{90 + n:03d}",
            name,
            f"{dice.randrange(10**6):06d}{dice.randrange(10**8):08d}",
            currency="GBP" if british else "USD",
            card=name.endswith("Card"),
        )
        for n, name in enumerate(plan.banks)
    ]
    for fields in (*banks, *xero_chart.chart(small=plan.small_chart, british=british)):
        books.add("Accounts", _with_id(books, "Accounts", fields), at=_sometime(dice))
    for name in plan.archived_accounts:
        books.archive("Accounts", name, at=_sometime(dice))
    if plan.unheard_of:
        fields = {"Code": "995", "Name": "Carbon Credits", "Type": "ENVIRONMENTAL"}
        books.add("Accounts", {**fields, "Class": "NATURE", "SystemAccount": ""}, at=LAST_TOUCHED)


def _add_contacts(books: Books, plan: Plan, dice: Random) -> None:
    for fields in islice(_contacts(plan, dice), plan.contacts + plan.archived_contacts):
        books.add("Contacts", _with_id(books, "Contacts", fields), at=_sometime(dice))
    plain = [row for row in books.rows("Contacts") if row.fields["Name"] not in names.AWKWARD]
    for row in dice.sample(plain, plan.archived_contacts):
        books.archive("Contacts", row.id, at=_sometime(dice))


def _contacts(plan: Plan, dice: Random) -> Iterator[Fields]:
    if plan.awkward:
        for name in names.AWKWARD:
            yield _contact(name, dice, business=True)
    businesses, persons = names.businesses(dice), names.persons(dice)
    while True:
        business = dice.random() < 0.7
        yield _contact(next(businesses if business else persons), dice, business=business)


def _contact(name: str, dice: Random, *, business: bool) -> Fields:
    town, postcode = dice.choice(names.TOWNS)
    first, _, last = name.partition(" ") if not business else ("", "", "")
    street = {
        "AddressType": "STREET",
        "AddressLine1": f"{dice.randrange(1, 180)} {dice.choice(names.STREETS)}",
        "City": town,
        "Region": "",
        "PostalCode": f"{postcode} {dice.randrange(1, 10)}{dice.choice('ABDEFGHJLNPQRS')}X",
        "Country": "United Kingdom",
    }
    supplier = business and dice.random() < 0.8
    return {
        "Name": name,
        "FirstName": first,
        "LastName": last,
        "EmailAddress": names.mailbox(name),
        "BankAccountDetails": "",
        "TaxNumber": f"GB{dice.randrange(10**9):09d}" if supplier else "",
        "Addresses": [street, {"AddressType": "POBOX"}],
        "Phones": [_phone("DEFAULT", dice), _phone("MOBILE", dice)],
        "IsSupplier": supplier,
        "IsCustomer": not supplier or dice.random() < 0.1,
    }


def _phone(kind: str, dice: Random) -> Fields:
    # Ofcom keeps 01632 960000-960999 and 07700 900000-900999 for make-believe.
    area, start = ("01632", 960_000) if kind == "DEFAULT" else ("07700", 900_000)
    return {
        "PhoneType": kind,
        "PhoneNumber": str(start + dice.randrange(1_000)),
        "PhoneAreaCode": area,
        "PhoneCountryCode": "44",
    }


def _add_items(books: Books, plan: Plan, dice: Random) -> None:
    for fields in _items(plan, dice):
        books.add("Items", _with_id(books, "Items", fields), at=_sometime(dice))


def _items(plan: Plan, dice: Random) -> Iterator[Fields]:
    british = _is_british(plan)
    things = islice(dict.fromkeys(dice.choice(names.TRADES) for _ in range(2_000)), plan.items)
    for n, thing in enumerate(things, start=1):
        price = dice.randrange(400, 90_000)
        sales_tax, purchase_tax = ("OUTPUT2", "INPUT2") if british else ("OUTPUT", "NONE")
        yield {
            "Code": f"P{n:03d}",
            "Name": f"{thing} service",
            "Description": f"{thing}, per visit",
            "SalesDetails": {
                "UnitPrice": Decimal(price).scaleb(-2),
                "AccountCode": "200",
                "TaxType": sales_tax,
            },
            "PurchaseDetails": {
                "UnitPrice": Decimal(price // 2).scaleb(-2),
                "AccountCode": "310",
                "TaxType": purchase_tax,
            },
        }


def _add_tracking(books: Books, plan: Plan) -> None:
    for category, options in plan.tracking:
        fields = _with_id(books, "TrackingCategories", {"Name": category})
        row = books.add("TrackingCategories", fields, at=OPENED)
        for option in options:
            named = {"Name": option, "TrackingCategoryID": row.id}
            made_up = books.made_up_id("TrackingOptions", f"{category}/{option}")
            books.add("TrackingOptions", {**named, "TrackingOptionID": made_up}, at=OPENED)


def _user(user: VendorUser) -> Fields:
    return {
        "UserID": user_id(user.key),
        "EmailAddress": user.email,
        "FirstName": user.first_name,
        "LastName": user.last_name,
        "IsSubscriber": user.key == "ana",
        "OrganisationRole": ROLES[user.role],
    }


def _with_id(books: Books, kind: str, fields: Fields) -> Fields:
    table = books.table(kind)
    return {**fields, table.key: books.made_up_id(kind, str(fields[table.label]))}


def _sometime(dice: Random) -> datetime:
    return OPENED + timedelta(seconds=dice.randrange(int((LAST_TOUCHED - OPENED).total_seconds())))
