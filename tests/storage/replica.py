"""One of several processes that share a database, told on its command line what to do there."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx2

from providers.errors import AuthorizationLost, LossReason
from providers.tokens import TokenSet, fresh
from storage.database import Database
from storage.queries import clients
from storage.tokens import GrantTokens
from storage.vault import Vault

KEY = "the key that all replicas of this test share"


def now() -> datetime:
    return datetime.now(UTC)


def refresher(
    http: httpx2.AsyncClient, endpoint: str, *, dies: bool = False
) -> Callable[[TokenSet], Awaitable[TokenSet]]:
    """Renews at the endpoint; a process that `dies` does so with the answer in its hands."""

    async def refresh(tokens: TokenSet) -> TokenSet:
        answer = await http.post(endpoint, content=tokens.refresh)
        if dies:
            os._exit(9)
        if answer.status_code == 400:
            raise AuthorizationLost(reason=LossReason.REFRESH_REFUSED)
        said = answer.json()
        expires_at = now() + timedelta(hours=1)
        return TokenSet(access=said["access"], refresh=said["refresh"], expires_at=expires_at)

    return refresh


async def refresh(url: str, grant_id: str, endpoint: str, calls: str, dies: str) -> object:
    """The access token each of `calls` concurrent callers got, or the name of what went wrong."""
    async with Database.open(url) as database, httpx2.AsyncClient() as http:
        store = GrantTokens(database, Vault([KEY]), now=now)
        renew = refresher(http, endpoint, dies=dies == "dies")
        found = await asyncio.gather(
            *(fresh(store, grant_id, renew, now=now) for _ in range(int(calls))),
            return_exceptions=True,
        )
    return [one.access if isinstance(one, TokenSet) else type(one).__name__ for one in found]


async def rename(url: str, workspace_id: str, client_id: str, tasks: str, times: str) -> object:
    """Read a number, add one, write it back: so often in each task. How many were committed."""
    committed = 0

    async def add(database: Database) -> None:
        nonlocal committed
        for _ in range(int(times)):
            async with database.begin() as session:
                client = await clients.find(session, workspace_id, client_id)
                assert client is not None
                client.name = str(int(client.name) + 1)
            committed += 1

    async with Database.open(url) as database:
        await asyncio.gather(*(add(database) for _ in range(int(tasks))))
    return committed


if __name__ == "__main__":
    deed = {"refresh": refresh, "rename": rename}[sys.argv[1]]
    sys.stdout.write(json.dumps(asyncio.run(deed(*sys.argv[2:]))))
