"""Plays the story of the product without a browser window, and tells what each person saw."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.sandbox.browser import Browser, Page, PageError
from bot.sandbox.driver import Driver, NeverHappened, Seen

CHANNEL = "acme"
DIRECT = "@ana"


@dataclass(kw_only=True)
class Tour:
    """One telling. Each step raises when what it tells did not happen."""

    driver: Driver
    browser: Browser
    write: Callable[[str], None]
    link: str = ""
    page: Page | None = field(default=None)

    def says(self, who: str, what: str) -> None:
        self.write(f"\n{who}: {what}")

    def sees(self, where: str, seen: Seen | Page | str) -> None:
        text = seen.plain if isinstance(seen, Seen) else seen
        text = text.text if isinstance(text, Page) else text
        lines = [line for line in text.splitlines() if line.strip()]
        labels = list(seen.buttons) if isinstance(seen, Seen) else []
        row = "  ".join(f"[{label}]" for label in labels)
        self.write(
            "\n".join(f"    {where:<9}| {line}" for line in [*lines, *([row] if row else [])])
        )

    async def asks_for_help(self) -> None:
        self.says("Ana types in #acme", "/dext help")
        await self.driver.type("ana", CHANNEL, "/dext help")
        self.sees("only Ana", await self.driver.read("ana", CHANNEL, "What would you like to do"))

    async def ben_may_not(self) -> None:
        self.says("Ben, who is no administrator, types in #acme", '/dext connect "Acme Ltd"')
        await self.driver.type("ben", CHANNEL, '/dext connect "Acme Ltd"')
        self.sees("only Ben", await self.driver.read("ben", CHANNEL, "administrator"))

    async def starts_connecting(self) -> None:
        self.says("Ana types in #acme", "/dext connect client")
        await self.driver.type("ana", CHANNEL, "/dext connect client")
        modal = await self.driver.await_modal("ana", "Connect")
        self.sees("modal", f"{modal['title']}\n{modal['plain']}")
        await self.driver.submit("ana", Client="Acme Ltd")

    async def chooses_software(self) -> None:
        modal = await self.driver.await_modal("ana", "2 of 3")
        self.sees("modal", f"{modal['title']}\n{modal['plain']}")
        await self.driver.submit("ana", Software="Xero")

    async def reads_what_will_happen(self) -> None:
        modal = await self.driver.await_modal("ana", "3 of 3")
        self.sees("modal", f"{modal['title']}\n{modal['plain']}")
        await self.driver.submit("ana")

    async def opens_the_link(self) -> None:
        message = await self.driver.read("ana", DIRECT, "Connect", "Acme Ltd")
        self.sees("Ana's DM", message)
        self.link = message.buttons["Sign in to Xero"]["url"]
        self.says("Ana follows the link", "and presses Continue to Xero")
        start = await self.browser.open(self.link)
        self.sees("browser", start)
        self.page = await self.browser.press(start, "Continue to Xero")

    async def signs_in(self) -> None:
        assert self.page is not None
        self.says("Ana signs in to the stand-in Xero", "and allows access to Acme Limited")
        self.sees("browser", self.page)
        done = await self.browser.press(self.page, "Allow access", choose=("Acme Limited",))
        self.sees("browser", done)
        if "Acme Ltd is connected" not in done.text:
            msg = f"the last page does not say that it is connected: {done.text}"
            raise NeverHappened(msg)

    async def everybody_is_told(self) -> None:
        self.sees("#acme", await self.driver.read("ben", CHANNEL, "94 accounts"))
        self.sees("Ana's DM", await self.driver.read("ana", DIRECT, "Connected Acme Ltd"))

    async def uses_the_link_again(self) -> None:
        self.says("Somebody opens the same link again", "")
        self.sees("browser", await self.browser.open(self.link))

    async def looks_at_the_lists(self) -> None:
        self.says("Ana types in #acme", "/dext lists acme accounts")
        await self.driver.type("ana", CHANNEL, "/dext lists acme accounts")
        self.sees("only Ana", await self.driver.read("ana", CHANNEL, "Chart of accounts"))

    async def sees_the_connections(self) -> None:
        self.says("Ana types in #acme", "/dext connections")
        await self.driver.type("ana", CHANNEL, "/dext connections")
        self.sees("only Ana", await self.driver.read("ana", CHANNEL, "Connected", "Acme Limited"))

    def steps(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return (
            self.asks_for_help,
            self.ben_may_not,
            self.starts_connecting,
            self.chooses_software,
            self.reads_what_will_happen,
            self.opens_the_link,
            self.signs_in,
            self.everybody_is_told,
            self.uses_the_link_again,
            self.looks_at_the_lists,
            self.sees_the_connections,
        )


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def play(base_url: str, write: Callable[[str], None] = _print) -> bool:
    """Tell the whole story. True only if every step really happened."""
    async with Driver(base_url) as driver, Browser() as browser:
        tour = Tour(driver=driver, browser=browser, write=write)
        steps = tour.steps()
        for number, step in enumerate(steps, 1):
            try:
                await step()
            except (NeverHappened, PageError, KeyError) as error:
                write(f"\nStep {number} of {len(steps)} did not happen: {error}")
                return False
    write(f"\nAll {len(steps)} steps happened.")
    return True
