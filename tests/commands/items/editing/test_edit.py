"""What people change in the form holds; what they leave alone goes on following the rules."""

import pytest

from commands import registry
from commands.errors import Conflict, Invalid, Refused
from commands.replies import Form, SearchField, call
from storage.models import ItemState
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import ANA, BEN, CHLOE, DORA


async def _form(desk: Desk, person_id: str, item_id: str, part: str = "") -> Form:
    form = await desk.does(person_id, call("items.edit", item=item_id, part=part))
    assert isinstance(form, Form)
    return form


async def test_only_what_was_changed_becomes_manual(desk: Desk) -> None:
    item = await desk.item()
    form = await _form(desk, BEN, item.id)

    answer = await desk.fill(BEN, form, account="printing", number="INV-78")

    fresh = await desk.now(item)
    assert fresh.manual.keys() == {"account", "number"}
    assert fresh.manual["account"]["value"] == "printing"
    assert fresh.manual["account"]["by"] == BEN
    assert fresh.number == "INV-78"
    assert "Changed Category and Number." in said(answer)


async def test_a_field_that_was_emptied_is_empty(desk: Desk) -> None:
    item = await desk.item()

    await desk.fill(BEN, await _form(desk, BEN, item.id), number="")

    fresh = await desk.now(item)
    assert fresh.manual["number"]["value"] is None
    assert fresh.number is None


async def test_a_form_sent_in_as_it_was_changes_nothing(desk: Desk) -> None:
    item = await desk.item()

    answer = await desk.fill(BEN, await _form(desk, BEN, item.id))

    assert "Nothing was changed." in said(answer)
    assert (await desk.now(item)).manual == {}
    assert await desk.changes(item) == []


async def test_every_change_is_in_the_history_and_the_audit(desk: Desk) -> None:
    item = await desk.item()

    await desk.fill(BEN, await _form(desk, BEN, item.id), total="£1,130")

    [change] = await desk.changes(item)
    assert (change.what, change.by) == ("edited", BEN)
    assert change.facts["fields"] == [{"field": "total", "from": "120.00", "to": "1130.00"}]
    [event] = await desk.audit(item)
    assert (event.action, event.client_id) == ("item.edited", desk.client.id)
    assert "1130" not in str(event.after)


async def test_two_people_may_change_different_fields(desk: Desk) -> None:
    item = await desk.item()
    bens, anas = await _form(desk, BEN, item.id), await _form(desk, ANA, item.id)

    await desk.fill(BEN, bens, account="printing")
    await desk.fill(ANA, anas, number="INV-78")

    assert (await desk.now(item)).manual.keys() == {"account", "number"}


async def test_of_one_field_the_second_is_told_of_the_first(desk: Desk) -> None:
    item = await desk.item()
    bens, anas = await _form(desk, BEN, item.id), await _form(desk, ANA, item.id)
    await desk.fill(BEN, bens, account="printing")

    with pytest.raises(Conflict) as conflict:
        await desk.fill(ANA, anas, account="travel")

    assert "Ben edited it" in said(conflict.value)
    assert (await desk.now(item)).manual["account"]["value"] == "printing"


async def test_what_makes_no_sense_is_said_of_all_fields_at_once(desk: Desk) -> None:
    item = await desk.item()
    form = await _form(desk, BEN, item.id)

    with pytest.raises(Invalid) as invalid:
        await desk.fill(BEN, form, total="a lot", currency="£", tax="-3")

    assert invalid.value.fields.keys() == {"total", "currency", "tax"}


async def test_the_lists_offered_are_those_of_the_client(desk: Desk) -> None:
    item = await desk.item()

    form = await _form(desk, BEN, item.id)

    found = {field.name: field for field in form.fields}
    account = found["account"]
    assert isinstance(account, SearchField)
    assert account.source == f"publishing.accounts?client={desk.client.id}"
    assert found["tracking_1"].label == "Region"
    assert "tracking_2" not in found


async def test_what_is_needed_is_asked_for_and_the_rest_may_be_left_empty(desk: Desk) -> None:
    item = await desk.item(account=None)
    whole = {field.name: field for field in (await _form(desk, BEN, item.id)).fields}
    (alone,) = (await _form(desk, BEN, item.id, "account")).fields

    assert list(whole)[:4] == ["kind", "supplier", "account", "tax_rate"]
    assert not whole["supplier"].optional
    assert not whole["total"].optional
    assert whole["account"].optional
    assert whole["account"].hint == "Needed before it can be published."
    assert whole["note"].optional
    assert not alone.optional


