"""A practice to try commands in: four people, a clock set by hand, and everything that was sent."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import httpx2
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.slack.words import fill
from commands import registry
from commands.clients.names import name_key
from commands.context import Context, Tools
from commands.errors import CommandError, answer
from commands.permissions import Actor
from commands.ports import Absence, Fetched
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Form,
    Invocation,
    Menu,
    Part,
    Reply,
    SmallPrint,
    Words,
)
from providers.gateway import LedgerGateway, open_http
from storage.database import Database
from storage.models import AuditEvent, Client, Person, Role
from storage.queries import people
from storage.tokens import GrantTokens
from storage.vault import Vault
from tests.builders import (
    WORKSPACE,
    a_client,
    a_connection,
    a_grant,
    a_person,
    a_workspace,
    an_organisation,
    save,
)

KEY = "a key of the tests, which is long enough"
ANA, BEN, CHLOE, DORA = "U01ANA", "U01BEN", "U01CHLOE", "U01DORA"
PEOPLE = {
    ANA: ("Ana", Role.PRACTICE_ADMIN),
    BEN: ("Ben", Role.STANDARD),
    CHLOE: ("Chloe", Role.CLIENT_ADMIN),
    DORA: ("Dora", Role.NONE),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A message as it was handed over for sending."""

    to: str
    reply: Reply
    card: str | None
    under: str | None = None


@dataclass(slots=True)
class Post:
    """Notifier and queue: remembers what it was given."""

    sent: list[Sent] = field(default_factory=list)
    rung: list[tuple[str, str]] = field(default_factory=list)

    async def post(
        self,
        session: AsyncSession,
        *,
        workspace_id: str,
        to: str,
        reply: Reply,
        card: str | None = None,
        under: str | None = None,
    ) -> None:
        assert session.in_transaction()
        assert workspace_id == WORKSPACE
        self.sent.append(Sent(to=to, reply=reply, card=card, under=under))

    async def revise(
        self, session: AsyncSession, *, workspace_id: str, card: str, reply: Reply
    ) -> bool:
        standing = {sent.to for sent in self.sent if sent.card == card}
        for to in sorted(standing):
            await self.post(session, workspace_id=workspace_id, to=to, reply=reply, card=card)
        return bool(standing)

    def submit(self, job: str, key: str) -> None:
        self.rung.append((job, key))

    def to(self, person_id: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.to == person_id]


class Addresses:
    """Links to nowhere."""

    def start(self, secret: str) -> str:
        return f"https://bot.test/oauth/start/{secret}"

    def callback(self, provider: str) -> str:
        return f"https://bot.test/oauth/callback/{provider}"

    def slack(self, workspace_id: str, channel_id: str | None = None) -> str:
        return f"https://slack.test/{workspace_id}/{channel_id or ''}"


@dataclass(slots=True)
class Drawer:
    """The files people have dropped into Slack, by id."""

    files: dict[str, Fetched] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)  # {file id: the channel it stands in}

    def put(self, file_id: str, name: str, content: bytes, mime: str = "") -> str:
        found = Fetched(name=name, mime=mime, size=len(content), content=content)
        self.files[file_id] = found
        return file_id

    async def fetch(self, workspace_id: str, file_id: str, *, most_bytes: int) -> Fetched:
        found = self.files.get(file_id)
        if found is None:
            return Fetched(name="", mime="", size=0, absent=Absence.DELETED)
        return found if found.size <= most_bytes else replace(found, content=None)

    async def address(self, workspace_id: str, file_id: str, channel_id: str) -> str | None:
        is_here = self.shared.get(file_id) == channel_id
        return f"https://slack.test/files/{file_id}" if is_here else None


