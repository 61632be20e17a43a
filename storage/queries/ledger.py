"""The local copy of the books: pages in, and what the ledger no longer names marked as gone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Table, and_, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from providers.books import (
    STANDING,
    AnyRecord,
    Asset,
    Clearance,
    Document,
    Journal,
    LedgerAccount,
    LedgerContact,
    LedgerProduct,
    LedgerTaxRate,
    LedgerTracking,
    Payment,
)
from storage.bulk import upsert
from storage.models import Organisation, SyncMet, ledger
from storage.queries import line_accounts, postings
from storage.queries.known import digests
from storage.queries.line_accounts import Sides
from storage.queries.statements import affected, among, table_of

_AT_ONCE = 500  # ids a statement
_ENCODE = msgspec.msgpack.Encoder(decimal_format="string").encode
_OWN = frozenset({"organisation_id", "digest", "gone_at"})  # what no record has

TABLES: dict[type[Any], Table] = {
    LedgerAccount: ledger.accounts,
    LedgerTaxRate: ledger.tax_rates,
    LedgerTracking: ledger.tracking,
    LedgerProduct: ledger.products,
    LedgerContact: ledger.contacts,
    Document: ledger.documents,
    Payment: ledger.payments,
    Asset: ledger.assets,
    Clearance: ledger.clearances,
}


def _width(kind: type[Any], table: Table) -> int:
    """How many fields a row begins with: columns are named as the fields are, in their order."""
    names = tuple(column.name for column in table.columns if column.name not in _OWN)
    assert names == kind.__struct_fields__[: len(names)]
    return len(names)


_WIDTHS = {kind: _width(kind, table) for kind, table in TABLES.items()}


class Stored(NamedTuple):
    """How many records of a page were new, different from before, or neither."""

    new: int = 0
    changed: int = 0
    same: int = 0


async def store(
    session: AsyncSession, organisation_id: str, records: Sequence[AnyRecord], *, is_empty: bool
) -> Stored:
    """Write a page; what is as it was is not touched. Where the copy `is_empty`, nothing is sought.

    Of two records of one id the later one stays.
    """
    total = Stored()
    for kind, group in _by_kind(records).items():
        if kind is Journal:
            new = await postings.store(session, organisation_id, group)
            total = Stored(total.new + new, total.changed, total.same + len(group) - new)
            continue
        one = await _store_kind(session, organisation_id, kind, group, is_empty=is_empty)
        total = Stored(*(a + b for a, b in zip(total, one, strict=True)))
    return total


def _by_kind(records: Iterable[AnyRecord]) -> dict[type[Any], list[AnyRecord]]:
    unique = {(type(r), r.source, r.remote_id): r for r in records}
    found: dict[type[Any], list[AnyRecord]] = {}
    for record in unique.values():
        found.setdefault(type(record), []).append(record)
    return found


async def _store_kind(
    session: AsyncSession,
    organisation_id: str,
    kind: type[Any],
    records: Sequence[AnyRecord],
    *,
    is_empty: bool,
) -> Stored:
    table = TABLES[kind]
    known = {} if is_empty else await digests(session, table, organisation_id, records)
    fresh = [(record, _digest(record)) for record in records]
    if known:
        fresh = [(r, digest) for r, digest in fresh if known.get((r.source, r.remote_id)) != digest]
    old = [r for r, _ in fresh if (r.source, r.remote_id) in known] if known else []
    if kind is LedgerContact and known:
        await _remember_bank_details(session, organisation_id, [record for record, _ in fresh])
    rows = [_row(organisation_id, record, digest) for record, digest in fresh]
    await upsert(session, table, rows, are_new=is_empty)
    if kind in (Document, Payment):
        await _store_parts(session, organisation_id, [r for r, _ in fresh], old, are_new=is_empty)
    if any(line_accounts.names_by_code(record) for record, _ in fresh):
        await line_accounts.of_codes(session, organisation_id)
    if kind is LedgerProduct:
        products = [record.remote_id for record, _ in fresh]
        await line_accounts.of_lines(session, organisation_id, products)
    return Stored(new=len(fresh) - len(old), changed=len(old), same=len(records) - len(fresh))


def _row(organisation_id: str, record: AnyRecord, digest: int) -> tuple[Any, ...]:
    """As it is kept, in the order of the columns."""
    return (organisation_id, *astuple(record)[: _WIDTHS[type(record)]], digest, None)


def _digest(record: AnyRecord) -> int:
    """The same for two readings exactly when nothing has changed."""
    return int.from_bytes(blake2b(_ENCODE(record), digest_size=8).digest(), "big", signed=True)


async def _remember_bank_details(
    session: AsyncSession, organisation_id: str, contacts: Sequence[Any]
) -> None:
    """Keep what these contacts had, where they have something else from now on."""
    table = ledger.contacts
    new = {(each.source, each.remote_id): each for each in contacts}
    former: list[tuple[Any, ...]] = []
    for source in {each.source for each in contacts}:
        ids = [remote_id for of, remote_id in new if of == source]
        for start in range(0, len(ids), _AT_ONCE):
            rows = await session.execute(
                select(table.c.remote_id, table.c.bank_account).where(
                    _of(table, organisation_id, source),
                    among(session, table.c.remote_id, ids[start : start + _AT_ONCE]),
                    table.c.bank_account.is_not(None),
                )
            )
            former += [
                (organisation_id, source, row.remote_id, row.bank_account, now.updated_at)
                for row in rows
                if (now := new[source, row.remote_id]).bank_account != row.bank_account
            ]
    await upsert(session, ledger.former_bank_details, former)


async def _store_parts(
    session: AsyncSession,
    organisation_id: str,
    records: Sequence[Any],
    old: Sequence[Any],
    *,
    are_new: bool,
) -> None:
    for table in ledger.PARTS:
        await _delete_parts(session, table, organisation_id, old)
    documents = [record for record in records if isinstance(record, Document)]
    sides = await line_accounts.of_products(session, organisation_id, documents)
    lines = [row for record in documents for row in _lines_of(organisation_id, record, sides)]
    allocations = [
        (organisation_id, record.source, record.remote_id, position, *astuple(allocation))
        for record in records
        for position, allocation in enumerate(record.allocations)
    ]
    await upsert(session, ledger.lines, lines, are_new=are_new)
    await upsert(session, ledger.allocations, allocations, are_new=are_new)


def _lines_of(
    organisation_id: str, record: Document, sides: Mapping[str, Sides]
) -> Iterator[tuple[Any, ...]]:
    stands = record.status in STANDING
    rate = None if record.rate == 1 else record.rate
    for position, line in enumerate(line_accounts.completed(record, sides)):
        yield (
            organisation_id,
            record.source,
            record.remote_id,
            position,
            *astuple(line),
            record.kind,
            record.date,
            record.contact_id or line.contact_id,
            line.net if rate is None else line.net * rate,
            stands,
        )


async def _delete_parts(
    session: AsyncSession, table: Table, organisation_id: str, records: Sequence[Any]
) -> None:
    for source in {record.source for record in records}:
        ids = [record.remote_id for record in records if record.source == source]
        for start in range(0, len(ids), _AT_ONCE):
            await session.execute(
                delete(table).where(
                    _of(table, organisation_id, source),
                    among(session, table.c.document_id, ids[start : start + _AT_ONCE]),
                )
            )


def _of(table: Table, organisation_id: str, source: str) -> ColumnElement[bool]:
    return and_(table.c.organisation_id == organisation_id, table.c.source == source)


class WalkKey(NamedTuple):
    """Which walk of which stream."""

    organisation_id: str
    stream: str
    walk_id: str


class Absence(NamedTuple):
    """What a whole walk did not meet, of how many that were thought to be there."""

    ids: Sequence[str]
    of: int


async def met(
    session: AsyncSession, walk: WalkKey, page: int, records: Sequence[AnyRecord]
) -> None:
    """Note which records a page of a whole walk gave."""
    keys = b"".join(sorted({_key(record.remote_id) for record in records}))
    table = table_of(SyncMet)
    await upsert(session, table, [(*walk, page, keys)])


async def absent(session: AsyncSession, walk: WalkKey) -> Absence:
    """Which records of the stream its whole walk has not met."""
    seen = await session.scalars(
        select(SyncMet.keys).where(
            SyncMet.organisation_id == walk.organisation_id,
            SyncMet.stream == walk.stream,
            SyncMet.walk_id == walk.walk_id,
        )
    )
    keys = {page[start : start + 8] for page in seen for start in range(0, len(page), 8)}
    missing: list[str] = []
    count = 0
    for table in ledger.RECORDS:
        here = select(table.c.remote_id).where(
            _of(table, walk.organisation_id, walk.stream), table.c.gone_at.is_(None)
        )
        for (remote_id,) in await session.execute(here):
            count += 1
            if _key(remote_id) not in keys:
                missing.append(remote_id)
    return Absence(ids=missing, of=count)


async def mark_gone(
    session: AsyncSession, organisation_id: str, source: str, ids: Sequence[str], *, now: datetime
) -> int:
    """The ledger has deleted these; how many of them were here. Unknown ids are fine."""
    marked = 0
    await _fell(session, organisation_id, source, ids)
    for table in ledger.RECORDS:
        for start in range(0, len(ids), _AT_ONCE):
            marked += await affected(
                session,
                update(table)
                .where(
                    _of(table, organisation_id, source),
                    among(session, table.c.remote_id, ids[start : start + _AT_ONCE]),
                    table.c.gone_at.is_(None),
                )
                .values(gone_at=now),
            )
    return marked


async def _fell(
    session: AsyncSession, organisation_id: str, source: str, ids: Sequence[str]
) -> None:
    """Lines of documents that are gone do not stand any more."""
    for start in range(0, len(ids), _AT_ONCE):
        await session.execute(
            update(ledger.lines)
            .where(
                _of(ledger.lines, organisation_id, source),
                among(session, ledger.lines.c.document_id, ids[start : start + _AT_ONCE]),
            )
            .values(stands=False)
        )


async def forget_walk(session: AsyncSession, organisation_id: str, stream: str) -> None:
    """What pages of whole walks met is not needed any more."""
    await session.execute(
        delete(table_of(SyncMet)).where(
            SyncMet.organisation_id == organisation_id, SyncMet.stream == stream
        )
    )


async def erase(session: AsyncSession, workspace_id: str, organisation_id: str) -> int:
    """Delete the whole copy; how many records that were."""
    erased = 0
    for table in (*ledger.PARTS, *ledger.RECORDS):
        rows = await affected(
            session, delete(table).where(_owned(table, workspace_id, organisation_id))
        )
        erased += rows if table in ledger.RECORDS else 0
    for table in (ledger.former_bank_details, ledger.postings):
        await session.execute(delete(table).where(_owned(table, workspace_id, organisation_id)))
    return erased


def _owned(table: Table, workspace_id: str, organisation_id: str) -> ColumnElement[bool]:
    owner = select(literal(1)).where(
        Organisation.id == organisation_id, Organisation.workspace_id == workspace_id
    )
    return and_(table.c.organisation_id == organisation_id, owner.exists())


def _key(remote_id: str) -> bytes:
    return blake2b(remote_id.encode(), digest_size=8).digest()
