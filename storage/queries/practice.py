"""All of a practice's clients by how healthy their books are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    CheckOutcome,
    Client,
    Connection,
    Handling,
    Health,
    HealthFinding,
    HealthPoint,
    News,
    Organisation,
    Purpose,
    Status,
    ledger,
)
from storage.queries.statements import table_of
from storage.types import Money

NEAR = timedelta(days=45)  # how old a score may be to stand for one of a month ago
_findings = table_of(HealthFinding)
_AT_STAKE = type_coerce(func.sum(func.abs(_findings.c.amount)), Money())
_handles = and_(
    Handling.organisation_id == HealthFinding.organisation_id,
    Handling.code == HealthFinding.code,
    Handling.fingerprint == HealthFinding.fingerprint,
)


class Standing(NamedTuple):
    """One client's books. `score` is None where too little can be told, or nothing was seen."""

    client_id: str
    client: str
    organisation_id: str
    provider: str
    currency: str | None
    time_zone: str | None
    status: Status
    score: int | None
    computed_at: datetime | None
    synced_at: datetime | None
    news: News


class Stake(NamedTuple):
    """What is open in one client's books. `amount` counts each ledger record once, at the most
    that any finding has at stake with it: several checks may see the same bill."""

    opened: int
    serious: int
    amount: Decimal


async def standings(
    session: AsyncSession, workspace_id: str, *, only: Collection[str] | None
) -> Sequence[Standing]:
    """Of clients connected for Data Health, by name; `only` those with these ids."""
    found = (
        select(
            Client.id, Client.name, Organisation.id, Organisation.provider,
            Organisation.base_currency, Organisation.time_zone, Connection.status, Health.score,
            Health.computed_at, Health.synced_at, Client.sync_news,
        )
        .join(Connection, Connection.client_id == Client.id)
        .join(Organisation, Organisation.id == Connection.organisation_id)
        .outerjoin(Health, Health.organisation_id == Organisation.id)
        .where(
            Client.workspace_id == workspace_id,
            Connection.workspace_id == workspace_id,
            Connection.purpose == Purpose.DATA_HEALTH,
            Connection.status.in_([Status.CONNECTED, Status.ATTENTION, Status.EXPIRED]),
            Connection.erased_at.is_(None),
            Client.archived_at.is_(None),
        )
        .order_by(Client.name_key, Client.id)
    )  # fmt: skip
    if only is not None:
        found = found.where(Client.id.in_(only))
    return [Standing._make(row) for row in await session.execute(found)]


async def scores_at(session: AsyncSession, workspace_id: str, *, day: date) -> Mapping[str, int]:
    """The score that stood on that day, by organisation, where one is known."""
    last = (
        select(HealthPoint.organisation_id, func.max(HealthPoint.day).label("day"))
        .where(
            HealthPoint.workspace_id == workspace_id,
            HealthPoint.day <= day,
            HealthPoint.day > day - NEAR,
        )
        .group_by(HealthPoint.organisation_id)
        .subquery("last")
    )
    found = select(HealthPoint.organisation_id, HealthPoint.score).join(
        last,
        and_(last.c.organisation_id == HealthPoint.organisation_id, last.c.day == HealthPoint.day),
    )
    return {row[0]: row[1] for row in await session.execute(found)}


async def stakes(session: AsyncSession, workspace_id: str, *, today: date) -> Mapping[str, Stake]:
    """What is open, by organisation: neither dismissed nor put off."""
    record = HealthFinding.body["records", 0, "remote_id"].as_string()
    one = (
        select(
            HealthFinding.organisation_id,
            func.count().label("opened"),
            func.count().filter(HealthFinding.is_serious).label("serious"),
            func.max(func.abs(_findings.c.amount)).label("most"),
        )
        .outerjoin(Handling, _handles)
        .where(HealthFinding.workspace_id == workspace_id, _is_open(today))
        .group_by(
            HealthFinding.organisation_id,
            func.coalesce(record, HealthFinding.code + HealthFinding.fingerprint),
        )
        .subquery("one")
    )
    found = select(
        one.c.organisation_id,
        func.sum(one.c.opened),
        func.sum(one.c.serious),
        type_coerce(func.sum(one.c.most), Money()),
    ).group_by(one.c.organisation_id)
    return {
        organisation_id: Stake(int(opened), int(grave), amount or Decimal())
        for organisation_id, opened, grave, amount in await session.execute(found)
    }


