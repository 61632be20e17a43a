"""The company API of the stand-in QuickBooks, from the address to the answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.faults import (
    AFTER,
    BEFORE,
    LOST,
    MEANWHILE,
    READING_REFUSED,
    REFUSALS,
    REFUSED,
    Fault,
    Faults,
    hang,
    strike,
)
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.quickbooks import wire
from bot.sandbox.ledgers.quickbooks.keeping.entities import BY_PATH, ENTITIES
from bot.sandbox.ledgers.quickbooks.limits import Allowances
from bot.sandbox.ledgers.quickbooks.reading import answers, reports
from bot.sandbox.ledgers.quickbooks.webhooks import Webhooks
from bot.sandbox.ledgers.quickbooks.writing.api import Writing
from bot.sandbox.ledgers.quickbooks.writing.uploads import Uploads
from bot.sandbox.ledgers.tokens import Consent, Tokens

BATCH_ITEMS = 30
_ASKS = (b'"Query"', b'"CDCQuery"')  # what makes a batch one that reads


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """A call of the company API that was let in."""

    request: Request
    app: str
    books: Books
    operation: str
    now: datetime


class CompanyApi:
    """Reads, and writes what `Writing` knows how to."""

    def __init__(
        self,
        *,
        directory: Directory,
        tokens: Tokens,
        faults: Faults,
        allowances: Allowances,
        webhooks: Webhooks,
        now: Clock,
    ) -> None:
        self._directory = directory
        self._tokens = tokens
        self._faults = faults
        self._allowances = allowances
        self._webhooks = webhooks
        self._now = now
        self._writing = Writing()
        self.uploads = Uploads()

    def routes(self) -> list[Route]:
        company = "/v3/company/{realm}"
        return [
            Route(f"{company}/{{operation}}", self._api, methods=["GET", "POST"]),
            Route(f"{company}/{{operation}}/{{id}}", self._api, methods=["GET"]),
            Route("/files/{realm}/{id}", self._file, methods=["GET"]),
        ]

    async def _file(self, request: Request) -> Response:
        """Whoever knows the address has the file, as at Intuit for some minutes."""
        books = self._directory.books.get(request.path_params["realm"])
        row = books.get("Attachable", request.path_params["id"]) if books else None
        if books is None or row is None:
            return Response(status_code=404)
        content = self.uploads.file(books, row.id)
        return Response(content, media_type=str(row.fields["ContentType"]))

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
        if not self._allowances.take(consent.client_id, realm, is_batch=is_batch):
            raise wire.throttled(request)
        books = self._directory.books[realm]
        return _Call(
            request=request, app=consent.client_id, books=books, operation=operation, now=now
        )

    def _consent(self, request: Request, now: datetime) -> Consent:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self._tokens.access(token) if scheme.casefold() == "bearer" else None
        if access is None:
            raise wire.unauthenticated(request, "Token revoked or unknown")
        if access.expires <= now:
            raise wire.unauthenticated(request, "Token expired")
        return access.consent

    async def _answer(self, call: _Call) -> Response:
        organisation, resource = call.books.key, call.operation
        await self._before(call)
        raw = await call.request.body()
        self._writing.begin(call.books)
        body = self._body(call, raw)
        told = self._webhooks.tell(call.books, self._writing.end())
        lost = self._faults.take(LOST, organisation=organisation, resource=resource)
        if lost is not None:  # all was done, and nobody is told
            await hang(call.request, lost.seconds("seconds", 120))
            return Response(status_code=504, background=told)
        armed = self._faults.take(AFTER, organisation=organisation, resource=resource)
        if armed is not None and armed.fault is Fault.UNKNOWN_ENUM:
            body = answers.with_unheard_of(wire.plain(body))
        answer = wire.answer(
            call.request,
            body,
            now=call.now,
            status=400 if "Fault" in body else 200,
            cut_off=armed is not None and armed.fault is Fault.MALFORMED_BODY,
        )
        answer.background = told
        return answer

    def _body(self, call: _Call, raw: bytes) -> dict[str, Any]:
        operation, is_get = call.operation.casefold(), call.request.method == "GET"
        if operation == "query":
            asked = call.request.query_params.get("query", "")
            return answers.queried(call.books, asked if is_get else raw.decode(errors="replace"))
        return self._read(call, operation) if is_get else self._change(call, operation, raw)

    def _read(self, call: _Call, operation: str) -> dict[str, Any]:
        asked = call.request.query_params
        if operation == "reports" and call.request.path_params.get("id") == reports.REPORT:
            return reports.transaction_list(call.books, asked, now=call.now)
        if operation == "cdc":
            return self._changes(call, asked.get("entities", ""), asked.get("changedSince", ""))
        if operation in BY_PATH:
            return answers.one(call.books, BY_PATH[operation], call.request.path_params.get("id"))
        return wire.unsupported(operation)

    def _change(self, call: _Call, operation: str, raw: bytes) -> dict[str, Any]:
        if operation == "batch":
            return self._once(call, lambda: self._batch(call, raw))
        if operation == "upload":
            content = call.request.headers.get("content-type", "")
            return self._once(
                call, lambda: self.uploads.take(call.books, raw, content, at=call.now)
            )
        if operation in BY_PATH:
            kind = BY_PATH[operation]
            return self._once(call, lambda: self._write(call, kind, raw))
        return wire.unsupported(operation)

    def _changes(self, call: _Call, entities: str, since: str) -> dict[str, Any]:
        return answers.changed(call.books, entities, since, now=call.now)

    def _once(self, call: _Call, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do it, or say again what was answered to the same `requestid`."""
        key = call.request.query_params.get("requestid", "")
        return self._writing.once((call.app, call.books.key, key), act)

    def _write(self, call: _Call, kind: str, raw: bytes) -> dict[str, Any]:
        try:
            typed = dict(json.loads(raw or b"{}", parse_float=Decimal))
        except (TypeError, ValueError):
            return wire.unsupported("a body that is no JSON object")
        asked = call.request.query_params
        operation = asked.get("operation") or ("update" if typed.get("Id") else "create")
        include = asked.get("include", "")
        return self._struck(call, kind, typed) or self._writing.write(
            call.books, kind, typed, operation=operation, include=include, at=call.now
        )

    def _struck(self, call: _Call, kind: str, typed: dict[str, Any]) -> dict[str, Any] | None:
        """What somebody asked to go wrong with what is written; the fault, if that is one."""
        organisation = call.books.key
        known = call.books.get(kind, str(typed.get("Id") or ""))
        if known and self._faults.take(MEANWHILE, organisation=organisation, resource=kind):
            call.books.change(kind, known.id, {}, at=call.now)
        armed = self._faults.take(REFUSED, organisation=organisation, resource=kind)
        if armed is None:
            return None
        code, text = str(armed.options.get("code", "6000")), str(armed.options.get("text", ""))
        return wire.fault_body(code, text, text, kind="ValidationFault")

    def _batch(self, call: _Call, raw: bytes) -> dict[str, Any]:
        try:
            items = json.loads(raw, parse_float=Decimal)["BatchItemRequest"]
        except (ValueError, KeyError, TypeError):
            return wire.unsupported("batch without BatchItemRequest")
        if len(items) > BATCH_ITEMS:
            return wire.query_fault(f"a batch holds at most {BATCH_ITEMS} items")
        answers = [{"bId": item.get("bId"), **self._batch_item(call, item)} for item in items]
        return {"BatchItemResponse": answers}

    def _batch_item(self, call: _Call, item: dict[str, Any]) -> dict[str, Any]:
        if "Query" in item:
            return answers.queried(call.books, item["Query"])
        if "CDCQuery" in item:
            asked = item["CDCQuery"]
            return self._changes(call, asked.get("Entities", ""), asked.get("ChangedSince", ""))
        kind = next((name for name in item if name in ENTITIES), None)
        if kind is None:
            return wire.unsupported(str(item.get("operation")))
        return self._struck(call, kind, item[kind]) or self._writing.write(
            call.books,
            kind,
            item[kind],
            operation=str(item.get("operation")),
            include=str(item.get("optionsData") or ""),
            at=call.now,
        )

    async def _before(self, call: _Call) -> None:
        organisation, resource = call.books.key, call.operation
        armed = self._faults.take(BEFORE, organisation=organisation, resource=resource)
        if armed is not None:
            error = wire.answer(call.request, wire.system_fault(), now=call.now, status=500)
            broken = await strike(call.request, armed, server_error=error)
            if broken is not None:
                raise wire.Problem(broken)
        refusals = (*REFUSALS, *READING_REFUSED) if await _reads(call) else REFUSALS
        armed = self._faults.take(refusals, organisation=organisation, resource=resource)
        match armed and armed.fault:
            case None:
                return
            case Fault.FORBIDDEN_ORGANISATION:
                raise wire.forbidden(call.request)
            case Fault.NOT_ENTITLED | Fault.SUBSCRIPTION_LAPSED as fault:
                lacks_plan = fault is Fault.NOT_ENTITLED
                lacking = wire.not_in_plan() if lacks_plan else wire.lapsed()
                raise wire.Problem(wire.answer(call.request, lacking, now=call.now, status=400))
            case Fault.NO_ACCESS:
                raise wire.without_access(call.request)
            case Fault.RATE_MINUTE | Fault.RATE_DAY | Fault.RATE_MONTH:
                told = armed.options.get("retry_after") if armed else None
                raise wire.throttled(call.request, retry_after=told)
            case _:
                raise wire.unauthenticated(call.request, "Token expired")


async def _reads(call: _Call) -> bool:
    """Whether it is one of the calls whose number a month limits: those that give data out."""
    if call.request.method == "GET":
        return True
    if call.operation.casefold() == "batch":
        raw = await call.request.body()
        return any(word in raw for word in _ASKS)
    return call.operation.casefold() == "query"
