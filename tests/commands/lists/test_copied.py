"""The lists of a Data Health connection are those of the copy, read once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from providers.records import ListKind
from storage.models import ListEntry, Purpose, Sync
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.conftest import Clock

HEALTH = Purpose.DATA_HEALTH
ORGANISATIONS = [("Acme Ltd", "Acme Limited", "xero"), ("Fox", "Fox Cycles", "quickbooks")]


async def connected(world: World, client: str, organisation: str, software: str) -> None:
    await world.practice.has(client)
    await world.connect(client, organisation, purpose="data_health", software=software)
    await world.work()


async def listed(world: World, connection_id: str) -> dict[tuple[str, str], tuple[str, bool]]:
    """{(kind, remote id): (name, whether it is in use)} of what is not removed."""
    here = select(ListEntry).where(
        ListEntry.connection_id == connection_id, ListEntry.removed_at.is_(None)
    )
    async with world.database.read() as session:
        return {
            (entry.kind, entry.remote_id): (entry.name, entry.active)
            for entry in await session.scalars(here)
        }


@pytest.mark.parametrize(("client", "organisation", "software"), ORGANISATIONS)
async def test_a_copy_gives_the_lists_that_the_vendor_would(
    world: World, client: str, organisation: str, software: str
) -> None:
    await connected(world, client, organisation, software)
    await world.connect(client, organisation, software=software)
    await world.work()
    copied = await listed(world, (await world.connection(client, HEALTH)).id)
    asked = await listed(world, (await world.connection(client)).id)

    assert {kind for kind, _ in copied} >= {ListKind.ACCOUNTS, ListKind.TAX_RATES}
    assert copied == asked


async def test_a_night_reads_every_list_once(world: World, clock: Clock) -> None:
    await connected(world, *ORGANISATIONS[0])
    before = len(world.calls())
    clock.advance(timedelta(hours=24))
    await world.work()
    paths = [
        call.path.rsplit("/", 1)[-1] for call in world.calls()[before:] if "api.xro" in call.path
    ]

    for resource in ("Contacts", "TaxRates", "Items", "TrackingCategories", "Organisation"):
        assert paths.count(resource) <= 1, resource
    assert paths.count("Contacts") == 1


async def test_the_lists_are_as_fresh_as_the_copy(world: World, clock: Clock) -> None:
    await connected(world, *ORGANISATIONS[0])
    clock.advance(timedelta(hours=30))
    await world.work()
    connection = await world.connection("Acme Ltd", HEALTH)
    [sync] = await world.all(Sync)
    page = await world.say(ANA, 'lists "Acme Ltd"')

    assert connection.lists_read_at == sync.synced_at
    assert connection.lists_due_at is None
    assert "Sync now" in buttons(page)
    assert "Refresh lists" not in buttons(page)


async def test_what_changes_in_the_ledger_is_in_the_lists_with_the_next_sync(
    world: World, clock: Clock
) -> None:
    await connected(world, *ORGANISATIONS[0])
    books = world.ledgers.organisation("Acme Limited")
    names = [r.fields["Name"] for r in books.rows("Accounts") if r.fields["Status"] == "ACTIVE"]
    books.rename("Accounts", names[0], "Another name", at=clock())
    books.archive("Accounts", names[1], at=clock())
    books.remove("Accounts", names[2], at=clock())
    clock.advance(timedelta(hours=24))
    await world.work()
    found = await listed(world, (await world.connection("Acme Ltd", HEALTH)).id)
    accounts = [name for (kind, _), name in found.items() if kind == ListKind.ACCOUNTS]

    assert ("Another name", True) in accounts
    assert (names[1], False) in accounts
    assert names[2] not in {name for name, _ in accounts}


async def test_asking_for_lists_of_data_health_alone_offers_a_sync(world: World) -> None:
    await connected(world, *ORGANISATIONS[0])
    answer = await world.say(ANA, 'refresh "Acme Ltd"')

    assert "The lists of Acme Ltd come with every sync of its books" in said(answer)
    assert "Sync now" in buttons(answer)


async def test_the_card_of_connecting_waits_for_the_first_sync(world: World) -> None:
    await world.practice.has("Acme Ltd", channel_id="C1ACME")
    await world.connect("Acme Ltd", "Acme Limited", purpose="data_health")
    await world.work("lists.refresh")
    waits = said(world.card("connection:", to="C1ACME"))
    connection = await world.connection("Acme Ltd", HEALTH)
    await world.work()

    assert "Its lists come with the first sync of the books" in waits
    assert connection.lists_due_at is None
    assert "accounts, " in said(world.card("connection:", to="C1ACME"))
