"""The morning digest: once on each of a practice's days, if there is anything to say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.cards import purpose_in_brackets
from commands.connections.lapses import ends_at
from commands.context import Tools
from commands.mornings import last_morning, morning, practice_zone
from commands.registry import job
from commands.replies import Button, Reply, Style, call, say
from commands.sync.mornings import SOON, Copy, Digest, Link, digest
from commands.sync.outcome import GOES_ON
from storage.models import Status, Workspace
from storage.queries import digests, workspaces
from storage.queries.digests import Asked, Waiting
from storage.queries.overviews import Having

NAMED = 8  # of each kind; the pages behind the buttons have them all


@job("sync.digest", due=digests.due)
async def tell_morning(tools: Tools, key: str) -> None:
    """Told late after a downtime, and then of the last morning only."""
    now = tools.now()
    async with tools.database.begin() as session:
        workspace = await workspaces.find(session, key)
        if workspace is None or workspace.practice_channel_id is None:
            return
        zone = await practice_zone(session, key)
        day = last_morning(now, zone)
        next_at = morning(day + timedelta(days=1), zone)
        if not await digests.mark(session, key, day=day, next_at=next_at):
            return
        since = morning(day - timedelta(days=1), zone)
        found = await _found(session, tools, workspace, since=since, now=now)
        waiting = await digests.waiting(session, key)
        asked = await digests.asked(session, key)
        if waiting or asked or not found.is_empty:
            await tools.notify.post(
                session,
                workspace_id=key,
                to=workspace.practice_channel_id,
                reply=_reply(workspace, found, waiting, asked, weekday=f"{day:%A}"),
                card=f"digest:{day.isoformat()}",
            )


async def _found(
    session: AsyncSession, tools: Tools, workspace: Workspace, *, since: datetime, now: datetime
) -> Digest:
    copies = [
        Copy(
            client=row.client,
            software=software_name(tools, row.provider),
            connected_at=row.connected_at,
            synced_at=row.synced_at,
            error=row.error if row.trouble_since else None,
        )
        for row in await digests.copies(session, workspace.id)
    ]
    links = [
        Link(
            client=row.client,
            software=software_name(tools, row.provider),
            purpose=purpose_in_brackets(row.purpose),
            ends_at=None
            if row.status == Status.EXPIRED
            else ends_at(row.consent_ends_at, row.refresh_expires_at),
        )
        for row in await digests.links(session, workspace.id, until=now + SOON)
    ]
    return digest(copies, links, since=since, now=now)


def _reply(
    workspace: Workspace,
    found: Digest,
    waiting: Sequence[Waiting],
    asked: Sequence[Asked],
    *,
    weekday: str,
) -> Reply:
    kinds = {
        "stale": found.stale,
        "expired": found.expired,
        "ending": found.ending,
    }
    data: dict[str, Any] = {
        "practice": workspace.name,
        "weekday": weekday,
        "updated": found.updated,
        "of": found.of,
        "items": sum(each.to_review + each.with_errors + each.ready for each in waiting),
        "errors": sum(each.with_errors for each in waiting),
        "unexplained": sum(each.unexplained for each in waiting),
        "waiting": [each._asdict() for each in waiting[:NAMED]],
        "asked": [each._asdict() for each in asked[:NAMED]],
        "counts": {kind: len(rows) for kind, rows in kinds.items()},
        "more": {kind: max(len(rows) - NAMED, 0) for kind, rows in kinds.items()},
        **{kind: rows[:NAMED] for kind, rows in kinds.items()},
        "troubles": [
            {
                "error": each.error,
                "software": each.software,
                "goes_on": each.error in GOES_ON,
                "clients": each.clients[:NAMED],
                "more": max(len(each.clients) - NAMED, 0),
            }
            for each in found.troubles[:NAMED]
        ],
        "more_troubles": sum(len(each.clients) for each in found.troubles[NAMED:]),
    }
    buttons = [Button(label="Status", does=call("sync.status"), style=Style.PRIMARY)]
    if found.expired:
        every = call("connections.show", having=Having.EXPIRED)
        buttons.append(Button(label="Expired connections", does=every))
    return say("sync/digest", *buttons, **data)
