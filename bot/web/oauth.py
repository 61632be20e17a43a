"""The pages between Slack and a vendor: start, choose, done, and what went wrong."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.web.times import clock
from commands.connections import activate, authorize, links, stops
from commands.connections.journeys import Fact, Journey, Stopped, Trouble, used_up
from commands.context import Tools
from commands.errors import CommandError
from storage.identity import new_secret
from storage.models import Purpose, TicketState

HERE = Path(__file__).parent
COOKIE = "dext_browser"
COOKIE_LIFE_S = 3600  # a link lives ten minutes, choosing ten more
STATUS = {
    Trouble.UNKNOWN: 404,
    Trouble.USED: 410,
    Trouble.SUPERSEDED: 410,
    Trouble.CANCELLED: 410,
    Trouble.LATE: 410,
    Trouble.OTHER_BROWSER: 403,
    Trouble.NOT_ALLOWED: 403,
    Trouble.CHANGED: 409,
    Trouble.TAKEN: 409,
    Trouble.OTHER_ORGANISATION: 409,
    Trouble.VENDOR_REFUSED: 502,
    Trouble.VENDOR_SILENT: 502,
    Trouble.MISCONFIGURED: 503,
}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
# Browsers hold a form to this along its redirects too, and vendors redirect among their own hosts.
POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' https:{loopback}"
)


def routes(tools: Tools) -> list[BaseRoute]:
    """Everything under /oauth."""
    pages = _Pages(tools=tools)
    return [
        Route("/oauth/start/{secret}", pages.guarded(pages.start), methods=["GET"]),
        Route("/oauth/start/{secret}", pages.guarded(pages.begin), methods=["POST"]),
        Route("/oauth/callback/{provider}", pages.guarded(pages.callback), methods=["GET"]),
        Route("/oauth/tickets/{ticket}", pages.guarded(pages.ticket), methods=["GET"]),
        Route("/oauth/tickets/{ticket}", pages.guarded(pages.choose), methods=["POST"]),
        Route("/oauth/again", pages.guarded(pages.again), methods=["POST"]),
        Mount("/oauth/static", StaticFiles(directory=HERE / "static"), name="oauth-static"),
    ]


def environment() -> Environment:
    """The page templates; a value that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Pages:
    def __init__(self, *, tools: Tools) -> None:
        self._tools = tools
        self._templates = environment()
        address = urlsplit(tools.links.callback("any"))
        self._is_secure = address.scheme == "https"
        # a sandbox and its stand-in vendors speak plain HTTP on this machine
        self._loopback = "" if self._is_secure else " http://127.0.0.1:* http://localhost:*"

    def guarded(
        self, page: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """A page that may end in an explanation instead."""

        async def respond(request: Request) -> Response:
            try:
                return await page(request)
            except Stopped as stopped:
                explained = await stops.explained(self._tools, stopped)
                return self._stopped(explained, _key(request))

        return respond

    async def start(self, request: Request) -> Response:
        """Harmless to a link that still leads somewhere: crawlers and previews only read it."""
        secret = request.path_params["secret"]
        journey = await authorize.look(self._tools, secret, request.cookies.get(COOKIE))
        if journey.ticket.state == TicketState.CHOOSING:
            return _to_ticket(journey)
        facts = _facts(journey) | {"until": self._clock(journey, journey.ticket.expires_at)}
        return self._page("start", facts)

    async def begin(self, request: Request) -> Response:
        browser = request.cookies.get(COOKIE) or new_secret()
        address = await authorize.begin(self._tools, request.path_params["secret"], browser)
        response = RedirectResponse(address, status_code=303, headers=HEADERS)
        response.set_cookie(
            COOKIE,
            browser,
            max_age=COOKIE_LIFE_S,
            path="/oauth",
            secure=self._is_secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def callback(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response(headers=HEADERS)
        query = dict(request.query_params)
        browser = request.cookies.get(COOKIE)
        journey = await authorize.complete(
            self._tools, request.path_params["provider"], query, browser
        )
        journey = await stops.settle(self._tools, journey)
        return _to_ticket(journey)  # leaves code and state out of the address

    async def ticket(self, request: Request) -> Response:
        browser = request.cookies.get(COOKIE)
        journey = await activate.returned(self._tools, request.path_params["ticket"], browser)
        if journey.ticket.state == TicketState.FINISHED:
            return await self._finished(journey)
        if journey.ticket.closed_at is None and journey.ticket.state == TicketState.CHOOSING:
            return await self._choices(journey)
        trouble = used_up(journey.ticket, self._tools.now())
        raise Stopped(trouble or Trouble.USED, journey)

    async def choose(self, request: Request) -> Response:
        form = await request.form()
        journey = await activate.choose(
            self._tools,
            request.path_params["ticket"],
            request.cookies.get(COOKIE),
            str(form.get("organisation", "")),
        )
        return _to_ticket(journey)

    async def again(self, request: Request) -> Response:
        form = await request.form()
        browser = request.cookies.get(COOKIE)
        journey = await authorize.asked_again(self._tools, str(form.get("key", "")), browser)
        try:
            await links.again(self._tools, journey.ticket, journey.client)
        except CommandError as refused:
            raise Stopped(Trouble.CHANGED, journey) from refused
        return self._page("sent", _facts(journey) | self._slack(journey))

    async def _finished(self, journey: Journey) -> Response:
        organisation = await activate.connected_organisation(self._tools, journey)
        data = _facts(journey) | self._slack(journey)
        return self._page("finished", data | {"organisation": organisation.name})

    async def _choices(self, journey: Journey) -> Response:
        found = await stops.choices_of(self._tools, journey)
        free = [c for c in found.choices if c.taken_by is None]
        likely = next((c for c in free if c.is_counterpart or c.same_name), None)
        data = _facts(journey) | {
            "choices": found.choices,
            "may_override": found.may_override,
            "likely": likely.tenant.tenant_id if likely else None,
            "key": journey.ticket.id,
            "provider": journey.ticket.provider,
            "until": self._clock(journey, journey.ticket.expires_at),
        }
        return self._page("choose", data | self._slack(journey))

    def _stopped(self, stopped: Stopped, key: str | None) -> Response:
        journey = stopped.journey
        data: dict[str, Any] = {
            "trouble": stopped.trouble.value,
            "key": key if journey else None,
            "facts": {name: self._shown(journey, fact) for name, fact in stopped.facts.items()},
            "ticket": f"/oauth/tickets/{journey.ticket.id}" if journey else None,
            "journey": _facts(journey) if journey else None,
            "back": self._slack(journey)["back"] if journey else None,
            "is_finished": journey is not None and journey.ticket.state == TicketState.FINISHED,
        }
        return self._page("stopped", data, status=STATUS.get(stopped.trouble, 200))

    def _shown(self, journey: Journey | None, fact: Fact) -> Fact:
        if journey is None or not isinstance(fact, datetime):
            return fact
        return self._clock(journey, fact)

    def _clock(self, journey: Journey, at: datetime) -> str:
        return clock(at, time_zone=journey.actor.time_zone, now=self._tools.now())

    def _slack(self, journey: Journey) -> dict[str, str]:
        ticket = journey.ticket
        return {"back": self._tools.links.slack(ticket.workspace_id, ticket.channel_id)}

    def _page(self, name: str, data: Mapping[str, Any], *, status: int = 200) -> Response:
        html = self._templates.get_template(f"{name}.html.jinja").render(data)
        policy = POLICY.format(loopback=self._loopback)
        headers = HEADERS | {"Content-Security-Policy": policy}
        return HTMLResponse(html, status_code=status, headers=headers)


def _to_ticket(journey: Journey) -> Response:
    address = f"/oauth/tickets/{journey.ticket.id}"
    return RedirectResponse(address, status_code=303, headers=HEADERS)


def _key(request: Request) -> str | None:
    """What proves to `/oauth/again` that somebody had the link, its state or the page to choose."""
    known = request.path_params.get("secret") or request.path_params.get("ticket")
    return str(known) if known else request.query_params.get("state")


def _facts(journey: Journey) -> dict[str, Any]:
    purpose = journey.ticket.purpose
    return {
        "client": journey.client.name,
        "intent": journey.intent,
        "kept": journey.organisation,
        "software": journey.software,
        "purpose": "bookkeeping" if purpose is Purpose.BOOKKEEPING else "Data Health",
        "is_copy": purpose is Purpose.DATA_HEALTH,
        "person": journey.actor.name,
        "practice": journey.practice.name,
        "has_channel": journey.client.channel_id is not None,
    }
