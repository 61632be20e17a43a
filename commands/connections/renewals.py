"""Warnings that a consent runs out, while there is time to renew it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.cards import Subject, connections_button, subject_of
from commands.connections.lapses import (
    HORIZON,
    days_left,
    ends_at,
    first_warning,
    is_near,
    next_warning,
    warning_card,
    warning_cards,
)
from commands.connections.losses import NAMED, owner_of, reconnect_button
from commands.context import Tools
from commands.mornings import next_morning, practice_zone, zone_of
from commands.registry import job
from commands.replies import Button, Buttons, Part, Reply, Style, Words, call, say
from storage.models import Connection, Grant, GrantState, Person
from storage.queries import connections, grants
from storage.queries.overviews import Having

FEW = 10  # at a time
SPREAD = timedelta(hours=2)  # of the morning, so that thousands are not told of in one instant
ALL = "all"  # in place of a connection, in the name of a message about several


@dataclass(frozen=True, kw_only=True, slots=True)
class Lapse:
    """What is about to run out. `is_quiet`: only because nothing has come through for long."""

    grant: Grant
    ends_at: datetime
    days: int
    is_quiet: bool
    software: str

    @property
    def facts(self) -> dict[str, object]:
        """What its templates may show."""
        return {
            "software": self.software,
            "ends_at": self.ends_at,
            "days": self.days,
            "is_quiet": self.is_quiet,
        }


async def _ending(session: AsyncSession, now: datetime) -> Sequence[str]:
    return await grants.ending(session, now=now, before=now + HORIZON, limit=FEW)


@job("connections.warn", due=_ending)
async def warn(tools: Tools, key: str) -> None:
    """Say how long a consent still lasts: on a few mornings before its end, once on each."""
    now = tools.now()
    async with tools.database.begin() as session:
        grant = await grants.by_id(session, key, lock=True)
        if grant is None or not _is_due(grant, now):
            return
        end = ends_at(grant.consent_ends_at, grant.refresh_expires_at)
        subjects = await _subjects(session, tools, grant)
        morning = await _mornings(session, grant, subjects)
        if grant.warn_at is None:
            grant.warn_at = first_warning(end, now, morning)
            if grant.warn_at > now:
                return
        grant.warn_at = next_warning(end, now, morning)
        if is_near(end, now):
            await _tell(session, tools, _lapse(tools, grant), subjects)


async def _mornings(
    session: AsyncSession, grant: Grant, subjects: Sequence[Subject]
) -> Callable[[datetime], datetime]:
    """Where the books are; of several, where the practice is. Each consent at its own minute."""
    zones = {subject.organisation.time_zone for subject in subjects}
    [only] = zones if len(zones) == 1 else [None]
    zone = zone_of(only) if only else await practice_zone(session, grant.workspace_id)
    late = SPREAD * (crc32(grant.id.encode()) / 2**32)
    return partial(next_morning, zone=zone, late=late)


def _lapse(tools: Tools, grant: Grant) -> Lapse:
    end = ends_at(grant.consent_ends_at, grant.refresh_expires_at)
    return Lapse(
        grant=grant,
        ends_at=end,
        days=days_left(end, tools.now()),
        is_quiet=end != grant.consent_ends_at,
        software=software_name(tools, grant.provider),
    )


def _is_due(grant: Grant, now: datetime) -> bool:
    has_end = grant.consent_ends_at is not None or grant.refresh_expires_at is not None
    is_time = grant.warn_at is None or grant.warn_at <= now
    return grant.state == GrantState.LIVE and has_end and is_time


async def _tell(
    session: AsyncSession, tools: Tools, lapse: Lapse, subjects: Sequence[Subject]
) -> None:
    """Every client's channel, and whoever signed in once of all of them."""
    grant = lapse.grant
    owner = await owner_of(session, grant)
    for subject in subjects:
        told = {subject.recipient}
        if len(subjects) == 1 or owner is None:
            told.add(subject.connection.connected_by)
        elif subject.recipient == owner.id:
            continue
        for recipient in sorted(told):
            await tools.notify.post(
                session,
                workspace_id=grant.workspace_id,
                to=recipient,
                reply=_warning(lapse, subject),
                card=warning_card(subject.connection.id, grant.id, lapse.days),
            )
    if len(subjects) > 1 and owner is not None:
        await tools.notify.post(
            session,
            workspace_id=grant.workspace_id,
            to=owner.id,
            reply=_summary(lapse, subjects, owner),
            card=warning_card(ALL, grant.id, lapse.days),
        )


async def tell_over(
    session: AsyncSession, tools: Tools, *, connection: Connection, grant_id: str, reply: Reply
) -> None:
    """The connection no longer relies on that consent: what warned of it ends with `reply`."""
    workspace_id = connection.workspace_id
    grant = await grants.find(session, workspace_id, grant_id)
    if grant is None or grant.warn_at is None:
        return
    for card in warning_cards(connection.id, grant_id):
        await tools.notify.revise(session, workspace_id=workspace_id, card=card, reply=reply)
    owner = await owner_of(session, grant)
    if owner is not None:
        lapse = _lapse(tools, grant)
        summary = _summary(lapse, await _subjects(session, tools, grant), owner)
        for card in warning_cards(ALL, grant_id):
            await tools.notify.revise(session, workspace_id=workspace_id, card=card, reply=summary)


async def _subjects(session: AsyncSession, tools: Tools, grant: Grant) -> list[Subject]:
    using = await connections.using_grant(session, grant.workspace_id, grant.id)
    return [await subject_of(session, tools, one) for one in using if one.is_usable]


def _warning(lapse: Lapse, subject: Subject) -> Reply:
    return say(
        "connections/ending",
        reconnect_button(subject.connection, Style.PRIMARY),
        connections_button(subject.client),
        **subject.facts | lapse.facts,
    )


def _summary(lapse: Lapse, subjects: Sequence[Subject], owner: Person) -> Reply:
    data = lapse.facts | {
        "signed_in_at": lapse.grant.created_at,
        "is_own": owner.id == lapse.grant.made_by,
        "count": len(subjects),
        "more": max(len(subjects) - NAMED, 0),
    }
    parts: list[Part] = [Words(template="connections/ending_all", data=data)]
    for subject in subjects[:NAMED]:
        row = subject.facts | {"read_at": subject.connection.lists_read_at}
        beside = reconnect_button(
            subject.connection, description=f"Reconnect {subject.client.name}"
        )
        parts.append(Words(template="connections/lost_row", data=row, beside=beside))
    every = call("connections.show", having=Having.ALL)
    parts.append(Buttons(items=(Button(label="Connections", does=every),)))
    return Reply(parts=tuple(parts))
