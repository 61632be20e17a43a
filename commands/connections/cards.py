"""The messages that tell of connections: one a thing, edited as the thing changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import PURPOSES, software_name
from commands.connections import matching
from commands.connections.contents import count_parts
from commands.connections.matching import Difference, Identity, accepted_as, differences
from commands.context import Tools
from commands.replies import (
    Button,
    Buttons,
    Part,
    Reply,
    SmallPrint,
    Words,
    call,
)
from storage.models import Client, Connection, Organisation, Purpose
from storage.queries import clients, connections, grants, lists, organisations, people

WAITING = (SmallPrint(template="connections/lists_waiting"),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A connection with what is told about it.

    `person` is the name of who connected it, `sign_in_of` of whose sign-in it uses where that was
    somebody else.
    """

    connection: Connection
    client: Client
    organisation: Organisation
    software: str
    person: str
    sign_in_of: str | None = None
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
            "sign_in_of": self.sign_in_of,
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
    """What speaks against the organisation and nobody has called right."""
    return matching.doubts(
        subject.client.name,
        identity(subject.organisation),
        identity(subject.other) if subject.other else None,
        accepted=subject.connection.accepted_names,
    )


def all_right(subject: Subject) -> str:
    """What is written down when somebody calls all of it right."""
    own = identity(subject.organisation)
    other = identity(subject.other) if subject.other else None
    return accepted_as(subject.client.name, own, differences(subject.client.name, own, other))


def connected_card(connection: Connection) -> str:
    """Names the message of one connecting; connecting again later is another message."""
    return f"connection:{connection.id}:{int(connection.connected_at.timestamp())}"


def connected(subject: Subject, reading: Sequence[Part]) -> Reply:
    """The client's channel is told; `reading` says how far its lists are."""
    parts: list[Part] = [
        Words(
            template="connections/connected",
            data=subject.facts | {"at": subject.connection.connected_at},
        ),
        *reading,
    ]
    if found := doubts(subject):
        parts += [
            Words(template="connections/doubts", data=doubt_data(subject)),
            Buttons(items=doubt_buttons(subject.connection.id, subject.connection.version, found)),
        ]
    return Reply(parts=tuple(parts))


def doubt_data(subject: Subject) -> dict[str, Any]:
    """What the words about doubts may show."""
    other = identity(subject.other) if subject.other else None
    return doubt_facts(subject.client.name, doubts(subject), identity(subject.organisation), other)


def doubt_facts(
    client_name: str, found: Iterable[Difference], organisation: Identity, other: Identity | None
) -> dict[str, Any]:
    """The same of what was compared."""
    return {
        "client": client_name,
        "found": [doubt.value for doubt in found],
        "organisation": organisation.name,
        "country": organisation.country,
        "currency": organisation.base_currency,
        "other": other and other.name,
        "other_country": other and other.country,
        "other_currency": other and other.base_currency,
    }


def doubt_buttons(
    connection_id: str, version: int, found: Iterable[Difference]
) -> tuple[Button, ...]:
    """Either it is right after all, said of what is doubted, or it is the wrong one."""
    ids: dict[str, str | int] = {"connection": connection_id, "version": version}
    right = "Names are fine" if set(found) == {Difference.NAME} else "This is right"
    return (
        Button(label=right, does=call("connections.names_fine", **ids)),
        Button(label="Wrong organisation", does=call("connections.wrong_organisation", **ids)),
    )


def asked_card(connection: Connection) -> str:
    """Names the message to whoever asked for its lists; trying again edits it."""
    last = connection.lists_read_at
    return f"lists:{connection.id}:{int(last.timestamp()) if last else 0}"


def trouble_card(connection: Connection, since: datetime) -> str:
    """Names the message of one time during which its lists could not be read."""
    return f"trouble:{connection.id}:{int(since.timestamp())}"


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
    return Subject(
        connection=connection,
        client=client,
        organisation=organisation,
        software=software_name(tools, connection.provider),
        person=await _name(session, workspace_id, connection.connected_by),
        sign_in_of=await _sign_in_of(session, connection),
        other=other,
    )


async def _sign_in_of(session: AsyncSession, connection: Connection) -> str | None:
    if connection.grant_id is None:
        return None
    grant = await grants.find(session, connection.workspace_id, connection.grant_id)
    if grant is None or grant.made_by == connection.connected_by:
        return None
    return await _name(session, connection.workspace_id, grant.made_by)


async def _name(session: AsyncSession, workspace_id: str, person_id: str) -> str:
    person = await people.find(session, workspace_id, person_id)
    return person.name if person else "somebody who has left"


async def contents(session: AsyncSession, connection: Connection) -> tuple[Part, ...]:
    """What its message says of the lists while nobody is reading them."""
    if not was_read(connection):
        return WAITING
    found = await lists.counts(session, connection.workspace_id, connection.id)
    return (count_parts(found),)


def was_read(connection: Connection) -> bool:
    """Whether its lists were read to the end since it was connected this time."""
    read_at = connection.lists_read_at
    return read_at is not None and read_at >= connection.connected_at


async def tell_connected(
    session: AsyncSession, tools: Tools, subject: Subject, reading: Sequence[Part]
) -> None:
    """Edit the message of this connecting where it stands, or post it."""
    workspace_id, card = subject.connection.workspace_id, connected_card(subject.connection)
    reply = connected(subject, reading)
    if not await tools.notify.revise(session, workspace_id=workspace_id, card=card, reply=reply):
        await tools.notify.post(
            session, workspace_id=workspace_id, to=subject.recipient, reply=reply, card=card
        )
