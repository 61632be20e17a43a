"""What follows a document: its payment and its files. A failure of these never makes it anew."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.publishing.readiness.surroundings import record_of
from commands.publishing.sending.binding import bound
from commands.publishing.sending.results import items_in, problems_in
from commands.publishing.sending.sending import Sending
from commands.publishing.sending.sent import draft_of, kept, published_of
from providers.drafts import Attachment, Published
from providers.errors import (
    AuthorizationLost,
    OutcomeUnknown,
    Problem,
    ProviderError,
    TryAgain,
)
from providers.provider import Ledger
from storage.models import Publication, StepState
from storage.queries import item_files, publications

Step = Callable[[Ledger, Publication, Published], Awaitable[Published]]


async def take_steps(sending: Sending, ledger: Ledger) -> ProviderError | None:
    """Everything that is due of the batch; what came in between, if anything did."""
    async with sending.tools.database.read() as session:
        due = [each for each in await sending.all(session) if publications.has_steps(each)]
    setback: ProviderError | None = None
    for publication in due:
        setback = await _steps_of(sending, ledger, publication) or setback
        if isinstance(setback, AuthorizationLost | TryAgain):
            break
    return setback


async def _steps_of(
    sending: Sending, ledger: Ledger, publication: Publication
) -> ProviderError | None:
    async def settle(ledger: Ledger, own: Publication, there: Published) -> Published:
        return await ledger.settle(there, draft_of(own), key=f"{own.id}-{own.version}-pay")

    async def attach(ledger: Ledger, own: Publication, there: Published) -> Published:
        for place, file in enumerate(await _files(sending, own)):
            await ledger.attach(there, file, key=f"{own.id}-{own.version}-{place}")
        return there

    setback: ProviderError | None = None
    for name, take in (("payment", settle), ("files", attach)):
        if getattr(publication, name) == StepState.DUE:
            setback = await _take(sending, ledger, publication, name, take) or setback
    return setback


async def _take(
    sending: Sending, ledger: Ledger, publication: Publication, name: str, take: Step
) -> ProviderError | None:
    there = published_of(publication)
    assert there is not None, "steps follow a document"
    try:
        after = await take(ledger, publication, there)
    except (TryAgain, AuthorizationLost, OutcomeUnknown) as error:
        return error  # it is still due, and looks before it does anything again
    except ProviderError as error:
        problem = problems_in(error)[0]
        await _end(sending, publication, name, StepState.REFUSED, problem=problem)
        return None
    await _end(sending, publication, name, StepState.DONE, after=after)
    publication.result = kept(after)
    return None


async def _end(
    sending: Sending,
    publication: Publication,
    name: str,
    state: StepState,
    *,
    after: Published | None = None,
    problem: Problem | None = None,
) -> None:
    async with sending.tools.database.begin() as session:
        await sending.held(session)
        own = await _again(session, sending, publication)
        setattr(own, name, state)
        if after is not None:
            own.result = kept(after)
        told = {k: v for k, v in own.notice.items() if k != name}
        if problem is not None:
            told[name] = {"code": problem.code, "text": problem.text}
        own.notice = told


async def _again(session: AsyncSession, sending: Sending, publication: Publication) -> Publication:
    every = await sending.all(session)
    return next(each for each in every if each.id == publication.id)


async def _files(sending: Sending, publication: Publication) -> Sequence[Attachment]:
    """Of an expense claim those of all its items, numbered: many a receipt is called scan.jpg.

    More than the ledger takes on one document are bound.
    """
    async with sending.tools.database.read() as session:
        items = await items_in(session, publication)
        found = [
            (number, file)
            for number, item in enumerate(items, start=1)
            for file in await item_files.whole(session, item.workspace_id, item.id)
        ]
    is_numbered = publication.claim_id is not None and len(found) > 1
    files = [
        Attachment(
            name=f"{number:02} {file.name}" if is_numbered else file.name,
            mime=file.mime,
            content=file.content or b"",
        )
        for number, file in found
    ]
    provider = sending.tools.gateway.provider(sending.connection.provider)
    takes = provider.publishing(record_of(sending.organisation))
    if takes is None or takes.attachments is None or len(files) <= takes.attachments:
        return files
    return await asyncio.to_thread(
        bound, files, most=takes.attachments, most_bytes=takes.attachment_bytes
    )
