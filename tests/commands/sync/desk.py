"""A client connected for Data Health to a ledger that follows a script."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from commands import registry
from commands.replies import Reply, Table, call
from commands.sync.sync import bring
from storage.models import Connection, Purpose, Sync, ledger
from storage.queries import syncs
from tests.builders import a_connection, a_grant, an_organisation, save
from tests.commands.practice import ANA, Practice, Sent, words
from tests.commands.sync.scripted import ScriptedGateway, Step
from tests.conftest import Clock

CHANNEL = "C0ACME"


async def a_desk(practice: Practice, gateway: ScriptedGateway, clock: Clock) -> "Desk":
    """Acme Ltd with its channel, its first sync due now."""
    registry.discover()
    tools = replace(practice.tools, gateway=gateway)
    scripted = Practice(tools=tools, post=practice.post)
    [client] = await scripted.has("Acme Ltd", channel_id=CHANNEL)
    organisation, grant = an_organisation(time_zone="Europe/London"), a_grant()
    await save(scripted.database, organisation, grant)
    connection = a_connection(client, organisation, grant, purpose=Purpose.DATA_HEALTH)
    await save(scripted.database, connection)
    async with scripted.database.begin() as session:
        await syncs.schedule(session, client.workspace_id, organisation.id, now=clock())
    return Desk(
        practice=scripted,
        gateway=gateway,
        clock=clock,
        organisation_id=organisation.id,
        connection_id=connection.id,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What happens at the client's: the clock goes on by hand."""

    practice: Practice
    gateway: ScriptedGateway
    clock: Clock
    organisation_id: str
    connection_id: str

    async def sync(self, *steps: Step) -> None:
        """One run by this script, a moment later."""
        self.clock.advance(timedelta(seconds=30))
        self.gateway.scripts.append(list(steps))
        await bring(self.practice.tools, self.organisation_id)

    async def due(self) -> None:
        """Let its time come."""
        state = await self.state()
        assert state.due_at is not None
        self.clock.advance(max(state.due_at - self.clock(), timedelta()))

    async def state(self) -> Sync:
        async with self.practice.database.read() as session:
            found = await session.get(Sync, self.organisation_id)
        assert found is not None
        return found

    async def ids(self) -> list[str]:
        """Bills of the copy that are not gone."""
        here = select(ledger.documents.c.remote_id).where(ledger.documents.c.gone_at.is_(None))
        async with self.practice.database.read() as session:
            return sorted((await session.scalars(here)).all())

    async def disconnect(self) -> None:
        async with self.practice.database.read() as session:
            connection = await session.get(Connection, self.connection_id)
        assert connection is not None
        ids_ = {"connection": connection.id, "version": connection.version}
        await self.practice.press(ANA, call("connections.disconnect_now", **ids_))

    @property
    def said(self) -> str:
        """What the client's channel reads now."""
        return words(self.told[-1].reply)

    @property
    def told(self) -> list[Sent]:
        """The messages of the channel, without their threads."""
        return [sent for sent in self.practice.post.to(CHANNEL) if sent.under is None]

    @property
    def thread(self) -> dict[str | None, str]:
        """What stands in threads of the channel now, by card."""
        under = [sent for sent in self.practice.post.to(CHANNEL) if sent.under is not None]
        return {sent.card: f"{words(sent.reply)}\n{cells(sent.reply)}" for sent in under}

    @property
    def cards(self) -> set[str | None]:
        return {sent.card for sent in self.told}


def cells(reply: Reply) -> str:
    """The rows of its tables."""
    tables = [part for part in reply.parts if isinstance(part, Table)]
    return "\n".join(" ".join(row) for table in tables for row in table.rows)


def ids(*numbers: int) -> list[str]:
    return [f"bill-{number:04d}" for number in numbers]
