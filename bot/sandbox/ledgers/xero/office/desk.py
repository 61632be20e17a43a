"""What surrounds the stand-in Xero's API: edits, volume, limits, webhooks, the demo company's end.

POST /edit      an instruction of `editing` or `xero_hand`
POST /volume    the counts of `volume.Volume`; answers with the organisation made of them
POST /limits    {"at_once": 5, "a_minute": 60, "a_day": 5000, "app_a_minute": 10000}
POST /tier      {"journals": true}, after which the apps that call are of the Advanced tier
POST /webhook   {"url": …, "key": …}, after which changes are posted there
POST /webhook/send   {"kind": "duplicate" | "out_of_order" | "forged" | "intent"}
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.ledgers import pages
from bot.sandbox.ledgers.books import Books, NoSuchRow
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.editing import BadEdit, EditRoute, Instruction, apply
from bot.sandbox.ledgers.faults import Armed, Fault, Faults
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.rows import Row
from bot.sandbox.ledgers.tokens import Consent, Tokens
from bot.sandbox.ledgers.xero.accounting import AccountingApi
from bot.sandbox.ledgers.xero.connections import Connections
from bot.sandbox.ledgers.xero.limits import Allowances, Limits
from bot.sandbox.ledgers.xero.office import page
from bot.sandbox.ledgers.xero.office.hand import XERO_ACTIONS
from bot.sandbox.ledgers.xero.seed.organisations import begin_again
from bot.sandbox.ledgers.xero.seed.volume import open_books, read_volume
from bot.sandbox.ledgers.xero.webhooks import Webhooks


class Desk:
    """The stand-in's own counter, which the real Xero does not have."""

    def __init__(
        self,
        *,
        directory: Directory,
        connections: Connections,
        allowances: Allowances,
        tokens: Tokens,
        faults: Faults,
        accounting: AccountingApi,
        webhooks: Webhooks,
        now: Clock,
    ) -> None:
        self._directory = directory
        self._connections = connections
        self._allowances = allowances
        self._tokens = tokens
        self._faults = faults
        self._accounting = accounting
        self._now = now
        self.webhooks = webhooks
        self.actions = {**XERO_ACTIONS, "reset": self._reset}
        self._edit = EditRoute(
            directory, now=now, actions=self.actions, told=self.webhooks.announce
        )

    def routes(self) -> list[Route]:
        return [
            Route("/edit", self._edit.edit, methods=["POST"]),
            Route("/volume", _asked(self._open), methods=["POST"]),
            Route("/limits", _asked(self._limit), methods=["POST"]),
            Route("/tier", _asked(self._entitle), methods=["POST"]),
            Route("/webhook", self._register, methods=["POST"]),
            Route("/webhook/send", self._send, methods=["POST"]),
            Route("/books/{organisation}", self._page, methods=["GET", "POST"]),
            Route("/books/{organisation}/fault", self._fault, methods=["POST"]),
            Route("/books/{organisation}/webhook", self._send_from_page, methods=["POST"]),
        ]

    def reset_demo(self, books: Books) -> Books:
        """The demo company begins again: with ids of its own and no connections."""
        self._connections.end(books.key)
        return begin_again(self._directory, books)

    def _reset(self, books: Books, _edit: Instruction, _at: object) -> Row:
        if not books.profile.fields.get("IsDemoCompany"):
            raise BadEdit(f"{books.name} is no demo company.")
        return self.reset_demo(books).profile

    def _open(self, asked: dict[str, Any]) -> dict[str, Any]:
        books = open_books(self._directory, read_volume(asked))
        return {"organisation": books.name, "id": books.key}

    def _limit(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            self._allowances.use(Limits(**asked))
        except TypeError as reason:
            raise ValueError(str(reason)) from reason
        return {"ok": True}

    def _entitle(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._accounting.is_entitled = bool(asked.get("journals"))
        return {"ok": True}

    async def _register(self, request: Request) -> Response:
        try:
            asked = await _read(request)
            verified = await self.webhooks.register(str(asked["url"]), str(asked["key"]))
        except KeyError as missing:
            return _wrong(f"{missing.args[0]} is missing.")
        except ValueError as reason:
            return _wrong(str(reason))
        return JSONResponse({"verified": verified})

    async def _send(self, request: Request) -> Response:
        try:
            asked = await _read(request)
            statuses = await self.webhooks.send_again(str(asked.get("kind", "duplicate")))
        except ValueError as reason:
            return _wrong(str(reason))
        return JSONResponse({"statuses": statuses})

    async def _page(self, request: Request) -> Response:
        books = self._books(request)
        if books is None:
            return _no_books()
        if request.method == "GET":
            is_told = self.webhooks.subscription is not None
            return page.response(books, request.query_params, is_told=is_told)
        form = {name: str(value).strip() for name, value in (await request.form()).items()}
        try:
            edit = page.instruction(books, form, at=self._now())
            row = apply(
                self._directory,
                edit,
                at=self._now(),
                actions=self.actions,
                told=self.webhooks.announce,
            )
        except (NoSuchRow, ValueError) as reason:
            return _back(request, books, wrong=str(reason))
        return _back(request, books, done=page.said(edit, row))

    async def _fault(self, request: Request) -> Response:
        books = self._books(request)
        if books is None:
            return _no_books()
        form = await request.form()
        try:
            fault = Fault(str(form.get("fault")))
            times = int(str(form.get("times") or 1))
            books = self._strike(books, fault, times or None)
        except ValueError as reason:
            return _back(request, books, wrong=str(reason))
        return _back(request, books, done=page.FAULTS.get(fault, "Done") + ".")

    def _strike(self, books: Books, fault: Fault, times: int | None) -> Books:
        """Answers with the books there are afterwards."""

        def concerned(consent: Consent) -> bool:
            return self._connections.reaches(consent, books.key)

        match fault:
            case Fault.NONE:
                self._faults.clear(organisation=books.key, resource=None)
            case Fault.DEMO_RESET:
                return self._directory.books[self._reset(books, {}, None).id]
            case Fault.EXPIRE_ACCESS:
                self._tokens.expire_access(concerned)
            case Fault.REVOKE_REFRESH:
                self._tokens.revoke_refresh(concerned)
            case Fault.SPEND_REFRESH:
                self._tokens.spend_refresh(concerned, ago=timedelta(hours=1))
            case _:
                aimed = Armed(fault=fault, organisation=books.key, resource=None, left=times)
                self._faults.arm(aimed)
        return books

    async def _send_from_page(self, request: Request) -> Response:
        books = self._books(request)
        if books is None:
            return _no_books()
        kind = str((await request.form()).get("kind"))
        try:
            statuses = await self.webhooks.send_again(kind)
        except ValueError as reason:
            return _back(request, books, wrong=str(reason))
        answers = ", ".join(map(str, statuses))
        return _back(request, books, done=f"Sent, and answered with {answers}.")

    def _books(self, request: Request) -> Books | None:
        return self._directory.find(request.path_params["organisation"])


def _no_books() -> Response:
    return pages.refusal("stand-in Xero", "There is no such organisation")


def _back(request: Request, books: Books, **what: str) -> Response:
    """To the page again, which says what happened."""
    address = f"{request.scope.get('root_path', '')}/books/{books.key}?{urlencode(what)}"
    return RedirectResponse(address, status_code=303)


async def _read(request: Request) -> dict[str, Any]:
    asked = json.loads(await request.body() or b"{}")
    if not isinstance(asked, dict):
        raise BadEdit("The body must be a JSON object.")
    return asked


def _wrong(reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=400)


def _asked(act: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(act(await _read(request)))
        except ValueError as reason:
            return _wrong(str(reason))

    return answer
