"""A practice with stand-in ledgers and our real pages: people connect as they would."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.ledgers.ledgers import Ledgers
from bot.slack.forms import Origin, form_view
from bot.slack.render import message
from bot.web import oauth
from commands import registry
from commands.replies import Answer, Buttons, Form, Invocation, Reply, call
from providers.gateway import LedgerGateway, configure, open_http
from providers.provider import Credentials
from storage.database import Database
from storage.models import Connection, Entity, Grant, ListEntry, Purpose, Ticket
from storage.tokens import GrantTokens
from tests.commands.practice import ANA, WORKSPACE, Practice, Sent, buttons, opened, words
from tests.conftest import Clock

US = "https://bot.test"
VENDORS = "https://vendors.test"


@dataclass(slots=True)
class Browser:
    """One person's browser: keeps cookies, follows nothing by itself."""

    client: httpx2.AsyncClient

    async def get(self, address: str) -> httpx2.Response:
        return await self.client.get(address)

    async def post(self, address: str, **fields: str) -> httpx2.Response:
        return await self.client.post(address, data=fields)

    async def follow(self, response: httpx2.Response) -> httpx2.Response:
        assert response.status_code in {302, 303}, response.text
        return await self.get(str(response.url.join(response.headers["location"])))


@dataclass(slots=True)
class World:
    """`answers` of commands and everything sent are drawn for Slack, so that they surely can be."""

    practice: Practice
    ledgers: Ledgers
    app: Starlette
    browsers: list[httpx2.AsyncClient] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.practice.database

    @property
    def tools(self) -> Any:
        return self.practice.tools

    def browser(self) -> Browser:
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app),
            mounts={VENDORS: httpx2.ASGITransport(app=_vendors(self.ledgers))},
            base_url=US,
            trust_env=False,
        )
        self.browsers.append(client)
        return Browser(client)

    async def say(self, person_id: str, text: str, channel: str | None = None) -> Answer:
        return drawn(await self.practice.say(person_id, text, channel))

    async def press(
        self, person_id: str, answer: Any, label: str, *, first: bool = False
    ) -> Answer:
        """Press a button by its label; the last of that name, or the `first`."""
        reply = answer.reply if isinstance(answer, Sent) else answer
        found = buttons(_upto_first(reply, label) if first else reply)
        invocation = found[label]
        assert invocation is not None
        return drawn(await self.practice.press(person_id, invocation))

    async def submit(
        self, person_id: str, form: Answer, channel: str | None = None, **values: str
    ) -> Answer:
        assert isinstance(form, Form), said(form)
        assert form.submits is not None
        return drawn(await self.practice.press(person_id, form.submits.having(**values), channel))

    async def ask_link(
        self,
        client: str,
        *,
        purpose: str = "bookkeeping",
        software: str = "xero",
        person_id: str = ANA,
        channel: str | None = None,
    ) -> str:
        """Walk through the steps there are; the address in the direct message."""
        known = {"purpose": purpose, "software": software}
        step = await self.say(person_id, f'connect client "{client}"', channel)
        while isinstance(step, Form):
            asked = {f.name: known[f.name] for f in step.fields if f.name in known}
            step = await self.submit(person_id, step, channel, **asked)
        return self.link(person_id)

    async def disconnect_at_xero(self, organisation: str) -> None:
        """Somebody removes our app there, without telling us."""
        [grant] = await self.grants()
        key = self.ledgers.organisation(organisation).key
        await self.tools.gateway.detach("xero", tenant_id=key, grant_id=grant.id)

    def another_process(self, database: Database) -> Any:
        """Tools as they are after a restart."""
        return replace(self.tools, database=database)

    def invocation(self, command: str, **arguments: str | int) -> Invocation:
        return call(command, **arguments)

    async def relink(self, clock: Clock) -> str:
        """A link for Acme Ltd: to connect it, or to connect it again."""
        clock.advance(timedelta(seconds=20))
        if not await self.all(Connection):
            return await self.ask_link("Acme Ltd")
        connection = await self.connection("Acme Ltd")
        reconnect = self.invocation("connections.reconnect", connection=connection.id)
        await self.practice.press(ANA, reconnect)
        return self.link()

    async def share_grant(self, grant_id: str | None) -> None:
        """Let every connection use this one consent, as after a bulk connect."""
        async with self.database.begin() as session:
            for connection in await session.scalars(select(Connection)):
                connection.grant_id = grant_id

    def link(self, person_id: str = ANA) -> str:
        """The newest address sent to this person."""
        links = [
            button.url
            for sent in self.practice.post.to(person_id)
            for part in sent.reply.parts
            if isinstance(part, Buttons)
            for button in part.items
            if getattr(button, "url", None)
        ]
        return str(links[-1])

    async def sign_in(
        self,
        link: str,
        *organisations: str,
        browser: Browser | None = None,
        vendor_user: str = "ana",
        decision: str = "allow",
    ) -> httpx2.Response:
        """From the start page to the callback's answer, without following that."""
        address = await self.consent(
            link, *organisations, browser=browser, vendor_user=vendor_user, decision=decision
        )
        return await (browser or self._last()).get(address)

    async def consent(
        self,
        link: str,
        *organisations: str,
        browser: Browser | None = None,
        vendor_user: str = "ana",
        decision: str = "allow",
    ) -> str:
        """Agree at the vendor; the address it sends the browser back to."""
        browser = browser or self.browser()
        page = await browser.get(link)
        assert page.status_code == 200, page.text
        started = await browser.post(link)
        assert started.status_code == 303, started.text
        keys = [self.ledgers.organisation(name).key for name in organisations]
        agreed = await browser.client.post(
            started.headers["location"],
            data={"person": vendor_user, "organisation": keys, "decision": decision},
        )
        assert agreed.status_code == 302, agreed.text
        return str(agreed.headers["location"])

    async def connect(self, client: str, organisation: str, **how: str) -> Connection:
        """All of it but the lists, which `work` reads."""
        browser = self.browser()
        link = await self.ask_link(client, **how)
        response = await self.sign_in(link, organisation, browser=browser)
        assert response.status_code == 303, response.text
        page = await browser.follow(response)
        assert "is connected to" in page.text, page.text
        return await self.connection(client, Purpose(how.get("purpose", "bookkeeping")))

    async def work(self, *names: str) -> None:
        """Tick until nothing is due: what the timetable does, in a moment."""
        registry.discover()
        for _ in range(50):
            ran = 0
            for job in registry.JOBS.values():
                if names and job.name not in names:
                    continue
                async with self.database.read() as session:
                    due = await job.due(session, self.tools.now())
                for key in due:
                    await job.work(self.tools, key)
                    ran += 1
            if not ran:
                self.check_messages()
                return
        raise AssertionError("something is always due")

    def check_messages(self) -> None:
        """Everything sent can be drawn."""
        for sent in self.practice.post.sent:
            message(sent.reply)

    def card(self, beginning: str, to: str | None = None) -> Sent:
        """The newest state of the newest message, in no thread, whose name begins so."""
        found = [
            sent
            for sent in self.practice.post.sent
            if (sent.card or "").startswith(beginning) and to in {None, sent.to} and not sent.under
        ]
        assert found, [sent.card for sent in self.practice.post.sent]
        return found[-1]

    async def connection(self, client: str, purpose: Purpose = Purpose.BOOKKEEPING) -> Connection:
        wanted = await self.practice.client(client)
        async with self.database.read() as session:
            found = await session.scalars(
                select(Connection).where(
                    Connection.client_id == wanted.id, Connection.purpose == purpose
                )
            )
            return found.one()

    async def all(self, entity: type[Entity]) -> list[Any]:
        async with self.database.read() as session:
            return list(await session.scalars(select(entity)))

    async def count_entries(self, connection: Connection) -> int:
        async with self.database.read() as session:
            counted = select(func.count()).where(ListEntry.connection_id == connection.id)
            return await session.scalar(counted) or 0

    async def ticket(self) -> Ticket:
        """The newest."""
        return max(await self.all(Ticket), key=lambda t: t.created_at)

    async def grants(self) -> list[Grant]:
        return sorted(await self.all(Grant), key=lambda g: g.created_at)

    def calls(self, vendor: str = "xero", containing: str = "") -> list[Any]:
        return [
            call for call in self.ledgers.log if call.vendor == vendor and containing in call.path
        ]

    def _last(self) -> Browser:
        return Browser(self.browsers[-1])


