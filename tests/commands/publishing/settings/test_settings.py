"""The Settings page of a bookkeeping connection: what it says, and what choosing does."""

from datetime import timedelta

import pytest

from commands.errors import Conflict, Invalid, NotAllowed, Refused
from commands.publishing.choices import Choices, TaxPolicy, TwinMode, read
from commands.registry import offer
from commands.replies import Form, call
from providers.drafts import Destination, PublishAs
from storage.models import Connection, PublishingChoices, Status
from storage.queries import publishing
from tests.builders import WORKSPACE
from tests.commands.practice import ANA, BEN, CHLOE, Practice, words
from tests.commands.publishing.ledgers import Desk, a_desk, filled_in, pressable
from tests.conftest import Clock


@pytest.fixture
async def desk(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, clock)


async def row(desk: Desk) -> PublishingChoices | None:
    async with desk.practice.database.read() as session:
        return await publishing.choices(session, WORKSPACE, desk.client.id)


async def chosen(desk: Desk) -> Choices:
    found = await row(desk)
    return read(found.choices) if found else Choices()


async def test_the_page_says_every_group_in_words(desk: Desk) -> None:
    text = words(await desk.say("settings acme"))

    for line in (
        "Costs go to *Purchases*, draft",
        "Sales go to *Sales*, draft",
        "Expense claims go to *Purchases*, draft",
        "*Bank Match* off",
        "On costs what the account has",
        "*Automatic publishing* off for all items",
        "*Currencies* documents keep their own",
        "*Duplicates* review",
        "*Approvals* nobody is asked",
        "*Channel* everybody in it reads amounts",
        "*Rules* none yet",
        "*Payment methods* none yet",
    ):
        assert line in text


async def test_where_items_go_is_chosen_and_looked_at_again(desk: Desk) -> None:
    await desk.has_item()
    await desk.has_item(state="archived", title="published.pdf")

    page = await desk.change("General", costs_to="bank accounts", sales_as="awaiting payment")
    found = await chosen(desk)

    assert "Noted" in words(page)
    assert "Costs go to *Bank Accounts*, paid" in words(page)
    assert "Sales go to *Sales*, awaiting payment" in words(page)
    assert (found.costs_to, found.sales_as) == (Destination.BANK, PublishAs.OPEN)
    assert found.claims_to is None
    assert await desk.due() == {"a.pdf"}


async def test_what_the_ledger_does_not_take_says_why(desk: Desk) -> None:
    page = await desk.say("settings acme")
    form = await desk.press(page, "Change")

    assert isinstance(form, Form)
    assert "*Classic Expense Claims* cannot be chosen: Xero has retired" in words(form)
    to = next(field for field in form.fields if field.name == "costs_to")
    assert [option.value for option in to.options] == ["usual", "purchases", "bank accounts"]


async def test_a_plan_without_bills_is_said_on_the_page(practice: Practice, clock: Clock) -> None:
    desk = await a_desk(practice, clock, plan="LEDGER")

    text = words(await desk.say("settings acme"))

    assert "Sales go to *Bank Accounts*, paid" in text
    page = await desk.say("settings acme")
    assert "*Sales* cannot be chosen: Xero Ledger keeps no invoices." in words(
        await desk.press(page, "Change")
    )


async def test_bank_match_is_told_where_the_ledger_has_none(
    practice: Practice, clock: Clock
) -> None:
    desk = await a_desk(practice, clock, software="quickbooks")
    page = await desk.say("settings acme")

    assert "*Bank Match* not available with QuickBooks Online" in words(page)
    with pytest.raises(Refused) as said:
        await desk.practice.press(ANA, call("publishing.bank_match", client=desk.client.id))
    assert "not available with QuickBooks Online" in words(said.value)


async def test_bank_match_is_turned_on(desk: Desk) -> None:
    page = await desk.change("Bank Match", on="yes", to="purchases")

    assert "*Bank Match* on: costs that a bank line matches" in words(page)
    assert (await chosen(desk)).bank_match_to is Destination.PURCHASES


async def test_tax_is_chosen_from_the_lists_and_an_archived_rate_is_marked(desk: Desk) -> None:
    form = await desk.press(await desk.say("settings acme"), "Change", nth=2)
    assert isinstance(form, Form)
    source = next(field.source for field in form.fields if field.name == "cost_tax")
    offered = await offer(await desk.practice.context(ANA), source, "")

    page = await desk.submit(form, cost_tax="t-20", policy="ledger")
    found = await chosen(desk)
    await desk.archive("t-20")
    marked = await desk.say("settings acme")

    assert [option.label for option in offered] == ["– none –", "20% (VAT on Expenses)"]
    assert "On costs *20% (VAT on Expenses)*" in words(page)
    assert "Xero computes the amount of tax" in words(page)
    assert (found.cost_tax, found.tax_policy) == ("t-20", TaxPolicy.LEDGER)
    assert "▲ archived in Xero" in words(marked)


