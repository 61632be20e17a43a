"""What QuickBooks is asked, and what becomes of its odd answers."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from providers.errors import AuthorizationLost, LossReason, WireMismatch
from providers.provider import Tenant
from providers.quickbooks import PROVIDER
from providers.records import ListKind, ListRecord, TrackingOption
from tests.providers.vendors import a_session, sample

REALM = "9130355377388383"
ENTITIES = {
    "Account": "quickbooks/accounts.json",
    "TaxRate": "quickbooks/tax_rates.json",
    "TaxCode": "quickbooks/tax_codes.json",
    "Vendor": "quickbooks/vendors.json",
    "Customer": "quickbooks/customers.json",
    "Item": "quickbooks/items.json",
    "Class": "quickbooks/classes.json",
    "Department": "quickbooks/nothing.json",
    "CompanyCurrency": "quickbooks/currencies.json",
}
WHOLE = "Active IN (true, false) ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"


class QuickBooks:
    """Answers every query with the sample of its entity and remembers the statements."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.paths: list[str] = []
        self.refusal: httpx2.Response | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.url.params["minorversion"] == "75"
        path = request.url.path.removeprefix(f"/v3/company/{REALM}/")
        self.paths.append(path)
        if self.refusal is not None:
            return self.refusal
        if path == "preferences":
            return httpx2.Response(200, content=sample("quickbooks/preferences.json"))
        if path.startswith("companyinfo"):
            return httpx2.Response(200, content=sample("quickbooks/company_info.json"))
        statement = request.url.params["query"]
        self.statements.append(statement)
        entity = re.search(r"FROM (\w+)", statement)
        assert entity is not None
        return httpx2.Response(200, content=sample(ENTITIES[entity[1]]))


async def read(handler: Any, kind: ListKind, since: datetime | None = None) -> list[ListRecord]:
    ledger = PROVIDER.ledger(a_session(handler, key="quickbooks"), REALM)
    return [record async for page in ledger.list(kind, since=since) for record in page.records]


@pytest.mark.parametrize(
    ("kind", "count", "statements"),
    [
        (ListKind.ACCOUNTS, 3, [f"SELECT * FROM Account WHERE {WHOLE}"]),
        (
            ListKind.BANK_ACCOUNTS,
            3,
            [f"SELECT * FROM Account WHERE AccountType IN ('Bank', 'Credit Card') AND {WHOLE}"],
        ),
        (
            ListKind.TAX_RATES,
            7,
            [f"SELECT * FROM TaxRate WHERE {WHOLE}", f"SELECT * FROM TaxCode WHERE {WHOLE}"],
        ),
        (
            ListKind.CONTACTS,
            3,  # two vendors and the customer that is no project
            [f"SELECT * FROM Vendor WHERE {WHOLE}", f"SELECT * FROM Customer WHERE {WHOLE}"],
        ),
        (ListKind.PRODUCTS, 3, [f"SELECT *, Sku FROM Item WHERE {WHOLE}"]),
        (
            ListKind.TRACKING,
            6,  # classes and two options, projects and two options, no locations
            [
                f"SELECT * FROM Class WHERE {WHOLE}",
                f"SELECT * FROM Department WHERE {WHOLE}",
                f"SELECT * FROM Customer WHERE {WHOLE}",
            ],
        ),
    ],
)
async def test_every_list_is_read_whole(kind: ListKind, count: int, statements: list[str]) -> None:
    quickbooks = QuickBooks()

    records = await read(quickbooks, kind)

    assert len(records) == count
    assert quickbooks.statements == statements


async def test_changes_are_asked_for_with_an_offset() -> None:
    quickbooks = QuickBooks()

    await read(quickbooks, ListKind.ACCOUNTS, datetime(2026, 6, 3, 12, 0, 5, tzinfo=UTC))

    assert quickbooks.statements == [
        "SELECT * FROM Account WHERE Active IN (true, false)"
        " AND MetaData.LastUpdatedTime >= '2026-06-03T12:00:05+00:00'"
        " ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"
    ]


