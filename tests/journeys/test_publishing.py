"""What is dropped in a client's channel becomes a document of its ledger, once, with its file."""

import base64
import io
from typing import Any

import pytest
from matplotlib.figure import Figure

from bot.sandbox.driver import Seen
from tests.journeys.office import Office, channel_of

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("publishing"),
]

INVOICE = (
    "Paper & Pens Ltd", "12 High Street, Leeds LS1 4AB", "VAT No GB 123 4567 73", "INVOICE",
    "Invoice number: {number}", "Invoice date: 1 October 2026", "Due date: 31 October 2026",
    "Printing paper A4", "Net      £100.00", "VAT 20%   £20.00", "Total   £120.00",
)  # fmt: skip
ARCHIVED = (
    "Account code '461' has been archived, or has been deleted. "
    "Each line item must reference a valid account."
)
CLIENTS = (
    ("Acme Ltd", "Xero", "Acme Limited", "20% (VAT on Expenses)"),
    ("Bright Bakery", "QuickBooks Online", "Bright Bakery", "20.0% S"),
)


def invoice(number: str) -> bytes:
    """A page with words on it, as a PDF."""
    page = Figure(figsize=(5, 7))
    for place, line in enumerate(INVOICE):
        page.text(0.08, 0.93 - 0.06 * place, line.format(number=number), fontsize=12)
    written = io.BytesIO()
    page.savefig(written, format="pdf")
    return written.getvalue()


async def drop(office: Office, client: str, name: str, content: bytes) -> None:
    await office.driver.post(
        "upload",
        user="ana",
        channel=channel_of(client),
        filename=name,
        content_base64=base64.b64encode(content).decode(),
    )


async def coded(office: Office, card: Seen, tax: str) -> Seen:
    """Give it a category and a tax rate, in the form behind its card."""
    await office.driver.press("ana", card, "Edit")
    await office.driver.await_modal("ana", "Edit item")
    await office.driver.submit("ana", Category="Printing", Tax=tax)
    await office.driver.await_modal("ana", "Changed")
    await office.driver.close("ana")
    return await office.driver.reread("ana", card, "Ready for")


async def acme(office: Office) -> None:
    """Acme Ltd is connected, whichever test comes first."""
    if not await office.said("acme", "is connected to"):
        await office.connected("Acme Ltd", "Xero", "Acme Limited")


def documents(office: Office, organisation: str, number: str) -> list[Any]:
    books = office.ledgers.organisation(organisation)
    tables = ("Invoices",) if organisation == "Acme Limited" else ("Bill",)
    return [row for table in tables for row in books.rows(table) if number in str(row.fields)]


@pytest.mark.parametrize(("client", "software", "organisation", "tax"), CLIENTS)
async def test_a_dropped_invoice_becomes_a_bill_with_its_file(
    shared: Office, client: str, software: str, organisation: str, tax: str
) -> None:
    if not await shared.said(channel_of(client), "is connected to"):
        await shared.connected(client, software, organisation)
    await drop(shared, client, "invoice.pdf", invoice("INV-2077"))
    card = await shared.driver.read(
        "ana", channel_of(client), "Paper & Pens", "category is missing"
    )
    ready = await coded(shared, card, tax)
    await shared.driver.press("ana", ready, "Publish")
    outcome = await shared.driver.read("ana", channel_of(client), "1 item to", "1 published")
    await shared.driver.reread("ana", card, "Published")

    assert len(documents(shared, organisation, "INV-2077")) == 1
    assert "INV-2077" in outcome.plain


async def test_a_private_card_follows_its_form_and_goes_when_the_channel_tells_the_rest(
    shared: Office,
) -> None:
    await acme(shared)
    await drop(shared, "Acme Ltd", "private.pdf", invoice("INV-5005"))
    card = await shared.driver.read("ana", "acme", "private.pdf", "category is missing")
    await shared.driver.press("ana", card, "Open")
    own = await shared.driver.read("ana", "acme", "private.pdf", "Category –")
    await shared.driver.press("ana", own, "Edit")
    await shared.driver.await_modal("ana", "Edit item")
    await shared.driver.submit("ana", Category="Printing", Tax=CLIENTS[0][3])
    ready = await shared.driver.reread("ana", own, "461 Printing")
    await shared.driver.press("ana", ready, "Publish")
    outcome = await shared.driver.read("ana", "acme", "1 published", "INV-5005")
    left = [each for each in await shared.driver.messages("ana", "acme") if each.ts == own.ts]

    assert own.is_private
    assert await shared.driver.modal("ana") is None
    assert "(draft bill, with its file" in outcome.plain
    assert left == []


