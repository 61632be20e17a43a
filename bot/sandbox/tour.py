"""Plays the story of the product without a browser window, and tells what each person saw."""

import base64
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.sandbox.browser import Browser, Page, PageError
from bot.sandbox.driver import Driver, NeverHappened, Seen, Words
from bot.sandbox.receipt import drawn
from bot.sandbox.transcript import Transcript

COUNTS = re.compile(r"^[\d,]+ accounts, [\d,]+ tax ", re.MULTILINE)
READING_S = 60.0  # a picture takes seconds, on a busy machine many
BOOKS = "/ledgers/xero/books/Acme%20Limited?find=004711"
CONNECTED = re.compile(r"is connected to .*, by ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What somebody connects. `consent` is the word on the vendor's button.

    For the other connection of a client nothing is left to choose.
    """

    client: str
    channel: str
    software: str
    organisation: str
    consent: str
    purpose: str = "bookkeeping"
    is_other: bool = False


ACME = Wanted(
    client="Acme Ltd",
    channel="acme",
    software="Xero",
    organisation="Acme Limited",
    consent="Allow access",
)
ACME_HEALTH = Wanted(
    client="Acme Ltd",
    channel="acme",
    software="Xero",
    organisation="Acme Limited",
    consent="Allow access",
    purpose="Data Health",
    is_other=True,
)
BAKERY = Wanted(
    client="Bright Bakery",
    channel="bright-bakery",
    software="QuickBooks Online",
    organisation="Bright Bakery",
    consent="Connect",
)


@dataclass(kw_only=True)
class Tour:
    """One telling. Each step raises when what it tells did not happen."""

    driver: Driver
    told: Transcript
    browsers: dict[str, Browser]
    books: str  # the address of Acme Limited's own pages
    links: dict[Wanted, str] = field(default_factory=dict)

    async def asks_for_help(self) -> None:
        self.told.scene("What can it do?")
        help_text = await self._types("ana", "acme", "/dext help", "What would you like to do")
        self.told.sees("only Ana", help_text)

    async def standard_user_has_to_ask(self) -> None:
        self.told.scene("Not everybody may connect a client")
        command = '/dext connect "Acme Ltd"'
        refusal = await self._types("ben", "acme", command, "needs an administrator")
        self.told.sees("only Ben", refusal)
        self.told.does("Ben", "Ask them")
        await self.driver.press("ben", refusal, "Ask them")
        asked = await self.driver.read("chloe", "@chloe", "asks to connect Acme Ltd")
        self.told.sees("Chloe's DM", asked)
        self.told.does("Chloe", "Decline")
        await self.driver.press("chloe", asked, "Decline")
        self.told.sees("Ana's DM", await self.driver.read("ana", "@ana", "@chloe declined it"))
        self.told.sees("Ben's DM", await self.driver.read("ben", "@ben", "declined your request"))

    async def connects_a_client(self) -> None:
        self.told.scene("Ana connects Acme Ltd to Xero")
        await self._begins("ana", ACME, "/dext connect client", Client=ACME.client)
        await self._signs_in("ana", ACME)

    async def opens_the_link_again(self) -> None:
        self.told.does("Somebody else", "opens Ana's link, which has done its work")
        page = await self.browsers["ben"].open(self.links[ACME])
        if any("Continue" in label for form in page.forms for label in form.buttons):
            msg = f"a used link may be used again: {page.text}"
            raise NeverHappened(msg)
        self.told.sees("browser", page)

    async def looks_at_the_lists(self) -> None:
        self.told.scene("The lists are in")
        command = "/dext lists acme accounts"
        page = await self._types("ana", "acme", command, "Chart of accounts of Acme Ltd", "of 94")
        self.told.sees("only Ana", page, most=9)

    async def a_receipt_becomes_a_bill(self) -> None:
        self.told.scene("A receipt dropped in Acme's channel becomes a bill with its picture")
        self.told.does("Ana, in #acme", "drops ben.png, a photograph of a receipt")
        picture = base64.b64encode(drawn()).decode()
        await self.driver.post(
            "upload", user="ana", channel="acme", filename="ben.png", content_base64=picture
        )
        arrived = await self.driver.read(
            "ana", "acme", "ben.png", "category is missing", patience_s=READING_S
        )
        self.told.sees("#acme", arrived)
        self.told.does("Ana", "Edit")
        await self.driver.press("ana", arrived, "Edit")
        self.told.sees("Ana's modal", await self.driver.await_modal("ana", "Edit item"))
        coding = {"Category": "461 Printing", "Tax": "20% (VAT on Expenses)"}
        self.told.does("Ana", f"{', '.join(coding.values())}, Save")
        await self.driver.submit("ana", **coding)
        self.told.sees("Ana's modal", await self.driver.await_modal("ana", "Changed Category"))
        await self.driver.close("ana")
        ready = await self.driver.reread("ben", arrived, "Ready for Xero")
        self.told.sees("#acme", ready)
        self.told.does("Ben", "Publish")
        await self.driver.press("ben", ready, "Publish")
        sent = await self.driver.read("ana", "acme", "1 item to Xero", "1 published")
        self.told.sees("#acme", sent)
        await self._finds_it_in_xero("Bill", "60.00", "file attached")

    async def _finds_it_in_xero(self, *words: str) -> None:
        """Raises NeverHappened where its row in the books does not say these."""
        self.told.does("Ana", "looks for receipt 004711 in Xero itself")
        page = await self.browsers["ana"].open(self.books)
        found = page.text.rpartition("Left")[2].partition("Enter and change")[0]
        if not all(word in found for word in words):
            msg = f"the books do not say {words}: {found}"
            raise NeverHappened(msg)
        self.told.tells("Xero", [found.partition(" Approve")[0].strip()])

    async def data_health_is_refused(self) -> None:
        self.told.scene("Data Health needs software it can read")
        self.told.does("Ana, in #cedar", '/dext connect "Cedar & Co"')
        await self.driver.type("ana", "cedar", '/dext connect "Cedar & Co"')
        await self.driver.await_modal("ana", "1 of 3", "Cedar & Co")
        self.told.does("Ana", "Data Health, Continue")
        await self.driver.submit("ana", **{"Which connection": "Data Health"})
        refused = await self.driver.await_modal("ana", "keeps its books in Sage 50", "cannot be")
        self.told.sees("Ana's modal", refused)
        await self.driver.close("ana")

    async def a_second_client_on_quickbooks(self) -> None:
        self.told.scene("Chloe connects Bright Bakery to QuickBooks Online")
        await self._begins("chloe", BAKERY, '/dext connect "bright"')
        await self._signs_in("chloe", BAKERY)

    async def data_health_follows_the_books(self) -> None:
        self.told.scene("Data Health of Acme Ltd, in the software its books are in")
        await self._begins("ana", ACME_HEALTH, "/dext connect acme")
        await self._signs_in("ana", ACME_HEALTH)

    async def disconnects(self) -> None:
        self.told.scene("Bright Bakery is disconnected; what was read stays, frozen")
        page = await self._types(
            "chloe", "bright-bakery", "/dext connections bright", "Bookkeeping ● Connected"
        )
        self.told.sees("only Chloe", page)
        self.told.does("Chloe", "Manage, Disconnect")
        await self.driver.choose("chloe", page, "Disconnect")
        self.told.sees(
            "Chloe's modal", await self.driver.await_modal("chloe", "Disconnect Bright Bakery from")
        )
        self.told.does("Chloe", "Disconnect")
        await self.driver.submit("chloe")
        await self.driver.close("chloe")
        said = await self.driver.read("ben", "bright-bakery", "was disconnected", "frozen as of")
        self.told.sees("#bright-bakery", said)
        frozen = await self._types(
            "chloe", "bright-bakery", "/dext lists bright", "Lists of Bright Bakery", "Frozen as of"
        )
        self.told.sees("only Chloe", frozen)

    async def deletes(self) -> None:
        self.told.scene("Data Health of Acme Ltd is deleted, and it was a mistake")
        page = await self._types("ana", "acme", "/dext connections acme", "Data Health ● Connected")
        self.told.sees("only Ana", page)
        self.told.does("Ana", "Manage, Disconnect and delete client data")
        await self.driver.choose("ana", page, "Disconnect and delete client data", row=1)
        modal = await self.driver.await_modal("ana", "Delete the Data Health data of Acme Ltd")
        self.told.sees("Ana's modal", modal)
        name = modal["fields"][0]["label"]
        self.told.does("Ana", "types Acme, Delete")
        refused = await self.driver.post("submit", user="ana", values={name: "Acme"})
        if name not in refused.get("errors", {}):
            msg = f"a wrong name was taken for the right one: {refused}"
            raise NeverHappened(msg)
        self.told.tells("Ana's modal", [f"✗ {refused['errors'][name]}"])
        self.told.does("Ana", "types Acme Ltd, Delete")
        await self.driver.submit("ana", **{name: "Acme Ltd"})
        await self.driver.close("ana")
        card = await self.driver.read("ben", "acme", "will be erased at")
        self.told.sees("#acme", card)

    async def undoes(self) -> None:
        self.told.does("Chloe", "Undo")
        card = await self.driver.read("chloe", "acme", "will be erased at")
        await self.driver.press("chloe", card, "Undo")
        undone = await self.driver.reread("ben", card, "Undone by Chloe", "Nothing of Acme Ltd was")
        self.told.sees("#acme", undone)

    async def where_everything_stands(self) -> None:
        self.told.scene("Where everything stands")
        page = await self._types(
            "ana",
            "practice",
            "/dext connections",
            re.compile(r"Bookkeeping ● Connected to Acme Limited"),
            re.compile(r"Data Health ○ Disconnected"),
        )
        self.told.sees("only Ana", page, most=12)

    async def _types(self, who: str, channel: str, command: str, *words: Words) -> Seen:
        self.told.does(f"{who.title()}, in #{channel}", command)
        return await self.driver.ask(who, channel, command, *words)

    async def _begins(self, who: str, wanted: Wanted, command: str, **first: str) -> None:
        """From the command to the link; the modals in between are shown."""
        self.told.does(f"{who.title()}, in #{wanted.channel}", command)
        await self.driver.type(who, wanted.channel, command)
        purpose = "Bookkeeping" if wanted.purpose == "bookkeeping" else wanted.purpose
        first = {**first, "Which connection": purpose}
        steps: tuple[tuple[str, dict[str, str], str], ...] = (
            ("1 of 3", first, f"{', '.join(first.values())}, Continue"),
            ("2 of 3", {"Software": wanted.software}, f"{wanted.software}, Continue"),
            ("3 of 3", {}, "Send me the link"),
        )
        if wanted.is_other:
            last = f"{wanted.client} · {purpose} · {wanted.software}"
            steps = ((last, {}, "Send me a link, Continue"),)
        for title, values, done in steps:
            self.told.sees(f"{who.title()}'s modal", await self.driver.await_modal(who, title))
            self.told.does(who.title(), done)
            await self.driver.submit(who, **values)
        await self.driver.close(who)

    async def _signs_in(self, who: str, wanted: Wanted) -> None:
        """From the link to the client's channel; raises NeverHappened where it is not connected."""
        label = f"Sign in to {wanted.software}"
        invitation = await self.driver.await_message(
            who, f"@{who}", lambda seen: label in seen.buttons, label
        )
        self.told.sees(f"{who.title()}'s DM", invitation)
        self.links[wanted] = invitation.buttons[label]["url"]
        self.told.does(who.title(), label)
        start = await self.browsers[who].open(self.links[wanted])
        self.told.sees("browser", start)
        consent = await self._presses(who, start, f"Continue to {wanted.software}")
        done = await self._presses(who, consent, wanted.consent, choose=(wanted.organisation,))
        if f"{wanted.client} is connected to {wanted.organisation}" not in done.text:
            msg = f"the last page does not say that it is connected: {done.text}"
            raise NeverHappened(msg)
        finished = await self.driver.reread(who, invitation, f"Connected {wanted.client} to")
        self.told.sees(f"{who.title()}'s DM", finished)
        where = f"({wanted.purpose})"
        self.told.sees(
            f"#{wanted.channel}",
            await self.driver.read("ben", wanted.channel, CONNECTED, where, COUNTS),
        )

    async def _presses(
        self, who: str, page: Page, label: str, *, choose: tuple[str, ...] = ()
    ) -> Page:
        self.told.does(who.title(), ", ".join([*choose, label]))
        shown = await self.browsers[who].press(page, label, choose=choose)
        self.told.sees("browser", shown)
        return shown

    def steps(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return (
            self.asks_for_help,
            self.standard_user_has_to_ask,
            self.connects_a_client,
            self.opens_the_link_again,
            self.looks_at_the_lists,
            self.a_receipt_becomes_a_bill,
            self.data_health_is_refused,
            self.a_second_client_on_quickbooks,
            self.data_health_follows_the_books,
            self.disconnects,
            self.deletes,
            self.undoes,
            self.where_everything_stands,
        )


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def play(base_url: str, write: Callable[[str], None] = _print) -> bool:
    """Tell the whole story. True only if every step really happened."""
    async with Driver(base_url) as driver, Browser() as ana, Browser() as ben, Browser() as chloe:
        tour = Tour(
            driver=driver,
            told=Transcript(write),
            browsers={"ana": ana, "ben": ben, "chloe": chloe},
            books=f"{base_url}{BOOKS}",
        )
        steps = tour.steps()
        for number, step in enumerate(steps, 1):
            try:
                await step()
            except (NeverHappened, PageError, LookupError) as error:
                write(f"\nStep {number} of {len(steps)} did not happen: {error}")
                return False
    write(f"\nAll {len(steps)} steps happened.")
    return True
