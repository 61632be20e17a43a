"""What a client chose for publishing: its choices, its rules and its payment methods."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    OPEN_STATES,
    Item,
    ItemState,
    PaymentMethod,
    PublishingChoices,
    Rule,
    RuleKind,
)
from storage.queries.statements import affected, contains, insert_into, table_of

_item = table_of(Item)


class Held(NamedTuple):
    """Open items of one supplier or customer, or of one person; `side` is cost, sale or claim."""

    side: str
    supplier_key: str | None
    owner: str
    number: int


PAST = "submitted_before"  # the condition that says so
_is_current = Rule.conditions[PAST].as_string().is_(None)


async def choices(
    session: AsyncSession, workspace_id: str, client_id: str
) -> PublishingChoices | None:
    """None as long as nothing was chosen."""
    return await session.scalar(_choices(workspace_id, client_id))


async def hold_choices(
    session: AsyncSession, workspace_id: str, client_id: str
) -> PublishingChoices:
    """The row to change, kept from others until the commit; a new one is of version 0."""
    key = {"workspace_id": workspace_id, "client_id": client_id}
    new = insert_into(session, PublishingChoices).values(
        key | {"choices": {}, "auto_since": {}, "version": 0}
    )
    await session.execute(new.on_conflict_do_nothing())
    found = _choices(workspace_id, client_id).with_for_update()
    return (await session.scalars(found, execution_options={"populate_existing": True})).one()


async def rules(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    *,
    kind: RuleKind | None = None,
    subject: str | None = None,
    text: str = "",
    past: bool = False,
) -> Sequence[Rule]:
    """By subject, and of one subject in the order in which they are tried.

    With `past` also what rules were, for items that came before they were changed.
    """
    found = select(Rule).where(Rule.workspace_id == workspace_id, Rule.client_id == client_id)
    if not past:
        found = found.where(_is_current)
    if kind is not None:
        found = found.where(Rule.kind == kind)
    if subject is not None:
        found = found.where(Rule.subject == subject)
    if text:
        found = found.where(
            or_(
                contains(Rule.subject, text.casefold()),
                func.lower(Rule.title).contains(text.casefold(), autoescape=True),
            )
        )
    order = (Rule.kind, Rule.subject, Rule.position, Rule.made_at, Rule.id)
    return (await session.scalars(found.order_by(*order))).all()


async def count_rules(
    session: AsyncSession, workspace_id: str, client_id: str
) -> Mapping[RuleKind, int]:
    """{whose items they are for: how many}"""
    counted = (
        select(Rule.kind, func.count())
        .where(Rule.workspace_id == workspace_id, Rule.client_id == client_id, _is_current)
        .group_by(Rule.kind)
    )
    return dict((await session.execute(counted)).all())


async def methods(
    session: AsyncSession, workspace_id: str, client_id: str
) -> Sequence[PaymentMethod]:
    """By name."""
    found = select(PaymentMethod).where(
        PaymentMethod.workspace_id == workspace_id, PaymentMethod.client_id == client_id
    )
    order = (PaymentMethod.name_key, PaymentMethod.id)
    return (await session.scalars(found.order_by(*order))).all()


async def items_changed(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    *,
    now: datetime,
    supplier_key: str | None = None,
    sides: Collection[str] | None = None,
    owner: str | None = None,
) -> int:
    """Have open items looked at again, all of the client or some of them; how many."""
    looked_at = update(_item).where(
        _open(workspace_id, client_id), or_(_item.c.due_at.is_(None), _item.c.due_at > now)
    )
    if supplier_key is not None:
        looked_at = looked_at.where(_item.c.supplier_key == supplier_key)
    if sides is not None:
        looked_at = looked_at.where(_item.c.side.in_(list(sides)))
    if owner is not None:
        looked_at = looked_at.where(_item.c.owner == owner)
    return await affected(session, looked_at.values(due_at=now))


async def held(session: AsyncSession, workspace_id: str, client_id: str) -> Sequence[Held]:
    """How many open items there are of whom."""
    columns = (_item.c.side, _item.c.supplier_key, _item.c.owner)
    counted = select(*columns, func.count()).where(_open(workspace_id, client_id))
    return [Held(*row) for row in await session.execute(counted.group_by(*columns))]


async def latest_of_supplier(
    session: AsyncSession,
    workspace_id: str,
    client_id: str,
    supplier_key: str,
    *,
    limit: int = 20,
) -> Sequence[Item]:
    """Its newest items that were not thrown away, the newest first."""
    found = select(Item).where(
        Item.workspace_id == workspace_id,
        Item.client_id == client_id,
        Item.supplier_key == supplier_key,
        Item.state.not_in((ItemState.DELETED, ItemState.MERGED)),
    )
    newest = found.order_by(Item.submitted_at.desc(), Item.id.desc()).limit(limit)
    return (await session.scalars(newest)).all()


def _choices(workspace_id: str, client_id: str) -> Select[PublishingChoices]:
    return select(PublishingChoices).where(
        PublishingChoices.workspace_id == workspace_id, PublishingChoices.client_id == client_id
    )


def _open(workspace_id: str, client_id: str) -> ColumnElement[bool]:
    own = _item.c
    return (
        (own.workspace_id == workspace_id)
        & (own.client_id == client_id)
        & own.state.in_(OPEN_STATES)
    )
