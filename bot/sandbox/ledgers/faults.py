"""Unpleasantness on request: what to do wrong, to whom, and how often."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

SIGN_IN = "sign-in"
TOKEN = "token"


class Fault(StrEnum):
    """The words `set_fault` takes."""

    EXPIRE_ACCESS = "expire_access"
    REVOKE_REFRESH = "revoke_refresh"
    SPEND_REFRESH = "spend_refresh"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN_ORGANISATION = "forbidden_organisation"
    NOT_ENTITLED = "not_entitled"
    ORGANISATION_INACTIVE = "organisation_inactive"
    SUBSCRIPTION_LAPSED = "subscription_lapsed"
    NO_ACCESS = "no_access"
    REFUSED = "refused"
    SAVED_MEANWHILE = "saved_meanwhile"
    DONE_MEANWHILE = "done_meanwhile"
    RATE_MINUTE = "rate_minute"
    RATE_DAY = "rate_day"
    RATE_MONTH = "rate_month"
    SERVER_ERROR = "server_error"
    UNAVAILABLE_HTML = "unavailable_html"
    TIMEOUT = "timeout"
    TIMEOUT_AFTER = "timeout_after"
    MALFORMED_BODY = "malformed_body"
    SLOW = "slow"
    UNKNOWN_ENUM = "unknown_enum"
    SAME_PAGE = "same_page"
    SHORT_PAGE = "short_page"
    DEMO_RESET = "demo_reset"
    TOKEN_TIMEOUT = "token_timeout"
    CONSENT_ERROR = "consent_error"
    NONE = "none"


# These change what has already been issued, at once; the others wait for a request.
AT_ONCE = frozenset({Fault.EXPIRE_ACCESS, Fault.REVOKE_REFRESH, Fault.SPEND_REFRESH})
BEFORE = (Fault.SLOW, Fault.TIMEOUT, Fault.SERVER_ERROR, Fault.UNAVAILABLE_HTML)
REFUSALS = (
    Fault.UNAUTHORIZED,
    Fault.FORBIDDEN_ORGANISATION,
    Fault.NOT_ENTITLED,
    Fault.ORGANISATION_INACTIVE,  # of Xero alone
    Fault.SUBSCRIPTION_LAPSED,  # of QuickBooks alone, as is the next
    Fault.NO_ACCESS,
    Fault.RATE_MINUTE,
    Fault.RATE_DAY,
)
# Of QuickBooks alone: an app has read as much as it may in a month. It may still write.
READING_REFUSED = (Fault.RATE_MONTH,)
# What is written is not taken, in words of one's own choosing.
REFUSED = (Fault.REFUSED,)
# Of QuickBooks alone: somebody saves what is to be changed a moment earlier.
MEANWHILE = (Fault.SAVED_MEANWHILE,)
# Of Xero alone: before the last of so many calls about a document somebody there does `does` to it.
DONE = (Fault.DONE_MEANWHILE,)
AFTER = (Fault.MALFORMED_BODY, Fault.UNKNOWN_ENUM)
# All was done and the answer is lost.
LOST = (Fault.TIMEOUT_AFTER,)
# Of Xero alone: the first page comes whichever was asked for, or half of the page that was.
PAGING = (Fault.SAME_PAGE, Fault.SHORT_PAGE)

MAINTENANCE_PAGE = (
    "<!doctype html><title>Service unavailable</title><h1>503 Service Temporarily Unavailable</h1>"
    "<p>The service is offline for scheduled maintenance.</p>"
)


class UnknownTarget(ValueError):
    """The target names no stand-in vendor, organisation or fault of ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A vendor, or one organisation of it, or one resource; nothing given means any."""

    vendor: str
    organisation: str | None = None
    resource: str | None = None


def read_target(text: str) -> Target:
    """Read `vendor[:organisation][/resource]`, as in `xero:Acme Limited/Contacts`."""
    rest, _, resource = text.partition("/")
    vendor, _, organisation = rest.partition(":")
    return Target(
        vendor=vendor.strip().casefold(),
        organisation=organisation.strip() or None,
        resource=resource.strip().casefold() or None,
    )


@dataclass(kw_only=True, slots=True)
class Armed:
    """A fault that waits; `left` counts down, and None stays until it is cleared."""

    fault: Fault
    organisation: str | None
    resource: str | None
    left: int | None
    options: dict[str, Any] = field(default_factory=dict)
    cleared: asyncio.Event = field(default_factory=asyncio.Event)

    def seconds(self, name: str, default: float) -> float:
        return float(self.options.get(name, default))


class Faults:
    """The faults armed at one vendor, first come first served."""

    def __init__(self) -> None:
        self._armed: list[Armed] = []
        self._struck: list[Armed] = []  # and may still keep somebody waiting

    def arm(self, armed: Armed) -> None:
        self._armed.append(armed)

    def clear(self, *, organisation: str | None, resource: str | None) -> None:
        """Disarm what would have struck this target; whom it makes slow goes on at once."""
        over = [
            armed
            for armed in (*self._armed, *self._struck)
            if (not organisation or armed.organisation == organisation)
            and (not resource or armed.resource == resource)
        ]
        for armed in over:
            armed.cleared.set()
        self._armed = [armed for armed in self._armed if not armed.cleared.is_set()]
        self._struck = [armed for armed in self._struck if not armed.cleared.is_set()]

    def take(
        self,
        among: Collection[Fault],
        *,
        organisation: str | None = None,
        resource: str | None = None,
    ) -> Armed | None:
        """The first fault that fits, which has then struck once more.

        A fault without a resource means the API: the token endpoint is struck only by name.
        """
        for armed in self._armed:
            if armed.fault in among and self._fits(armed, organisation, resource):
                self._count_down(armed)
                return armed
        return None

    @staticmethod
    def _fits(armed: Armed, organisation: str | None, resource: str | None) -> bool:
        if armed.fault in {Fault.TOKEN_TIMEOUT, Fault.CONSENT_ERROR}:
            return True  # before anybody knows which organisation it is about
        if armed.organisation is not None and armed.organisation != organisation:
            return False
        if armed.resource is None:
            return resource != TOKEN
        return resource is not None and armed.resource == resource.casefold()

    def _count_down(self, armed: Armed) -> None:
        if armed.left is None:
            return
        armed.left -= 1
        if armed.left <= 0:
            self._armed.remove(armed)
            if armed.fault is Fault.SLOW:
                self._struck.append(armed)


async def hang(request: Request, seconds: float) -> None:
    """Say nothing until the caller gives up, or until `seconds` are over."""
    waited = 0.0
    while waited < seconds and not await request.is_disconnected():
        await asyncio.sleep(0.02)
        waited += 0.02


async def strike(request: Request, armed: Armed, *, server_error: Response) -> Response | None:
    """Do one of `BEFORE`; nothing comes back when the call should go on."""
    if armed.fault is Fault.SLOW:
        with suppress(TimeoutError):
            async with asyncio.timeout(armed.seconds("ms", 2000) / 1000):
                await armed.cleared.wait()
        return None
    if armed.fault is Fault.TIMEOUT:
        await hang(request, armed.seconds("seconds", 120))
        return Response(status_code=504)
    if armed.fault is Fault.UNAVAILABLE_HTML:
        return HTMLResponse(MAINTENANCE_PAGE, status_code=503)
    return server_error
