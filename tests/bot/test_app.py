"""The application opens in order, closes in reverse, and lets no secret into its logs (F26)."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr

from bot import telemetry
from bot.app import NoDatabase, NotMigrated, WrongKeys, running, utc_now
from bot.sandbox import tour
from bot.sandbox.driver import Driver
from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, fernhill
from bot.sandbox.server import create_app
from bot.sandbox.server import running as serving_stand_ins
from bot.settings import Settings, load
from bot.slack.installs import TokenRefused
from bot.trial import SECRET_KEY, Trial, opened, plant, settings_for
from storage.database import Database
from storage.vault import Vault
from tests.builders import a_grant, a_workspace, save


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Everything that anybody logs, down to the last detail of the libraries."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level)
    stream = io.StringIO()
    telemetry.configure(
        secrets=[BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, SECRET_KEY],
        as_json=True,
        level=logging.DEBUG,
        out=stream,
    )
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:], root.level = kept[0], kept[1]
    structlog.reset_defaults()


def some_settings(tmp_path: Path, address: str, **over: object) -> Settings:
    trial = Trial(data=tmp_path)
    settings = settings_for(trial, address=address, public_url="http://127.0.0.1:9", data=tmp_path)
    return settings.model_copy(update=over)


async def test_a_database_without_the_schema_is_refused(tmp_path: Path) -> None:
    settings = some_settings(tmp_path, "http://127.0.0.1:9")

    with pytest.raises(NotMigrated, match="dext-bot migrate"):
        async with running(settings):
            pass


async def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/no/such/folder/dext.db"
    settings = some_settings(tmp_path, "http://127.0.0.1:9", database_url=url)

    with pytest.raises(NoDatabase):
        async with running(settings):
            pass


async def test_it_starts_without_slack_and_says_that_it_is_not_ready(
    tmp_path: Path, sqlite_url: str
) -> None:
    settings = some_settings(tmp_path, "http://127.0.0.1:9", database_url=sqlite_url)
    async with running(settings) as application:
        found = await application.readiness()

    assert found == {"database": True, "slack": False, "outbox": True, "worker": True}


async def test_a_token_slack_refuses_stops_the_start(tmp_path: Path, sqlite_url: str) -> None:
    async with serving_stand_ins(create_app()) as address:
        settings = load(
            None,
            **some_settings(tmp_path, address, database_url=sqlite_url).model_dump()
            | {"slack_bot_token": "xoxb-of-somebody-else"},
        )
        with pytest.raises(TokenRefused):
            async with running(settings):
                pass


async def test_a_bot_token_that_no_key_opens_is_sealed_anew(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with serving_stand_ins(create_app()) as address:
        settings = some_settings(tmp_path, address, database_url=sqlite_url)
        for keys in (settings.secret_keys, (SecretStr("another key, long enough to be one"),)):
            async with running(settings.model_copy(update={"secret_keys": keys})) as application:
                found = await application.readiness()

            assert found["slack"]


async def test_keys_that_open_no_sign_in_stop_the_start(tmp_path: Path, database_url: str) -> None:
    settings = some_settings(tmp_path, "http://127.0.0.1:9", database_url=database_url)
    other = (SecretStr("another key, long enough to be one"),)
    async with Database.open(database_url) as database:
        tokens = Vault(settings.keys).seal("tokens", "grant:x")
        await save(database, a_workspace(), a_grant(sealed_tokens=tokens))

    with pytest.raises(WrongKeys, match="DEXT_SECRET_KEYS opens the one sign-in") as refused:
        async with running(settings.model_copy(update={"secret_keys": other})):
            pass

    assert "dext-bot rotate-keys --give-up" in str(refused.value)
    async with running(settings.model_copy(update={"secret_keys": other + settings.secret_keys})):
        pass


async def test_the_practice_is_planted_once(tmp_path: Path, sqlite_url: str) -> None:
    for _ in range(2):
        await plant(sqlite_url, fernhill())
    async with Database.open(sqlite_url) as database, database.read() as session:
        from storage.queries import people

        everybody = await people.everybody(session, fernhill().team_id)

    assert len(everybody) == len(fernhill().people)
    assert utc_now().tzinfo is not None


@pytest.mark.parametrize("socket_mode", [False, True])
async def test_no_secret_of_a_journey_is_logged(
    tmp_path: Path, out: io.StringIO, socket_mode: bool
) -> None:
    trial = Trial(port=0, data=tmp_path, socket_mode=socket_mode)
    async with opened(trial) as here:
        told: list[str] = []
        assert await tour.play(here.address, told.append), told
        async with Driver(here.address) as driver:
            await driver.type("ana", "acme", '/dext connect "Bright Bakery"')
        providers = here.application.settings.providers

    logged = out.getvalue()
    secrets = {BOT_TOKEN, SIGNING_SECRET, SECRET_KEY} | {
        each.client_secret.get_secret_value() for each in providers
    }
    assert "command.finished" in logged
    assert len(logged) > 10_000
    assert [secret for secret in secrets if secret in logged] == []
    assert "/oauth/start/" + telemetry.REDACTED in logged or "/oauth/start/" not in logged
