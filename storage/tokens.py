"""Tokens of grants: sealed, and renewed under a lease that holds no transaction open."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import msgspec

from providers.errors import AuthorizationLost, LossReason, TryAgain
from providers.tokens import TokenSet
from storage.database import Database
from storage.identity import new_id
from storage.models import Grant, GrantState
from storage.queries import grants
from storage.vault import Vault

LEASE = timedelta(seconds=90)  # longer than two requests to a token endpoint may take
PATIENCE = timedelta(seconds=120)  # longer than a lease: its holder may have died
POLL_S = (0.02, 0.06)  # at random in between, so that waiting processes do not march in step


def put(grant: Grant, tokens: TokenSet, vault: Vault) -> None:
    """Give tokens to a grant that is about to be saved."""
    for name, value in _columns(grant.id, tokens, vault).items():
        setattr(grant, name, value)


def tokens_of(grant: Grant, vault: Vault) -> TokenSet:
    """Raises AuthorizationLost where there are none any more."""
    if grant.state is not GrantState.LIVE or grant.sealed_tokens is None:
        raise _lost(grant)
    opened = vault.open(grant.sealed_tokens, f"grant:{grant.id}")
    return msgspec.json.decode(opened, type=TokenSet)


def _columns(grant_id: str, tokens: TokenSet, vault: Vault) -> dict[str, object]:
    sealed = vault.seal(msgspec.json.encode(tokens).decode(), f"grant:{grant_id}")
    ends = {
        "expires_at": tokens.expires_at,
        "refresh_expires_at": tokens.refresh_expires_at,
        "consent_ends_at": tokens.consent_ends_at,
    }
    # what a renewal does not mention has not changed
    return {"sealed_tokens": sealed} | {k: v for k, v in ends.items() if v is not None}


def _lost(grant: Grant | None) -> AuthorizationLost:
    reason = LossReason.REFRESH_REFUSED
    if grant is None:
        return AuthorizationLost("the grant is gone", reason=reason)
    if grant.lost_reason in list(LossReason):
        reason = LossReason(grant.lost_reason)
    message = f"the grant {grant.id} is {grant.state}"
    return AuthorizationLost(message, reason=reason, provider=grant.provider)


@dataclass(slots=True)
class Slot:
    """A grant's tokens under the lease of `holder` (providers.tokens.TokenSlot)."""

    store: "GrantTokens"
    grant_id: str
    holder: str
    tokens: TokenSet
    as_read: bytes = field(repr=False)
    settled: bool = False

    async def replace(self, tokens: TokenSet) -> None:
        """Store durably. Raises TryAgain when the grant got other tokens meanwhile, or was revoked:
        then these are worth nothing, and the stored ones are to be read again."""
        values = _columns(self.grant_id, tokens, self.store.vault) | {"probed_at": self.store.now()}
        async with self.store.database.begin() as session:
            stored = await grants.settle(
                session, self.grant_id, self.holder, self.as_read, **values
            )
        self.settled = stored is not None
        if not self.settled:
            raise TryAgain(f"the lease of the grant {self.grant_id} was lost")

    async def lost(self, reason: str) -> None:
        """The grant and its connections are over, unless another holder was luckier."""
        now = self.store.now()
        values = {"state": GrantState.LOST, "lost_reason": str(reason), "lost_at": now}
        async with self.store.database.begin() as session:
            grant = await grants.settle(session, self.grant_id, self.holder, self.as_read, **values)
            if grant is not None:
                await grants.expire_connections(session, grant, reason=str(reason), now=now)
        self.settled = True

    async def release(self) -> None:
        if not self.settled:
            async with self.store.database.begin() as session:
                await grants.release(session, self.grant_id, self.holder)


class GrantTokens:
    """The tokens in the database (providers.tokens.TokenStore)."""

    def __init__(self, database: Database, vault: Vault, *, now: Callable[[], datetime]) -> None:
        self.database = database
        self.vault = vault
        self.now = now
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def read(self, grant_id: str) -> TokenSet:
        return tokens_of(await self._grant(grant_id), self.vault)

    @asynccontextmanager
    async def leased(self, grant_id: str) -> AsyncIterator[Slot]:
        # Callers of this process line up here, so that only one of them polls the database.
        queue = self._queues.setdefault(grant_id, asyncio.Lock())
        async with queue:
            slot = await self._slot(grant_id)
            try:
                yield slot
            finally:
                await slot.release()

    async def _slot(self, grant_id: str) -> Slot:
        holder = new_id()
        deadline = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
        while True:
            grant = await self._take(grant_id, holder)
            if grant is not None:
                tokens = tokens_of(grant, self.vault)
                assert grant.sealed_tokens is not None
                return Slot(self, grant_id, holder, tokens, grant.sealed_tokens)
            if asyncio.get_running_loop().time() > deadline:
                raise TryAgain(f"somebody holds the lease of the grant {grant_id}")
            await asyncio.sleep(random.uniform(*POLL_S))  # noqa: S311  # no secret hangs on it

    async def _take(self, grant_id: str, holder: str) -> Grant | None:
        """None while another holds it. Looks before it writes, since waiting is looking often."""
        grant = await self._grant(grant_id)
        now = self.now()
        if grant.state is not GrantState.LIVE:
            raise _lost(grant)
        if grant.lease_until is not None and grant.lease_until >= now:
            return None
        async with self.database.begin() as session:
            return await grants.take_lease(
                session, grant_id, holder=holder, now=now, until=now + LEASE
            )

    async def _grant(self, grant_id: str) -> Grant:
        async with self.database.read() as session:
            grant = await grants.by_id(session, grant_id)
        if grant is None:
            raise _lost(None)
        return grant
