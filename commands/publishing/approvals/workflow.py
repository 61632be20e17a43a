"""What workflows say: which items they are for, and who agrees to those, one after the other."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

import msgspec

from commands.clients.names import name_key
from commands.publishing.coding import Coded, Coding
from commands.publishing.facts import Facts
from commands.publishing.lists import Lists
from storage.models import ApprovalWorkflow

TRACKING = (Coded.TRACKING_1, Coded.TRACKING_2)


class Approver(StrEnum):
    """Who agrees in a stage."""

    PEOPLE = "people"
    MANAGER = "manager"  # of the item's owner


class Editing(StrEnum):
    """What those who are asked may change of the item meanwhile."""

    NOTHING = "no"
    EVERYTHING = "all"
    SOME = "some"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One of `people`, or the manager, has to agree from `least` in the base currency on; to every
    item where that is None. `fields` are what may be changed where that is some."""

    id: str
    approver: Approver = Approver.PEOPLE
    people: tuple[str, ...] = ()
    least: Decimal | None = None
    editing: Editing = Editing.NOTHING
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Which items; what is empty is any. `accounts` and `tracking` are ids of list entries,
    `suppliers` names, of sales the customers', `owners` ids of people."""

    sides: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Workflow:
    """As ApprovalWorkflow keeps it."""

    id: str
    name: str
    stages: tuple[Stage, ...]
    scope: Scope = field(default_factory=Scope)
    is_on: bool = True
    auto_publish: bool = False
    allows_own: bool = False


def read(row: ApprovalWorkflow) -> Workflow:
    return Workflow(
        id=row.id,
        name=row.name,
        scope=msgspec.convert(row.scope, Scope, strict=False),
        stages=msgspec.convert(row.stages, tuple[Stage, ...], strict=False),
        is_on=row.is_on,
        auto_publish=row.auto_publish,
        allows_own=row.allows_own,
    )


def workflow_for(
    workflows: Sequence[Workflow], facts: Facts, coding: Coding, lists: Lists | None
) -> Workflow | None:
    """The first that is switched on and for such items; None where nobody has to agree."""
    fits = (each for each in workflows if each.is_on and covers(each.scope, facts, coding, lists))
    return next(fits, None)


def covers(scope: Scope, facts: Facts, coding: Coding, lists: Lists | None) -> bool:
    """Of an item in several lines one that is meant is enough."""
    return (
        _is_among(scope.sides, (facts.side.value,))
        and _is_among(scope.kinds, (facts.kind.value,))
        and _is_among(scope.owners, (facts.owner,))
        and _is_among(scope.accounts, _coded(coding, Coded.ACCOUNT))
        and _is_among(scope.tracking, _coded(coding, *TRACKING))
        and _is_among([name_key(each) for each in scope.suppliers], _parties(facts, coding, lists))
    )


def _is_among(wanted: Collection[str], found: Iterator[str] | Sequence[str]) -> bool:
    return not wanted or any(each in wanted for each in found)


def _coded(coding: Coding, *names: Coded) -> Iterator[str]:
    for name in names:
        for line in range(len(coding.lines)) or (None,):
            yield coding.get(name, line) or ""


def _parties(facts: Facts, coding: Coding, lists: Lists | None) -> Iterator[str]:
    """As the document names it, and as the ledger does."""
    if facts.supplier:
        yield name_key(facts.supplier)
    contact = lists.contacts.get(coding.get(Coded.CONTACT) or "") if lists else None
    if contact is not None:
        yield name_key(contact.name)


def stages_of(workflow: Workflow | None, facts: Facts, lists: Lists | None) -> tuple[Stage, ...]:
    """Those that an item of this amount goes through."""
    every = workflow.stages if workflow else ()
    return tuple(stage for stage in every if _is_from(stage.least, facts, lists))


def _is_from(least: Decimal | None, facts: Facts, lists: Lists | None) -> bool:
    """By its total in the base currency; also where nobody can tell what it is worth there."""
    if least is None:
        return True
    if facts.total is None:
        return False
    if facts.currency in (None, lists.base_currency if lists else None):
        return facts.total >= least
    return facts.rate is None or facts.total * facts.rate >= least
