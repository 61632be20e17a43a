"""What vendors tell us of their own accord becomes a sync of just that, soon."""

from collections.abc import Sequence

from commands.context import Tools
from commands.sync.sync import GATHER
from providers.notices import Notice
from storage.queries import deliveries, syncs


async def take(tools: Tools, provider: str, notices: Sequence[Notice]) -> int:
    """Write down what is new, durably; how many notices that were.

    Order, repetitions and notices of organisations we do not know make no difference.
    """
    now = tools.now()
    async with tools.database.begin() as session:
        keys = {f"{provider}:{notice.key}": notice for notice in notices}
        fresh = await deliveries.record(session, list(keys), now=now) if keys else set()
        streams: dict[str, set[str]] = {}
        for key in fresh:
            streams.setdefault(keys[key].tenant_id, set()).add(keys[key].stream)
        for tenant_id, names in streams.items():
            await syncs.nudge(session, provider, tenant_id, names, now=now, due_at=now + GATHER)
    return len(fresh)
