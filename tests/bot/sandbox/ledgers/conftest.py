"""An app and a person who meet at the stand-in ledgers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.ledgers.ledgers import Ledgers
from bot.sandbox.ledgers.tokens import s256

REDIRECT = "http://127.0.0.1:8765/oauth/callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
XERO_SCOPES = (
    "offline_access openid profile email accounting.settings.read accounting.contacts.read "
    "accounting.invoices.read accounting.payments.read accounting.banktransactions.read "
    "accounting.manualjournals.read"
)


XERO_WRITES = (
    "offline_access accounting.settings accounting.contacts accounting.invoices "
    "accounting.payments accounting.banktransactions accounting.manualjournals "
    "accounting.attachments"
)


class MovableClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Practice:
    """A practice's app: signs people in, keeps the tokens, calls the APIs."""

    def __init__(self, client: httpx2.AsyncClient, ledgers: Ledgers, clock: MovableClock) -> None:
        self.client = client
        self.ledgers = ledgers
        self.clock = clock
        self.credentials = ("our-app", "our-secret")

    async def ask_xero(self, *, form: dict[str, Any] | None = None, **changes: str) -> Any:
        query = {
            "client_id": "our-app",
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": XERO_SCOPES,
            "state": "state-1",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            **changes,
        }
        return await self._ask("/ledgers/xero/identity/connect/authorize", query, form)

    async def ask_quickbooks(self, *, form: dict[str, Any] | None = None, **changes: str) -> Any:
        query = {
            "client_id": "our-app",
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "state": "state-1",
            **changes,
        }
        return await self._ask("/ledgers/quickbooks/connect/oauth2", query, form)

    async def _ask(self, path: str, query: dict[str, str], form: dict[str, Any] | None) -> Any:
        query = {name: value for name, value in query.items() if value}
        if form is None:
            return await self.client.get(path, params=query)
        return await self.client.post(path, params=query, data=form)

    async def xero_code(self, *organisations: str, person: str = "ana") -> str:
        form = {"person": person, "organisation": list(organisations), "decision": "allow"}
        return callback(await self.ask_xero(form=form))["code"]

    async def xero_token(self, **form: str) -> Any:
        return await self.client.post(
            "/ledgers/xero/connect/token", data=form, auth=self.credentials
        )

    async def xero(self, *organisations: str, person: str = "ana") -> dict[str, Any]:
        """Sign in and answer with the token body."""
        return await self.redeem_xero(await self.xero_code(*organisations, person=person))

    async def writing_xero(self, *organisations: str) -> dict[str, Any]:
        """Sign in with every scope that lets an app write."""
        form = {"person": "ana", "organisation": list(organisations), "decision": "allow"}
        asked = await self.ask_xero(form=form, scope=XERO_WRITES)
        return await self.redeem_xero(callback(asked)["code"])

    async def redeem_xero(self, code: str) -> dict[str, Any]:
        response = await self.xero_token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=REDIRECT,
            code_verifier=VERIFIER,
        )
        assert response.status_code == 200, response.text
        return response.json()

    async def connections(self, tokens: dict[str, Any], **query: str) -> list[dict[str, Any]]:
        response = await self.client.get(
            "/ledgers/xero/connections", params=query, headers=bearer(tokens)
        )
        assert response.status_code == 200, response.text
        return response.json()

    async def call_xero(
        self, tokens: dict[str, Any], resource: str, organisation: str, **options: Any
    ) -> httpx2.Response:
        headers = {
            **bearer(tokens),
            "xero-tenant-id": self.ledgers.organisation(organisation).key,
            "Accept": "application/json",
            **options.pop("headers", {}),
        }
        method = options.pop("method", "GET")
        path = f"/ledgers/xero/api.xro/2.0/{resource}"
        return await self.client.request(method, path, headers=headers, **options)

    async def quickbooks_token(self, **form: str) -> Any:
        return await self.client.post(
            "/ledgers/quickbooks/oauth2/v1/tokens/bearer", data=form, auth=self.credentials
        )

    async def quickbooks(self, company: str, *, person: str = "ana") -> dict[str, Any]:
        """Sign in and answer with the token body, and the realm the callback carried."""
        form = {"person": person, "organisation": company, "decision": "allow"}
        came_back = callback(await self.ask_quickbooks(form=form))
        response = await self.quickbooks_token(
            grant_type="authorization_code", code=came_back["code"], redirect_uri=REDIRECT
        )
        assert response.status_code == 200, response.text
        return {**response.json(), "realm": came_back["realmId"]}

    async def call_quickbooks(
        self, tokens: dict[str, Any], path: str, **options: Any
    ) -> httpx2.Response:
        headers = {**bearer(tokens), "Accept": "application/json", **options.pop("headers", {})}
        address = f"/ledgers/quickbooks/v3/company/{options.pop('realm', tokens['realm'])}/{path}"
        method = options.pop("method", "GET")
        return await self.client.request(method, address, headers=headers, **options)

    async def query(self, tokens: dict[str, Any], statement: str) -> httpx2.Response:
        return await self.call_quickbooks(tokens, "query", params={"query": statement})


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def callback(response: Any) -> dict[str, str]:
    assert response.status_code == 302, response.text
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def ledgers(clock: MovableClock) -> Ledgers:
    return Ledgers(now=clock)


@pytest.fixture
async def practice(ledgers: Ledgers, clock: MovableClock) -> AsyncIterator[Practice]:
    app = Starlette(routes=[Mount("/ledgers", routes=ledgers.routes())])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield Practice(client, ledgers, clock)


@pytest.fixture
def came_back() -> Any:
    """Reads the query an app is called back with."""
    return callback
