"""One client with everything its Connections page tells, in one query."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Client,
    Connection,
    Grant,
    Organisation,
    Person,
    Purpose,
    Status,
    Sync,
    Ticket,
)
from storage.prepared import Prepared
from storage.queries.statements import detached, table_of


class Detail(NamedTuple):
    """A connection; `by` is the name of who connected it. Only Data Health is synced."""

    id: str
    purpose: Purpose
    version: int
    provider: str
    status: Status
    status_reason: str | None
    status_since: datetime
    connected_at: datetime
    lists_read_at: datetime | None
    lists_due_at: datetime | None
    lists_lease_until: datetime | None
    erase_at: datetime | None
    erased_at: datetime | None
    accepted_names: str | None
    tenant_id: str
    organisation: str
    legal_name: str | None
    country: str | None
    base_currency: str | None
    is_demo: bool
    consent_ends_at: datetime | None
    by: str | None
    synced_at: datetime | None
    sync_due_at: datetime | None
    sync_lease_until: datetime | None
    sync_error: str | None


class Details(NamedTuple):
    """A client, to be read only, what is connected, and for what somebody signs in just now."""

    client: Client
    connections: Mapping[Purpose, Detail]
    signing_in: frozenset[Purpose]


async def of_client(
    session: AsyncSession, workspace_id: str, client_id: str, *, now: datetime
) -> Details | None:
    """The page of the client of this id."""
    rows = await _OF_ID.rows(session, workspace_id=workspace_id, id=client_id, now=now)
    return _details(rows) if rows else None


async def called(
    session: AsyncSession, workspace_id: str, name_key: str, *, now: datetime
) -> Sequence[Details]:
    """The pages of all clients of exactly this name, archived ones too."""
    rows = await _OF_NAME.rows(session, workspace_id=workspace_id, name_key=name_key, now=now)
    by_client: dict[str, list[Sequence[Any]]] = {}
    for row in rows:
        by_client.setdefault(row[0], []).append(row)
    return [_details(same) for same in by_client.values()]


def _details(rows: Sequence[Sequence[Any]]) -> Details:
    """The rows of one client: one for each connection, or one without any."""
    first = rows[0]
    out = first[_CLIENT : _CLIENT + _LINKS]
    told = [Detail(*row[_CLIENT + _LINKS :]) for row in rows if row[_CLIENT + _LINKS]]
    return Details(
        client=detached(Client, first[:_CLIENT]),
        connections={detail.purpose: detail for detail in told},
        signing_in=frozenset(p for p, is_out in zip(Purpose, out, strict=True) if is_out),
    )


_client, _connection, _organisation, _grant, _person, _ticket, _sync = (
    table_of(entity) for entity in (Client, Connection, Organisation, Grant, Person, Ticket, Sync)
)
_CLIENT, _LINKS = len(_client.columns), len(Purpose)


def _signing_in(purpose: Purpose) -> ColumnElement[bool]:
    return exists().where(
        _ticket.c.workspace_id == _client.c.workspace_id,
        _ticket.c.client_id == _client.c.id,
        _ticket.c.purpose == purpose,
        _ticket.c.closed_at.is_(None),
        _ticket.c.expires_at > bindparam("now"),
    )


def _columns() -> list[ColumnElement[Any]]:
    """In the order of Detail."""
    own, organisation = _connection.c, _organisation.c
    return [
        own.id,
        own.purpose,
        own.version,
        own.provider,
        own.status,
        own.status_reason,
        own.status_since,
        own.connected_at,
        own.lists_read_at,
        own.lists_due_at,
        own.lists_lease_until,
        own.erase_at,
        own.erased_at,
        own.accepted_names,
        organisation.tenant_id,
        organisation.name,
        organisation.legal_name,
        organisation.country,
        organisation.base_currency,
        organisation.is_demo,
        _grant.c.consent_ends_at,
        _person.c.name,
        _sync.c.synced_at,
        _sync.c.due_at,
        _sync.c.lease_until,
        _sync.c.error,
    ]


def _where(is_wanted: ColumnElement[bool]) -> Select[Any]:
    by = and_(
        _person.c.workspace_id == _connection.c.workspace_id,
        _person.c.id == _connection.c.connected_by,
    )
    copied = and_(
        _sync.c.organisation_id == _connection.c.organisation_id,
        _connection.c.purpose == Purpose.DATA_HEALTH,
    )
    joined = (
        _client.outerjoin(_connection, _connection.c.client_id == _client.c.id)
        .outerjoin(_organisation, _organisation.c.id == _connection.c.organisation_id)
        .outerjoin(_grant, _grant.c.id == _connection.c.grant_id)
        .outerjoin(_person, by)
        .outerjoin(_sync, copied)
    )
    return (
        select(*[*_client.columns, *map(_signing_in, Purpose), *_columns()])
        .select_from(joined)
        .where(_client.c.workspace_id == bindparam("workspace_id"), is_wanted)
    )


_OF_ID = Prepared(_where(_client.c.id == bindparam("id")))
_OF_NAME = Prepared(_where(_client.c.name_key == bindparam("name_key")))
