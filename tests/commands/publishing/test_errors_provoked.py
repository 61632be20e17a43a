"""Every failure the stand-in ledgers can provoke is told in words, mended, and published once."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from commands.publishing import catalogue
from commands.replies import Answer, Form, call
from storage.models import Item, ItemState, Publication, PublicationState, StepState
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, buttons
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import (
    an_item,
    arrives,
    card_of,
    connected,
    published,
    rejudged,
    row_of,
)
from tests.conftest import Clock

ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Told = Callable[[Desk], Awaitable[Mapping[str, Any]]]
OAKWOOD, BAKERY = ("Oakwood Joinery Holdings", "xero"), ("Bright Bakery", "quickbooks")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an item says (`told`), what goes wrong in the ledger after that (`breaks`), and what
    mends it: the field that the `button` of the item asks for, or the ledger's own people."""

    code: str
    told: Told
    breaks: Callable[[Desk], None] = field(default=lambda desk: None)
    button: str = ""
    saves: Told | None = None
    mends: Callable[[Desk], None] | None = None


def says(**facts: str) -> Told:
    async def told(_: Desk) -> Mapping[str, str]:
        return facts

    return told


def names(name: str, kind: str, entry: str, **more: str) -> Told:
    """The id of an entry, under the name of a field."""

    async def told(desk: Desk) -> Mapping[str, str]:
        return {name: await desk.entry(kind, entry), **more}

    return told


def changes(kind: str, entry: str, **fields: Any) -> Callable[[Desk], None]:
    """Somebody at the ledger changes an entry of a list, by its code or name."""

    def change(desk: Desk) -> None:
        found = [row for row in desk.books.rows(kind) if entry in map(str, row.fields.values())]
        desk.books.change(kind, found[0].id, fields, at=desk.clock.at)

    return change


def organisation(**fields: Any) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        desk.books.change("Organisation", desk.books.profile.id, fields, at=desk.clock.at)

    return change


def closes(day: str) -> Callable[[Desk], None]:
    def close(desk: Desk) -> None:
        (row,) = desk.books.rows("Preferences")
        info = {**row.fields["AccountingInfoPrefs"], "BookCloseDate": day}
        fields = {"AccountingInfoPrefs": info}
        desk.books.change("Preferences", row.id, fields, at=desk.clock.at)

    return close


def plan(sku: str) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        profile = desk.books.profile
        others = [each for each in profile.fields["NameValue"] if each["Name"] != "OfferingSku"]
        told = [*others, {"Name": "OfferingSku", "Value": sku}]
        desk.books.change("CompanyInfo", profile.id, {"NameValue": told}, at=desk.clock.at)

    return change


def struck(fault: str) -> Callable[[Desk], None]:
    def strike(desk: Desk) -> None:
        target = f"{desk.vendor}:{desk.organisation}"
        desk.world.ledgers.set_fault(target, fault, times=None)

    return strike


async def sale(desk: Desk) -> dict[str, str]:
    account = await desk.entry("accounts", "200")
    return {"side": "sale", "supplier": "Harvest Hall", "account": account,
            "tax_rate": "OUTPUT2"}  # fmt: skip


async def sale_of_a_taken_number(desk: Desk) -> Mapping[str, str]:
    rows = desk.books.rows("Invoices")
    own = next(row for row in rows if row.read("Type") == "ACCREC" and
               row.read("Status") not in {"VOIDED", "DELETED"})  # fmt: skip
    return {**await sale(desk), "number": str(own.fields["InvoiceNumber"])}


async def known_contact(desk: Desk) -> Mapping[str, str]:
    contact = await desk.some("contacts", is_supplier=True, is_customer=False)
    return {"contact": contact.remote_id, "supplier": contact.name}


def loses_its_suppliers(desk: Desk) -> None:
    for row in desk.books.rows("Contacts"):
        if row.read("IsSupplier") and not row.read("IsCustomer"):
            desk.books.change("Contacts", row.id, {"ContactStatus": "ARCHIVED"}, at=desk.clock.at)


async def another_contact(desk: Desk) -> Mapping[str, str]:
    return {"contact": (await desk.some("contacts", is_customer=True)).remote_id}


