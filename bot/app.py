"""The composition root: settings in, a running application out."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from procrastinate import App
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from bot.jobs.clock import SharedClock
from bot.jobs.distributed import CONNECTIONS, DistributedQueue
from bot.jobs.engine import engine
from bot.jobs.inprocess import InProcessQueue
from bot.jobs.installation import QueueNotReady, bring_up, limit_role, require_queue
from bot.jobs.timetable import Timetable
from bot.jobs.worker import CONNECTIONS as WORKER_CONNECTIONS
from bot.jobs.worker import Worker
from bot.settings import BadSettings, Settings, name_of
from bot.slack.app import Slack
from bot.slack.downloads import Downloads
from bot.slack.installs import TokenRefused
from bot.telemetry import log
from bot.web import webhooks
from bot.web.app import web_app
from bot.web.links import WebLinks
from bot.web.oauth import routes
from bot.web.server import PortTaken
from commands import registry
from commands.connections import keys
from commands.context import Tools
from commands.ports import JobQueue
from providers.gateway import LedgerGateway, VendorHttp, configure, open_http
from providers.provider import Configured, Credentials
from storage.database import Database
from storage.limits import SharedAllowances
from storage.queries import setbacks
from storage.schema import Revision, migrate, revision
from storage.tokens import GrantTokens
from storage.vault import UnusableKeys, Vault


class NotMigrated(Exception):
    """The database is not at the schema of this version."""

    def __init__(self, current: str | None, head: str) -> None:
        where = f"at revision {current}" if current else "empty"
        self.why = f"The database is {where}, and this version needs revision {head}."
        super().__init__(f"{self.why} Run `dext-bot migrate` first.")


class NoDatabase(Exception):
    """The database does not answer."""

    def __init__(self, reason: str) -> None:
        self.why = f"The database does not answer: {reason.rstrip('.')}."
        super().__init__(f"{self.why} Check {name_of('database_url')}.")


class WrongKeys(Exception):
    """The keys that are set open nothing of what is stored."""

    def __init__(self, count: int) -> None:
        stored = (
            "the one sign-in that is" if count == 1 else f"any of the {count:,} sign-ins that are"
        )
        self.why = f"None of the keys in {name_of('secret_keys')} opens {stored} stored."
        self.remedy = (
            "Put back the key that sealed them. If it is lost for good, run "
            "`dext-bot rotate-keys --give-up`: people then have to sign in again."
        )
        super().__init__(f"{self.why} {self.remedy}")


ACTIONABLE = (
    NotMigrated, NoDatabase, WrongKeys, QueueNotReady, TokenRefused, PortTaken, BadSettings,
    UnusableKeys,
)  # fmt: skip


def utc_now() -> datetime:
    return datetime.now(UTC)


def configured(settings: Settings) -> dict[str, Configured]:
    """The softwares with credentials, by key. Raises BadSettings."""
    found = {}
    for each in settings.providers:
        secret = each.client_secret.get_secret_value()
        credentials = Credentials(client_id=each.client_id, client_secret=secret)
        try:
            found[each.key] = configure(
                each.key,
                credentials,
                each.root_url,
                each.environment,
                entitlement=each.entitlement,
            )
        except ValueError as error:
            raise BadSettings((f"{name_of(each.key + '_root_url')}: {error}",)) from error
    return found


def gateway_of(
    settings: Settings, *, http: VendorHttp, tokens: GrantTokens, now: Callable[[], datetime]
) -> LedgerGateway:
    """Vendors' limits are kept for all processes where jobs are distributed."""
    return LedgerGateway(
        http=http,
        configured=configured(settings),
        tokens=tokens,
        now=now,
        keeper=SharedAllowances(tokens.database) if settings.is_distributed else None,
    )


async def upgrade(database_url: str) -> Revision:
    """Apply the migrations that are missing; where it stood before. Raises NoDatabase."""
    try:
        return await migrate(database_url)
    except (SQLAlchemyError, OSError) as error:
        raise _no_database(error) from error


async def upgrade_queue(database_url: str) -> bool:
    """What distributed jobs need; whether anything was missing. Raises NoDatabase, QueueNotReady.

    Where the role may not set its own time-outs, the message says who should.
    """
    try:
        is_new = await bring_up(database_url)
        try:
            limited = await limit_role(database_url)
        except InsufficientPrivilege:
            limited = ()
        await require_queue(database_url)
    except psycopg.Error as error:
        raise _no_database(error) from error
    return is_new or bool(limited)


def _no_database(error: Exception) -> NoDatabase:
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return NoDatabase(reason)


async def require_schema(database: Database) -> None:
    """Raises NotMigrated or NoDatabase."""
    try:
        stands = await revision(database)
    except (SQLAlchemyError, OSError) as error:
        raise _no_database(error) from error
    if not stands.is_current:
        raise NotMigrated(stands.current, stands.head)


