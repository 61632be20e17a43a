"""A practice that signs in at the stand-in ledgers and reads them through the gateway."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.ledgers.ledgers import Ledgers
from providers.allowances import Keeper
from providers.gateway import LedgerGateway, configure, new_verifier
from providers.provider import Credentials, Ledger, Tenant
from providers.records import ListKind, ListRecord
from providers.session import open_http
from tests.providers.vendors import CREDENTIALS, HandClock, MemoryTokens

REDIRECT = "https://bot.example/oauth/callback"
ORGANISATIONS = {"xero": "Acme Limited", "quickbooks": "Bright Bakery"}


class Practice:
    """One software, one grant, one organisation at a time, on a clock set by hand or another."""

    def __init__(
        self,
        key: str,
        *,
        credentials: Credentials = CREDENTIALS,
        clock: HandClock | None = None,
    ) -> None:
        self.key = key
        self.clock = clock or HandClock()
        self.ledgers = Ledgers(now=self.clock)
        self.tokens = MemoryTokens()
        app = Starlette(routes=[Mount("/ledgers", routes=self.ledgers.routes())])
        self.transport = httpx2.ASGITransport(app=app)
        self.gateway = self.a_gateway(credentials)
        self.tenant = Tenant(tenant_id="", name="")

    def a_gateway(
        self, credentials: Credentials = CREDENTIALS, keeper: Keeper | None = None
    ) -> LedgerGateway:
        root = f"http://sandbox/ledgers/{self.key}"
        return LedgerGateway(
            http=open_http(transport=self.transport),
            configured={self.key: configure(self.key, credentials, root_url=root)},
            tokens=self.tokens,
            now=self.clock,
            sleep=self.clock.sleep,
            monotonic=self.clock.seconds,
            keeper=keeper,
        )

    async def consent(self, *organisations: str, person: str = "ana") -> list[Tenant]:
        """Sign in as a person would, keep the tokens as `grant` and list what was reached."""
        verifier = new_verifier()
        address = self.gateway.authorisation_url(
            self.key, redirect_uri=REDIRECT, state="state", verifier=verifier
        )
        callback = await self._approve(address, organisations, person)
        assert callback["state"] == "state"
        self.tokens.stored["grant"] = await self.gateway.exchange(
            self.key, code=callback["code"], redirect_uri=REDIRECT, verifier=verifier
        )
        tenants = await self.gateway.tenants(self.key, grant_id="grant", callback=callback)
        return list(tenants)

    async def connect(self, organisation: str | None = None) -> None:
        """Consent to one organisation and use it from now on."""
        (self.tenant,) = await self.consent(organisation or ORGANISATIONS[self.key])

    async def _approve(
        self, address: str, organisations: tuple[str, ...], person: str
    ) -> Mapping[str, str]:
        form = {"person": person, "organisation": list(organisations), "decision": "allow"}
        async with httpx2.AsyncClient(transport=self.transport) as browser:
            page = await browser.get(address)
            assert page.status_code == 200, page.text
            sent_back = await browser.post(address, data=form)
        assert sent_back.status_code == 302, sent_back.text
        query = parse_qs(urlsplit(sent_back.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    def open(self, *, background: bool = False) -> AbstractAsyncContextManager[Ledger]:
        return self.gateway.open(
            self.key, tenant_id=self.tenant.tenant_id, grant_id="grant", background=background
        )

    async def read(self, kind: ListKind) -> list[ListRecord]:
        async with self.open() as ledger:
            return [record async for page in ledger.list(kind) for record in page.records]

    def break_it(self, fault: str, times: int | None = 1, **options: object) -> None:
        """Let the API of the connected organisation misbehave."""
        self.ledgers.set_fault(f"{self.key}:{self.tenant.name}", fault, times, **options)

    async def allow(self, **limits: int) -> None:
        """Other limits than the vendor's own, counted from nothing."""
        async with httpx2.AsyncClient(transport=self.transport) as owner:
            answer = await owner.post(f"http://sandbox/ledgers/{self.key}/limits", json=limits)
        assert answer.status_code == 200, answer.text

    def calls(self, ending: str = "") -> int:
        """How many requests went to addresses that end so."""
        return sum(call.path.endswith(ending) for call in self.ledgers.log)
