"""A person plays the accountant, in a browser that runs no scripts."""

import shutil

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.ledgers.quickbooks.office.page import FAULTS
from bot.sandbox.server import running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
BAKERY = "Bright Bakery"
ADDRESS = f"/ledgers/quickbooks/books/{BAKERY}"
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture
async def page(ledgers):
    """The page of a company, open in a browser."""
    async_api = pytest.importorskip("playwright.async_api")
    app = Starlette(routes=[Mount("/ledgers", routes=ledgers.routes())])
    async with running(app) as base_url, async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(java_script_enabled=False)
        await page.goto(base_url + ADDRESS)
        yield page
        await browser.close()


def panel(page, heading):
    return page.locator("form.panel").filter(
        has=page.get_by_role("heading", name=heading, exact=True)
    )


async def fill(page, heading, button, **fields):
    form = panel(page, heading)
    for name, value in fields.items():
        await form.locator(f"input[name={name}]").fill(value)
    await form.get_by_role("button", name=button, exact=True).click()


@pytest.mark.browser
@in_a_browser
async def test_a_bill_is_added_paid_found_and_deleted(page, ledgers):
    bakery = ledgers.organisation(BAKERY)
    vendor = bakery.rows("Vendor")[15].fields["DisplayName"]
    await fill(page, "Bill", "Add", vendor=vendor, amount="250")
    first = page.locator("table tr").nth(1)
    added = await first.inner_text()
    await first.get_by_role("button", name="Pay").click()
    paid = bakery.rows("Bill")[-1].fields["Balance"]
    await page.get_by_label("Number, name or kind").fill("billpayment")
    await page.get_by_role("button", name="Find").click()
    kinds = await page.locator("table tr td:first-child").all_inner_texts()
    await page.locator("table tr").nth(1).get_by_role("button", name="Delete").click()

    assert vendor in added
    assert "GBP 300.00" in added
    assert paid == 0
    assert set(kinds) == {"BillPayment"}
    assert bakery.rows("Bill")[-1].fields["Balance"] == 300
    assert await page.get_by_role("status").count() == 1


@pytest.mark.browser
@in_a_browser
async def test_names_are_retired_and_merged_and_the_books_are_closed(page, ledgers):
    bakery = ledgers.organisation(BAKERY)
    loser, winner = bakery.rows("Customer")[20:22]
    await panel(page, "Lists").locator("select").select_option("Account")
    await fill(page, "Lists", "Make inactive", name="Travel")
    await fill(page, "Merge", "Merge", name=loser.id, into=winner.id)
    await fill(page, "Closing date", "Set", date="2026-06-30")

    assert bakery.find("Account", "Travel (deleted)").fields["Active"] is False
    assert bakery.get("Customer", loser.id) is None
    preferences = bakery.rows("Preferences")[0].fields["AccountingInfoPrefs"]
    assert preferences["BookCloseDate"] == "2026-06-30"


@pytest.mark.browser
@in_a_browser
async def test_what_cannot_be_done_is_said(page):
    await fill(page, "Invoice", "Add", customer="Nobody at all", amount="1")

    assert "has nothing called 'Nobody at all'" in await page.get_by_role("alert").inner_text()


REFUSALS = {
    "unauthorized": 401,
    "forbidden_organisation": 403,
    "rate_minute": 429,
    "server_error": 500,
    "unavailable_html": 503,
    "expire_access": 401,
}


@pytest.mark.parametrize(("fault", "status"), REFUSALS.items())
async def test_a_switch_breaks_the_next_call(practice, fault, status):
    tokens = await practice.quickbooks(BAKERY)
    answer = await practice.client.post(f"{ADDRESS}/fault", data={"fault": fault, "times": "1"})
    broken = await practice.call_quickbooks(tokens, "preferences")

    assert answer.status_code == 303
    assert broken.status_code == status


async def test_a_switch_can_stay_until_it_is_cleared(practice):
    tokens = await practice.quickbooks(BAKERY)
    await practice.client.post(f"{ADDRESS}/fault", data={"fault": "server_error", "times": "0"})
    broken = [(await practice.call_quickbooks(tokens, "preferences")) for _ in range(3)]
    await practice.client.post(f"{ADDRESS}/fault", data={"fault": "none"})
    whole = await practice.call_quickbooks(tokens, "preferences")

    assert {answer.status_code for answer in broken} == {500}
    assert whole.status_code == 200


async def test_every_switch_is_on_the_page_and_works(practice):
    shown = (await practice.client.get(ADDRESS)).text
    for fault, words in FAULTS.items():
        answer = await practice.client.post(f"{ADDRESS}/fault", data={"fault": fault.value})
        assert words in shown
        assert "done=" in answer.headers["location"]


@pytest.mark.parametrize("data", [{"fault": "earthquake"}, {"fault": "slow", "times": "many"}])
async def test_a_switch_that_is_none_is_said_to_be(practice, data):
    answer = await practice.client.post(f"{ADDRESS}/fault", data=data)

    assert "wrong=" in answer.headers["location"]


async def test_the_page_escapes_what_people_write(practice):
    answer = await practice.client.get(ADDRESS, params={"find": "<b>", "wrong": "<script>x"})

    assert "<script>x" not in answer.text
    assert "&lt;script&gt;x" in answer.text


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "Nobody"), ("POST", "Nobody"), ("POST", "Nobody/fault")]
)
async def test_there_is_no_page_of_nobody(practice, method, path):
    answer = await practice.client.request(method, f"/ledgers/quickbooks/books/{path}")

    assert answer.status_code == 400


async def test_the_first_page_is_found_without_a_name(practice):
    answer = await practice.client.get("/ledgers/quickbooks/books", follow_redirects=True)

    assert BAKERY in answer.text
    assert "Fox Cycles" in answer.text
