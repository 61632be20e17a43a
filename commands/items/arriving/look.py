"""Looking at an item: fetched and read if it is new, judged, compared, and told."""

import asyncio
import hashlib
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.heartbeat import LEASE, beating
from commands.items.arriving import cards
from commands.items.arriving.learning import learn
from commands.items.arriving.sheets import is_first, take_rows, tell_list
from commands.items.reading.file import MOST_BYTES, read_file
from commands.items.reading.reading import Reading, Refusal, RefusalCode
from commands.items.twins.twinning import is_same_file, seek_twin
from commands.permissions import SYSTEM
from commands.ports import Absence, Fetched, Unfetched
from commands.publishing.approvals.following import follow
from commands.publishing.claims.placing import follow_claim
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import JUDGED, reassess
from commands.publishing.sending.automatic_run import publish_by_itself
from commands.registry import job
from storage.identity import new_id
from storage.models import Item, ItemState, Purpose
from storage.queries import clients, connections, intake, item_files, organisations

TRIES = 5
AGAIN = timedelta(seconds=30)
ABSENT = {
    Absence.DELETED: RefusalCode.TOMBSTONE,
    Absence.HIDDEN: RefusalCode.HIDDEN,
    Absence.EXTERNAL: RefusalCode.EXTERNAL,
}

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
            async with beating(partial(_extend, tools, key, run_id)):
                fetched, reading = await _read(tools, item)
        except Unfetched as error:
            await _later(tools, key, run_id, error)
            return
    async with tools.database.begin() as session:
        fresh = await intake.held(session, key, run_id)
        if fresh is None:
            return
        batch = await _finish(session, tools, fresh, fetched, reading)
        if is_first(fresh):
            await tell_list(session, tools, fresh)
    if batch is not None:
        tools.jobs.submit("publishing.send", batch)


async def _extend(tools: Tools, item_id: str, run_id: str) -> bool:
    async with tools.database.begin() as session:
        return await intake.extend(session, item_id, run_id, until=tools.now() + LEASE)


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
    if fetched is None or fetched.absent is not None:
        return Refusal(code=ABSENT[(fetched and fetched.absent) or Absence.DELETED])
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


async def _later(tools: Tools, item_id: str, run_id: str, error: Unfetched) -> None:
    """Try again in a while; say so where that has not helped, or cannot."""
    async with tools.database.begin() as session:
        item = await intake.held(session, item_id, run_id)
        if item is None:
            return
        item.tries += 1
        item.run_id = item.lease_until = None
        is_last = error.is_locked or item.tries >= TRIES
        item.due_at = None if is_last else tools.now() + AGAIN * item.tries
        if is_last:
            item.state = ItemState.TO_REVIEW
            await cards.tell_unfetched(session, tools, item, is_locked=error.is_locked)
    log.warning("item.not_fetched", item=item_id, reason=str(error))


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
    if fetched is not None:
        item.title = fetched.name or item.title
        await _keep(session, item, fetched)
    if reading is not None:
        if reading.refusal is not None:
            await _refuse(session, tools, item, reading.refusal)
            return None
        learn(item, reading.documents[0], reading.division)
        await note_change(session, item, "read", by=SYSTEM, at=tools.now())
    is_known = is_new and await is_same_file(session, tools, item)
    if reading is not None and reading.is_list and not is_known:
        await take_rows(session, tools, item, reading)
    if item.state not in JUDGED:  # it goes, is gone, or waits for somebody: only its message is due
        batch = await follow(session, tools, item)
        await cards.tell(session, tools, item, None)
        return batch
    return await _judge(session, tools, item, is_new=is_new)


async def _judge(session: AsyncSession, tools: Tools, item: Item, *, is_new: bool) -> str | None:
    """The id of a batch that it went into by itself."""
    judged = await reassess(session, tools, item, now=tools.now())
    judged = await seek_twin(session, tools, item, judged)
    await follow_claim(session, item, judged, now=tools.now())
    batch = await publish_by_itself(session, tools, item, judged)
    if item.state is ItemState.DELETED and item.place is None:
        item.place = await _channel(session, item)  # of a row of a list too it is told
    if is_new or item.told != cards.gist(item, judged):
        await cards.tell(session, tools, item, judged)
    return batch.id if batch else None


async def _channel(session: AsyncSession, item: Item) -> str:
    """Where people read of its client."""
    client = await clients.find(session, item.workspace_id, item.client_id)
    return (client and client.channel_id) or item.owner


async def _keep(session: AsyncSession, item: Item, fetched: Fetched) -> None:
    if fetched.content is None:
        return
    file = await item_files.one(session, item.workspace_id, item.id, 0)
    assert file is not None, "an upload has a file"
    file.name, file.mime, file.size = fetched.name, fetched.mime, len(fetched.content)
    file.content, file.digest = fetched.content, hashlib.sha256(fetched.content).hexdigest()
    await session.flush()


async def _refuse(session: AsyncSession, tools: Tools, item: Item, refusal: Refusal) -> None:
    """It is no item: whoever dropped it reads why, and what to do."""
    item.state = ItemState.DELETED
    facts = {"code": refusal.code.value}
    await note_change(session, item, "refused to read", by=SYSTEM, at=tools.now(), facts=facts)
    await cards.tell_refused(session, tools, item, refusal)
