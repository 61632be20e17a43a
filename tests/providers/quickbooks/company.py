"""A QuickBooks company made of dictionaries, and what can go wrong with it."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import msgspec

from providers.books import AnyRecord, BooksPage, Walk
from providers.quickbooks import PROVIDER
from providers.quickbooks.streams import CLEARANCES
from tests.providers.vendors import HandClock, MemoryTokens, a_session, a_token_set

REALM = "9130355377388383"
TIME = "2026-06-03T03:00:00.123-07:00"  # ten o'clock in Greenwich
EVERYTHING = tuple(  # that is an entity, and no report
    stream.name for stream in PROVIDER.capabilities.streams if stream.name != CLEARANCES
)

Row = dict[str, Any]


def numbered(count: int, first: int = 1, **fields: Any) -> list[Row]:
    return [{"Id": str(number), **fields} for number in range(first, first + count)]


def a_fault(code: str, kind: str = "ValidationFault") -> Row:
    return {"Error": [{"Message": "m", "Detail": "d", "code": code}], "type": kind}


def a_gateway_fault(code: str, kind: str) -> Row:
    return {"error": [{"message": "m", "detail": "d", "code": code}], "type": kind}


class Company:
    """Rows by entity, in the order of their ids; `meddle` is called before every request."""

    def __init__(self, **rows: list[Row]) -> None:
        self.rows = rows
        self.changed: dict[str, list[Row]] = {}
        self.faults: dict[str, Row] = {}  # in a batch, by entity: {"Fault": ..} or {"fault": ..}
        self.refusal: httpx2.Response | None = None  # of change data capture
        self.meddle: Callable[[int], None] = lambda number: None
        self.spoil: Callable[[str, int, list[Row]], list[Row]] = lambda entity, start, rows: rows
        self.requests: list[tuple[str, Any]] = []
        self.clock = HandClock()
        self.tokens = MemoryTokens(grant=a_token_set())

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.url.params["minorversion"] == "75"
        path = request.url.path.removeprefix(f"/v3/company/{REALM}/")
        self.meddle(len(self.requests))
        if path == "batch":
            items = msgspec.json.decode(request.content)["BatchItemRequest"]
            self.requests.append((path, [item["Query"] for item in items]))
            answers = [self._item(item) for item in items]
            return httpx2.Response(200, json={"BatchItemResponse": answers, "time": TIME})
        self.requests.append((path, dict(request.url.params)))
        if path == "cdc":
            return self.refusal or self._changes(request.url.params["entities"].split(","))
        assert path == "query"
        found = self.query(request.url.params["query"])
        return httpx2.Response(200, json={"QueryResponse": found, "time": TIME})

    def query(self, statement: str) -> Row:
        entity, start, most = parsed(statement)
        rows = self.rows.get(entity, [])
        if start is None:
            return {"totalCount": len(rows)}
        found = self.spoil(entity, start, rows[start - 1 : start - 1 + most])
        return {entity: found, "startPosition": start, "maxResults": len(found)} if found else {}

    def _item(self, item: Row) -> Row:
        entity, _, _ = parsed(item["Query"])
        if entity in self.faults:
            return {"bId": item["bId"], **self.faults[entity]}
        return {"bId": item["bId"], "QueryResponse": self.query(item["Query"])}

    def _changes(self, entities: Sequence[str]) -> httpx2.Response:
        parts = [
            {entity: self.changed[entity]} if entity in self.changed else {} for entity in entities
        ]
        body = {"CDCResponse": [{"QueryResponse": parts}], "time": TIME}
        return httpx2.Response(200, json=body)

    async def sync(self, *walks: Walk) -> list[BooksPage]:
        session = a_session(self, key="quickbooks", clock=self.clock, tokens=self.tokens)
        return [page async for page in PROVIDER.ledger(session, REALM).sync(walks)]

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


def parsed(statement: str) -> tuple[str, int | None, int]:
    """Entity, position (None for a count) and length of a query."""
    entity = re.search(r"FROM (\w+)", statement)
    place = re.search(r"STARTPOSITION (\d+) MAXRESULTS (\d+)", statement)
    assert entity is not None
    return (entity[1], int(place[1]), int(place[2])) if place else (entity[1], None, 0)


def records(pages: Sequence[BooksPage], stream: str) -> list[AnyRecord]:
    return [record for page in pages if page.stream == stream for record in page.records]


def ids(pages: Sequence[BooksPage], stream: str) -> list[str]:
    return [record.remote_id for record in records(pages, stream)]
