"""The books are read when a client is connected, when the ledger speaks up, and after a cut."""

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.models import Sync
from tests.journeys.books import copied, copying
from tests.journeys.office import PATIENCE_S, Office

pytestmark = pytest.mark.timeout(180)

HEALTH = "Data Health"
SLOW_MS = 600


async def states(office: Office) -> list[Sync]:
    async with Database.open(office.database_url) as database, database.read() as session:
        return list(await session.scalars(select(Sync)))


@pytest.mark.parametrize(
    ("client", "software", "edit", "told"),
    [
        (
            "Acorn Dental",
            "Xero",
            {"action": "touch", "kind": "Invoices", "count": 3},
            "invoices and bills: 3 changed",
        ),
        (
            "Bright Bakery",
            "QuickBooks Online",
            {"action": "add_bill", "vendor": "1", "account": "Insurance", "amount": "120"},
            "bills: 1 new",
        ),
    ],
)
async def test_what_is_done_in_the_ledger_is_read_within_a_minute(
    office: Office, client: str, software: str, edit: dict[str, object], told: str
) -> None:
    vendor = "xero" if software == "Xero" else "quickbooks"
    await office.hear_ledgers()
    await office.connect("ana", client, software, client, purpose=HEALTH)
    first = await office.synced(client, "First sync")
    if vendor == "quickbooks":
        [supplier, *_] = office.ledgers.organisation(client).rows("Vendor")
        [account, *_] = [
            row
            for row in office.ledgers.organisation(client).rows("Account")
            if row.fields.get("Classification") == "Expense"
        ]
        edit = edit | {"vendor": supplier.id, "account": account.id}
    await office.ask_ledger(f"{vendor}/edit", organisation=client, **edit)
    again = await office.synced(client, told, patience_s=60)

    assert again.ts == first.ts, "one message a client and day"


async def test_a_first_sync_cut_short_goes_on_where_it_was(http_office: Office) -> None:
    client = "Acorn Dental"
    await http_office.fault(f"xero:{client}/Payments", "slow", ms=10_000)
    await http_office.connect("ana", client, "Xero", client, purpose=HEALTH)
    await http_office.driver.read("ben", "acorn-dental", "is being synced", patience_s=PATIENCE_S)

    before = await copying(http_office)
    await http_office.kill()
    read = len(http_office.calls("/Invoices"))
    await http_office.leases_run_out()
    await http_office.fault(f"xero:{client}/Payments", "none")
    await http_office.start()
    done = await http_office.synced(client)
    [state] = await states(http_office)

    assert len(http_office.calls("/Invoices")) == read, "what was stored was read again"
    assert await copied(http_office) >= before
    assert state.error is None
    assert len(await http_office.said("acorn-dental", "is up to date")) == 1
    assert "First sync" in done.plain


async def test_people_ask_for_a_sync_and_are_told_directly(office: Office) -> None:
    client = "Acorn Dental"
    await office.connect("ana", client, "Xero", client, purpose=HEALTH)
    await office.synced(client, "First sync")
    soon = await office.driver.ask("ana", "acorn-dental", "/dext sync acorn", "asked for again")
    status = await office.driver.ask("ben", "practice", "/dext status", "")
    page = await office.connections(client, "synced")

    assert soon.is_private
    assert client not in status.plain, "Ben works for Acme only"
    assert "Sync now" in page.buttons
