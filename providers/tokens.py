"""Tokens of a grant, and how they are renewed once however many ask."""

import asyncio
import base64
import binascii
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from providers.errors import AuthorizationLost, TryAgain

log = logging.getLogger(__name__)

LEEWAY = timedelta(seconds=120)  # renew this long before the end: clocks differ, requests take time


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenSet:
    """What a token endpoint answered. Instants are UTC; secrets are kept out of `repr`."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime | None = None
    consent_ends_at: datetime | None = None
    scopes: tuple[str, ...] = ()


class TokenSlot(Protocol):
    """A grant's tokens, held under its lease."""

    @property
    def tokens(self) -> TokenSet:
        """As read under the lease."""

    async def replace(self, tokens: TokenSet) -> None:
        """Store durably; only then may the new tokens be used."""

    async def lost(self, reason: str) -> None:
        """Mark the grant: its refresh token is dead, nobody tries it again."""


class TokenStore(Protocol):
    """Where grants keep their tokens. Both methods raise AuthorizationLost on a dead grant."""

    async def read(self, grant_id: str) -> TokenSet:
        """The stored tokens, fresh or not."""

    def leased(self, grant_id: str) -> AbstractAsyncContextManager[TokenSlot]:
        """Wait for the lease of this grant; no transaction is open while it is held."""


Refresh = Callable[[TokenSet], Awaitable[TokenSet]]

_renewals: set[asyncio.Task[TokenSet]] = set()  # the loop itself holds tasks only weakly


async def fresh(
    store: TokenStore,
    grant_id: str,
    refresh: Refresh,
    *,
    now: Callable[[], datetime],
    leeway: timedelta = LEEWAY,
    rejected: str | None = None,
) -> TokenSet:
    """Tokens that are good for `leeway` at least, renewed once however many ask.

    `rejected` is the access token the vendor answered 401 to: of twenty such answers only one
    leads to a renewal. A renewal that has begun is finished and stored even if the caller is
    cancelled, because the vendor may already have replaced the refresh token.

    Raises AuthorizationLost when the grant is dead, TryAgain when the vendor does not answer.
    """

    def is_good(tokens: TokenSet) -> bool:
        return tokens.access != rejected and tokens.expires_at - now() > leeway

    tokens = await store.read(grant_id)
    if is_good(tokens):
        return tokens
    renewal = asyncio.ensure_future(_renewed(store, grant_id, refresh, is_good))
    _renewals.add(renewal)
    renewal.add_done_callback(_over)
    return await asyncio.shield(renewal)


def _over(renewal: asyncio.Task[TokenSet]) -> None:
    """Whoever was cancelled does not hear of its end: the grant says whether it is alive."""
    _renewals.discard(renewal)
    if not renewal.cancelled() and renewal.exception() is not None:
        log.info("tokens.not_renewed", extra={"error": type(renewal.exception()).__name__})


async def _renewed(
    store: TokenStore, grant_id: str, refresh: Refresh, is_good: Callable[[TokenSet], bool]
) -> TokenSet:
    async with store.leased(grant_id) as slot:
        if is_good(slot.tokens):  # somebody renewed them while we waited for the lease
            return slot.tokens
        try:
            tokens = await _asked_twice(refresh, slot.tokens)
        except AuthorizationLost as error:
            stored = await store.read(grant_id)
            if stored != slot.tokens:  # our lease ran out meanwhile, and another renewed them
                return stored
            await slot.lost(error.reason)
            raise
        await slot.replace(tokens)
        return tokens


async def _asked_twice(refresh: Refresh, tokens: TokenSet) -> TokenSet:
    """Renew; where the answer is lost, ask once more with the same refresh token.

    The vendor may have replaced it already. Xero takes the old one for 30 minutes more; with
    the others it is still the only one we have.
    """
    try:
        return await refresh(tokens)
    except TryAgain as error:
        if error.after is not None:  # an answer did come: it asks us to stay away
            raise
        return await refresh(tokens)


def claims(access: str) -> Mapping[str, Any]:
    """What an access token says about itself, unverified: it came from the token endpoint.

    Empty for a token that is no JWT.
    """
    parts = access.split(".")
    if len(parts) != 3:
        return {}
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        said = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