class Nobody(httpx2.AsyncBaseTransport):
    """No vendor is there, and no certificates are loaded to find that out."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("nobody is there", request=request)


@dataclass(slots=True)
class Practice:
    """Says and presses things as its people do."""

    tools: Tools
    post: Post
    drawer: Drawer = field(default_factory=Drawer)

    @property
    def database(self) -> Database:
        return self.tools.database

    async def context(self, person_id: str, channel: str | None = None) -> Context:
        async with self.database.read() as session:
            person = await people.find(session, WORKSPACE, person_id)
            clients = await people.clients_of(session, WORKSPACE, person_id)
        assert person is not None
        actor = Actor(
            workspace_id=WORKSPACE,
            person_id=person_id,
            name=person.name,
            role=person.role,
            all_clients=person.all_clients,
            clients=clients,
        )
        return Context(
            actor=actor,
            now=self.tools.now(),
            tools=self.tools,
            correlation_id="7Q4-KD",
            channel_id=channel,
        )

    async def say(self, person_id: str, text: str, channel: str | None = None) -> Answer:
        """What `/dext <text>` answers; raises what it raises."""
        return await self.press(person_id, registry.parse(text), channel)

    async def press(
        self, person_id: str, invocation: Invocation, channel: str | None = None
    ) -> Answer:
        return await registry.run(invocation, await self.context(person_id, channel))

    async def submit(
        self, person_id: str, form: Answer, *, place: str | None = None, **values: str
    ) -> Answer:
        assert isinstance(form, Form)
        assert form.submits is not None
        return await self.press(person_id, form.submits.having(**values), place)

    async def has(self, *names: str, **over: object) -> list[Client]:
        """Clients of these names."""
        made = [a_client(name=name, name_key=name_key(name), **over) for name in names]
        await save(self.database, *made)
        return made

    async def connect(self, name: str, **over: object) -> None:
        """A connection of this client to an organisation in Xero."""
        client = await self.client(name)
        organisation, grant = an_organisation(name=f"{name} at Xero"), a_grant()
        await save(self.database, organisation, grant)
        await save(self.database, a_connection(client, organisation, grant, **over))

    async def assign(self, person_id: str, *clients: Client) -> None:
        async with self.database.begin() as session:
            await people.assign(session, WORKSPACE, person_id, [c.id for c in clients])

    async def client(self, name: str) -> Client:
        async with self.database.read() as session:
            found = await session.scalars(select(Client).where(Client.name == name))
            return found.one()

    async def person(self, person_id: str) -> Person:
        async with self.database.read() as session:
            found = await people.find(session, WORKSPACE, person_id)
        assert found is not None
        return found

    async def audit(self) -> list[AuditEvent]:
        async with self.database.read() as session:
            return list(await session.scalars(select(AuditEvent).order_by(AuditEvent.at)))


async def opened(database: Database, now: Callable[[], datetime]) -> Practice:
    """Fernhill with its four people and no client yet."""
    vault = Vault([KEY])
    post, drawer = Post(), Drawer()
    gateway = LedgerGateway(
        http=open_http(transport=Nobody()),
        configured={},
        tokens=GrantTokens(database, vault, now=now),
        now=now,
    )
    tools = Tools(
        database=database,
        vault=vault,
        gateway=gateway,
        jobs=post,
        notify=post,
        files=drawer,
        links=Addresses(),
        now=now,
    )
    everybody = [a_person(id=i, name=name, role=role) for i, (name, role) in PEOPLE.items()]
    await save(database, a_workspace())
    await save(database, *everybody)
    return Practice(tools=tools, post=post, drawer=drawer)


def words(answer_: Answer | CommandError) -> str:
    """What a person reads."""
    parts = answer(answer_).parts if isinstance(answer_, CommandError) else answer_.parts
    return "\n".join(_read(part) for part in parts).strip()


def buttons(answer_: Answer | CommandError) -> dict[str, Invocation | None]:
    """{label: what it does}; of rows, the menus and buttons beside words come last."""
    parts = answer(answer_).parts if isinstance(answer_, CommandError) else answer_.parts
    rows = [item for part in parts if isinstance(part, Buttons) for item in part.items]
    beside = [part.beside for part in parts if isinstance(part, Words) and part.beside]
    return {b.label: b.does for item in (*rows, *beside) for b in _pressable(item)}


def _read(part: Part) -> str:
    return fill(part.template, part.data) if isinstance(part, Words | SmallPrint) else ""


def _pressable(item: Button | Menu) -> tuple[Button, ...]:
    return item.items if isinstance(item, Menu) else (item,)