def _upto_first(reply: Reply, label: str) -> Reply:
    """The reply as far as the first part with such a button."""
    parts = list(reply.parts)
    for end in range(1, len(parts) + 1):
        shorter = replace(reply, parts=tuple(parts[:end]))
        if label in buttons(shorter):
            return shorter
    return reply


def drawn(answer: Answer) -> Answer:
    """The same, having been drawn for Slack."""
    if isinstance(answer, Form):
        form_view(answer, Origin())
    elif isinstance(answer, Reply):
        message(answer)
    return answer


def said(answer: Any) -> str:
    """What a person reads of an answer or message, without mrkdwn's stars."""
    text = words(answer.reply if isinstance(answer, Sent) else answer)
    return re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>", r"\1", text).replace("*", "")


def path_of(response: httpx2.Response) -> str:
    return urlsplit(response.headers["location"]).path


def _vendors(ledgers: Ledgers) -> Starlette:
    return Starlette(routes=[Mount("/ledgers", routes=ledgers.routes())])


@asynccontextmanager
async def world(
    database: Database, clock: Clock, *, reads_journals: bool = False
) -> AsyncIterator[World]:
    """Fernhill with Xero and QuickBooks set up; ledgers as the sandbox seeds them. Where it
    `reads_journals`, our application says that Xero lets it."""
    practice = await opened(database, clock)
    ledgers = Ledgers(now=clock)
    credentials = Credentials(client_id="our-app", client_secret="our-secret")
    http = open_http(transport=httpx2.ASGITransport(app=_vendors(ledgers)))

    async def sleep(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))

    gateway = LedgerGateway(
        http=http,
        configured={
            key: configure(key, credentials, f"{VENDORS}/ledgers/{key}", entitlement=entitlement)
            for key, entitlement in (
                ("xero", "journals" if reads_journals else None),
                ("quickbooks", None),
            )
        },
        tokens=GrantTokens(database, practice.tools.vault, now=clock),
        now=clock,
        sleep=sleep,
        monotonic=lambda: clock().timestamp(),
    )
    practice.tools = replace(practice.tools, gateway=gateway)
    app = Starlette(routes=oauth.routes(practice.tools))
    made = World(practice, ledgers, app)
    try:
        yield made
    finally:
        await http.aclose()
        for browser in made.browsers:
            await browser.aclose()


__all__ = ["WORKSPACE", "Browser", "World", "drawn", "path_of", "said", "world"]
