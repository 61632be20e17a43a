"""The message about what was handed in says what comes of it, to whom it may, and once."""

from collections.abc import AsyncIterator

import pytest
from PIL import Image

from commands.items.arriving.look import look
from commands.ports import Fetched, Unfetched
from commands.replies import Answer, Form, Reply, call
from storage.database import Database
from storage.models import Item, ItemState
from storage.queries import item_files
from tests.commands.connecting import said, world
from tests.commands.items.reading.papers import encoded
from tests.commands.practice import ANA, WORKSPACE, buttons
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import an_item, choose
from tests.conftest import Clock

CHANNEL = "C0ACME"
LIST = (
    "Supplier,Date,Number,Total,Tax,Currency\n"
    "Northern Power,2026-05-01,NP-1,60.00,10.00,GBP\n"
    "Northern Power,2026-05-02,NP-2,sixty,10.00,GBP\n"
    "Corner Café,2026-05-03,CC-9,12.00,2.00,GBP\n"
)
ONE = "Supplier,Date,Number,Total,Tax,Currency\nPaper & Pens,2026-05-01,{},120.00,{},GBP\n"

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


class SignedOut:
    """Slack wants us to sign in."""

    async def fetch(self, workspace_id: str, file_id: str, *, most_bytes: int) -> Fetched:
        raise Unfetched("a page that asks to sign in", is_locked=True)


@pytest.fixture
async def desk(database: Database, clock: Clock) -> AsyncIterator[Desk]:
    async with world(database, clock) as opened:
        yield await at(opened, clock, "Acme Ltd")


async def drop(desk: Desk, name: str, content: bytes) -> list[Item]:
    """What is there afterwards, in the order in which it came."""
    practice = desk.world.practice
    file_id = practice.drawer.put(f"F-{len(practice.drawer.files)}", name, content)
    await practice.press(ANA, call("items.receive", files=file_id), CHANNEL)
    await desk.world.work("items.look")
    return sorted(await desk.all(Item), key=lambda item: item.submitted_at)


def card(desk: Desk) -> str:
    return said(desk.world.card("item:", CHANNEL))


async def fill(desk: Desk, form: Answer, **values: str) -> Answer:
    assert isinstance(form, Form), said(form)
    return await desk.world.submit(ANA, form, **(filled_in(form) | values))


async def test_a_list_is_told_of_once_with_what_was_not_taken(desk: Desk) -> None:
    items = await drop(desk, "items.csv", LIST.encode())
    told = desk.world.card("item:", CHANNEL)
    listed = await desk.world.press(ANA, told, "See them")

    assert len(items) == 2
    assert "items.csv · 2 items of Acme Ltd" in said(told)
    assert "Northern Power £60.00 · Corner Café £12.00" in said(told)
    assert "1 row was not taken. Row 3 says “sixty” under Total" in said(told)
    assert len(_of_items(desk)) == 1
    assert "Northern Power" in said(listed)
    assert "Corner Café" in said(listed)


async def test_a_list_that_was_handed_in_before_adds_nothing(desk: Desk) -> None:
    await drop(desk, "items.csv", LIST.encode())
    items = await drop(desk, "items.csv", LIST.encode())

    assert [item.state for item in items if item.is_open] == [ItemState.TO_REVIEW] * 2
    assert "The same file was handed in before, as Northern Power. Nothing was added." in card(desk)


async def test_a_list_does_not_go_into_the_ledger_with_one_of_its_rows(desk: Desk) -> None:
    items = await drop(desk, "items.csv", LIST.encode())
    async with desk.world.database.read() as session:
        going = [await item_files.count(session, WORKSPACE, item.id) for item in items]

    assert going == [0, 0]


async def test_what_cannot_be_read_is_asked_for_in_a_form(desk: Desk) -> None:
    picture = encoded(Image.new("RGB", (600, 800), "white"))
    (blank,) = await drop(desk, "ben.png", picture)
    asked = desk.world.card("item:", CHANNEL)
    form = await desk.world.press(ANA, asked, "Edit")
    assert isinstance(form, Form)
    began = {field.name: getattr(field, "initial", None) for field in form.fields}
    await fill(
        desk, form, kind="receipt", supplier="Corner Café", day="2026-05-03", total="12.00",
        tax="2.00", currency="GBP", account=await desk.entry("accounts", "461"),
        tax_rate=await desk.tax(),
    )  # fmt: skip
    after = await desk.item(blank)

    assert "The supplier is missing" in said(asked)
    assert "The total is missing" in said(asked)
    assert [began[name] for name in ("supplier", "total", "day")] == ["", "", None]
    assert after.state is ItemState.READY
    assert "Corner Café · £12.00" in card(desk)


async def test_the_form_is_offered_for_what_was_not_taken(desk: Desk) -> None:
    await drop(desk, "nothing.pdf", b"")
    form = await desk.world.press(ANA, desk.world.card("item:", CHANNEL), "Enter it by hand")

    assert isinstance(form, Form)
    assert form.title == "Add an item"


