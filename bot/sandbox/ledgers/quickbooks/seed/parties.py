"""Whom a QuickBooks company deals with and employs, and where they live."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from bot.sandbox.ledgers import names
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.seed.plans import Plan
from bot.sandbox.ledgers.rows import Fields, Row

OPENED = datetime(2022, 1, 10, 17, 0, tzinfo=UTC)
LAST_TOUCHED = datetime(2026, 10, 28, 15, 0, tzinfo=UTC)
NAMED = ("Vendor", "Customer")  # who share one namespace with the employees


def add_parties(books: Books, plan: Plan, dice: Random) -> None:
    """Vendors and customers share one namespace, so no name is used twice."""
    businesses, persons = names.businesses(dice), names.persons(dice)
    awkward = names.AWKWARD if plan.awkward else ()
    for name in (*awkward, *islice(businesses, plan.vendors - len(awkward))):
        fields = {**named(name, plan, dice), "AcctNum": str(dice.randrange(10**6))}
        books.add("Vendor", fields, at=sometime(dice))
    customers: list[Row] = []
    for _ in range(plan.customers):
        name = next(businesses if dice.random() < 0.4 else persons)
        fields = {**named(name, plan, dice), "FullyQualifiedName": name, "BalanceWithJobs": 0}
        customers.append(books.add("Customer", fields, at=sometime(dice)))
    for name in plan.projects:
        parent = dice.choice(customers)
        books.add("Customer", _project(name, parent, plan), at=sometime(dice))
    for row in dice.sample(customers, plan.customers // 40):
        books.archive("Customer", row.id, at=sometime(dice))


def named(name: str, plan: Plan, dice: Random) -> Fields:
    town, postcode = dice.choice(names.TOWNS)
    line = f"{dice.randrange(1, 180)} {dice.choice(names.STREETS)}"
    return {
        "DisplayName": name,
        "CompanyName": name,
        "PrintOnCheckName": name,
        "PrimaryEmailAddr": {"Address": names.mailbox(name)},
        "PrimaryPhone": {"FreeFormNumber": f"01632 {960_000 + dice.randrange(1_000)}"},
        "BillAddr": address(line, town, f"{postcode} 1AA", british=plan.british),
        "CurrencyRef": {"value": plan.currency},
    }


def _project(name: str, parent: Row, plan: Plan) -> Fields:
    above = str(parent.fields["DisplayName"])
    return {
        "DisplayName": name,
        "FullyQualifiedName": f"{above}:{name}",
        "PrintOnCheckName": name,
        "Job": True,
        "IsProject": True,
        "BillWithParent": True,
        "Level": 1,
        "ParentRef": {"value": parent.id, "name": above},
        "CurrencyRef": {"value": plan.currency},
    }


def send_abroad(books: Books, plan: Plan, dice: Random) -> None:
    """Whoever is paid in another currency is paid in no other: QuickBooks keeps one a name."""
    for kind in ("Vendor", "Customer"):
        home = [row for row in books.rows(kind) if row.fields["Active"]]
        for currency, row in zip(plan.abroad * 2, dice.sample(home, 8), strict=False):
            books.amend(kind, row, {"CurrencyRef": {"value": currency}})


def add_employees(books: Books, plan: Plan, dice: Random) -> None:
    taken = {row.fields["DisplayName"] for kind in NAMED for row in books.rows(kind)}
    free = (name for name in names.persons(dice) if name not in taken)
    for name in islice(free, plan.employees):
        first, last = name.split(" ", 1)
        fields = {
            "DisplayName": name,
            "GivenName": first,
            "FamilyName": last,
            "PrintOnCheckName": name,
            "HiredDate": sometime(dice).date().isoformat(),
            "PrimaryPhone": {"FreeFormNumber": f"01632 {960_000 + dice.randrange(1_000)}"},
        }
        books.add("Employee", fields, at=sometime(dice))


def enter(books: Books, kind: str, name: str, plan: Plan, dice: Random) -> Row:
    """A vendor or a customer by a name of ours."""
    fields = named(name, plan, dice)
    if kind == "Customer":
        fields |= {"FullyQualifiedName": name, "BalanceWithJobs": 0}
    return books.add(kind, fields, at=OPENED)


def address(line: str, town: str, postcode: str, *, british: bool) -> dict[str, Any]:
    country = "United Kingdom" if british else "USA"
    return {"Id": "2", "Line1": line, "City": town, "Country": country, "PostalCode": postcode}


def sometime(dice: Random) -> datetime:
    return OPENED + timedelta(seconds=dice.randrange(int((LAST_TOUCHED - OPENED).total_seconds())))
