"""What is seen before anything is sent is told, mended by its button, and there once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert

from commands.publishing import catalogue
from commands.replies import Form, call
from storage.models import Publication, ledger
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.provoking import (
    BAKERY,
    CLEANING,
    OAKWOOD,
    ONLY_SQLITE,
    Told,
    a_bank,
    escaped,
    names,
    organisation,
    paid_by_cheque_if_need_be,
    presses,
    says,
    vendor,
)
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import (
    an_item,
    arrives,
    card_of,
    connected,
    published,
    refresh,
    row_of,
)
from tests.conftest import Clock


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What we see before anything is sent; `saves` is for the form behind the `button`."""

    code: str
    told: Told
    button: str
    saves: Told
    part: str = ""  # the field to correct, where the button leads to a page about all items
    before: Callable[[Desk], None] = field(default=lambda desk: None)


async def a_customer(desk: Desk) -> Mapping[str, str]:
    return {"customer": (await desk.some("contacts", is_customer=True)).remote_id}


async def by_cheque_to_a_customer(desk: Desk) -> Mapping[str, str]:
    """Whose account might be one of those that owe, and then needs a vendor (QBO_AP_VENDOR)."""
    found = await desk.some("contacts", is_customer=True, is_supplier=False, currency="GBP")
    return {"contact": found.remote_id, "supplier": found.name, "publish_to": "cheque",
            "bank_account": await desk.entry("banks", "Cash at bank")}  # fmt: skip


async def a_product_sold(desk: Desk) -> Mapping[str, str]:
    return {"product": (await desk.some("products", is_sold=True)).remote_id}


async def at_twenty(desk: Desk) -> Mapping[str, str]:
    return {"tax_rate": await desk.tax()}


async def in_euro_from_a_british_vendor(desk: Desk) -> Mapping[str, str]:
    return {**await vendor(desk), "currency": "EUR", "rate": "0.85"}


async def vendor_abroad(desk: Desk) -> Mapping[str, str]:
    found = await desk.some("contacts", is_supplier=True, currency="EUR")
    return {"contact": found.remote_id}


SPENT = {"publish_to": "bank accounts", "publish_as": "paid"}
SEEN_AT_XERO = (
    Seen(code="XERO_TAX_ACCOUNT", told=says(tax_rate="OUTPUT2"), button="Choose tax rate",
         saves=at_twenty),
    Seen(code="XERO_ACCOUNT_INVALID", told=names("account", "accounts", "200"),
         button="Choose category", saves=names("account", "accounts", "461")),
    Seen(code="XERO_BANK_REQUIRED", told=says(**SPENT), button="Link to bank account",
         part="bank_account", saves=a_bank),
    Seen(code="XERO_TAX_GT_LINE", told=says(tax="130.00"), button="Change tax amount",
         saves=says(tax="20.00")),
    Seen(code="XERO_GUID", told=says(account="40"), button="Edit",
         saves=names("account", "accounts", "461")),
    Seen(code="XERO_CURRENCY", told=says(currency="USD", rate="0.80"),
         button="Change currency", saves=says(currency="GBP")),
    Seen(code="PRE_MISSING", told=says(account=""), button="Fill in",
         saves=names("account", "accounts", "461")),
    Seen(code="PRE_MISSING", told=says(supplier=""), button="Fill in",
         saves=says(supplier="Paper & Pens")),
    Seen(code="PRE_LOCKED", told=says(), before=organisation(PeriodLockDate=date(2026, 5, 31)),
         button="Send as draft", saves=says(publish_as="draft")),
    Seen(code="PRE_LOCKED",
         told=names("bank_account", "banks", "Deposit Account", publish_to="bank accounts"),
         before=organisation(PeriodLockDate=date(2026, 5, 31)), button="Send as draft",
         saves=says()),
    Seen(code="PRE_NUMBER", told=says(number="N" * 256), button="Change number",
         saves=says(number="N-1")),
    Seen(code="PRE_DAY", told=says(day="2028-01-01"), button="Change date",
         saves=says(day="2026-05-20")),
    Seen(code="PRE_PLAN", told=says(publish_to="expense claims"), button="Change destination",
         saves=says(publish_to="purchases")),
)  # fmt: skip
SEEN_AT_QUICKBOOKS = (
    Seen(code="QBO_TAX_MISSING", told=says(tax_rate=""), button="Choose tax rate",
         saves=at_twenty),
    Seen(code="QBO_BILLABLE_CUST", told=says(billable="yes"), button="Choose customer",
         saves=a_customer),
    Seen(code="QBO_NEG_CHECK", told=says(total="-120.00", tax=""), part="total",
         button="Change type", saves=says(total="120.00")),
    Seen(code="QBO_DUE_BEFORE", told=says(due_day="2026-05-01"), button="Change due date",
         saves=says(due_day="2026-06-19")),
    Seen(code="QBO_ONE_CURRENCY", told=in_euro_from_a_british_vendor,
         button="Choose contact", saves=vendor_abroad),
    Seen(code="QBO_BAD_REF", told=by_cheque_to_a_customer, button="Choose contact",
         saves=vendor),
    Seen(code="QBO_BAD_REF", told=names("account", "accounts", "Sales"), button="Edit",
         saves=CLEANING),
    Seen(code="PRE_TAX_RATE", told=names("tax_rate", "tax", "No VAT"), button="Choose tax rate",
         saves=at_twenty),
    Seen(code="PRE_BANK", told=says(publish_to="cheque"), button="Link to bank account",
         part="bank_account", saves=names("bank_account", "banks", "Cash at bank")),
    Seen(code="PRE_MISSING", told=says(side="sale", supplier="Harvest Hall", account=""),
         button="Fill in", saves=a_product_sold),
)  # fmt: skip


