"""The books of the stand-in Xero, the same for the same seed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from uuid import NAMESPACE_URL, uuid5

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.people import Directory, VendorUser
from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.tidy import TODAY
from bot.sandbox.ledgers.xero.keeping.tables import ORGANISATION, TABLES
from bot.sandbox.ledgers.xero.seed import chart, in_order, lists
from bot.sandbox.ledgers.xero.seed.plans import OPENED, PLANS, USERS, Plan
from bot.sandbox.ledgers.xero.seed.register import add_register
from bot.sandbox.ledgers.xero.seed.year import write_year_later
from bot.sandbox.ledgers.xero.signin import CONNECTING_ROLES, user_id

CURRENCIES = {
    "GBP": "British Pound",
    "EUR": "Euro",
    "USD": "United States Dollar",
}
ROLES = {"Adviser": "FINANCIALADVISER", "Standard": "STANDARD", "Read only": "READONLY"}


def directory(seed: int, today: date = TODAY) -> Directory:
    """`today` is when the books that are in order end; the others have a year of their own."""
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
    books = [_books(plan, keys[plan.name], users, today) for plan in PLANS]
    return Directory(users=users, books=books, connecting=CONNECTING_ROLES)


def begin_again(directory: Directory, old: Books) -> Books:
    """Replace the demo company by itself as it was, under ids that nobody has seen."""
    plan = next(plan for plan in PLANS if plan.profile.get("IsDemoCompany"))
    key = str(uuid5(NAMESPACE_URL, f"{old.key}:reset"))
    for user in list(directory.users.values()):
        reach = tuple(key if each == old.key else each for each in user.organisations)
        directory.users[user.key] = replace(user, organisations=reach)
    new = _books(plan, key, directory.users.values(), TODAY)
    others = {k: books for k, books in directory.books.items() if k != old.key}
    directory.books.clear()
    directory.books.update({**others, key: new})
    return new


def _books(plan: Plan, key: str, users: Iterable[VendorUser], today: date) -> Books:
    books = Books(key=key, root=ORGANISATION, tables=TABLES)
    own = in_order.locks(plan, today) if plan.is_tidy else {}
    books.add("Organisation", profile(plan, key) | own, at=OPENED)
    for fields in chart.tax_rates(british=plan.is_british):
        books.add("TaxRates", fields, at=OPENED)
    lists.add_tracking(books, plan)
    for code in plan.currencies:
        books.add("Currencies", {"Code": code, "Description": CURRENCIES[code]}, at=OPENED)
    for user in users:
        if key in user.organisations:
            books.add("Users", _user(user), at=OPENED)
    if plan.is_tidy:
        in_order.fill(books, plan, today)
    else:
        _fill(books, plan)
    return books


def _fill(books: Books, plan: Plan) -> None:
    """A year as it comes, with what that leaves undone."""
    lists.add_accounts(books, plan, Random(f"{books.key}:accounts"))
    contacts, items = Random(f"{books.key}:contacts"), Random(f"{books.key}:items")
    books.write_later("Contacts", lambda: lists.add_contacts(books, plan, contacts))
    books.write_later("Items", lambda: lists.add_items(books, plan, items))
    add_register(books)
    write_year_later(books, plan, Random(f"{books.key}:year"))


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


def _user(user: VendorUser) -> Fields:
    return {
        "UserID": user_id(user.key),
        "EmailAddress": user.email,
        "FirstName": user.first_name,
        "LastName": user.last_name,
        "IsSubscriber": user.key == "ana",
        "OrganisationRole": ROLES[user.role],
    }
