"""Who is let in at the APIs of the stand-in Xero, how often, and what goes wrong on request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.faults import (
    BEFORE,
    LOST,
    REFUSALS,
    Armed,
    Fault,
    Faults,
    hang,
    strike,
)
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.tokens import Consent, Tokens
from bot.sandbox.ledgers.xero import wire
from bot.sandbox.ledgers.xero.connections import Connections
from bot.sandbox.ledgers.xero.limits import Allowances


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call of an API that was let in, about one organisation and one resource."""

    request: Request
    books: Books
    consent: Consent
    resource: str


class Gate:
    """One for all APIs of the vendor: limits and faults count across them."""

    def __init__(
        self,
        *,
        directory: Directory,
        connections: Connections,
        tokens: Tokens,
        faults: Faults,
        allowances: Allowances,
        now: Clock,
    ) -> None:
        self._directory = directory
        self._connections = connections
        self._tokens = tokens
        self._allowances = allowances
        self.faults = faults
        self.now = now

    def consent(self, request: Request) -> Consent:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self._tokens.access(token) if scheme.casefold() == "bearer" else None
        if access is None:
            raise wire.unauthenticated()
        if access.expires <= self.now():
            raise wire.token_expired(access.expires)
        return access.consent

    def let_in(self, request: Request, resource: str, *, scopes: frozenset[str]) -> Call:
        """`scopes` are alternatives; none at all means that nobody is entitled."""
        consent = self.consent(request)
        tenant = request.headers.get("xero-tenant-id", "")
        if not self._connections.reaches(consent, tenant):
            raise wire.forbidden()
        if not scopes & set(consent.scopes):
            raise wire.not_permitted()
        books = self._directory.books[tenant]
        return Call(request=request, books=books, consent=consent, resource=resource)

    @contextmanager
    def counted(self, call: Call, headers: dict[str, str]) -> Iterator[None]:
        with self._allowances.counted(call.consent.client_id, call.books.key, headers):
            yield

    async def before(
        self, request: Request, resource: str, *, organisation: str | None = None
    ) -> None:
        """What goes wrong before anything is done."""
        armed = self.faults.take(BEFORE, organisation=organisation, resource=resource)
        if armed is not None:
            broken = await strike(request, armed, server_error=wire.server_error())
            if broken is not None:
                raise wire.Problem(broken)
        armed = self.faults.take(REFUSALS, organisation=organisation, resource=resource)
        if armed is not None:
            raise self._refusal(armed)

    async def lose(self, call: Call) -> None:
        """What was asked is done, and nobody is told."""
        armed = self.faults.take(LOST, organisation=call.books.key, resource=call.resource)
        if armed is not None:
            await hang(call.request, armed.seconds("seconds", 120))
            raise wire.Problem(Response(status_code=504))

    def _refusal(self, armed: Armed) -> wire.Problem:
        refusals: dict[Fault, Callable[[], wire.Problem]] = {
            Fault.FORBIDDEN_ORGANISATION: wire.forbidden,
            Fault.NOT_ENTITLED: wire.not_permitted,
            Fault.ORGANISATION_INACTIVE: wire.forbidden,  # and still among the connections
            Fault.RATE_MINUTE: lambda: _throttled(armed, "minute", 30),
            Fault.RATE_DAY: lambda: _throttled(armed, "day", 66_975),
        }
        return refusals.get(armed.fault, lambda: wire.token_expired(self.now()))()


def _throttled(armed: Armed, limit: str, seconds: int) -> wire.Problem:
    return wire.throttled(limit, retry_after=int(armed.seconds("retry_after", seconds)))
