"""Publishing to QuickBooks: up to thirty documents in a call, each with an outcome of its own.

A call carries a `requestid`, so that Intuit answers a repetition as it answered the first time,
and its parts are told apart by their place in it.
"""

from collections.abc import Sequence
from dataclasses import replace

from providers.drafts import Draft, NotSent, Outcome, Published, Refused, Unheard
from providers.errors import (
    LimitScope,
    OutcomeUnknown,
    Problem,
    ProviderError,
    RateLimited,
    Rejected,
    WireMismatch,
)
from providers.quickbooks import batches, drafting, standing
from providers.quickbooks.characters import plain_body
from providers.quickbooks.desk import Change, Desk, batch_id
from providers.quickbooks.desk_shapes import Kept, Made
from providers.quickbooks.drafting import Party
from providers.quickbooks.parties import parties
from providers.quickbooks.refusals import catalogued
from providers.quickbooks.tax_codes import TaxTable, foretold
from providers.quickbooks.taxing import is_foretold

_MAYBE = (OutcomeUnknown, WireMismatch)  # an answer that makes no sense may follow a deed


async def publish(desk: Desk, drafts: Sequence[Draft], *, key: str) -> list[Outcome]:
    """An outcome for each draft; raises no ProviderError."""
    outcomes: dict[int, Outcome] = {}
    changes: dict[int, Change] = {}
    try:
        known, spent = await _taxes(desk, drafts)
        outcomes |= _obstructed(drafts, known)
        outcomes |= _untold(drafts, known, spent) if spent is not None else {}
        left = [number for number in range(len(drafts)) if number not in outcomes]
        named = await parties(desk, [drafts[number] for number in left], key=key)
    except ProviderError as error:
        told = [outcomes.get(number) for number in range(len(drafts))]
        return [outcome or NotSent(error=error) for outcome in told]
    for number, party in zip(left, named, strict=True):
        if isinstance(party, Party):
            changes[number] = creation(drafts[number], party, known)
        else:
            outcomes[number] = party
    outcomes |= await _create_all(desk, drafts, changes, key=key)
    unread = {
        number: replace(changes[number], body=plain_body(changes[number].body))
        for number, outcome in outcomes.items()
        if number in changes and _is_unread(outcome)
    }
    outcomes |= await _create_all(desk, drafts, unread, key=key, what="plain documents")
    every = [outcomes[number] for number in range(len(drafts))]
    return every if spent is None else [_in_a_spent_month(each, spent) for each in every]


def _in_a_spent_month(outcome: Outcome, spent: RateLimited) -> Outcome:
    """Intuit does not say as what it counts a batch: one that is refused waits as reading does."""
    is_refused = isinstance(outcome, NotSent) and isinstance(outcome.error, RateLimited)
    return NotSent(error=spent) if is_refused else outcome


async def _taxes(desk: Desk, drafts: Sequence[Draft]) -> tuple[TaxTable, RateLimited | None]:
    """When all that we may read in a month is read, drafts know enough of most of the rates."""
    try:
        return await desk.tax_table(), None
    except RateLimited as error:
        if error.scope is not LimitScope.MONTH:
            raise
        return foretold(drafts), error


def _untold(drafts: Sequence[Draft], known: TaxTable, spent: RateLimited) -> dict[int, Outcome]:
    """Those whose tax only the company's own table tells wait for it."""
    return {
        number: NotSent(error=spent)
        for number, draft in enumerate(drafts)
        if not is_foretold(draft, known)
    }


def creation(draft: Draft, party: Party, known: TaxTable) -> Change:
    source = drafting.source(draft)
    assert source is not None, "it has no obstacles"
    return Change(operation="create", source=source, body=drafting.body(draft, party, known))


def _is_unread(outcome: Outcome) -> bool:
    """Whether nothing but its characters kept it from being taken: it goes once more without."""
    return isinstance(outcome, Refused) and {x.code for x in outcome.problems} == {"QBO_UTF8"}


def _obstructed(drafts: Sequence[Draft], known: TaxTable) -> dict[int, Outcome]:
    problems = (drafting.obstacles(draft, known) for draft in drafts)
    return {number: Refused(problems=each) for number, each in enumerate(problems) if each}


async def _create_all(
    desk: Desk,
    drafts: Sequence[Draft],
    changes: dict[int, Change],
    *,
    key: str,
    what: str = "documents",
) -> dict[int, Outcome]:
    """Once a call is not taken, nor are those after it: they would meet the same.

    The `requestid` tells which of the drafts are in the call: another time there may be more.
    """
    outcomes: dict[int, Outcome] = {}
    numbers = list(changes)
    for start in range(0, len(numbers), batches.MOST_QUERIES):
        part = numbers[start : start + batches.MOST_QUERIES]
        request_id = batch_id(key, what, *map(str, part))
        made = await _create(desk, [changes[number] for number in part], request_id)
        for number, each in zip(part, made, strict=True):
            outcomes[number] = _outcome(desk, drafts[number], each)
        stop = next((outcomes[n] for n in part if isinstance(outcomes[n], NotSent)), None)
        if stop is not None:
            outcomes |= dict.fromkeys(numbers[start + len(part) :], stop)
            break
    return outcomes


async def _create(
    desk: Desk, changes: Sequence[Change], request_id: str
) -> Sequence[Made | Outcome | None]:
    try:
        return await desk.change(changes, request_id)
    except _MAYBE as error:
        outcome: Outcome = Unheard(error=error)
    except Rejected as error:
        outcome = Refused(problems=catalogued(error.problems))
    except ProviderError as error:
        outcome = NotSent(error=error)
    return [outcome] * len(changes)


def _outcome(desk: Desk, draft: Draft, made: Made | Outcome | None) -> Outcome:
    if made is not None and not isinstance(made, Made):
        return made
    error = desk.trouble(made)
    if isinstance(error, Rejected):
        return Refused(problems=error.problems)
    if error is not None and not isinstance(error, OutcomeUnknown):
        return NotSent(error=error)
    source = drafting.source(draft) or ""
    row: Kept | None = getattr(made, source, None)
    if row is None:
        return Unheard(error=error or OutcomeUnknown("no document in the answer"))
    try:
        published = standing.published(source, row)
    except WireMismatch as mismatch:  # it is there, and cannot be read
        return Unheard(error=mismatch)
    return _remarked(published, draft)


def _remarked(published: Published, draft: Draft) -> Published:
    """QuickBooks' own tax may come to another total where the document left it to QuickBooks."""
    if published.total == draft.total:
        return published
    text = f"QuickBooks Online made it {published.total}; the document says {draft.total}."
    return replace(published, remarks=(Problem(code="", text=text),))
