"""What Xero is asked, and what becomes of its odd answers."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx2
import pytest

from providers.errors import (
    AuthorizationLost,
    Lack,
    LossReason,
    NotPermitted,
    TryAgain,
    Withheld,
)
from providers.provider import Tenant
from providers.records import ListKind, ListRecord
from providers.retry import RetryPolicy
from providers.xero import PROVIDER
from tests.providers.vendors import (
    MemoryTokens,
    a_session,
    a_token_set,
    sample,
)

ACME = "70784a63-d24b-46a9-a4db-0e70a274b056"
BAKERY = "e0da6937-de07-4a14-adee-37abfac298ce"
EVENT = "d99ecdfe-391d-43d2-b834-17636ba90e8d"
WITH_EVENT = json.loads(sample("xero/token.json"))["access_token"]
CONNECTIONS: list[dict[str, Any]] = json.loads(sample("xero/connections.json"))

LISTS = {
    "Organisation": "xero/organisation.json",
    "Currencies": "xero/currencies.json",
    "Accounts": "xero/accounts.json",
    "TaxRates": "xero/tax_rates.json",
    "Contacts": "xero/contacts.json",
    "Items": "xero/items.json",
    "TrackingCategories": "xero/tracking.json",
}


class Xero:
    """Answers every list with its sample and remembers what it was asked."""

    def __init__(self, connections: list[dict[str, Any]] | None = None) -> None:
        self.connections = CONNECTIONS if connections is None else connections
        self.requests: list[httpx2.Request] = []
        self.answers: dict[str, httpx2.Response] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        resource = request.url.path.rpartition("/")[2]
        if resource in self.answers:
            return self.answers[resource]
        if resource == "connections":
            event = request.url.params.get("authEventId")
            rows = [row for row in self.connections if event in (None, row["authEventId"])]
            return httpx2.Response(200, json=rows)
        if request.method == "DELETE":
            return httpx2.Response(204)
        return httpx2.Response(200, content=sample(LISTS[resource]))


async def read(
    xero: Xero, kind: ListKind, since: datetime | None = None
) -> tuple[list[ListRecord], int | None]:
    ledger = PROVIDER.ledger(a_session(xero), ACME)
    records: list[ListRecord] = []
    total = None
    async for page in ledger.list(kind, since=since):
        records.extend(page.records)
        total = page.total
    return records, total


@pytest.mark.parametrize(
    ("kind", "count", "query"),
    [
        (ListKind.ACCOUNTS, 4, {}),
        (ListKind.BANK_ACCOUNTS, 2, {}),
        (ListKind.TAX_RATES, 3, {}),
        (ListKind.PRODUCTS, 2, {}),
        (ListKind.TRACKING, 5, {"includeArchived": "true"}),
        (
            ListKind.CONTACTS,
            3,
            {"page": "1", "pageSize": "1000", "includeArchived": "true", "order": "ContactID"},
        ),
    ],
)
async def test_every_list_is_read_whole(kind: ListKind, count: int, query: dict[str, str]) -> None:
    xero = Xero()

    records, total = await read(xero, kind)

    request = xero.requests[0]
    assert (len(records), total) == (count, count)
    assert len(xero.requests) == 1
    assert request.headers["xero-tenant-id"] == ACME
    assert dict(request.url.params) == query
    assert "if-modified-since" not in request.headers


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (ListKind.ACCOUNTS, True),
        (ListKind.BANK_ACCOUNTS, True),
        (ListKind.CONTACTS, True),
        (ListKind.PRODUCTS, True),
        (ListKind.TAX_RATES, False),
        (ListKind.TRACKING, False),
    ],
)
async def test_changes_are_asked_for_in_utc_where_xero_can_tell(
    kind: ListKind, asked: bool
) -> None:
    xero = Xero()
    since = datetime(2026, 6, 3, 12, 0, 0, tzinfo=timezone(timedelta(hours=12)))

    await read(xero, kind, since)

    expected = "2026-06-03T00:00:00Z" if asked else None
    assert xero.requests[0].headers.get("if-modified-since") == expected


async def test_contacts_come_page_by_page() -> None:
    def paged(request: httpx2.Request) -> httpx2.Response:
        page = int(request.url.params["page"])
        ids = range((page - 1) * 1000, min(page * 1000, 2310))
        rows = [{"ContactID": str(number), "Name": f"Contact {number}"} for number in ids]
        told = {"page": page, "pageSize": 1000, "pageCount": 3, "itemCount": 2310}
        return httpx2.Response(200, json={"pagination": told, "Contacts": rows})

    ledger = PROVIDER.ledger(a_session(paged), ACME)
    pages = [page async for page in ledger.list(ListKind.CONTACTS)]

    assert [(len(page.records), page.total) for page in pages] == [
        (1000, 2310),
        (1000, 2310),
        (310, 2310),
    ]
    assert pages[2].records[-1].remote_id == "2309"


async def test_nothing_modified_is_an_empty_list() -> None:
    xero = Xero()
    xero.answers["Accounts"] = httpx2.Response(304)

    assert await read(xero, ListKind.ACCOUNTS, datetime(2026, 1, 1, tzinfo=UTC)) == ([], 0)


async def test_the_organisation_is_known_by_its_tenant() -> None:
    organisation = await PROVIDER.ledger(a_session(Xero()), ACME).organisation()

    assert (organisation.remote_id, organisation.name) == (ACME, "Acme Limited")
    assert organisation.currencies == ("GBP", "EUR")


@pytest.mark.parametrize("status", [403, 404])
async def test_currencies_that_xero_does_not_tell_are_unknown(status: int) -> None:
    xero = Xero()
    xero.answers["Currencies"] = httpx2.Response(status, json={"Title": "Forbidden"})
    organisation = await PROVIDER.ledger(a_session(xero), ACME).organisation()

    assert organisation.name == "Acme Limited"
    assert organisation.currencies is None


async def test_a_consent_reaches_what_it_added() -> None:
    xero = Xero()
    session = a_session(xero, tokens=MemoryTokens(grant=a_token_set(access=WITH_EVENT)))

    tenants = await PROVIDER.tenants(session, {})

    assert tenants == [Tenant(tenant_id=ACME, name="Acme Limited")]
    assert [dict(request.url.params) for request in xero.requests] == [{"authEventId": EVENT}]


@pytest.mark.parametrize("access", ["opaque", WITH_EVENT])
async def test_a_consent_that_added_nothing_reaches_what_was_there(access: str) -> None:
    xero = Xero(CONNECTIONS[1:])
    session = a_session(xero, tokens=MemoryTokens(grant=a_token_set(access=access)))

    tenants = await PROVIDER.tenants(session, {})

    assert [tenant.tenant_id for tenant in tenants] == [BAKERY]


async def test_several_organisations_are_described_to_choose_from() -> None:
    xero = Xero()

    tenants = await PROVIDER.tenants(a_session(xero), {})

    assert [tenant.base_currency for tenant in tenants] == ["GBP", "GBP"]
    asked = [request.headers.get("xero-tenant-id") for request in xero.requests]
    assert asked == [None, ACME, BAKERY]


async def test_an_organisation_that_cannot_be_described_keeps_its_name() -> None:
    xero = Xero()
    xero.answers["Organisation"] = httpx2.Response(
        401, json={"Detail": "AuthorizationUnsuccessful"}
    )

    tenants = await PROVIDER.tenants(a_session(xero), {})

    assert [tenant.name for tenant in tenants] == ["Acme Limited", "Bright Bakery"]


async def test_detaching_names_the_connection() -> None:
    xero = Xero()

    await PROVIDER.detach(a_session(xero), ACME)

    deleted = [request.url.path for request in xero.requests if request.method == "DELETE"]
    assert deleted == ["/connections/e1eede29-f875-4a5d-8470-17f6a29a88b1"]


async def test_detaching_what_is_gone_is_fine() -> None:
    unknown, racing = Xero([]), Xero()
    racing.answers["e1eede29-f875-4a5d-8470-17f6a29a88b1"] = httpx2.Response(404)

    await PROVIDER.detach(a_session(unknown), ACME)
    await PROVIDER.detach(a_session(racing), ACME)

    assert [request.method for request in unknown.requests] == ["GET"]
    assert [request.method for request in racing.requests] == ["GET", "DELETE"]


GIVEN = {"access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 1800}
FORBIDDEN = httpx2.Response(403, content=sample("xero/forbidden.json"))
EXPIRED = httpx2.Response(401, json={"Title": "Unauthorized", "Detail": "TokenExpired"})


def suspended() -> dict[str, Any]:
    body: dict[str, Any] = json.loads(sample("xero/organisation.json"))
    body["Organisations"][0]["OrganisationStatus"] = "SUSPENDED"
    return body


def refusing(answer: httpx2.Response, connections: list[dict[str, Any]]) -> Xero:
    xero = Xero(connections)
    xero.answers = {"Accounts": answer, "token": httpx2.Response(200, json=GIVEN)}
    return xero


@pytest.mark.parametrize(("answer", "calls"), [(FORBIDDEN, 1), (EXPIRED, 3)], ids=["403", "401"])
async def test_a_refusal_for_a_connected_organisation_is_weather(
    answer: httpx2.Response, calls: int
) -> None:
    xero = refusing(answer, CONNECTIONS)
    ledger = PROVIDER.ledger(a_session(xero, retry=RetryPolicy(attempts=3)), ACME)

    with pytest.raises(TryAgain):
        await anext(aiter(ledger.list(ListKind.ACCOUNTS)))

    asked = Counter(request.url.path.rpartition("/")[2] for request in xero.requests)
    assert asked["Accounts"] == 3 * calls
    assert asked["connections"] == 3, "each refusal is looked into"


@pytest.mark.parametrize(
    ("organisation", "meaning"),
    [
        (FORBIDDEN, Withheld),
        (httpx2.Response(401, json={"Detail": "AuthorizationUnsuccessful"}), TryAgain),
        (httpx2.Response(200, json=suspended()), NotPermitted),
    ],
    ids=["refused as well", "not to be described", "suspended"],
)
async def test_what_is_connected_and_refused_may_not_be_active(
    organisation: httpx2.Response, meaning: type[Exception]
) -> None:
    xero = refusing(FORBIDDEN, CONNECTIONS)
    xero.answers["Organisation"] = organisation
    ledger = PROVIDER.ledger(a_session(xero, retry=RetryPolicy(attempts=1)), ACME)

    with pytest.raises(meaning) as caught:
        await anext(aiter(ledger.list(ListKind.ACCOUNTS)))

    assert type(caught.value) is meaning
    assert getattr(caught.value, "lack", Lack.ACTIVE) is Lack.ACTIVE


@pytest.mark.parametrize("answer", [FORBIDDEN, EXPIRED], ids=["403", "401"])
async def test_a_refusal_for_an_organisation_that_left_is_final(answer: httpx2.Response) -> None:
    xero = refusing(answer, CONNECTIONS[1:])

    with pytest.raises(AuthorizationLost) as caught:
        await read(xero, ListKind.ACCOUNTS)

    assert caught.value.reason is LossReason.ORGANISATION_GONE
    assert caught.value.operation == "GET /api.xro/2.0/Accounts"


async def test_a_missing_role_is_not_looked_into() -> None:
    xero = Xero()
    xero.answers["Accounts"] = httpx2.Response(403)

    with pytest.raises(NotPermitted):
        await read(xero, ListKind.ACCOUNTS)

    assert len(xero.requests) == 1
