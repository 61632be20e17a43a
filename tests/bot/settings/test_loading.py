"""Settings are complete, or all that is wrong is said at once and nothing secret with it."""

from pathlib import Path
from typing import Any

import pytest

from bot.app import configured
from bot.settings import BadSettings, database_url, load, production_settings

GOOD: dict[str, Any] = {
    "DEXT_PUBLIC_URL": "https://dext.example.com",
    "DEXT_SECRET_KEYS": "k" * 40,
    "DEXT_SLACK_BOT_TOKEN": "xoxb-canary-1",
    "DEXT_SLACK_SIGNING_SECRET": "canary-signing-secret",
    "DEXT_XERO_CLIENT_ID": "xero-id",
    "DEXT_XERO_CLIENT_SECRET": "canary-xero-secret",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    import os

    for name in [name for name in os.environ if name.startswith("DEXT_")]:
        monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problems() -> tuple[str, ...]:
    with pytest.raises(BadSettings) as found:
        load(None)
    return found.value.lines


def test_complete_settings_are_read(environment: pytest.MonkeyPatch) -> None:
    settings = load(None)

    assert settings.public_url == "https://dext.example.com"
    assert settings.database_url.startswith("sqlite:///")
    assert settings.slack_api_url == "https://slack.com/api/"
    assert not settings.is_socket_mode
    assert [each.key for each in settings.providers] == ["xero"]


@pytest.mark.parametrize(
    ("said", "entitlement"), [(None, None), ("derived", None), ("entitled", "journals")]
)
def test_xero_is_asked_for_journals_by_an_application_that_says_it_is_entitled(
    environment: pytest.MonkeyPatch, said: str | None, entitlement: str | None
) -> None:
    if said is not None:
        environment.setenv("DEXT_XERO_JOURNALS", said)
    settings = load(None)

    assert [each.entitlement for each in settings.providers] == [entitlement]
    scopes = configured(settings)["xero"].provider.oauth.scopes
    assert ("accounting.journals.read" in scopes) is (entitlement is not None)


def test_every_missing_setting_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        environment.delenv(name)

    lines = problems()

    assert [line.split()[0] for line in lines] == [
        "DEXT_PUBLIC_URL",
        "DEXT_SECRET_KEYS",
        "DEXT_SLACK_BOT_TOKEN",
        "DEXT_SLACK_SIGNING_SECRET",
        "DEXT_XERO_CLIENT_ID",
    ]
    assert all("example:" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DEXT_PUBLIC_URL", "dext.example.com", "not an http or https address"),
        ("DEXT_PUBLIC_URL", "http://dext.example.com", "must be https"),
        ("DEXT_SECRET_KEYS", "short", "fewer than 32 characters"),
        ("DEXT_SECRET_KEYS", " , ", "needs at least one key"),
        ("DEXT_SLACK_BOT_TOKEN", "xoxp-canary", "not a bot token"),
        ("DEXT_SLACK_APP_TOKEN", "xoxb-canary", "not an app-level token"),
        ("DEXT_DATABASE_URL", "mysql://canary@db/dext", "neither SQLite nor PostgreSQL"),
        ("DEXT_QUICKBOOKS_ENVIRONMENT", "staging", "neither production nor sandbox"),
        ("DEXT_QUICKBOOKS_CLIENT_ID", "only-half", "DEXT_QUICKBOOKS_CLIENT_SECRET is missing"),
        ("DEXT_XERO_CLIENT_SECRET", "", "DEXT_XERO_CLIENT_SECRET is missing"),
        ("DEXT_SLACK_CHARTS", "pie", "is neither picture nor native"),
        ("DEXT_XERO_JOURNALS", "yes", "is neither derived nor entitled"),
        ("DEXT_PORT", "eighty", "is not a port from 1 to 65535"),
        ("DEXT_PORT", "65536", "is not a port from 1 to 65535"),
        ("DEXT_XERO_ROOT_URL", "ftp://x", "not an http or https address"),
    ],
)
def test_a_malformed_setting_is_one_clear_line(
    environment: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    environment.setenv(name, value)

    (line,) = problems()

    assert says in line
    assert "canary" not in line


def test_malformed_and_contradicting_settings_are_told_together(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("DEXT_PUBLIC_URL", "nowhere")
    environment.delenv("DEXT_SLACK_SIGNING_SECRET")

    assert len(problems()) == 2


def test_an_app_token_takes_the_place_of_the_signing_secret(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("DEXT_SLACK_SIGNING_SECRET")
    environment.setenv("DEXT_SLACK_APP_TOKEN", "xapp-canary")

    assert load(None).is_socket_mode


def test_keys_are_split_newest_first(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DEXT_SECRET_KEYS", f"{'n' * 32}, {'o' * 32}")

    assert load(None).keys == ("n" * 32, "o" * 32)


def test_no_secret_is_in_the_repr(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DEXT_DATABASE_URL", "postgresql://dext:canary-password@db/dext")
    settings = load(None)

    assert "canary" not in repr(settings)
    assert "canary" not in repr(settings.providers)
    assert "k" * 40 not in repr(settings)
    assert {"xoxb-canary-1", "canary-xero-secret", "canary-password"} <= settings.secrets


def test_an_env_file_is_read_and_the_environment_wins(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("DEXT_PORT=9000\nDEXT_PUBLIC_URL=https://file.example.com\n")

    settings = load(file)

    assert (settings.port, settings.public_url) == (9000, "https://dext.example.com")


def test_the_database_address_alone_is_enough_to_migrate(
    environment: pytest.MonkeyPatch,
) -> None:
    for name in GOOD:
        environment.delenv(name)
    environment.setenv("DEXT_DATABASE_URL", "postgresql://db/dext")

    assert database_url(None) == "postgresql://db/dext"


def test_what_belongs_to_a_real_practice_is_found(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DEXT_DATABASE_URL", "postgresql://db/dext")

    assert set(production_settings(None)) == {*GOOD, "DEXT_DATABASE_URL"}


def test_a_database_of_sqlite_does_not_keep_the_sandbox_from_starting(
    environment: pytest.MonkeyPatch,
) -> None:
    for name in GOOD:
        environment.delenv(name)
    environment.setenv("DEXT_DATABASE_URL", "sqlite:///somewhere.db")

    assert production_settings(None) == ()
