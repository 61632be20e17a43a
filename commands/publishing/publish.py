"""Asking for items to be published: judged once more, written down, and on their way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context, Tools
from commands.errors import Refused
from commands.permissions import Permission
from commands.publishing.drafting import draft
from commands.publishing.history import note_change
from commands.publishing.obstacles import Obstacle
from commands.publishing.outcome import tell
from commands.publishing.readiness import Assessment, reassess
from commands.publishing.sent import kept
from commands.registry import command
from commands.replies import Button, Buttons, Reply, Style, Words, call
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

CAN_GO = frozenset({ItemState.READY, ItemState.APPROVED, ItemState.TO_REVIEW})
MOST = 1_000  # items of one batch


@dataclass(kw_only=True, slots=True)
class Sorted:
    """Items that were asked for: what goes, what is on its way already, what cannot."""

    going: list[tuple[Item, Assessment]] = field(default_factory=list)
    under_way: list[Item] = field(default_factory=list)
    published: list[Item] = field(default_factory=list)
    held: list[tuple[Item, Sequence[Obstacle]]] = field(default_factory=list)


@command(
    "publishing.publish",
    usage="publish <client>",
    summary="send what is ready to its ledger",
    permission=Permission.SEE_CLIENT,
)
async def publish(context: Context, *, client: Client, items: tuple[str, ...] = ()) -> Reply:
    """Publish items of a client: those named, else everything that is ready."""
    async with context.tools.database.begin() as session:
        found, batch = await send_now(session, context, client, items)
    if batch is not None:
        context.tools.jobs.submit("publishing.send", batch.id)
    return answer(client, found)


async def send_now(
    session: AsyncSession, context: Context, client: Client, ids: Sequence[str]
) -> tuple[Sorted, Batch | None]:
    """Part of the transaction: what came of each item, and the batch of those that go."""
    wanted = await _wanted(session, context, client, ids)
    found = await sort_out(session, context.tools, wanted, now=context.now)
    if not found.going:
        return found, None
    who, now = context.actor.person_id, context.now
    batch = await begin(session, context.tools, client, found.going, by=who, now=now)
    record(session, context, "items.published", client, after={"items": len(found.going)})
    return found, batch


async def _wanted(
    session: AsyncSession, context: Context, client: Client, ids: Sequence[str]
) -> Sequence[Item]:
    if not ids:
        ids = await publications.ready(session, context.workspace_id, client.id, limit=MOST)
    found = await publications.items_of(session, context.workspace_id, ids[:MOST], lock=True)
    mine = [item for item in found if item.client_id == client.id]
    if not mine:
        raise Refused("publishing/nothing", items_button(client), client=client.name)
    return mine


async def sort_out(
    session: AsyncSession, tools: Tools, items: Sequence[Item], *, now: datetime
) -> Sorted:
    """Judge each as it is now; the rows are locked, so nobody else does at the same time."""
    found = Sorted()
    for item in items:
        sent = await publications.of_item(session, item.workspace_id, item.id, item.generation)
        if sent is not None and sent.state in publications.UNDER_WAY:
            found.under_way.append(item)
        elif sent is not None and sent.state == PublicationState.PUBLISHED:
            found.published.append(item)
        elif item.state in CAN_GO:
            judged = await reassess(session, tools, item, now=now)
            if judged.obstacles or judged.lists is None:
                found.held.append((item, judged.obstacles))
            else:
                found.going.append((item, judged))
        else:
            found.held.append((item, (Obstacle(code="NOT_OPEN", facts={"state": item.state}),)))
    return found


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
    batch = Batch(
        id=new_id(),
        workspace_id=client.workspace_id,
        client_id=client.id,
        connection_id=connection.id,
        by=by,
        at=now,
        is_automatic=is_automatic,
        due_at=due_at or now,
    )
    session.add(batch)
    await join(session, tools, batch, connection, going, by=by)
    return batch


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
    own.batch_id, own.connection_id, own.at = batch.id, connection.id, now
    own.state, own.call_key, own.ended_at = PublicationState.SENDING, None, None
    own.problems, own.notice = [], _noticed(judged.notices)
    made = draft(judged.facts, judged.coding, judged.choices, judged.lists, reference=reference)
    own.draft = kept(made)
    item.state, item.error = ItemState.PUBLISHING, {}
    item.due_at = now  # where it was handed in is told


def _noticed(notices: Sequence[Obstacle]) -> dict[str, object]:
    return (
        {"before": [{"code": n.code, "facts": dict(n.facts)} for n in notices]} if notices else {}
    )


def items_button(client: Client) -> Button:
    return Button(label="Items", does=call("items.list", client=client.id))


def answer(client: Client, found: Sorted) -> Reply:
    data = {
        "client": client.name,
        "going": len(found.going),
        "under_way": len(found.under_way),
        "published": [item.title for item in found.published],
        "held": [
            {"title": item.supplier or item.title, "codes": [each.code for each in obstacles]}
            for item, obstacles in found.held
        ],
    }
    buttons = [items_button(client)]
    if len(found.held) == 1:
        item, _ = found.held[0]
        mend = Button(
            label="What is wrong", does=call("items.show", item=item.id), style=Style.PRIMARY
        )
        buttons.insert(0, mend)
    words = Words(template="publishing/asked", data=data)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))