async def test_long_lists_are_counted_and_read_by_position() -> None:
    statements: list[str] = []

    def many(request: httpx2.Request) -> httpx2.Response:
        statement = request.url.params["query"]
        statements.append(statement)
        if "COUNT" in statement:
            return httpx2.Response(200, json={"QueryResponse": {"totalCount": 2310}})
        start = int(statement.split("STARTPOSITION ")[1].split()[0])
        rows = [
            {"Id": str(number), "Name": str(number), "FullyQualifiedName": f"Account {number}"}
            for number in range(start, min(start + 1000, 2311))
        ]
        return httpx2.Response(200, json={"QueryResponse": {"Account": rows}})

    records = await read(many, ListKind.ACCOUNTS)

    assert [record.remote_id for record in records] == [str(n) for n in range(1, 2311)]
    assert statements[1] == "SELECT COUNT(*) FROM Account WHERE Active IN (true, false)"
    assert len(statements) == 4


async def test_options_say_which_dimension_they_are_of() -> None:
    records = await read(QuickBooks(), ListKind.TRACKING)

    options = [record for record in records if isinstance(record, TrackingOption)]
    assert [(option.remote_id, option.category_name) for option in options] == [
        ("class:100", "Class"),
        ("class:101", "Class"),
        ("project:58", "Project"),
        ("project:59", "Project"),
    ]


async def test_a_company_of_several_currencies_names_them() -> None:
    quickbooks = QuickBooks()
    company = await PROVIDER.ledger(a_session(quickbooks, key="quickbooks"), REALM).organisation()

    assert company.currencies == ("USD", "EUR")
    assert quickbooks.statements == [f"SELECT * FROM CompanyCurrency WHERE {WHOLE}"]


async def test_the_redirect_names_the_company() -> None:
    quickbooks = QuickBooks()

    tenants = await PROVIDER.tenants(a_session(quickbooks, key="quickbooks"), {"realmId": REALM})

    assert tenants == [
        Tenant(
            tenant_id=REALM,
            name="Bright Bakery",
            legal_name="Bright Bakery LLC",
            country="US",
            base_currency="USD",
        )
    ]
    assert sorted(quickbooks.paths) == [f"companyinfo/{REALM}", "preferences"]


@pytest.mark.parametrize("realm", ["", "12/../../x", "1 2", "٣", "1" * 21])
async def test_a_company_that_is_no_number_never_reaches_an_address(realm: str) -> None:
    quickbooks = QuickBooks()

    with pytest.raises(WireMismatch):
        await PROVIDER.tenants(a_session(quickbooks, key="quickbooks"), {"realmId": realm})

    assert quickbooks.paths == []


async def test_a_company_that_refuses_us_at_once_is_in_another_environment() -> None:
    quickbooks = QuickBooks()
    error = {"message": "ApplicationAuthorizationFailed", "code": "3100"}
    quickbooks.refusal = httpx2.Response(403, json={"fault": {"error": [error]}})

    with pytest.raises(AuthorizationLost) as caught:
        await PROVIDER.tenants(a_session(quickbooks, key="quickbooks"), {"realmId": REALM})

    assert caught.value.reason is LossReason.WRONG_ENVIRONMENT


async def test_a_company_that_refuses_us_later_has_left() -> None:
    quickbooks = QuickBooks()
    error = {"message": "ApplicationAuthorizationFailed", "code": "3100"}
    quickbooks.refusal = httpx2.Response(403, json={"fault": {"error": [error]}})

    with pytest.raises(AuthorizationLost) as caught:
        await read(quickbooks, ListKind.ACCOUNTS)

    assert caught.value.reason is LossReason.ORGANISATION_GONE
    assert len(quickbooks.paths) == 1


async def test_detaching_asks_nothing() -> None:
    quickbooks = QuickBooks()

    await PROVIDER.detach(a_session(quickbooks, key="quickbooks"), REALM)

    assert quickbooks.paths == []
