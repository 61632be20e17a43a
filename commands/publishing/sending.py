"""One batch under way: who has it, and what may be written about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.sync.heartbeat import LEASE
from storage.models import Batch, Connection, Organisation, Publication
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
