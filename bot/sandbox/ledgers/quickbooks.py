"""The stand-in QuickBooks Online: sign-in and the company API, with its limits and tempers."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers import quickbooks_wire as wire
from bot.sandbox.ledgers.apps import Apps
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.consent import ConsentDesk
from bot.sandbox.ledgers.faults import AFTER, BEFORE, REFUSALS, Fault, Faults, strike
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.query import PACIFIC, BadRequest, BadStatement
from bot.sandbox.ledgers.quickbooks_entities import BY_PATH
from bot.sandbox.ledgers.quickbooks_limits import Allowances
from bot.sandbox.ledgers.quickbooks_office import Office
from bot.sandbox.ledgers.quickbooks_reading import NotTracked, TooOld, changes, read, select
from bot.sandbox.ledgers.quickbooks_signin import (
    LIVES,
    TERMS,
    QuickBooksTokenShapes,
    discover,
)
from bot.sandbox.ledgers.quickbooks_webhooks import Webhooks
from bot.sandbox.ledgers.token_endpoint import TokenEndpoint
from bot.sandbox.ledgers.tokens import Consent, Tokens
from bot.sandbox.ledgers.wire import json_bytes

BATCH_ITEMS = 30

# A value no reader can know, put in place of the first row's when `unknown_enum` strikes.
UNHEARD_OF = {
    "Account": "AccountType",
    "TaxRate": "SpecialTaxType",
    "Item": "Type",
    "Term": "Type",
    "PaymentMethod": "Type",
    "Invoice": "EmailStatus",
    "Bill": "GlobalTaxCalculation",
    "Purchase": "PaymentType",
    "BillPayment": "PayType",
    "PurchaseOrder": "POStatus",
    "Estimate": "TxnStatus",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """A call of the company API that was let in."""

    request: Request
    books: Books
    operation: str
    now: datetime


class QuickBooks:
    """One vendor's world from reset to reset."""

    def __init__(self, directory: Directory, *, now: Clock) -> None:
        self.directory = directory
        self.faults = Faults()
        self.apps = Apps()
        self.tokens = Tokens(LIVES, now=now)
        self._now = now
        self.allowances = Allowances(now)
        self.webhooks = Webhooks(now=now)
        self._office = Office(
            directory,
            tokens=self.tokens,
            faults=self.faults,
            webhooks=self.webhooks,
            allowances=self.allowances,
            now=now,
        )
        self._consent_desk = ConsentDesk(
            TERMS,
            directory=directory,
            tokens=self.tokens,
            faults=self.faults,
            now=now,
            granted=lambda consent: {"realmId": consent.organisations[0]},
        )
        self._token_endpoint = TokenEndpoint(
            apps=self.apps,
            tokens=self.tokens,
            faults=self.faults,
            pkce=False,
            unknown_client_status=401,
            shape=QuickBooksTokenShapes(directory=directory, now=now).body,
        )

    def routes(self) -> list[Route]:
        company = "/v3/company/{realm}"
        return [
            Route("/.well-known/openid_configuration", discover, methods=["GET"]),
            Route("/connect/oauth2", self._consent_desk.authorize, methods=["GET", "POST"]),
            Route("/oauth2/v1/tokens/bearer", self._token_endpoint.exchange, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self._revoke, methods=["POST"]),
            Route(f"{company}/{{operation}}", self._api, methods=["GET", "POST"]),
            Route(f"{company}/{{operation}}/{{id}}", self._api, methods=["GET"]),
            *self._office.routes(),
        ]

    def concerns(self, consent: Consent, organisation: str) -> bool:
        """Whether what was consented to reaches this company."""
        return organisation in consent.organisations

    def organisation_of(self, request: Request) -> Books | None:
        """Whom a call is about, for the log."""
        _, _, rest = request.url.path.partition("/v3/company/")
        return self.directory.books.get(rest.partition("/")[0])

    async def _revoke(self, request: Request) -> Response:
        if self.apps.caller(request) is None:
            return Response(json_bytes({"error": "invalid_client"}), 401)
        try:
            token = str(json.loads(await request.body())["token"])
        except (ValueError, KeyError, TypeError):
            return Response(json_bytes({"error": "invalid_request"}), 400)
        consent = self.tokens.consent_of(token)
        if consent is None or consent.ended:
            return Response(json_bytes({"error": "invalid_token"}), 400)
        self.tokens.end(consent)
        return Response(status_code=200)

    async def _api(self, request: Request) -> Response:
        operation = request.path_params["operation"]
        try:
            call = self._let_in(request, operation)
            response = await self._answer(call)
        except wire.Problem as problem:
            response = problem.response
        response.headers["intuit_tid"] = wire.transaction_id()
        return response

    def _let_in(self, request: Request, operation: str) -> _Call:
        now = self._now()
        realm = request.path_params["realm"]
        consent = self._consent(request, now)
        if realm not in consent.organisations:
            raise wire.forbidden(request)
        is_batch = operation.casefold() == "batch"
        if not self.allowances.take(consent.client_id, realm, is_batch=is_batch):
            raise wire.throttled(request)
        return _Call(
            request=request, books=self.directory.books[realm], operation=operation, now=now
        )

    def _consent(self, request: Request, now: datetime) -> Consent:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self.tokens.access(token) if scheme.casefold() == "bearer" else None
        if access is None:
            raise wire.unauthenticated(request, "Token revoked or unknown")
        if access.expires <= now:
            raise wire.unauthenticated(request, "Token expired")
        return access.consent

    async def _answer(self, call: _Call) -> Response:
        organisation, resource = call.books.key, call.operation
        await self._before(call)
        body = await self._body(call)
        armed = self.faults.take(AFTER, organisation=organisation, resource=resource)
        if armed is not None and armed.fault is Fault.UNKNOWN_ENUM:
            body = _with_unheard_of(wire.plain(body))
        return wire.answer(
            call.request,
            body,
            now=call.now,
            status=400 if "Fault" in body else 200,
            cut_off=armed is not None and armed.fault is Fault.MALFORMED_BODY,
        )

    async def _body(self, call: _Call) -> dict[str, Any]:
        request = call.request
        match call.operation.casefold(), request.method:
            case "query", "GET":
                return _query(call.books, request.query_params.get("query", ""))
            case "query", _:
                return _query(call.books, (await request.body()).decode(errors="replace"))
            case "cdc", "GET":
                asked = request.query_params
                return _changes(call, asked.get("entities", ""), asked.get("changedSince", ""))
            case "batch", "POST":
                return _batch(call, await request.body())
            case operation, "GET" if operation in BY_PATH:
                return _read(call.books, BY_PATH[operation], request.path_params.get("id"))
            case operation, _:
                return wire.unsupported(operation)

    async def _before(self, call: _Call) -> None:
        organisation, resource = call.books.key, call.operation
        armed = self.faults.take(BEFORE, organisation=organisation, resource=resource)
        if armed is not None:
            error = wire.answer(call.request, wire.system_fault(), now=call.now, status=500)
            broken = await strike(call.request, armed, server_error=error)
            if broken is not None:
                raise wire.Problem(broken)
        armed = self.faults.take(REFUSALS, organisation=organisation, resource=resource)
        match armed and armed.fault:
            case None:
                return
            case Fault.FORBIDDEN_ORGANISATION:
                raise wire.forbidden(call.request)
            case Fault.RATE_MINUTE | Fault.RATE_DAY:
                raise wire.throttled(call.request)
            case _:
                raise wire.unauthenticated(call.request, "Token expired")


