"""The lists of an organisation of the stand-in Xero: accounts, contacts, items and tracking."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from bot.sandbox.ledgers import names
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.xero.seed import chart
from bot.sandbox.ledgers.xero.seed.plans import LAST_TOUCHED, OPENED, Plan


def add_banks(books: Books, plan: Plan, dice: Random) -> None:
    for n, name in enumerate(plan.banks):
        fields = chart.bank(
            f"{90 + n:03d}",
            name,
            f"{dice.randrange(10**6):06d}{dice.randrange(10**8):08d}",
            currency="GBP" if plan.is_british else "USD",
            card=name.endswith("Card"),
        )
        books.add("Accounts", with_id(books, "Accounts", fields), at=_sometime(dice))


def add_accounts(books: Books, plan: Plan, dice: Random) -> None:
    add_banks(books, plan, dice)
    for fields in chart.chart(small=plan.small_chart, british=plan.is_british):
        books.add("Accounts", with_id(books, "Accounts", fields), at=_sometime(dice))
    for name in plan.archived_accounts:
        books.archive("Accounts", name, at=_sometime(dice))
    if plan.unheard_of:
        fields = {"Code": "995", "Name": "Carbon Credits", "Type": "ENVIRONMENTAL"}
        books.add("Accounts", {**fields, "Class": "NATURE", "SystemAccount": ""}, at=LAST_TOUCHED)


def add_contacts(books: Books, plan: Plan, dice: Random) -> None:
    for fields in islice(_contacts(plan, dice), plan.contacts + plan.archived_contacts):
        books.add("Contacts", with_id(books, "Contacts", fields), at=_sometime(dice))
    plain = [row for row in books.rows("Contacts") if row.fields["Name"] not in names.AWKWARD]
    for row in dice.sample(plain, plan.archived_contacts):
        books.archive("Contacts", row.id, at=_sometime(dice))


def _contacts(plan: Plan, dice: Random) -> Iterator[Fields]:
    if plan.awkward:
        for name in names.AWKWARD:
            yield contact(name, dice, business=True)
    businesses, persons = names.businesses(dice), names.persons(dice)
    while True:
        business = dice.random() < 0.7
        yield contact(next(businesses if business else persons), dice, business=business)


def contact(name: str, dice: Random, *, business: bool) -> Fields:
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


def add_items(books: Books, plan: Plan, dice: Random) -> None:
    for fields in _items(plan, dice):
        books.add("Items", with_id(books, "Items", fields), at=_sometime(dice))


def _items(plan: Plan, dice: Random) -> Iterator[Fields]:
    british = plan.is_british
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


def add_tracking(books: Books, plan: Plan) -> None:
    for category, options in plan.tracking:
        fields = with_id(books, "TrackingCategories", {"Name": category})
        row = books.add("TrackingCategories", fields, at=OPENED)
        for option in options:
            named = {"Name": option, "TrackingCategoryID": row.id}
            made_up = books.made_up_id("TrackingOptions", f"{category}/{option}")
            books.add("TrackingOptions", {**named, "TrackingOptionID": made_up}, at=OPENED)


def with_id(books: Books, kind: str, fields: Fields) -> Fields:
    table = books.table(kind)
    return {**fields, table.key: books.made_up_id(kind, str(fields[table.label]))}


def _sometime(dice: Random) -> datetime:
    return OPENED + timedelta(seconds=dice.randrange(int((LAST_TOUCHED - OPENED).total_seconds())))
