"""The command line says in one line what is wrong, and ends with a number that means it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from bot.sandbox.seed import BOT_TOKEN, SIGNING_SECRET
from storage.database import Database
from storage.models import Grant, GrantState
from storage.schema import migrate, revision
from storage.vault import Vault
from tests.builders import a_grant, a_workspace, save
from tests.ports import free_port

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("DEXT_", "SLACK_"))
}
COMPLETE = {
    "DEXT_PUBLIC_URL": "https://dext.example.com",
    "DEXT_SECRET_KEYS": "canary-key " * 4,
    "DEXT_SLACK_BOT_TOKEN": "xoxb-canary-token",
    "DEXT_SLACK_SIGNING_SECRET": "canary-signing-secret",
    "DEXT_XERO_CLIENT_ID": "xero-id",
    "DEXT_XERO_CLIENT_SECRET": "canary-xero-secret",
}


def bot(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**ENVIRONMENT, **settings},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def stand_ins(tmp_path: Path) -> Iterator[str]:
    """A sandbox to be the world of `serve` and `doctor`: gives its address."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "sandbox", "--no-open", "--port", str(port)],
        env=ENVIRONMENT,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert str(port) in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def in_the_sandbox(address: str, folder: Path) -> dict[str, str]:
    return COMPLETE | {
        "DEXT_DATABASE_URL": f"sqlite:///{folder}/served.db",
        "DEXT_SLACK_BOT_TOKEN": BOT_TOKEN,
        "DEXT_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "DEXT_SLACK_API_URL": f"{address}/api/",
        "DEXT_XERO_ROOT_URL": f"{address}/ledgers/xero",
    }


def test_help_names_every_command(tmp_path: Path) -> None:
    told = bot("--help", folder=tmp_path)

    assert told.returncode == 0
    for command in ("serve", "migrate", "doctor", "rotate-keys", "sandbox"):
        assert command in told.stdout


def test_help_is_quick_because_nothing_is_imported(tmp_path: Path) -> None:
    slow = "import sys; from bot import cli; print([m for m in ('slack_bolt', 'sqlalchemy') "
    told = subprocess.run(
        [sys.executable, "-c", f"{slow}if m in sys.modules])"],
        env=ENVIRONMENT,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["serve", "doctor", "rotate-keys"])
def test_missing_settings_are_told_line_by_line(command: str, tmp_path: Path) -> None:
    told = bot(command, folder=tmp_path)

    lines = [line for line in (told.stdout + told.stderr).splitlines() if "DEXT_" in line]
    assert told.returncode == 2
    assert len(lines) == 5
    assert "Traceback" not in told.stderr


def test_serve_refuses_a_database_without_the_schema_and_says_how(tmp_path: Path) -> None:
    told = bot("serve", folder=tmp_path, **COMPLETE, DEXT_PORT=str(free_port()))

    assert told.returncode == 1
    assert "dext-bot migrate" in told.stderr
    assert "Traceback" not in told.stderr


async def test_migrate_needs_the_database_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fresh.db"
    told = bot("migrate", folder=tmp_path, DEXT_DATABASE_URL=url)
    again = bot("migrate", folder=tmp_path, DEXT_DATABASE_URL=url)

    assert (told.returncode, again.returncode) == (0, 0)
    assert told.stdout.startswith("The schema was created, at revision ")
    assert again.stdout.startswith("Nothing to do: the schema is at revision ")
    async with Database.open(url) as database:
        assert (await revision(database)).is_current


def test_migrate_says_when_nobody_answers(tmp_path: Path) -> None:
    url = f"postgresql://dext:canary@127.0.0.1:{free_port()}/dext"
    told = bot("migrate", folder=tmp_path, DEXT_DATABASE_URL=url)

    assert told.returncode == 1
    assert "does not answer" in told.stderr
    assert "canary" not in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("name", ["DEXT_SLACK_BOT_TOKEN", "DEXT_PUBLIC_URL"])
def test_the_sandbox_does_not_start_beside_a_real_practice(name: str, tmp_path: Path) -> None:
    told = bot("sandbox", "--no-open", folder=tmp_path, **{name: COMPLETE[name]})
    (tmp_path / ".env").write_text(f"{name}={COMPLETE[name]}\n")
    from_file = bot("sandbox", "--no-open", folder=tmp_path)

    for each in (told, from_file):
        assert each.returncode == 2
        assert name in each.stderr
        assert "canary" not in each.stderr


@pytest.mark.parametrize("taken", [0, 1])
def test_a_port_that_is_taken_is_one_clear_line(taken: int, tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1] - taken  # the bot takes the next one
        told = bot("sandbox", "--no-open", "--port", str(port), folder=tmp_path)

    assert told.returncode == 1
    assert re.fullmatch(r"Port \d+ on 127.0.0.1 is taken by something else.\n", told.stderr)


