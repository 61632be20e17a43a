"""What hangs beneath a document in the accounting API: its attachments and its allocations."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import body_response
from bot.sandbox.ledgers.xero import wire
from bot.sandbox.ledgers.xero.gate import Call, Gate
from bot.sandbox.ledgers.xero.keeping.settling import CREDITS
from bot.sandbox.ledgers.xero.reading.lists import single
from bot.sandbox.ledgers.xero.reading.resources import Resource
from bot.sandbox.ledgers.xero.writing import elements
from bot.sandbox.ledgers.xero.writing.api import WritingApi
from bot.sandbox.ledgers.xero.writing.attachments import TAKES, Attachments, told
from bot.sandbox.ledgers.xero.writing.payments import delete_allocation, write_allocation
from bot.sandbox.ledgers.xero.writing.sitting import Absent, Invalid

ATTACHMENTS, ALLOCATIONS = "attachments", "allocations"


class Beneath:
    """Reads and writes what belongs to one document."""

    def __init__(self, gate: Gate, writing: WritingApi) -> None:
        self._gate = gate
        self._writing = writing
        self.attachments = Attachments()

    async def answer(self, call: Call, resource: Resource) -> Response:
        """Raises `Problem`."""
        path = call.request.path_params
        below, name = path["below"].casefold(), path.get("name")
        row = single(resource, call.books, path["id"])
        if row is None:
            raise wire.not_found()
        if below == ATTACHMENTS and resource.name in TAKES:
            return await self._attachment(call, resource, row, name)
        if below == ALLOCATIONS and resource.name in CREDITS:
            return await self._allocation(call, resource, row, name)
        raise wire.not_found()

    async def _attachment(
        self, call: Call, resource: Resource, row: Row, name: str | None
    ) -> Response:
        if call.request.method == "GET":
            return self._shown(call, resource, row, name)
        if name is None or call.request.method == "DELETE":
            raise wire.not_implemented()

        def attach(body: bytes) -> Response:
            online = call.request.query_params.get("IncludeOnline", "").casefold() == "true"
            file = self.attachments.attach(
                call.books,
                resource.name,
                row,
                name,
                content=body,
                mime=call.request.headers.get("content-type", ""),
                online=online,
                at=self._gate.now(),
            )
            return self._envelope(call, "Attachments", [told(file, kind=resource.name, row=row)])

        return await self._writing.once(call, _refusing(call, attach))

    def _shown(self, call: Call, resource: Resource, row: Row, name: str | None) -> Response:
        kind = resource.name
        if name is None:
            files = self.attachments.of(call.books, kind, row)
            listed = [told(file, kind=kind, row=row) for file in files]
            return self._envelope(call, "Attachments", listed)
        file = self.attachments.find(call.books, kind, row, name)
        if file is None:
            raise wire.not_found()
        return Response(file.content, media_type=file.mime)

    async def _allocation(
        self, call: Call, resource: Resource, row: Row, name: str | None
    ) -> Response:
        method = call.request.method
        if (method, name is None) not in {("PUT", True), ("DELETE", False)}:
            raise wire.not_implemented()

        def act(body: bytes) -> Response:
            sitting = self._writing.sitting(call)
            try:
                with call.books.attempt():
                    if name is not None:
                        gone = delete_allocation(sitting, resource.name, row.id, name)
                        return self._envelope(call, "Allocations", [gone])
                    typed = elements.read(call.request, body, "Allocations")
                    made = [write_allocation(sitting, resource.name, row.id, x) for x in typed]
                    return self._envelope(call, "Allocations", made)
            except Absent as reason:
                raise wire.not_found() from reason

        return await self._writing.once(call, _refusing(call, act))

    def _envelope(self, call: Call, name: str, rows: list[Fields]) -> Response:
        body: dict[str, Any] = wire.envelope(self._gate.now(), {name: rows})
        return body_response(call.request, body, root="Response")


def _refusing(call: Call, act: Callable[[bytes], Response]) -> Callable[[bytes], Response]:
    def careful(body: bytes) -> Response:
        try:
            return act(body)
        except Invalid as reason:
            errors = [{"Message": message} for message in reason.messages]
            return elements.refused(call.request, [{"ValidationErrors": errors}])

    return careful
