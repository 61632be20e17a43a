"""What is wrong with an installation, in the words of what to do about it."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import psycopg
from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.app import (
    NoDatabase,
    NotMigrated,
    WrongKeys,
    configured,
    gateway_of,
    require_schema,
    utc_now,
)
from bot.jobs.installation import QueueNotReady, load, require_queue, set_aside
from bot.jobs.setbacks import LIMIT
from bot.jobs.shelf import SetAside
from bot.settings import LOOPBACK, SLACK_API_URL, BadSettings, Settings, name_of
from bot.slack.app import CALL_WITHIN
from bot.slack.installs import web_client
from bot.slack.refusals import code
from bot.slack.scopes import NEEDED, OPTIONAL
from bot.web.links import WebLinks
from commands.connections import keys
from commands.publishing.catalogue import is_known
from providers import registry as providers
from providers.errors import NotPermitted, ProviderError, TryAgain
from providers.gateway import LedgerGateway, open_http
from storage.database import Database, role_timeouts
from storage.models import Setback
from storage.queries import freshness, publications, setbacks
from storage.queries.secrets import on_old_keys
from storage.tokens import GrantTokens
from storage.vault import Vault

ROTATE = "Run `dext-bot rotate-keys`."
LATELY = timedelta(days=30)
MOST_SAID = 5  # of what ledgers said, the most frequent


class Level(StrEnum):
    """Only `fail` keeps the bot from working; a `note` is what cannot be looked at from here."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the doctor, and what to do about it."""

    level: Level
    what: str
    remedy: str = ""


def _ok(what: str) -> Finding:
    return Finding(level=Level.OK, what=what)


def _note(what: str) -> Finding:
    return Finding(level=Level.NOTE, what=what)


def _warn(what: str, remedy: str) -> Finding:
    return Finding(level=Level.WARN, what=what, remedy=remedy)


def _fail(what: str, remedy: str) -> Finding:
    return Finding(level=Level.FAIL, what=what, remedy=remedy)


async def examine(settings: Settings) -> list[Finding]:
    """Everything that can be looked at without a person signing in."""
    vault = Vault(settings.keys)
    found: list[Finding] = []
    async with Database.open(settings.database_url) as database:
        found += [finding async for finding in _database(database, vault)]
        found += [finding async for finding in stuck(database)]
        found += [finding async for finding in not_understood(database, since=utc_now() - LATELY)]
        if settings.is_distributed:
            found += [finding async for finding in _queue(settings.database_url)]
        else:
            found += [finding async for finding in failing(database)]
            found += [finding async for finding in _limits(database)]
        found += [finding async for finding in _slack(settings)]
        found += _addresses(settings)
        tokens = GrantTokens(database, vault, now=utc_now)
        async with open_http() as http:
            try:
                gateway = gateway_of(settings, http=http, tokens=tokens, now=utc_now)
            except BadSettings as error:
                return [*found, _fail(f"accounting software: {error}", "Correct that setting.")]
            for key in configured(settings):
                found.append(await _provider(gateway, key))
    return found


def misspelt(names: Mapping[str, str | None]) -> list[Finding]:
    """Settings that nothing reads: {name: the known name it may stand for}."""
    return [
        _warn(
            f"settings: nothing reads {name}",
            f"Did you mean {nearest}?" if nearest else "Remove it, or look it up in README.",
        )
        for name, nearest in names.items()
    ]


async def _database(database: Database, vault: Vault) -> AsyncIterator[Finding]:
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        await require_schema(database)
    except NoDatabase as error:
        yield _fail(f"database: {error.why}", f"Check {name_of('database_url')}.")
        return
    except NotMigrated as error:
        yield _fail(f"database: {error.why}", "Run `dext-bot migrate`.")
        return
    yield _ok(f"database: {kind}, at the schema of this version")
    async for finding in sealed(database, vault):
        yield finding


