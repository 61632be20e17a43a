"""The accounting API of the stand-in Xero, from the address to the answer."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.editing import Told
from bot.sandbox.ledgers.faults import AFTER, DONE, PAGING, Fault
from bot.sandbox.ledgers.xero import wire
from bot.sandbox.ledgers.xero.gate import Call, Gate
from bot.sandbox.ledgers.xero.office.hand import XERO_ACTIONS
from bot.sandbox.ledgers.xero.reading import answers, journals
from bot.sandbox.ledgers.xero.reading.lists import Listing, Selections, listing, single
from bot.sandbox.ledgers.xero.reading.render import as_json, rounded_units
from bot.sandbox.ledgers.xero.reading.resources import ATTACHED, RESOURCES, Resource
from bot.sandbox.ledgers.xero.reading.typed import BadQuery
from bot.sandbox.ledgers.xero.writing.api import WritingApi
from bot.sandbox.ledgers.xero.writing.beneath import ATTACHMENTS, Beneath

_NOBODY: frozenset[str] = frozenset()


class AccountingApi:
    """`is_entitled` is whether the apps that call have the tier for Journals."""

    def __init__(self, gate: Gate, *, told: Told) -> None:
        self._gate = gate
        self._told = told
        self._selections = Selections()
        self._writing = WritingApi(gate, told=told)
        self._beneath = Beneath(gate, self._writing)
        self._journals: dict[Books, journals.JournalBook] = {}
        self.is_entitled = False

    def routes(self) -> list[Route]:
        methods = ["GET", "POST", "PUT", "DELETE"]
        root = "/api.xro/2.0/{resource}"
        beneath = f"{root}/{{id}}/{{below}}"
        return [
            Route(path, self._api, methods=methods)
            for path in (root, f"{root}/{{id}}", beneath, f"{beneath}/{{name}}")
        ]

    async def _api(self, request: Request) -> Response:
        headers = {"Xero-Correlation-Id": str(uuid4())}
        try:
            resource = RESOURCES.get(request.path_params["resource"].casefold())
            if resource is None:
                raise wire.not_found()
            call = self._let_in(request, resource)
            with self._gate.counted(call, headers):
                await self._gate.before(request, call.resource, organisation=call.books.key)
                self._meanwhile(call, resource)
                response = await self._answer(call, resource)
        except wire.Problem as problem:
            response = problem.response
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    def _meanwhile(self, call: Call, resource: Resource) -> None:
        """What people there do to a document between two of an app's calls about it."""
        name = call.request.path_params.get("id")
        if name is None or "below" in call.request.path_params:
            return
        organisation = call.books.key
        armed = self._gate.faults.take(DONE, organisation=organisation, resource=resource.name)
        if armed is None or armed.left:
            return
        call.books.finish()
        with call.books.watched() as changes:
            for does in str(armed.options["does"]).split():
                edit = {**armed.options, "kind": resource.name, "name": name}
                XERO_ACTIONS[does](call.books, edit, self._gate.now())
        self._told(call.books, changes)

    def _let_in(self, request: Request, resource: Resource) -> Call:
        """Whoever may only read may not write; attachments have scopes of their own."""
        attached = request.path_params.get("below", "").casefold() == ATTACHMENTS
        scopes = ATTACHED if attached else resource.scopes
        if not resource.entitled and not self.is_entitled:
            scopes = _NOBODY
        if request.method != "GET":
            scopes = frozenset(each for each in scopes if not each.endswith(".read"))
        name = ATTACHMENTS.capitalize() if attached else resource.name
        return self._gate.let_in(request, name, scopes=scopes)

    async def _answer(self, call: Call, resource: Resource) -> Response:
        if "below" in call.request.path_params:
            return await self._beneath.answer(call, resource)
        if call.request.method != "GET":
            return await self._writing.answer(call, resource)
        listing = self._listing(call, resource)
        await self._gate.lose(call)
        armed = self._gate.faults.take(AFTER, organisation=call.books.key, resource=resource.name)
        if armed is not None and armed.fault is Fault.UNKNOWN_ENUM:
            answers.make_unheard_of(resource, listing.rows)
        content = answers.body(resource, listing, now=self._gate.now())
        if armed is not None and armed.fault is Fault.MALFORMED_BODY:
            content = content[: len(content) // 2]
            return Response(content, media_type="application/json")
        return answers.answer(call.request, content)

    def _listing(self, call: Call, resource: Resource) -> Listing:
        wanted = call.request.path_params.get("id")
        since = wire.read_modified_since(call.request.headers.get("if-modified-since"))
        if resource.name == "Journals":
            book = self._journals.setdefault(call.books, journals.JournalBook(call.books))
            found = journals.listing(book, call.request.query_params, wanted, since=since)
            if found is None:
                raise wire.not_found()
            return found
        if wanted is not None:
            return self._single(call, resource, wanted)
        query = dict(call.request.query_params)
        armed = None
        if "page" in query:
            organisation = call.books.key
            armed = self._gate.faults.take(
                PAGING, organisation=organisation, resource=resource.name
            )
        if armed is not None and armed.fault is Fault.SAME_PAGE:
            query["page"] = "1"
        try:
            found = listing(resource, call.books, query, since=since, selections=self._selections)
        except BadQuery as reason:
            raise wire.query_error(call.request, str(reason)) from reason
        if armed is not None and armed.fault is Fault.SHORT_PAGE:
            del found.rows[len(found.rows) // 2 :]
        return found

    def _single(self, call: Call, resource: Resource, wanted: str) -> Listing:
        row = single(resource, call.books, wanted)
        if row is None:
            raise wire.not_found()
        written = as_json(resource, call.books, row)
        fine = call.request.query_params.get("unitdp") == "4"
        return Listing(rows=[written if fine else rounded_units(written)])
