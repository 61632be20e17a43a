"""What is needed to look at a client's books: the organisation, the days, everybody's choices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.context import Tools
from commands.health.books.books import CLEARANCES, Books
from commands.health.books.periods import Mode, Period, period, year_begin
from commands.health.check import Check, Options
from commands.health.registry import found
from commands.health.running.options import Chosen, options
from commands.health.running.standing import default_weights
from commands.mornings import zone_of
from storage.models import (
    Client,
    Connection,
    HealthChoices,
    Organisation,
    Purpose,
    Sync,
    SyncStream,
)
from storage.queries import clients, connections, health, organisations, syncs

log = structlog.get_logger()

JOURNALS = "Journals"  # Xero's; no other ledger tells what it posted
DEFAULT_WEIGHTS = "default-1"  # changes whenever a weight of a check does


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One client's books, and how they are looked at. `connection` may have ended."""

    client: Client
    connection: Connection
    organisation: Organisation
    books: Books
    options: Mapping[str, Options]
    weights: Mapping[str, int]
    weights_id: str

    @property
    def whose(self) -> tuple[str, str]:
        """The workspace and the organisation, as queries take them."""
        return self.connection.workspace_id, self.organisation.id

    @property
    def asked(self) -> list[tuple[Check[Any], Options]]:
        return [(check, self.options[code]) for code, check in found().items()]


async def look(
    session: AsyncSession,
    tools: Tools,
    workspace_id: str,
    organisation_id: str,
    *,
    now: datetime,
) -> Look | None:
    """None where no client has, or had, this organisation for Data Health."""
    organisation = await organisations.find(session, workspace_id, organisation_id)
    connection = await _connection(session, workspace_id, organisation_id)
    if organisation is None or connection is None:
        return None
    client = await clients.find(session, workspace_id, connection.client_id)
    assert client is not None
    practice, own = await health.choices(session, workspace_id, client.id)
    weighting = await health.weights(session, workspace_id, client.id)
    is_own = weighting is not None and bool(weighting.weights)
    return Look(
        client=client,
        connection=connection,
        organisation=organisation,
        books=replace(
            await _books(session, tools, organisation, practice, own, now=now),
            connected_on=connection.connected_at.date(),
        ),
        options=_options(_chosen(practice), _chosen(own)),
        weights=dict(weighting.weights) if weighting and is_own else default_weights(),
        weights_id=weighting.id if weighting and is_own else DEFAULT_WEIGHTS,
    )


async def _connection(
    session: AsyncSession, workspace_id: str, organisation_id: str
) -> Connection | None:
    """The Data Health connection of the organisation; of several the one that still works."""
    every = await connections.of_organisation(session, workspace_id, organisation_id)
    own = [each for each in every if each.purpose is Purpose.DATA_HEALTH and not each.erased_at]
    return min(own, key=lambda each: (not each.is_usable, each.id), default=None)


async def _books(
    session: AsyncSession,
    tools: Tools,
    organisation: Organisation,
    practice: HealthChoices | None,
    own: HealthChoices | None,
    *,
    now: datetime,
) -> Books:
    whose = (organisation.workspace_id, organisation.id)
    sync = await syncs.find(session, *whose)
    streams = await syncs.streams(session, *whose)
    told = organisation.details
    today = now.astimezone(zone_of(organisation.time_zone)).date()
    year_begins = year_begin(
        today, end_month=told.get("year_end_month"), end_day=told.get("year_end_day")
    )
    locked = [day for name in ("lock_date", "year_end_lock_date") if (day := told.get(name))]
    return Books(
        organisation_id=organisation.id,
        provider=organisation.provider,
        software=software_name(tools, organisation.provider),
        country=organisation.country,
        currency=organisation.base_currency or "",
        today=today,
        period=reporting_period(practice, own, today, year_begins),
        year_begin=year_begins,
        synced_at=sync.synced_at if sync else None,
        cleared_at=streams[CLEARANCES].whole_at if CLEARANCES in streams else None,
        locked_until=max((date.fromisoformat(str(day)) for day in locked), default=None),
        details=told,
        refused=frozenset(name for name, stream in streams.items() if stream.refused),
        holds_journals=_holds_journals(sync, streams),
        log=tuple(
            {
                "seen_at": seen.seen_at.isoformat(),
                "lock_date": _iso(seen.lock_date),
                "year_end_lock_date": _iso(seen.year_end_lock_date),
            }
            for seen in await health.lock_dates(session, *whose)
        ),
    )


def _holds_journals(sync: Sync | None, streams: Mapping[str, SyncStream]) -> bool:
    """Journals that lag behind the rest would tell of other books."""
    own = streams.get(JOURNALS)
    if sync is None or sync.synced_at is None or own is None or own.refused:
        return False
    return own.complete_at is not None and own.complete_at >= sync.synced_at


def reporting_period(
    practice: HealthChoices | None, own: HealthChoices | None, today: date, year_begins: date
) -> Period:
    """The client's fixed days, else its mode, else the practice's, else the last whole month."""
    for chosen in (own, practice):
        if chosen is not None and chosen.period_begin and chosen.period_end:
            return Period(begin=chosen.period_begin, end=chosen.period_end)
        if chosen is not None and chosen.mode:
            return period(Mode(chosen.mode), today, year_begins=year_begins)
    return period(Mode.LAST_MONTH, today, year_begins=year_begins)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _chosen(choices: HealthChoices | None) -> Chosen:
    return choices.options if choices else {}


def _options(practice: Chosen, own: Chosen) -> Mapping[str, Options]:
    made = {}
    for code, check in found().items():
        try:
            made[code] = options(check, practice, own)
        except msgspec.ValidationError as error:  # chosen for an earlier version of the check
            log.warning("health.option_ignored", check=code, error=str(error))
            made[code] = options(check, {}, {})
    return made