async def test_a_choice_is_taken_back(desk: Desk) -> None:
    await desk.change("Tax", cost_tax="t-20")

    await desk.change("Tax", cost_tax="-")

    found = await row(desk)
    assert found is not None
    assert found.choices == {}, "only what differs from the default is kept"


async def test_automatic_publishing_notes_since_when(desk: Desk, clock: Clock) -> None:
    began = clock()
    page = await desk.change(
        "Automatic publishing", on="yes", exceptions="credit note", ceiling="£1,000"
    )
    clock.advance(timedelta(hours=1))
    await desk.change("Automatic publishing", ceiling="2000")
    found = await row(desk)
    assert found is not None
    since = dict(found.auto_since)
    await desk.change("Automatic publishing", on="no")
    off = await row(desk)

    assert "on: all items that are ready · never credit notes · never above £1,000.00" in words(
        page
    )
    assert since == {"auto_publish": began.isoformat()}
    assert found.choices["auto_ceiling"] == "2000"
    assert off is not None
    assert off.auto_since == {}


@pytest.mark.parametrize(
    ("group", "values", "problem"),
    [
        ("Automatic publishing", {"ceiling": "lots"}, "is not an amount"),
        ("Automatic publishing", {"ceiling": "-5"}, "0 or more"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    desk: Desk, group: str, values: dict[str, str], problem: str
) -> None:
    with pytest.raises(Invalid, match=problem):
        await desk.change(group, **values)

    assert await row(desk) is None


async def test_the_rest_is_chosen_too(desk: Desk) -> None:
    await desk.change("Currencies", many="no")
    await desk.change("Duplicates", mode="automatic")
    page = await desk.change("Channel", amounts="no")
    found = await chosen(desk)

    assert "every document is converted to GBP" in words(page)
    assert "*Duplicates* automatic" in words(page)
    assert "no amounts are shown in it" in words(page)
    assert (found.multi_currency, found.twins) == (False, TwinMode.AUTOMATIC)
    assert not found.amounts_in_channel


async def test_two_who_choose_at_once_do_not_undo_each_other(desk: Desk) -> None:
    page = await desk.say("settings acme")
    anas, chloes = [await desk.press(page, "Change", nth=n) for n in (4, 5)]
    await desk.submit(anas, many="no")

    with pytest.raises(Conflict) as said:
        await desk.submit(chloes, by=CHLOE, mode="off")

    assert "Somebody changed the settings" in words(said.value)
    assert (await chosen(desk)).twins is TwinMode.REVIEW


async def test_a_change_is_on_record_and_a_sameness_is_not(desk: Desk) -> None:
    await desk.change("Duplicates", mode="off")
    await desk.change("Duplicates")
    events = [e for e in await desk.practice.audit() if e.action == "publishing.settings_changed"]

    [event] = events
    assert event.client_id == desk.client.id
    assert (event.before, event.after) == ({"twins": None}, {"twins": "off"})


async def test_a_standard_user_sees_them_and_asks(desk: Desk) -> None:
    await desk.practice.assign(BEN, desk.client)
    page = await desk.say("settings acme", by=BEN)
    form = await desk.press(await desk.say("settings acme"), "Change")
    assert isinstance(form, Form)

    with pytest.raises(NotAllowed) as said:
        await desk.submit(form, by=BEN)

    assert "Change" not in dict(pressable(page))
    assert "Administrators change these." in words(page)
    assert "Changing how items of *Acme Ltd* are published needs an administrator" in words(
        said.value
    )
    assert filled_in(form)["costs_to"] == "usual"


async def test_nobody_is_offered_the_lists_of_a_client_they_do_not_see(desk: Desk) -> None:
    context = await desk.practice.context(BEN)
    names = ("accounts", "tax_rates", "contacts", "customers", "products", "banks",
             "payment_methods", "approvers", "parties", "any_tracking")  # fmt: skip

    for name in names:
        assert not await offer(context, f"publishing.{name}?client={desk.client.id}", "")


async def test_an_expired_connection_keeps_its_settings_and_can_be_mended(desk: Desk) -> None:
    await desk.change("Duplicates", mode="off")
    async with desk.practice.database.begin() as session:
        connection = await session.get_one(Connection, desk.connection.id)
        connection.status = Status.EXPIRED
    page = await desk.say("settings acme")

    assert "nothing is published until it is reconnected" in words(page)
    assert "*Duplicates* off" in words(page)
    assert "Reconnect" in dict(pressable(page))


async def test_without_a_connection_there_is_nothing_to_set(practice: Practice) -> None:
    await practice.has("Acme Ltd")

    with pytest.raises(Refused) as said:
        await practice.say(ANA, "settings acme")

    assert "no bookkeeping connection" in words(said.value)
