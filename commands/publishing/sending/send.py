"""Sending a batch: written down, sent, understood, and looked up where nobody can tell.

Nothing is ever there twice because (1) there is one publication for each generation of an item,
(2) what may have been sent before is looked up in the ledger before anything is sent again, and
(3) the same documents are sent under the same key.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from commands.connections.expiry import lose
from commands.context import Tools
from commands.heartbeat import LEASE, beating
from commands.lists.outcome import MONTH_SPENT
from commands.publishing.readiness.surroundings import record_of
from commands.publishing.sending.meeting import meet
from commands.publishing.sending.outcome import tell
from commands.publishing.sending.results import give_up, is_final, leave, note
from commands.publishing.sending.sending import HandedOver, Sending
from commands.publishing.sending.sent import call_key, draft_of
from commands.publishing.sending.steps import take_steps
from commands.registry import job
from providers.drafts import NotSent, Outcome, Unheard
from providers.errors import (
    AuthorizationLost,
    LimitScope,
    ProviderError,
    RateLimited,
    TryAgain,
)
from providers.provider import Ledger
from storage.identity import digest, new_id
from storage.models import Batch, Publication, PublicationState
from storage.queries import connections, organisations, publications
from storage.queries.publications import UNDER_WAY, has_steps

TRIES = 5
BACKOFF = timedelta(minutes=1)  # doubled each time: product §11.12
JITTER = 0.2  # of the wait, at most
UNHEARD = timedelta(seconds=10)  # until a ledger that was slow to answer has certainly finished

log = structlog.get_logger()


@job("publishing.send", due=publications.due)
async def send(tools: Tools, key: str) -> None:
    """Send what is to be sent of a batch, then their payments and files, and tell."""
    sending = await _claim(tools, key)
    if sending is None:
        return
    try:
        if sending.left_for is not None:
            await _end(sending, None)
            return
        async with beating(lambda: _extend(sending)):
            await _work(sending)
    except HandedOver:
        log.info("publishing.handed_over", batch=key)


async def _claim(tools: Tools, batch_id: str) -> Sending | None:
    run_id, now = new_id(), tools.now()
    async with tools.database.begin() as session:
        batch = await publications.claim(
            session, batch_id, run_id=run_id, now=now, until=now + LEASE
        )
        if batch is None:
            return None
        connection = await connections.find(session, batch.workspace_id, batch.connection_id)
        assert connection is not None
        organisation = await organisations.find(
            session, batch.workspace_id, connection.organisation_id
        )
    assert organisation is not None
    return Sending(
        tools=tools, run_id=run_id, batch=batch, connection=connection, organisation=organisation
    )


async def _extend(sending: Sending) -> bool:
    until = sending.tools.now() + LEASE
    async with sending.tools.database.begin() as session:
        held = await publications.hold(session, sending.batch.id, sending.run_id, until=until)
    return held is not None


async def _work(sending: Sending) -> None:
    connection = sending.connection
    assert connection.grant_id is not None
    opened = sending.tools.gateway.open(
        connection.provider,
        tenant_id=sending.organisation.tenant_id,
        grant_id=connection.grant_id,
        background=sending.batch.is_automatic,
    )
    setback: ProviderError | None = None
    async with opened as ledger:
        try:
            unseen = await _look_up(sending, ledger)
            setback = await _send_all(sending, ledger, besides_unheard=unseen is not None)
            setback = await take_steps(sending, ledger) or setback or unseen
        except ProviderError as error:
            setback = error
    if isinstance(setback, AuthorizationLost):
        await _lose(sending, setback)
    await _end(sending, setback)


async def _lose(sending: Sending, error: AuthorizationLost) -> None:
    """People are told once, with a button; the items go on when somebody has reconnected."""
    tools, grant_id = sending.tools, sending.connection.grant_id
    assert grant_id is not None
    async with tools.database.begin() as session:
        await lose(session, tools, sending.connection, error.reason)
        fresh = await connections.find(session, sending.batch.workspace_id, sending.connection.id)
        sending.connection = fresh or sending.connection
    tools.jobs.submit("connections.tell_lost", grant_id)


async def _look_up(sending: Sending, ledger: Ledger) -> RateLimited | None:
    """What was sent before and never heard of: is it there? What keeps us from looking until next
    month keeps only these from being sent."""
    async with sending.tools.database.read() as session:
        unheard = [
            each
            for each in await sending.all(session)
            if each.state == PublicationState.SENDING and each.call_key is not None
        ]
    for chunk in _chunks(unheard, _size(sending)):
        try:
            found = await ledger.find([draft_of(each) for each in chunk])
        except RateLimited as error:
            if not _is_of_the_month(error):
                raise
            return error
        outcomes = {each.id: one for each, one in zip(chunk, found, strict=True) if one is not None}
        await _note(sending, outcomes)
    return None


async def _send_all(
    sending: Sending, ledger: Ledger, *, besides_unheard: bool
) -> ProviderError | None:
    """What came in between, if anything did; then the rest waits."""
    async with sending.tools.database.read() as session:
        left = [each for each in await sending.all(session) if each.state in UNDER_WAY]
    if besides_unheard:
        left = [each for each in left if each.call_key is None]
    setback: ProviderError | None = None
    for chunk in _chunks(left, _size(sending)):
        key = await _announce(sending, chunk)
        outcomes = await ledger.publish([draft_of(each) for each in chunk], key=key)
        await _note(sending, {e.id: o for e, o in zip(chunk, outcomes, strict=True)})
        late = [o for o in outcomes if isinstance(o, NotSent | Unheard) and not is_final(o)]
        setback = late[0].error if late else setback
        if any(isinstance(o, NotSent) and not _is_of_the_month(o.error) for o in late):
            break
    return setback


def _is_of_the_month(error: ProviderError | None) -> bool:
    """Whether nothing may be read until the month ends: what needs no reading goes on."""
    return isinstance(error, RateLimited) and error.scope is LimitScope.MONTH


async def _announce(sending: Sending, chunk: Sequence[Publication]) -> str:
    """Durable before anything is sent: whoever takes this batch up looks before it sends again."""
    async with sending.tools.database.begin() as session:
        batch = await sending.held(session)
        key = call_key(list(chunk), batch.tries)
        by_id = {each.id: each for each in await sending.all(session)}
        for each in chunk:
            by_id[each.id].call_key = key
            by_id[each.id].state = PublicationState.SENDING
    return key


async def _note(sending: Sending, outcomes: Mapping[str, Outcome]) -> None:
    async with sending.tools.database.begin() as session:
        await sending.held(session)
        every = await sending.all(session)
        for publication in every:
            outcome = outcomes.get(publication.id)
            if outcome is not None:
                await note(session, sending.tools, publication, outcome)
        await meet(session, sending, every, outcomes)


async def _end(sending: Sending, setback: ProviderError | None) -> None:
    """Done, or due again; and told in either case."""
    tools, now = sending.tools, sending.tools.now()
    async with tools.database.begin() as session:
        batch = await sending.held(session)
        every = await sending.all(session)
        batch.tries += 1
        if sending.left_for is not None:
            for publication in every:
                await leave(session, tools, publication, sending.left_for)
        if batch.tries > TRIES and not isinstance(setback, RateLimited | AuthorizationLost):
            for publication in every:
                await give_up(session, tools, publication, setback)
        is_open = any(each.state in UNDER_WAY or has_steps(each) for each in every)
        batch.run_id = batch.lease_until = None
        batch.error = _named(setback) if is_open and setback else None
        wait = _wait(batch, setback, every, now=now)
        batch.due_at = now + wait if is_open else None
        batch.tries = batch.tries if is_open else 0
        await tell(session, tools, batch, sending.connection)
    log.info("publishing.sent", batch=batch.id, is_open=is_open, error=batch.error)


def _named(setback: ProviderError) -> str:
    return MONTH_SPENT if _is_of_the_month(setback) else type(setback).__name__


def _wait(
    batch: Batch, setback: ProviderError | None, every: Sequence[Publication], *, now: datetime
) -> timedelta:
    """As long as the vendor says; shortly where only an answer is missing; else ever longer, and
    for each batch a little differently, lest all of them come back at one moment."""
    if isinstance(setback, RateLimited):
        return max(setback.until - now, timedelta(seconds=1))
    if isinstance(setback, TryAgain) and setback.after is not None:
        return setback.after
    if batch.tries == 1 and any(each.state == PublicationState.SENDING for each in every):
        return UNHEARD
    share = int(digest(f"{batch.id} {batch.tries}")[:4], 16) / 0xFFFF
    return BACKOFF * (1 << min(batch.tries - 1, TRIES - 1)) * (1 + JITTER * share)


def _size(sending: Sending) -> int:
    """How many documents go in one call."""
    provider = sending.tools.gateway.provider(sending.connection.provider)
    publishing = provider.publishing(record_of(sending.organisation))
    assert publishing is not None, "it was when these were asked for"
    return publishing.batch


def _chunks(every: Sequence[Publication], size: int) -> Iterator[Sequence[Publication]]:
    return (every[start : start + size] for start in range(0, len(every), size))
