"""The command line: serve, worker, migrate, doctor, rotate-keys and sandbox."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from bot.doctor import Finding
    from bot.settings import Settings
    from storage.schema import Revision

BAD_SETTINGS = 2
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 96}


class _InOrderOfUse(click.Group):
    """Help names the commands as they are declared: to try it, to set it up, to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrderOfUse, context_settings=CONTEXT, no_args_is_help=True)
@click.version_option(package_name="dext-bot")
def main() -> None:
    """The connection desk for bookkeepers, in Slack.

    Try it with `sandbox`: it needs nothing and touches nobody's data. To run it for a practice, set
    the variables of the README's table (in the environment or in .env), then run `migrate`,
    `doctor` and `serve`, in that order. More than one machine: `worker` as well.
    """


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65534),
    default=8765,
    show_default=True,
    help="Port of the stand-ins; the bot takes the next one. 0 takes any.",
)
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the bot's database here; forgotten at the end without it.",
)
@click.option("--ledgers-only", is_flag=True, help="Only the stand-in Xero and QuickBooks.")
@click.option("--socket-mode", is_flag=True, help="Deliver over Socket Mode instead of HTTP.")
@click.option("--tour", is_flag=True, help="Play the whole story without a browser, then end.")
@click.option("--verbose", is_flag=True, help="Show what the bot logs.")
def sandbox(
    *,
    port: int,
    no_open: bool,
    data: Path | None,
    ledgers_only: bool,
    socket_mode: bool,
    tour: bool,
    verbose: bool,
) -> None:
    """Try it, with nobody's real data.

    A make-believe Slack, Xero and QuickBooks on this machine, and the bot beside them. It refuses
    to start where settings of a real practice are present.
    """
    _refuse_production()
    _log_in_sandbox(verbose=verbose)
    from bot.settings import has_display
    from bot.trial import Trial, ledgers_alone, tell_the_story, try_out

    trial = Trial(port=port, data=data, socket_mode=socket_mode)
    if ledgers_only:
        _until_stopped(lambda stop: ledgers_alone(port, stop=stop, say=click.echo))
    elif tour:
        sys.exit(0 if _run(tell_the_story(trial)) else 1)
    else:
        browse = not no_open and has_display()
        _until_stopped(lambda stop: try_out(trial, stop=stop, browse=browse, say=click.echo))


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from bot.app import upgrade
    from bot.settings import database_url, is_distributed

    url = _or_leave(database_url)
    is_shared = _or_leave(lambda: is_distributed(url))
    _say_schema(_run(upgrade(url)))
    if is_shared:
        from bot.app import upgrade_queue

        is_changed = _run(upgrade_queue(url))
        click.echo(f"The queue was {'brought to this version' if is_changed else 'ready already'}.")


def _say_schema(before: "Revision") -> None:
    if before.current is None:
        click.echo(f"The schema was created, at revision {before.head}.")
    elif before.is_current:
        click.echo(f"Nothing to do: the schema is at revision {before.head} already.")
    else:
        click.echo(f"The schema was brought from revision {before.current} to {before.head}.")


@main.command()
def doctor() -> None:
    """Say what is wrong, and what to do about it.

    It looks at the settings, the database and its schema, the jobs, the Slack token and its scopes,
    the addresses and each accounting software. It ends with 0 when nothing keeps the bot from
    working.
    """
    from bot.doctor import Level, examine, misspelt
    from bot.settings import BadSettings, load, unknown

    try:
        settings = load()
    except BadSettings as error:
        for line in error.lines:
            click.echo(f"fail  settings: {line}")
        _print_findings(misspelt(unknown()))
        sys.exit(BAD_SETTINGS)
    click.echo("ok    settings: complete")
    findings = [*misspelt(unknown()), *_run(examine(settings))]
    _print_findings(findings)
    sys.exit(1 if any(found.level is Level.FAIL for found in findings) else 0)


def _print_findings(findings: "Sequence[Finding]") -> None:
    for found in findings:
        click.echo(f"{found.level.value:<5} {found.what}")
        if found.remedy:
            click.echo(f"      {found.remedy}")


@main.command()
@click.option("--host", help="Address to listen on; DEXT_HOST, or 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; DEXT_PORT, or 8000.")
def serve(host: str | None, port: int | None) -> None:
    """Run the bot for a practice, until Ctrl-C or SIGTERM."""
    settings = _settings(**({"host": host} if host else {}), **({"port": port} if port else {}))
    _log_to_stderr(settings)
    _until_stopped(lambda stop: _serve(settings, stop))


async def _serve(settings: "Settings", stop: asyncio.Event) -> None:
    from bot.app import running, settle
    from bot.web.server import listening, serving

    door = listening(settings.host, settings.port)
    async with running(settings) as application, serving(application.web(), door):
        settle()
        click.echo(f"Listening on http://{settings.host}:{settings.port}", err=True)
        await stop.wait()


