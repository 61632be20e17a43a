"""Several items that were refused for one cause, which one choice mends for all of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.publishing.catalogue import Remedy, entry
from commands.publishing.coding import Coded
from storage.models import Item, Publication, PublicationState
from storage.queries import publications

SHARED = frozenset(
    {
        Coded.ACCOUNT,
        Coded.BANK_ACCOUNT,
        Coded.CONTACT,
        Coded.CUSTOMER,
        Coded.PRODUCT,
        Coded.PUBLISH_AS,
        Coded.PUBLISH_TO,
        Coded.TAX_RATE,
        Coded.TRACKING_1,
    }
)  # what many items may have in common; a number or an amount each has for itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """`count` items whose ledger said the same, and what mends it."""

    code: str
    remedy: Remedy
    count: int


def commonest(refused: Sequence[Publication]) -> Alike | None:
    """The cause of two or more, claims aside; the first of those that are equally common."""
    codes = Counter(code_of(each) for each in refused if each.item_id is not None)
    for code, count in codes.most_common():
        remedy = entry(code).button
        if count > 1 and remedy.command == "items.edit" and remedy.field in SHARED:
            return Alike(code=code, remedy=remedy, count=count)
    return None


def code_of(publication: Publication) -> str:
    """What it was refused for: what stands first."""
    first = publication.problems[0] if publication.problems else {}
    return first.get("code") or ""


async def refused_alike(
    session: AsyncSession, workspace_id: str, batch_id: str, code: str, *, lock: bool = False
) -> Sequence[Item]:
    """Those of a batch that were refused for it and have not been touched since."""
    every = await publications.of_batch(session, workspace_id, batch_id)
    ids = [
        each.item_id
        for each in every
        if each.state is PublicationState.REFUSED and code_of(each) == code and each.item_id
    ]
    found = await publications.items_of(session, workspace_id, ids, lock=lock)
    return [each for each in found if each.is_open and each.error.get("code") == code]