async def sealed(database: Database, vault: Vault) -> AsyncIterator[Finding]:
    """What the newest key does not open, or none does."""
    async with database.read() as session:
        old = await on_old_keys(session, vault)
        shut_out = await keys.shut_out_of(session, vault)
    readable = old.count - old.lost
    if readable:
        yield _warn(f"secrets: {_are(readable)} sealed with an older key", ROTATE)
    if shut_out:
        wrong = WrongKeys(shut_out)
        yield _fail(f"secrets: {wrong.why} Nothing starts with them.", wrong.remedy)
    elif old.lost:
        yield _fail(
            f"secrets: {_are(old.lost)} sealed with a key that {name_of('secret_keys')} does not "
            "have",
            f"Put it back behind the others. {ROTATE} If it is lost, people have to sign in again.",
        )


def _are(count: int) -> str:
    return "1 is" if count == 1 else f"{count:,} are"


async def stuck(database: Database) -> AsyncIterator[Finding]:
    """Syncs that were set aside, wherever jobs are done."""
    try:
        async with database.read() as session:
            found = await freshness.stuck(session)
    except (SQLAlchemyError, OSError):
        return  # told above
    for each in found:
        again = f"; it is tried again {each.due_at:%d %B, %H:%M} UTC" if each.due_at else ""
        yield _warn(
            f"sync: {each.client_name} failed {_times(each.attempts)} in a way that was not "
            f"foreseen{again}",
            f"Look for {each.organisation_id} in the logs.",
        )


async def not_understood(database: Database, *, since: datetime) -> AsyncIterator[Finding]:
    """What ledgers said to items that stand refused, in words the catalogue does not explain."""
    try:
        async with database.read() as session:
            refused = await publications.refusals(session, since=since)
    except (SQLAlchemyError, OSError):
        return  # told above
    said = Counter(
        each["text"] for problems in refused for each in problems if not is_known(each["code"])
    )
    for text, count in said.most_common(MOST_SAID):
        yield _warn(
            f"publishing: {_items(count)} refused since {since:%d %B} in words we do not explain: "
            f"“{text}”",
            "Add them to commands/publishing/catalogue, so that people read what to do.",
        )


def _items(count: int) -> str:
    return "1 item stands" if count == 1 else f"{count:,} items stand"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times in a row"


async def _limits(database: Database) -> AsyncIterator[Finding]:
    try:
        unset = [name for name, value in (await role_timeouts(database)).items() if value == "0"]
    except (SQLAlchemyError, OSError):
        return  # told above
    if unset:
        yield _warn(
            f"database: no {' and no '.join(unset)} is set",
            "A frozen process could hold the others up. Set them for the role, for example "
            "ALTER ROLE dext SET idle_in_transaction_session_timeout = '30s'.",
        )


async def _queue(database_url: str) -> AsyncIterator[Finding]:
    try:
        await require_queue(database_url)
        at_work = await load(database_url)
        shelved = await set_aside(database_url)
    except QueueNotReady as error:
        yield _fail("queue: it cannot be used yet", str(error))
        return
    except psycopg.Error as error:
        yield _fail(f"queue: no answer ({type(error).__name__})", "Check the database.")
        return
    if at_work.workers:
        yield _ok(
            f"queue: {_workers(at_work.workers)} at work; {at_work.running:,} jobs run and "
            f"{at_work.waiting:,} wait"
        )
    else:
        yield _warn(
            f"queue: no worker was seen in the last minute; {at_work.waiting:,} jobs wait",
            "Start at least one: `dext-bot worker`.",
        )
    for each in shelved:
        if each.needs_attention:
            yield _set_aside(each, "in the logs of the workers")


async def failing(database: Database) -> AsyncIterator[Finding]:
    """Jobs of any kind that keep failing, where they are done by the process that rings."""
    try:
        async with database.read() as session:
            found = await setbacks.every(session)
    except (SQLAlchemyError, OSError):
        return  # told above
    for each in found:
        if each.failures >= LIMIT:
            yield _set_aside(each, "in the log")


