"""The stand-in Xero: sign-in, connections and the APIs, with their limits and tempers."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers.apps import Apps
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.consent import ConsentDesk
from bot.sandbox.ledgers.faults import Faults
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.token_endpoint import TokenEndpoint
from bot.sandbox.ledgers.tokens import Consent, Tokens
from bot.sandbox.ledgers.wire import json_bytes
from bot.sandbox.ledgers.xero import wire
from bot.sandbox.ledgers.xero.accounting import AccountingApi
from bot.sandbox.ledgers.xero.assets import AssetsApi
from bot.sandbox.ledgers.xero.connections import Connections
from bot.sandbox.ledgers.xero.gate import Gate
from bot.sandbox.ledgers.xero.limits import Allowances
from bot.sandbox.ledgers.xero.office.desk import Desk
from bot.sandbox.ledgers.xero.signin import FOR_ENTITLED, LIVES, TERMS, XeroTokenShapes
from bot.sandbox.ledgers.xero.webhooks import Webhooks


class Xero:
    """One vendor's world from reset to reset."""

    def __init__(self, directory: Directory, *, now: Clock) -> None:
        self.directory = directory
        self.faults = Faults()
        self.apps = Apps()
        self._now = now
        shapes = XeroTokenShapes(directory=directory, now=now)
        self.tokens = Tokens(LIVES, now=now, mint=shapes.mint)
        self.connections = Connections(directory)
        allowances = Allowances(now)
        self._gate = Gate(
            directory=directory,
            connections=self.connections,
            tokens=self.tokens,
            faults=self.faults,
            allowances=allowances,
            now=now,
        )
        webhooks = Webhooks(now=now)
        self.accounting = AccountingApi(self._gate, told=webhooks.announce)
        self._assets = AssetsApi(self._gate)
        self.desk = Desk(
            directory=directory,
            connections=self.connections,
            allowances=allowances,
            tokens=self.tokens,
            faults=self.faults,
            accounting=self.accounting,
            webhooks=webhooks,
            now=now,
        )
        self._consent_desk = ConsentDesk(
            TERMS,
            directory=directory,
            tokens=self.tokens,
            faults=self.faults,
            now=now,
            granted=self._granted,
            withheld=lambda: frozenset() if self.accounting.is_entitled else FOR_ENTITLED,
        )
        self._token_endpoint = TokenEndpoint(
            apps=self.apps,
            tokens=self.tokens,
            faults=self.faults,
            pkce=True,
            unknown_client_status=400,
            shape=shapes.body,
        )

    def routes(self) -> list[Route]:
        authorize = self._consent_desk.authorize
        return [
            Route("/identity/connect/authorize", authorize, methods=["GET", "POST"]),
            Route("/connect/token", self._token_endpoint.exchange, methods=["POST"]),
            Route("/connect/revocation", self._revoke, methods=["POST"]),
            Route("/connections", self._list_connections, methods=["GET"]),
            Route("/connections/{id}", self._drop_connection, methods=["DELETE"]),
            *self.accounting.routes(),
            *self._assets.routes(),
            *self.desk.routes(),
        ]

    def concerns(self, consent: Consent, organisation: str) -> bool:
        """Whether what was consented to reaches this organisation."""
        return self.connections.reaches(consent, organisation)

    def organisation_of(self, request: Request) -> Books | None:
        """Whom a call is about, for the log."""
        return self.directory.books.get(request.headers.get("xero-tenant-id", ""))

    def _granted(self, consent: Consent) -> dict[str, str]:
        self.connections.connect(consent, at=self._now())
        return {}

    async def _revoke(self, request: Request) -> Response:
        if self.apps.caller(request) is None:
            return Response(json_bytes({"error": "invalid_client"}), 400)
        form = await request.form()
        consent = self.tokens.consent_of(str(form.get("token", "")))
        if consent is not None:
            self.tokens.end_refresh(str(form["token"]))
            self.connections.drop_all(consent)
        return Response(status_code=200)

    async def _list_connections(self, request: Request) -> Response:
        try:
            consent = self._gate.consent(request)
            await self._gate.before(request, "connections")
        except wire.Problem as problem:
            return problem.response
        rows = self.connections.listing(consent, auth_event=request.query_params.get("authEventId"))
        return Response(json_bytes(rows), media_type="application/json")

    async def _drop_connection(self, request: Request) -> Response:
        try:
            consent = self._gate.consent(request)
            await self._gate.before(request, "connections")
        except wire.Problem as problem:
            return problem.response
        found = self.connections.drop(consent, request.path_params["id"])
        return Response(status_code=204) if found else wire.not_found().response