def _query(books: Books, statement: str) -> dict[str, Any]:
    try:
        return {"QueryResponse": select(books, statement)}
    except BadStatement as reason:
        return wire.parse_fault(str(reason))
    except BadRequest as reason:
        return wire.query_fault(str(reason))


def _read(books: Books, kind: str, wanted: str | None) -> dict[str, Any]:
    return read(books, kind, wanted) or wire.no_such_object(f"{kind} {wanted}")


def _changes(call: _Call, entities: str, since: str) -> dict[str, Any]:
    try:
        instant = datetime.fromisoformat(since)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=PACIFIC)
        return changes(call.books, entities.split(","), since=instant, now=call.now)
    except (TooOld, NotTracked) as reason:
        return wire.unsupported(str(reason))
    except ValueError as reason:
        return wire.query_fault(str(reason))


def _batch(call: _Call, raw: bytes) -> dict[str, Any]:
    try:
        items = json.loads(raw)["BatchItemRequest"]
    except (ValueError, KeyError, TypeError):
        return wire.unsupported("batch without BatchItemRequest")
    if len(items) > BATCH_ITEMS:
        return wire.query_fault(f"a batch holds at most {BATCH_ITEMS} items")
    answers = [{"bId": item.get("bId"), **_batch_item(call, item)} for item in items]
    return {"BatchItemResponse": answers}


def _batch_item(call: _Call, item: dict[str, Any]) -> dict[str, Any]:
    if "Query" in item:
        return _query(call.books, item["Query"])
    if "CDCQuery" in item:
        asked = item["CDCQuery"]
        return _changes(call, asked.get("Entities", ""), asked.get("ChangedSince", ""))
    return wire.unsupported(str(item.get("operation")))


def _with_unheard_of(body: dict[str, Any]) -> dict[str, Any]:
    answers = [body, *body.get("BatchItemResponse", [])]
    responses = [answer.get("QueryResponse", {}) for answer in answers]
    for answer in answers:
        for changed in answer.get("CDCResponse", []):
            responses += changed["QueryResponse"]
    for kind, field in UNHEARD_OF.items():
        for response in responses:
            for row in response.get(kind, [])[:1]:
                if field in row:
                    row[field] = "UnheardOf"
    return body
