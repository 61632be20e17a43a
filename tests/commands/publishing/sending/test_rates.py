"""The exchange rate of an item: whose is sent, and the form that asks where one is wanted."""

from datetime import timedelta
from decimal import Decimal

import pytest

from commands.replies import Form, call
from storage.models import ItemState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.publishing import at
from tests.commands.publishing.varied import (
    an_item,
    card_of,
    choose,
    document_of,
    published,
    row_of,
)
from tests.conftest import Clock

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
EUROS = {"currency": "EUR", "rate": "0.8"}


async def test_xero_takes_the_rate_of_the_item_or_its_own(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    ours = await document_of(desk, await an_item(desk, **EUROS))
    await choose(desk, "currencies", rate="no")
    theirs = await document_of(desk, await an_item(desk, **EUROS))

    assert Decimal(str(ours["CurrencyRate"])) == Decimal("1.25")  # EUR for one GBP
    assert theirs["CurrencyRate"] != ours["CurrencyRate"]
    assert theirs["CurrencyCode"] == "EUR"


async def test_so_does_quickbooks(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Bright Bakery")
    abroad = await desk.some("contacts", currency="EUR", is_supplier=True)
    told = {"supplier": abroad.name, "contact": abroad.remote_id, **EUROS}
    before = await an_item(desk, **told)
    await published(desk, before)
    await choose(desk, "currencies", rate="no")
    clock.advance(timedelta(days=1))
    after = await an_item(desk, **told)
    await published(desk, after)
    ours, theirs = [(await row_of(desk, each))[1] for each in (before, after)]

    assert Decimal(str(ours.fields["ExchangeRate"])) == Decimal("0.8")
    assert Decimal(str(theirs.fields["ExchangeRate"])) != Decimal("0.8")


async def test_a_missing_rate_is_asked_for_and_entered(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    await choose(desk, "currencies", many="no")
    item = await an_item(desk, currency="EUR")
    form = await world.press(ANA, await card_of(desk, item), "Enter rate")
    assert isinstance(form, Form)
    (field,) = form.fields
    after = await world.submit(ANA, form, **(filled_in(form) | {"rate": "0.85"}))

    assert (field.name, getattr(field, "hint", None)) == ("rate", "GBP for one EUR")
    assert "Exchange rate 0.85" in said(after)
    assert (await desk.item(item)).state is ItemState.READY


async def test_a_document_in_the_base_currency_has_no_rate(world: World, clock: Clock) -> None:
    desk = await at(world, clock, "Acme Ltd")
    item = await an_item(desk)
    form = await world.practice.press(ANA, call("items.edit", item=item.id))

    assert isinstance(form, Form)
    assert "rate" not in {field.name for field in form.fields}