async def test_a_refusal_is_explained_in_its_thread_and_mended_by_its_button(
    shared: Office,
) -> None:
    await acme(shared)
    await drop(shared, "Acme Ltd", "refused.pdf", invoice("INV-4001"))
    card = await shared.driver.read("ana", "acme", "refused.pdf", "category is missing")
    ready = await coded(shared, card, CLIENTS[0][3])
    await shared.fault("xero:Acme Limited/Invoices", "refused", text=ARCHIVED)
    await shared.driver.press("ana", ready, "Publish")
    outcome = await shared.driver.read("ana", "acme", "1 not published", "461 is archived")
    why = await shared.driver.read("ana", "acme", "Xero said:", "INV-4001", "Who can:")
    await shared.driver.press("ana", outcome, "Retry 1")
    mended = await shared.driver.read("ana", "acme", "1 published", "INV-4001")
    over = await shared.driver.reread("ana", why, "Nothing of this is refused any more")

    assert why.thread_ts == over.thread_ts == outcome.ts
    assert mended.ts != outcome.ts
    assert len(documents(shared, "Acme Limited", "INV-4001")) == 1


async def test_the_same_file_twice_is_one_item(shared: Office) -> None:
    await acme(shared)
    content = invoice("INV-3001")
    await drop(shared, "Acme Ltd", "again.pdf", content)
    await shared.driver.read("ana", "acme", "again.pdf", "category is missing")
    await drop(shared, "Acme Ltd", "again.pdf", content)
    second = await shared.driver.read("ana", "acme", "again.pdf", "handed in before")

    assert "Nothing was added" in second.plain


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing.pdf", b"", "nothing in it"),
        ("login.pdf", b"<!doctype html><title>Sign in</title>", "page of a web site"),
        ("music.mp3", b"ID3\x03 a song", "recording"),
    ],
)
async def test_what_is_no_document_is_answered(
    shared: Office, name: str, content: bytes, words: str
) -> None:
    await acme(shared)
    await drop(shared, "Acme Ltd", name, content)
    answer = await shared.driver.read("ana", "acme", name, words)

    assert "Publish" not in answer.buttons
    assert len(await shared.said("acme", words)) == 1


async def test_a_file_in_a_direct_message_asks_whose_it_is(shared: Office) -> None:
    await acme(shared)
    await shared.driver.post(
        "upload",
        user="ana",
        channel="@ana",
        filename="taxi.pdf",
        content_base64=base64.b64encode(invoice("TAXI-1")).decode(),
    )
    asked = await shared.driver.read("ana", "@ana", "Whose is this?")
    await shared.driver.click(
        "ana", "Find a client", channel="@ana", ts=asked.ts, option="Acme Ltd"
    )
    card = await shared.driver.read("ana", "@ana", "taxi.pdf", "category is missing")

    assert {"Edit", "Open"} <= set(card.buttons)
    assert "£120.00" in card.plain


async def test_a_sheet_becomes_many_items(shared: Office) -> None:
    await acme(shared)
    sheet = (
        "Supplier,Date,Number,Total,Tax,Currency\n"
        "Northern Power,2026-09-01,NP-1,60.00,10.00,GBP\n"
        "Northern Power,2026-10-01,NP-2,sixty,10.00,GBP\n"
        "Corner Café,2026-10-03,CC-9,12.00,2.00,GBP\n"
    )
    await drop(shared, "Acme Ltd", "items.csv", sheet.encode())
    card = await shared.driver.read("ana", "acme", "items.csv", "Row 3")
    listed = await shared.driver.ask("ana", "acme", '/dext items "Acme Ltd"', "Northern Power")

    assert "sixty" in card.plain
    assert "Corner Café" in listed.plain


async def expense(office: Office, client: str, supplier: str, total: str, tax: str) -> None:
    """Ana enters what she paid herself, and gives it a category and a tax rate."""
    await office.driver.type("ana", channel_of(client), f"items add {client}")
    await office.driver.await_modal("ana", "Add an item")
    entered = {"Add to": "Expense claims", "Supplier, or customer of a sale": supplier,
               "Total, tax included": total, "Currency": "GBP"}  # fmt: skip
    await office.driver.submit("ana", **entered)
    await office.driver.await_modal("ana", supplier, "category is missing")
    await office.driver.click("ana", "Edit", surface="modal")
    await office.driver.await_modal("ana", "Edit item")
    await office.driver.submit("ana", Category="Printing", Tax=tax)
    await office.driver.await_modal("ana", "Changed")
    await office.driver.close("ana")


@pytest.mark.parametrize(("client", "software", "organisation", "tax"), CLIENTS)
async def test_what_somebody_paid_herself_is_claimed_back_in_one_document(
    shared: Office, client: str, software: str, organisation: str, tax: str
) -> None:
    channel = channel_of(client)
    if not await shared.said(channel, "is connected to"):
        await shared.connected(client, software, organisation)
    await expense(shared, client, "City Cabs", "35.10", tax)
    await expense(shared, client, "Hotel Post", "84.90", tax)
    page = await shared.driver.ask(
        "ana", channel, f"claims {client}", "Expense claims of", "£120.00", "2 items"
    )
    await shared.driver.press("ana", page, "Publish claim")
    outcome = await shared.driver.read("ana", channel, "Expense claim of Ana", "1 published")
    (document,) = documents(shared, organisation, "Hotel Post")

    assert "City Cabs" in str(document.fields)
    assert "£120.00" in outcome.plain
