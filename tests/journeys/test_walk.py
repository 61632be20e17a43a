"""A person walks the page in a real browser: connect, disconnect, delete, undo."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.journeys.office import Office, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(180),
]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
COUNTED = re.compile(r"94 accounts, 9 tax rates, 2,310 contacts")


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    """A page of a Chromium of its own, at a size that makes good pictures."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium found")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        context = await browser.new_context(
            locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 860}
        )
        context.set_default_timeout(PATIENCE_MS)
        yield await context.new_page()
        await browser.close()


class Walk:
    """What a person at the page does, with pictures on the way."""

    def __init__(self, page: Page, office: Office, pictures: Path) -> None:
        self.page = page
        self.office = office
        self._pictures = pictures
        self.pictures_taken = 0

    async def sits_down(self, user: str, channel: str) -> None:
        await self.page.goto(f"{self.office.slack}/#user={user}&channel={channel}")
        await self.page.locator("#workspace[aria-busy=false]").wait_for()

    async def goes_to(self, place: str) -> None:
        await self.page.get_by_test_id(f"place-{place}").click()

    async def becomes(self, name: str) -> None:
        await self.page.get_by_test_id("act-as").click()
        await self.page.get_by_test_id("act-as-menu").get_by_text(name).click()
        await expect(self.page.get_by_test_id("act-as")).to_contain_text(name)

    async def types(self, command: str) -> None:
        await self.page.get_by_test_id("composer").fill(command)
        await self.page.keyboard.press("Enter")

    def modal(self, *words: str) -> Locator:
        found = self.page.get_by_test_id("modal")
        for each in words:
            found = found.filter(has_text=each)
        return found

    def message(self, *words: str | re.Pattern[str]) -> Locator:
        """The newest message that holds all these words."""
        found = self.page.get_by_test_id("message")
        for each in words:
            found = found.filter(has_text=each)
        return found.last

    async def submits(self) -> None:
        await self.page.get_by_test_id("submit").click()

    async def closes_modal(self) -> None:
        """Once it has been answered."""
        await expect(self.page.locator(".pending")).to_have_count(0)
        await self.page.get_by_test_id("modal-close").click()
        await expect(self.modal()).to_have_count(0)

    async def takes_picture(self, name: str, page: Page | None = None) -> None:
        self.pictures_taken += 1
        path = self._pictures / f"{self.pictures_taken:02}-{name}.png"
        await (page or self.page).screenshot(path=path)

    async def signs_in(self, organisation: str) -> None:
        """Follow the link in the newest direct message, in a tab of its own."""
        letter = self.message("This link is yours alone")
        async with self.page.context.expect_page() as opening:
            await (
                letter.get_by_role("link", name="Sign in to Xero")
                .or_(letter.get_by_role("button", name="Sign in to Xero"))
                .click()
            )
        tab = await opening.value
        await tab.bring_to_front()
        await expect(tab.get_by_role("button", name="Continue to Xero")).to_be_visible()
        await self.takes_picture("start-page", tab)
        await tab.get_by_role("button", name="Continue to Xero").click()
        await expect(tab.get_by_role("button", name="Allow access")).to_be_visible()
        for box in await tab.get_by_role("checkbox").all():
            await box.set_checked(checked=False)
        await tab.get_by_role("checkbox", name=organisation, exact=True).check()
        await self.takes_picture("consent", tab)
        await tab.get_by_role("button", name="Allow access").click()
        await expect(
            tab.get_by_role("heading", name=f"Acme Ltd is connected to {organisation}")
        ).to_be_visible()
        await self.takes_picture("connected-page", tab)
        await tab.close()

    async def connects_what_is_left(self, purpose: str) -> None:
        """One connection is left, in the software of the other: only the last step is shown."""
        await expect(self.modal("Connect", f"Acme Ltd · {purpose} · Xero")).to_be_visible()
        await self.takes_picture("what-is-left")
        await self.submits()
        await expect(self.modal("is in your direct messages")).to_be_visible()
        await self.closes_modal()

    async def connects(self) -> None:
        await expect(self.modal("Connect · 1 of 3")).to_be_visible()
        await self.takes_picture("client")
        await self.submits()
        await expect(self.modal("2 of 3")).to_be_visible()
        await self.modal().get_by_text("Xero", exact=True).click()
        await self.takes_picture("software")
        await self.submits()
        await expect(self.modal("3 of 3", "Xero")).to_be_visible()
        await self.takes_picture("what-will-happen")
        await self.submits()
        await expect(self.modal("is in your direct messages")).to_be_visible()
        await self.closes_modal()

    async def manages(self, row: str, option: str) -> None:
        """Choose from the Manage menu of a row of the newest Connections page."""
        page = self.message("Bookkeeping", "Data Health")
        menus = page.get_by_role("combobox", name="Manage").or_(
            page.get_by_role("button", name="Manage")
        )
        await (menus.last if row == "Data Health" else menus.first).click()
        await (
            self.page.get_by_role("option", name=option, exact=True)
            .or_(self.page.get_by_role("menuitem", name=option, exact=True))
            .click()
        )


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    wanted = os.environ.get("DEXT_SCREENSHOTS")
    folder = Path(wanted) if wanted else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def test_a_client_is_connected_disconnected_deleted_and_kept_after_all(
    page: Page, sqlite_url: str, tmp_path: Path, pictures: Path
) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    log = tmp_path / "bot.log"
    async with opened(database_url=sqlite_url, transport="http", log=log) as office:
        walk = Walk(page, office, pictures)
        await walk.sits_down("ana", "acme")

        await walk.types("/dext connect client")
        await walk.connects()
        await walk.goes_to("dext")
        await walk.takes_picture("direct-message")
        await walk.signs_in("Acme Limited")
        await expect(walk.message("Connected Acme Ltd to")).to_be_visible()
        await walk.goes_to("acme")
        await expect(walk.message("is connected to", "(bookkeeping)", COUNTED)).to_be_visible()
        await walk.takes_picture("channel")

        await walk.types("/dext connect acme")
        await walk.connects_what_is_left("Data Health")
        await walk.goes_to("dext")
        await walk.signs_in("Acme Limited")
        await walk.goes_to("acme")
        await expect(walk.message("is connected to", "(Data Health)", COUNTED)).to_be_visible()

        await walk.types("/dext connections acme")
        await expect(walk.message("Bookkeeping ● Connected")).to_be_visible()
        await walk.takes_picture("connections")
        await walk.manages("Bookkeeping", "Disconnect")
        await expect(walk.modal("Disconnect Acme Ltd from Acme Limited?")).to_be_visible()
        await walk.takes_picture("disconnect")
        await walk.submits()
        await expect(walk.modal()).to_have_count(0)
        await expect(walk.message("was disconnected from Acme Limited")).to_be_visible()

        await walk.types("/dext connections acme")
        await expect(walk.message("Bookkeeping ○ Disconnected")).to_be_visible()
        await walk.manages("Data Health", "Disconnect and delete client data")
        await expect(walk.modal("Delete the Data Health data of Acme Ltd?")).to_be_visible()
        await walk.modal().get_by_label("Name of the client").fill("Acme")
        await walk.submits()
        await expect(page.get_by_test_id("field-error")).to_contain_text("Type Acme Ltd")
        await walk.takes_picture("wrong-name")
        await walk.modal().get_by_label("Name of the client").fill("Acme Ltd")
        await walk.submits()
        await expect(walk.modal()).to_have_count(0)
        await expect(walk.message("will be erased at")).to_be_visible()
        await walk.takes_picture("erasure")

        await walk.becomes("Chloe Martin")
        await walk.message("will be erased at").get_by_role("button", name="Undo").click()
        await expect(walk.message("Undone by Chloe")).to_be_visible()
        await walk.takes_picture("undone")

    assert problems == []
    assert walk.pictures_taken >= 15
