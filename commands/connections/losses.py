"""The messages about what a vendor no longer accepts, until it is in order again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.connections.cards import Subject, connections_button, subject_of
from commands.context import Tools
from commands.permissions import ROLES, Permission
from commands.replies import Button, Buttons, Part, Reply, Style, Words, call, say
from storage.models import Connection, Grant, GrantState, Person, Status
from storage.queries import connections, grants, people
from storage.queries.grants import KEY_LOST
from storage.queries.overviews import Having

DEMO_RESET = "demo_reset"  # a reason of our own: what is gone is a demo company
NAMED = 8  # connections listed one by one; more are a page of their own


def expired_card(connection_id: str, grant_id: str) -> str:
    """Names the message of one expiry."""
    return f"expired:{grant_id}:{connection_id}"


def lost_card(grant: Grant, owner: Person) -> str:
    """Names the message that sums up what a dead sign-in has stopped; a lost key stops many."""
    if grant.lost_reason == KEY_LOST and grant.lost_at is not None:
        return f"lost:key:{owner.id}:{int(grant.lost_at.timestamp())}"
    return f"lost:{grant.id}"


def expired(subject: Subject) -> Reply:
    """The vendor no longer accepts us for this client."""
    connection = subject.connection
    return say(
        "connections/expired",
        way_back(connection),
        connections_button(subject.client),
        **subject.facts,
        reason=connection.status_reason,
        since=connection.status_since,
        read_at=connection.lists_read_at,
    )


def way_back(connection: Connection) -> Button:
    """What helps one that has expired: where the books it had are no more, to begin with others."""
    if connection.status_reason != DEMO_RESET:
        return reconnect_button(connection, Style.PRIMARY)
    ids: dict[str, str | int] = {"connection": connection.id, "version": connection.version}
    does = call("connections.disconnect", **ids)
    return Button(label="Disconnect", does=does, style=Style.PRIMARY)


async def tell_expired(
    session: AsyncSession, tools: Tools, connection: Connection, *people_ids: str
) -> None:
    """Tell where its news is told, and these people."""
    assert connection.grant_id is not None
    subject = await subject_of(session, tools, connection)
    for recipient in sorted({subject.recipient, *people_ids}):
        await tools.notify.post(
            session,
            workspace_id=connection.workspace_id,
            to=recipient,
            reply=expired(subject),
            card=expired_card(connection.id, connection.grant_id),
        )


async def tell_lost(
    session: AsyncSession, tools: Tools, grant: Grant, lost: Sequence[Connection]
) -> None:
    """A dead sign-in: every client's channel is told, and its owner once of all of them."""
    owner = await _summed_up_for(session, grant)
    if owner is None:
        for connection in lost:
            await tell_expired(session, tools, connection, connection.connected_by)
        return
    for connection in lost:
        subject = await subject_of(session, tools, connection)
        if subject.recipient != owner.id:
            await tell_expired(session, tools, connection)
    await tools.notify.post(
        session,
        workspace_id=grant.workspace_id,
        to=owner.id,
        reply=await _summary(session, tools, grant, owner),
        card=lost_card(grant, owner),
    )


async def hearers(session: AsyncSession, connection: Connection, recipient: str) -> frozenset[str]:
    """Who is told that this connection has expired, its client's channel (`recipient`) included."""
    grant = None
    if connection.grant_id is not None:
        grant = await grants.find(session, connection.workspace_id, connection.grant_id)
    is_dead = grant is not None and grant.state == GrantState.LOST
    owner = await _summed_up_for(session, grant) if grant is not None and is_dead else None
    return frozenset({recipient, owner.id if owner else connection.connected_by})


async def tell_over(
    session: AsyncSession,
    tools: Tools,
    *,
    connection: Connection,
    grant_id: str,
    reply: Reply,
) -> None:
    """The connection no longer waits for that dead sign-in: its message ends with `reply`."""
    workspace_id = connection.workspace_id
    card = expired_card(connection.id, grant_id)
    await tools.notify.revise(session, workspace_id=workspace_id, card=card, reply=reply)
    grant = await grants.find(session, workspace_id, grant_id)
    owner = await owner_of(session, grant) if grant else None
    if grant is not None and owner is not None:
        await tools.notify.revise(
            session,
            workspace_id=workspace_id,
            card=lost_card(grant, owner),
            reply=await _summary(session, tools, grant, owner),
        )


def back(subject: Subject, *, restored_at: datetime | None = None) -> Reply:
    """What told of its expiry, once somebody has reconnected, or it works again without that."""
    return say(
        "connections/back",
        connections_button(subject.client),
        **subject.facts,
        at=restored_at or subject.connection.connected_at,
        is_restored=restored_at is not None,
    )


async def owner_of(session: AsyncSession, grant: Grant) -> Person | None:
    """Whose sign-in it is; an administrator where that person cannot mend it any more."""
    made_by = await people.find(session, grant.workspace_id, grant.made_by)
    if made_by is not None and made_by.is_active and made_by.role in ROLES[Permission.CONNECT]:
        return made_by
    admins = await people.practice_admins(session, grant.workspace_id)
    return admins[0] if admins else None


async def _summed_up_for(session: AsyncSession, grant: Grant) -> Person | None:
    """Who reads of all that a dead sign-in has stopped at once; None where that is one thing."""
    owner = await owner_of(session, grant)
    return owner if owner and len(await _left(session, grant, owner)) > 1 else None


async def _left(session: AsyncSession, grant: Grant, owner: Person) -> list[Connection]:
    """What has expired with it, and of a lost key with all others of this owner."""
    among = [grant]
    if grant.lost_reason == KEY_LOST and grant.lost_at is not None:
        together = await grants.lost_together(session, grant.workspace_id, at=grant.lost_at)
        among = [each for each in together if await owner_of(session, each) == owner]
    found: list[Connection] = []
    for each in among:
        using = await connections.using_grant(session, each.workspace_id, each.id)
        found += (connection for connection in using if connection.status == Status.EXPIRED)
    return found


async def _summary(session: AsyncSession, tools: Tools, grant: Grant, owner: Person) -> Reply:
    """What is still to be reconnected of it, as it is now."""
    left = await _left(session, grant, owner)
    made_by = await people.find(session, grant.workspace_id, grant.made_by)
    data = {
        "software": software_name(tools, grant.provider),
        "is_own": owner.id == grant.made_by,
        "is_key": grant.lost_reason == KEY_LOST,
        "signed_in_at": grant.created_at,
        "count": len(left),
        "more": max(len(left) - NAMED, 0),
        "by": made_by.name if made_by else "somebody who has left",
    }
    parts: list[Part] = [Words(template="connections/lost", data=data)]
    for connection in left[:NAMED]:
        subject = await subject_of(session, tools, connection)
        row = subject.facts | {"read_at": connection.lists_read_at}
        beside = reconnect_button(connection, description=f"Reconnect {subject.client.name}")
        parts.append(Words(template="connections/lost_row", data=row, beside=beside))
    every = call("connections.show", having=Having.EXPIRED if left else Having.ALL)
    label = "Expired connections" if left else "Connections"
    parts.append(Buttons(items=(Button(label=label, does=every),)))
    return Reply(parts=tuple(parts))


def reconnect_button(
    connection: Connection, style: Style = Style.PLAIN, description: str | None = None
) -> Button:
    return Button(
        label="Reconnect",
        style=style,
        does=call("connections.reconnect", connection=connection.id),
        description=description,
    )
