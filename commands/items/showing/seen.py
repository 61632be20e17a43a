"""An item with everything that its screens tell of it, read in one go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.items.arriving.sheets import holder_of
from commands.items.finding import client_of
from commands.items.showing.naming import Names
from commands.publishing.approvals.changing import open_fields
from commands.publishing.readiness.readiness import Assessment, assess
from commands.publishing.sending.where import address_of
from storage.models import (
    Client,
    ExpenseClaim,
    Item,
    ItemFile,
    ItemState,
    Publication,
    PublicationState,
)
from storage.queries import claims, item_files, items, people, publications


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """`sent` is the publication of this generation of it. `twin` is the item it looks like, while
    nobody has said what that means; `address` leads to it in the ledger's own pages. `open_fields`
    are what the reader may change of it, None where that is everything; `is_asked` is whether it
    waits for the reader's approval. `claim` is the expense claim it is on."""

    item: Item
    client: Client
    judged: Assessment
    names: Names
    files: Sequence[ItemFile]
    sent: Publication | None = None
    twin: Item | None = None
    address: str | None = None
    open_fields: frozenset[str] | None = None
    is_asked: bool = False
    claim: ExpenseClaim | None = None

    def lets_change(self, fields: Iterable[str] = ()) -> bool:
        """Whether the reader may change any of these; without any, whatever they like."""
        return self.open_fields is None or not self.open_fields.isdisjoint(fields)

    @property
    def is_published(self) -> bool:
        return self.sent is not None and self.sent.state is PublicationState.PUBLISHED

    @property
    def software(self) -> str:
        return self.judged.lists.software if self.judged.lists else "the ledger"


async def seen(session: AsyncSession, context: Context, item: Item) -> Seen:
    """As it stands now; nothing is changed."""
    own = item.workspace_id, item.id
    judged = await assess(session, context.tools, item)
    sent = await publications.of_item(session, *own, item.generation)
    return Seen(
        item=item,
        client=await client_of(session, item),
        judged=judged,
        names=await names_of(session, judged, item.workspace_id),
        files=await item_files.of_item(session, item.workspace_id, holder_of(item)),
        sent=sent,
        twin=await _twin(session, item),
        address=await address_of(session, context.tools, judged.connection, sent),
        claim=(await claims.of_items(session, item.workspace_id, [item.id])).get(item.id),
        open_fields=await open_fields(session, context, item),
        is_asked=item.state is ItemState.PENDING
        and context.actor.person_id in item.approval.get("asked", ()),
    )


async def names_of(session: AsyncSession, judged: Assessment, workspace_id: str) -> Names:
    """What the ids in an item's coding stand for."""
    return Names(
        lists=judged.lists,
        facts=judged.facts,
        people=await people_names(session, workspace_id),
        methods={method.id: method.name for method in judged.methods},
    )


async def people_names(session: AsyncSession, workspace_id: str) -> Mapping[str, str]:
    everybody = await people.everybody(session, workspace_id)
    return {person.id: person.name for person in everybody}


async def _twin(session: AsyncSession, item: Item) -> Item | None:
    if item.twin_id is None or item.twin_id in item.twins_accepted or not item.is_open:
        return None
    found = await items.find(session, item.workspace_id, item.twin_id)
    is_gone = found is None or found.state in (ItemState.DELETED, ItemState.MERGED)
    return None if is_gone else found
