"""The page on which a person plays the accountant of a Xero organisation."""

import shutil
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

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


class Buttons(HTMLParser):
    """The names and values of every button of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "button" and "value" in attributes:
            self.found.add((attributes["name"], attributes["value"]))


@pytest.fixture
def acme(ledgers):
    return ledgers.organisation("Acme Limited")


@pytest.fixture
def post(practice, acme):
    """Sends one form of Acme's page, and answers with what the page says afterwards."""

    async def post(beneath="", **form):
        answer = await practice.client.post(f"/ledgers/xero/books/{acme.key}{beneath}", data=form)
        assert answer.status_code == 303, answer.text
        address = urlsplit(answer.headers["location"])
        assert address.path == f"/ledgers/xero/books/{acme.key}"
        return {name: words[0] for name, words in parse_qs(address.query).items()}

    return post


def contact(books):
    return books.rows("Contacts")[0].fields["Name"]


async def test_a_bill_is_entered_paid_in_part_and_stands_on_top(practice, acme, post):
    entered = await post(
        action="enter", what="bill", contact=contact(acme), amount="120", number="S-7"
    )
    paid = await post(action="pay", name="S-7", amount="44")
    page = (await practice.client.get(f"/ledgers/xero/books/{acme.key}")).text
    bill = acme.find("Invoices", "S-7")

    assert entered["done"].startswith("Entered: bill of 144.00")
    assert paid["done"] == "Paid: 44.00 for S-7."
    assert (bill.fields["Total"], bill.fields["AmountDue"]) == (144, 100)
    assert page.index("S-7") < page.index("INV-")


@pytest.mark.parametrize(
    ("what", "kind", "kept"),
    [
        ("invoice", "Invoices", "ACCREC"),
        ("credit", "CreditNotes", "ACCPAYCREDIT"),
        ("spend", "BankTransactions", "SPEND"),
    ],
)
async def test_other_documents_are_entered(acme, post, what, kind, kept):
    before = len(acme.rows(kind))
    said = await post(action="enter", what=what, contact=contact(acme), amount="10.50")

    assert "done" in said
    assert len(acme.rows(kind)) == before + 1
    assert acme.rows(kind)[-1].fields["Type"] == kept


async def test_a_bill_is_voided_a_contact_merged_and_an_account_archived(acme, post):
    one, other = acme.rows("Contacts")[:2]
    await post(action="enter", what="bill", contact=one.id, amount="1", number="S-8")
    await post(action="void", kind="Invoices", name=acme.find("Invoices", "S-8").id)
    await post(action="merge", kind="Contacts", name=one.id, into=other.id)
    await post(action="archive", kind="Accounts", name="Consulting")

    assert acme.find("Invoices", "S-8").fields["Status"] == "VOIDED"
    assert acme.find("Invoices", "S-8").fields["Contact"]["ContactID"] == other.id
    assert one.fields["MergedToContactID"] == other.id
    assert acme.find("Accounts", "Consulting").fields["Status"] == "ARCHIVED"


async def test_lock_dates_are_set_shown_and_taken_away(practice, acme, post):
    await post(action="lock", period="2026-10-31", end_of_year="2026-03-31")
    page = (await practice.client.get(f"/ledgers/xero/books/{acme.key}")).text
    refused = await post(
        action="enter", what="bill", contact=contact(acme), amount="1", date="2026-10-01"
    )
    await post(action="lock", period="", end_of_year="")

    assert 'value="2026-10-31"' in page
    assert "period lock date" in refused["wrong"]
    assert "PeriodLockDate" not in acme.profile.fields


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"action": "enter", "contact": "Nobody", "amount": "1"}, "nothing called 'Nobody'"),
        ({"action": "enter", "contact": "x", "amount": "lots"}, "must be a number"),
        ({"action": "enter", "what": "wish", "amount": "1"}, "what must be one of"),
        ({}, "The form says nothing"),
    ],
)
async def test_a_form_that_cannot_be_done_says_why(post, form, words):
    assert words in (await post(**form))["wrong"]


