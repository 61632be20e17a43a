"""Whether an item can go: everything that speaks about it brought together, and judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.names import name_key
from commands.context import Tools
from commands.publishing import choices as chosen
from commands.publishing.approvals import workflow as workflows
from commands.publishing.approvals.approving import needs_approval
from commands.publishing.approvals.workflow import Workflow, workflow_for
from commands.publishing.choices import Choices, TwinMode
from commands.publishing.coding import Coded, Coding
from commands.publishing.facts import Facts
from commands.publishing.known import facts_of
from commands.publishing.lists import Lists
from commands.publishing.readiness.circumstances import (
    lists_for,
    match_for,
    owner_of,
    rules_for,
    twin_of,
)
from commands.publishing.readiness.in_ledger import in_ledger
from commands.publishing.readiness.notices import notices
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.readiness.several import several
from commands.publishing.readiness.validation import obstacles
from commands.publishing.resolution.fitting import fitting
from commands.publishing.resolution.matching import Ambiguous, Matched, settled
from commands.publishing.resolution.resolution import resolve
from commands.publishing.resolution.splitting import divided
from storage.models import Connection, Item, ItemState, PaymentMethod, Purpose, Rule
from storage.queries import approvals, connections, publications, publishing

ENDED = {"xero": "XERO_SUBSCRIPTION", "quickbooks": "QBO_INACTIVE"}
JUDGED = frozenset({ItemState.PROCESSING, ItemState.TO_REVIEW, ItemState.READY, ItemState.APPROVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """An item as it would be published now. Without a usable connection `lists` may be None.

    `obstacles` keep it from going; `notices` say what will be different from what was wished.
    `workflow` is the one by which somebody has to agree to it.
    """

    facts: Facts
    coding: Coding
    choices: Choices
    connection: Connection | None
    lists: Lists | None
    obstacles: tuple[Obstacle, ...]
    notices: tuple[Obstacle, ...] = ()
    rules: tuple[Rule, ...] = ()
    methods: tuple[PaymentMethod, ...] = ()
    match: Matched | Ambiguous | None = None
    workflow: Workflow | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Around:
    """Everything that speaks about an item, as it is stored."""

    facts: Facts
    choices: Choices
    connection: Connection | None
    lists: Lists | None
    rules: tuple[Rule, ...]
    methods: tuple[PaymentMethod, ...]
    match: Matched | Ambiguous | None


async def assess(session: AsyncSession, tools: Tools, item: Item) -> Assessment:
    """Judge an item by what is known now; nothing is changed."""
    around = await _around(session, tools, item)
    coding = resolve(
        around.facts,
        manual=item.manual,
        rules=around.rules,
        methods=around.methods,
        choices=around.choices,
        lists=around.lists,
        match=around.match if isinstance(around.match, Matched) else None,
    )
    workflow = await _workflow(session, item, around, coding)
    return Assessment(
        facts=around.facts,
        coding=coding,
        choices=around.choices,
        connection=around.connection,
        lists=around.lists,
        obstacles=await _obstacles(session, tools, item, around, coding, workflow=workflow),
        notices=_notices(around, coding),
        match=around.match,
        rules=around.rules,
        methods=around.methods,
        workflow=workflow,
    )


async def _workflow(
    session: AsyncSession, item: Item, around: _Around, coding: Coding
) -> Workflow | None:
    rows = await approvals.workflows(session, item.workspace_id, item.client_id)
    every = [workflows.read(row) for row in rows]
    return workflow_for(every, around.facts, coding, around.lists)


async def _around(session: AsyncSession, tools: Tools, item: Item) -> _Around:
    own = item.workspace_id, item.client_id
    connection = await connections.for_purpose(session, *own, Purpose.BOOKKEEPING)
    choices = await choices_of(session, *own)
    facts = replace(facts_of(item), owner_name=await owner_of(session, item))
    rules = await rules_for(session, item, facts)
    facts = divided(facts, fitting(rules, facts).party, item.manual)
    lists, match = None, None
    if connection is not None:
        lists = await lists_for(session, tools, item, connection, facts=facts, rules=rules)
        if choices.bank_match:
            found = await match_for(session, tools, item, connection, facts=facts)
            match = settled(found, item.manual)
    return _Around(
        facts=facts,
        choices=choices,
        connection=connection,
        lists=lists,
        rules=rules,
        methods=tuple(await publishing.methods(session, *own)),
        match=match,
    )


async def _obstacles(
    session: AsyncSession,
    tools: Tools,
    item: Item,
    around: _Around,
    coding: Coding,
    *,
    workflow: Workflow | None,
) -> tuple[Obstacle, ...]:
    """By its document and coding, then by what is in the ledger already."""
    facts, connection = around.facts, around.connection
    awaits = needs_approval(item.approval, workflow, facts, around.lists)
    sent = await publications.of_item(session, item.workspace_id, item.id, item.generation)
    found = obstacles(
        facts,
        coding,
        around.choices,
        around.lists,
        today=tools.now().date(),
        twin=await twin_of(session, item),
        awaits=workflow.name if workflow is not None and awaits else None,
        connection_ok=connection is not None and connection.is_usable,
        is_published=sent is not None and publications.is_there(sent),
        closed=_closed(around),
    )
    if connection is not None and sent is None and around.choices.twins is not TwinMode.OFF:
        twin = await in_ledger(session, item, connection, facts)
        found = (*found, twin) if twin is not None else found
    return (*several(item), *found)


def _closed(around: _Around) -> str | None:
    """What keeps a ledger that is connected from taking anything: its subscription has ended."""
    connection = around.connection
    if connection is None or not connection.is_usable or around.lists is not None:
        return None
    return ENDED.get(connection.provider)


def _notices(around: _Around, coding: Coding) -> tuple[Obstacle, ...]:
    if around.lists is None:
        return ()
    return notices(
        around.facts, coding, around.choices, around.lists,
        match=around.match, methods=around.methods,
    )  # fmt: skip


async def reassess(session: AsyncSession, tools: Tools, item: Item, *, now: datetime) -> Assessment:
    """Judge it and write down how it stands; part of the transaction that changed something."""
    judged = await assess(session, tools, item)
    repeat(item, judged.facts)
    item.currency = judged.coding.get(Coded.CURRENCY) or item.currency
    item.problems = kept(judged.obstacles)
    item.read = _with_line(item.read, judged.match)
    if item.error and judged.lists is not None and _is_over(item, judged.lists):
        item.error = {}
    if item.state in JUDGED:
        item.state = _state(item, judged.obstacles)
    return judged


async def choices_of(session: AsyncSession, workspace_id: str, client_id: str) -> Choices:
    """What a client chose; the usual where it chose nothing."""
    row = await publishing.choices(session, workspace_id, client_id)
    return chosen.read(row.choices if row else {})


def _with_line(read: dict[str, Any], match: Matched | Ambiguous | None) -> dict[str, Any]:
    """A bank line pays for one item: it is noted which."""
    rest = {name: told for name, told in read.items() if name != "bank_line"}
    if not isinstance(match, Matched):
        return rest
    return rest | {"bank_line": {"value": match.line.id, "confidence": 1.0, "by": "bank match"}}


def repeat(item: Item, facts: Facts) -> None:
    """Have what items are listed and compared by say what is known."""
    item.supplier = facts.supplier
    item.supplier_key = name_key(facts.supplier) if facts.supplier else None
    item.day, item.total, item.number = facts.day, facts.total, facts.number
    item.currency, item.kind = facts.currency, facts.kind.value


def kept(found: Sequence[Obstacle]) -> list[dict[str, Any]]:
    """Obstacles as an item keeps them: [{code, field, line, facts}]."""
    return [msgspec.to_builtins(replace(each, facts=dict(each.facts))) for each in found]


def _is_over(item: Item, lists: Lists) -> bool:
    """Whether the lists have been read since the ledger said no, and nothing is wrong by them.

    What is still wrong is found again by the judgement itself.
    """
    at = item.error.get("at")
    return at is not None and lists.as_of is not None and lists.as_of.isoformat() > at


def _state(item: Item, found: Sequence[Obstacle]) -> ItemState:
    if found:
        return ItemState.TO_REVIEW
    return ItemState.APPROVED if item.approval.get("state") == "approved" else ItemState.READY
