"""Signing in at a vendor and what comes of it: addresses, codes, tokens, revocation."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

import msgspec
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from providers.answers import Answer, fragment, unanswered
from providers.errors import (
    AuthorizationLost,
    Lack,
    LimitScope,
    LossReason,
    NotPermitted,
    ProviderError,
    RateLimited,
    WireMismatch,
)
from providers.provider import Configured
from providers.tokens import TokenSet
from providers.transport import Outgoing, VendorHttp

DEADLINE = timedelta(seconds=20)  # two of these pass within the lease of a grant
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_MINUTE = timedelta(minutes=1)
_ERROR_NAME = re.compile(r"[a-z_]{1,40}")
_OUR_CONFIGURATION = {
    "invalid_client": "a client id and client secret that belong together",
    "unauthorized_client": "an application that may sign people in",
    "invalid_scope": "an application that may ask for our scopes",
    "redirect_uri_mismatch": "our redirect address, registered for the application",
}


def new_verifier() -> str:
    """A PKCE verifier: 64 characters, of the 43 to 128 that RFC 7636 allows."""
    return str(generate_token(64))


class _Granted(msgspec.Struct):
    """A token answer (RFC 6749 §5.1), and Intuit's additions. Spans are seconds."""

    access_token: str
    expires_in: int
    refresh_token: str = ""
    scope: str = ""
    x_refresh_token_expires_in: int | None = None
    x_refresh_token_hard_expires_in: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """Our application at one vendor's authorisation server. `now` is a clock in UTC."""

    configured: Configured
    http: VendorHttp
    now: Callable[[], datetime]

    def authorisation_url(self, *, redirect_uri: str, state: str, verifier: str | None) -> str:
        """Where a person signs in. Of the verifier only its S256 challenge is sent."""
        oauth = self.configured.provider.oauth
        extra = dict(oauth.extra)
        if verifier is not None and oauth.pkce:
            extra["code_challenge"] = create_s256_code_challenge(verifier)
            extra["code_challenge_method"] = "S256"
        address = prepare_grant_uri(
            self.configured.endpoints.authorise,
            self.configured.credentials.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=" ".join(oauth.scopes),
            state=state,
            **extra,
        )
        return str(address)

    async def exchange(self, *, code: str, redirect_uri: str, verifier: str | None) -> TokenSet:
        """Trade the code of a redirect for tokens. Never repeated: a code works once.

        Raises AuthorizationLost when the code is spent or too old: the person starts again.
        """
        fields = {"code": code, "redirect_uri": redirect_uri}
        if verifier is not None and self.configured.provider.oauth.pkce:
            fields["code_verifier"] = verifier
        return await self._granted("authorization_code", fields)

    async def refresh(self, tokens: TokenSet) -> TokenSet:
        """Renew once. Only `providers.tokens.fresh` may call this: it holds the lease.

        Raises AuthorizationLost when the refresh token is dead.
        """
        return await self._granted(
            "refresh_token", {"refresh_token": tokens.refresh}, previous=tokens
        )

    async def revoke(self, tokens: TokenSet) -> None:
        """End the whole grant. A token that the vendor does not know any more is fine.

        Raises TryAgain when the vendor did not answer, NotPermitted for wrong credentials.
        """
        secret = {"token": tokens.refresh}
        if self.configured.provider.oauth.revoke_as_json:
            kind, content = _JSON, msgspec.json.encode(secret)
        else:
            kind, content = _FORM, urlencode(secret).encode()
        with self._named("revoke"):
            answer = await self._send(self.configured.endpoints.revoke, kind, content)
            if answer.status not in (200, 204) and not _is_unknown_token(answer):
                raise _refusal(answer)

    async def probe(self) -> None:
        """Check that both addresses answer and that the vendor knows our credentials.

        Raises NotPermitted for wrong credentials, TryAgain when nobody answers, WireMismatch
        when something else answers.
        """
        page = Outgoing(method="GET", url=self.configured.endpoints.authorise, repeatable=True)
        with self._named("sign-in page"):
            answer = await self.http.send(page, now=self.now)
            if answer.status == 404 or answer.status >= 500:
                raise WireMismatch(f"HTTP {answer.status}", path="status", wanted="a sign-in page")
        try:
            await self._granted("refresh_token", {"refresh_token": "probe"})
        except AuthorizationLost:  # the expected answer: this token is nobody's
            return

    async def _granted(
        self,
        grant: Literal["authorization_code", "refresh_token"],
        fields: Mapping[str, str],
        *,
        previous: TokenSet | None = None,
    ) -> TokenSet:
        content = prepare_token_request(grant, **fields).encode()
        with self._named(grant):
            answer = await self._send(self.configured.endpoints.token, _FORM, content)
            if answer.status != 200:
                raise _refusal(answer)
            return _token_set(answer, previous, self.configured.provider.oauth.refresh_life)

    async def _send(self, url: str, kind: str, content: bytes) -> Answer:
        credentials = self.configured.credentials
        headers = {"content-type": kind, "accept": _JSON}
        headers |= self.configured.provider.oauth.token_headers
        basic = OAuth2ClientAuth(
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            auth_method="client_secret_basic",
        )
        outgoing = Outgoing(
            method="POST",
            url=url,
            repeatable=True,
            headers=headers,
            content=content,
            deadline=DEADLINE,
        )
        return await self.http.send(outgoing, now=self.now, auth=basic)

    @contextmanager
    def _named(self, operation: str) -> Iterator[None]:
        try:
            yield
        except ProviderError as error:
            error.provider, error.operation = self.configured.provider.key, operation
            raise


