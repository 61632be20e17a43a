"""How one signs in at the stand-in QuickBooks: scopes, lives of tokens, and the token body."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.jwt import signed
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.terms import Terms
from bot.sandbox.ledgers.tokens import Issued, Lives

REFRESH_SECONDS = 8_726_400  # what Intuit says, a day more than the documented 100
HARD_LIMIT = timedelta(days=5 * 365)
HARD_LIMIT_HEADER = "x-include-refresh-token-hard-expires-in"

LIVES = Lives(
    code=timedelta(minutes=5),
    access=timedelta(minutes=60),
    refresh=timedelta(seconds=REFRESH_SECONDS),
)
SCOPES = {
    "com.intuit.quickbooks.accounting": "read and change the company's accounting data",
    "openid": "",
    "profile": "see your name",
    "email": "see your e-mail address",
    "phone": "see your telephone number",
    "address": "see your address",
}
TERMS = Terms(
    vendor="quickbooks",
    title="stand-in QuickBooks",
    accent="#7a3e8e",
    noun="company",
    approve="Connect",
    several=False,
    none_is_fine=False,
    pkce=False,
    role_needed="a primary or company admin",
    scopes=SCOPES,
)


async def discover(request: Request) -> Response:
    """The OpenID configuration, from which Intuit's own client learns where to sign in."""
    root, _, _ = str(request.url).partition("/.well-known/")
    return JSONResponse(
        {
            "issuer": "https://oauth.platform.intuit.com/op/v1",
            "authorization_endpoint": f"{root}/connect/oauth2",
            "token_endpoint": f"{root}/oauth2/v1/tokens/bearer",
            "revocation_endpoint": f"{root}/v2/oauth2/tokens/revoke",
            "userinfo_endpoint": f"{root}/v1/openid_connect/userinfo",
            "jwks_uri": f"{root}/op/v1/jwks",
        }
    )


class QuickBooksTokenShapes:
    """What Intuit writes around its tokens, which say nothing themselves."""

    def __init__(self, *, directory: Directory, now: Clock) -> None:
        self._directory = directory
        self._now = now

    def body(self, issued: Issued, request: Request) -> dict[str, Any]:
        consent = issued.consent
        body: dict[str, Any] = {
            "token_type": "bearer",
            "access_token": issued.access,
            "expires_in": int(LIVES.access.total_seconds()),
            "refresh_token": issued.refresh,
            "x_refresh_token_expires_in": REFRESH_SECONDS,
        }
        if request.headers.get(HARD_LIMIT_HEADER, "").casefold() == "true":
            left = consent.given_at + HARD_LIMIT - self._now()
            body["x_refresh_token_hard_expires_in"] = int(left.total_seconds())
        if "openid" in consent.scopes:
            user = self._directory.users[consent.user]
            claims = {"sub": user.key, "aud": [consent.client_id], "realmid": consent.organisations}
            body["id_token"] = signed({**claims, "iss": "https://oauth.platform.intuit.com/op/v1"})
        return body