@ONLY_SQLITE
async def test_what_is_seen_before_it_goes_to_xero_is_told_mended_and_there_once(
    world: World, clock: Clock
) -> None:
    await _all_seen_told_and_mended(await connected(world, clock, *OAKWOOD), SEEN_AT_XERO)


@ONLY_SQLITE
async def test_what_is_seen_before_it_goes_to_quickbooks_is_told_mended_and_there_once(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *BAKERY)
    await _all_seen_told_and_mended(desk, SEEN_AT_QUICKBOOKS)


@ONLY_SQLITE
@pytest.mark.parametrize(
    "bad", ["\x00", "\x1b", "\x85", "\ufffe", "\U0001f490", "\U0001f469\u200d"]
)
async def test_characters_quickbooks_does_not_take_are_left_out_of_every_text(
    world: World, clock: Clock, bad: str
) -> None:
    desk = await connected(world, clock, *BAKERY)
    told = {"supplier": f"Blue{bad}bells", "number": f"N{bad}-7", "note": f"For{bad} Ana",
            "description": f"Red{bad} pens"}  # fmt: skip
    item = await an_item(desk, **told)
    (publication,) = await published(desk, item)
    fields = (await row_of(desk, item))[1].fields

    assert publication.problems == []
    assert fields["VendorRef"]["name"] == "Bluebells"
    assert fields["DocNumber"] == "N-7"
    assert fields["PrivateNote"].startswith("For Ana\n")
    assert fields["Line"][0]["Description"] == "Red pens"


