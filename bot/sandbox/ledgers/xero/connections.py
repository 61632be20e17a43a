"""Which organisations a Xero user has connected to an app (`/connections`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.tokens import Consent
from bot.sandbox.ledgers.xero.wire import naive_utc


@dataclass(kw_only=True, slots=True)
class Connection:
    """Kept when it is dropped, because connecting again revives the row with its created date."""

    id: str
    user: str
    client_id: str
    tenant: str
    auth_event: str
    created: datetime
    updated: datetime
    live: bool = True


class Connections:
    """One row per user, app and organisation."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._rows: dict[tuple[str, str, str], Connection] = {}

    def connect(self, consent: Consent, *, at: datetime) -> None:
        for tenant in consent.organisations:
            row = self._rows.setdefault(
                (consent.user, consent.client_id, tenant),
                Connection(
                    id=str(uuid4()),
                    user=consent.user,
                    client_id=consent.client_id,
                    tenant=tenant,
                    auth_event=consent.id,
                    created=at,
                    updated=at,
                ),
            )
            row.auth_event, row.updated, row.live = consent.id, at, True

    def reaches(self, consent: Consent, tenant: str) -> bool:
        row = self._rows.get((consent.user, consent.client_id, tenant))
        return row is not None and row.live

    def drop(self, consent: Consent, connection_id: str) -> bool:
        """False when this user and app have no such connection."""
        for row in self._of(consent):
            if row.id == connection_id:
                row.live = False
                return True
        return False

    def drop_all(self, consent: Consent) -> None:
        for row in self._of(consent):
            row.live = False

    def end(self, tenant: str) -> None:
        """The organisation is gone, and with it every connection to it."""
        for row in self._rows.values():
            if row.tenant == tenant:
                row.live = False

    def listing(self, consent: Consent, *, auth_event: str | None) -> list[dict[str, Any]]:
        """The bare array of `GET /connections`."""
        return [
            {
                "id": row.id,
                "authEventId": row.auth_event,
                "tenantId": row.tenant,
                "tenantType": "ORGANISATION",
                "tenantName": self._directory.books[row.tenant].name,
                "createdDateUtc": naive_utc(row.created),
                "updatedDateUtc": naive_utc(row.updated),
            }
            for row in self._of(consent)
            if auth_event is None or row.auth_event == auth_event
        ]

    def _of(self, consent: Consent) -> list[Connection]:
        mine = (consent.user, consent.client_id)
        return [
            row for row in self._rows.values() if row.live and (row.user, row.client_id) == mine
        ]
