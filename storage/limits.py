"""Allowances of all processes that share this PostgreSQL, on its clock."""

import asyncio
import random
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from providers.allowances import Allowance, Key
from providers.errors import TryAgain
from storage.database import Database
from storage.queries import allowances

T = TypeVar("T")

OVERTAKEN_S = (0.001, 0.01)  # at random in between, so that the same two do not meet again


class SharedAllowances:
    """Keeps them in a row each, replaced only as it was read (providers.allowances.Keeper).

    No lock is held from one statement to the next, so that a frozen process stops nobody.
    """

    poll_s = 0.1

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queues: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def change(self, key: Key, how: Callable[[Allowance, Allowance, float], T]) -> T:
        async with self._queues.setdefault(key, asyncio.Lock()):  # no race among ourselves
            changing = asyncio.ensure_future(self._changed(key, how))
            try:
                return await asyncio.shield(changing)
            except asyncio.CancelledError:
                # cut short it might be kept after all, when nobody gives back what was taken
                await asyncio.gather(changing, return_exceptions=True)
                raise
            except (SQLAlchemyError, OSError) as error:
                raise TryAgain(f"allowances cannot be kept ({type(error).__name__})") from error

    async def _changed(self, key: Key, how: Callable[[Allowance, Allowance, float], T]) -> T:
        while True:
            async with self._database.read() as session:
                seen = await allowances.look(session, *key)
            own = _allowance(seen.own)
            answer = how(own, _allowance(seen.application), seen.at)
            state = msgspec.json.encode(own).decode()
            if state == seen.own or await self._replaced(key, seen.own, state):
                return answer
            await asyncio.sleep(random.uniform(*OVERTAKEN_S))  # noqa: S311  # no secret hangs on it

    async def _replaced(self, key: Key, seen: str | None, state: str) -> bool:
        async with self._database.begin() as session:
            return await allowances.replace(session, *key, seen=seen, state=state)


def _allowance(state: str | None) -> Allowance:
    return Allowance() if state is None else msgspec.json.decode(state, type=Allowance)