XERO = (
    Case(code="XERO_TAX_ACCOUNT", told=says(),
         breaks=changes("TaxRates", "20% (VAT on Expenses)", Status="ARCHIVED"),
         button="Choose tax rate", saves=says(tax_rate="RRINPUT")),
    Case(code="XERO_ACCOUNT_INVALID", told=says(), breaks=changes("Accounts", "461", Type="BANK"),
         button="Choose category", saves=names("account", "accounts", "429")),
    Case(code="XERO_ACCOUNT_ARCHIVED", told=says(),
         breaks=changes("Accounts", "461", Status="ARCHIVED"),
         button="Choose category", saves=names("account", "accounts", "429")),
    Case(code="XERO_LOCK_DATE", told=says(),
         breaks=organisation(PeriodLockDate=date(2026, 5, 31)),
         button="Send as draft", saves=says(publish_as="draft")),
    Case(code="XERO_BANK_UNKNOWN",
         told=names("bank_account", "banks", "Deposit Account", publish_to="bank accounts"),
         breaks=changes("Accounts", "Deposit Account", Status="ARCHIVED"),
         mends=changes("Accounts", "Deposit Account", Status="ACTIVE")),
    Case(code="XERO_BILL_LIMIT", told=sale, breaks=organisation(Class="SIMPLE"),
         button="Send as draft", saves=says(publish_as="draft")),
    Case(code="XERO_NUMBER_UNIQUE", told=sale_of_a_taken_number,
         button="Change number", saves=says(number="FREE-1")),
    Case(code="XERO_CONTACT_GONE", told=known_contact, breaks=loses_its_suppliers,
         button="Choose contact", saves=another_contact),
    Case(code="XERO_CURRENCY", told=says(currency="USD", rate="0.80"),
         button="Change currency", saves=says(currency="GBP")),
    Case(code="XERO_TRACKING", told=names("tracking_1", "tracking", "Workshop"),
         breaks=changes("TrackingOptions", "Workshop", Status="ARCHIVED"),
         button="Choose tracking", saves=names("tracking_1", "tracking", "Office")),
    Case(code="XERO_UNAUTHORISED", told=says(), breaks=struck("not_entitled"),
         mends=struck("none")),
)  # fmt: skip


async def vendor(desk: Desk) -> Mapping[str, str]:
    """One that owes nothing in another currency."""
    found = await desk.some("contacts", is_supplier=True, currency="GBP")
    return {"contact": found.remote_id, "supplier": found.name}


async def vendor_and_a_taken_number(desk: Desk) -> Mapping[str, str]:
    bill = next(row for row in desk.books.rows("Bill") if row.fields.get("DocNumber") and
                row.fields["CurrencyRef"]["value"] == "GBP")  # fmt: skip
    party = bill.fields["VendorRef"]
    return {"contact": f"vendor:{party['value']}", "supplier": party["name"],
            "number": bill.fields["DocNumber"]}  # fmt: skip


async def name_of_a_customer(desk: Desk) -> Mapping[str, str]:
    found = await desk.some("contacts", is_customer=True, is_supplier=False, currency="GBP")
    return {"supplier": found.name}


async def paid_by_cheque_if_need_be(desk: Desk) -> Mapping[str, str]:
    return {"bank_account": await desk.entry("banks", "Cash at bank"), "publish_to": "purchases"}


def goes_abroad(desk: Desk) -> None:
    for row in desk.books.rows("Vendor"):
        if row.fields["CurrencyRef"]["value"] == "GBP":
            desk.books.change("Vendor", row.id, {"CurrencyRef": {"value": "EUR"}},
                              at=desk.clock.at)  # fmt: skip


def comes_home(desk: Desk) -> None:
    for row in desk.books.rows("Vendor"):
        if row.fields["CurrencyRef"]["value"] == "EUR":
            desk.books.change("Vendor", row.id, {"CurrencyRef": {"value": "GBP"}},
                              at=desk.clock.at)  # fmt: skip


def removes_the_account(desk: Desk) -> None:
    desk.books.remove("Account", "Printing and stationery", at=desk.clock.at)


