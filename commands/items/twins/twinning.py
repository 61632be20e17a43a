"""Noticing that something was handed in before: the same file, or the same purchase."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.permissions import SYSTEM
from commands.publishing.choices import TwinMode
from commands.publishing.facts import ItemKind, Side
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import Assessment, choices_of, reassess
from commands.publishing.readiness.twins import Document, Likeness, twins
from storage.models import Item, ItemState
from storage.queries import item_files, items
from storage.queries.items import Twin


async def is_same_file(session: AsyncSession, tools: Tools, item: Item) -> bool:
    """Whether exactly this file is here already; then this item is put aside."""
    alike = await item_files.same_file(session, item.workspace_id, item.id)
    first = next((each for each in alike if each not in item.twins_accepted), None)
    if first is None:
        return False
    item.state, item.twin_id = ItemState.MERGED, first
    facts = {"twin": first}
    await note_change(session, item, "same file", by=SYSTEM, at=tools.now(), facts=facts)
    return True


async def seek_twin(
    session: AsyncSession, tools: Tools, item: Item, judged: Assessment
) -> Assessment:
    """Judge it again where it looks like another one, which people have not said it is not."""
    choices = await choices_of(session, item.workspace_id, item.client_id)
    if choices.twins is TwinMode.OFF or item.twin_id is not None:
        return judged
    found = await items.twin_candidates(
        session,
        item.workspace_id,
        item.client_id,
        besides=item.id,
        total=item.total,
        supplier_key=item.supplier_key,
        number=item.number,
    )
    others = [_document(each) for each in found if each.id not in item.twins_accepted]
    alike = twins(_document(item), others)
    if not alike:
        return judged
    nearest = alike[0]
    item.twin_id = nearest.document.id
    facts = {"twin": item.twin_id, "is_sure": nearest.likeness is Likeness.SAME}
    await note_change(session, item, "looks like", by=SYSTEM, at=tools.now(), facts=facts)
    if choices.twins is TwinMode.AUTOMATIC and nearest.likeness is Likeness.SAME:
        item.state = ItemState.DELETED
        return judged
    return await reassess(session, tools, item, now=tools.now())


def _document(row: Item | Twin) -> Document:
    return Document(
        id=row.id,
        side=Side(row.side),
        supplier=row.supplier_key,
        total=row.total,
        kind=ItemKind(row.kind),
        day=row.day,
        number=row.number,
        currency=row.currency,
        owner=row.owner,
    )
