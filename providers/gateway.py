"""The one door to accounting software: sign in, list organisations, open a ledger, leave."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

from providers import registry
from providers.allowances import Keeper
from providers.errors import UnknownProvider
from providers.limits import InMemory, RateLimiter
from providers.oauth import SignIn, new_verifier
from providers.pauses import told
from providers.provider import Configured, Credentials, Ledger, Provider, Tenant
from providers.retry import RetryPolicy
from providers.session import ProviderSession, Surroundings, VendorHttp, open_http
from providers.tokens import TokenSet, TokenStore

__all__ = [
    "Configured",
    "LedgerGateway",
    "VendorHttp",
    "configure",
    "new_verifier",
    "open_http",
]


def configure(
    key: str,
    credentials: Credentials,
    root_url: str | None = None,
    environment: str | None = None,
    *,
    entitlement: str | None = None,
) -> Configured:
    """Join a software with our identity there and the addresses to use.

    `environment` is one of the provider's `environments` or "production"; `root_url` re-roots
    every address, vendor paths unchanged beneath it. `entitlement` is one of the provider's, where
    our application has it. Raises UnknownProvider, and ValueError with one line for the person who
    set it.
    """
    provider = registry.provider(key)
    if entitlement is not None:
        provider = provider.entitlements[entitlement]
    endpoints = provider.endpoints
    if environment not in (None, "", "production"):
        if environment not in provider.environments:
            known = ", ".join(["production", *provider.environments])
            message = f"{provider.name} has no environment {environment!r}; known: {known}"
            raise ValueError(message)
        endpoints = provider.environments[environment]
    if root_url:
        _check_root(root_url)
        endpoints = endpoints.at(root_url)
    return Configured(provider=provider, credentials=credentials, endpoints=endpoints)


def _check_root(root_url: str) -> None:
    parts = urlsplit(root_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = f"{root_url!r} is not an address that begins with http:// or https://"
        raise ValueError(message)
    if parts.query or parts.fragment or parts.username or parts.password:
        message = "a root address has no user, query or fragment"
        raise ValueError(message)


class LedgerGateway:
    """Binds softwares, tokens, limits and the connection pool. One per process.

    It takes identifiers of organisations and grants, not our connections: it sits below storage.
    Every method raises ProviderErrors only, UnknownProvider for a software not configured.
    """

    def __init__(
        self,
        *,
        http: VendorHttp,
        configured: Mapping[str, Configured],
        tokens: TokenStore,
        now: Callable[[], datetime],
        retry: RetryPolicy | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        keeper: Keeper | None = None,
    ) -> None:
        """`now` is a clock in UTC. All waiting is `sleep`, measured on `monotonic`, in seconds:
        who replaces one replaces both. `keeper` has the allowances where processes share them.
        """
        self._configured = configured
        self._keeper = keeper or InMemory(monotonic)
        limits = {key: one.provider.limits for key, one in configured.items()}
        pause = told(sleep)
        self._surroundings = Surroundings(
            http=http,
            tokens=tokens,
            limiter=RateLimiter(limits, now=now, keeper=self._keeper, sleep=pause),
            now=now,
            retry=retry or RetryPolicy(),
            sleep=pause,
        )
        self._sign_ins = {
            key: SignIn(configured=one, http=http, now=now) for key, one in configured.items()
        }

    def software(self) -> tuple[Provider, ...]:
        """What is configured, in display order."""
        return tuple(
            sorted(
                (one.provider for one in self._configured.values()),
                key=lambda provider: (provider.rank, provider.key),
            )
        )

    def provider(self, key: str) -> Provider:
        """The declaration of one configured software. Raises UnknownProvider."""
        return self._of(key).provider

    def authorisation_url(
        self, key: str, *, redirect_uri: str, state: str, verifier: str | None
    ) -> str:
        """Where a person signs in; `verifier` (see `new_verifier`) is ignored without PKCE."""
        return self._sign_in(key).authorisation_url(
            redirect_uri=redirect_uri, state=state, verifier=verifier
        )

    async def exchange(
        self, key: str, *, code: str, redirect_uri: str, verifier: str | None
    ) -> TokenSet:
        """Trade the code of a redirect for tokens.

        Raises AuthorizationLost when the code is spent or too old (sign in again), TryAgain when
        the vendor did not answer (also: sign in again), NotPermitted for our own configuration.
        """
        return await self._sign_in(key).exchange(
            code=code, redirect_uri=redirect_uri, verifier=verifier
        )

    async def tenants(
        self, key: str, *, grant_id: str, callback: Mapping[str, str]
    ) -> Sequence[Tenant]:
        """The organisations a fresh consent reaches; `callback` is the query of the redirect."""
        return await self._of(key).provider.tenants(self._session(key, grant_id), callback)

    def open(
        self, key: str, *, tenant_id: str, grant_id: str, background: bool = False
    ) -> AbstractAsyncContextManager[Ledger]:
        """The books of one organisation. Background work yields to people."""
        return self._opened(key, tenant_id, grant_id, background=background)

    async def calls_left(self, key: str, *, tenant_id: str) -> int | None:
        """How many calls to this organisation are left today; None where days are not counted.

        Raises TryAgain where nobody can tell.
        """
        allowed = self._of(key).provider.limits.per_day
        if allowed is None:
            return None
        used = await self._keeper.change(
            (key, tenant_id), lambda own, _, at: own.day_used if at < own.day_ends else 0
        )
        return max(allowed - used, 0)

    async def detach(self, key: str, *, tenant_id: str, grant_id: str) -> None:
        """Let one organisation leave the grant; already gone is fine.

        Does nothing where the software lacks Feature.DETACH: there the organisation leaves with
        the grant, by `revoke`.
        """
        await self._of(key).provider.detach(self._session(key, grant_id), tenant_id)

    async def revoke(self, key: str, tokens: TokenSet) -> None:
        """End a whole grant; a token the vendor does not know any more is fine.

        Raises TryAgain when it should be repeated later. NotPermitted (our credentials) and
        WireMismatch cannot be mended by repeating.
        """
        await self._sign_in(key).revoke(tokens)

    async def probe(self, key: str) -> None:
        """Check without a person that the sign-in and token addresses know our application.

        Raises NotPermitted for wrong credentials, TryAgain when nobody answers, WireMismatch
        when something else answers there.
        """
        await self._sign_in(key).probe()

    def _of(self, key: str) -> Configured:
        try:
            return self._configured[key]
        except KeyError:
            raise UnknownProvider(f"{key!r} is not configured", provider=key) from None

    def _sign_in(self, key: str) -> SignIn:
        self._of(key)
        return self._sign_ins[key]

    def _session(
        self, key: str, grant_id: str, *, tenant_id: str = "", background: bool = False
    ) -> ProviderSession:
        return ProviderSession(
            configured=self._of(key),
            surroundings=self._surroundings,
            grant_id=grant_id,
            refresh=self._sign_in(key).refresh,
            tenant_id=tenant_id,
            background=background,
        )

    @asynccontextmanager
    async def _opened(
        self, key: str, tenant_id: str, grant_id: str, *, background: bool
    ) -> AsyncIterator[Ledger]:
        session = self._session(key, grant_id, tenant_id=tenant_id, background=background)
        yield self._of(key).provider.ledger(session, tenant_id)
