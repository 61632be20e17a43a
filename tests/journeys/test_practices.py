"""Another practice's ids, pressed as buttons, show nothing and change nothing (F27, end to end)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.driver import awaited
from commands import registry
from commands.replies import Invocation
from providers.records import ListKind
from storage.database import Database
from storage.identity import new_id
from storage.models import AccessRequest, Entity, ListEntry, Purpose, TicketState
from tests.builders import (
    a_connected_client,
    a_person,
    a_ticket,
    a_workspace,
)
from tests.journeys.office import BUTTONS, Office

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("practices"),
]

THEIRS = "T0ELSEWHERE"
TELLTALE = "Zanzibar"  # in every name of theirs
CHANNEL = "practice"
NAMED = frozenset({"client", "connection", "ticket", "request", "grant", "organisation"})
AT_ONCE = 20  # buttons in one message; Slack takes 25
COMMON = {
    "version": "1", "typed": f"{TELLTALE} Holdings", "software": "xero", "purpose": "bookkeeping",
    "person": "U0BEN", "channel": "C0ACME", "name": "Renamed", "was": "standard",
    "role": "standard", "which": "accounts", "sign_in": "new",
}  # fmt: skip


def their_practice() -> tuple[list[Entity], dict[str, str]]:
    """Everything another practice may have, and the ids by which commands could name it."""
    now = datetime.now(UTC)
    client, organisation, grant, connection = a_connected_client(
        workspace_id=THEIRS, name=f"{TELLTALE} Holdings", version=1
    )
    grant.probed_at = now  # or it would be tried, and found to have no tokens
    organisation.name = f"{TELLTALE} Limited"
    connection.erase_at = None
    ticket = a_ticket(
        client,
        person_id="U0ZOE",
        purpose=Purpose.DATA_HEALTH,
        expires_at=now + timedelta(hours=1),
        state=TicketState.ISSUED,
    )
    request = AccessRequest(
        id=new_id(),
        workspace_id=THEIRS,
        person_id="U0ZOE",
        command="connections.connect",
        arguments={"client": client.id},
        client_id=client.id,
        asked_at=now,
    )
    entry = ListEntry(
        connection_id=connection.id,
        kind=ListKind.ACCOUNTS.value,
        remote_id="1",
        workspace_id=THEIRS,
        record="Account",
        name=f"{TELLTALE} current account",
        digest="1",
        run_id=new_id(),
        first_seen_at=now,
    )
    ids = {
        "client": client.id,
        "connection": connection.id,
        "ticket": ticket.id,
        "request": request.id,
        "grant": grant.id,
        "organisation": organisation.id,
    }
    practice = a_workspace(id=THEIRS, name=f"{TELLTALE} Accounting")
    zoe = a_person(workspace_id=THEIRS, id="U0ZOE", name=f"Zoe {TELLTALE}")
    rows = [practice, zoe, client, organisation, grant, connection, ticket, request, entry]
    return rows, ids


def reaching_across(ids: dict[str, str]) -> Iterator[Invocation]:
    """Every command that names something, with each of their ids where it belongs."""
    registry.discover()
    for command in registry.COMMANDS.values():
        if command.name == "people.ask":
            continue  # what it carries is another of these commands
        names = NAMED & command.wants.keys()
        if names:
            arguments = {name: value for name, value in COMMON.items() if name in command.wants}
            arguments |= {name: ids[name] for name in names}
            yield Invocation(command=command.name, arguments=arguments)


async def rows_of(office: Office, workspace_id: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of a practice, by table."""
    found = {}
    async with Database.open(office.database_url) as database, database.read() as session:
        for table in Entity.metadata.sorted_tables:
            key = "id" if table.name == "workspaces" else "workspace_id"
            if key in table.columns:
                own = select(table).where(table.columns[key] == workspace_id)
                rows = (await session.execute(own)).mappings()
                found[table.name] = sorted((dict(row) for row in rows), key=repr)
    return found


async def pressed(office: Office, label: str, ts: str) -> str:
    """Press it as Ana, and what she then reads."""
    before = {seen.ts for seen in await office.driver.messages("ana", CHANNEL)}
    await office.driver.click("ana", label, channel=CHANNEL, ts=ts)

    async def look() -> str | None:
        modal = await office.driver.modal("ana")
        new = [s for s in await office.driver.messages("ana", CHANNEL) if s.ts not in before]
        shown = [f"{modal['title']}\n{modal['plain']}"] if modal else []
        return "\n".join([*shown, *(seen.plain for seen in new)]) or None

    read = await awaited(look, lambda: f"{label} was never answered")
    await office.driver.close("ana")
    return read


async def press_each(office: Office, invocations: list[Invocation]) -> dict[str, str]:
    """What Ana reads of each, by command."""
    read = {}
    for first in range(0, len(invocations), AT_ONCE):
        some = invocations[first : first + AT_ONCE]
        message = await office.post_buttons(
            CHANNEL, *({"label": each.command, "value": str(each)} for each in some)
        )
        for each in some:
            read[each.command] = await pressed(office, each.command, message.ts)
    return read


async def test_ids_of_another_practice_show_and_change_nothing(shared: Office) -> None:
    rows, ids = their_practice()
    async with shared.writing() as session:
        session.add_all(rows)
    before = await rows_of(shared, THEIRS)
    invocations = list(reaching_across(ids))
    read = await press_each(shared, invocations)
    calls = (await shared.driver.get("log", kind="api"))["entries"]
    said = [call for call in calls if call["arguments"].get("text") != BUTTONS]

    assert len(invocations) > 20
    assert {command: text for command, text in read.items() if TELLTALE in text} == {}
    assert TELLTALE not in str(said)
    assert await rows_of(shared, THEIRS) == before
    assert sum(map(len, before.values())) == len(rows)


async def test_the_same_buttons_with_ids_of_ones_own_do_show_something(
    shared: Office,
) -> None:
    await shared.connected("Elm Street Books", "Xero", "Elm Street Books")
    connection = await shared.connection("Elm Street Books")
    own = dict.fromkeys(NAMED, connection.id) | {"client": connection.client_id}
    shown = [
        invocation
        for invocation in reaching_across(own)
        if invocation.command in {"connections.show", "connections.disconnect", "lists.show"}
    ]
    read = await press_each(shared, shown)

    assert len(read) == 3
    assert {command for command, text in read.items() if "Elm Street Books" in text} == set(read)
