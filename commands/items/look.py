"""Looking at an item: fetched and read if it is new, judged, compared, and told."""

import asyncio
import hashlib
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.items import cards
from commands.items.reading.file import MOST_BYTES, read_file
from commands.items.reading.reading import ReadDocument, Reading, Refusal, RefusalCode
from commands.items.twinning import is_same_file, seek_twin
from commands.permissions import SYSTEM
from commands.ports import Fetched, Unfetched
from commands.publishing.automatic_run import publish_by_itself
from commands.publishing.history import note_change
from commands.publishing.known import facts_of
from commands.publishing.readiness import JUDGED, reassess, repeat
from commands.registry import job
from storage.identity import new_id
from storage.models import Item, ItemState, Purpose
from storage.queries import connections, intake, item_files, organisations

LEASE = timedelta(minutes=5)  # longer than the slowest picture takes
TRIES = 5
AGAIN = timedelta(seconds=30)

log = structlog.get_logger()


@job("items.look", due=intake.due)
async def look(tools: Tools, key: str) -> None:
    """Read what is new, judge what is there, and publish what may go by itself."""
    run_id, now = new_id(), tools.now()
    async with tools.database.begin() as session:
        item = await intake.claim(session, key, run_id=run_id, now=now, until=now + LEASE)
    if item is None:
        return
    reading: Reading | None = None
    fetched: Fetched | None = None
    if item.state == ItemState.PROCESSING and item.source == "upload":
        try:
            fetched, reading = await _read(tools, item)
        except Unfetched as error:
            await _later(tools, key, run_id, str(error))
            return
    async with tools.database.begin() as session:
        fresh = await intake.held(session, key, run_id)
        if fresh is None:
            return
        batch = await _finish(session, tools, fresh, fetched, reading)
    if batch is not None:
        tools.jobs.submit("publishing.send", batch)


async def _read(tools: Tools, item: Item) -> tuple[Fetched | None, Reading]:
    """Bytes out of Slack, and what they say; reading takes seconds and a thread."""
    async with tools.database.read() as session:
        file = await item_files.one(session, item.workspace_id, item.id, 0)
        country = await _country(session, item)
    assert file is not None, "an upload has a file"
    fetched: Fetched | None = None
    content = file.content
    if content is None and file.remote_id is not None:
        fetched = await tools.files.fetch(item.workspace_id, file.remote_id, most_bytes=MOST_BYTES)
        content = fetched.content
    if content is None:
        return fetched, Reading(refusal=_absent(fetched))
    name = fetched.name if fetched else file.name
    today = tools.now().date()
    work = partial(read_file, name, content, country=country, today=today)
    return fetched, await asyncio.to_thread(work)


def _absent(fetched: Fetched | None) -> Refusal:
    if fetched is None or fetched.is_gone:
        return Refusal(code=RefusalCode.TOMBSTONE)
    megabytes = round(fetched.size / 1024**2, 1)
    most = MOST_BYTES // 1024**2
    return Refusal(code=RefusalCode.TOO_LARGE, facts={"megabytes": megabytes, "most": most})


async def _country(session: AsyncSession, item: Item) -> str | None:
    """Of the client's books: it decides how dates and figures are meant."""
    own = item.workspace_id, item.client_id
    connection = await connections.for_purpose(session, *own, Purpose.BOOKKEEPING)
    if connection is None:
        return None
    found = await organisations.find(session, item.workspace_id, connection.organisation_id)
    return found.country if found else None


async def _later(tools: Tools, item_id: str, run_id: str, reason: str) -> None:
    async with tools.database.begin() as session:
        item = await intake.held(session, item_id, run_id)
        if item is None:
            return
        item.tries += 1
        item.run_id = item.lease_until = None
        item.due_at = tools.now() + AGAIN * item.tries if item.tries < TRIES else None
        if item.due_at is None:
            item.state = ItemState.TO_REVIEW
            await cards.tell_unfetched(session, tools, item)
    log.warning("item.not_fetched", item=item_id, reason=reason)


async def _finish(
    session: AsyncSession,
    tools: Tools,
    item: Item,
    fetched: Fetched | None,
    reading: Reading | None,
) -> str | None:
    """The id of a batch that it went into by itself."""
    is_new = item.state == ItemState.PROCESSING
    item.run_id = item.lease_until = item.due_at = None
    item.tries = 0
    if fetched is not None and fetched.content is not None:
        await _keep(session, item, fetched)
    if reading is not None:
        if reading.refusal is not None:
            await _refuse(session, tools, item, reading.refusal)
            return None
        first, *others = reading.documents
        _learn(item, first)
        await note_change(session, item, "read", by=SYSTEM, at=tools.now())
        for other in others:
            await _another(session, tools, item, other)
    if is_new and await is_same_file(session, tools, item):
        await cards.tell(session, tools, item, None)
        return None
    if item.state not in JUDGED:  # it goes, is gone, or waits for somebody: only its message is due
        await cards.tell(session, tools, item, None)
        return None
    before = _told_of(item)
    judged = await reassess(session, tools, item, now=tools.now())
    judged = await seek_twin(session, tools, item, judged)
    batch = await publish_by_itself(session, tools, item, judged)
    if is_new or _told_of(item) != before:
        wrong = reading.wrong if reading else ()
        await cards.tell(session, tools, item, judged, wrong=wrong)
    return batch.id if batch else None


def _told_of(item: Item) -> tuple[Any, ...]:
    """What its message says: who waits for nothing is not told again."""
    return item.state, item.problems, item.error, item.supplier, item.total


async def _keep(session: AsyncSession, item: Item, fetched: Fetched) -> None:
    file = await item_files.one(session, item.workspace_id, item.id, 0)
    assert file is not None, "an upload has a file"
    assert fetched.content is not None
    file.name, file.mime, file.size = fetched.name, fetched.mime, len(fetched.content)
    file.content, file.digest = fetched.content, hashlib.sha256(fetched.content).hexdigest()
    item.title = fetched.name
    await session.flush()


def _learn(item: Item, document: ReadDocument) -> None:
    """What was read; what people have said about it meanwhile stays and wins."""
    is_first = not item.read
    item.read = document.as_read()
    if is_first or not item.lines:  # else somebody may have corrected them
        item.lines = [dict(line) for line in document.lines]
    if document.kind is not None:
        item.kind = document.kind.value
    if document.side is not None:
        item.side = document.side.value


async def _another(
    session: AsyncSession, tools: Tools, first: Item, document: ReadDocument
) -> None:
    """A further document out of the same file, as an item of its own."""
    item = Item(
        id=new_id(),
        workspace_id=first.workspace_id,
        client_id=first.client_id,
        owner=first.owner,
        source="sheet",
        title=first.title,
        submitted_at=first.submitted_at,
        state=ItemState.TO_REVIEW,
        due_at=tools.now(),
    )
    _learn(item, document)
    repeat(item, facts_of(item))
    session.add(item)
    await session.flush()
    await note_change(session, item, "submitted", by=first.owner, at=tools.now())


async def _refuse(session: AsyncSession, tools: Tools, item: Item, refusal: Refusal) -> None:
    """It is no item: whoever dropped it reads why, and what to do."""
    item.state = ItemState.DELETED
    facts = {"code": refusal.code.value}
    await note_change(session, item, "refused to read", by=SYSTEM, at=tools.now(), facts=facts)
    await cards.tell_refused(session, tools, item, refusal)
