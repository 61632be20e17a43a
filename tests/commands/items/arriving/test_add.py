"""Entering an item by hand."""

import pytest

from commands.errors import Invalid
from commands.replies import Form, Reply
from storage.models import ItemState
from tests.commands.connecting import said
from tests.commands.items.desk import Desk
from tests.commands.practice import BEN, buttons


async def _form(desk: Desk) -> Form:
    form = await desk.practice.say(BEN, "items add acme")
    assert isinstance(form, Form)
    return form


async def test_what_is_entered_becomes_an_item(desk: Desk) -> None:
    answer = await desk.fill(
        BEN, await _form(desk), supplier="Paper & Pens", total="120", tax="20", number="7",
        day="2026-05-01",
    )  # fmt: skip

    assert "Added to the items of Acme Ltd." in said(answer)
    assert "Paper &amp; Pens · £120.00 · 1 May 2026, to be a bill in Xero" in said(answer)
    listed = await desk.practice.say(BEN, "items acme")
    assert "Paper &amp; Pens · £120.00 · 1 May 2026 · 7" in said(listed)


async def test_it_is_taken_for_read_and_certain(desk: Desk) -> None:
    answer = await desk.fill(BEN, await _form(desk), supplier="Pens", total="1", side="sale")

    assert isinstance(answer, Reply)
    does = buttons(answer)["History"]
    assert does is not None
    history = await desk.does(BEN, does)
    assert "Ben entered it" in said(history)
    assert "sale of Acme Ltd" in said(answer)


@pytest.mark.parametrize(
    ("field", "text"), [("total", "much"), ("total", "0"), ("currency", "Taler")]
)
async def test_what_makes_no_sense_is_said_beside_its_field(
    desk: Desk, field: str, text: str
) -> None:
    form = await _form(desk)
    known = {"supplier": "Pens", "total": "1", field: text}
    known = known if field != "currency" else {**known, "currency": text[:3] + "!"}

    with pytest.raises(Invalid) as invalid:
        await desk.fill(BEN, form, **known)

    assert invalid.value.fields.keys() == {field}


async def test_an_item_by_form_waits_for_what_is_missing(desk: Desk) -> None:
    await desk.fill(BEN, await _form(desk), supplier="Pens", total="1")

    assert ItemState.TO_REVIEW.value in said(await desk.practice.say(BEN, "items acme")).lower()
