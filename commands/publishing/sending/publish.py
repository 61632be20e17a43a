"""Asking for items to be published: judged once more, written down, and on their way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context, Tools
from commands.errors import Refused
from commands.permissions import Permission
from commands.publishing.catalogue import told
from commands.publishing.facts import Side
from commands.publishing.history import note_change
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.readiness.readiness import Assessment, reassess
from commands.publishing.sending.drafting import draft
from commands.publishing.sending.outcome import tell
from commands.publishing.sending.sent import kept
from commands.registry import command
from commands.replies import NOTHING, Button, Buttons, Reply, Style, Words, call
from providers.drafts import Draft
from storage.identity import new_id
from storage.models import (
    Batch,
    Client,
    Connection,
    Item,
    ItemState,
    Publication,
    PublicationState,
)
from storage.queries import publications
from storage.queries.items import ready

CAN_GO = frozenset({ItemState.READY, ItemState.APPROVED, ItemState.TO_REVIEW})
MOST = 1_000  # items of one batch
AT_ONCE = 25  # judged in one transaction
WRITTEN_WITHIN = timedelta(minutes=1)


@dataclass(kw_only=True, slots=True)
class Sorted:
    """What came of items that were asked for: how many go, in which batch, how many are on their
    way already, the names of what is published, and (id, name, why) of what cannot go."""

    going: int = 0
    batch_id: str | None = None
    under_way: int = 0
    published: list[str] = field(default_factory=list)
    held: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.going or self.under_way or self.published or self.held)


@command(
    "publishing.publish",
    usage="publish <client>",
    summary="send what is ready to its ledger",
    permission=Permission.PUBLISH,
)
async def publish(context: Context, *, client: Client, items: tuple[str, ...] = ()) -> Reply:
    """Publish items of a client: those named, else everything that is ready."""
    found = await send_now(context, client, items)
    return answer(context, client, found)


async def send_now(context: Context, client: Client, ids: Sequence[str]) -> Sorted:
    """Judge and send these, or everything that is ready; what came of each.

    A few at a time, so that nobody waits long for the database; the batch is sent when all of it is
    written down, or a minute after whoever wrote it was cut off.
    """
    if not ids:
        async with context.tools.database.read() as session:
            ids = await ready(session, context.workspace_id, client.id, limit=MOST)
    found = Sorted()
    for start in range(0, min(len(ids), MOST), AT_ONCE):
        await _sort_some(context, client, ids[start : start + AT_ONCE], found)
        await asyncio.sleep(0)
    if found.is_empty:
        raise Refused("publishing/nothing", items_button(client), client=client.name)
    if found.batch_id is not None:
        await _let_go(context, client, found)
    return found


async def _sort_some(context: Context, client: Client, ids: Sequence[str], found: Sorted) -> None:
    tools, now, who = context.tools, context.now, context.actor.person_id
    async with tools.database.begin() as session:
        items = await publications.items_of(session, context.workspace_id, ids, lock=True)
        mine = [item for item in items if item.client_id == client.id]
        going = await sort_out(session, tools, mine, into=found, now=now)
        if not going:
            return
        if found.batch_id is None:
            batch = await begin(
                session, tools, client, going, by=who, now=now, due_at=now + WRITTEN_WITHIN
            )
            found.batch_id = batch.id
        else:
            known = await publications.find_batch(session, context.workspace_id, found.batch_id)
            connection = going[0][1].connection
            assert known is not None
            assert connection is not None
            await join(session, tools, known, connection, going, by=who)


async def _let_go(context: Context, client: Client, found: Sorted) -> None:
    assert found.batch_id is not None
    async with context.tools.database.begin() as session:
        batch = await publications.find_batch(session, context.workspace_id, found.batch_id)
        if batch is not None and batch.run_id is None:
            batch.due_at = context.now
        record(session, context, "items.published", client, after={"items": found.going})
    context.tools.jobs.submit("publishing.send", found.batch_id)


async def sort_out(
    session: AsyncSession,
    tools: Tools,
    items: Sequence[Item],
    *,
    into: Sorted,
    now: datetime,
) -> Sequence[tuple[Item, Assessment]]:
    """Judge each as it is now, and give those that go; the rows are locked meanwhile."""
    going = []
    for item in items:
        sent = await publications.of_item(session, item.workspace_id, item.id, item.generation)
        if sent is not None and sent.state in publications.UNDER_WAY:
            into.under_way += 1
        elif sent is not None and sent.state == PublicationState.PUBLISHED:
            into.published.append(item.title)
        elif item.side == Side.CLAIM:
            into.held.append((item.id, item.supplier or item.title, "it goes with its claim"))
        elif item.state not in CAN_GO:
            into.held.append((item.id, item.supplier or item.title, f"it is {item.state.value}"))
        else:
            judged = await reassess(session, tools, item, now=now)
            if judged.obstacles:
                why = told(judged.obstacles[0].code, judged.obstacles[0].facts).title
                into.held.append((item.id, item.supplier or item.title, why))
            else:
                going.append((item, judged))
    into.going += len(going)
    return going


async def begin(
    session: AsyncSession,
    tools: Tools,
    client: Client,
    going: Sequence[tuple[Item, Assessment]],
    *,
    by: str,
    now: datetime,
    is_automatic: bool = False,
    due_at: datetime | None = None,
) -> Batch:
    """Write down that they are to be sent, once each; the channel is told that they are."""
    connection = going[0][1].connection
    assert connection is not None
    batch = new_batch(connection, by=by, at=now, due_at=due_at or now, is_automatic=is_automatic)
    session.add(batch)
    await join(session, tools, batch, connection, going, by=by)
    return batch


def new_batch(
    connection: Connection, *, by: str, at: datetime, due_at: datetime, is_automatic: bool = False
) -> Batch:
    """For the books that the connection leads to now."""
    return Batch(
        id=new_id(),
        workspace_id=connection.workspace_id,
        client_id=connection.client_id,
        connection_id=connection.id,
        organisation_id=connection.organisation_id,
        by=by,
        at=at,
        is_automatic=is_automatic,
        due_at=due_at,
    )


async def join(
    session: AsyncSession,
    tools: Tools,
    batch: Batch,
    connection: Connection,
    going: Sequence[tuple[Item, Assessment]],
    *,
    by: str,
) -> None:
    """Add to a batch of which nothing has been sent yet."""
    now = tools.now()
    for item, judged in going:
        await _intend(session, batch, connection, item, judged, now=now)
        facts = {"batch": batch.id, "automatic": batch.is_automatic}
        await note_change(session, item, "sent", by=by, at=now, facts=facts)
    await session.flush()
    await tell(session, tools, batch, connection)


async def _intend(
    session: AsyncSession,
    batch: Batch,
    connection: Connection,
    item: Item,
    judged: Assessment,
    *,
    now: datetime,
) -> None:
    """The one publication of this generation: made, or after a refusal used again."""
    assert judged.lists is not None
    reference = f"{item.id}-{item.generation}"
    own = await publications.of_item(session, item.workspace_id, item.id, item.generation)
    if own is None:
        own = Publication(
            id=new_id(),
            workspace_id=item.workspace_id,
            client_id=item.client_id,
            item_id=item.id,
            generation=item.generation,
            batch_id=batch.id,
            connection_id=connection.id,
            reference=reference,
            at=now,
        )
        session.add(own)
    made = draft(judged.facts, judged.coding, judged.choices, judged.lists, reference=reference)
    intend(own, batch, made, notices=judged.notices, now=now)
    item.state, item.error = ItemState.PUBLISHING, {}
    item.due_at = now  # where it was handed in is told


def intend(
    own: Publication,
    batch: Batch,
    made: Draft,
    *,
    notices: Sequence[Obstacle] = (),
    now: datetime,
) -> None:
    """What is to be sent is written down; after a refusal the same publication is used again."""
    own.batch_id, own.connection_id, own.at = batch.id, batch.connection_id, now
    own.state, own.call_key, own.ended_at = PublicationState.SENDING, None, None
    own.problems, own.notice = [], _noticed(notices)
    own.draft = kept(made)


def _noticed(notices: Sequence[Obstacle]) -> dict[str, object]:
    return (
        {"before": [{"code": n.code, "facts": dict(n.facts)} for n in notices]} if notices else {}
    )


def items_button(client: Client) -> Button:
    return Button(label="Items", does=call("items.list", client=client.id))


def is_told_here(context: Context, client: Client) -> bool:
    """Whether the message of a batch comes to where it was asked for."""
    return client.channel_id is not None and client.channel_id == context.channel_id


def answer(context: Context, client: Client, found: Sorted) -> Reply:
    """What the message of the batch does not tell whoever asked: what does not go, and elsewhere
    where that message is."""
    is_here = is_told_here(context, client)
    if is_here and not (found.under_way or found.published or found.held):
        return NOTHING
    data = {
        "client": client.name,
        "place": client.channel_id,
        "going": 0 if is_here else found.going,
        "under_way": found.under_way,
        "published": found.published,
        "held": [{"name": name, "why": why} for _, name, why in found.held],
    }
    buttons = [items_button(client)]
    if len(found.held) == 1:
        ((item_id, _, _),) = found.held
        show = call("items.show", item=item_id)
        buttons.insert(0, Button(label="What is wrong", does=show, style=Style.PRIMARY))
    words = Words(template="publishing/asked", data=data)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))
