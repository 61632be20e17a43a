"""A connection is taken away again: kept frozen, or erased, or neither after all."""

from tests.journeys.conftest import Office

UNDO = "Undo"


async def manage(
    office: Office, option: str, *, user: str = "ana", row: str = "Bookkeeping"
) -> None:
    """Open the Connections page of Acme and choose from the Manage menu of one row."""
    await office.driver.type(user, "acme", "/dext connections acme")
    page = await office.driver.read(user, "acme", "Bookkeeping", "Data Health")
    await office.driver.click(user, "Manage", channel="acme", ts=page.ts, option=option)


async def connected_for_data_health(office: Office) -> None:
    await office.connect("ana", "Acme Ltd", "Xero", "Acme Limited")
    await office.told("acme", "connected to Acme Limited", "bookkeeping", "accounts")
    await office.driver.type("ana", "acme", "/dext connections acme")
    page = await office.driver.read("ana", "acme", "Data Health", "Not connected")
    await office.driver.click("ana", "Connect Data Health", channel="acme", ts=page.ts)


async def test_disconnecting_keeps_the_data_and_says_since_when(office: Office) -> None:
    await office.connect("ana", "Acme Ltd", "Xero", "Acme Limited")
    await office.told("acme", "connected to Acme Limited", "accounts")
    await manage(office, "Disconnect")
    modal = await office.driver.await_modal("ana", "Disconnect")
    await office.driver.submit("ana")
    await office.told("acme", "disconnected")

    assert "stays" in modal["plain"]
    await office.driver.type("ana", "acme", "/dext lists acme accounts")
    frozen = await office.driver.read("ana", "acme", "Sales")
    assert "accounts" in frozen.plain
