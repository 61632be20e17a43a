"""What became of drafts whose answer was lost: looked for among the documents of their days.

Xero cannot be asked for a Url, and its own numbers are not unique: it is asked for documents by
type and date, which it answers fast, and our reference decides.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from datetime import date, timedelta

from providers.books import DocumentStatus
from providers.drafts import Draft, Published
from providers.paging import Part, walk
from providers.session import ProviderSession
from providers.xero import drafting, written
from providers.xero.streams import API, PAGE_SIZE, headers
from providers.xero.written import Written

_GAP = timedelta(days=31)  # days further apart are asked for in calls of their own
_AT_ONCE = 4
_GONE = (DocumentStatus.VOID, DocumentStatus.DELETED)


async def find(
    session: ProviderSession, tenant_id: str, drafts: Sequence[Draft]
) -> Sequence[Published | None]:
    """In the order of the drafts. What was voided or deleted since is found with that status."""
    found: dict[int, Published] = {}
    for source in written.IDS:
        routes = {at: drafting.route(draft) for at, draft in enumerate(drafts)}
        mine = {at: way.type for at, way in routes.items() if way and way.source == source}
        wanted = {(mine[at], drafts[at].reference): at for at in mine}
        for where in _conditions(set(mine.values()), [drafts[at].posted_on for at in mine]):
            async with aclosing(_written(session, tenant_id, source, where)) as rows:
                async for row in rows:
                    at = wanted.get((row.Type or "", written.reference_of(row) or ""))
                    if at is not None:
                        each = written.published(row, source, drafts[at])
                        found[at] = _likelier(found.get(at), each)
    return [found.get(at) for at in range(len(drafts))]


def _likelier(one: Published | None, other: Published) -> Published:
    """Of two with one reference, which a copy made by hand can be, the one that stands."""
    return other if one is None or (one.status in _GONE and other.status not in _GONE) else one


def _conditions(types: set[str], days: Iterable[date]) -> Iterator[str]:
    only = f'Type=="{next(iter(types))}" AND ' if len(types) == 1 else ""
    for first, last in _spans(sorted(days)):
        yield f"{only}Date>={_day(first)} AND Date<={_day(last)}"


def _spans(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last day of each stretch without a long gap."""
    start = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at] - days[at - 1] > _GAP:
            yield days[start], days[at - 1]
            start = at


def _day(day: date) -> str:
    return f"DateTime({day.year},{day.month:02d},{day.day:02d})"


async def _written(
    session: ProviderSession, tenant_id: str, source: str, where: str
) -> AsyncGenerator[Written, None]:
    asked = {
        "where": where,
        "order": written.IDS[source],
        "pageSize": str(PAGE_SIZE),
        "unitdp": "4",
    }

    async def fetch(number: int) -> Part[Written]:
        body = await session.get(
            API + source,
            params={**asked, "page": str(number)},
            headers=headers(tenant_id),
            shape=written.SHAPES[source],
        )
        return Part(items=body.rows, pages=body.pagination and body.pagination.page_count)

    parts = walk(fetch, size=PAGE_SIZE, at_once=_AT_ONCE, key=lambda row: row.remote_id)
    async with aclosing(parts):
        async for part in parts:
            for row in part.items:
                yield row
