"""The fixed assets API of the stand-in Xero: the register, its types and its settings."""

import math
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import json_bytes
from bot.sandbox.ledgers.xero import wire
from bot.sandbox.ledgers.xero.gate import Gate

SCOPES = frozenset({"assets", "assets.read"})
PAGE_SIZE = 10
MAX_PAGE_SIZE = 200
STATUSES = frozenset({"Draft", "Registered", "Disposed"})
_ORDERS = {
    "assettype": "assetTypeId",
    "assetname": "assetName",
    "assetnumber": "assetNumber",
    "purchasedate": "purchaseDate",
    "purchaseprice": "purchasePrice",
    "disposaldate": "disposalDate",
    "disposalprice": "disposalPrice",
}
_SEARCHED = ("assetName", "assetNumber", "serialNumber")


class AssetsApi:
    """Reading only; assets are entered by the accountant's hand."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        root = "/assets.xro/1.0"
        return [
            Route(f"{root}/Assets", self._answering("Assets", _assets), methods=["GET"]),
            Route(f"{root}/Assets/{{id}}", self._answering("Assets", _asset), methods=["GET"]),
            Route(f"{root}/AssetTypes", self._answering("AssetTypes", _types), methods=["GET"]),
            Route(f"{root}/Settings", self._answering("AssetSettings", _settings), methods=["GET"]),
        ]

    def _answering(self, name: str, read: Callable[[Books, Request], Any]) -> Callable[..., Any]:
        async def answer(request: Request) -> Response:
            headers = {"Xero-Correlation-Id": str(uuid4())}
            try:
                call = self._gate.let_in(request, name, scopes=SCOPES)
                with self._gate.counted(call, headers):
                    await self._gate.before(request, name, organisation=call.books.key)
                    body = json_bytes(read(call.books, request))
                    await self._gate.lose(call)
                response = Response(body, media_type="application/json")
            except wire.Problem as problem:
                response = problem.response
            for key, value in headers.items():
                response.headers.setdefault(key, value)
            return response

        return answer


def _rendered(books: Books, kind: str, row: Row) -> Fields:
    return {books.table(kind).key: row.id, **row.fields}


def _assets(books: Books, request: Request) -> dict[str, Any]:
    """One page of the assets of one status, which must be named."""
    query = {name.casefold(): value for name, value in request.query_params.items()}
    status = query.get("status", "").capitalize()
    if status not in STATUSES:
        raise _invalid("status", query.get("status"), "The status filter is required.")
    rows = [row for row in books.rows("Assets") if row.fields["assetStatus"] == status]
    term = query.get("filterby", "").casefold()
    if term:
        rows = [r for r in rows if any(term in str(r.fields.get(n)).casefold() for n in _SEARCHED)]
    rows = _sorted(rows, query)
    page, size = _positive(query, "page", 1), _positive(query, "pagesize", PAGE_SIZE)
    size = min(size, MAX_PAGE_SIZE)
    about = {
        "page": page,
        "pageSize": size,
        "pageCount": math.ceil(len(rows) / size),
        "itemCount": len(rows),
    }
    shown = rows[(page - 1) * size : page * size]
    return {"pagination": about, "items": [_rendered(books, "Assets", row) for row in shown]}


def _sorted(rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    name = _ORDERS.get(query.get("orderby", "assetname").casefold())
    if name is None:
        raise _invalid("orderBy", query["orderby"], "The assets cannot be ordered by that.")
    descending = query.get("sortdirection", "asc").casefold() == "desc"
    return sorted(rows, key=lambda row: _sort_key(row.fields.get(name)), reverse=descending)


def _sort_key(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def _positive(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise _invalid(name, text, "It must be a positive number.")
    return int(text)


def _asset(books: Books, request: Request) -> Fields:
    row = books.get("Assets", request.path_params["id"].casefold())
    if row is None:
        raise wire.not_found()
    return _rendered(books, "Assets", row)


def _types(books: Books, _request: Request) -> list[Fields]:
    return [_rendered(books, "AssetTypes", row) for row in books.rows("AssetTypes")]


def _settings(books: Books, _request: Request) -> Fields:
    return dict(books.rows("AssetSettings")[0].fields)


def _invalid(field: str, value: str | None, words: str) -> wire.Problem:
    error = {
        "fieldName": field,
        "valueProvided": value,
        "localisedMessage": words,
        "type": "http://common.service.xero.com/errors/validation",
        "title": "Validation Error",
        "detail": words,
    }
    body = json_bytes({"resourceValidationErrors": [], "fieldValidationErrors": [error]})
    return wire.Problem(Response(body, 400, media_type="application/json"))
