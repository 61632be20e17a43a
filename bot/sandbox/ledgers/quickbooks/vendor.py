"""The stand-in QuickBooks Online: sign-in and the company API, with its limits and tempers."""

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers.apps import Apps
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.consent import ConsentDesk
from bot.sandbox.ledgers.faults import Faults
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.quickbooks.company import CompanyApi
from bot.sandbox.ledgers.quickbooks.limits import Allowances
from bot.sandbox.ledgers.quickbooks.office.office import Office
from bot.sandbox.ledgers.quickbooks.signin import (
    LIVES,
    TERMS,
    QuickBooksTokenShapes,
    discover,
)
from bot.sandbox.ledgers.quickbooks.webhooks import Webhooks
from bot.sandbox.ledgers.token_endpoint import TokenEndpoint
from bot.sandbox.ledgers.tokens import Consent, Tokens
from bot.sandbox.ledgers.wire import json_bytes


class QuickBooks:
    """One vendor's world from reset to reset."""

    def __init__(self, directory: Directory, *, now: Clock) -> None:
        self.directory = directory
        self.faults = Faults()
        self.apps = Apps()
        self.tokens = Tokens(LIVES, now=now)
        self._now = now
        self.allowances = Allowances(now)
        self.webhooks = Webhooks(now=now)
        self.company = CompanyApi(
            directory=directory,
            tokens=self.tokens,
            faults=self.faults,
            allowances=self.allowances,
            webhooks=self.webhooks,
            now=now,
        )
        self._office = Office(
            directory,
            tokens=self.tokens,
            faults=self.faults,
            webhooks=self.webhooks,
            allowances=self.allowances,
            now=now,
        )
        self._consent_desk = ConsentDesk(
            TERMS,
            directory=directory,
            tokens=self.tokens,
            faults=self.faults,
            now=now,
            granted=lambda consent: {"realmId": consent.organisations[0]},
        )
        self._token_endpoint = TokenEndpoint(
            apps=self.apps,
            tokens=self.tokens,
            faults=self.faults,
            pkce=False,
            unknown_client_status=401,
            shape=QuickBooksTokenShapes(directory=directory, now=now).body,
        )

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid_configuration", discover, methods=["GET"]),
            Route("/connect/oauth2", self._consent_desk.authorize, methods=["GET", "POST"]),
            Route("/oauth2/v1/tokens/bearer", self._token_endpoint.exchange, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self._revoke, methods=["POST"]),
            *self.company.routes(),
            *self._office.routes(),
        ]

    def concerns(self, consent: Consent, organisation: str) -> bool:
        """Whether what was consented to reaches this company."""
        return organisation in consent.organisations

    def organisation_of(self, request: Request) -> Books | None:
        """Whom a call is about, for the log."""
        _, _, rest = request.url.path.partition("/v3/company/")
        return self.directory.books.get(rest.partition("/")[0])

    async def _revoke(self, request: Request) -> Response:
        if self.apps.caller(request) is None:
            return Response(json_bytes({"error": "invalid_client"}), 401)
        try:
            token = str(json.loads(await request.body())["token"])
        except (ValueError, KeyError, TypeError):
            return Response(json_bytes({"error": "invalid_request"}), 400)
        consent = self.tokens.consent_of(token)
        if consent is None or consent.ended:
            return Response(json_bytes({"error": "invalid_token"}), 400)
        self.tokens.end(consent)
        return Response(status_code=200)
