"""One import of one connection's lists: a page, a transaction, a page; it stops when told to."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import Subject, asked_card, subject_of, tell_connected
from commands.context import Tools
from commands.heartbeat import LEASE
from commands.lists.diff import Difference, Known, difference
from commands.lists.entries import entry_of
from commands.lists.reading import (
    ORDER,
    TITLES,
    Progress,
    fingerprint,
    progress_part,
)
from commands.replies import Part, Reply, Words
from providers.provider import Ledger
from providers.records import ListKind, ListRecord, Page
from providers.records import Organisation as OrganisationRecord
from storage.identity import new_id
from storage.models import Connection, Organisation, Purpose
from storage.queries import copied, health, imports, lists, organisations

PACE = timedelta(seconds=1)  # between edits of one message


class Stopped(Exception):
    """Disconnected, expired or handed to another run meanwhile: nothing more is written."""


class Lists(Protocol):
    """Where lists are read: at the vendor, or out of the copy of the books."""

    def list(self, kind: ListKind) -> AsyncIterator[Page]: ...


@dataclass(kw_only=True, slots=True)
class Run:
    """One import under way. `is_first` since the client was connected this time."""

    tools: Tools
    run_id: str
    connection: Connection
    organisation: Organisation
    is_first: bool
    kinds: tuple[ListKind, ...]
    progress: dict[ListKind, Progress] = field(default_factory=dict)
    changes: dict[ListKind, Difference] = field(default_factory=dict)
    asked_by: str | None = None
    told_at: datetime | None = None
    as_of: datetime | None = None  # what moment a copy shows that lists are taken from

    @property
    def is_copied(self) -> bool:
        """Whether its lists come with a sync of the books."""
        return self.connection.purpose is Purpose.DATA_HEALTH

    @property
    def is_awaited(self) -> bool:
        """Whether a person waits for it; then it may use the calls kept for people."""
        return self.is_first or self.asked_by is not None


async def claim(tools: Tools, connection_id: str) -> Run | None:
    """Take the lease; None when it is not due or somebody else is at it."""
    run_id, now = new_id(), tools.now()
    async with tools.database.begin() as session:
        connection = await imports.claim(
            session, connection_id, run_id=run_id, now=now, until=now + LEASE
        )
        if connection is None:
            return None
        organisation = await organisations.find(
            session, connection.workspace_id, connection.organisation_id
        )
        as_of = await copied.as_of(session, connection.workspace_id, connection.organisation_id)
    assert organisation is not None
    last = connection.lists_read_at
    return Run(
        tools=tools,
        run_id=run_id,
        connection=connection,
        organisation=organisation,
        is_first=last is None or last < connection.connected_at,
        kinds=(),
        asked_by=connection.lists_asked_by,
        as_of=as_of,
    )


async def extend(run: Run) -> bool:
    """A sign of life between pages, which may be minutes apart; whether the run may go on."""
    async with run.tools.database.begin() as session:
        return await _extended(session, run)


async def release(run: Run) -> None:
    """We are told to end: whoever is next need not wait for the lease."""
    async with run.tools.database.begin() as session:
        await imports.release(session, run.connection.id, run.run_id, due_at=run.tools.now())


async def describe(run: Run, ledger: Ledger) -> OrganisationRecord:
    """Read what the ledger says of the organisation; raises Stopped, and what the vendor raises."""
    described = await ledger.organisation()
    async with run.tools.database.begin() as session:
        await hold(session, run)
        run.organisation = await _describe(session, run, described)
    return described


async def read_lists(run: Run, ledger: Lists, kinds: Sequence[ListKind]) -> None:
    """Read every list; raises Stopped, and what the vendor raises."""
    run.kinds = tuple(kind for kind in ORDER if kind in kinds)
    run.progress = {kind: Progress(title=TITLES[kind]) for kind in run.kinds}
    async with run.tools.database.begin() as session:
        await hold(session, run)
        await _tell(session, run)
    for kind in run.kinds:
        run.changes[kind] = await _read(run, ledger, kind)


async def hold(session: AsyncSession, run: Run) -> None:
    """First in every transaction that writes; raises Stopped."""
    if not await _extended(session, run):
        raise Stopped


async def _extended(session: AsyncSession, run: Run) -> bool:
    until = run.tools.now() + LEASE
    return await imports.hold(session, run.connection.id, run.run_id, until=until)


async def _describe(session: AsyncSession, run: Run, described: OrganisationRecord) -> Organisation:
    own = {
        "vat_scheme": described.vat_scheme,
        "lock_date": described.lock_date,
        "year_end_lock_date": described.year_end_lock_date,
        "year_end_month": described.year_end_month,
        "year_end_day": described.year_end_day,
        "tax_number": described.tax_number,
        "company_number": described.company_number,
        "is_active": described.is_active,
        "is_multi_currency": described.is_multi_currency,
        "currencies": described.currencies,
        "short_code": described.short_code,
    }
    await health.log_lock_dates(
        session,
        run.connection.workspace_id,
        run.organisation.id,
        lock_date=described.lock_date,
        year_end_lock_date=described.year_end_lock_date,
        now=run.tools.now(),
    )
    return await organisations.upsert(
        session,
        run.connection.workspace_id,
        run.connection.provider,
        run.organisation.tenant_id,
        name=described.name,
        legal_name=described.legal_name,
        country=described.country,
        base_currency=described.base_currency,
        time_zone=described.time_zone,
        plan=described.plan,
        is_demo=described.is_demo,
        details=own,
        read_at=run.tools.now(),
    )


async def _read(run: Run, ledger: Lists, kind: ListKind) -> Difference:
    workspace_id, connection_id = run.connection.workspace_id, run.connection.id
    async with run.tools.database.read() as session:
        found = await lists.known(session, workspace_id, connection_id, kind)
    old = {key: Known(**entry._asdict()) for key, entry in found.items()}
    seen: dict[str, Known] = {}
    run.progress[kind] = replace(run.progress[kind], is_begun=True)
    async for page in ledger.list(kind):
        read = {record.remote_id: _known(record) for record in page.records}
        seen |= read
        run.progress[kind] = replace(run.progress[kind], read=len(seen), total=page.total)
        changed = difference(old, read, whole=False).changed
        async with run.tools.database.begin() as session:
            await hold(session, run)
            entries = [
                entry_of(run.connection, kind, record, run_id=run.run_id, at=run.tools.now())
                for record in page.records
                if record.remote_id in changed
            ]
            await lists.save(session, workspace_id, connection_id, entries)
            same = [key for key in read if key not in changed]
            await lists.mark_seen(
                session, workspace_id, connection_id, kind, same, run_id=run.run_id
            )
            await _tell(session, run)
    async with run.tools.database.begin() as session:
        await hold(session, run)
        await lists.remove_unseen(
            session, workspace_id, connection_id, kind, run_id=run.run_id, now=run.tools.now()
        )
    run.progress[kind] = replace(run.progress[kind], is_done=True)
    return difference(old, seen)


def _known(record: ListRecord) -> Known:
    return Known(name=record.name, digest=fingerprint(record), active=record.active)


async def _tell(session: AsyncSession, run: Run) -> None:
    """How far it is, not more often than a person can read."""
    now = run.tools.now()
    if run.told_at is not None and now - run.told_at < PACE:
        return
    run.told_at = now
    subject = await subject_of(session, run.tools, run.connection)
    await tell(session, run, subject, [progress_part(tuple(run.progress.values()))])


async def tell(session: AsyncSession, run: Run, subject: Subject, parts: Sequence[Part]) -> None:
    """Edit the messages that wait for this import: of the connecting, and of whoever asked."""
    if run.is_first:
        await tell_connected(session, run.tools, subject, parts)
    if run.asked_by is not None:
        data: dict[str, Any] = subject.facts
        await run.tools.notify.post(
            session,
            workspace_id=run.connection.workspace_id,
            to=run.asked_by,
            reply=Reply(parts=(Words(template="lists/refreshing", data=data), *parts)),
            card=asked_card(run.connection),
        )
