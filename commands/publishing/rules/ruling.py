"""Adding, changing, ordering, removing and restoring rules; every change is on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.names import name_key
from commands.context import Context
from commands.errors import Invalid
from commands.publishing import policies
from commands.publishing.bookkeeping import bookkeeping
from commands.publishing.facts import Side
from commands.publishing.rules.broken import broken_rules, waiting
from commands.publishing.rules.rule import RULE
from storage.identity import new_id
from storage.models import Client, Rule, RuleKind
from storage.queries import publishing

EARLIER_ONLY = publishing.PAST  # the condition of what a rule was, for what came before its change
LATER_ONLY = "submitted_from"  # the condition that leaves alone what was there before


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What becomes of a rule; what is None stays. `coding` replaces the fields it names.

    With `apply` items in the inbox are coded by it too.
    """

    coding: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, str] | None = None
    is_auto: bool | None = None
    apply: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose items a new rule is for."""

    client: Client
    kind: RuleKind
    subject: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A rule as a form or button showed it."""

    client: Client
    rule_id: str
    version: int


async def add(session: AsyncSession, context: Context, whose: Whose, change: Change) -> Rule:
    """A new rule, tried after those its subject has already."""
    same = await publishing.rules(
        session, context.workspace_id, whose.client.id, kind=whose.kind, subject=whose.subject
    )
    later_only = {} if change.apply or whose.kind is RuleKind.CUSTOMER else {
        LATER_ONLY: context.now.isoformat()
    }  # fmt: skip
    rule = Rule(
        id=new_id(),
        workspace_id=context.workspace_id,
        client_id=whose.client.id,
        kind=whose.kind,
        subject=whose.subject,
        title=whose.title,
        position=max((each.position for each in same), default=-1) + 1,
        coding={name: value for name, value in change.coding.items() if value is not None},
        conditions={**(change.conditions or {}), **later_only},
        auto_since=context.now if change.is_auto else None,
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    session.add(rule)
    record(session, context, "publishing.rule_added", rule, after=facts_of(rule))
    if change.apply:
        await look_again(session, context, rule)
    return rule


async def alter(session: AsyncSession, context: Context, held: Held, change: Change) -> Rule:
    """Raises NotFound, and Conflict where it is not what the form showed any more."""
    client = held.client
    rule = await locked(session, context, held)
    books = await bookkeeping(session, context, client)
    was_broken = bool(await broken_rules(session, context, books, [rule]))
    before = facts_of(rule)
    is_later_only = not was_broken and (not change.apply or rule.kind is RuleKind.CUSTOMER)
    if is_later_only:
        await _keep_for_inbox(session, context, rule)
    coding = {**rule.coding, **change.coding}
    rule.coding = {name: value for name, value in coding.items() if value is not None}
    since = {LATER_ONLY: context.now.isoformat()} if is_later_only else {}
    told = rule.conditions if change.conditions is None else change.conditions
    rule.conditions = {name: v for name, v in told.items() if name != LATER_ONLY} | since
    if change.is_auto is not None and change.is_auto != (rule.auto_since is not None):
        rule.auto_since = context.now if change.is_auto else None
    record(session, context, "publishing.rule_changed", rule, before=before, after=facts_of(rule))
    if (change.apply and rule.kind is not RuleKind.CUSTOMER) or was_broken:
        await look_again(session, context, rule)
    return rule


async def _keep_for_inbox(session: AsyncSession, context: Context, rule: Rule) -> None:
    """What is in the inbox goes on being coded as it was (product §11.8)."""
    held = await publishing.held(session, context.workspace_id, rule.client_id)
    if not waiting(rule, held):
        return
    session.add(
        Rule(
            id=new_id(),
            workspace_id=rule.workspace_id,
            client_id=rule.client_id,
            kind=rule.kind,
            subject=rule.subject,
            title=rule.title,
            position=rule.position,
            coding=dict(rule.coding),
            conditions={**rule.conditions, EARLIER_ONLY: context.now.isoformat()},
            auto_since=rule.auto_since,
            made_at=rule.made_at,
            made_by=rule.made_by,
        )
    )


async def locked(session: AsyncSession, context: Context, held: Held) -> Rule:
    """Kept from others until the commit. Raises NotFound and Conflict."""
    return await policies.locked(
        session, context, RULE, held.client, held.rule_id, version=held.version
    )


async def move(
    session: AsyncSession, context: Context, client: Client, rule_id: str, *, up: bool
) -> None:
    """Try it before, or after, its neighbour of the same subject."""
    rule = await policies.found(session, context, RULE, client, rule_id, lock=True)
    same = await publishing.rules(
        session, context.workspace_id, client.id, kind=rule.kind, subject=rule.subject
    )
    is_moved = policies.move(session, context, RULE, rule, same, up=up)
    if is_moved and rule.kind is not RuleKind.CUSTOMER:
        await look_again(session, context, rule)


async def remove(session: AsyncSession, context: Context, held: Held) -> Rule:
    """Raises NotFound and Conflict."""
    rule = await locked(session, context, held)
    await policies.remove(session, context, RULE, rule, facts_of(rule))
    await look_again(session, context, rule)
    return rule


async def restore(session: AsyncSession, context: Context, client: Client, rule_id: str) -> None:
    """As it was when it was removed. Raises Conflict when that is too long ago."""
    kept = await policies.removed_lately(session, context, RULE, client, rule_id)
    rule = Rule(
        id=rule_id,
        workspace_id=context.workspace_id,
        client_id=client.id,
        **kept | {"kind": RuleKind(kept["kind"])},
    )
    session.add(rule)
    record(session, context, "publishing.rule_restored", rule, after=facts_of(rule))
    await look_again(session, context, rule)


async def look_again(session: AsyncSession, context: Context, rule: Rule) -> None:
    """Have the open items of its subject judged anew."""
    if rule.kind is RuleKind.USER:
        whose: dict[str, Any] = {"owner": rule.subject}
    else:
        is_sale = rule.kind is RuleKind.CUSTOMER
        sides = {Side.SALE} if is_sale else {Side.COST, Side.CLAIM}
        whose = {"supplier_key": rule.subject, "sides": [side.value for side in sides]}
    await publishing.items_changed(
        session, context.workspace_id, rule.client_id, now=context.now, **whose
    )


def subject_of(kind: RuleKind, named: str) -> str:
    """As rules compare it. Raises Invalid."""
    if not named.strip():
        raise Invalid({"subject": "Say whose items the rule is for."})
    return named.strip() if kind is RuleKind.USER else name_key(named)


def facts_of(rule: Rule) -> Mapping[str, Any]:
    """All that it takes to have it back."""
    return {
        "kind": rule.kind.value,
        "subject": rule.subject,
        "title": rule.title,
        "position": rule.position,
        "coding": dict(rule.coding),
        "conditions": dict(rule.conditions),
        "auto_since": rule.auto_since.isoformat() if rule.auto_since else None,
        "made_at": rule.made_at.isoformat(),
        "made_by": rule.made_by,
    }
