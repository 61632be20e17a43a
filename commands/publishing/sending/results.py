"""What a ledger answered, written down: at the publication, at its items, and in their history."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.permissions import SYSTEM
from commands.publishing.catalogue import is_known
from commands.publishing.history import note_change
from commands.publishing.sending.sent import draft_of, kept, problems_of
from providers.drafts import NotSent, Outcome, PublishAs, Published, Refused
from providers.errors import (
    Lack,
    Missing,
    NotPermitted,
    Problem,
    ProviderError,
    Rejected,
    Withheld,
)
from storage.models import (
    ClaimState,
    ExpenseClaim,
    Item,
    ItemState,
    Publication,
    PublicationState,
    StepState,
)
from storage.queries import claims, item_files, publications

GAVE_UP = Problem(code="NO_ANSWER", text="")
NOT_ACTIVE = Problem(code="XERO_SUBSCRIPTION", text="")  # of Xero alone, which opens it to nobody
UNTOLD = Problem(code="", text="")
LACKING = {
    ("xero", Lack.ROLE): "XERO_USER_PERM",
    ("xero", Lack.PLAN): "XERO_UNAUTHORISED",
    ("xero", Lack.ACTIVE): "XERO_SUBSCRIPTION",
    ("xero", Lack.SUBSCRIPTION): "XERO_SUBSCRIPTION",
    ("quickbooks", Lack.ROLE): "QBO_NO_ACCESS",
    ("quickbooks", Lack.PLAN): "QBO_FEATURE",
    ("quickbooks", Lack.SUBSCRIPTION): "QBO_INACTIVE",
}  # what a ledger does not permit whatever the document is

log = structlog.get_logger()


async def note(
    session: AsyncSession, tools: Tools, publication: Publication, outcome: Outcome
) -> None:
    """Where no answer came nothing changes: it is looked up next time."""
    if isinstance(outcome, Published):
        await _published(session, tools, publication, outcome)
    elif isinstance(outcome, Refused):
        await _refused(session, tools, publication, outcome.problems)
    elif isinstance(outcome, NotSent) and is_final(outcome):
        await _refused(session, tools, publication, problems_in(outcome.error))
    elif isinstance(outcome, NotSent):
        publication.state = PublicationState.WAITING
        publication.call_key = None


def is_final(outcome: Outcome) -> bool:
    """Whether no more tries help: somebody has to pay, or to sign in who may."""
    return isinstance(outcome, NotSent) and isinstance(outcome.error, NotPermitted)


def problems_in(error: ProviderError) -> tuple[Problem, ...]:
    """What a definite failure means for people."""
    if isinstance(error, NotPermitted):
        code = LACKING.get((error.provider, error.lack), "")
        return (Problem(code=code, text=f"It needs {error.needed}."),)
    told = error.problems if isinstance(error, Rejected | Missing) else ()
    return told or (UNTOLD,)


async def give_up(
    session: AsyncSession, tools: Tools, publication: Publication, setback: ProviderError | None
) -> None:
    """The vendor did not take it for too long: a person decides when to go on.

    What may have arrived is not given up: it is looked for until somebody can tell.
    """
    problem = NOT_ACTIVE if isinstance(setback, Withheld) else GAVE_UP
    if publication.state == PublicationState.WAITING:
        await _refused(session, tools, publication, (problem,))
    _leave_steps(publication, problem)


async def leave(session: AsyncSession, tools: Tools, publication: Publication, code: str) -> None:
    """The books it was for are no longer connected: it goes nowhere else without being judged."""
    problem = Problem(code=code, text="")
    if publication.state in publications.UNDER_WAY:
        was_sent = publication.call_key is not None
        told = Problem(code="PRE_LEFT_UNHEARD", text="") if was_sent else problem
        await _refused(session, tools, publication, (told,))
    _leave_steps(publication, problem)


def _leave_steps(publication: Publication, problem: Problem) -> None:
    for step in ("payment", "files"):
        if getattr(publication, step) == StepState.DUE:
            setattr(publication, step, StepState.REFUSED)
            told = {"code": problem.code, "text": problem.text}
            publication.notice = {**publication.notice, step: told}


async def _published(
    session: AsyncSession, tools: Tools, publication: Publication, result: Published
) -> None:
    draft, items = draft_of(publication), await items_in(session, publication, lock=True)
    files = [await item_files.count(session, each.workspace_id, each.id) for each in items]
    must_pay = draft.publish_as is PublishAs.PAID and not result.is_paid
    publication.state = PublicationState.PUBLISHED
    publication.result, publication.problems = kept(result), []
    publication.payment = StepState.DUE if must_pay else StepState.NONE
    publication.files = StepState.DUE if any(files) else StepState.NONE
    publication.ended_at = tools.now()
    facts = {"source": result.source, "remote_id": result.remote_id, "number": result.number}
    for item in items:
        item.state, item.error, item.problems = ItemState.ARCHIVED, {}, []
        item.archived_at = item.due_at = tools.now()
        await note_change(session, item, "published", by=SYSTEM, at=tools.now(), facts=facts)
    claim = await _claim(session, publication)
    if claim is not None:
        claim.state, claim.error, claim.published_at = ClaimState.PUBLISHED, {}, tools.now()


async def _refused(
    session: AsyncSession, tools: Tools, publication: Publication, problems: tuple[Problem, ...]
) -> None:
    for each in problems:
        if not is_known(each.code):  # counted by this line: what comes often is explained next
            log.error("publishing.not_understood", publication=publication.id, text=each.text)
    publication.state = PublicationState.REFUSED
    publication.problems = problems_of(problems)
    publication.ended_at = tools.now()
    error = _error(problems)
    items = await items_in(session, publication, lock=True)
    claim = await _claim(session, publication)
    if claim is not None:
        claim.state, claim.error = ClaimState.OPEN, error
    for item in items:
        item.error = {} if claim is not None else error | {"at": tools.now().isoformat()}
        item.due_at = tools.now()
        is_approved = item.approval.get("state") == "approved"
        item.state = ItemState.APPROVED if is_approved else ItemState.READY
        await note_change(session, item, "refused", by=SYSTEM, at=tools.now(), facts=error)


def _error(problems: tuple[Problem, ...]) -> dict[str, Any]:
    first = problems[0] if problems else Problem(code="", text="")
    return {"code": first.code, "text": first.text, "more": len(problems) - 1}


async def items_in(
    session: AsyncSession, publication: Publication, *, lock: bool = False
) -> Sequence[Item]:
    """What is in the document: one item, or all of an expense claim."""
    own = publication.workspace_id
    ids = await publications.ids_in(session, own, publication.id)
    return await publications.items_of(session, own, ids, lock=lock)


async def _claim(session: AsyncSession, publication: Publication) -> ExpenseClaim | None:
    if publication.claim_id is None:
        return None
    return await claims.find(session, publication.workspace_id, publication.claim_id, lock=True)
