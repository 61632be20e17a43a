"""Mondays: how a practice's clients have fared, and to each person what is theirs to see to."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.health.practice.comparing import Row, rows_of, summed
from commands.health.registry import found as checks
from commands.health.score.score import colour
from commands.health.words import count, stake
from commands.mornings import last_morning, morning, practice_zone
from commands.permissions import Actor, sees
from commands.registry import job
from commands.replies import Button, Reply, Style, call, say
from storage.models import News, Person, WeeklyDigest, Workspace
from storage.queries import digests, people, practice, weekly, workspaces
from storage.queries.practice import Assigned

WEEK = timedelta(days=7)
NAMED = 6  # of each kind; the page behind the button has them all


@job("health.digest", due=weekly.due)
async def tell_monday(tools: Tools, key: str) -> None:
    """Told late after a downtime, and then of the last Monday only."""
    now = tools.now()
    async with tools.database.begin() as session:
        workspace = await workspaces.find(session, key)
        if workspace is None:
            return
        zone = await practice_zone(session, key)
        today = last_morning(now, zone)
        monday = today - timedelta(days=today.weekday())
        next_at = morning(monday + WEEK, zone)
        if not await digests.mark(session, key, day=monday, next_at=next_at, of=WeeklyDigest):
            return
        await _tell_practice(session, tools, workspace, monday, since=morning(monday - WEEK, zone))
        await _tell_assignees(session, tools, workspace, monday)


async def _tell_practice(
    session: AsyncSession, tools: Tools, workspace: Workspace, monday: date, *, since: datetime
) -> None:
    if workspace.practice_channel_id is None:
        return
    every = await rows_of(session, workspace.id, None, today=monday, before=monday - WEEK)
    rows = [row for row in every if row.standing.news is not News.NOTHING]
    if not any(row.score is not None for row in rows):
        return
    fresh = await practice.newly_serious(session, workspace.id, first_seen_from=since, today=monday)
    total = summed(rows, tools.now())
    data = {
        "practice": workspace.name,
        "average": total.average,
        "colour": colour(total.average) if total.average is not None else None,
        "moved": total.moved,
        "clients": total.scored,
        "worse": _moves(rows, worse=True),
        "better": _moves(rows, worse=False),
        "fresh": _fresh(rows, fresh),
        "locks": total.locks,
        "caring": total.caring,
        "lowest": _lowest(rows),
        "named": NAMED,
    }
    await tools.notify.post(
        session,
        workspace_id=workspace.id,
        to=workspace.practice_channel_id,
        reply=say("health/weekly", _ALL, **data),
        card=f"weekly:{monday.isoformat()}",
    )


_ALL = Button(label="All clients", does=call("health.practice"), style=Style.PRIMARY)


def _moves(rows: Iterable[Row], *, worse: bool) -> list[dict[str, Any]]:
    """Whose score fell, or rose, in the week, the most first."""
    moved = [row for row in rows if row.moved and (row.moved < 0) is worse]
    moved.sort(key=lambda row: -abs(row.moved or 0))
    return [
        {"client": row.standing.client, "to": row.score, "moved": abs(row.moved or 0),
         "colour": colour(row.score or 0), "was": colour((row.score or 0) - (row.moved or 0))}
        for row in moved
    ]  # fmt: skip


def _fresh(rows: Iterable[Row], fresh: Sequence[practice.Fresh]) -> list[dict[str, Any]]:
    """What is newly serious, by client, and how much of it each check found."""
    titles = {code: check.title for code, check in checks().items()}
    found: dict[str, list[str]] = {}
    for each in fresh:
        if each.code in titles:
            said = f"{titles[each.code]} ({each.found:,})"
            found.setdefault(each.organisation_id, []).append(said)
    return [
        {"client": row.standing.client, "found": found[row.standing.organisation_id]}
        for row in rows
        if row.standing.organisation_id in found
    ]


def _lowest(rows: Iterable[Row]) -> dict[str, Any] | None:
    scored = [row for row in rows if row.score is not None]
    if not scored:
        return None
    row = min(scored, key=lambda each: each.score or 0)
    at_stake = row.stake.amount
    return {
        "client": row.standing.client,
        "score": row.score,
        "stake": stake(at_stake, row.standing.currency) if at_stake else "",
    }


async def _tell_assignees(
    session: AsyncSession, tools: Tools, workspace: Workspace, monday: date
) -> None:
    """Everybody who was given a finding that is still open, and who may still see the client."""
    given = await practice.assigned(session, workspace.id, today=monday)
    here = {person.id: person for person in await people.everybody(session, workspace.id)}
    for person_id, group in groupby(given, lambda each: each.person):
        person = here.get(person_id)
        if person is None:
            continue
        actor = await _actor(session, person)
        theirs = [each for each in group if sees(actor, each.client_id)]
        if theirs:
            await tools.notify.post(
                session,
                workspace_id=workspace.id,
                to=person_id,
                reply=_reply(theirs, monday),
                card=f"assigned:{monday.isoformat()}",
            )


async def _actor(session: AsyncSession, person: Person) -> Actor:
    return Actor(
        workspace_id=person.workspace_id,
        person_id=person.id,
        name=person.name,
        role=person.role,
        all_clients=person.all_clients,
        clients=await people.clients_of(session, person.workspace_id, person.id),
    )


def _reply(theirs: Sequence[Assigned], monday: date) -> Reply:
    lines = [_line(each, monday) for each in theirs]
    shown = theirs[:NAMED]
    buttons = [
        Button(
            label=f"{each.client}: {checks()[each.code].title}"[:30].rstrip(),
            does=call("health.findings", client=each.client_id, check=each.code,
                      assignee=each.person),
            description=f"{checks()[each.code].title} of {each.client}",
        )
        for each in shown
        if each.code in checks()
    ]  # fmt: skip
    total = sum(each.opened for each in theirs)
    clients = len({each.client_id for each in theirs})
    return say(
        "health/assigned_week",
        *buttons,
        total=total,
        clients=clients,
        lines=lines[:NAMED],
        more=max(0, len(lines) - NAMED),
    )


def _line(each: Assigned, monday: date) -> dict[str, Any]:
    check = checks().get(each.code)
    days = (monday - each.oldest).days if each.oldest else 0
    return {
        "client": each.client,
        "check": check.title if check else each.code,
        "opened": count(each.opened, "finding"),
        "amount": stake(each.amount, each.currency) if each.amount else "",
        "age": count(days, "day") if days > 0 else "",
    }