def test_the_bot_is_served_until_it_is_told_to_stop(stand_ins: str, tmp_path: Path) -> None:
    settings = in_the_sandbox(stand_ins, tmp_path)
    port = free_port()
    assert bot("migrate", folder=tmp_path, **settings).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--port", str(port)],
        env={**ENVIRONMENT, **settings},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                assert answer.status == 200
                break
        except (URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < until
            time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "application.started" in errors
    for name in ("DEXT_SLACK_BOT_TOKEN", "DEXT_SLACK_SIGNING_SECRET", "DEXT_SECRET_KEYS"):
        assert settings[name] not in errors


def test_the_doctor_finds_nothing_wrong_in_a_good_installation(
    stand_ins: str, tmp_path: Path
) -> None:
    settings = in_the_sandbox(stand_ins, tmp_path)
    bot("migrate", folder=tmp_path, **settings)
    told = bot("doctor", folder=tmp_path, **settings)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "ok    database: SQLite" in told.stdout
    assert "ok    slack: the bot token belongs to Fernhill" in told.stdout
    assert "https://dext.example.com/oauth/callback/xero" in told.stdout
    assert "ok    Xero: knows our application" in told.stdout
    assert "fail" not in told.stdout


def test_the_doctor_says_what_to_do_about_each_fault(tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    settings = in_the_sandbox(nobody, tmp_path)
    told = bot("doctor", folder=tmp_path, **settings)

    assert told.returncode == 1
    assert told.stdout.count("dext-bot migrate") == 1
    assert "fail  slack:" in told.stdout
    assert "fail  Xero: nobody answers" in told.stdout
    assert "canary" not in told.stdout + told.stderr


def test_the_doctor_warns_of_a_setting_that_nothing_reads(tmp_path: Path) -> None:
    odd = {"DEXT_XERO_CLIENTID": "x", "DEXT_COLOUR": "red"}
    told = bot("doctor", folder=tmp_path, **odd)
    lines = told.stdout.splitlines()

    typo = lines.index("warn  settings: nothing reads DEXT_XERO_CLIENTID")
    stray = lines.index("warn  settings: nothing reads DEXT_COLOUR")
    assert lines[typo + 1].strip() == "Did you mean DEXT_XERO_CLIENT_ID?"
    assert lines[stray + 1].strip() == "Remove it, or look it up in README."


def test_a_wrong_bot_token_is_refused_at_the_start(stand_ins: str, tmp_path: Path) -> None:
    settings = in_the_sandbox(stand_ins, tmp_path) | {
        "DEXT_SLACK_BOT_TOKEN": "xoxb-canary-of-another",
        "DEXT_PORT": str(free_port()),
    }
    bot("migrate", folder=tmp_path, **settings)
    told = bot("serve", folder=tmp_path, **settings)
    examined = bot("doctor", folder=tmp_path, **settings)

    assert told.returncode == 1
    assert "does not accept the bot token" in told.stderr
    assert "fail  slack: the bot token is refused" in examined.stdout
    assert "canary" not in told.stderr + examined.stdout


def test_keys_are_rotated(stand_ins: str, tmp_path: Path) -> None:
    settings = in_the_sandbox(stand_ins, tmp_path) | {"DEXT_PORT": str(free_port())}
    bot("migrate", folder=tmp_path, **settings)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        env={**ENVIRONMENT, **settings},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    while "application.started" not in process.stderr.readline():
        assert process.poll() is None
    process.terminate()
    process.communicate(timeout=20)

    keys = f"{'n' * 40},{settings['DEXT_SECRET_KEYS']}"
    newest = settings | {"DEXT_SECRET_KEYS": keys}
    warned = bot("doctor", folder=tmp_path, **newest)
    done = bot("rotate-keys", folder=tmp_path, **newest)
    alone = bot("doctor", folder=tmp_path, **settings | {"DEXT_SECRET_KEYS": "n" * 40})
    other = settings | {"DEXT_SECRET_KEYS": "o" * 40}
    examined = bot("doctor", folder=tmp_path, **other)
    lost = bot("rotate-keys", folder=tmp_path, **other)

    assert "warn  secrets: 1 is sealed with an older key" in warned.stdout
    assert "1 secret is sealed with the newest key" in done.stdout
    assert "sealed with an older key" not in alone.stdout
    assert "fail  secrets: 1 is sealed with a key that DEXT_SECRET_KEYS does not" in examined.stdout
    assert (examined.returncode, lost.returncode) == (1, 1)
    assert "workspace:T0FERNHILL" in lost.stderr


async def test_keys_that_open_nothing_start_nothing_until_what_they_lost_is_given_up(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/served.db"
    await migrate(url)
    async with Database.open(url) as database:
        tokens = Vault(["lost" * 10]).seal("tokens", "grant:x")
        await save(database, a_workspace(), a_grant(sealed_tokens=tokens))
    settings = COMPLETE | {"DEXT_DATABASE_URL": url, "DEXT_PORT": str(free_port())}
    refused = bot("serve", folder=tmp_path, **settings)
    listed = bot("rotate-keys", folder=tmp_path, **settings)
    done = bot("rotate-keys", "--give-up", folder=tmp_path, **settings)

    said = [line for line in refused.stderr.splitlines() if not line.startswith("{")]
    assert (refused.returncode, len(said)) == (1, 1)
    assert said[0].startswith("None of the keys in DEXT_SECRET_KEYS opens the one sign-in")
    assert listed.returncode == 1
    assert "1 sign-in is given up" in done.stdout
    assert done.returncode == 0
    async with Database.open(url) as database, database.read() as session:
        assert (await session.scalars(select(Grant.state))).all() == [GrantState.LOST]