def settle() -> None:
    """Tell the garbage collector, once everything is open, that what is here stays.

    It then looks through what requests leave behind and not through every module again: a third
    more answers a second were measured, and half the longest pause.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """Everything that runs, opened in order by `running` and closed in reverse."""

    settings: Settings
    tools: Tools
    slack: Slack
    jobs: InProcessQueue | DistributedQueue
    timetable: Timetable | None  # nobody's here where workers do the jobs

    async def readiness(self) -> dict[str, bool]:
        """Each part by name: whether it does its work."""
        health = self.slack.health()
        return {
            "database": await self._database_answers(),
            "slack": health.installed and health.connected,
            "outbox": health.sending,
            **self._jobs_go_on(),
        }

    def _jobs_go_on(self) -> dict[str, bool]:
        if isinstance(self.jobs, DistributedQueue):
            return {"queue": self.jobs.is_heard}
        return {"worker": self.timetable is not None and self.timetable.is_ticking}

    def web(self) -> Starlette:
        """Slack's endpoint is there only when its requests can be told from others'."""
        secret = self.settings.slack_signing_secret
        return web_app(
            bolt=self.slack.bolt,
            signing_secret=secret.get_secret_value() if secret else None,
            readiness=self.readiness,
            pages=[*routes(self.tools), *webhooks.routes(self.tools, self.settings.webhook_keys)],
        )

    async def _database_answers(self) -> bool:
        try:
            async with self.tools.database.read() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("database.silent", error=type(error).__name__)
            return False
        return True


@asynccontextmanager
async def running(
    settings: Settings, *, now: Callable[[], datetime] = utc_now, is_strict: bool = False
) -> AsyncIterator[Application]:
    """Open everything.

    Raises NotMigrated, NoDatabase, WrongKeys, QueueNotReady, TokenRefused, BadSettings.
    """
    async with AsyncExitStack() as stack:
        database = await _database(stack, settings)
        jobs: InProcessQueue | DistributedQueue = (
            await _doorbell(stack, await _engine(stack, settings, connections=CONNECTIONS))
            if settings.is_distributed
            else InProcessQueue(registry.JOBS)
        )
        clock = await _clock(stack, settings, database, machine=now)
        slack, tools = await _furnished(
            stack, settings, database=database, jobs=jobs, now=clock, is_strict=is_strict
        )
        await _look_at_keys(tools)
        if isinstance(jobs, InProcessQueue):
            async with database.read() as session:
                jobs.open(tools, await setbacks.every(session))
            stack.push_async_callback(jobs.close)
        await slack.open(tools)
        timetable = _timetable(stack, tools, jobs) if isinstance(jobs, InProcessQueue) else None
        log.info("application.started", socket_mode=settings.is_socket_mode, queue=settings.queue)
        yield Application(
            settings=settings, tools=tools, slack=slack, jobs=jobs, timetable=timetable
        )
        log.info("application.stopping")


@asynccontextmanager
async def working(
    settings: Settings, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Worker]:
    """Do jobs and send what they say; hear nobody. Raises as `running` does."""
    async with AsyncExitStack() as stack:
        database = await _database(stack, settings)
        app = await _engine(stack, settings, connections=WORKER_CONNECTIONS)
        queue = await _doorbell(stack, app)
        clock = await _clock(stack, settings, database, machine=now)
        slack, tools = await _furnished(
            stack, settings, database=database, jobs=queue, now=clock, is_strict=False
        )
        await _look_at_keys(tools)
        await slack.outbox.open()
        worker = Worker(app, jobs=registry.JOBS, tools=tools, queue=queue)
        stack.push_async_callback(worker.close)
        worker.open()
        yield worker
        log.info("worker.stopping")


async def _database(stack: AsyncExitStack, settings: Settings) -> Database:
    registry.discover()
    database = await stack.enter_async_context(Database.open(settings.database_url))
    await require_schema(database)
    return database


async def _clock(
    stack: AsyncExitStack,
    settings: Settings,
    database: Database,
    *,
    machine: Callable[[], datetime],
) -> Callable[[], datetime]:
    """One process may go by its machine; several go by the database they share."""
    if not settings.is_distributed:
        return machine
    clock = SharedClock(database, machine=machine)
    stack.push_async_callback(clock.close)
    try:
        await clock.open()
    except (SQLAlchemyError, OSError) as error:
        raise _no_database(error) from error
    return clock


async def _engine(stack: AsyncExitStack, settings: Settings, *, connections: int) -> App:
    try:
        await require_queue(settings.database_url)
    except psycopg.Error as error:
        raise _no_database(error) from error
    app = engine(settings.database_url, connections=connections)
    await app.open_async()
    stack.push_async_callback(app.close_async)
    return app


async def _doorbell(stack: AsyncExitStack, app: App) -> DistributedQueue:
    queue = DistributedQueue(app, registry.JOBS)
    queue.open()
    stack.push_async_callback(queue.close)
    return queue


async def _furnished(
    stack: AsyncExitStack,
    settings: Settings,
    *,
    database: Database,
    jobs: JobQueue,
    now: Callable[[], datetime],
    is_strict: bool,
) -> tuple[Slack, Tools]:
    vault = Vault(settings.keys)
    http = await stack.enter_async_context(open_http())
    tokens = GrantTokens(database, vault, now=now)
    slack = Slack(settings, database=database, vault=vault, now=now, is_strict=is_strict)
    stack.push_async_callback(slack.close)
    tools = Tools(
        database=database,
        vault=vault,
        gateway=gateway_of(settings, http=http, tokens=tokens, now=now),
        jobs=jobs,
        notify=slack.outbox,
        files=Downloads(slack.installs),
        links=WebLinks(public_url=settings.public_url, slack_api_url=settings.slack_api_url),
        now=now,
        sync_every=settings.sync_every,
    )
    return slack, tools


async def _look_at_keys(tools: Tools) -> None:
    try:
        await keys.look(tools)
    except keys.NoKeyFits as error:
        raise WrongKeys(error.count) from error


def _timetable(stack: AsyncExitStack, tools: Tools, queue: InProcessQueue) -> Timetable:
    timetable = Timetable(database=tools.database, jobs=registry.JOBS, queue=queue, now=tools.now)
    stack.callback(timetable.close)
    timetable.open()
    return timetable
