"""A connection is taken away again: kept frozen, or erased, or neither after all."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.sandbox.driver import Seen
from storage.database import Database
from storage.models import AuditEvent, Connection, Organisation, Purpose, Status
from tests.journeys.books import copied, copying
from tests.journeys.office import Office

pytestmark = pytest.mark.timeout(180)

CLIENT = "Elm Street Books"
CHANNEL = "elm-street-books"
DELETE = "Disconnect and delete client data"
LAST_MOMENT = timedelta(seconds=30)
SLOW_MS = 6_000  # of one call, in which people do something else


async def connected_for_both(office: Office) -> None:
    await office.connected(CLIENT, "Xero", CLIENT)
    await office.connected(CLIENT, "Xero", CLIENT, purpose="Data Health")


async def disconnect(office: Office, purpose: str = "Bookkeeping") -> None:
    await office.manage(CLIENT, "Disconnect", purpose=purpose)
    await office.driver.await_modal("ana", f"Disconnect {CLIENT} from")
    await office.driver.submit("ana")
    await office.driver.close("ana")
    await office.driver.read("ben", CHANNEL, f"{CLIENT} was disconnected")


async def delete_data_health(office: Office) -> Seen:
    """Ask for it as Ana and type the right name: the card in the channel."""
    await office.manage(CLIENT, DELETE, purpose="Data Health")
    modal = await office.driver.await_modal("ana", "Delete the Data Health data")
    await office.driver.submit("ana", **{modal["fields"][0]["label"]: CLIENT})
    await office.driver.close("ana")
    return await office.driver.read("ben", CHANNEL, "will be erased at")


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


async def test_disconnecting_keeps_the_data_and_reconnecting_brings_it_back(
    office: Office,
) -> None:
    await office.connected(CLIENT, "Xero", CLIENT)
    stored = await office.entries(await office.connection(CLIENT))
    await disconnect(office)
    page = await office.connections(CLIENT, "Bookkeeping ○ Disconnected")
    frozen = await office.driver.ask("ana", CHANNEL, "/dext lists elm", "Lists of Elm Street Books")
    refused = await office.driver.ask("ana", CHANNEL, "/dext refresh elm", "disconnected")
    kept = await office.entries(await office.connection(CLIENT))
    await office.connect("ana", CLIENT, "Xero", CLIENT)
    cards = await office.driver.await_message(
        "ben",
        CHANNEL,
        lambda seen: seen.says("is connected to", "accounts, ") and seen.ts > page.ts,
        "a second card with counts",
    )
    again = await office.connections(CLIENT, "Bookkeeping ● Connected")

    assert "What is here is frozen as of today at" in page.plain
    assert "Frozen as of today at" in frozen.plain
    assert "cannot be read again" in refused.plain
    assert kept == stored > 0
    assert "Nothing has changed since the last time" in cards.plain
    assert "lists just now" in again.plain


async def test_the_vendor_is_told_to_let_go_of_that_organisation_only(http_office: Office) -> None:
    await http_office.connected("Acorn Dental", "Xero", "Acorn Dental")
    await http_office.connected(CLIENT, "Xero", CLIENT)
    await disconnect(http_office)
    left = await http_office.connections(CLIENT, "Disconnected")
    gone = await http_office.deleted_connections()
    await http_office.driver.ask("ana", "acorn-dental", "/dext refresh acorn", "Reading the lists")
    still = await http_office.driver.read("ana", "@ana", "Lists of Acorn Dental", "Nothing has")

    assert "○ Disconnected" in left.plain
    assert gone == 1
    assert "Acorn Dental in Xero" in still.plain


async def test_a_wrong_name_deletes_nothing(http_office: Office) -> None:
    await connected_for_both(http_office)
    await http_office.manage(CLIENT, DELETE, purpose="Data Health")
    modal = await http_office.driver.await_modal("ana", "Delete the Data Health data")
    name = modal["fields"][0]["label"]
    refused = await http_office.driver.post("submit", user="ana", values={name: "Elm Street"})

    health = await http_office.connection(CLIENT, Purpose.DATA_HEALTH)
    assert "Type Elm Street Books" in refused["errors"][name]
    assert (health.status, health.erase_at) == (Status.CONNECTED, None)


async def test_a_deletion_is_undone_in_time_even_after_a_power_cut(office: Office) -> None:
    await connected_for_both(office)
    before = await office.connection(CLIENT, Purpose.DATA_HEALTH)
    stored = await office.entries(before)
    card = await delete_data_health(office)
    await office.kill()
    await erasure_is_due(office, at=datetime.now(UTC) + LAST_MOMENT)
    await office.start()
    await office.driver.press("chloe", card, "Undo")
    undone = await office.driver.reread("ben", card, "Undone by Chloe", "Nothing of", "was erased")

    after = await office.connection(CLIENT, Purpose.DATA_HEALTH)
    assert "Undo" not in undone.buttons
    assert (after.status, after.erase_at) == (Status.DISCONNECTED, None)
    assert await office.entries(after) == stored > 0


async def test_a_deletion_that_nobody_undoes_erases_everything_across_a_power_cut(
    office: Office,
) -> None:
    await connected_for_both(office)
    books = await office.connection(CLIENT)
    health = await office.connection(CLIENT, Purpose.DATA_HEALTH)
    kept = await office.entries(books)
    card = await delete_data_health(office)
    await office.kill()
    await erasure_is_due(office, at=datetime.now(UTC))
    await office.start()
    erased = await office.driver.reread("ben", card, f"{CLIENT}", "was erased at")
    page = await office.connections(CLIENT, "Data Health ○ Not connected")
    events = await actions(office, health)

    assert "Undo" not in erased.buttons
    assert "Bookkeeping ● Connected" in page.plain
    assert await office.entries(health) == 0
    assert await office.entries(books) == kept > 0
    assert "connection.erasure_asked" in {event.action for event in events}
    assert events[-1].action == "connection.erased"
    assert set(events[-1].before) | set(events[-1].after) <= {"asked_by", "organisation"}


async def test_an_undo_that_comes_too_late_explains_itself(http_office: Office) -> None:
    await connected_for_both(http_office)
    card = await delete_data_health(http_office)
    forged = {"label": "Undo", "value": card.buttons["Undo"]["value"]}
    await erasure_is_due(http_office, at=datetime.now(UTC))
    await http_office.driver.reread("ben", card, "was erased at")
    stale = await http_office.post_buttons(CHANNEL, forged)
    await http_office.driver.press("ana", stale, "Undo")

    late = await http_office.driver.read("ana", CHANNEL, "has changed since this was shown")
    assert "its data was erased" in late.plain
    assert "Nothing was done now" in late.plain
    assert await http_office.entries(await http_office.connection(CLIENT, Purpose.DATA_HEALTH)) == 0


async def test_with_the_last_connection_goes_what_the_ledger_said_of_itself(
    http_office: Office,
) -> None:
    await http_office.connected(CLIENT, "Xero", CLIENT, purpose="Data Health")
    health = await http_office.connection(CLIENT, Purpose.DATA_HEALTH)
    known = await organisation_of(http_office, health)
    await delete_data_health(http_office)
    await erasure_is_due(http_office, at=datetime.now(UTC))
    await http_office.driver.read("ben", CHANNEL, "was erased at")
    forgotten = await organisation_of(http_office, health)

    assert (known.base_currency, known.country) == ("GBP", "GB")
    assert (forgotten.base_currency, forgotten.country, forgotten.details) == (None, None, {})


async def test_disconnecting_during_an_import_stops_it(http_office: Office) -> None:
    await http_office.fault("xero:Acme Limited/Contacts", "slow", ms=SLOW_MS)
    await http_office.connect("ana", "Acme Ltd", "Xero", "Acme Limited")
    await http_office.reading("Acme Ltd", "products")  # the contacts come next
    await http_office.manage("Acme Ltd", "Disconnect")
    await http_office.driver.await_modal("ana", "Disconnect Acme Ltd from")
    await http_office.driver.submit("ana")
    told = await http_office.driver.read("ben", "acme", "Acme Ltd was disconnected")
    stored = await http_office.entries(await http_office.connection("Acme Ltd"))
    assert not http_office.calls("/Contacts"), "the import was over before it was stopped"
    await http_office.called("/Contacts")
    await http_office.connections("Acme Ltd", "Disconnected")

    connection = await http_office.connection("Acme Ltd")
    assert "Acme Ltd was disconnected from Acme Limited" in told.plain
    assert await http_office.entries(connection, "contacts") == 0
    assert await http_office.entries(connection) == stored > 0
    assert connection.lists_read_at is None


async def test_deleting_during_a_sync_leaves_no_rows(http_office: Office) -> None:
    await http_office.connected(CLIENT, "Xero", CLIENT)
    await http_office.fault(f"xero:{CLIENT}/Contacts", "slow", ms=2 * SLOW_MS)
    before = len(http_office.calls("/Contacts"))
    await http_office.connect("ana", CLIENT, "Xero", CLIENT, purpose="Data Health")
    await copying(http_office)
    await delete_data_health(http_office)
    await erasure_is_due(http_office, at=datetime.now(UTC))
    await http_office.driver.read("ben", CHANNEL, "was erased at")
    assert len(http_office.calls("/Contacts")) == before, "the sync was over before"
    await http_office.called("/Contacts", after=before)
    await http_office.connections(CLIENT, "Data Health ○ Not connected")

    health = await http_office.connection(CLIENT, Purpose.DATA_HEALTH)
    assert await http_office.entries(health) == 0
    assert await copied(http_office) == 0
    assert health.grant_id is None
