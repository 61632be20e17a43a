"""The doors of the stand-in QuickBooks that Intuit does not have: edits, sizes, an office page."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.ledgers import pages
from bot.sandbox.ledgers.books import Books, NoSuchRow
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.editing import BadEdit
from bot.sandbox.ledgers.faults import Armed, Fault, Faults
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.quickbooks.limits import Allowances, Limits
from bot.sandbox.ledgers.quickbooks.office import hand, page
from bot.sandbox.ledgers.quickbooks.seed.volume import Size, company
from bot.sandbox.ledgers.quickbooks.webhooks import Webhooks
from bot.sandbox.ledgers.rows import Row
from bot.sandbox.ledgers.tokens import Consent, Tokens

VOLUME_NAME = "Volume Company"
FIRST_VOLUME_REALM = 9341450000900001


class Office:
    """What a person, a test or a benchmark does to the companies behind the back of the API."""

    def __init__(
        self,
        directory: Directory,
        *,
        tokens: Tokens,
        faults: Faults,
        webhooks: Webhooks,
        allowances: Allowances,
        now: Clock,
    ) -> None:
        self._directory = directory
        self._tokens = tokens
        self._faults = faults
        self._webhooks = webhooks
        self._allowances = allowances
        self._now = now

    def routes(self) -> list[Route]:
        return [
            Route("/edit", self.edit, methods=["POST"]),
            Route("/volume", self.volume, methods=["POST"]),
            Route("/limits", self.limits, methods=["POST"]),
            Route("/webhook", self._webhooks.register, methods=["POST"]),
            Route("/webhook", self._webhooks.list, methods=["GET"]),
            Route("/webhook/send", self._webhooks.send, methods=["POST"]),
            Route("/books", self.first_page, methods=["GET"]),
            Route("/books/{company}", self.page, methods=["GET"]),
            Route("/books/{company}", self.act, methods=["POST"]),
            Route("/books/{company}/fault", self.fault, methods=["POST"]),
        ]

    async def edit(self, request: Request) -> Response:
        """Answers with the row that was meant and all that changed, or says what was wrong."""
        try:
            edit = json.loads(await request.body())
            if not isinstance(edit, dict):
                raise BadEdit("The body must be a JSON object.")
            row, touched = hand.apply(self._directory, edit, at=self._now())
        except NoSuchRow as reason:
            return JSONResponse({"error": str(reason)}, status_code=404)
        except ValueError as reason:
            return JSONResponse({"error": str(reason)}, status_code=400)
        books = self._directory.find(str(edit["organisation"]))
        assert books is not None
        told = self._webhooks.tell(books, touched)
        changed = [{"kind": t.kind, "id": t.id, "operation": t.operation} for t in touched]
        name = edit.get("to", edit.get("name"))
        return JSONResponse({"id": row.id, "name": name, "touched": changed}, background=told)

    async def volume(self, request: Request) -> Response:
        """`POST …/volume`: a company of any size, by `name`, `seed` and the fields of `Size`."""
        try:
            given = dict(json.loads(await request.body() or b"{}"))
            name, seed = str(given.pop("name", VOLUME_NAME)), int(given.pop("seed", 1))
            size = Size(**{what: int(count) for what, count in given.items()})
        except (TypeError, ValueError) as wrong:
            return JSONResponse({"error": f"not a size: {wrong}"}, status_code=400)
        books = self.open_company(name, seed=seed, size=size)
        return JSONResponse({"organisation": books.name, "id": books.key})

    async def limits(self, request: Request) -> Response:
        """`POST …/limits`: the fields of `Limits`, those left out as QuickBooks has them."""
        try:
            given = dict(json.loads(await request.body() or b"{}"))
            self._allowances.use(Limits(**{what: int(count) for what, count in given.items()}))
        except (TypeError, ValueError) as wrong:
            return JSONResponse({"error": f"not limits: {wrong}"}, status_code=400)
        return JSONResponse({"ok": True})

    def open_company(self, name: str, *, seed: int = 1, size: Size | None = None) -> Books:
        """Make a company of any size, or make it again; the first user can connect it."""
        there = self._directory.find(name)
        key = there.key if there else str(FIRST_VOLUME_REALM + len(self._directory.books))
        books = company(name, realm=key, seed=seed, size=size)
        self._directory.books[key] = books
        first = self._directory.first
        reach = dict.fromkeys((*first.organisations, key))
        self._directory.users[first.key] = replace(first, organisations=tuple(reach))
        return books

    async def first_page(self, _: Request) -> Response:
        return RedirectResponse(f"books/{next(iter(self._directory.books))}", status_code=303)

    async def page(self, request: Request) -> Response:
        books = self._company(request)
        if books is None:
            return pages.refusal("stand-in QuickBooks", "There is no such company")
        others = self._directory.books.values()
        return page.response(books, request.query_params, others=others)

    async def act(self, request: Request) -> Response:
        """One action of the page; goes back to it with what happened."""
        books = self._company(request)
        if books is None:
            return pages.refusal("stand-in QuickBooks", "There is no such company")
        form = {name: str(value).strip() for name, value in (await request.form()).items()}
        edit: dict[str, Any] = {name: value for name, value in form.items() if value}
        edit["organisation"] = books.key
        try:
            row, touched = hand.apply(self._directory, edit, at=self._now())
        except (NoSuchRow, ValueError) as reason:
            return self._back(books, wrong=str(reason))
        answer = self._back(books, done=_said(edit, row, len(touched)))
        answer.background = self._webhooks.tell(books, touched)
        return answer

    async def fault(self, request: Request) -> Response:
        books = self._company(request)
        if books is None:
            return pages.refusal("stand-in QuickBooks", "There is no such company")
        form = await request.form()
        try:
            fault = Fault(str(form.get("fault")))
            times = int(str(form.get("times") or 1))
        except ValueError as reason:
            return self._back(books, wrong=str(reason))
        self._set(fault, books, times or None)
        return self._back(books, done=page.FAULTS.get(fault, "Cleared") + ".")

    def _set(self, fault: Fault, books: Books, times: int | None) -> None:
        def concerned(consent: Consent) -> bool:
            return books.key in consent.organisations

        match fault:
            case Fault.NONE:
                self._faults.clear(organisation=books.key, resource=None)
            case Fault.EXPIRE_ACCESS:
                self._tokens.expire_access(concerned)
            case Fault.REVOKE_REFRESH:
                self._tokens.revoke_refresh(concerned)
            case Fault.SPEND_REFRESH:
                self._tokens.spend_refresh(concerned, ago=timedelta(0))
            case _:
                self._faults.arm(
                    Armed(fault=fault, organisation=books.key, resource=None, left=times)
                )

    def _company(self, request: Request) -> Books | None:
        return self._directory.find(request.path_params["company"])

    def _back(self, books: Books, **said: str) -> Response:
        return RedirectResponse(f"{books.key}?{urlencode(said)}", status_code=303)


def _said(edit: dict[str, Any], row: Row, touched: int) -> str:
    action = str(edit["action"]).replace("_", " ").capitalize()
    number = row.fields.get("DocNumber") or row.fields.get("DisplayName") or row.id
    return f"{action}: {number}. {touched} {'row' if touched == 1 else 'rows'} changed."
