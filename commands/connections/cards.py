"""The messages that tell of connections: one a thing, edited as the thing changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import PURPOSES, software_name
from commands.connections.matching import Difference, Identity, differences, names_seen
from commands.context import Tools
from commands.replies import (
    Button,
    Buttons,
    Part,
    Reply,
    SmallPrint,
    Style,
    Words,
    call,
)
from storage.models import Client, Connection, Organisation, Purpose
from storage.queries import clients, connections, organisations, people

WAITING = (SmallPrint(template="connections/lists_waiting"),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A connection with what is told about it. `person` is the name of who connected it."""

    connection: Connection
    client: Client
    organisation: Organisation
    software: str
    person: str
    other: Organisation | None = None

    @property
    def recipient(self) -> str:
        """Where it is told: the client's channel, else whoever connected it."""
        return self.client.channel_id or self.connection.connected_by

    @property
    def facts(self) -> dict[str, Any]:
        """What its templates may show."""
        return {
            "client": self.client.name,
            "organisation": self.organisation.name,
            "software": self.software,
            "purpose": purpose_in_brackets(self.connection.purpose),
            "by": self.person,
        }


def purpose_in_brackets(purpose: Purpose) -> str:
    """As it stands behind a sentence."""
    return "bookkeeping" if purpose is Purpose.BOOKKEEPING else PURPOSES[purpose]


def identity(organisation: Organisation) -> Identity:
    """What is compared of an organisation."""
    return Identity(
        tenant_id=organisation.tenant_id,
        name=organisation.name,
        legal_name=organisation.legal_name,
        country=organisation.country,
        base_currency=organisation.base_currency,
        is_demo=organisation.is_demo,
    )


def doubts(subject: Subject) -> tuple[Difference, ...]:
    """What speaks against the organisation, unless somebody called just these names fine."""
    seen = names_seen(subject.client.name, subject.organisation.name)
    if subject.connection.accepted_names == seen:
        return ()
    other = identity(subject.other) if subject.other else None
    return differences(subject.client.name, identity(subject.organisation), other)


def connected_card(connection: Connection) -> str:
    """Names the message of one connecting; connecting again later is another message."""
    return f"connection:{connection.id}:{int(connection.connected_at.timestamp())}"


def connected(subject: Subject, reading: Sequence[Part] = ()) -> Reply:
    """The client's channel is told; `reading` says how far its lists are."""
    parts: list[Part] = [
        Words(
            template="connections/connected",
            data=subject.facts | {"at": subject.connection.connected_at},
        ),
        *reading,
    ]
    if doubts(subject):
        parts += [
            Words(template="connections/doubts", data=doubt_data(subject)),
            Buttons(items=_doubt_buttons(subject.connection)),
        ]
    return Reply(parts=tuple(parts))


def doubt_data(subject: Subject) -> dict[str, Any]:
    """What the words about doubts may show."""
    organisation, other = subject.organisation, subject.other
    return subject.facts | {
        "found": [doubt.value for doubt in doubts(subject)],
        "country": organisation.country,
        "currency": organisation.base_currency,
        "other": other and other.name,
        "other_country": other and other.country,
        "other_currency": other and other.base_currency,
    }


def _doubt_buttons(connection: Connection) -> tuple[Button, ...]:
    ids: dict[str, str | int] = {"connection": connection.id, "version": connection.version}
    return (
        Button(label="Names are fine", does=call("connections.names_fine", **ids)),
        Button(label="Wrong organisation", does=call("connections.wrong_organisation", **ids)),
    )


def expired_card(subject: Subject, grant_id: str) -> str:
    """Names the message of one expiry."""
    return f"expired:{grant_id}:{subject.connection.id}"


def expired(subject: Subject) -> Reply:
    """The vendor no longer accepts us for this client."""
    return Reply(
        parts=(
            Words(
                template="connections/expired",
                data=subject.facts
                | {
                    "reason": subject.connection.status_reason,
                    "since": subject.connection.status_since,
                    "read_at": subject.connection.lists_read_at,
                },
            ),
            Buttons(
                items=(
                    Button(
                        label="Reconnect",
                        style=Style.PRIMARY,
                        does=call("connections.reconnect", connection=subject.connection.id),
                    ),
                    connections_button(subject.client),
                )
            ),
        )
    )


def back(subject: Subject) -> Reply:
    """The same message once somebody has reconnected."""
    data = subject.facts | {"at": subject.connection.connected_at}
    return Reply(parts=(Words(template="connections/back", data=data),))


def erasure_card(connection: Connection) -> str:
    """Names the message of one erasure."""
    since = connection.disconnected_at or connection.connected_at
    return f"erasure:{connection.id}:{int(since.timestamp())}"


def connections_button(client: Client) -> Button:
    return Button(label="Connections", does=call("connections.show", client=client.id))


def aside(reply: Reply) -> Reply:
    """An answer that leaves the message it was asked from as it is."""
    return replace(reply, replaces=False)


async def subject_of(session: AsyncSession, tools: Tools, connection: Connection) -> Subject:
    """Read what is told about a connection."""
    workspace_id = connection.workspace_id
    client = await clients.find(session, workspace_id, connection.client_id)
    organisation = await organisations.find(session, workspace_id, connection.organisation_id)
    assert client is not None
    assert organisation is not None
    counterpart = await connections.counterpart(session, workspace_id, connection)
    other = None
    if counterpart is not None:
        other = await organisations.find(session, workspace_id, counterpart.organisation_id)
    person = await people.find(session, workspace_id, connection.connected_by)
    return Subject(
        connection=connection,
        client=client,
        organisation=organisation,
        software=software_name(tools, connection.provider),
        person=person.name if person else "somebody who has left",
        other=other,
    )


async def tell_connected(
    session: AsyncSession, tools: Tools, subject: Subject, reading: Sequence[Part] = ()
) -> None:
    """Post or edit the message of this connecting."""
    await tools.notify.post(
        session,
        workspace_id=subject.connection.workspace_id,
        to=subject.recipient,
        reply=connected(subject, reading),
        card=connected_card(subject.connection),
    )


async def tell_expired(
    session: AsyncSession, tools: Tools, subject: Subject, grant_id: str
) -> None:
    """Tell the client's channel and who connected it."""
    await _tell_both(
        session, tools, subject, reply=expired(subject), card=expired_card(subject, grant_id)
    )


async def tell_back(
    session: AsyncSession, tools: Tools, subject: Subject, grant_id: str, *, told_to: str
) -> None:
    """Edit what told of the expiry of `grant_id`, there and at `told_to`."""
    await _tell_both(
        session,
        tools,
        subject,
        reply=back(subject),
        card=expired_card(subject, grant_id),
        person_id=told_to,
    )


async def _tell_both(
    session: AsyncSession,
    tools: Tools,
    subject: Subject,
    *,
    reply: Reply,
    card: str,
    person_id: str | None = None,
) -> None:
    for recipient in {subject.recipient, person_id or subject.connection.connected_by}:
        await tools.notify.post(
            session,
            workspace_id=subject.connection.workspace_id,
            to=recipient,
            reply=reply,
            card=card,
        )
