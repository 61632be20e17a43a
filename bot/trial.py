"""The sandbox with the bot beside it: a practice to try things on, and nobody's real data."""

import asyncio
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from aiohttp import ClientSession
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import Application, running, settle, utc_now
from bot.sandbox import server, tour
from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Seed, Software, fernhill
from bot.settings import EMBEDDED, Settings, hidden, load
from bot.slack.installs import context_of
from bot.web.server import PortTaken, listening, serving
from commands.clients.names import name_key
from storage.database import Database
from storage.identity import new_id
from storage.models import Client, Entity, Role
from storage.queries import outbox, people, workspaces
from storage.schema import migrate

HOST = "127.0.0.1"
SECRET_KEY = "sandbox-secret-key-that-protects-nothing"  # noqa: S105  # make-believe, like its data
WEBHOOK_KEY = "sandbox-webhook-key"
SETTLED_WITHIN_S = 3.0
LOOK_EVERY_S = 0.05
WELCOME = """The sandbox is at {address}

  You are Ana, who runs a practice. In #acme, type   /dext
  Connect a client, from anywhere:                   /dext connect client
  Be somebody else with the switch at the top left, and see what they may do.

Press Ctrl-C to end it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """`port` is that of the stand-ins, the bot listens on the next one; 0 takes any two.

    Without `data` everything is forgotten at the end. With `is_strict` a message beyond Slack's
    limits raises instead of losing its blocks.
    """

    port: int = 8765
    data: Path | None = None
    socket_mode: bool = False
    strict_rate_limits: bool = True
    is_strict: bool = False
    seed: Seed = fernhill()  # noqa: RUF009  # frozen, and the same every time


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What is running: the address of the page, and the bot."""

    address: str
    application: Application


@asynccontextmanager
async def opened(trial: Trial) -> AsyncIterator[Opened]:
    """Stand-ins and bot while the block runs. Raises PortTaken."""
    async with AsyncExitStack() as stack:
        stack.enter_context(hidden("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"))
        data = trial.data or Path(stack.enter_context(TemporaryDirectory(prefix="dext-bot-")))
        data.mkdir(parents=True, exist_ok=True)
        door = listening(HOST, trial.port + 1 if trial.port else 0)
        stack.callback(door.close)
        public_url = f"http://{HOST}:{door.getsockname()[1]}"
        bot: asyncio.Future[Application] = asyncio.get_running_loop().create_future()

        async def begin_again() -> None:
            await replant(await bot, trial.seed)
            await _subscribe(address, public_url)

        stand_ins = server.create_app(
            trial.seed,
            bot_url=public_url,
            strict_rate_limits=trial.strict_rate_limits,
            on_reset=begin_again,
        )
        try:
            address = await stack.enter_async_context(server.running(stand_ins, port=trial.port))
        except OSError as error:
            raise PortTaken(HOST, trial.port) from error
        settings = settings_for(trial, address=address, public_url=public_url, data=data)
        await migrate(settings.database_url)
        await plant(settings.database_url, trial.seed)
        application = await stack.enter_async_context(running(settings, is_strict=trial.is_strict))
        await stack.enter_async_context(serving(application.web(), door))
        bot.set_result(application)
        await _subscribe(address, public_url)
        yield Opened(address=address, application=application)


def settings_for(trial: Trial, *, address: str, public_url: str, data: Path) -> Settings:
    """The same settings a real practice has, pointing at the stand-ins."""
    return load(
        None,
        database_url=f"sqlite:///{data.resolve()}/dext-bot.sqlite3",
        queue=EMBEDDED,  # whatever is set for a practice: workers of its own are nowhere here
        public_url=public_url,
        secret_keys=(SECRET_KEY,),
        slack_bot_token=BOT_TOKEN,
        slack_app_token=APP_TOKEN if trial.socket_mode else None,
        slack_signing_secret=SIGNING_SECRET,
        slack_api_url=f"{address}/api/",
        xero_client_id="sandbox-xero",
        xero_client_secret="sandbox-xero-secret",  # noqa: S106  # make-believe
        xero_root_url=f"{address}/ledgers/xero",
        quickbooks_client_id="sandbox-quickbooks",
        quickbooks_client_secret="sandbox-quickbooks-secret",  # noqa: S106  # make-believe
        quickbooks_root_url=f"{address}/ledgers/quickbooks",
        quickbooks_environment="production",
        xero_webhook_key=WEBHOOK_KEY,
        quickbooks_webhook_token=WEBHOOK_KEY,
    )