@ONLY_SQLITE
@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1b", "\x7f", "\ufffe", "\uffff"])
async def test_characters_xero_does_not_take_are_left_out_of_every_text(
    world: World, clock: Clock, bad: str
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    told = {"supplier": f"Blue{bad}bells", "number": f"N{bad}-7", "note": f"For{bad} Ana",
            "description": f"Red{bad} pens"}  # fmt: skip
    bought = await an_item(desk, **told)
    sold = await an_item(desk, side="sale", tax_rate="OUTPUT2",
                         account=await desk.entry("accounts", "200"), **told)  # fmt: skip
    publications = await published(desk, bought, sold)
    rows = [(await row_of(desk, each))[1].fields for each in (bought, sold)]

    assert [each.problems for each in publications] == [[], []]
    assert {row["Contact"]["Name"] for row in rows} == {"Bluebells"}
    assert {row["InvoiceNumber"] for row in rows} == {"N-7"}
    assert {row["LineItems"][0]["Description"] for row in rows} == {"Red pens"}
    assert rows[1]["Reference"] == "For Ana"


@ONLY_SQLITE
async def test_a_plan_without_bills_names_what_it_has_instead(world: World, clock: Clock) -> None:
    desk = await connected(world, clock, "Fox Cycles", "quickbooks")
    seen = Seen(code="QBO_NO_BILL", told=paid_by_cheque_if_need_be,
                button="Change destination", saves=says(publish_to="cheque"))  # fmt: skip
    await _all_seen_told_and_mended(desk, (seen,))


async def _all_seen_told_and_mended(desk: Desk, cases: tuple[Seen, ...]) -> None:
    for case in cases:
        case.before(desk)
        if case.code == "PRE_LOCKED":
            await refresh(desk)
        item = await an_item(desk, **await case.told(desk))
        found = next(each for each in item.problems if each["code"] == case.code)
        held, own = await desk.publish(item), await card_of(desk, item)
        words = catalogue.told(case.code, {"software": "QuickBooks Online", **found["facts"]})

        assert "cannot go yet" in said(held), case.code
        assert escaped(words.title) in said(own), case.code
        assert case.button in buttons(own), (case.code, list(buttons(own)))
        assert item.id not in {each.item_id for each in await desk.all(Publication)}
        if case.part:
            form = await desk.world.practice.press(
                ANA, call("items.edit", item=item.id, part=case.part)
            )
            assert isinstance(form, Form)
            told = await case.saves(desk)
            await desk.world.submit(ANA, form, **(filled_in(form) | dict(told)))
        else:
            await presses(desk, own, case.button, **await case.saves(desk))
        after = await desk.item(item)
        assert after.problems == [], (case.code, after.problems)
        await published(desk, item)
        await row_of(desk, item)
        if case.code == "PRE_LOCKED":
            organisation(PeriodLockDate=None)(desk)
            await refresh(desk)


@ONLY_SQLITE
@pytest.mark.parametrize("to", ["purchases", "bank accounts"])
@pytest.mark.parametrize(
    ("button", "saves"), [("Send as draft", {}), ("Change date", {"day": "2026-06-02"})]
)
async def test_a_locked_period_is_left_by_a_draft_or_by_another_date(
    world: World, clock: Clock, to: str, button: str, saves: dict[str, str]
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    organisation(PeriodLockDate=date(2026, 5, 31))(desk)
    await refresh(desk)
    bank = await desk.entry("banks", "Deposit Account") if to == "bank accounts" else ""
    item = await an_item(desk, publish_to=to, bank_account=bank)
    await presses(desk, await card_of(desk, item), button, **saves)

    assert (await desk.item(item)).problems == []
    await published(desk, item)
    await row_of(desk, item)


@ONLY_SQLITE
async def test_lines_that_do_not_add_up_are_told_and_mended_by_the_total(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    lines = ({"description": "Paper", "total": "72.00"}, {"description": "Pens", "total": "40.00"})
    item = await an_item(desk, lines=lines, tax="")
    card = await card_of(desk, item)
    form = await world.practice.press(ANA, call("items.edit", item=item.id, part="total"))
    assert isinstance(form, Form)
    await world.submit(ANA, form, **(filled_in(form) | {"total": "112.00"}))
    await published(desk, item)

    assert "The total does not add up: 8.00" in said(card)
    assert "Edit lines" in buttons(card)
    assert (await row_of(desk, item))[1].fields["Total"] == 112


async def test_what_looks_like_another_item_is_compared_kept_and_published(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    first, second = [await arrives(desk, number="SAME-1") for _ in range(2)]
    held = await desk.publish(second)
    card = await card_of(desk, second)
    await world.press(ANA, card, "Different", first=True)
    await published(desk, first, second)

    assert [each["code"] for each in second.problems] == ["PRE_DUPLICATE"]
    assert "cannot go yet" in said(held)
    assert {"Compare", "Same thing", "Different"} <= set(buttons(card))
    assert len(desk.documents("SAME-1")) == 2


async def test_what_somebody_entered_in_the_ledger_is_named_and_goes_if_it_is_another(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    connection = await world.connection(desk.client.name)
    entered = {
        "organisation_id": connection.organisation_id, "source": "Invoices", "remote_id": "theirs",
        "digest": 1, "kind": "bill", "status": "open", "date": date(2026, 5, 20),
        "currency": "GBP", "tax_treatment": "inclusive", "total": Decimal("120.00"),
        "number": "THEIRS-1", "contact_id": "pens",
    }  # fmt: skip
    pens = {
        "organisation_id": connection.organisation_id, "source": "Contacts", "remote_id": "pens",
        "digest": 1, "name": "Paper & Pens",
    }  # fmt: skip
    flags = dict.fromkeys(("is_supplier", "is_customer", "is_active"), True)
    rest = {name: Decimal(0) for name in ("subtotal", "tax", "paid", "credited", "due")}
    async with world.database.begin() as session:
        await session.execute(insert(ledger.documents).values(**entered, **rest))
        await session.execute(insert(ledger.contacts).values(**pens, **flags))
    item = await an_item(desk, number="THEIRS-1")
    held, card = await desk.publish(item), await card_of(desk, item)
    await presses(desk, card, "It is another one")
    await published(desk, item)

    assert [each["code"] for each in item.problems] == ["PRE_IN_LEDGER"]
    assert "cannot go yet" in said(held)
    assert "It looks like the bill THEIRS-1 of 20 May 2026 that is in the ledger" in said(card)
    assert (await row_of(desk, item))[1].fields["Total"] == 120
