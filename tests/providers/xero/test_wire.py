"""Xero's JSON becomes records."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import WireMismatch
from providers.provider import Tenant
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
from providers.xero import wire
from providers.xero.timezones import IANA_NAMES
from tests.providers.vendors import decoded

ACME = "70784a63-d24b-46a9-a4db-0e70a274b056"


def test_an_organisation_is_described() -> None:
    assert wire.organisation(decoded("xero/organisation.json"), ACME) == Organisation(
        remote_id=ACME,
        name="Acme Limited",
        legal_name="Acme Trading Limited",
        country="GB",
        base_currency="GBP",
        time_zone="Europe/London",
        plan="ULTRA",
        vat_scheme="flat rate, cash, quarterly",
        lock_date=date(2025, 12, 31),
        year_end_lock_date=date(2025, 3, 31),
        year_end_month=3,
        year_end_day=31,
        tax_number="GB 123 4567 89",
        company_number="01234567",
        short_code="!XkxTx",
    )


def an_organisation(**over: Any) -> Organisation:
    return wire.organisation({"Organisations": [{"Name": "Acme"} | over]}, ACME)


def test_an_organisation_that_tells_next_to_nothing_is_an_organisation() -> None:
    assert an_organisation() == Organisation(remote_id=ACME, name="Acme")


@pytest.mark.parametrize(
    ("period", "year_end", "expected"),
    [
        (None, None, None),
        ("/Date(1767139200000)/", None, date(2025, 12, 31)),
        (None, "/Date(1767139200000)/", date(2025, 12, 31)),
        ("/Date(1743379200000)/", "/Date(1767139200000)/", date(2025, 12, 31)),
    ],
)
def test_the_later_lock_is_the_one_ordinary_users_meet(
    period: str | None, year_end: str | None, expected: date | None
) -> None:
    organisation = an_organisation(PeriodLockDate=period, EndOfYearLockDate=year_end)

    assert organisation.lock_date == expected


@pytest.mark.parametrize(
    ("basis", "period", "expected"),
    [
        ("NONE", "NONE", None),
        (None, None, None),
        ("ACCRUALS", "1MONTHLY", "accrual, monthly"),
        ("CASH", None, "cash"),
        ("UNHEARDOF", "FORTNIGHTLY", "UNHEARDOF, FORTNIGHTLY"),
    ],
)
def test_a_vat_scheme_is_worded_as_far_as_we_know_the_words(
    basis: str | None, period: str | None, expected: str | None
) -> None:
    organisation = an_organisation(SalesTaxBasis=basis, SalesTaxPeriod=period)

    assert organisation.vat_scheme == expected


def test_a_lapsed_demo_company_in_an_unknown_place_says_so() -> None:
    organisation = an_organisation(
        OrganisationStatus="SUSPENDED", IsDemoCompany=True, Timezone="MARSSTANDARDTIME"
    )

    assert not organisation.is_active
    assert organisation.is_demo
    assert organisation.time_zone is None


@pytest.mark.parametrize("name", sorted(set(IANA_NAMES.values())))
def test_every_time_zone_exists(name: str) -> None:
    assert ZoneInfo(name).key == name


def test_accounts_keep_xeros_own_words() -> None:
    accounts = wire.accounts(decoded("xero/accounts.json"))

    assert accounts[2] == Account(
        remote_id="8ba5a1e6-59a3-4b0c-a1e5-b9c1d4a1b0c6",
        name="Printing & Stationery",
        code="461",
        updated_at=datetime(2025, 6, 4, 11, tzinfo=UTC),
        account_class="EXPENSE",
        account_type="EXPENSE",
        tax_rate="INPUT2",
    )
    assert (accounts[3].account_class, accounts[3].account_type) == ("METAPHYSICAL", "UNHEARDOF")
    assert [account.active for account in accounts] == [True, False, True, True]


def test_bank_accounts_show_four_digits_at_most() -> None:
    assert wire.bank_accounts(decoded("xero/accounts.json")) == [
        BankAccount(
            remote_id="ebd06280-af70-4bed-97c6-7451a454ad85",
            name="Business Bank Account",
            code="090",
            updated_at=datetime(2019, 3, 11, 17, 53, 36, 230_000, tzinfo=UTC),
            bank_type="BANK",
            currency="GBP",
            number="5678",
        ),
        BankAccount(
            remote_id="7d05a53d-613d-4eb2-a2fc-dcb6adb80b80",
            name="PayPal",
            active=False,
            updated_at=datetime(1, 1, 1, tzinfo=UTC),
            bank_type="PAYPAL",
            currency="EUR",
        ),
    ]


def test_tax_rates_are_exact_and_know_their_side() -> None:
    assert wire.tax_rates(decoded("xero/tax_rates.json")) == [
        TaxRate(
            remote_id="INPUT2",
            name="20% (VAT on Expenses)",
            code="INPUT2",
            rate=Decimal("20.0"),
            on_costs=True,
            on_sales=False,
        ),
        TaxRate(
            remote_id="TAX001",
            name="8.875% New York",
            code="TAX001",
            active=False,
            rate=Decimal("8.875"),
            on_costs=False,
            on_sales=True,
        ),
        TaxRate(remote_id="NONE", name="No VAT", code="NONE", rate=Decimal(0)),
    ]


def test_contacts_come_with_the_size_of_the_list() -> None:
    page = wire.contacts(decoded("xero/contacts.json"))

    assert (page.pages, page.total) == (1, 3)
    assert page.items[0] == Contact(
        remote_id="bd2270c3-8706-4c11-9cfb-000b551c3f51",
        name="Paper & Pens",
        code="PAP-01",
        updated_at=datetime(2025, 6, 4, 11, tzinfo=UTC),
        is_supplier=True,
        email="accounts@paperandpens.example",
        tax_number="GB987654321",
        currency="GBP",
    )
    assert [contact.active for contact in page.items] == [True, False, False]
    assert page.items[2].name == "58697449-85ef-46ae-83fc-6a9446f037fb"  # forgotten on request


def test_products_fall_back_on_their_code() -> None:
    products = wire.products(decoded("xero/items.json"))

    assert products[0] == Product(
        remote_id="19b79d12-0ae1-496e-9649-cbd04b15c7c5",
        name="A4 paper, box",
        code="PAPER-A4",
        updated_at=datetime(2017, 3, 1, 3, 22, 32, 390_000, tzinfo=UTC),
        is_sold=False,
        is_bought=True,
    )
    assert products[1].name == "CONSULT"


def test_tracking_keeps_options_with_their_category() -> None:
    region = "093af706-c2aa-4d97-a4ce-2d205a017eac"

    records = wire.tracking(decoded("xero/tracking.json"))

    assert records[0] == TrackingCategory(remote_id=region, name="Region")
    assert records[1] == TrackingOption(
        remote_id="ae777a87-5ef3-4fa0-a4f0-d10e1f13073a",
        name="North",
        category_id=region,
        category_name="Region",
    )
    assert [(record.name, record.active) for record in records[2:]] == [
        ("Eastside", False),
        ("Salesperson", False),
        ("Bea", False),  # an archived category takes its options along
    ]


def test_connections_leave_practices_out() -> None:
    rows = wire.connections(decoded("xero/connections.json"))

    assert [wire.tenant(row) for row in rows] == [
        Tenant(tenant_id=ACME, name="Acme Limited"),
        Tenant(tenant_id="e0da6937-de07-4a14-adee-37abfac298ce", name="Bright Bakery"),
    ]


def test_a_tenant_is_described_by_its_organisation() -> None:
    row = wire.connections(decoded("xero/connections.json"))[0]
    organisation = wire.organisation(decoded("xero/organisation.json"), ACME)

    assert wire.tenant(row, organisation) == Tenant(
        tenant_id=ACME,
        name="Acme Limited",
        legal_name="Acme Trading Limited",
        country="GB",
        base_currency="GBP",
    )


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"Items": []}, "$.Accounts"),
        ([], "$.Accounts"),
        ({"Accounts": {"Name": "x"}}, "$.Accounts"),
        ({"Accounts": [{"Name": "no id"}]}, "$.Accounts[0]"),
        ({"Accounts": [{"AccountID": "1", "Name": ["x"]}]}, "$.Accounts[0].Name"),
    ],
)
def test_what_xero_does_not_document_is_pointed_at(body: Any, path: str) -> None:
    with pytest.raises(WireMismatch) as caught:
        wire.accounts(body)

    assert caught.value.path == path


def test_nothing_modified_is_an_empty_list() -> None:
    assert wire.accounts(None) == []


@given(milliseconds=st.integers(-62_135_596_800_000, 253_402_300_799_999), suffix=st.booleans())
def test_a_date_is_read_to_the_millisecond(milliseconds: int, suffix: bool) -> None:
    text = f"/Date({milliseconds}{'+1300' if suffix else ''})/"

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert wire.instant(text) == epoch + timedelta(milliseconds=milliseconds)


@given(day=st.dates())
def test_a_civil_date_never_moves_to_another_day(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    milliseconds = (midnight - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    assert wire.civil_date(f"/Date({milliseconds}+0000)/") == day
    assert wire.civil_date(f"{day.isoformat()}T00:00:00") == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        ("2026-06-03T09:58:30.1833130", datetime(2026, 6, 3, 9, 58, 30, 183_313, tzinfo=UTC)),
        ("2026-06-03T09:58:30+02:00", datetime(2026, 6, 3, 7, 58, 30, tzinfo=UTC)),
    ],
)
def test_iso_dates_are_utc_unless_they_say_otherwise(
    text: str | None, expected: datetime | None
) -> None:
    assert wire.instant(text) == expected


@pytest.mark.parametrize("text", ["yesterday", "/Date(x)/", "/Date(999999999999999)/"])
def test_what_is_no_date_is_pointed_at(text: str) -> None:
    with pytest.raises(WireMismatch):
        wire.instant(text)