CLEANING = names("account", "accounts", "Cleaning")
QUICKBOOKS = (
    Case(code="QBO_CLOSED", told=says(), breaks=closes("2026-05-31"),
         button="Change date", saves=says(day="2026-06-02")),
    Case(code="QBO_DUP_NAME", told=name_of_a_customer,
         button="Choose contact", saves=vendor),
    Case(code="QBO_DUP_DOCNO", told=vendor_and_a_taken_number,
         button="Change number", saves=says(number="FREE-1")),
    Case(code="QBO_INACTIVE_REF", told=says(),
         breaks=changes("Account", "Printing and stationery", Active=False),
         button="Edit", saves=CLEANING),
    Case(code="QBO_BAD_REF", told=says(), breaks=removes_the_account,
         button="Edit", saves=CLEANING),
    Case(code="QBO_FEATURE", told=names("tracking_1", "tracking", "Kendal"),
         breaks=plan("QuickBooks Online Essentials"),
         button="Choose tracking", saves=says(tracking_1="")),
    Case(code="QBO_NO_BILL", told=paid_by_cheque_if_need_be,
         breaks=plan("QuickBooks Online Simple Start"),
         button="Change destination", saves=says(publish_to="cheque")),
    Case(code="QBO_ONE_CURRENCY", told=vendor, breaks=goes_abroad, mends=comes_home),
    Case(code="QBO_INACTIVE", told=says(), breaks=struck("subscription_lapsed"),
         mends=struck("none")),
    Case(code="QBO_FEATURE", told=says(), breaks=struck("not_entitled"), mends=struck("none")),
)  # fmt: skip


@ONLY_SQLITE
@pytest.mark.parametrize("case", XERO, ids=lambda case: case.code)
async def test_what_xero_refuses_is_told_mended_and_there_once(
    world: World, clock: Clock, case: Case
) -> None:
    await _refused_told_and_mended(await connected(world, clock, *OAKWOOD), case)


@ONLY_SQLITE
@pytest.mark.parametrize("case", QUICKBOOKS, ids=lambda case: case.code)
async def test_what_quickbooks_refuses_is_told_mended_and_there_once(
    world: World, clock: Clock, case: Case
) -> None:
    await _refused_told_and_mended(await connected(world, clock, *BAKERY), case)


async def _refused_told_and_mended(desk: Desk, case: Case) -> None:
    item = await an_item(desk, **await case.told(desk))
    assert item.problems == []
    await desk.publish(item)
    case.breaks(desk)
    await desk.work()
    refused = await desk.publication(item)
    outcome, own = desk.world.card("publishing:"), await card_of(desk, item)
    words = catalogue.told(case.code, {"text": (await desk.item(item)).error.get("text", "")})

    assert refused.state == PublicationState.REFUSED
    assert (await desk.item(item)).error["code"] == case.code
    assert "1 not published" in said(outcome)
    for shown in (said(outcome), said(own)):
        assert _escaped(words.title) in shown
        assert _escaped(words.remedy) in shown
    await _mend(desk, case, item, own)
    await desk.world.press(ANA, outcome, "Retry 1")
    await desk.work()

    assert (await desk.publication(item)).problems == []
    await row_of(desk, item)
    after = await desk.item(item)
    assert (after.state, after.error) == (ItemState.ARCHIVED, {})


async def _mend(desk: Desk, case: Case, item: Item, own: Answer) -> None:
    if case.mends is not None:
        case.mends(desk)
        return
    assert case.saves is not None
    await presses(desk, own, case.button, **await case.saves(desk))


async def presses(desk: Desk, shown: Answer, label: str, **values: str) -> Answer:
    """Press a button beside what is wrong, and fill in what it asks for."""
    form = await desk.world.press(ANA, shown, label, first=True)
    if not isinstance(form, Form):
        return form
    return await desk.world.submit(ANA, form, **(filled_in(form) | values))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


