"""Files that people drop: taken at once, read, judged and told, whatever is in them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from commands.files import Original
from commands.items.arriving.look import TRIES, look
from commands.ports import Fetched, Unfetched
from commands.replies import Answer, Reply, call
from storage.database import Database
from storage.models import Item, ItemFile, ItemState, PublishingChoices
from storage.queries import item_files
from tests.commands.connecting import said, world
from tests.commands.practice import ANA, BEN, WORKSPACE, buttons
from tests.commands.publishing.publishing import Desk, at
from tests.conftest import Clock

SHEET = (
    "Supplier,Date,Number,Total,Tax,Currency\n"
    "Northern Power,2026-05-01,NP-1,60.00,10.00,GBP\n"
    "Corner Café,2026-05-03,CC-9,12.00,2.00,GBP\n"
)
CHANNEL = "C0ACME"


class Stuck:
    """Slack hands nothing out just now."""

    async def fetch(self, workspace_id: str, file_id: str, *, most_bytes: int) -> Fetched:
        raise Unfetched("HTTP 500")

    async def address(self, workspace_id: str, file_id: str, channel_id: str) -> str | None:
        return None


@pytest.fixture
async def desk(database: Database, clock: Clock) -> AsyncIterator[Desk]:
    async with world(database, clock) as opened:
        yield await at(opened, clock, "Acme Ltd")


async def drop(
    desk: Desk, name: str, content: bytes, *, channel: str | None = CHANNEL, by: str = ANA
) -> Answer:
    file_id = desk.world.practice.drawer.put(f"F-{name}-{len(content)}", name, content)
    return await desk.world.practice.press(by, call("items.receive", files=file_id), channel)


async def looked_at(desk: Desk) -> list[Item]:
    await desk.world.work("items.look")
    return sorted(await desk.all(Item), key=lambda item: item.supplier or "")


async def test_a_file_is_written_down_before_it_is_read(desk: Desk) -> None:
    answer = await drop(desk, "items.csv", SHEET.encode())
    (item,) = await desk.all(Item)

    assert isinstance(answer, Reply)
    assert answer.parts == ()  # its own message says what comes of it
    assert item.state == ItemState.PROCESSING


async def test_a_sheet_becomes_an_item_for_each_row(desk: Desk) -> None:
    await drop(desk, "items.csv", SHEET.encode())
    items = await looked_at(desk)

    assert [item.supplier for item in items] == ["Corner Café", "Northern Power"]
    assert {item.state for item in items} == {ItemState.TO_REVIEW}
    assert "Northern Power £60.00 · Corner Café £12.00" in said(desk.world.card("item:", CHANNEL))


async def test_every_row_of_a_sheet_leads_to_the_sheet_which_hangs_at_none_of_them(
    desk: Desk,
) -> None:
    await drop(desk, "items.csv", SHEET.encode())
    rows = await looked_at(desk)
    cards = [await desk.world.practice.press(ANA, call("items.show", item=i.id)) for i in rows]
    async with desk.world.database.read() as session:
        going = [await item_files.count(session, WORKSPACE, row.id) for row in rows]

    for row, card in zip(rows, cards, strict=True):
        does = buttons(card)["Open the file"]
        assert does == call("items.file", item=row.id, position=0)
        opened = await desk.world.practice.press(ANA, does, "C0OTHER")
        assert isinstance(opened, Reply)
        assert opened.files == (Original(name="items.csv", content=SHEET.encode()),)
    assert len(await desk.all(ItemFile)) == 1
    assert going == [0, 0], "nothing of it goes into the ledger"


async def test_the_message_of_a_sheet_says_how_its_rows_stand(desk: Desk) -> None:
    await drop(desk, "items.csv", SHEET.encode())
    cafe, power = await looked_at(desk)
    told = {"new": await _sheet_says(desk)}
    await _change(desk, power, manual=await _coded(desk))
    told["coded"] = await _sheet_says(desk)
    await desk.publish(power)
    await desk.work()
    told["sent"] = await _sheet_says(desk)
    await _change(desk, cafe, state=ItemState.READY, error={"code": "", "text": "No"})
    told["refused"] = await _sheet_says(desk)
    delete = call("items.delete", item=cafe.id, version=(await desk.item(cafe)).version)
    await desk.world.practice.press(ANA, delete)
    told["deleted"] = await _sheet_says(desk)
    standing = {name: text.splitlines()[2] for name, text in told.items()}

    assert standing == {
        "new": "2 to review",
        "coded": "1 to review · 1 ready",
        "sent": "1 to review · 1 published or archived",
        "refused": "■ 1 not published · 1 published or archived",
        "deleted": "1 published or archived · 1 deleted",
    }


async def _coded(desk: Desk) -> dict[str, dict[str, str]]:
    told = {
        "account": await desk.entry("accounts", "461"),
        "tax_rate": await desk.tax(),
        "contact": (await desk.some("contacts", is_supplier=True)).remote_id,
    }
    return {name: {"value": v, "by": ANA, "at": ""} for name, v in told.items()}


async def _change(desk: Desk, item: Item, **over: object) -> None:
    """As something else than its screens might; it is looked at soon after."""
    async with desk.world.database.begin() as session:
        fresh = await session.get_one(Item, item.id)
        for name, value in ({"due_at": desk.clock()} | over).items():
            setattr(fresh, name, value)


async def _sheet_says(desk: Desk) -> str:
    await desk.world.work("items.look")
    return said(desk.world.card("item:", CHANNEL))


async def test_the_same_file_of_slack_is_taken_once(desk: Desk) -> None:
    await drop(desk, "items.csv", SHEET.encode())
    await drop(desk, "items.csv", SHEET.encode())

    assert len(await desk.all(Item)) == 1


async def test_what_is_no_document_is_refused_in_words(desk: Desk) -> None:
    await drop(desk, "empty.pdf", b"")
    (item,) = await looked_at(desk)

    assert item.state == ItemState.DELETED
    assert "there is nothing in it" in said(desk.world.card("item:", CHANNEL))


async def test_a_file_that_was_deleted_meanwhile_is_said_to_be(desk: Desk) -> None:
    await desk.world.practice.press(ANA, call("items.receive", files="F-GONE"), CHANNEL)
    (item,) = await looked_at(desk)

    assert item.state == ItemState.DELETED
    told = said(desk.world.card("item:", CHANNEL))
    assert "A file was not taken: it was deleted in Slack" in told


async def test_thirty_megabytes_are_refused_without_being_fetched(desk: Desk) -> None:
    drawer = desk.world.practice.drawer
    drawer.files["F-BIG"] = Fetched(name="big.pdf", mime="", size=31 * 1024 * 1024, content=b"")
    await desk.world.practice.press(ANA, call("items.receive", files="F-BIG"), CHANNEL)
    await looked_at(desk)

    assert "big.pdf was not taken: it has 31.0 MB" in said(desk.world.card("item:", CHANNEL))
    assert [each.size for each in await desk.all(ItemFile)] == [0]


async def test_a_file_that_slack_keeps_back_is_tried_again_and_then_asked_about(
    desk: Desk, clock: Clock
) -> None:
    await drop(desk, "items.csv", SHEET.encode())
    (item,) = await desk.all(Item)
    stuck = desk.world.another_process(desk.world.database)
    object.__setattr__(stuck, "files", Stuck())
    for _ in range(TRIES):
        await look(stuck, item.id)
        clock.advance(timedelta(minutes=5))
    card = desk.world.card("item:", CHANNEL)
    await desk.world.press(ANA, card, "Try again")
    items = await looked_at(desk)

    assert "does not hand the file out" in said(card)
    assert len(items) == 2


async def test_a_file_dropped_elsewhere_asks_whose_it_is(desk: Desk) -> None:
    here = await drop(desk, "items.csv", SHEET.encode(), channel="D0ANA")
    there = await drop(desk, "other.csv", SHEET.encode(), channel="C0RANDOM")

    assert "Whose is this?" in said(here)
    assert isinstance(there, Reply)
    assert there.parts == ()
    assert await desk.all(Item) == []


async def test_files_are_handed_in_by_a_form_too(desk: Desk) -> None:
    drawer = desk.world.practice.drawer
    ids = [drawer.put(f"F-{n}", f"{n}.csv", SHEET.replace("NP", n).encode()) for n in "ab"]
    listed = await desk.world.say(ANA, "items acme")
    form = await desk.world.press(ANA, listed, "Hand in files")
    taken = await desk.world.submit(ANA, form, files=",".join(ids))
    again = await desk.world.submit(ANA, form, files=",".join(ids))
    items = await looked_at(desk)

    assert "2 files taken for Acme Ltd" in said(taken)
    assert "in a direct message" in said(taken)
    assert "handed in for Acme Ltd before" in said(again)
    assert len(items) == 4
    assert "2 items of Acme Ltd" in said(desk.world.card("item:", ANA))


async def test_who_works_for_nobody_is_left_in_peace(desk: Desk) -> None:
    answer = await drop(desk, "items.csv", SHEET.encode(), by=BEN)

    assert isinstance(answer, Reply)
    assert answer.parts == ()
    assert await desk.all(Item) == []


async def test_what_may_go_by_itself_goes_as_one_message(desk: Desk, clock: Clock) -> None:
    coded = await _coded(desk)
    await _publish_everything(desk, clock)
    await drop(desk, "items.csv", SHEET.encode())
    await desk.world.work("items.look")
    for item in await desk.all(Item):
        await _change(desk, item, manual=coded)
    await desk.world.work("items.look")
    await desk.work()
    cards = {s.card for s in desk.world.practice.post.sent if (s.card or "").startswith("publ")}

    assert {item.state for item in await desk.all(Item)} == {ItemState.ARCHIVED}
    assert len(cards) == 1
    assert "2 items to Xero, automatically" in said(desk.world.card("publishing:", CHANNEL))


async def _publish_everything(desk: Desk, clock: Clock) -> None:
    async with desk.world.database.begin() as session:
        session.add(
            PublishingChoices(
                workspace_id=WORKSPACE,
                client_id=desk.client.id,
                choices={"auto_publish": True},
                auto_since={"auto_publish": clock().isoformat()},
            )
        )