async def _subscribe(address: str, public_url: str) -> None:
    """Have the stand-in ledgers tell the bot what people do in them."""
    async with ClientSession() as http:
        for vendor in ("xero", "quickbooks"):
            hook = {"url": f"{public_url}/webhooks/{vendor}", "key": WEBHOOK_KEY}
            async with http.post(f"{address}/ledgers/{vendor}/webhook", json=hook) as answer:
                answer.raise_for_status()


async def plant(database_url: str, seed: Seed) -> None:
    """Give the practice its people and clients, unless it has them from another day."""
    async with Database.open(database_url) as database, database.begin() as session:
        if await workspaces.find(session, seed.team_id) is None:
            await _sow(session, seed, now=utc_now())


async def replant(application: Application, seed: Seed) -> None:
    """Bring the database of a running bot back to the first day, installed as it was.

    In one transaction of its own, so that it hears of it and forgets what it kept in memory.
    """
    await _quiet(application)
    tools = application.tools
    async with tools.database.begin() as session:
        for table in reversed(Entity.metadata.sorted_tables):
            await session.execute(delete(table))
        await _sow(session, seed, now=tools.now())
        practice = await workspaces.find(session, seed.team_id)
        assert practice is not None
        practice.bot_user_id, practice.app_id = seed.app.bot_user, seed.app.id
        practice.sealed_bot_token = tools.vault.seal(BOT_TOKEN, context_of(seed.team_id))


async def _quiet(application: Application) -> None:
    """Let what is under way end, lest it tell of the old day in the new one; not for ever."""
    until = monotonic() + SETTLED_WITHIN_S
    while monotonic() < until:
        async with application.tools.database.read() as session:
            waiting = await outbox.unsent(session)
        if not waiting and not application.jobs.busy:
            return
        await asyncio.sleep(LOOK_EVERY_S)


async def _sow(session: AsyncSession, seed: Seed, *, now: datetime) -> None:
    practice = await workspaces.ensure(session, seed.team_id, name=seed.team_name, now=now)
    practice.practice_channel_id = next(c.id for c in seed.channels if c.name == "practice")
    channel_ids = {channel.name: channel.id for channel in seed.channels}
    ids = {client.name: new_id() for client in seed.clients}
    for client in seed.clients:
        session.add(
            Client(
                id=ids[client.name],
                workspace_id=seed.team_id,
                name=client.name,
                name_key=name_key(client.name),
                created_at=now,
                created_by=seed.people[0].id,
                channel_id=channel_ids[client.channel],
                books_in="Sage 50" if client.software is Software.SAGE_50 else None,
            )
        )
    await session.flush()
    for person in seed.people:
        await people.see(
            session,
            seed.team_id,
            person.id,
            name=person.real_name,
            time_zone=person.tz,
            is_guest=person.is_guest,
            first_role=Role(person.role) if person.role else Role.NONE,
            now=now,
        )
        mine = [ids[name] for name in person.clients]
        await people.assign(session, seed.team_id, person.id, mine)


async def try_out(
    trial: Trial, *, stop: asyncio.Event, browse: bool, say: Callable[[str], None]
) -> None:
    """Run until told to stop."""
    async with opened(trial) as here:
        settle()
        say(WELCOME.format(address=here.address))
        if browse:
            await asyncio.to_thread(webbrowser.open, here.address)
        await stop.wait()


async def tell_the_story(trial: Trial) -> bool:
    """Play the tour; whether every step of it happened."""
    async with opened(trial) as here:
        return await tour.play(here.address)


async def ledgers_alone(port: int, *, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """The stand-in ledgers without Slack and bot."""
    try:
        async with server.running(server.create_ledgers_app(), port=port) as address:
            say(f"Stand-in ledgers: {address}/ledgers/xero and {address}/ledgers/quickbooks")
            await stop.wait()
    except OSError as error:
        raise PortTaken(HOST, port) from error
