"""Calls to a vendor: authorise, wait for a slot, send, understand the answer, perhaps again."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

import msgspec

from providers.allowances import Key, Wish
from providers.answers import Answer
from providers.errors import (
    AuthorizationLost,
    LossReason,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    TryAgain,
)
from providers.limits import RateLimiter
from providers.provider import Configured
from providers.retry import RetryPolicy
from providers.tokens import TokenSet, TokenStore, claims, fresh
from providers.transport import DEADLINE, Outgoing, VendorHttp, open_http

__all__ = ["Options", "ProviderSession", "Surroundings", "VendorHttp", "open_http"]

_JSON = msgspec.json.Encoder(decimal_format="number")
_TOO_MANY = 429
_SETTLING_S = 2.0  # until tokens that were given just now are known everywhere at the vendor

log = logging.getLogger(__name__)


class Options(TypedDict, total=False):
    """What any call may add. `background` overrules the session's own; `batch` says that the call
    is one of those the vendor counts apart.

    With a `shape` the body is decoded straight into it, see Answer.decoded_as. `content` goes as it
    is, in place of JSON; the headers tell its type. `deadline` is for vendors that take longer to
    answer than others.
    """

    params: Mapping[str, str]
    headers: Mapping[str, str]
    background: bool
    batch: bool
    shape: type[Any]
    content: bytes
    deadline: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What every session of a process shares. `chance` gives random numbers from 0 to 1."""

    http: VendorHttp
    tokens: TokenStore
    limiter: RateLimiter
    now: Callable[[], datetime]
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderSession:
    """A grant at a vendor, ready to be used; bound to an organisation where `tenant_id` is set.

    Every call returns the decoded body (fractions as Decimal, None when empty), in the `shape`
    asked for if any, or raises a ProviderError that knows the software, the operation and no
    secret.
    """

    configured: Configured
    surroundings: Surroundings
    grant_id: str
    refresh: Callable[[TokenSet], Awaitable[TokenSet]]
    tenant_id: str = ""
    background: bool = False

    @property
    def _key(self) -> Key:
        return (self.configured.provider.key, self.tenant_id or f"grant {self.grant_id}")

    def of(self, tenant_id: str) -> "ProviderSession":
        """The same grant, counted against the allowance of one organisation ("" for none)."""
        return replace(self, tenant_id=tenant_id)

    async def claims(self) -> Mapping[str, Any]:
        """What the access token says about itself, unverified; empty if it is opaque."""
        return claims((await self._tokens()).access)

    async def get(self, path: str, **options: Unpack[Options]) -> Any:
        """Read."""
        return await self._call("GET", path, repeatable=True, **options)

    async def post(
        self, path: str, *, json: Any = None, repeatable: bool = False, **options: Unpack[Options]
    ) -> Any:
        """Create, or ask by POST (`repeatable`). Raises OutcomeUnknown when it may be done."""
        return await self._call("POST", path, json=json, repeatable=repeatable, **options)

    async def put(
        self, path: str, *, json: Any = None, repeatable: bool = False, **options: Unpack[Options]
    ) -> Any:
        """Create or replace, as the vendor has it. Raises OutcomeUnknown when it may be done."""
        return await self._call("PUT", path, json=json, repeatable=repeatable, **options)

    async def delete(self, path: str, **options: Unpack[Options]) -> Any:
        """Remove. Repeated when no answer came, so "not there" may mean that it was done."""
        return await self._call("DELETE", path, repeatable=True, **options)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        json: Any = None,
        **options: Unpack[Options],
    ) -> Any:
        outgoing = Outgoing(
            method=method,
            url=self.configured.endpoints.api + path,
            repeatable=repeatable,
            params=options.get("params", {}),
            headers=dict(options.get("headers", {}))
            | ({} if json is None else {"content-type": "application/json"}),
            content=options.get("content") if json is None else _JSON.encode(json),
            deadline=options.get("deadline", DEADLINE),
        )
        wish = Wish(
            background=options.get("background", self.background),
            is_batch=options.get("batch", False),
            is_read=repeatable,
        )
        shape = options.get("shape")
        attempt, waited = 0, timedelta()
        while True:
            attempt += 1
            try:
                return await self._attempt(outgoing, shape, wish)
            except ProviderError as error:
                error.provider = self.configured.provider.key
                error.operation = error.operation or f"{method} {path}"  # a refresh names itself
                wait = self.surroundings.retry.wait(
                    attempt, error, chance=self.surroundings.chance(), waited=waited
                )
                if wait is None:
                    raise
                log.info("provider.call.postponed", extra=_facts(error, wait))
            waited += wait
            await self.surroundings.sleep(wait.total_seconds())

    async def _attempt(self, outgoing: Outgoing, shape: type[Any] | None, wish: Wish) -> Any:
        tokens = await self._tokens()
        answer, error = await self._heard(outgoing, tokens, wish)
        if _is_spent(answer, error):
            tokens = await self._tokens(rejected=tokens.access)
            answer, error = await self._heard(outgoing, tokens, wish)
        if _is_spent(answer, error):
            await self.surroundings.sleep(_SETTLING_S)
            answer, error = await self._heard(outgoing, await self._tokens(), wish)
        if error is not None:
            raise await self._considered(error, outgoing, answer)
        try:
            return answer.decoded() if shape is None else answer.decoded_as(shape)
        except TryAgain as error:
            if outgoing.repeatable:
                raise
            raise OutcomeUnknown(str(error)) from error

    async def _tokens(self, *, rejected: str | None = None) -> TokenSet:
        return await fresh(
            self.surroundings.tokens,
            self.grant_id,
            self.refresh,
            now=self.surroundings.now,
            rejected=rejected,
        )

    async def _heard(
        self, outgoing: Outgoing, tokens: TokenSet, wish: Wish
    ) -> tuple[Answer, ProviderError | None]:
        answer = await self._answer(outgoing, tokens, wish)
        return answer, self.configured.provider.translate(answer)

    async def _answer(self, outgoing: Outgoing, tokens: TokenSet, wish: Wish) -> Answer:
        limiter, now = self.surroundings.limiter, self.surroundings.now
        key = self._key
        bearer = {**outgoing.headers, "authorization": f"Bearer {tokens.access}"}
        async with limiter.slot(key, wish) as call:
            started = time.monotonic()
            answer = await self.surroundings.http.send(replace(outgoing, headers=bearer), now=now)
            call.heard(
                answer.headers,
                answer.at,
                has_read=outgoing.repeatable and answer.status < 300,
                refuses_to_read=outgoing.repeatable and answer.status == _TOO_MANY,
            )
        log.debug(
            "provider.answered",
            extra={
                "provider": key[0],
                "status": answer.status,
                "seconds": round(time.monotonic() - started, 3),
                "vendor_reference": answer.headers.get(
                    self.configured.provider.correlation_header.lower()
                ),
            },
        )
        return answer

    async def _considered(
        self, error: ProviderError, outgoing: Outgoing, answer: Answer
    ) -> ProviderError:
        provider = self.configured.provider
        if isinstance(error, RateLimited):
            limiter = self.surroundings.limiter
            return await limiter.refuse(self._key, error, is_read=outgoing.repeatable)
        if isinstance(error, TryAgain) and answer.status >= 500 and not outgoing.repeatable:
            return OutcomeUnknown(str(error))
        if isinstance(error, AuthorizationLost) and self.tenant_id:
            return await provider.confirm(self.of(""), self.tenant_id, error)
        return error


def _is_spent(answer: Answer, error: ProviderError | None) -> bool:
    is_lost = isinstance(error, AuthorizationLost) and error.reason is LossReason.REFRESH_REFUSED
    return answer.status == 401 and is_lost


def _facts(error: ProviderError, wait: timedelta) -> dict[str, object]:
    return {
        "provider": error.provider,
        "operation": error.operation,
        "error": type(error).__name__,
        "seconds": round(wait.total_seconds(), 3),
    }