async def levels(
    session: AsyncSession, workspace_id: str, code: str
) -> Mapping[str, tuple[str, str]]:
    """How one check stands everywhere: {organisation: (level, in words)}."""
    found = select(CheckOutcome.organisation_id, CheckOutcome.level, CheckOutcome.says).where(
        CheckOutcome.workspace_id == workspace_id, CheckOutcome.code == code
    )
    return {row[0]: (row[1], row[2]) for row in await session.execute(found)}


async def volumes(
    session: AsyncSession, workspace_id: str, organisation_ids: Sequence[str], *, since: date
) -> Mapping[str, int]:
    """How many documents these have had since then."""
    own = ledger.documents
    owned = select(Organisation.id).where(
        Organisation.workspace_id == workspace_id, Organisation.id.in_(organisation_ids)
    )
    found = (
        select(own.c.organisation_id, func.count())
        .where(own.c.organisation_id.in_(owned), own.c.date >= since, own.c.gone_at.is_(None))
        .group_by(own.c.organisation_id)
    )
    return {row[0]: row[1] for row in await session.execute(found)}


class Assigned(NamedTuple):
    """What one person has to see to in one client's books."""

    person: str
    client_id: str
    client: str
    code: str
    opened: int
    amount: Decimal
    currency: str | None
    oldest: date | None


async def assigned(session: AsyncSession, workspace_id: str, *, today: date) -> Sequence[Assigned]:
    """Open findings that somebody was given, by person, client and check."""
    found = (
        select(
            Handling.assignee,
            Client.id,
            Client.name,
            HealthFinding.code,
            func.count(),
            _AT_STAKE,
            Organisation.base_currency,
            func.min(HealthFinding.since),
        )
        .join(HealthFinding, _handles)
        .join(Organisation, Organisation.id == HealthFinding.organisation_id)
        .join(
            Connection,
            and_(
                Connection.organisation_id == Organisation.id,
                Connection.purpose == Purpose.DATA_HEALTH,
                Connection.erased_at.is_(None),
                Connection.status.in_([Status.CONNECTED, Status.ATTENTION, Status.EXPIRED]),
            ),
        )
        .join(Client, Client.id == Connection.client_id)
        .where(
            Handling.workspace_id == workspace_id,
            HealthFinding.workspace_id == workspace_id,
            Client.archived_at.is_(None),
            Handling.assignee.is_not(None),
            Handling.dismissed_at.is_(None),
            or_(Handling.snoozed_until.is_(None), Handling.snoozed_until <= today),
        )
        .group_by(
            Handling.assignee, Client.id, Client.name, Client.name_key, HealthFinding.code,
            Organisation.base_currency,
        )
        .order_by(Handling.assignee, Client.name_key, Client.id, HealthFinding.code)
    )  # fmt: skip
    return [
        Assigned._make((*row[:5], row[5] or Decimal(), *row[6:]))
        for row in await session.execute(found)
    ]


class Fresh(NamedTuple):
    """Serious findings of one client that were first seen lately."""

    organisation_id: str
    code: str
    found: int


async def newly_serious(
    session: AsyncSession, workspace_id: str, *, first_seen_from: datetime, today: date
) -> Sequence[Fresh]:
    """What is serious, open, and was not there before."""
    found = (
        select(HealthFinding.organisation_id, HealthFinding.code, func.count())
        .outerjoin(Handling, _handles)
        .where(
            HealthFinding.workspace_id == workspace_id,
            HealthFinding.is_serious,
            HealthFinding.first_seen_at >= first_seen_from,
            _is_open(today),
        )
        .group_by(HealthFinding.organisation_id, HealthFinding.code)
        .order_by(HealthFinding.organisation_id, HealthFinding.code)
    )
    return [Fresh._make(row) for row in await session.execute(found)]


def _is_open(today: date) -> ColumnElement[bool]:
    """Of findings joined with what was decided about them."""
    return or_(
        Handling.fingerprint.is_(None),
        and_(
            Handling.dismissed_at.is_(None),
            or_(Handling.snoozed_until.is_(None), Handling.snoozed_until <= today),
        ),
    )