def _refusal(answer: Answer) -> ProviderError:
    """RFC 6749 §5.2, and what gateways in front of the authorisation server say."""
    name = _error_name(answer)
    if name == "invalid_grant":
        return AuthorizationLost(name, reason=LossReason.REFRESH_REFUSED)
    if name in _OUR_CONFIGURATION or answer.status == 401:
        needed = _OUR_CONFIGURATION.get(name, _OUR_CONFIGURATION["invalid_client"])
        return NotPermitted(name, needed=needed, lack=Lack.CREDENTIALS)
    if answer.status == 429:
        after = answer.retry_after() or _MINUTE
        return RateLimited(scope=LimitScope.APPLICATION, until=answer.at + after, after=after)
    return unanswered(answer) or WireMismatch(
        f"HTTP {answer.status} {name}", path="status", wanted="tokens or a refusal we know"
    )


def _error_name(answer: Answer) -> str:
    body = fragment(answer)
    name = body.get("error") if isinstance(body, dict) else None
    return name if isinstance(name, str) and _ERROR_NAME.fullmatch(name) else ""


def _is_unknown_token(answer: Answer) -> bool:
    return answer.status == 400 and _error_name(answer) not in _OUR_CONFIGURATION


def _token_set(answer: Answer, previous: TokenSet | None, refresh_life: timedelta) -> TokenSet:
    try:
        granted = msgspec.convert(answer.decoded(), _Granted, strict=False)
    except msgspec.ValidationError:  # its text could quote a token
        raise WireMismatch(path="$", wanted="a token answer") from None
    refresh = granted.refresh_token or (previous.refresh if previous else "")
    if not (granted.access_token and refresh):
        raise WireMismatch(path="$", wanted="an access token and a refresh token")
    life = _span(granted.x_refresh_token_expires_in) or refresh_life
    hard = _span(granted.x_refresh_token_hard_expires_in)
    known_end = previous.consent_ends_at if previous else None
    return TokenSet(
        access=granted.access_token,
        refresh=refresh,
        expires_at=answer.at + timedelta(seconds=granted.expires_in),
        refresh_expires_at=answer.at + life,
        consent_ends_at=answer.at + hard if hard else known_end,
        scopes=tuple(granted.scope.split()) or (previous.scopes if previous else ()),
    )


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
