"""The books of the stand-in QuickBooks, the same for the same seed."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from random import Random

from bot.sandbox.ledgers import names, tidy
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.people import Directory, VendorUser
from bot.sandbox.ledgers.quickbooks.keeping.entities import COMPANY, TABLES
from bot.sandbox.ledgers.quickbooks.keeping.money import CURRENCIES
from bot.sandbox.ledgers.quickbooks.seed import chart, in_order, planting, year
from bot.sandbox.ledgers.quickbooks.seed.mistakes import PLANTED_IN
from bot.sandbox.ledgers.quickbooks.seed.parties import (
    OPENED,
    add_employees,
    add_parties,
    address,
    enter,
    send_abroad,
    sometime,
)
from bot.sandbox.ledgers.quickbooks.seed.plans import PLANS, USERS, Plan
from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.tidy import TODAY

CONNECTING_ROLES = frozenset({"Primary admin", "Company admin"})


def directory(seed: int, today: date = TODAY) -> Directory:
    """`today` is when the books that are in order end; the others have a year of their own."""
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
    books = [_books(plan, seed, today) for plan in PLANS]
    return Directory(users=users, books=books, connecting=CONNECTING_ROLES)


def _books(plan: Plan, seed: int, today: date) -> Books:
    books = lists(plan, Random(f"{seed}:{plan.realm}"))
    books.reconciled_until = today - timedelta(days=1)
    later = Random(f"{seed}:{plan.realm}:year")
    if plan.is_tidy:
        _close(books, tidy.last_month_end(today))
        add_employees(books, plan, later)
        in_order.write_later(books, today, party=partial(enter, books, plan=plan, dice=later))
        return books
    send_abroad(books, plan, later)
    add_employees(books, plan, later)
    plant = partial(planting.plant, books, plan, today) if plan.name == PLANTED_IN else None
    year.write_later(books, plan, later, then=plant)
    return books


def _close(books: Books, day: date) -> None:
    """Close the books up to this day."""
    preferences = books.rows("Preferences")[0]
    info = {**preferences.fields["AccountingInfoPrefs"], "BookCloseDate": day.isoformat()}
    books.amend("Preferences", preferences, {"AccountingInfoPrefs": info})


def lists(plan: Plan, dice: Random) -> Books:
    """A company without a single transaction."""
    books = Books(key=plan.realm, root=COMPANY, tables=TABLES)
    books.add("CompanyInfo", _company(plan), at=OPENED)
    books.add("Preferences", _preferences(plan), at=OPENED)
    whole = chart.chart(currency=plan.currency, british=plan.british)
    for fields in in_order.accounts() if plan.is_tidy else whole:
        books.add("Account", fields, at=sometime(dice))
    _add_taxes(books, plan)
    if plan.is_tidy:
        _add_item(books, in_order.ITEM, dice)
    else:
        add_parties(books, plan, dice)
        _add_items(books, plan, dice)
    for name in plan.classes:
        books.add("Class", {"Name": name, "FullyQualifiedName": name}, at=sometime(dice))
    for name in plan.locations:
        books.add("Department", {"Name": name, "FullyQualifiedName": name}, at=sometime(dice))
    _add_small_lists(books)
    for code in plan.abroad:
        books.add("CompanyCurrency", {"Code": code, "Name": CURRENCIES[code]}, at=OPENED)
    for kind, name in plan.inactive:
        books.archive(kind, name, at=sometime(dice))
    return books


def _company(plan: Plan) -> Fields:
    home = address("1 Old Dairy Yard", "Kendal", "LA9 4QN", british=plan.british)
    return {
        "Id": "1",
        "CompanyName": plan.name,
        "LegalName": f"{plan.name} {'Ltd' if plan.british else 'LLC'}",
        "CompanyAddr": home,
        "CustomerCommunicationAddr": home,
        "LegalAddr": home,
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
            "NameValue": [
                {"Name": "ProjectsEnabled", "Value": str(plan.projects != ())},
                {"Name": "WarnDuplicateBillNumber", "Value": str(plan.warns_of_numbers).lower()},
            ]
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
    for code, words, sales, purchases in chart.UK_TAXES:
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


def _add_items(books: Books, plan: Plan, dice: Random) -> None:
    things = islice(dict.fromkeys(dice.choice(names.TRADES) for _ in range(2_000)), plan.items)
    for thing in things:
        _add_item(books, thing, dice)


def _add_item(books: Books, thing: str, dice: Random) -> None:
    price = Decimal(dice.randrange(400, 90_000)).scaleb(-2)
    income, expense = (books.find("Account", name) for name in ("Sales", "Purchases"))
    fields = {
        "Name": thing,
        "FullyQualifiedName": thing,
        "Description": f"{thing}, per visit",
        "Sku": f"SKU-{len(books.rows('Item')) + 1:04d}",
        "Type": "Service",
        "UnitPrice": price,
        "PurchaseCost": price // 2,
        "IncomeAccountRef": {"value": income.id, "name": "Sales"},
        "ExpenseAccountRef": {"value": expense.id, "name": "Purchases"},
    }
    books.add("Item", fields, at=sometime(dice))


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
