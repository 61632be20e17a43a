"""How it stands with an item's approval: who has agreed, who is asked now, and what that allows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from commands.publishing.approvals.workflow import Approver, Stage, Workflow, stages_of
from commands.publishing.facts import Facts, Side
from commands.publishing.lists import Lists

WAITING = "PRE_NOT_APPROVED"  # the obstacle of an item that somebody still has to agree to


class Approval(StrEnum):
    """How it stands with the approval that was asked for; kept in Item.approval as `state`."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Who is there to ask: `able` see the client, `administrators` are among them, best first.
    `managers` and `deputies` are {person: theirs}; only who is away has a deputy, and `returns` is
    when the first of those is back."""

    able: frozenset[str]
    administrators: tuple[str, ...] = ()
    managers: Mapping[str, str] = field(default_factory=dict)
    deputies: Mapping[str, str] = field(default_factory=dict)
    returns: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Whose turn it is. `people` is empty where nobody is there to be asked; `is_instead` says that
    administrators are, because nobody of the stage is."""

    stage: Stage
    people: tuple[str, ...]
    is_instead: bool = False


def is_approved(approval: Mapping[str, Any], workflow: Workflow | None, facts: Facts) -> bool:
    """Whether what was approved was this: in this workflow, and no less than it is now."""
    if approval.get("state") != Approval.APPROVED or workflow is None:
        return False
    if approval.get("workflow") != workflow.id:
        return False
    return (facts.total or Decimal(0)) <= Decimal(approval.get("total") or 0)


def only_waits(codes: Collection[str]) -> bool:
    """Whether nothing else is wrong with an item that has these obstacles."""
    return set(codes) == {WAITING}


def needs_approval(
    approval: Mapping[str, Any], workflow: Workflow | None, facts: Facts, lists: Lists | None
) -> bool:
    """Whether somebody still has to agree before it goes."""
    return bool(stages_of(workflow, facts, lists)) and not is_approved(approval, workflow, facts)


def valid(given: Sequence[Mapping[str, Any]], facts: Facts) -> list[Mapping[str, Any]]:
    """What was agreed to of an item that has not become larger since."""
    total = facts.total or Decimal(0)
    return [each for each in given if total <= Decimal(each.get("total") or total)]


def turn(
    stages: Sequence[Stage],
    given: Sequence[Mapping[str, Any]],
    staff: Staff,
    *,
    owner: str,
    besides: Collection[str] = (),
) -> Turn | None:
    """Whose turn it is now; None where all have agreed. Nobody is asked twice, nor `besides`."""
    done = {each.get("stage") for each in given}
    agreed = {each.get("by") for each in given}
    for stage in stages:
        if stage.id in done:
            continue
        people = _asked(stage, staff, owner, besides)
        left = tuple(each for each in people if each not in agreed)
        if left:
            return Turn(stage=stage, people=left)
        if not people:
            instead = [each for each in staff.administrators if each not in {*besides, *agreed}]
            return Turn(stage=stage, people=tuple(instead), is_instead=True)
    return None


def _asked(stage: Stage, staff: Staff, owner: str, besides: Collection[str]) -> tuple[str, ...]:
    """Those of a stage who can be asked, or who decides in their place while they are away."""
    named = named_in(stage, staff, owner)
    standing = [_stand_in(each, staff, besides) for each in named]
    return tuple(
        dict.fromkeys(each for each in standing if each in staff.able and each not in besides)
    )


def named_in(stage: Stage, staff: Staff, owner: str) -> tuple[str, ...]:
    """Those the stage means, whether they are there or not."""
    if stage.approver is Approver.PEOPLE:
        return stage.people
    manager = staff.managers.get(owner)
    return (manager,) if manager else ()


def _stand_in(person: str, staff: Staff, besides: Collection[str]) -> str:
    """Who decides for somebody who is away; they themselves where that is nobody."""
    seen = [person]
    while (deputy := staff.deputies.get(seen[-1])) is not None and deputy not in seen:
        seen.append(deputy)
    last = seen[-1]
    return last if last in staff.able and last not in besides else person


def barred(workflow: Workflow, facts: Facts, *, by: str) -> frozenset[str]:
    """Who may not agree: whoever asks, and whoever is paid back, unless the workflow lets them."""
    if workflow.allows_own:
        return frozenset()
    return frozenset({by, facts.owner} if facts.side is Side.CLAIM else {by})
