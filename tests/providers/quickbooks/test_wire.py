"""QuickBooks' JSON becomes records."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import WireMismatch
from providers.quickbooks import wire
from providers.quickbooks.shapes import (
    AccountRow,
    DimensionRow,
    ItemRow,
    NameRow,
    TaxCodeRow,
    TaxRateRow,
)
from providers.records import (
    Account,
    BankAccount,
    Contact,
    Organisation,
    Product,
    TaxRate,
    TrackingCategory,
    TrackingOption,
)
from tests.providers.vendors import decoded

UPDATED = datetime(2026, 6, 2, 23, 21, 48, tzinfo=UTC)


def test_a_company_is_described_by_two_answers() -> None:
    company, preferences = (
        decoded("quickbooks/company_info.json"),
        decoded("quickbooks/preferences.json"),
    )

    assert wire.organisation(company, preferences, "9130355377388383") == Organisation(
        remote_id="9130355377388383",
        name="Bright Bakery",
        legal_name="Bright Bakery LLC",
        country="US",
        base_currency="USD",
        time_zone="America/Los_Angeles",
        plan="QuickBooks Online Plus",
        vat_scheme="automated sales tax",
        lock_date=date(2025, 12, 31),
        year_end_month=12,
        is_multi_currency=True,
    )


def a_company(preferences: dict[str, Any] | None = None, **info: Any) -> Organisation:
    return wire.organisation(
        {"CompanyInfo": {"CompanyName": "Bakery"} | info}, {"Preferences": preferences or {}}, "1"
    )


def test_a_company_that_tells_next_to_nothing_is_a_company() -> None:
    assert a_company() == Organisation(remote_id="1", name="Bakery")


@pytest.mark.parametrize(
    ("starts", "ends"), [("January", 12), ("APRIL", 3), ("Brumaire", None), (None, None)]
)
def test_a_year_ends_the_month_before_it_starts(starts: str | None, ends: int | None) -> None:
    assert a_company(FiscalYearStartMonth=starts).year_end_month == ends


@pytest.mark.parametrize(
    ("status", "active"),
    [("PAID", True), ("TRIAL", True), ("EXPIRED", False), ("Cancelled", False), ("NEW", True)],
)
def test_a_lapsed_subscription_is_noticed(status: str, active: bool) -> None:
    company = a_company(NameValue=[{"Name": "SubscriptionStatus", "Value": status}])

    assert company.is_active is active


def test_a_time_zone_that_is_no_name_is_left_out() -> None:
    assert a_company(DefaultTimeZone="(GMT-8)").time_zone is None


def test_a_sub_account_carries_its_parents() -> None:
    rows = wire.rows(decoded("quickbooks/accounts.json"), "Account", AccountRow)

    assert wire.account(rows[0]) == Account(
        remote_id="63",
        name="Job Expenses:Job Materials",
        code="6100",
        updated_at=datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC),
        account_class="Expense",
        account_type="Expense",
        tax_rate="NON",
        currency="USD",
    )
    assert wire.account(rows[2]).account_class == "Metaphysical"
    assert not wire.account(rows[2]).active


def test_a_bank_account_shows_four_digits() -> None:
    rows = wire.rows(decoded("quickbooks/accounts.json"), "Account", AccountRow)

    assert wire.bank_account(rows[1]) == BankAccount(
        remote_id="35",
        name="Checking",
        updated_at=datetime(2026, 3, 8, 10, tzinfo=UTC),
        bank_type="Checking",
        currency="USD",
        number="6789",
    )


def test_tax_codes_add_their_rates_up() -> None:
    rates = wire.tax_rates(
        wire.rows(decoded("quickbooks/tax_codes.json"), "TaxCode", TaxCodeRow),
        wire.rows(decoded("quickbooks/tax_rates.json"), "TaxRate", TaxRateRow),
    )

    assert rates == [
        TaxRate(remote_id="2", name="20.0% S", updated_at=UPDATED, rate=Decimal(20)),
        TaxRate(remote_id="3", name="20.0% RC CIS", rate=Decimal(0), on_sales=False),  # 20 - 20
        TaxRate(remote_id="4", name="GST/QST", rate=Decimal("14.975"), on_costs=False),
        TaxRate(remote_id="5", name="Compound", rate=None, on_costs=False),  # no plain sum
        TaxRate(remote_id="TAX", name="TAX", rate=None),  # by address
        TaxRate(remote_id="NON", name="NON", rate=Decimal(0)),
        TaxRate(remote_id="7", name="Gone", active=False, rate=None),
    ]


def test_a_rate_nobody_told_us_about_is_unknown() -> None:
    codes = wire.rows(decoded("quickbooks/tax_codes.json"), "TaxCode", TaxCodeRow)

    assert wire.tax_rates(codes[:1], [])[0].rate is None


def test_vendors_and_customers_keep_their_ids_apart() -> None:
    vendors = wire.rows(decoded("quickbooks/vendors.json"), "Vendor", NameRow)
    customers = wire.rows(decoded("quickbooks/customers.json"), "Customer", NameRow)

    assert wire.contact(vendors[0], is_supplier=True) == Contact(
        remote_id="vendor:12",
        name="Paper & Pens",
        code="39-7734",
        updated_at=UPDATED,
        is_supplier=True,
        email="billing@paperandpens.example",
        tax_number="XX-XXX1234",
        currency="USD",
    )
    assert not wire.contact(vendors[1], is_supplier=True).active
    assert wire.contact(customers[0], is_supplier=False) == Contact(
        remote_id="customer:12",
        name="Cool Cars",
        updated_at=UPDATED,
        is_customer=True,
        email="cool@cars.example",
        tax_number="GB111222333",
        currency="USD",
    )
    assert [wire.is_project(row) for row in customers] == [False, True, True]


def test_products_show_their_side_by_their_accounts() -> None:
    rows = wire.rows(decoded("quickbooks/items.json"), "Item", ItemRow)

    assert wire.product(rows[0]) == Product(
        remote_id="5", name="Design:Rock Fountain", code="RF-1", updated_at=UPDATED
    )
    assert [(wire.product(row).is_sold, wire.product(row).is_bought) for row in rows[1:3]] == [
        (False, True),
        (True, False),  # a bundle
    ]
    assert [wire.is_sellable(row) for row in rows] == [True, True, True, False]


def test_dimensions_become_categories_and_options() -> None:
    rows = wire.rows(decoded("quickbooks/classes.json"), "Class", DimensionRow)
    project = wire.rows(decoded("quickbooks/customers.json"), "Customer", NameRow)[1]

    assert wire.category(wire.Dimension.CLASS) == TrackingCategory(remote_id="class", name="Class")
    assert wire.option(rows[1], wire.Dimension.CLASS) == TrackingOption(
        remote_id="class:101",
        name="Retail:Stall",
        active=False,
        category_id="class",
        category_name="Class",
    )
    assert wire.option(project, wire.Dimension.PROJECT).name == "Cool Cars:Kitchen refit"


def test_an_empty_result_lacks_the_entity() -> None:
    assert wire.rows(decoded("quickbooks/nothing.json"), "Vendor", NameRow) == []


def test_a_count_is_a_number() -> None:
    assert wire.count({"QueryResponse": {"totalCount": 2310}}) == 2310


@pytest.mark.parametrize(
    "body", [None, [], {}, {"QueryResponse": []}, {"QueryResponse": {"totalCount": "many"}}]
)
def test_a_count_that_is_none_is_pointed_at(body: Any) -> None:
    with pytest.raises(WireMismatch):
        wire.count(body)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (None, "$.QueryResponse"),
        ({"Account": []}, "$.QueryResponse"),
        ({"QueryResponse": {"Vendor": [{"DisplayName": "x"}]}}, "$.QueryResponse.Vendor[0]"),
    ],
)
def test_what_intuit_does_not_document_is_pointed_at(body: Any, path: str) -> None:
    with pytest.raises(WireMismatch) as caught:
        wire.rows(body, "Vendor", NameRow)

    assert caught.value.path == path


def test_a_company_must_be_in_its_envelope() -> None:
    with pytest.raises(WireMismatch):
        wire.organisation({"time": "now"}, {"Preferences": {}}, "1")


@given(
    moment=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    hours=st.sampled_from((-7, -8)),
)
def test_a_pacific_offset_is_honoured(moment: datetime, hours: int) -> None:
    pacific = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    assert wire.instant(pacific.isoformat()) == pacific


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-10T08:00:00", datetime(2026, 1, 10, 16, tzinfo=UTC)),  # winter: eight behind
        ("2026-06-10T08:00:00", datetime(2026, 6, 10, 15, tzinfo=UTC)),  # summer: seven
        (None, None),
    ],
)
def test_a_time_without_an_offset_is_pacific(text: str | None, expected: datetime | None) -> None:
    assert wire.instant(text) == expected


@pytest.mark.parametrize("read", [wire.instant, wire.civil_date])
def test_what_is_no_date_is_pointed_at(read: Any) -> None:
    with pytest.raises(WireMismatch):
        read("yesterday")