@main.command()
def worker() -> None:
    """Do jobs only; where DEXT_QUEUE is postgres.

    Any number of them may run beside any number of `serve`, with the same settings; they listen on
    no port. Any of them may be stopped or killed at any moment: another takes up its jobs.
    """
    settings = _settings()
    if not settings.is_distributed:
        click.echo(
            "DEXT_QUEUE is embedded: `serve` does the jobs itself, and a worker has none to do. "
            "On PostgreSQL it may be postgres.",
            err=True,
        )
        sys.exit(BAD_SETTINGS)
    _log_to_stderr(settings)
    _until_stopped(lambda stop: _work(settings, stop))


async def _work(settings: "Settings", stop: asyncio.Event) -> None:
    from bot.app import settle, working

    async with working(settings) as started:
        settle()
        click.echo("Waiting for jobs", err=True)
        stopped = asyncio.create_task(stop.wait())
        broken = asyncio.create_task(started.wait())
        done, _ = await asyncio.wait({stopped, broken}, return_when=asyncio.FIRST_COMPLETED)
        if broken in done:
            stopped.cancel()
            broken.result()
        broken.cancel()


@main.command("rotate-keys")
@click.option(
    "--give-up",
    is_flag=True,
    help="Have people sign in again to what no key opens, whose key is lost for good.",
)
def rotate_keys(*, give_up: bool) -> None:
    """Seal every secret with the newest key.

    Put the new key first in DEXT_SECRET_KEYS and keep the old ones after it; restart every process;
    run this; then the old keys can go.
    """
    settings = _settings()
    done = _run(_rotate(settings))
    click.echo(_sealed(done.count))
    if give_up:
        click.echo(_given_up(_run(_give_up(settings))))
    elif done.unreadable:
        click.echo(
            "No key in DEXT_SECRET_KEYS opens these. Put back the key that sealed them; if it is "
            "lost for good, run `dext-bot rotate-keys --give-up`:",
            err=True,
        )
        for row in done.unreadable:
            click.echo(f"  {row}", err=True)
        sys.exit(1)


def _sealed(count: int) -> str:
    if not count:
        return "There is no secret to seal."
    secrets = "1 secret is" if count == 1 else f"{count:,} secrets are"
    return f"{secrets} sealed with the newest key now."


def _given_up(count: int) -> str:
    if not count:
        return "There is nothing to give up: every sign-in can be opened."
    signed = "1 sign-in is" if count == 1 else f"{count:,} sign-ins are"
    return f"{signed} given up. As soon as the bot runs, people are asked to sign in again."


async def _rotate(settings: "Settings") -> Any:
    from dataclasses import replace

    from bot.app import require_schema
    from bot.slack.outbox import reseal as reseal_outbox
    from storage.database import Database
    from storage.queries.secrets import reseal
    from storage.vault import Vault

    vault = Vault(settings.keys)
    async with Database.open(settings.database_url) as database:
        await require_schema(database)
        done = await reseal(database, vault)
        return replace(done, count=done.count + await reseal_outbox(database, vault))


async def _give_up(settings: "Settings") -> int:
    from bot.app import utc_now
    from commands.connections import keys
    from storage.database import Database
    from storage.vault import Vault

    async with Database.open(settings.database_url) as database:
        return await keys.give_up(database, Vault(settings.keys), now=utc_now())


def _settings(**given: Any) -> "Settings":
    from bot.settings import load

    settings: Settings = _or_leave(lambda: load(**given))
    return settings


def _or_leave(read: Callable[[], Any]) -> Any:
    from bot.settings import BadSettings

    try:
        return read()
    except BadSettings as error:
        for line in error.lines:
            click.echo(line, err=True)
        sys.exit(BAD_SETTINGS)


def _refuse_production() -> None:
    from bot.settings import production_settings

    found = production_settings()
    if found:
        click.echo(
            "The sandbox is for make-believe data and does not start beside settings of a real "
            f"practice. Unset these, in the environment and in .env: {', '.join(found)}",
            err=True,
        )
        sys.exit(BAD_SETTINGS)


def _log_to_stderr(settings: "Settings") -> None:
    from bot import telemetry

    telemetry.configure(secrets=settings.secrets, as_json=not sys.stderr.isatty())


def _log_in_sandbox(*, verbose: bool) -> None:
    import logging

    from bot import telemetry

    level = logging.INFO if verbose else logging.ERROR
    telemetry.configure(as_json=not sys.stderr.isatty(), level=level)


def _until_stopped(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run until Ctrl-C or SIGTERM, then let it close what it opened."""

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stop.set)
        await work(stop)

    _run(run())


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Errors a person can act on are one line, not a traceback."""
    from bot.app import ACTIONABLE

    try:
        return asyncio.run(work)
    except ACTIONABLE as error:
        _leave(str(error))
    except KeyboardInterrupt:
        _leave("Interrupted.")


def _leave(line: str) -> NoReturn:
    click.echo(line, err=True)
    sys.exit(1)
