"""The stand-in Xero: sign-in, connections and the accounting API, with its limits and tempers."""

from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers import xero_answers as answers
from bot.sandbox.ledgers import xero_wire as wire
from bot.sandbox.ledgers.apps import Apps
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.consent import ConsentDesk
from bot.sandbox.ledgers.faults import (
    AFTER,
    BEFORE,
    LOST,
    PAGING,
    REFUSALS,
    Armed,
    Fault,
    Faults,
    hang,
    strike,
)
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.token_endpoint import TokenEndpoint
from bot.sandbox.ledgers.tokens import Consent, Tokens
from bot.sandbox.ledgers.wire import json_bytes
from bot.sandbox.ledgers.xero_connections import Connections
from bot.sandbox.ledgers.xero_desk import Desk
from bot.sandbox.ledgers.xero_limits import Allowances
from bot.sandbox.ledgers.xero_lists import BadQuery, Listing, Selections, listing, single
from bot.sandbox.ledgers.xero_render import as_json, rounded_units
from bot.sandbox.ledgers.xero_resources import RESOURCES, Resource
from bot.sandbox.ledgers.xero_signin import LIVES, TERMS, XeroTokenShapes


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """A call of the accounting API that was let in."""

    books: Books
    consent: Consent


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
        self._allowances = Allowances(now)
        self._selections = Selections()
        self.desk = Desk(
            directory=directory,
            connections=self.connections,
            allowances=self._allowances,
            tokens=self.tokens,
            faults=self.faults,
            now=now,
        )
        self._consent_desk = ConsentDesk(
            TERMS,
            directory=directory,
            tokens=self.tokens,
            faults=self.faults,
            now=now,
            granted=self._granted,
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
        return [
            Route(
                "/identity/connect/authorize", self._consent_desk.authorize, methods=["GET", "POST"]
            ),
            Route("/connect/token", self._token_endpoint.exchange, methods=["POST"]),
            Route("/connect/revocation", self._revoke, methods=["POST"]),
            Route("/connections", self._list_connections, methods=["GET"]),
            Route("/connections/{id}", self._drop_connection, methods=["DELETE"]),
            Route("/api.xro/2.0/{resource}", self._api, methods=["GET", "POST", "PUT"]),
            Route("/api.xro/2.0/{resource}/{id}", self._api, methods=["GET", "POST", "PUT"]),
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
            consent = self._consent(request)
            await self._before(request, organisation=None, resource="connections")
        except wire.Problem as problem:
            return problem.response
        rows = self.connections.listing(consent, auth_event=request.query_params.get("authEventId"))
        return Response(json_bytes(rows), media_type="application/json")

    async def _drop_connection(self, request: Request) -> Response:
        try:
            consent = self._consent(request)
            await self._before(request, organisation=None, resource="connections")
        except wire.Problem as problem:
            return problem.response
        found = self.connections.drop(consent, request.path_params["id"])
        return Response(status_code=204) if found else wire.not_found().response

    async def _api(self, request: Request) -> Response:
        headers = {"Xero-Correlation-Id": str(uuid4())}
        try:
            resource = RESOURCES.get(request.path_params["resource"].casefold())
            if resource is None:
                raise wire.not_found()
            call = self._let_in(request, resource)
            with self._allowances.counted(call.consent.client_id, call.books.key, headers):
                response = await self._answer(request, resource, call)
        except wire.Problem as problem:
            response = problem.response
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    def _let_in(self, request: Request, resource: Resource) -> _Call:
        consent = self._consent(request)
        tenant = request.headers.get("xero-tenant-id", "")
        if not self.connections.reaches(consent, tenant):
            raise wire.forbidden()
        if not resource.entitled or not resource.scopes & set(consent.scopes):
            raise wire.not_permitted()
        return _Call(books=self.directory.books[tenant], consent=consent)

    def _consent(self, request: Request) -> Consent:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self.tokens.access(token) if scheme.casefold() == "bearer" else None
        if access is None:
            raise wire.unauthenticated()
        if access.expires <= self._now():
            raise wire.token_expired(access.expires)
        return access.consent

    async def _answer(self, request: Request, resource: Resource, call: _Call) -> Response:
        await self._before(request, organisation=call.books.key, resource=resource.name)
        if request.method != "GET":
            raise wire.not_implemented()
        listing = self._listing(request, resource, call.books)
        await self._lose(request, organisation=call.books.key, resource=resource.name)
        armed = self.faults.take(AFTER, organisation=call.books.key, resource=resource.name)
        if armed is not None and armed.fault is Fault.UNKNOWN_ENUM:
            answers.make_unheard_of(resource, listing.rows)
        content = answers.body(resource, listing, now=self._now())
        if armed is not None and armed.fault is Fault.MALFORMED_BODY:
            content = content[: len(content) // 2]
            return Response(content, media_type="application/json")
        return answers.answer(request, content)

    def _listing(self, request: Request, resource: Resource, books: Books) -> Listing:
        wanted = request.path_params.get("id")
        if wanted is not None:
            return self._single(request, resource, books, wanted)
        query = dict(request.query_params)
        armed = None
        if "page" in query:
            armed = self.faults.take(PAGING, organisation=books.key, resource=resource.name)
        if armed is not None and armed.fault is Fault.SAME_PAGE:
            query["page"] = "1"
        since = wire.read_modified_since(request.headers.get("if-modified-since"))
        try:
            found = listing(resource, books, query, since=since, selections=self._selections)
        except BadQuery as reason:
            raise wire.query_error(request, str(reason)) from reason
        if armed is not None and armed.fault is Fault.SHORT_PAGE:
            del found.rows[len(found.rows) // 2 :]
        return found

    def _single(self, request: Request, resource: Resource, books: Books, wanted: str) -> Listing:
        row = single(resource, books, wanted)
        if row is None:
            raise wire.not_found()
        written = as_json(resource, books, row)
        fine = request.query_params.get("unitdp") == "4"
        return Listing(rows=[written if fine else rounded_units(written)])

    async def _lose(self, request: Request, *, organisation: str, resource: str) -> None:
        """What was asked is done, and nobody is told."""
        armed = self.faults.take(LOST, organisation=organisation, resource=resource)
        if armed is not None:
            await hang(request, armed.seconds("seconds", 120))
            raise wire.Problem(Response(status_code=504))

    async def _before(self, request: Request, *, organisation: str | None, resource: str) -> None:
        armed = self.faults.take(BEFORE, organisation=organisation, resource=resource)
        if armed is not None:
            broken = await strike(request, armed, server_error=wire.server_error())
            if broken is not None:
                raise wire.Problem(broken)
        armed = self.faults.take(REFUSALS, organisation=organisation, resource=resource)
        if armed is not None:
            raise self._refusal(armed)

    def _refusal(self, armed: Armed) -> wire.Problem:
        match armed.fault:
            case Fault.FORBIDDEN_ORGANISATION:
                return wire.forbidden()
            case Fault.NOT_ENTITLED:
                return wire.not_permitted()
            case Fault.RATE_MINUTE:
                return wire.throttled("minute", retry_after=int(armed.seconds("retry_after", 30)))
            case Fault.RATE_DAY:
                return wire.throttled("day", retry_after=int(armed.seconds("retry_after", 66_975)))
            case _:
                return wire.token_expired(self._now())
