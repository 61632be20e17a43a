"""What is told of syncs, and to whom: in the client's channel, and to the practice each morning."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.sandbox.driver import Seen
from storage.models import Digest
from tests.journeys import books
from tests.journeys.office import Office, channel_of

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("news"),
]

FAILED, AGAIN, DONE = "could not be synced", "is up to date again", "is up to date"
TRIED = 3


async def connected(office: Office, client: str) -> None:
    since = datetime.now(UTC)
    await office.connect("ana", client, "Xero", client, purpose=books.HEALTH)
    await books.finished(office, client, since)
    await office.counted(client, purpose=books.HEALTH)


async def news(office: Office, client: str) -> list[Seen]:
    """What the channel reads of syncs, oldest first."""
    said = await office.said(channel_of(client), client)
    return [seen for seen in said if seen.says(FAILED) or seen.says(DONE)]


async def a_bad_sync_and_a_good_one(office: Office, client: str) -> None:
    """Ana asks for a sync that fails, and for one that does not; she is told in any case."""
    await office.fault(f"xero:{client}", "not_entitled", times=None)
    await books.ask(office, client, by=books.ANA)
    await office.driver.read("ana", "@ana", client, FAILED, patience_s=books.PATIENCE_S)
    await office.fault("xero", "none")
    since = await books.ask(office, client, by=books.ANA)
    await books.finished(office, client, since)
    await office.driver.read("ana", "@ana", client, AGAIN, patience_s=books.PATIENCE_S)


@pytest.mark.parametrize(
    ("client", "level", "of_success", "of_trouble"),
    [
        ("Acorn Dental", "everything", True, True),
        ("Harbour Café", "problems", False, True),
        ("Juniper Films", "digest", False, False),
        ("Larkspur Flowers", "nothing", False, False),
    ],
)
async def test_a_channel_hears_what_was_chosen_for_it(
    shared: Office, client: str, level: str, *, of_success: bool, of_trouble: bool
) -> None:
    command = f'/dext notify "{client}" {level}'
    await shared.driver.ask("ana", channel_of(client), command, "From now on")
    await connected(shared, client)
    if of_success:
        await books.told(shared, client, "First sync")
    quiet = await news(shared, client)
    await a_bad_sync_and_a_good_one(shared, client)
    if of_trouble:
        await books.told(shared, client, AGAIN)
    heard = await news(shared, client)

    assert (bool(quiet), bool(heard)) == (of_success, of_trouble)
    assert books.is_one_a_day(heard)


async def test_a_failure_is_counted_in_its_message_and_its_end_said_once(shared: Office) -> None:
    client = "Ivy Property Lettings"
    await connected(shared, client)
    await shared.ask_ledger("xero/limits", a_minute=1_000)
    await shared.allow_anew()  # or the minute of Xero's would be waited out
    await shared.fault(f"xero:{client}/Invoices", "server_error", times=None)
    await books.ask(shared, client)
    first = await books.told(shared, client, FAILED)
    for attempt in range(2, TRIED + 1):
        await books.let_time_pass(shared, client)
        await books.told(shared, client, f"Tried {attempt} times")
    counted = await news(shared, client)
    await shared.fault("xero", "none")
    since = datetime.now(UTC)
    await books.let_time_pass(shared, client)
    await books.told(shared, client, AGAIN)
    recovered = await news(shared, client)
    await books.ask(shared, client)
    await books.finished(shared, client, since)

    assert first.ts in {seen.ts for seen in counted} <= {seen.ts for seen in recovered}
    assert books.is_one_a_day(recovered)
    assert "Sync now" in counted[-1].buttons


async def test_each_morning_the_practice_hears_how_things_stand(shared: Office) -> None:
    good, bad = "Acorn Dental", "Oak & Sons"
    page = await shared.driver.ask("ana", "practice", "/dext practice", "The morning digest comes")
    since = datetime.now(UTC)
    await shared.connect("ana", bad, "Xero", "Oakwood Joinery Holdings", purpose=books.HEALTH)
    await books.finished(shared, bad, since)
    await shared.fault("xero:Oakwood Joinery Holdings", "revoke_refresh")
    await shared.fault("xero:Oakwood Joinery Holdings", "expire_access")
    await books.ask(shared, bad)
    await books.told(shared, bad, "is no longer connected")
    async with shared.writing() as session:  # it is the morning after
        before = datetime.now(UTC).date() - timedelta(days=2)
        await session.execute(update(Digest).values(told_on=before, next_at=datetime.now(UTC)))
    words = ("Fernhill Accounting", "brought up to date", "expired")  # any morning may pass here
    digest = await shared.driver.read("ben", "practice", *words, patience_s=books.PATIENCE_S)
    status = await shared.driver.ask("ana", "practice", "/dext status", "How fresh everything is")

    assert "#practice" in page.plain
    assert f"■ 1 connection has expired: {bad} (Xero, Data Health)" in digest.plain
    assert "Larkspur Flowers" not in digest.plain, "told nothing of it"
    assert {"Status", "Expired connections"} <= digest.buttons.keys()
    assert f"■ {bad}" in status.plain
    assert "up to date" in status.plain
    assert good not in status.plain, "what is as it should be is not named"


async def test_the_practices_channel_is_chosen_where_one_is(shared: Office) -> None:
    await shared.driver.post("invite", channel="random", user="Dext")
    page = await shared.driver.ask("ana", "random", "/dext practice", "The morning digest comes")
    await shared.driver.press("ana", page, "Use this channel")
    chosen = await shared.driver.read("ana", "random", "comes to #random")
    client = await shared.driver.ask("ana", "acme", "/dext practice", "The morning digest comes")
    refused = await shared.driver.ask("ben", "practice", "/dext practice", "needs an administrator")

    assert "/invite @Dext" in chosen.plain
    assert "Use this channel" not in client.buttons, "it is a client's own"
    assert refused.is_private