def _set_aside(each: SetAside | Setback, where: str) -> Finding:
    return _warn(
        f"queue: {each.job} for {each.key} failed {_times(each.failures)} ({each.error}) and is "
        f"set aside until {each.until:%d %B, %H:%M} UTC",
        f"Look for job.failed with that key {where}.",
    )


def _workers(count: int) -> str:
    return "1 worker" if count == 1 else f"{count:,} workers"


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    async with ClientSession(timeout=CALL_WITHIN) as session:
        token = settings.slack_bot_token.get_secret_value()
        client = web_client(token, base_url=settings.slack_api_url, session=session)
        try:
            told = await client.auth_test()
        except SlackApiError as error:
            yield _fail(
                f"slack: the bot token is refused ({code(error) or 'no answer of Slack'})",
                f"Copy it again to {name_of('slack_bot_token')} from Slack's page "
                "OAuth & Permissions.",
            )
            return
        except (ClientError, OSError, TimeoutError) as error:
            yield _fail(
                f"slack: {urlsplit(settings.slack_api_url).netloc} does not answer "
                f"({type(error).__name__})",
                "Check the network from this machine, and DEXT_SLACK_API_URL if you set it.",
            )
            return
        yield _ok(f"slack: the bot token belongs to {told.get('team')}, as {told.get('user')}")
        yield _scopes(told.headers)
        if settings.slack_app_token is not None:
            yield await _socket(client, settings.slack_app_token.get_secret_value())


def _scopes(headers: Any) -> Finding:
    said = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    if said is None:
        return _warn("slack: it does not say which scopes the token has", "Nothing to do.")
    granted = {scope.strip() for scope in str(said).split(",")}
    missing = sorted(NEEDED - granted)
    if missing:
        return _fail(
            f"slack: the token lacks {', '.join(missing)}",
            "Paste manifest.yml into Slack's page App Manifest, then install the app again.",
        )
    absent = sorted(OPTIONAL - granted)
    if absent:
        return _warn(
            f"slack: without {', '.join(absent)} a message may stand twice after a cut connection",
            "Grant the optional scopes when installing, or leave it so.",
        )
    return _ok("slack: the token has every scope of manifest.yml")


async def _socket(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return _fail(
            f"slack: the app-level token is refused ({code(error)})",
            "Make one with the scope connections:write on Slack's page Basic Information.",
        )
    return _ok("slack: Socket Mode can be opened")


def _addresses(settings: Settings) -> Sequence[Finding]:
    links = WebLinks(public_url=settings.public_url, slack_api_url=settings.slack_api_url)
    found = [
        _note(
            f"address: the app at {providers.provider(each.key).name} has to list "
            f"{links.callback(each.key)} as redirect address"
        )
        for each in settings.providers
    ]
    is_local = urlsplit(settings.public_url).hostname in LOOPBACK
    if is_local and settings.slack_api_url == SLACK_API_URL:
        found.append(
            _warn(
                f"address: {settings.public_url} is reached from this machine only",
                f"People sign in from theirs: set {name_of('public_url')} to an https address.",
            )
        )
    if not settings.is_socket_mode:
        endpoint = f"{settings.public_url}/slack/events"
        found.append(_note(f"address: the app at Slack has to send everything to {endpoint}"))
    return found


async def _provider(gateway: LedgerGateway, key: str) -> Finding:
    name = gateway.provider(key).name
    try:
        await gateway.probe(key)
    except NotPermitted:
        return _fail(
            f"{name}: our application is not known there",
            f"Check {name_of(key + '_client_id')} and {name_of(key + '_client_secret')}.",
        )
    except TryAgain:
        return _fail(
            f"{name}: nobody answers", "Check the network from this machine, then try again."
        )
    except ProviderError as error:
        return _fail(
            f"{name}: something else answers there ({type(error).__name__})",
            f"Check {name_of(key + '_root_url')}, or leave it out.",
        )
    return _ok(f"{name}: knows our application")