async def test_a_file_behind_a_login_page_is_told_at_once_with_who_mends_it(desk: Desk) -> None:
    practice = desk.world.practice
    file_id = practice.drawer.put("F-1", "ben.pdf", b"%PDF")
    await practice.press(ANA, call("items.receive", files=file_id), CHANNEL)
    (item,) = await desk.all(Item)
    elsewhere = desk.world.another_process(desk.world.database)
    object.__setattr__(elsewhere, "files", SignedOut())
    await look(elsewhere, item.id)
    told = desk.world.card("item:", CHANNEL)

    assert "Slack asks me to sign in" in said(told)
    assert "administrator installs the app again" in said(told)
    assert list(buttons(told.reply)) == ["Try again", "Enter it by hand"]


async def test_what_is_put_away_by_itself_is_announced_and_restored(desk: Desk) -> None:
    await choose(desk, "duplicates", mode="automatic")
    await drop(desk, "one.csv", ONE.format("INV-77", "20.00").encode())
    await drop(desk, "two.csv", ONE.format("inv 0077", "20.0").encode())

    told, of_list = desk.world.card("row:", CHANNEL), card(desk)
    restored = await desk.world.press(ANA, told, "Restore")
    states = [item.state for item in await desk.all(Item)]

    assert "Put away: it is the same as Paper &amp; Pens. It can be restored." in said(told)
    assert "1 deleted" in of_list
    assert isinstance(restored, Reply)
    assert states == [ItemState.TO_REVIEW] * 2


async def test_what_looks_like_another_is_compared_before_anything_else(desk: Desk) -> None:
    for number in ("INV-77", "inv 0077"):
        item = await an_item(desk, number=number, place=CHANNEL)
        async with desk.world.database.begin() as session:
            own = await session.get_one(Item, item.id)
            own.state, own.due_at = ItemState.PROCESSING, desk.clock()
        await desk.world.work("items.look")
    told = desk.world.card(f"item:{item.id}", CHANNEL)
    compared = said(await desk.world.press(ANA, told, "Compare"))

    assert "It looks like a duplicate of" in said(told)
    assert list(buttons(told.reply)) == ["Compare", "Edit", "Open"]
    assert "INV-77" in compared
    assert "inv 0077" in compared


async def test_a_ready_one_says_what_it_is_and_what_is_made_with_it(desk: Desk) -> None:
    item = await an_item(
        desk, kind="credit note", supplier="Zebra Crossings", place=CHANNEL, contact=""
    )
    async with desk.world.database.begin() as session:
        (await session.get_one(Item, item.id)).due_at = desk.clock()
    await desk.world.work("items.look")
    told = said(desk.world.card(f"item:{item.id}", CHANNEL))

    assert "Credit note · Zebra Crossings" in told
    assert "Ready for Xero" in told
    assert "“Zebra Crossings” is not in Xero and will be made there" in told


async def test_one_thing_that_is_wrong_is_corrected_by_its_own_button(desk: Desk) -> None:
    item = await an_item(desk, account="", place=CHANNEL)
    async with desk.world.database.begin() as session:
        own = await session.get_one(Item, item.id)
        own.state, own.due_at = ItemState.PROCESSING, desk.clock()
    await desk.world.work("items.look")
    told = desk.world.card(f"item:{item.id}", CHANNEL)
    form = await desk.world.press(ANA, told, "Fill in")

    assert list(buttons(told.reply)) == ["Fill in", "Edit", "Open"]
    assert isinstance(form, Form)
    assert [field.name for field in form.fields] == ["account"]


def _of_items(desk: Desk) -> set[str]:
    """The messages about items."""
    cards = {sent.card or "" for sent in desk.world.practice.post.sent if sent.to == CHANNEL}
    return {each for each in cards if each.startswith("item:")}


@pytest.mark.parametrize("shown", ["yes", "no"])
async def test_the_channel_reads_amounts_only_where_it_may(desk: Desk, shown: str) -> None:
    await choose(desk, "channel", amounts=shown)
    await drop(desk, "two.csv", LIST.encode())
    of_list = card(desk)
    picture = encoded(Image.new("RGB", (600, 800), "white"))
    item = next(i for i in await drop(desk, "ben.png", picture) if i.title == "ben.png")
    form = await desk.world.practice.press(ANA, call("items.edit", item=item.id))
    await fill(desk, form, supplier="Corner Café", day="2026-05-03", total="12.00", tax="20.00")
    of_item = card(desk)

    assert ("60.00" in of_list) is (shown == "yes")
    assert ("12.00" in of_item) is (shown == "yes")
    assert ("20.00" in of_item) is (shown == "yes")
    assert "▲ Tax of 20.00 is more" in of_item or "▲" in of_item


async def test_what_was_published_is_seen_in_the_ledger_from_its_message(desk: Desk) -> None:
    item = await an_item(desk, place=CHANNEL)
    await desk.publish(item)
    await desk.work()
    await desk.world.work("items.look")
    told = desk.world.card("item:", CHANNEL)
    (view,) = [b for p in told.reply.parts for b in getattr(p, "items", ()) if b.url]

    assert "Published in Xero" in said(told)
    assert view.label == "View in Xero"
    assert str((await desk.publication(item)).result["remote_id"]) in view.url
