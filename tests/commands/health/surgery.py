"""A client whose synced books a test writes as it likes, and has looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from commands import registry
from commands.health.running.recalculate import recalculate
from providers.books import AnyRecord
from storage.models import Client, Health, HealthPoint, Purpose, Sync
from storage.queries import health, ledger, syncs
from tests.builders import WORKSPACE, a_connection, a_grant, an_organisation, save
from tests.commands.practice import Practice
from tests.conftest import Clock

CHANNEL = "C0ACME"
BEGIN = datetime(2026, 7, 10, 9, tzinfo=UTC)  # the examples are of the quarter before


async def a_surgery(practice: Practice, clock: Clock, *, provider: str = "xero") -> "Surgery":
    """Acme Ltd, connected for Data Health, with nothing in its books yet."""
    registry.discover()
    clock.advance(BEGIN - clock())
    [client] = await practice.has("Acme Ltd", channel_id=CHANNEL)
    organisation = an_organisation(
        time_zone="Europe/London", base_currency="GBP", country="GB", provider=provider
    )
    grant = a_grant(provider=provider)
    await save(practice.database, organisation, grant)
    connection = a_connection(client, organisation, grant, purpose=Purpose.DATA_HEALTH)
    await save(practice.database, connection)
    async with practice.database.begin() as session:
        await syncs.schedule(session, WORKSPACE, organisation.id, now=clock())
    return Surgery(
        practice=practice,
        clock=clock,
        client=client,
        organisation_id=organisation.id,
        connection_id=connection.id,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Surgery:
    """Books, and what the bot makes of them."""

    practice: Practice
    clock: Clock
    client: Client
    organisation_id: str
    connection_id: str

    async def holds(self, *records: AnyRecord) -> None:
        """A sync has brought these, a moment later."""
        self.clock.advance(timedelta(minutes=1))
        async with self.practice.database.begin() as session:
            await ledger.store(session, self.organisation_id, records, is_empty=False)
            await self._synced(session)

    async def lost(self, source: str, *remote_ids: str) -> None:
        """A sync has found these deleted."""
        self.clock.advance(timedelta(minutes=1))
        async with self.practice.database.begin() as session:
            await ledger.mark_gone(
                session, self.organisation_id, source, remote_ids, now=self.clock()
            )
            await self._synced(session)

    async def _synced(self, session: object) -> None:
        await session.execute(  # type: ignore[attr-defined]
            update(Sync)
            .where(Sync.organisation_id == self.organisation_id)
            .values(synced_at=self.clock())
        )

    async def look(self) -> Health:
        """Let the job do what is due, and see how it stands."""
        async with self.practice.database.read() as session:
            due = await health.due(session, self.clock())
        for key in due:
            await recalculate(self.practice.tools, key)
        async with self.practice.database.read() as session:
            found = await health.find(session, WORKSPACE, self.organisation_id)
        assert found is not None
        return found

    async def points(self) -> Sequence[HealthPoint]:
        async with self.practice.database.read() as session:
            return await health.points(
                session, WORKSPACE, self.organisation_id, since=self.clock().date().replace(day=1)
            )
