"""Items are put away, and come back."""

import pytest

from commands.errors import Conflict, Refused
from commands.replies import Form, Invocation, call
from storage.identity import new_id
from storage.models import Batch, Item, ItemState, Publication, PublicationState
from storage.queries import publications
from tests.builders import NOW, WORKSPACE, save
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import ANA, BEN, buttons

RESULT = {
    "source": "Invoices", "remote_id": "inv-1", "kind": "bill", "status": "draft", "total": "120",
}  # fmt: skip


async def _published(desk: Desk) -> Item:
    item = await desk.item()
    whose = {"workspace_id": WORKSPACE, "client_id": desk.client.id}
    batch = Batch(id=new_id(), **whose, connection_id=desk.connection.id, by=BEN, at=NOW)
    sent = Publication(
        id=new_id(), **whose, item_id=item.id, generation=1, batch_id=batch.id,
        connection_id=desk.connection.id, reference="r", at=NOW, result=RESULT,
        state=PublicationState.PUBLISHED,
    )  # fmt: skip
    await save(desk.database, batch, sent)
    return await desk.change(item, state=ItemState.ARCHIVED, archived_at=NOW)


async def _sent(desk: Desk, item: Item, generation: int) -> Publication | None:
    async with desk.database.read() as session:
        return await publications.of_item(session, WORKSPACE, item.id, generation)


async def test_what_was_deleted_is_restored(desk: Desk) -> None:
    item = await desk.item()

    gone = await desk.press(BEN, await desk.open(BEN, item), "Delete")
    state = (await desk.now(item)).state
    back = await desk.press(BEN, gone, "Undo")

    assert "Deleted Paper &amp; Pens, £120.00, 1 May 2026." in said(gone)
    assert state is ItemState.DELETED
    assert "Restored" in said(back)
    assert (await desk.now(item)).state is ItemState.TO_REVIEW
    assert [each.what for each in await desk.changes(item)].count("deleted") == 1


async def test_what_was_published_is_restored_among_the_published(desk: Desk) -> None:
    item = await _published(desk)
    gone = await desk.does(BEN, call("items.delete", item=item.id, version=item.version))

    await desk.press(BEN, gone, "Undo")

    assert (await desk.now(item)).state is ItemState.ARCHIVED


async def test_archiving_by_hand_is_undone(desk: Desk) -> None:
    item = await desk.item()

    away = await desk.press(BEN, await desk.open(BEN, item), "Archive")
    card = await desk.open(BEN, item)
    back = await desk.press(BEN, away, "Undo")

    assert "without publishing it" in said(away)
    assert "Archived" in said(card)
    assert "is back among the items" in said(back)
    assert (await desk.now(item)).state is ItemState.TO_REVIEW


async def test_unarchiving_what_was_published_asks_whether_that_still_counts(desk: Desk) -> None:
    item = await _published(desk)
    card = await desk.open(BEN, item)

    form = await desk.press(BEN, card, "Unarchive")

    assert isinstance(form, Form)
    assert form.fields[0].label == "Clear publishing data?"
    assert "● Published to Xero" in said(card)
    assert "View in Xero" in buttons(card)
    assert (await desk.now(item)).state is ItemState.ARCHIVED


async def test_cleared_it_may_become_a_new_document(desk: Desk) -> None:
    item = await _published(desk)
    form = await desk.press(BEN, await desk.open(BEN, item), "Unarchive")

    answer = await desk.fill(BEN, form, clear="yes")

    fresh, sent = await desk.now(item), await _sent(desk, item, 1)
    assert (fresh.generation, fresh.state) == (2, ItemState.TO_REVIEW)
    assert sent is not None
    assert sent.state is PublicationState.CLEARED
    assert "publishing makes a new document in Xero" in said(answer)
    assert "PRE_ALREADY_PUBLISHED" not in [each["code"] for each in fresh.problems]


async def test_not_cleared_it_stays_published(desk: Desk) -> None:
    item = await _published(desk)
    form = await desk.press(BEN, await desk.open(BEN, item), "Unarchive")

    answer = await desk.fill(BEN, form, clear="no")

    fresh = await desk.now(item)
    assert (fresh.generation, fresh.state) == (1, ItemState.TO_REVIEW)
    assert "PRE_ALREADY_PUBLISHED" in [each["code"] for each in fresh.problems]
    assert "it cannot be published again" in said(answer)


@pytest.mark.parametrize(
    ("command", "state"), [("items.unarchive", "deleted"), ("items.restore", "archived")]
)
async def test_what_is_not_put_away_so_is_not_brought_back_so(
    desk: Desk, command: str, state: str
) -> None:
    item = await desk.change(await desk.item(), state=ItemState(state))

    with pytest.raises(Refused) as refused:
        await desk.does(BEN, _on(command, item))

    assert f"it is {state}" in said(refused.value)


def _on(command: str, item: Item) -> Invocation:
    about = {"item": item.id, "version": str(item.version)}
    return Invocation(command=command, arguments=about)


async def test_a_sale_is_moved_to_where_it_belongs(desk: Desk) -> None:
    item = await desk.item()

    answer = await desk.press(BEN, await desk.open(BEN, item), "Move to sales")

    assert (await desk.now(item)).side == "sale"
    assert "to be an invoice in Xero" in said(answer)


async def test_a_button_of_yesterday_says_what_has_happened(desk: Desk) -> None:
    item = await desk.item()
    card = await desk.open(ANA, item)
    await desk.press(BEN, await desk.open(BEN, item), "Delete")

    with pytest.raises(Conflict) as conflict:
        await desk.press(ANA, card, "Archive")

    assert "Ben deleted it" in said(conflict.value)


async def test_that_it_was_judged_anew_meanwhile_is_no_conflict(desk: Desk) -> None:
    item = await desk.item()
    card = await desk.open(BEN, item)
    await desk.change(item, tries=1)

    await desk.press(BEN, card, "Archive")

    assert (await desk.now(item)).state is ItemState.ARCHIVED


async def test_the_message_where_it_was_handed_in_follows(desk: Desk) -> None:
    item = await desk.change(await desk.item(), place="C0ACME")
    await desk.press(BEN, await desk.open(BEN, item), "Delete")

    [sent] = desk.practice.post.to("C0ACME")

    assert sent.card == f"item:{item.id}"
    assert "Deleted." in said(sent)
