"""Every sealed column, and how all of them come under the newest key."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.models import Grant, Ticket, Workspace
from storage.queries.statements import affected, table_of
from storage.vault import ID_BYTES, CannotOpen, Vault

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values whose context is `<kind>:<id of the row>`."""

    kind: str
    table: Table
    column: str

    @property
    def value(self) -> ColumnElement[bytes]:
        return self.table.c[self.column]

    def old(self, vault: Vault) -> ColumnElement[bool]:
        """Not under the newest key. An absent value is never old: NULL is not unequal."""
        return self._key != vault.newest

    def lost(self, vault: Vault) -> ColumnElement[bool]:
        """Under a key that is not in the ring."""
        return self._key.not_in(vault.ids)

    @property
    def _key(self) -> ColumnElement[bytes]:
        return func.substr(self.value, 1, ID_BYTES)


SEALED = (
    Sealed("workspace", table_of(Workspace), "sealed_bot_token"),
    Sealed("grant", table_of(Grant), "sealed_tokens"),
    Sealed("ticket", table_of(Ticket), "sealed_verifier"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resealed:
    """`unreadable` names the rows that no key of the ring opens."""

    count: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OldKeys:
    """How many values the newest key alone does not open; `lost` are those that no key opens."""

    count: int
    lost: int


async def on_old_keys(session: AsyncSession, vault: Vault) -> OldKeys:
    """What is left to be sealed anew, told by the key each value begins with."""
    count = lost = 0
    for sealed in SEALED:
        counted = select(func.count()).select_from(sealed.table)
        count += await session.scalar(counted.where(sealed.old(vault))) or 0
        lost += await session.scalar(counted.where(sealed.lost(vault))) or 0
    return OldKeys(count=count, lost=lost)


async def reseal(database: Database, vault: Vault) -> Resealed:
    """Bring every value under the newest key, a batch a transaction, beside running work."""
    done, unreadable = 0, []
    for sealed in SEALED:
        after = ""
        while True:
            async with database.begin() as session:
                rows = await _batch(session, sealed, vault, after)
                for row_id, value in rows:
                    try:
                        done += await _replace(session, sealed, vault, row_id, value)
                    except CannotOpen as error:
                        unreadable.append(error.context)
            if not rows:
                break
            after = rows[-1][0]
    return Resealed(count=done, unreadable=tuple(unreadable))


async def _batch(
    session: AsyncSession, sealed: Sealed, vault: Vault, after: str
) -> list[tuple[str, bytes]]:
    row_id = sealed.table.c.id
    old = select(row_id, sealed.value).where(sealed.old(vault), row_id > after)
    found = await session.execute(old.order_by(row_id).limit(_BATCH))
    return [(key, value) for key, value in found]


async def _replace(
    session: AsyncSession, sealed: Sealed, vault: Vault, row_id: str, value: bytes
) -> int:
    """Unless the value changed meanwhile: then it is under the newest key already."""
    values: dict[str, Any] = {sealed.column: vault.rotate(value, f"{sealed.kind}:{row_id}")}
    unchanged = (sealed.table.c.id == row_id, sealed.value == value)
    return await affected(session, update(sealed.table).where(*unchanged).values(values))