async def test_what_is_refused_for_many_causes_is_grouped_by_them_and_retried_at_once(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    together = [case for case in XERO if case.code not in ALONE]
    items = [await an_item(desk, **await case.told(desk)) for case in together]
    good = await an_item(desk)
    await desk.publish(good)
    await desk.work()
    await desk.publish(*items)
    for case in together:
        case.breaks(desk)
    await desk.work()
    outcome = world.card("publishing:")
    for case, item in zip(together, items, strict=True):
        await _mend(desk, case, item, await card_of(desk, item))
    await world.press(ANA, outcome, f"Retry {len(items)}")
    await desk.work()

    for case in together:
        assert _escaped(catalogue.entry(case.code).remedy) in said(outcome)
    assert {each.state for each in await desk.all(Publication)} == {PublicationState.PUBLISHED}
    for item in (good, *items):
        await row_of(desk, item)


# These break what the others need: the account, rate or day they have, the plan, every call.
ALONE = frozenset({"XERO_ACCOUNT_INVALID", "XERO_ACCOUNT_ARCHIVED", "XERO_TAX_ACCOUNT",
                   "XERO_LOCK_DATE", "XERO_BILL_LIMIT", "XERO_UNAUTHORISED"})  # fmt: skip


@ONLY_SQLITE
async def test_a_user_without_access_pauses_the_queue_until_somebody_reconnects(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *BAKERY)
    item = await an_item(desk)
    await desk.publish(item)
    struck("no_access")(desk)
    await desk.work(rounds=1)
    waiting, card = await desk.publication(item), said(world.card("publishing:"))
    await world.work("connections.tell_lost")
    blocked = await rejudged(desk, await an_item(desk))
    struck("none")(desk)
    await world.sign_in(await world.relink(clock), "Bright Bakery")
    await world.work("lists.refresh")
    await desk.work()

    assert waiting.state == PublicationState.WAITING
    assert "1 of 1 wait: QuickBooks Online no longer accepts our permission" in card
    assert "PRE_CONNECTION" in [each["code"] for each in blocked.problems]
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    await row_of(desk, item)


@ONLY_SQLITE
@pytest.mark.parametrize("where", [OAKWOOD, BAKERY], ids=["XERO_QUOTE_429", "QBO_THROTTLE"])
async def test_a_spent_allowance_is_told_and_waited_out(
    world: World, clock: Clock, where: tuple[str, str]
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk)
    await desk.publish(item)
    resource = "Invoices" if desk.vendor == "xero" else "batch"
    target = f"{desk.vendor}:{desk.organisation}/{resource}"
    world.ledgers.set_fault(target, "rate_day", times=2, retry_after=3_000)
    await desk.work(rounds=1)
    waiting = said(world.card("publishing:"))
    await desk.work()

    assert "allows no more calls now. They go on by themselves" in waiting
    assert (await desk.publication(item)).state == PublicationState.PUBLISHED
    await row_of(desk, item)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What we see before anything is sent; `saves` is for the form behind the `button`."""

    code: str
    told: Told
    button: str
    saves: Told
    part: str = ""  # the field to correct, where the button leads to a page about all items
    before: Callable[[Desk], None] = field(default=lambda desk: None)


async def a_bank(desk: Desk) -> Mapping[str, str]:
    return {"bank_account": (await desk.some("banks")).remote_id}


async def a_customer(desk: Desk) -> Mapping[str, str]:
    return {"customer": (await desk.some("contacts", is_customer=True)).remote_id}


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
    Seen(code="PRE_MISSING", told=says(account=""), button="Fill in",
         saves=names("account", "accounts", "461")),
    Seen(code="PRE_MISSING", told=says(supplier=""), button="Fill in",
         saves=says(supplier="Paper & Pens")),
    Seen(code="PRE_LOCKED", told=says(), before=organisation(PeriodLockDate=date(2026, 5, 31)),
         button="Send as draft", saves=says(publish_as="draft")),
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
async def test_a_plan_without_bills_names_what_it_has_instead(world: World, clock: Clock) -> None:
    desk = await connected(world, clock, "Fox Cycles", "quickbooks")
    seen = Seen(code="QBO_NO_BILL", told=paid_by_cheque_if_need_be,
                button="Change destination", saves=says(publish_to="cheque"))  # fmt: skip
    await _all_seen_told_and_mended(desk, (seen,))


async def _all_seen_told_and_mended(desk: Desk, cases: tuple[Seen, ...]) -> None:
    for case in cases:
        case.before(desk)
        if case.code == "PRE_LOCKED":
            await refreshed(desk)
        item = await an_item(desk, **await case.told(desk))
        found = next(each for each in item.problems if each["code"] == case.code)
        held, own = await desk.publish(item), await card_of(desk, item)
        words = catalogue.told(case.code, {"software": "QuickBooks Online", **found["facts"]})

        assert "cannot go yet" in said(held), case.code
        assert _escaped(words.title) in said(own), case.code
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
            await refreshed(desk)


async def refreshed(desk: Desk) -> None:
    """The lists are read anew."""
    connection = await desk.world.connection(desk.client.name)
    desk.clock.advance(timedelta(minutes=5))
    await desk.world.practice.press(ANA, call("lists.refresh_one", connection=connection.id))
    await desk.world.work("lists.refresh")


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


@dataclass(frozen=True, kw_only=True)
class Since:
    """What has happened to the record in Xero, what the `button` says, and what is `left`."""

    happened: Mapping[str, str] = field(default_factory=dict)
    publish_as: str = "awaiting payment"
    button: str
    left: Mapping[str, int]


SINCE = {
    "still a draft": Since(publish_as="draft", button="Update the draft", left={"DRAFT": 1}),
    "XERO_NOT_MODIFIABLE": Since(
        button="Void it and make it anew", left={"VOIDED": 1, "AUTHORISED": 1}
    ),
    "XERO_VOIDED": Since(
        happened={"Status": "VOIDED"},
        button="Make it anew",
        left={"VOIDED": 1, "AUTHORISED": 1},
    ),
    "XERO_ID_MISSING": Since(
        happened={"Status": "DELETED"},
        publish_as="draft",
        button="Make it anew",
        left={"DELETED": 1, "DRAFT": 1},
    ),
    "XERO_NOT_DRAFT": Since(
        happened={"Status": "AUTHORISED"},
        publish_as="draft",
        button="Void it and make it anew",
        left={"VOIDED": 1, "DRAFT": 1},
    ),
}


class TestRecordsThatChanged:
    """What became of the record in Xero is looked at before it is made again."""

    @ONLY_SQLITE
    @pytest.mark.parametrize("since", SINCE.values(), ids=SINCE)
    async def test_an_item_that_came_back_is_held_until_it_is_republished_safely(
        self, world: World, clock: Clock, since: Since
    ) -> None:
        desk, item = await self._published(world, clock, publish_as=since.publish_as)
        (row,) = desk.documents("FIRST-1")
        if since.happened:
            desk.books.change("Invoices", row.id, since.happened, at=clock.at)
        back = await self._brought_back(desk, item)
        await desk.publish(item)
        await desk.work()
        asked = await presses(desk, await card_of(desk, item), "Republish safely")
        untouched = len(desk.documents("FIRST-1"))
        await world.press(ANA, asked, since.button)
        await desk.work()

        assert [each["code"] for each in back.problems] == ["PRE_ALREADY_PUBLISHED"]
        assert untouched == 1
        assert Counter(row.fields["Status"] for row in desk.documents("FIRST-1")) == since.left

    @ONLY_SQLITE
    async def test_what_is_paid_is_left_alone_until_the_payment_is_taken_off(
        self, world: World, clock: Clock
    ) -> None:
        desk = await connected(world, clock, *OAKWOOD)
        bank = await a_bank(desk)
        item = await an_item(desk, number="FIRST-1", publish_as="paid", paid="yes", **bank)
        await published(desk, item)
        await self._brought_back(desk, item)
        asked = await presses(desk, await card_of(desk, item), "Republish safely")

        assert not {"Void it and make it anew", "Make it anew"} & set(buttons(asked))
        assert "payment" in said(asked).casefold() or "paid" in said(asked).casefold()
        assert len(desk.documents("FIRST-1")) == 1

    @ONLY_SQLITE
    async def test_clearing_makes_a_second_generation_and_no_third(
        self, world: World, clock: Clock
    ) -> None:
        desk, item = await self._published(world, clock)
        (row,) = desk.documents("FIRST-1")
        desk.books.change("Invoices", row.id, {"Status": "VOIDED"}, at=clock.at)
        await self._brought_back(desk, item, clear="yes")
        for _ in range(3):
            await desk.publish(item)
            await desk.work()

        assert Counter(row.fields["Status"] for row in desk.documents("FIRST-1")) == {
            "VOIDED": 1, "AUTHORISED": 1,
        }  # fmt: skip

    async def _published(self, world: World, clock: Clock, **told: str) -> tuple[Desk, Item]:
        desk = await connected(world, clock, *OAKWOOD)
        item = await an_item(desk, number="FIRST-1", **told)
        await published(desk, item)
        return desk, item

    async def _brought_back(self, desk: Desk, item: Item, *, clear: str = "no") -> Item:
        version = (await desk.item(item)).version
        does = call("items.unarchive", item=item.id, version=version, clear=clear)
        await desk.world.practice.press(ANA, does)
        return await desk.item(item)


@ONLY_SQLITE
@pytest.mark.parametrize("where", [OAKWOOD, BAKERY], ids=["XERO_CHARS", "QBO_UTF8"])
async def test_characters_that_ledgers_refuse_are_left_out(
    world: World, clock: Clock, where: tuple[str, str]
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk, description="Pa\x07per\x00", note="For\x1f the fair")
    (publication,) = await published(desk, item)
    fields = (await row_of(desk, item))[1].fields

    assert publication.state == PublicationState.PUBLISHED
    assert "Paper" in str(fields.get("LineItems") or fields.get("Line"))


@pytest.mark.parametrize("where", [OAKWOOD, BAKERY], ids=["XERO_IMAGE", "QuickBooks"])
async def test_a_file_that_did_not_go_is_told_and_tried_again_alone(
    world: World, clock: Clock, where: tuple[str, str]
) -> None:
    desk = await connected(world, clock, *where)
    item = await an_item(desk, files={"receipt.exe": b"%PDF-1.4 a receipt"})
    (publication,) = await published(desk, item)
    outcome = world.card("publishing:")
    await world.press(ANA, outcome, "Try the rest again")
    await desk.work()
    again = await desk.publication(item)

    assert (publication.state, publication.files) == (
        PublicationState.PUBLISHED, StepState.REFUSED,
    )  # fmt: skip
    assert "published without its picture" in said(outcome)
    assert again.files == StepState.REFUSED
    await row_of(desk, item)


@ONLY_SQLITE
async def test_a_file_too_large_for_xero_is_told_by_its_name(world: World, clock: Clock) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    item = await an_item(desk, files={"receipt.pdf": b"%PDF" + bytes(10 * 1024 * 1024 + 1)})
    (publication,) = await published(desk, item)

    assert publication.files == StepState.REFUSED
    assert publication.notice["files"]["code"] == "XERO_FILE_10MB"
    assert catalogue.entry("XERO_FILE_10MB").title in said(world.card("publishing:"))
    await row_of(desk, item)


@ONLY_SQLITE
async def test_a_payment_that_did_not_go_is_told_and_made_once_when_it_can_be(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *OAKWOOD)
    bank = await desk.entry("banks", "Deposit Account")
    item = await an_item(desk, publish_as="paid", paid="yes", bank_account=bank)
    await desk.publish(item)
    changes("Accounts", "Deposit Account", Status="ARCHIVED")(desk)
    await desk.work()
    outcome, unpaid = world.card("publishing:"), await desk.publication(item)
    changes("Accounts", "Deposit Account", Status="ACTIVE")(desk)
    await world.press(ANA, outcome, "Try the rest again")
    await desk.work()

    assert (unpaid.state, unpaid.payment) == (PublicationState.PUBLISHED, StepState.REFUSED)
    assert unpaid.notice["payment"]["code"] == "XERO_BANK_UNKNOWN"
    assert "published, not marked as paid" in said(outcome)
    assert (await row_of(desk, item))[1].fields["Status"] == "PAID"
    assert len((await row_of(desk, item))[1].fields["Payments"]) == 1
