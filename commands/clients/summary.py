"""What is connected for some clients, as templates show it in a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.standing import MARKS, Standing, standing
from commands.context import Context, Tools
from storage.models import Client, Purpose
from storage.queries import connections

BY_ITSELF = frozenset(
    {"month_spent", "rate_limited", "vendor_silent"}
)  # reasons that pass without anybody's help

PURPOSES = {Purpose.BOOKKEEPING: "Bookkeeping", Purpose.DATA_HEALTH: "Data Health"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One connection of a client, or its absence."""

    purpose: Purpose
    standing: Standing
    connection_id: str | None = None
    organisation: str | None = None
    software: str | None = None
    lists_at: datetime | None = None
    since: datetime | None = None
    erase_at: datetime | None = None
    reason: str | None = None

    @property
    def title(self) -> str:
        return PURPOSES[self.purpose]

    @property
    def mark(self) -> str:
        return MARKS[self.standing]

    @property
    def is_there(self) -> bool:
        """Whether there is anything to tell but that it is not connected."""
        return self.standing is not Standing.NOT_CONNECTED

    @property
    def is_connected(self) -> bool:
        """Whether there is something to manage rather than to connect."""
        return self.standing not in {Standing.NOT_CONNECTED, Standing.DISCONNECTED}

    @property
    def wants_sign_in(self) -> bool:
        """Whether signing in anew may mend it."""
        if self.standing is Standing.ATTENTION:
            return self.reason not in BY_ITSELF
        return self.standing is Standing.EXPIRED


async def lines(
    session: AsyncSession, context: Context, among: Sequence[Client]
) -> Mapping[str, tuple[Line, ...]]:
    """{client id: its bookkeeping and its Data Health}"""
    ids = [client.id for client in among]
    rows = await connections.rows(
        session, context.workspace_id, client_ids=ids, limit=len(ids) * len(Purpose)
    )
    found = {(row.client.id, row.connection.purpose): line_of(context.tools, row) for row in rows}
    return {
        client_id: tuple(
            found.get((client_id, purpose), Line(purpose=purpose, standing=Standing.NOT_CONNECTED))
            for purpose in Purpose
        )
        for client_id in ids
    }


def software_name(tools: Tools, key: str) -> str:
    """What people call it, also when it is no longer configured."""
    return next((s.name for s in tools.gateway.software() if s.key == key), key.title())


def line_of(tools: Tools, row: connections.Row) -> Line:
    connection = row.connection
    return Line(
        purpose=connection.purpose,
        standing=standing(connection),
        connection_id=connection.id,
        organisation=row.organisation.name,
        software=software_name(tools, connection.provider),
        lists_at=connection.lists_read_at,
        since=connection.status_since,
        erase_at=connection.erase_at,
        reason=connection.status_reason,
    )
