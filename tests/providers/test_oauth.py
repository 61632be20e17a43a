"""Signing in, and what comes of it."""

import base64
import hashlib
import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from authlib.integrations.httpx_client import OAuth2ClientAuth

from providers.errors import (
    AuthorizationLost,
    LossReason,
    NotPermitted,
    ProviderError,
    RateLimited,
    TryAgain,
    WireMismatch,
)
from providers.gateway import configure
from providers.oauth import SignIn, new_verifier
from providers.session import open_http
from tests.providers.vendors import CREDENTIALS, NOW, HandClock, Handler, a_token_set, sample

XERO_TOKENS = sample("xero/token.json")
QUICKBOOKS_TOKENS = sample("quickbooks/token.json")


def a_sign_in(handler: Handler, key: str = "xero") -> SignIn:
    http = open_http(transport=httpx2.MockTransport(handler))
    return SignIn(configured=configure(key, CREDENTIALS), http=http, now=HandClock())


def answering(
    status: int, body: bytes | str = b"", headers: dict[str, str] | None = None
) -> Handler:
    return lambda request: httpx2.Response(status, content=body, headers=headers)


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def form(request: httpx2.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def test_authlib_speaks_through_httpx2() -> None:
    assert issubclass(OAuth2ClientAuth, httpx2.Auth)


def test_a_verifier_is_long_enough_and_never_the_same() -> None:
    one, other = new_verifier(), new_verifier()

    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", one)
    assert one != other


def test_xero_is_asked_with_a_challenge_and_granular_scopes() -> None:
    sign_in = a_sign_in(answering(500))

    address = sign_in.authorisation_url(
        redirect_uri="https://bot.example/oauth/callback/xero", state="s t", verifier="v" * 43
    )

    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    asked = query(address)
    scopes = asked.pop("scope").split()
    assert address.startswith("https://login.xero.com/identity/connect/authorize?")
    assert asked == {
        "response_type": "code",
        "client_id": "our-app",
        "redirect_uri": "https://bot.example/oauth/callback/xero",
        "state": "s t",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    assert "offline_access" in scopes
    assert not {"accounting.transactions", "accounting.reports.read"} & set(scopes)


def test_quickbooks_is_asked_without_a_challenge() -> None:
    sign_in = a_sign_in(answering(500), "quickbooks")

    address = sign_in.authorisation_url(redirect_uri="https://b/c", state="s", verifier="v" * 43)

    assert "code_challenge" not in query(address)


async def test_a_code_becomes_tokens() -> None:
    seen: list[httpx2.Request] = []

    def vendor(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=XERO_TOKENS)

    tokens = await a_sign_in(vendor).exchange(
        code="c0de", redirect_uri="https://bot.example/cb", verifier="the-verifier"
    )

    assert str(seen[0].url) == "https://identity.xero.com/connect/token"
    assert (
        seen[0].headers["authorization"] == httpx2.BasicAuth("our-app", "our-secret")._auth_header
    )
    assert form(seen[0]) == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": "https://bot.example/cb",
        "code_verifier": "the-verifier",
    }
    assert tokens.refresh == "xero-refresh-1"
    assert tokens.expires_at == NOW + timedelta(minutes=30)
    assert tokens.refresh_expires_at == NOW + timedelta(days=60)
    assert tokens.consent_ends_at is None
    assert "accounting.contacts" in tokens.scopes


async def test_quickbooks_tells_both_ends_of_its_refresh_token() -> None:
    seen: list[httpx2.Request] = []

    def vendor(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=QUICKBOOKS_TOKENS)

    tokens = await a_sign_in(vendor, "quickbooks").exchange(
        code="c0de", redirect_uri="https://b/c", verifier="unused"
    )

    assert seen[0].headers["x-include-refresh-token-hard-expires-in"] == "true"
    assert "code_verifier" not in form(seen[0])
    assert tokens.expires_at == NOW + timedelta(hours=1)
    assert tokens.refresh_expires_at == NOW + timedelta(seconds=8_726_400)
    assert tokens.consent_ends_at == NOW + timedelta(seconds=157_680_000)


async def test_a_refresh_keeps_what_the_answer_leaves_out() -> None:
    before = a_token_set(consent_ends_at=NOW + timedelta(days=900), scopes=("email",))
    body = json.dumps({"access_token": "new", "expires_in": "3600"})

    tokens = await a_sign_in(answering(200, body)).refresh(before)

    assert (tokens.access, tokens.refresh) == ("new", "refresh-0")
    assert tokens.consent_ends_at == before.consent_ends_at
    assert tokens.scopes == ("email",)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, '{"error":"invalid_grant"}', AuthorizationLost),
        (401, '{"error":"invalid_grant"}', AuthorizationLost),
        (400, '{"error":"invalid_client"}', NotPermitted),
        (401, '{"error":"invalid_client"}', NotPermitted),
        (401, "", NotPermitted),
        (400, '{"error":"unauthorized_client"}', NotPermitted),
        (400, '{"error":"invalid_scope"}', NotPermitted),
        (429, "", RateLimited),
        (500, '{"error":"server_error"}', TryAgain),
        (503, "<html>maintenance</html>", TryAgain),
        (400, "<html>proxy</html>", WireMismatch),  # never a reason to give a grant up
        (400, '{"error":"unheard_of"}', WireMismatch),
        (302, "", WireMismatch),
        (200, "<html>sign in</html>", TryAgain),
        (200, '{"access_token":"a"', TryAgain),
        (200, '{"access_token":"a"}', WireMismatch),
        (200, "[]", WireMismatch),
        (200, '{"access_token":"","expires_in":1800}', WireMismatch),
    ],
)
async def test_a_refused_refresh_says_what_to_do(
    status: int, body: str, kind: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as caught:
        await a_sign_in(answering(status, body)).refresh(a_token_set())

    assert type(caught.value) is kind
    assert (caught.value.provider, caught.value.operation) == ("xero", "refresh_token")


async def test_wrong_credentials_are_called_what_they_are() -> None:
    with pytest.raises(NotPermitted) as caught:
        await a_sign_in(answering(401, '{"error":"invalid_client"}')).refresh(a_token_set())

    assert caught.value.needed == "a client id and client secret that belong together"


async def test_a_spent_code_means_signing_in_again() -> None:
    with pytest.raises(AuthorizationLost) as caught:
        await a_sign_in(answering(400, '{"error":"invalid_grant"}')).exchange(
            code="old", redirect_uri="https://b/c", verifier=None
        )

    assert caught.value.reason is LossReason.REFRESH_REFUSED


async def test_a_silent_token_endpoint_may_be_asked_again() -> None:
    def silent(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("", request=request)

    with pytest.raises(TryAgain):
        await a_sign_in(silent).refresh(a_token_set())


@pytest.mark.parametrize(
    ("key", "address", "kind", "body"),
    [
        (
            "xero",
            "https://identity.xero.com/connect/revocation",
            "application/x-www-form-urlencoded",
            b"token=refresh-0",
        ),
        (
            "quickbooks",
            "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
            "application/json",
            b'{"token":"refresh-0"}',
        ),
    ],
)
async def test_revoking_speaks_the_vendors_dialect(
    key: str, address: str, kind: str, body: bytes
) -> None:
    seen: list[httpx2.Request] = []

    def vendor(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200)

    await a_sign_in(vendor, key).revoke(a_token_set())

    assert str(seen[0].url) == address
    assert seen[0].headers["content-type"] == kind
    assert seen[0].headers["authorization"].startswith("Basic ")
    assert seen[0].content == body


@pytest.mark.parametrize(
    ("status", "body"), [(200, ""), (204, ""), (400, '{"error":"invalid_token"}'), (400, "")]
)
async def test_revoking_what_is_gone_is_fine(status: int, body: str) -> None:
    await a_sign_in(answering(status, body), "quickbooks").revoke(a_token_set())


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, "", TryAgain),
        (503, "<html>", TryAgain),
        (429, "", RateLimited),
        (400, '{"error":"invalid_client"}', NotPermitted),
        (401, "", NotPermitted),
        (404, "", WireMismatch),
    ],
)
async def test_revoking_that_failed_says_what_to_do(
    status: int, body: str, kind: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as caught:
        await a_sign_in(answering(status, body)).revoke(a_token_set())

    assert type(caught.value) is kind
    assert caught.value.operation == "revoke"


def a_vendor(*, page: int, token: int, error: str) -> Handler:
    def vendor(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(page)
        return httpx2.Response(token, json={"error": error})

    return vendor


async def test_a_probe_is_content_with_a_refusal_of_its_made_up_token() -> None:
    await a_sign_in(a_vendor(page=400, token=400, error="invalid_grant")).probe()


@pytest.mark.parametrize(
    ("vendor", "kind"),
    [
        (a_vendor(page=302, token=401, error="invalid_client"), NotPermitted),
        (a_vendor(page=404, token=400, error="invalid_grant"), WireMismatch),
        (a_vendor(page=200, token=404, error="not_found"), WireMismatch),
        (a_vendor(page=200, token=503, error="busy"), TryAgain),
    ],
)
async def test_a_probe_tells_what_is_wrong(vendor: Handler, kind: type[ProviderError]) -> None:
    with pytest.raises(kind):
        await a_sign_in(vendor).probe()


async def test_no_failure_quotes_a_secret() -> None:
    secrets = ("our-secret", "refresh-0", "leaked-access", "leaked-refresh")
    body = '{"access_token": {"x": "leaked-access"}, "refresh_token": "leaked-refresh"}'

    for status in (200, 400, 500):
        with pytest.raises(ProviderError) as caught:
            await a_sign_in(answering(status, body)).refresh(a_token_set())
        told = f"{caught.value!r} {vars(caught.value)}"

        assert not [secret for secret in secrets if secret in told]