async def test_documents_are_found_by_number_and_by_status(practice, acme):
    page = f"/ledgers/xero/books/{acme.key}"
    by_number = (await practice.client.get(page, params={"find": "INV-0003"})).text
    voided = (await practice.client.get(page, params={"find": "voided"})).text

    assert "INV-0003" in by_number
    assert "INV-0004" not in by_number
    assert voided.count('class="ended"') > 3


async def test_every_fault_of_the_page_strikes(practice, acme, post):
    tokens = await practice.xero("Acme Limited")
    page = (await practice.client.get(f"/ledgers/xero/books/{acme.key}")).text
    offered = {value for name, value in Buttons(page).found if name == "fault"}
    statuses = {}
    for fault in ("unauthorized", "not_entitled", "forbidden_organisation", "rate_day"):
        await post("/fault", fault=fault, times="1")
        answer = await practice.call_xero(tokens, "Currencies", "Acme Limited")
        statuses[fault] = answer.status_code

    assert {"timeout_after", "same_page", "malformed_body", "none"} <= offered
    assert statuses == {
        "unauthorized": 401,
        "not_entitled": 401,
        "forbidden_organisation": 403,
        "rate_day": 429,
    }
    assert (await practice.call_xero(tokens, "Currencies", "Acme Limited")).status_code == 200


@pytest.mark.parametrize("fault", ["expire_access", "revoke_refresh", "spend_refresh"])
async def test_tokens_end_from_the_page(practice, post, fault):
    tokens = await practice.xero("Acme Limited")
    await post("/fault", fault=fault)
    called = await practice.call_xero(tokens, "Currencies", "Acme Limited")
    renewed = await practice.xero_token(
        grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )

    assert called.status_code == (401 if fault == "expire_access" else 200)
    assert renewed.status_code == (200 if fault == "expire_access" else 400)


async def test_the_wrong_page_can_come_or_half_of_it(practice, post):
    tokens = await practice.xero("Acme Limited")

    async def second():
        params = {"page": 2, "pageSize": 100}
        answer = await practice.call_xero(tokens, "Invoices", "Acme Limited", params=params)
        return answer.json()

    right = await second()
    await post("/fault", fault="same_page")
    same = await second()
    await post("/fault", fault="short_page")
    short = await second()

    assert same["pagination"]["page"] == 1
    assert same["Invoices"][0] != right["Invoices"][0]
    assert short["pagination"] == right["pagination"]
    assert short["Invoices"] == right["Invoices"][:50]


async def test_only_the_demo_company_begins_again(practice, ledgers, post):
    demo = ledgers.organisation("Demo Company (UK)")
    page = await practice.client.get(f"/ledgers/xero/books/{demo.key}")
    refused = await post("/fault", fault="demo_reset")
    answer = await practice.client.post(
        f"/ledgers/xero/books/{demo.key}/fault", data={"fault": "demo_reset"}
    )
    new = ledgers.organisation("Demo Company (UK)")

    assert ("fault", "demo_reset") in Buttons(page.text).found
    assert "no demo company" in refused["wrong"]
    assert new.key != demo.key
    assert f"/books/{new.key}?" in answer.headers["location"]


async def test_there_is_no_page_for_who_is_not_there(practice):
    assert (await practice.client.get("/ledgers/xero/books/nobody")).status_code == 400


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
async def test_a_person_enters_a_bill_without_scripts(ledgers, acme):
    async_api = pytest.importorskip("playwright.async_api")
    app = Starlette(routes=[Mount("/ledgers", routes=ledgers.routes())])
    async with running(app) as base_url, async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = await browser.new_page(java_script_enabled=False)
        await page.goto(f"{base_url}/ledgers/xero/books/{acme.key}")
        form = page.locator("form", has=page.get_by_role("heading", name="Enter a document"))
        await form.get_by_label("Contact").fill(contact(acme))
        await form.get_by_label("Net amount").fill("75.50")
        await form.get_by_label("Number").fill("SEEN-1")
        await form.get_by_role("button", name="Enter").click()
        said = await page.get_by_role("status").inner_text()
        await page.get_by_role("button", name="Void SEEN-1").click()
        voided = await page.get_by_role("status").inner_text()
        await browser.close()

    assert said.startswith("Entered: bill of 90.60")
    assert voided.startswith("Voided: bill of 90.60")
