"""Whether a claim can go: the document it would be, and everything that keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from commands.publishing.choices import Choices
from commands.publishing.claims.joining import Frame, joined, way_for
from commands.publishing.claims.periods import local_day
from commands.publishing.claims.placing import period_in
from commands.publishing.lists import Lists
from commands.publishing.readiness.destinations import IN_THE_BOOKS
from commands.publishing.readiness.judging import dated
from providers.drafts import Destination, Draft, Way
from storage.models import ExpenseClaim


class Kept(StrEnum):
    """What keeps a claim from going; the words are in publishing/claim_blocks."""

    CHANGED = "changed"
    EMPTY = "empty"
    NOTHING_OWED = "nothing owed"
    NOT_CONNECTED = "not connected"
    NO_WAY = "no way"
    NO_BANK = "no bank"
    LOCKED = "locked"
    ONE_FOR_ALL = "one for all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """`facts` are what its words show."""

    kind: Kept
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """`draft` is the whole claim; None where it cannot be put together."""

    draft: Draft | None
    blocks: tuple[Block, ...]

    @property
    def needs_refresh(self) -> bool:
        return any(each.kind is Kept.CHANGED for each in self.blocks)


def judge(
    claim: ExpenseClaim,
    drafts: Sequence[Draft],
    choices: Choices,
    lists: Lists | None,
    *,
    changed: Sequence[str],
    person: str,
    now: datetime,
) -> Judged:
    """`drafts` are its items as they were put there, `changed` the names of those that are
    something else by now; without usable `lists` nothing is connected."""
    found = [Block(kind=Kept.CHANGED, facts={"names": list(changed)})] if changed else []
    if not drafts:
        return Judged(draft=None, blocks=(Block(kind=Kept.EMPTY), *found))
    if lists is None:
        return Judged(draft=None, blocks=(Block(kind=Kept.NOT_CONNECTED), *found))
    supposed = choices.claims_to or Destination.PURCHASES
    wished, way = way_for(drafts, lists.publishing, supposed)
    if way is None or way.why_not is not None:
        facts = {"to": way.name if way else wished.value, "why": (way.why_not if way else "") or ""}
        return Judged(draft=None, blocks=(*found, Block(kind=Kept.NO_WAY, facts=facts)))
    frame = _frame(claim, person, len(drafts), day=document_day(claim, lists, now), to=supposed)
    whole = joined(drafts, frame, way)
    return Judged(draft=whole, blocks=(*found, *_against(whole, way, lists)))


def reference_of(claim: ExpenseClaim) -> str:
    return f"{claim.id}-{claim.generation}"


def document_day(claim: ExpenseClaim, lists: Lists, now: datetime) -> date:
    """The last of its period, or today while that lasts."""
    return min(claim.ends, local_day(now, lists))


def _frame(claim: ExpenseClaim, person: str, count: int, *, day: date, to: Destination) -> Frame:
    items = "1 item" if count == 1 else f"{count} items"
    return Frame(
        reference=reference_of(claim),
        number=f"EXP-{claim.starts:%y%m%d}-{claim.id[:4].upper()}",
        day=day,
        note=f"Expense claim of {person}, {period_in(claim).name}, {items}",
        supposed=to,
    )


def _against(whole: Draft, way: Way, lists: Lists) -> Iterator[Block]:
    if whole.total <= 0:
        yield Block(kind=Kept.NOTHING_OWED)
    if way.needs_bank_account and whole.bank_account is None:
        yield Block(kind=Kept.NO_BANK, facts={"to": way.name})
    if whole.publish_as in IN_THE_BOOKS and lists.is_locked(whole.posted_on):
        yield Block(kind=Kept.LOCKED, facts={"day": dated(whole.posted_on)})
    for category in sorted(lists.publishing.tracked_whole):
        yield from _one_for_all(whole, category, lists)


def _one_for_all(whole: Draft, category: str, lists: Lists) -> Iterator[Block]:
    chosen = {t.option for line in whole.lines for t in line.tracking if t.category == category}
    named = [lists.tracking[each] for each in sorted(chosen) if each in lists.tracking]
    if len(chosen) > 1:
        what = next((each.category_name for each in named), category)
        facts = {"what": what, "names": [each.name for each in named]}
        yield Block(kind=Kept.ONE_FOR_ALL, facts=facts)
