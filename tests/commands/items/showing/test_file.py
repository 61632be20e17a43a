"""What an item was read off is opened where it stands in Slack, or sent to whoever asks."""

import pytest

from commands.errors import NotAllowed, NotFound, Refused
from commands.files import Original
from commands.replies import Button, Menu, Reply, Words, call
from storage.models import ItemFile
from storage.queries import item_files
from storage.queries.item_files import NewFile
from tests.builders import WORKSPACE, save
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import BEN, DORA, buttons

PICTURE = NewFile(name="ben.jpg", mime="image/jpeg", content=b"x" * 34_000)
ORDER = NewFile(name="order.pdf", mime="application/pdf", content=b"%PDF" * 500)
CHANNEL = "C0ACME"


def _beside(reply: Reply) -> Button | Menu | None:
    words = next(part for part in reply.parts if isinstance(part, Words))
    return words.beside


async def test_a_file_that_came_by_no_channel_is_sent_to_whoever_asks(desk: Desk) -> None:
    item = await desk.item(PICTURE)
    sent = await desk.press(BEN, await desk.open(BEN, item), "Open the file")

    assert isinstance(sent, Reply)
    assert sent.files == (Original(name="ben.jpg", content=PICTURE.content),)
    assert "ben.jpg (34 KB), of Paper &amp; Pens, £120.00, 1 May 2026, is in your" in said(sent)
    assert not sent.replaces


async def test_a_file_of_the_channel_is_opened_where_it_stands(desk: Desk) -> None:
    item = await desk.item()
    await save(
        desk.database,
        ItemFile(
            item_id=item.id, workspace_id=WORKSPACE, name="ben.jpg", size=9, remote_id="F1",
            content=b"a receipt",
        ),
    )  # fmt: skip
    desk.practice.drawer.shared["F1"] = CHANNEL
    opens = call("items.file", item=item.id, position=0)
    here = await desk.practice.press(BEN, opens, CHANNEL)
    elsewhere = await desk.practice.press(BEN, opens, "C0OTHER")
    copied = await desk.practice.press(BEN, _does(here, "Send me a copy"), CHANNEL)

    assert _button(here, "Open in Slack").url == "https://slack.test/files/F1"
    assert isinstance(elsewhere, Reply)
    assert isinstance(copied, Reply)
    assert elsewhere.files == copied.files == (Original(name="ben.jpg", content=b"a receipt"),)


async def test_of_several_files_each_can_be_chosen(desk: Desk) -> None:
    item = await desk.item(PICTURE, ORDER)
    menu = _beside(await desk.open(BEN, item))
    assert isinstance(menu, Menu)
    sent = await desk.does(BEN, menu.items[1].does)

    assert [each.label for each in menu.items] == ["Open ben.jpg", "Open order.pdf"]
    assert menu.shown_by == call("items.show", item=item.id)
    assert isinstance(sent, Reply)
    assert [file.name for file in sent.files] == ["order.pdf"]


async def test_nothing_is_offered_where_there_is_no_file(desk: Desk) -> None:
    item = await desk.item()

    assert _beside(await desk.open(BEN, item)) is None
    with pytest.raises(NotFound):
        await desk.does(BEN, call("items.file", item=item.id, position=3))


async def test_a_file_that_slack_keeps_back_is_said_to_be_missing(desk: Desk) -> None:
    item = await desk.item()
    kept_back = ItemFile(item_id=item.id, workspace_id=WORKSPACE, name="F1", remote_id="F1")
    await save(desk.database, kept_back)

    with pytest.raises(Refused, match="file_not_kept"):
        await desk.does(BEN, call("items.file", item=item.id))


async def test_nobody_else_is_sent_it(desk: Desk) -> None:
    item = await desk.item(PICTURE)

    with pytest.raises(NotAllowed):
        await desk.does(DORA, call("items.file", item=item.id))
    async with desk.database.read() as session:
        assert await item_files.one(session, "T_OTHER", item.id, 0) is None


def _button(answer: object, label: str) -> Button:
    assert isinstance(answer, Reply)
    return next(b for p in answer.parts for b in getattr(p, "items", ()) if b.label == label)


def _does(answer: object, label: str):  # type: ignore[no-untyped-def]
    assert isinstance(answer, Reply)
    return buttons(answer)[label]
