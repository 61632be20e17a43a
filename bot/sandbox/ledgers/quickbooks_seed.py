"""The books of the stand-in QuickBooks, the same for the same seed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from bot.sandbox.ledgers import names, quickbooks_chart, quickbooks_year
from bot.sandbox.ledgers.books import Books, Fields, Row
from bot.sandbox.ledgers.people import Directory, VendorUser
from bot.sandbox.ledgers.quickbooks_entities import COMPANY, TABLES
from bot.sandbox.ledgers.quickbooks_plans import PLANS, USERS, Plan

CONNECTING_ROLES = frozenset({"Primary admin", "Company admin"})
OPENED = datetime(2022, 1, 10, 17, 0, tzinfo=UTC)
NAMED = ("Vendor", "Customer")  # who share one namespace with the employees
LAST_TOUCHED = datetime(2026, 10, 28, 15, 0, tzinfo=UTC)


def directory(seed: int) -> Directory:
    realms = {plan.name: plan.realm for plan in PLANS}
    users = [
        VendorUser(
            key=key,
            name=name,
            email=email,
            role=role,
            organisations=tuple(realms[each] for each in (realms if reach is None else reach)),
        )
        for key, name, email, role, reach in USERS
    ]
    books = [_books(plan, seed) for plan in PLANS]
    return Directory(users=users, books=books, connecting=CONNECTING_ROLES)


def _books(plan: Plan, seed: int) -> Books:
    books = lists(plan, Random(f"{seed}:{plan.realm}"))
    later = Random(f"{seed}:{plan.realm}:year")
    _send_abroad(books, plan, later)
    _add_employees(books, plan, later)
    quickbooks_year.write_later(books, plan, later)
    return books


def lists(plan: Plan, dice: Random) -> Books:
    """A company without a single transaction."""
    books = Books(key=plan.realm, root=COMPANY, tables=TABLES)
    books.add("CompanyInfo", _company(plan), at=OPENED)
    books.add("Preferences", _preferences(plan), at=OPENED)
    for fields in quickbooks_chart.chart(currency=plan.currency, british=plan.british):
        books.add("Account", fields, at=_sometime(dice))
    _add_taxes(books, plan)
    _add_names(books, plan, dice)
    _add_items(books, plan, dice)
    for name in plan.classes:
        books.add("Class", {"Name": name, "FullyQualifiedName": name}, at=_sometime(dice))
    for name in plan.locations:
        books.add("Department", {"Name": name, "FullyQualifiedName": name}, at=_sometime(dice))
    _add_small_lists(books)
    for kind, name in plan.inactive:
        books.archive(kind, name, at=_sometime(dice))
    return books


def _company(plan: Plan) -> Fields:
    address = _address("1 Old Dairy Yard", "Kendal", "LA9 4QN", british=plan.british)
    return {
        "Id": "1",
        "CompanyName": plan.name,
        "LegalName": f"{plan.name} {'Ltd' if plan.british else 'LLC'}",
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "CompanyEmailAddr": {"Address": names.mailbox(plan.name)},
        "Email": {"Address": names.mailbox(plan.name)},
        "PrimaryPhone": {},
        "WebAddr": {},
        "CompanyStartDate": OPENED.date().isoformat(),
        "FiscalYearStartMonth": "April" if plan.british else "January",
        "Country": "GB" if plan.british else "US",
        "SupportedLanguages": "en",
        "DefaultTimeZone": "Europe/London" if plan.british else "America/Boise",
        "NameValue": [
            {"Name": "OfferingSku", "Value": plan.sku},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "PayrollFeature", "Value": "false"},
        ],
    }


def _preferences(plan: Plan) -> Fields:
    accounting: Fields = {
        "UseAccountNumbers": True,
        "TrackDepartments": bool(plan.locations),
        "DepartmentTerminology": "Location",
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": bool(plan.classes),
        "FirstMonthOfFiscalYear": "April" if plan.british else "January",
        "TaxYearMonth": "April" if plan.british else "January",
        "CustomerTerminology": "Customers",
    }
    if plan.books_closed:
        accounting["BookCloseDate"] = plan.books_closed
    return {
        "Id": "1",
        "AccountingInfoPrefs": accounting,
        "ProductAndServicesPrefs": {"ForSales": True, "ForPurchase": True, "QuantityOnHand": False},
        "SalesFormsPrefs": {"CustomTxnNumbers": False, "AllowDiscount": True},
        "VendorAndPurchasesPrefs": {
            "EnableBills": plan.has_bills,
            "TrackingByCustomer": bool(plan.projects),
            "BillableExpenseTracking": False,
        },
        "TimeTrackingPrefs": {"UseServices": False, "WorkWeekStartDate": "Monday"},
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": not plan.british},
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": plan.sku == "QuickBooks Online Plus",
            "HomeCurrency": {"value": plan.currency},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {
            "NameValue": [{"Name": "ProjectsEnabled", "Value": str(plan.projects != ())}]
        },
        **plan.preferences,
    }


def _add_taxes(books: Books, plan: Plan) -> None:
    if not plan.british:
        for code in ("TAX", "NON"):
            books.add("TaxCode", {"Id": code, "Name": code, "Description": code}, at=OPENED)
        agency = {"DisplayName": "Idaho State Tax Commission", "TaxTrackedOnSales": True}
        books.add("TaxAgency", agency, at=OPENED)
        return
    hmrc = {
        "DisplayName": "HM Revenue & Customs (VAT)",
        "TaxTrackedOnSales": True,
        "TaxTrackedOnPurchases": True,
        "TaxRegistrationNumber": "GB123456789",
    }
    agency_ref = {"value": books.add("TaxAgency", hmrc, at=OPENED).id}
    for code, words, sales, purchases in quickbooks_chart.UK_TAXES:
        fields: Fields = {"Name": code, "Description": words, "Taxable": sales is not None}
        for side, rate in (("Sales", sales), ("Purchase", purchases)):
            details = [] if rate is None else [_tax_rate(books, code, side, rate, agency_ref)]
            fields[f"{side}TaxRateList"] = {"TaxRateDetail": details}
        books.add("TaxCode", fields, at=OPENED)


def _tax_rate(books: Books, code: str, side: str, rate: int, agency: Fields) -> Fields:
    name = f"{code} ({side})"
    effective = {"RateValue": rate, "EffectiveDate": "2011-01-04T00:00:00-08:00"}
    fields = {
        "Name": name,
        "Description": name,
        "RateValue": rate,
        "AgencyRef": agency,
        "EffectiveTaxRate": [effective],
    }
    row = books.add("TaxRate", fields, at=OPENED)
    return {
        "TaxRateRef": {"value": row.id, "name": name},
        "TaxTypeApplicable": "TaxOnAmount",
        "TaxOrder": 0,
    }


def _add_names(books: Books, plan: Plan, dice: Random) -> None:
    """Vendors and customers share one namespace, so no name is used twice."""
    businesses, persons = names.businesses(dice), names.persons(dice)
    awkward = names.AWKWARD if plan.awkward else ()
    for name in (*awkward, *islice(businesses, plan.vendors - len(awkward))):
        fields = {**_named(name, plan, dice), "AcctNum": str(dice.randrange(10**6))}
        books.add("Vendor", fields, at=_sometime(dice))
    customers: list[Row] = []
    for _ in range(plan.customers):
        name = next(businesses if dice.random() < 0.4 else persons)
        fields = {**_named(name, plan, dice), "FullyQualifiedName": name, "BalanceWithJobs": 0}
        customers.append(books.add("Customer", fields, at=_sometime(dice)))
    for name in plan.projects:
        parent = dice.choice(customers)
        books.add("Customer", _project(name, parent, plan), at=_sometime(dice))
    for row in dice.sample(customers, plan.customers // 40):
        books.archive("Customer", row.id, at=_sometime(dice))


def _named(name: str, plan: Plan, dice: Random) -> Fields:
    town, postcode = dice.choice(names.TOWNS)
    line = f"{dice.randrange(1, 180)} {dice.choice(names.STREETS)}"
    return {
        "DisplayName": name,
        "CompanyName": name,
        "PrintOnCheckName": name,
        "PrimaryEmailAddr": {"Address": names.mailbox(name)},
        "PrimaryPhone": {"FreeFormNumber": f"01632 {960_000 + dice.randrange(1_000)}"},
        "BillAddr": _address(line, town, f"{postcode} 1AA", british=plan.british),
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


def _send_abroad(books: Books, plan: Plan, dice: Random) -> None:
    """Whoever is paid in another currency is paid in no other: QuickBooks keeps one a name."""
    for kind in ("Vendor", "Customer"):
        home = [row for row in books.rows(kind) if row.fields["Active"]]
        for currency, row in zip(plan.abroad * 2, dice.sample(home, 8), strict=False):
            books.amend(kind, row, {"CurrencyRef": {"value": currency}})


def _add_employees(books: Books, plan: Plan, dice: Random) -> None:
    taken = {row.fields["DisplayName"] for kind in NAMED for row in books.rows(kind)}
    free = (name for name in names.persons(dice) if name not in taken)
    for name in islice(free, plan.employees):
        first, last = name.split(" ", 1)
        fields = {
            "DisplayName": name,
            "GivenName": first,
            "FamilyName": last,
            "PrintOnCheckName": name,
            "HiredDate": _sometime(dice).date().isoformat(),
            "PrimaryPhone": {"FreeFormNumber": f"01632 {960_000 + dice.randrange(1_000)}"},
        }
        books.add("Employee", fields, at=_sometime(dice))


def _add_items(books: Books, plan: Plan, dice: Random) -> None:
    income = {"value": books.find("Account", "Sales").id, "name": "Sales"}
    expense = {"value": books.find("Account", "Purchases").id, "name": "Purchases"}
    things = islice(dict.fromkeys(dice.choice(names.TRADES) for _ in range(2_000)), plan.items)
    for n, thing in enumerate(things, start=1):
        price = Decimal(dice.randrange(400, 90_000)).scaleb(-2)
        fields = {
            "Name": thing,
            "FullyQualifiedName": thing,
            "Description": f"{thing}, per visit",
            "Sku": f"SKU-{n:04d}",
            "Type": "Service",
            "UnitPrice": price,
            "PurchaseCost": price // 2,
            "IncomeAccountRef": income,
            "ExpenseAccountRef": expense,
        }
        books.add("Item", fields, at=_sometime(dice))


def _add_small_lists(books: Books) -> None:
    for method, kind in (
        ("Cash", "NON_CREDIT_CARD"),
        ("Cheque", "NON_CREDIT_CARD"),
        ("Bank transfer", "NON_CREDIT_CARD"),
        ("Card", "CREDIT_CARD"),
    ):
        books.add("PaymentMethod", {"Name": method, "Type": kind}, at=OPENED)
    for days in (0, 14, 30, 60):
        name = f"Net {days}" if days else "Due on receipt"
        books.add("Term", {"Name": name, "DueDays": days, "DiscountPercent": 0}, at=OPENED)


def _address(line: str, town: str, postcode: str, *, british: bool) -> dict[str, Any]:
    country = "United Kingdom" if british else "USA"
    return {"Id": "2", "Line1": line, "City": town, "Country": country, "PostalCode": postcode}


def _sometime(dice: Random) -> datetime:
    return OPENED + timedelta(seconds=dice.randrange(int((LAST_TOUCHED - OPENED).total_seconds())))