async def test_one_field_can_be_corrected_alone(desk: Desk) -> None:
    item = await desk.item()

    form = await _form(desk, BEN, item.id, "account")

    assert [field.name for field in form.fields] == ["account"]


async def test_payment_and_destination_have_a_form_of_their_own(desk: Desk) -> None:
    item = await desk.item()
    form = await _form(desk, BEN, item.id, "payment")

    await desk.fill(
        BEN, form, paid="yes", bank_account="current", publish_to="bank accounts",
        paid_on="2026-05-02",
    )  # fmt: skip

    shown = said(await desk.open(BEN, item))
    assert "to be spend money in Xero" in shown
    assert "Bank account Current account _manual, Ben_" in shown
    assert "Paid on 2 May 2026 _manual, Ben_" in shown


async def test_an_edit_takes_the_approval_back(desk: Desk) -> None:
    item = await desk.item()
    await desk.change(item, state=ItemState.APPROVED, approval={"state": "approved", "by": BEN})

    await desk.fill(CHLOE, await _form(desk, CHLOE, item.id), total="900.00")

    fresh = await desk.now(item)
    assert fresh.approval == {}
    assert fresh.state is ItemState.TO_REVIEW


@pytest.mark.parametrize("state", [ItemState.ARCHIVED, ItemState.DELETED, ItemState.MERGED])
async def test_what_was_put_away_is_not_edited(desk: Desk, state: ItemState) -> None:
    item = await desk.change(await desk.item(), state=state)

    with pytest.raises(Refused) as refused:
        await _form(desk, BEN, item.id)

    assert "not changed any more" in said(refused.value)


async def test_what_is_being_published_waits(desk: Desk) -> None:
    item = await desk.item()
    form = await _form(desk, BEN, item.id)
    await desk.change(item, state=ItemState.PUBLISHING)

    with pytest.raises(Conflict) as conflict:
        await desk.fill(BEN, form, total="1.00")

    assert "is being published just now" in said(conflict.value)


async def test_what_was_chosen_by_hand_is_taken_back_and_chosen_again(desk: Desk) -> None:
    item = await desk.item()
    await desk.fill(BEN, await _form(desk, BEN, item.id), account="printing", total="7")
    before = (await desk.now(item)).manual

    followed = await desk.press(ANA, await desk.open(ANA, item), "Follow the rules again")
    without = (await desk.now(item)).manual
    await desk.press(ANA, followed, "Undo")

    assert "Category of Paper &amp; Pens, £7.00, 1 May 2026 follows the rules" in said(followed)
    assert without.keys() == {"total"}
    assert (await desk.now(item)).manual == before


async def test_every_list_that_is_offered_answers_those_who_work_for_the_client(
    desk: Desk,
) -> None:
    item = await desk.item()
    forms = [await _form(desk, BEN, item.id, part) for part in ("", "payment")]
    sources = {
        f.name: f.source for form in forms for f in form.fields if isinstance(f, SearchField)
    }
    bens, doras = await desk.practice.context(BEN), await desk.practice.context(DORA)

    offered = {name: await registry.offer(bens, of, "") for name, of in sources.items()}
    hidden = [await registry.offer(doras, of, "") for of in sources.values()]

    assert {"printing", "travel"} <= {option.value for option in offered["account"]}
    assert "pens" in {option.value for option in offered["contact"]}
    assert "north" in {option.value for option in offered["tracking_1"]}
    assert "current" in {option.value for option in offered["bank_account"]}
    assert not any(hidden)


async def test_the_owner_is_changed_to_somebody_who_is_known(desk: Desk) -> None:
    item = await desk.item()
    form = await desk.does(BEN, call("items.edit", item=item.id))
    with pytest.raises(Invalid, match="have to write to it once"):
        await desk.fill(BEN, form, owner="U01NOBODY")
    shown = await desk.fill(BEN, form, owner=ANA)
    history = await desk.does(BEN, call("items.history", item=item.id))

    assert "Changed Owner" in said(shown)
    assert "submitted 3 Jun 2026, 10:00 UTC for Ana" in said(shown)
    assert "Owner Ben → Ana" in said(history)
    assert (await desk.now(item)).owner == ANA
