"""Whom documents are from or for: found by name, or made before the documents are."""

import re
from collections.abc import Iterable, Sequence

from providers.drafts import Draft, NotSent, Refused
from providers.errors import LimitScope, ProviderError, RateLimited, Rejected
from providers.quickbooks import batches, drafting
from providers.quickbooks.desk import Change, Desk, batch_id, quoted
from providers.quickbooks.desk_shapes import Found, Made
from providers.quickbooks.drafting import Party

_KINDS = ("Vendor", "Customer")
_TAKEN_BY = re.compile(r"\bId=([0-9]+)")

Name = tuple[str, str]  # of which list, and the name
Known = dict[Name, Party | Refused | NotSent]


async def parties(
    desk: Desk, drafts: Sequence[Draft], *, key: str
) -> list[Party | Refused | NotSent]:
    """For each draft whom it names, or what keeps us from naming them.

    A repetition finds by its name whoever was made before. Raises ProviderError where the company
    could not be asked.
    """
    named = [drafting.named_party(draft) for draft in drafts]
    wanted = {_name(d): d for d, party in zip(drafts, named, strict=True) if party is None}
    known = await _found_if_asked(desk, wanted) if wanted else {}
    missing = {name: draft for name, draft in wanted.items() if name not in known}
    known |= await _made(desk, missing, key=key)
    known |= await _namesakes(desk, known)
    return [
        party if party is not None else known[_name(draft)]
        for draft, party in zip(drafts, named, strict=True)
    ]


def _name(draft: Draft) -> Name:
    return drafting.party_kind(draft), drafting.display_name(draft.contact_name)


async def _found_if_asked(desk: Desk, wanted: Iterable[Name]) -> Known:
    """Nobody where nothing may be read this month: QuickBooks makes no second of a name."""
    try:
        return await _found(desk, wanted)
    except RateLimited as error:
        if error.scope is not LimitScope.MONTH:
            raise
        return {}


async def _found(desk: Desk, wanted: Iterable[Name]) -> Known:
    by_kind = {kind: [name for of, name in wanted if of == kind] for kind in _KINDS}
    asked = [kind for kind in _KINDS if by_kind[kind]]
    answers = await desk.ask([_statement(kind, "DisplayName", by_kind[kind]) for kind in asked])
    return {
        (kind, name): Party(kind=kind, id=own)
        for kind, found in zip(asked, answers, strict=True)
        for name, own in _names(kind, found)
    }


async def _namesakes(desk: Desk, known: Known) -> Known:
    """Whoever has a name already that only differs in its letters' case, or was made by somebody
    else a moment ago. QuickBooks says who it is; the name decides, for it may be a customer's."""
    ids = {
        name: _TAKEN_BY.findall(" ".join(problem.text for problem in each.problems))
        for name, each in known.items()
        if isinstance(each, Refused) and {x.code for x in each.problems} == {"QBO_DUP_NAME"}
    }
    wanted = [(name, own) for name, of in ids.items() for own in of[:1]]
    statements = [_statement(name[0], "Id", [own]) for name, own in wanted]
    try:
        answers = await desk.ask(statements) if statements else ()
    except RateLimited as error:
        return {name: NotSent(error=error) for name, _ in wanted}
    return {
        name: Party(kind=name[0], id=own)
        for (name, _), found in zip(wanted, answers, strict=True)
        for theirs, own in _names(name[0], found)
        if theirs.casefold() == name[1].casefold()
    }


def _statement(kind: str, field: str, values: Sequence[str]) -> str:
    return f"SELECT * FROM {kind} WHERE {field} IN ({quoted(values)}) MAXRESULTS 1000"  # noqa: S608  # quoted


def _names(kind: str, found: Found) -> Iterable[tuple[str, str]]:
    rows = found.Vendor if kind == "Vendor" else found.Customer
    return ((row.DisplayName or "", row.Id) for row in rows or ())


async def _made(desk: Desk, missing: dict[Name, Draft], *, key: str) -> Known:
    """Those that are nowhere yet; each once, however many documents name them."""
    known: Known = {}
    names = list(missing)
    for start in range(0, len(names), batches.MOST_QUERIES):
        part = names[start : start + batches.MOST_QUERIES]
        changes = [
            Change(operation="create", source=name[0], body=drafting.contact(missing[name]))
            for name in part
        ]
        try:
            made = await desk.change(
                changes, batch_id(key, *(f"{kind} {name}" for kind, name in part))
            )
        except ProviderError as error:  # perhaps some were made: the next look finds them
            known |= dict.fromkeys(names[start:], NotSent(error=error))
            break
        known |= {
            name: _outcome(desk, name[0], each) for name, each in zip(part, made, strict=True)
        }
    return known


def _outcome(desk: Desk, kind: str, made: Made | None) -> Party | Refused | NotSent:
    error = desk.trouble(made)
    if isinstance(error, Rejected):
        return Refused(problems=error.problems)
    row = None if made is None else made.Vendor if kind == "Vendor" else made.Customer
    if error is not None or row is None:
        return NotSent(error=error or ProviderError("no contact in the answer"))
    return Party(kind=kind, id=row.Id)
