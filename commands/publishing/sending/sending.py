"""One batch under way: who has it, and what may be written about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.heartbeat import LEASE
from storage.models import Batch, Connection, Organisation, Publication, Status
from storage.queries import publications


class HandedOver(Exception):
    """Another process has this batch now: nothing more is written."""


@dataclass(kw_only=True, slots=True)
class Sending:
    """One batch under way."""

    tools: Tools
    run_id: str
    batch: Batch
    connection: Connection
    organisation: Organisation

    @property
    def left_for(self) -> str | None:
        """Why nothing may be sent any more: the entry of the catalogue; None while it may."""
        if self.connection.status == Status.DISCONNECTED:
            return "PRE_CONNECTION"
        has_moved = self.batch.organisation_id not in (None, self.organisation.id)
        return "PRE_MOVED" if has_moved else None

    async def held(self, session: AsyncSession) -> Batch:
        """First in every transaction; raises HandedOver."""
        until = self.tools.now() + LEASE
        batch = await publications.hold(session, self.batch.id, self.run_id, until=until)
        if batch is None:
            raise HandedOver
        self.batch = batch
        return batch

    async def all(self, session: AsyncSession) -> Sequence[Publication]:
        return await publications.of_batch(session, self.batch.workspace_id, self.batch.id)
