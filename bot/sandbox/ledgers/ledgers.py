"""The stand-in ledgers as one object: what to mount, what to break, what was asked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock, utc_now
from bot.sandbox.ledgers.editing import EditRoute
from bot.sandbox.ledgers.faults import AT_ONCE, Armed, Fault, Target, UnknownTarget, read_target
from bot.sandbox.ledgers.log import Call, CallLog
from bot.sandbox.ledgers.quickbooks.seed import companies
from bot.sandbox.ledgers.quickbooks.vendor import QuickBooks
from bot.sandbox.ledgers.tokens import Consent
from bot.sandbox.ledgers.xero.seed import organisations
from bot.sandbox.ledgers.xero.vendor import Xero

Vendor = Xero | QuickBooks
COMPRESS_FROM_BYTES = 500


class Ledgers:
    """Both vendors; `reset` begins again from the seed while the routes stay mounted."""

    log: CallLog
    xero: Xero
    quickbooks: QuickBooks

    def __init__(self, *, seed: int = 1, now: Clock = utc_now) -> None:
        self._seed = seed
        self._now = now
        self.reset()

    def reset(self) -> None:
        """Forget every consent, token, edit, fault and call."""
        today = (self._now() - timedelta(days=1)).date()  # nothing is dated ahead of the clock
        self.log = CallLog()
        self.xero = Xero(organisations.directory(self._seed, today), now=self._now)
        self.quickbooks = QuickBooks(companies.directory(self._seed, today), now=self._now)
        self._apps: dict[str, ASGIApp] = {
            name: self._app(vendor) for name, vendor in self._vendors().items()
        }

    def routes(self) -> list[BaseRoute]:
        """To be mounted beneath `/ledgers`."""
        return [Mount(f"/{name}", app=self._entrance(name)) for name in self._vendors()]

    def set_fault(self, target: str, fault: str, times: int | None = 1, **options: object) -> None:
        """Make something go wrong; raises `UnknownTarget`, which is a `ValueError`.

        `target` is `xero`, `quickbooks`, `xero:Acme Limited` or `xero:Acme Limited/Contacts`;
        `xero/token` is the token endpoint. `times` None lasts until the fault `none` clears it.
        Options: `ms` (slow), `seconds` (timeout, token_timeout), `retry_after` (rate_minute,
        rate_day, rate_month), `minutes_ago` (spend_refresh), `text` and, at QuickBooks, `code`
        (refused), `does` (done_meanwhile: edits by hand, such as `approve void`, and beside it what
        they ask for). The faults that touch tokens already issued act at once, whatever `times`
        says.
        """
        if times is not None and times < 1:
            raise ValueError("times must be 1 or more, or nothing for until it is cleared")
        aim = read_target(target)
        vendor = self._vendors().get(aim.vendor)
        if vendor is None:
            raise UnknownTarget(f"{aim.vendor!r} is neither of {', '.join(self._vendors())}.")
        organisation = _organisation_key(vendor, aim)
        try:
            kind = Fault(fault)
        except ValueError as unknown:
            raise UnknownTarget(f"{fault!r} is none of {', '.join(Fault)}.") from unknown
        if kind is Fault.NONE:
            vendor.faults.clear(organisation=organisation, resource=aim.resource)
        elif kind in AT_ONCE:
            _strike_tokens(vendor, kind, organisation, options)
        elif kind is Fault.DEMO_RESET:
            self._reset_demo(aim)
        else:
            armed = Armed(
                fault=kind,
                organisation=organisation,
                resource=aim.resource,
                left=times,
                options=options,
            )
            vendor.faults.arm(armed)

    def _reset_demo(self, aim: Target) -> None:
        books = self.xero.directory.find(aim.organisation or "Demo Company (UK)")
        if aim.vendor != "xero" or books is None or not books.profile.fields["IsDemoCompany"]:
            raise UnknownTarget("Only Xero's demo company is reset.")
        self.xero.desk.reset_demo(books)

    def organisation(self, name: str) -> Books:
        """The books of an organisation of either vendor, by name or key; raises `KeyError`."""
        for vendor in self._vendors().values():
            books = vendor.directory.find(name)
            if books is not None:
                return books
        raise KeyError(name)

    def secrets(self) -> frozenset[str]:
        """Every code, token and client secret seen or issued since the reset."""
        return frozenset(self._secrets())

    def _secrets(self) -> Iterator[str]:
        for vendor in self._vendors().values():
            yield from vendor.tokens.secrets()
            yield from vendor.apps.secrets()

    def _vendors(self) -> dict[str, Vendor]:
        return {"xero": self.xero, "quickbooks": self.quickbooks}

    def _app(self, vendor: Vendor) -> ASGIApp:
        edit = Route("/edit", EditRoute(vendor.directory, now=self._now).edit, methods=["POST"])
        return GZipMiddleware(
            Router(routes=[*vendor.routes(), edit]), minimum_size=COMPRESS_FROM_BYTES
        )

    def _entrance(self, name: str) -> ASGIApp:
        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            status = 0

            async def note(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            vendor, log = self._vendors()[name], self.log
            try:
                await self._apps[name](scope, receive, note)
            finally:
                log.add(self._call(name, vendor, Request(scope), status))

        return enter

    def _call(self, name: str, vendor: Vendor, request: Request, status: int) -> Call:
        _, _, path = request.url.path.partition(f"/{name}")
        is_api = path.startswith(("/api.xro/", "/v3/"))
        books = vendor.organisation_of(request)
        return Call(
            at=self._now(),
            vendor=name,
            method=request.method,
            path=path,
            query=request.url.query if is_api else "",
            organisation=books.name if books else None,
            status=status,
        )


def _organisation_key(vendor: Vendor, aim: Target) -> str | None:
    if aim.organisation is None:
        return None
    books = vendor.directory.find(aim.organisation)
    if books is None:
        raise UnknownTarget(f"There is no organisation called {aim.organisation!r}.")
    return books.key


def _strike_tokens(
    vendor: Vendor, kind: Fault, organisation: str | None, options: dict[str, Any]
) -> None:
    def concerned(consent: Consent) -> bool:
        return organisation is None or vendor.concerns(consent, organisation)

    if kind is Fault.EXPIRE_ACCESS:
        vendor.tokens.expire_access(concerned)
    elif kind is Fault.REVOKE_REFRESH:
        vendor.tokens.revoke_refresh(concerned)
    else:
        ago = timedelta(minutes=float(options.get("minutes_ago", 0)))
        vendor.tokens.spend_refresh(concerned, ago=ago)
