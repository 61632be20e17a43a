"""Looking for documents that were sent before, by our reference and nothing else.

QuickBooks cannot search notes, so it is asked for documents of the same numbers, and of the same
days where there is no number; which of them is ours, the reference tells.
"""

from collections.abc import Iterable, Iterator, Sequence

from providers.drafts import Draft, Published
from providers.quickbooks import drafting, standing
from providers.quickbooks.desk import PAGE, Desk, quoted
from providers.quickbooks.desk_shapes import Found, Kept

Look = tuple[str, str]  # the entity, and the condition


async def find(desk: Desk, drafts: Sequence[Draft]) -> list[Published | None]:
    """What became of each, in their order. Raises ProviderError."""
    wanted = {draft.reference for draft in drafts}
    ours: dict[str, tuple[str, Kept]] = {}
    looks, start = looks_for(drafts), 1
    while looks:
        answers = await desk.ask([statement(look, start) for look in looks])
        pages = [(look, _rows(look[0], found)) for look, found in zip(looks, answers, strict=True)]
        for (source, _), rows in pages:
            for reference, row in references(rows, wanted):
                ours.setdefault(reference, (source, row))
        looks = [look for look, rows in pages if len(rows) >= PAGE]
        start += PAGE
    found = (ours.get(draft.reference) for draft in drafts)
    return [standing.published(*each) if each is not None else None for each in found]


def looks_for(drafts: Iterable[Draft]) -> list[Look]:
    """One question for all documents of a kind with numbers, one for those without."""
    numbers: dict[str, set[str]] = {}
    days: dict[str, set[str]] = {}
    for draft in drafts:
        source = drafting.source(draft)
        if source is None:
            continue
        number = drafting.document_number(draft)
        if number:
            numbers.setdefault(source, set()).add(number)
        else:
            days.setdefault(source, set()).add(draft.posted_on.isoformat())
    return [
        (source, f"{name} IN ({quoted(sorted(values))})")
        for name, by_source in (("DocNumber", numbers), ("TxnDate", days))
        for source, values in sorted(by_source.items())
    ]


def statement(look: Look, start: int) -> str:
    source, condition = look
    return (
        f"SELECT * FROM {source} WHERE {condition} "  # noqa: S608  # values are quoted
        f"ORDERBY Id STARTPOSITION {start} MAXRESULTS {PAGE}"
    )


def references(rows: Iterable[Kept], wanted: set[str]) -> Iterator[tuple[str, Kept]]:
    """The documents whose note has one of our references, as a word of its own."""
    for row in rows:
        for word in (row.PrivateNote or "").split():
            if word in wanted:
                yield word, row


def _rows(source: str, found: Found) -> Sequence[Kept]:
    rows: list[Kept] | None = getattr(found, source)
    return rows or ()
