"""From a link in a direct message to a sign-in at the vendor, and back with tokens.

A ticket is issued, opened by a browser, consumed by the vendor's redirect, and then chooses among
the organisations found. Every step looks again whether the person still may, and whether the
connection is still as it was when the link was made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.journeys import (
    Fact,
    Journey,
    Stopped,
    Trouble,
    changes,
    deciding,
    journey_of,
    objection,
    used_up,
)
from commands.connections.tickets import LIFE, tell_ended
from commands.context import Tools
from commands.permissions import Permission, may
from providers.errors import (
    AuthorizationLost,
    NotPermitted,
    ProviderError,
    TryAgain,
    UnknownProvider,
)
from providers.oauth import new_verifier
from providers.provider import Tenant
from providers.tokens import TokenSet
from storage.identity import digest, new_id, new_secret
from storage.models import Grant, Ticket, TicketState
from storage.queries import tickets
from storage.tokens import put

log = structlog.get_logger()

_ERROR_NAME = re.compile(r"[a-z_]{1,40}")  # RFC 6749 §4.1.2.1, as far as we repeat it
_OUR_FAULT = frozenset(
    {"invalid_request", "unauthorized_client", "invalid_scope", "unsupported_response_type"}
)


async def look(tools: Tools, secret: str, browser: str | None) -> Journey:
    """What the page behind a link shows; changes nothing. Raises Stopped.

    In the browser that signed in the ticket may be one that has come as far as choosing.
    """
    async with tools.database.read() as session:
        journey = await journey_of(session, tools, await tickets.by_link(session, digest(secret)))
        if journey.ticket.state == TicketState.CHOOSING and _is_bound(journey.ticket, browser):
            return journey
        _check_unused(journey, tools.now())
        _check_browser(journey, browser)
        trouble = await objection(session, journey)
    if trouble:
        raise Stopped(trouble, journey)
    return journey


async def asked_again(tools: Tools, key: str, browser: str | None) -> Journey:
    """The ticket of which somebody has the link or the state, ended or not. Raises Stopped.

    Its id is enough for the browser that it belongs to.
    """
    async with tools.database.read() as session:
        ticket = await tickets.by_link(session, digest(key))
        ticket = ticket or await tickets.by_state(session, digest(key))
        if ticket is None:
            own = await tickets.by_id(session, key)
            ticket = own if own is not None and _is_bound(own, browser) else None
        journey = await journey_of(session, tools, ticket)
    if not may(journey.actor, Permission.CONNECT, journey.ticket.client_id):
        raise Stopped(Trouble.NOT_ALLOWED, journey)
    return journey


async def begin(tools: Tools, secret: str, browser: str) -> str:
    """Bind the link to this browser and answer the vendor's address. Raises Stopped.

    `browser` is the secret in the browser's cookie. The same browser may begin again; then only
    the newest state leads anywhere.
    """
    state, verifier = new_secret(), new_verifier()
    async with deciding(tools) as session:
        journey = await journey_of(session, tools, await tickets.by_link(session, digest(secret)))
        _check_unused(journey, tools.now())
        _check_browser(journey, browser)
        trouble = await objection(session, journey)
        if trouble:
            raise Stopped(trouble, journey)
        address = _address(tools, journey, state, verifier)
        sealed_verifier = tools.vault.seal(verifier, f"ticket:{journey.ticket.id}")
        if journey.ticket.state == TicketState.OPENED:
            journey.ticket.state_digest = digest(state)
            journey.ticket.sealed_verifier = sealed_verifier
            return address
        opened = await tickets.open_link(
            session,
            digest(secret),
            state_digest=digest(state),
            browser_digest=digest(browser),
            sealed_verifier=sealed_verifier,
            now=tools.now(),
        )
        if opened is None:
            raise Stopped(Trouble.OTHER_BROWSER, journey)
    return address


def _check_browser(journey: Journey, browser: str | None) -> None:
    """A link that a browser has opened belongs to that browser."""
    if journey.ticket.browser_digest is not None and not _is_bound(journey.ticket, browser):
        raise Stopped(Trouble.OTHER_BROWSER, journey)


def _is_bound(ticket: Ticket, browser: str | None) -> bool:
    return browser is not None and digest(browser) == ticket.browser_digest


def _address(tools: Tools, journey: Journey, state: str, verifier: str) -> str:
    provider = journey.ticket.provider
    try:
        return tools.gateway.authorisation_url(
            provider,
            redirect_uri=tools.links.callback(provider),
            state=state,
            verifier=verifier,
        )
    except UnknownProvider as error:
        raise Stopped(Trouble.MISCONFIGURED, journey) from error


async def complete(
    tools: Tools, provider: str, callback: Mapping[str, str], browser: str | None
) -> Journey:
    """Take the vendor's redirect: spend the ticket, trade the code, ask for the organisations.

    `callback` is the query of the redirect. The answered ticket has its `tenants` to choose from.
    Raises Stopped, and then the direct message says so too unless the redirect was not ours.
    """
    journey = await _spend(tools, provider, callback, browser)
    ticket = journey.ticket
    try:
        tokens = await tools.gateway.exchange(
            ticket.provider,
            code=callback["code"],
            redirect_uri=tools.links.callback(ticket.provider),
            verifier=_verifier(tools, ticket),
        )
        grant_id = await _keep(tools, journey, tokens)
        found = await tools.gateway.tenants(ticket.provider, grant_id=grant_id, callback=callback)
    except ProviderError as error:
        log.warning(
            "authorisation.failed",
            ticket=ticket.id,
            provider=ticket.provider,
            operation=error.operation,
            error=type(error).__name__,
            detail=str(error),
        )
        raise await stop(tools, journey, _meaning(error)) from error
    return await _remember(tools, journey, found)


async def stop(tools: Tools, journey: Journey, trouble: Trouble, **facts: Fact) -> Stopped:
    """End the ticket and tell its person; answers what the page says."""
    stopped = Stopped(trouble, journey, **facts)
    async with tools.database.begin() as session:
        await _end(session, tools, journey, stopped)
    return stopped


async def _end(session: AsyncSession, tools: Tools, journey: Journey, stopped: Stopped) -> None:
    trouble = stopped.trouble
    declined = trouble is Trouble.DECLINED
    ended = await tickets.close(
        session,
        journey.ticket.id,
        state=TicketState.CANCELLED if declined else TicketState.FAILED,
        now=tools.now(),
        failure=trouble,
    )
    if ended is not None:
        await tell_ended(session, tools, ended, journey.client, trouble, facts=stopped.facts)


async def _spend(
    tools: Tools, provider: str, callback: Mapping[str, str], browser: str | None
) -> Journey:
    """Use the ticket up before anything else happens; of parallel redirects one comes through."""
    state = digest(callback.get("state", ""))
    async with deciding(tools) as session:
        ticket = await tickets.by_state(session, state)
        if ticket is not None and ticket.provider != provider:
            ticket = None
        journey = await journey_of(session, tools, ticket)
        _check_browser(journey, browser)
        _check_unused(journey, tools.now())
        spent = await tickets.consume(
            session, state, browser_digest=digest(browser or ""), now=tools.now()
        )
        if spent is None:
            raise Stopped(Trouble.USED, journey)
        spent.expires_at = tools.now() + LIFE  # to choose in
        trouble = _refusal(callback) or await objection(session, journey)
        stopped = await _stopped(session, journey, trouble, callback) if trouble else None
        if stopped:
            await session.flush()
            await _end(session, tools, journey, stopped)
    if stopped:
        raise stopped
    return journey


async def _stopped(
    session: AsyncSession, journey: Journey, trouble: Trouble, callback: Mapping[str, str]
) -> Stopped:
    if trouble is Trouble.CHANGED:
        return Stopped(trouble, journey, **await changes(session, journey))
    return Stopped(trouble, journey, error=_named(callback))


async def _keep(tools: Tools, journey: Journey, tokens: TokenSet) -> str:
    """Store the consent at once: whatever happens next, it can be taken back."""
    grant = Grant(
        id=new_id(),
        workspace_id=journey.ticket.workspace_id,
        provider=journey.ticket.provider,
        made_by=journey.ticket.person_id,
        created_at=tools.now(),
        probed_at=tools.now(),
    )
    put(grant, tokens, tools.vault)
    async with tools.database.begin() as session:
        session.add(grant)
        ticket = await tickets.by_id(session, journey.ticket.id)
        assert ticket is not None
        ticket.grant_id = grant.id
        ticket.sealed_verifier = None
    return grant.id


async def _remember(tools: Tools, journey: Journey, found: Sequence[Tenant]) -> Journey:
    if not found:
        raise await stop(tools, journey, Trouble.NO_ORGANISATION)
    async with deciding(tools) as session:
        ticket = await tickets.by_id(session, journey.ticket.id)
        fresh = await journey_of(session, tools, ticket)
        if fresh.ticket.closed_at is not None:
            raise Stopped(used_up(fresh.ticket, tools.now()) or Trouble.USED, fresh)
        fresh.ticket.state = TicketState.CHOOSING
        fresh.ticket.tenants = [asdict(tenant) for tenant in found]
    return fresh


def _check_unused(journey: Journey, now: datetime) -> None:
    trouble = used_up(journey.ticket, now)
    if trouble:
        raise Stopped(trouble, journey)


def _refusal(callback: Mapping[str, str]) -> Trouble | None:
    """What the redirect itself says, before any code is traded."""
    error = callback.get("error")
    if error == "access_denied":
        return Trouble.DECLINED
    if error in _OUR_FAULT:
        return Trouble.MISCONFIGURED
    return Trouble.VENDOR_REFUSED if error or not callback.get("code") else None


def _named(callback: Mapping[str, str]) -> str | None:
    error = callback.get("error", "")
    return error if _ERROR_NAME.fullmatch(error) else None


def _meaning(error: ProviderError) -> Trouble:
    match error:
        case TryAgain():
            return Trouble.VENDOR_SILENT
        case NotPermitted() if error.operation in {"authorization_code", "refresh_token"}:
            return Trouble.MISCONFIGURED
        case NotPermitted():
            return Trouble.NO_ORGANISATION
        case UnknownProvider():
            return Trouble.MISCONFIGURED
        case AuthorizationLost():
            return Trouble.VENDOR_REFUSED
    return Trouble.VENDOR_REFUSED


def _verifier(tools: Tools, ticket: Ticket) -> str | None:
    if ticket.sealed_verifier is None:
        return None
    return tools.vault.open(ticket.sealed_verifier, f"ticket:{ticket.id}")
