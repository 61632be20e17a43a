"""A connection is taken away again: kept frozen, or erased, or neither after all."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.sandbox.driver import Seen
from storage.database import Database
from storage.models import AuditEvent, Connection, Organisation, Purpose, Status
from tests.journeys.books import copied, copying
from tests.journeys.office import Office, channel_of, software_of

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("leaving"),
]
over_http = pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True)

DELETE = "Disconnect and delete client data"
FROZEN = re.compile("Frozen as of (today|yesterday) at")
LAST_MOMENT = timedelta(minutes=2)  # a bot takes some seconds to start
SLOW_MS = 30_000  # at most, of one call in which people do something else


async def connected_for_both(office: Office, client: str) -> None:
    for purpose in ("Bookkeeping", "Data Health"):
        await office.connected(client, software_of(client), client, purpose=purpose)


async def disconnect(office: Office, client: str) -> None:
    await office.manage(client, "Disconnect")
    await office.driver.await_modal("ana", f"Disconnect {client} from")
    await office.driver.submit("ana")
    await office.driver.close("ana")
    await office.driver.read("ben", channel_of(client), f"{client} was disconnected")


async def delete_data_health(office: Office, client: str) -> Seen:
    """Ask for it as Ana and type the right name: the card in the channel."""
    await office.manage(client, DELETE, purpose="Data Health")
    modal = await office.driver.await_modal("ana", "Delete the Data Health data")
    await office.driver.submit("ana", **{modal["fields"][0]["label"]: client})
    await office.driver.close("ana")
    return await office.driver.read("ben", channel_of(client), "will be erased at")


async def erasure_is_due(office: Office, *, at: datetime) -> None:
    """Move the end of the ten minutes; the bot's clock is the real one."""
    async with office.writing() as session:
        await session.execute(
            update(Connection).where(Connection.erase_at.is_not(None)).values(erase_at=at)
        )


async def organisation_of(office: Office, connection: Connection) -> Organisation:
    async with Database.open(office.database_url) as database, database.read() as session:
        return await session.get_one(Organisation, connection.organisation_id)


async def actions(office: Office, connection: Connection) -> list[AuditEvent]:
    async with Database.open(office.database_url) as database, database.read() as session:
        found = await session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject_id == connection.id)
            .order_by(AuditEvent.at, AuditEvent.id)
        )
        return list(found)


@over_http
async def test_the_vendor_is_told_to_let_go_of_that_organisation_only(shared: Office) -> None:
    client, other = "Harbour Café", "Juniper Films"
    before = len(shared.deletions())
    for each in (other, client):
        await shared.connected(each, "Xero", each)
    await disconnect(shared, client)
    left = await shared.connections(client, "Disconnected")
    gone = await shared.deleted_connections(after=before)
    asked = f'/dext refresh "{other}"'
    await shared.driver.ask("ana", channel_of(other), asked, "Reading the lists")
    still = await shared.driver.read("ana", "@ana", f"Lists of {other}", "Nothing has")

    assert "○ Disconnected" in left.plain
    assert gone == before + 1
    assert f"{other} in Xero" in still.plain


async def test_disconnecting_keeps_the_data_and_reconnecting_brings_it_back(
    shared: Office,
) -> None:
    client, channel = "Acorn Dental", "acorn-dental"
    await shared.connected(client, "Xero", client)
    stored = await shared.entries(await shared.connection(client))
    await disconnect(shared, client)
    page = await shared.connections(client, "Bookkeeping ○ Disconnected")
    frozen = await shared.driver.ask("ana", channel, "/dext lists acorn", f"Lists of {client}")
    refused = await shared.driver.ask("ana", channel, "/dext refresh acorn", "disconnected")
    kept = await shared.entries(await shared.connection(client))
    await shared.connect("ana", client, "Xero", client)
    cards = await shared.driver.await_message(
        "ben",
        channel,
        lambda seen: seen.says("is connected to", "accounts, ") and seen.ts > page.ts,
        "a second card with counts",
    )
    again = await shared.connections(client, "Bookkeeping ● Connected")

    assert "What is here is frozen as of" in page.plain
    assert FROZEN.search(frozen.plain)
    assert "cannot be read again" in refused.plain
    assert kept == stored > 0
    assert "Nothing has changed since the last time" in cards.plain
    assert "lists just now" in again.plain


@over_http
async def test_a_wrong_name_deletes_nothing(shared: Office) -> None:
    client = "Kestrel Logistics"
    await connected_for_both(shared, client)
    await shared.manage(client, DELETE, purpose="Data Health")
    modal = await shared.driver.await_modal("ana", "Delete the Data Health data")
    name = modal["fields"][0]["label"]
    refused = await shared.driver.post("submit", user="ana", values={name: "Kestrel"})

    health = await shared.connection(client, Purpose.DATA_HEALTH)
    assert f"Type {client}" in refused["errors"][name]
    assert (health.status, health.erase_at) == (Status.CONNECTED, None)


