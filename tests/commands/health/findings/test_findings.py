"""The findings of a check: found by its name, paged, filtered, sorted, with links."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, update

from bot.slack.limits import check_message
from bot.slack.render import message
from commands.charts import Chart
from commands.errors import NotAllowed, Refused
from commands.health.samples import contact, day, invoice, line
from commands.replies import Filter, Reply, Table
from providers.books import AnyRecord
from storage.models import Connection, HealthFinding, Organisation, Status, Sync
from tests.commands.health.reading import CODE, TWO, menu, opened, pressed, twice
from tests.commands.health.surgery import CHANNEL, Surgery, a_surgery
from tests.commands.practice import ANA, BEN, Practice, buttons, words
from tests.conftest import Clock


@pytest.mark.parametrize(
    "typed",
    ["duplicate-transactions acme", "duplicate transactions Acme Ltd", '"duplicate tr" acme'],
)
async def test_a_check_is_found_by_its_code_its_title_or_its_beginning(
    surgery: Surgery, typed: str
) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    page = await surgery.practice.say(ANA, f"check {typed}")

    assert "■ *Duplicate transactions · Acme Ltd* 2 groups, £180" in words(page)
    assert "A bill entered twice may be paid twice" in words(page)
    assert "*What to do:*" in words(page)


async def test_in_a_clients_channel_the_client_goes_without_saying(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    page = await surgery.practice.say(ANA, "check duplicate transactions", CHANNEL)

    assert "Duplicate transactions · Acme Ltd" in words(page)


async def test_without_a_check_it_asks_which(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    asked = await surgery.practice.say(ANA, "check", CHANNEL)
    assert isinstance(asked, Reply)
    [pick] = [part for part in asked.parts if isinstance(part, Filter)]
    page = await surgery.practice.press(ANA, pick.does.having(check=CODE), CHANNEL)

    assert pick.source == "health.checks"
    assert "Duplicate transactions · Acme Ltd" in words(page)


async def test_an_unknown_check_names_the_nearest(surgery: Surgery) -> None:
    with pytest.raises(Refused) as said:
        await surgery.practice.say(ANA, "check duplicats acme")

    assert "No check is called “duplicats acme”" in words(said.value)
    assert "Duplicate transactions" in buttons(said.value)


async def test_each_finding_says_how_much_how_old_and_where(surgery: Surgery) -> None:
    async with surgery.practice.database.begin() as session:
        await session.execute(
            update(Organisation).values(details={"short_code": "!ab12", "lock_date": "2026-06-02"})
        )
    await surgery.holds(*TWO)
    await surgery.look()
    page = words(await opened(surgery))

    assert "*Paper &amp; Pens* · £120.00 · 37 days · Locked" in page
    assert "same number INV-77." in page
    assert "shortcode=!ab12&amp;redirecturl=/AccountsPayable/Edit.aspx%3FInvoiceID%3Dc1-1|" in page


async def test_links_into_quickbooks_say_what_they_take(practice: Practice, clock: Clock) -> None:
    surgery = await a_surgery(practice, clock, provider="quickbooks")
    await surgery.holds(*[_as_in_quickbooks(record) for record in TWO])
    await surgery.look()
    page = words(await opened(surgery))

    assert "pagereq=bill%3FtxnId%3Dc1-1&amp;deeplinkcompanyid=" in page
    assert "Sign in to the right company" in page


def _as_in_quickbooks(record: AnyRecord) -> AnyRecord:
    source = {"Invoices": "Bill", "Contacts": "Vendor"}[record.source]
    return msgspec.structs.replace(record, source=source)


async def test_pages_turn_and_keep_the_order(surgery: Surgery) -> None:
    many = [
        record
        for number in range(1, 11)
        for record in twice(f"c{number}", f"Supplier {number:02}", f"{number}00.00")
    ]
    await surgery.holds(*many)
    await surgery.look()
    first = await opened(surgery)
    second = await surgery.practice.press(ANA, pressed(first, "Next")[0])
    by_name = await surgery.practice.press(ANA, menu(second, "Sort").does.having(order="name"))

    assert words(first).index("Supplier 10") < words(first).index("Supplier 09")
    assert "1 to 8 of 10 open" in words(first)
    assert "9 to 10 of 10 open" in words(second)
    assert "Supplier 01" in words(second)
    assert words(by_name).index("Supplier 01") < words(by_name).index("Supplier 02")
    assert "1 to 8 of 10" in words(by_name)


async def test_findings_are_searched_by_name_and_by_what_is_said(surgery: Surgery) -> None:
    many = [record for n in range(9) for record in twice(f"s{n}", f"Supplier {n}")]
    await surgery.holds(*TWO, *many)
    await surgery.look()
    page = await opened(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Search")[0])
    by_name = await surgery.practice.submit(ANA, form, search="PENS")
    by_text = await surgery.practice.submit(ANA, form, search="inv-77")
    nothing = await surgery.practice.submit(ANA, form, search="100%_")
    every = await surgery.practice.press(ANA, pressed(by_name, "Without the search")[0])

    assert "1 open with “PENS”" in words(by_name)
    assert "Paper &amp; Pens" in words(by_text)
    assert "Nothing open has “100%_” in it" in words(nothing)
    assert "of 11 open" in words(every)


async def test_purchases_and_sales_are_told_apart(surgery: Surgery) -> None:
    sold = [
        invoice(f"s-{n}", line("70.00", "200"), contact_id="c9", date=day(6, n)) for n in (1, 3)
    ]
    await surgery.holds(*TWO, contact("c9", "Regular"), *sold)
    await surgery.look()
    kinds = menu(await opened(surgery), "Type")
    labels = {each.label: each.value for each in kinds.options}
    sales = await surgery.practice.press(ANA, kinds.does.having(kind=labels["Sales (1)"]))
    every = await surgery.practice.press(ANA, menu(sales, "Type").does.having(kind=labels["All"]))

    assert list(labels) == ["All", "Purchases (2)", "Sales (1)"]
    assert "1 open, sales" in words(sales)
    assert "Regular" in words(sales)
    assert "Cleaners" not in words(sales)
    assert "3 open" in words(every)


async def test_an_open_view_on_older_books_says_so(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    page = await opened(surgery)
    await surgery.holds(*twice("c3", "Gas"))
    stale = await surgery.practice.press(ANA, menu(page, "Show").does.having(shown="open"))
    recalculated = await surgery.practice.press(ANA, pressed(stale, "Recalculate now")[0])
    same_view = await surgery.practice.press(ANA, pressed(page, "Dismiss")[0].having())

    assert "Data has changed* since this was looked at: the books were synced" in words(stale)
    assert "3 groups" in words(recalculated)
    assert "Dismissed *Paper &amp; Pens*" in words(same_view)


async def test_a_page_opened_before_the_last_look_says_so(surgery: Surgery) -> None:
    many = [record for n in range(9) for record in twice(f"s{n}", f"Supplier {n}")]
    await surgery.holds(*many)
    await surgery.look()
    page = await opened(surgery)
    await surgery.holds(*TWO)
    await surgery.look()
    following = await surgery.practice.press(ANA, pressed(page, "Next")[0])

    assert "Data has changed* since this was opened" in words(following)
    assert "since this was opened" not in words(await opened(surgery))


async def test_findings_are_for_those_who_work_for_the_client(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    page = await opened(surgery)

    for does in (pressed(page, "Dismiss")[0], pressed(page, "Health")[0]):
        with pytest.raises(NotAllowed):
            await surgery.practice.press(BEN, does)


async def test_a_check_without_findings_says_so(surgery: Surgery) -> None:
    await surgery.holds()
    async with surgery.practice.database.begin() as session:
        await session.execute(update(Sync).values(synced_at=surgery.clock() - timedelta(hours=1)))
    await surgery.look()

    assert "No finding is open." in words(await opened(surgery))


async def test_a_remedy_in_the_ledger_is_offered_while_it_can_be_written(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    remedy = {"change": "set contact default", "label": "Set as default", "arguments": {}}
    async with surgery.practice.database.begin() as session:
        row = await session.scalar(select(HealthFinding).where(HealthFinding.title == "Cleaners"))
        assert row is not None
        row.body = {**row.body, "remedy": remedy}
    page = await opened(surgery)
    [mend] = pressed(page, "Set as default")
    async with surgery.practice.database.begin() as session:
        await session.execute(update(Connection).values(status=Status.EXPIRED))
    frozen = await opened(surgery)

    assert mend.command == "health.mend"
    assert pressed(frozen, "Set as default") == []


async def test_records_are_called_by_their_names(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    async with surgery.practice.database.begin() as session:
        row = await session.scalar(select(HealthFinding).where(HealthFinding.title == "Cleaners"))
        assert row is not None
        records = [{"source": "Contacts", "remote_id": key} for key in ("c1", "c2")]
        row.body = {**row.body, "records": [*records, {"source": "TaxRates", "remote_id": "x"}]}
    page = words(await opened(surgery))

    assert "/Contacts/View/c1|Paper &amp; Pens>, <https://go.xero.com/Contacts/View/c2|Cl" in page


async def test_a_search_beyond_ascii_still_fits_into_the_menus(surgery: Surgery) -> None:
    many = [record for n in range(9) for record in twice(f"s{n}", f"{'é' * 30} {n}")]
    await surgery.holds(*many)
    await surgery.look()
    page = await opened(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Search")[0])
    found = await surgery.practice.submit(ANA, form, search="É" * 30)

    assert isinstance(found, Reply)
    assert "9 open" in words(found)
    assert check_message(message(found)) == []


async def test_the_first_page_shows_what_was_counted(surgery: Surgery) -> None:
    owed = invoice("i", date=day(3, 1), due_date=day(3, 31))
    await surgery.holds(contact("c1", "Slow Payer", is_customer=True), owed)
    await surgery.look()
    page = await surgery.practice.say(ANA, "check aged-receivables acme")
    again = await surgery.practice.press(ANA, menu(page, "Sort").does.having(order="name"))
    tables = [part for part in page.parts if isinstance(part, Table)]
    charts = [part for part in page.parts if isinstance(part, Chart)]

    assert tables[0].columns == ("Overdue", "Documents", "Owed")
    assert tables[0].rows[-1][1:] == ("1", "£120")
    assert charts[0].has_table
    assert buttons(page)["Export"]
    assert "Slow Payer" in words(again)
