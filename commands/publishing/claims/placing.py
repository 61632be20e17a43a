"""Which claim an item is on: put on one when it can go, and marked there when it changes."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.permissions import SYSTEM
from commands.publishing.claims.joining import named
from commands.publishing.claims.periods import (
    Period,
    local_day,
    period_for,
    told_at,
    zone_of,
)
from commands.publishing.facts import Side
from commands.publishing.history import note_change
from commands.publishing.readiness.readiness import Assessment
from commands.publishing.sending.drafting import draft
from commands.publishing.sending.sent import kept
from providers.drafts import Draft
from storage.models import ClaimPart, ClaimState, ExpenseClaim, Item, ItemState
from storage.queries import claims

FIT = frozenset({ItemState.READY, ItemState.APPROVED})
OF_CLAIM = ("kind", "date", "currency", "rate", "treatment", "lines", "total")


def comes_to(item: Item, judged: Assessment) -> Draft | None:
    """What it is on a claim; None while it is no expense, or cannot go."""
    if judged.facts.side is not Side.CLAIM or item.state not in FIT or judged.obstacles:
        return None
    assert judged.lists is not None, "it can go"
    reference = f"{item.id}-{item.generation}"
    made = draft(judged.facts, judged.coding, judged.choices, judged.lists, reference=reference)
    whose = f"{item.supplier or item.title}, {made.date.day} {made.date:%B}"
    return named(made, whose)


def is_same(told: dict[str, object], now: Draft) -> bool:
    """Whether the claim would say of it what was written down; `told` is a kept draft."""
    before = msgspec.convert(told, Draft)
    return all(getattr(before, name) == getattr(now, name) for name in OF_CLAIM)


async def follow_claim(
    session: AsyncSession, item: Item, judged: Assessment, *, now: datetime
) -> None:
    """Put it on a claim if it can go and is on none; part of the transaction that judged it.

    What is on a claim stays there as it was, and is marked, until somebody refreshes that.
    """
    part = await claims.part_of(session, item.workspace_id, item.id)
    if part is not None:
        await _mark(session, item, part, judged)
        return
    expense = comes_to(item, judged)
    if expense is not None:
        claim = await _claim_for(session, item, expense, judged, now=now)
        await put_on(session, claim, item, expense, now=now)


async def _mark(session: AsyncSession, item: Item, part: ClaimPart, judged: Assessment) -> None:
    claim = await claims.find(session, item.workspace_id, part.claim_id)
    is_judged = judged.lists is not None and judged.connection and judged.connection.is_usable
    if claim is not None and claim.state is ClaimState.OPEN and is_judged:
        expense = comes_to(item, judged)
        part.is_changed = expense is None or not belongs(claim, item, part, expense)


def belongs(claim: ExpenseClaim, item: Item, part: ClaimPart, expense: Draft) -> bool:
    """Whether it is there as it would be put there now."""
    is_theirs = (item.owner, expense.currency) == (claim.owner, claim.currency)
    return is_theirs and is_same(part.draft, expense)


async def put_on(
    session: AsyncSession, claim: ExpenseClaim, item: Item, expense: Draft, *, now: datetime
) -> None:
    session.add(
        ClaimPart(
            item_id=item.id,
            workspace_id=item.workspace_id,
            claim_id=claim.id,
            draft=kept(expense),
            put_at=now,
        )
    )
    told = {"other": period_in(claim).name}
    await note_change(session, item, "put on a claim", by=SYSTEM, at=now, facts=told)
    await session.flush()


async def _claim_for(
    session: AsyncSession, item: Item, expense: Draft, judged: Assessment, *, now: datetime
) -> ExpenseClaim:
    """The open one that takes it, held until the commit; made where there is none."""
    lists = judged.lists
    whose = item.workspace_id, item.client_id
    own = {"owner": item.owner, "currency": expense.currency}
    while True:
        every = await claims.of_owner(session, *whose, **own)
        found = period_for(
            expense.date,
            local_day(now, lists),
            judged.choices.claims_every,
            taking=[period_in(each) for each in every if each.state is ClaimState.OPEN],
            closed=[period_in(each) for each in every if each.state is not ClaimState.OPEN],
        )
        claim = await claims.open_one(
            session, *whose, **own, starts=found.starts, ends=found.ends,
            due_at=told_at(found, zone_of(lists)), now=now,
        )  # fmt: skip
        if claim.state is ClaimState.OPEN:  # else it went while we looked
            return claim


def period_in(claim: ExpenseClaim) -> Period:
    return Period(starts=claim.starts, ends=claim.ends)