async def test_a_deletion_is_undone_in_time_even_after_a_power_cut(shared: Office) -> None:
    client = "Larkspur Flowers"
    await connected_for_both(shared, client)
    before = await shared.connection(client, Purpose.DATA_HEALTH)
    stored = await shared.entries(before)
    card = await delete_data_health(shared, client)
    await shared.power_cut()
    await erasure_is_due(shared, at=datetime.now(UTC) + LAST_MOMENT)
    await shared.start()
    await shared.driver.press("chloe", card, "Undo")
    undone = await shared.driver.reread("ben", card, "Undone by Chloe", "Nothing of", "was erased")

    after = await shared.connection(client, Purpose.DATA_HEALTH)
    assert "Undo" not in undone.buttons
    assert (after.status, after.erase_at) == (Status.DISCONNECTED, None)
    assert await shared.entries(after) == stored > 0


async def test_a_deletion_that_nobody_undoes_erases_everything_across_a_power_cut(
    shared: Office,
) -> None:
    client = "Elm Street Books"
    await connected_for_both(shared, client)
    books = await shared.connection(client)
    health = await shared.connection(client, Purpose.DATA_HEALTH)
    kept = await shared.entries(books)
    card = await delete_data_health(shared, client)
    await shared.power_cut()
    await erasure_is_due(shared, at=datetime.now(UTC))
    await shared.start()
    erased = await shared.driver.reread("ben", card, client, "was erased at")
    page = await shared.connections(client, "Data Health ○ Not connected")
    events = await actions(shared, health)

    assert "Undo" not in erased.buttons
    assert "Bookkeeping ● Connected" in page.plain
    assert await shared.entries(health) == 0
    assert await shared.entries(books) == kept > 0
    assert "connection.erasure_asked" in {event.action for event in events}
    assert events[-1].action == "connection.erased"
    assert set(events[-1].before) | set(events[-1].after) <= {"asked_by", "organisation"}


@over_http
async def test_an_undo_that_comes_too_late_explains_itself(shared: Office) -> None:
    client, channel = "Bright Bakery", "bright-bakery"
    await connected_for_both(shared, client)
    card = await delete_data_health(shared, client)
    forged = {"label": "Undo", "value": card.buttons["Undo"]["value"]}
    await erasure_is_due(shared, at=datetime.now(UTC))
    await shared.driver.reread("ben", card, "was erased at")
    stale = await shared.post_buttons(channel, forged)
    await shared.driver.press("ana", stale, "Undo")

    late = await shared.driver.read("ana", channel, "has changed since this was shown")
    assert "its data was erased" in late.plain
    assert "Nothing was done now" in late.plain
    assert await shared.entries(await shared.connection(client, Purpose.DATA_HEALTH)) == 0


@over_http
async def test_with_the_last_connection_goes_what_the_ledger_said_of_itself(
    shared: Office,
) -> None:
    client = "Dunmore Joinery"
    await shared.connected(client, "QuickBooks Online", client, purpose="Data Health")
    health = await shared.connection(client, Purpose.DATA_HEALTH)
    known = await organisation_of(shared, health)
    await delete_data_health(shared, client)
    await erasure_is_due(shared, at=datetime.now(UTC))
    await shared.driver.read("ben", channel_of(client), "was erased at")
    forgotten = await organisation_of(shared, health)

    assert (known.base_currency, known.country) == ("GBP", "GB")
    assert (forgotten.base_currency, forgotten.country, forgotten.details) == (None, None, {})


@over_http
async def test_disconnecting_during_an_import_stops_it(shared: Office) -> None:
    client, organisation = "Acme Ltd", "Acme Limited"
    await shared.fault(f"xero:{organisation}/Contacts", "slow", ms=SLOW_MS)
    await shared.connect("ana", client, "Xero", organisation)
    await shared.reading(client, "products")  # the contacts come next
    await shared.manage(client, "Disconnect")
    await shared.driver.await_modal("ana", f"Disconnect {client} from")
    await shared.driver.submit("ana")
    told = await shared.driver.read("ben", "acme", f"{client} was disconnected")
    stored = await shared.entries(await shared.connection(client))
    assert not shared.calls("/Contacts", of=organisation), "it was over before it was stopped"
    await shared.fault("xero", "none")
    await shared.called("/Contacts", of=organisation)
    await shared.connections(client, "Disconnected")

    connection = await shared.connection(client)
    assert f"{client} was disconnected from {organisation}" in told.plain
    assert await shared.entries(connection, "contacts") == 0
    assert await shared.entries(connection) == stored > 0
    assert connection.lists_read_at is None


@over_http
async def test_deleting_during_a_sync_leaves_no_rows(shared: Office) -> None:
    client = "Ivy Property Lettings"
    await shared.connected(client, "Xero", client)
    await shared.fault(f"xero:{client}/Contacts", "slow", ms=SLOW_MS)
    before = len(shared.calls("/Contacts", of=client))
    await shared.connect("ana", client, "Xero", client, purpose="Data Health")
    await copying(shared, client)
    await delete_data_health(shared, client)
    await erasure_is_due(shared, at=datetime.now(UTC))
    await shared.driver.read("ben", channel_of(client), "was erased at")
    assert len(shared.calls("/Contacts", of=client)) == before, "the sync was over before"
    await shared.fault("xero", "none")
    await shared.called("/Contacts", after=before, of=client)
    await shared.connections(client, "Data Health ○ Not connected")

    health = await shared.connection(client, Purpose.DATA_HEALTH)
    assert await shared.entries(health) == 0
    assert await copied(shared, client) == 0
    assert health.grant_id is None
