"""Rules, payment methods and workflows are found, locked, moved and brought back alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict, NotFound
from commands.publishing.wording import UNDO
from commands.replies import Button
from storage.models import ApprovalWorkflow, Client, Rule
from storage.queries import audit, policies
from storage.queries.policies import Policy

Ordered = TypeVar("Ordered", Rule, ApprovalWorkflow)

INSTANTS = frozenset({"auto_since", "made_at"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind(Generic[Policy]):
    """`word` stands in names of events and templates, `noun` is what people read, `button` leads to
    all those of a client."""

    entity: type[Policy]
    word: str
    noun: str
    title: Callable[[Policy], str]
    button: Callable[[Client], Button]

    @property
    def removed(self) -> str:
        """The event of taking one away."""
        return f"publishing.{self.word}_removed"


async def found(
    session: AsyncSession,
    context: Context,
    kind: Kind[Policy],
    client: Client,
    policy_id: str,
    *,
    lock: bool = False,
) -> Policy:
    """Raises NotFound, with the way to those that are there."""
    own = context.workspace_id, client.id
    row = await policies.find(session, *own, kind.entity, policy_id, lock=lock)
    if row is None:
        raise NotFound(kind=kind.noun, text=f"that {kind.noun}", nearest=(kind.button(client),))
    return row


async def locked(
    session: AsyncSession,
    context: Context,
    kind: Kind[Policy],
    client: Client,
    policy_id: str,
    *,
    version: int | None,
) -> Policy:
    """Kept from others until the commit.

    Raises NotFound, and Conflict where it is not what a form of that version showed any more.
    """
    row = await found(session, context, kind, client, policy_id, lock=True)
    if version is not None and row.version != version:
        template = f"publishing/{kind.word}_changed_meanwhile"
        raise Conflict(template, kind.button(client), title=kind.title(row))
    return row


async def remove(
    session: AsyncSession, context: Context, kind: Kind[Policy], row: Policy, was: Mapping[str, Any]
) -> None:
    """`was` is all that it takes to have it back."""
    record(session, context, kind.removed, row, before=was)
    await policies.remove(session, row.workspace_id, row.client_id, kind.entity, row.id)


async def removed_lately(
    session: AsyncSession, context: Context, kind: Kind[Policy], client: Client, policy_id: str
) -> dict[str, Any]:
    """What it was. Raises Conflict when it was removed too long ago, or is there again."""
    there = await policies.find(session, context.workspace_id, client.id, kind.entity, policy_id)
    events = await audit.of_subject(session, context.workspace_id, policy_id)
    lately = (e for e in events if e.action == kind.removed and e.at >= context.now - UNDO)
    removal = next(lately, None)
    if there is not None or removal is None or removal.client_id != client.id:
        raise Conflict("publishing/not_restored", kind.button(client), what=kind.noun)
    return {
        name: datetime.fromisoformat(value) if name in INSTANTS and value else value
        for name, value in removal.before.items()
    }


def move(
    session: AsyncSession,
    context: Context,
    kind: Kind[Ordered],
    row: Ordered,
    every: Sequence[Ordered],
    *,
    up: bool,
) -> bool:
    """Try it before, or after, its neighbour among `every`; whether it has one there."""
    order = list(every)
    was = order.index(row)
    there = min(max(was - 1 if up else was + 1, 0), len(order) - 1)
    order.insert(there, order.pop(was))
    for place, each in enumerate(order):
        each.position = place
    if there == was:
        return False
    before, after = {"place": was + 1}, {"place": there + 1}
    record(session, context, f"publishing.{kind.word}_moved", row, before=before, after=after)
    return True
