"""Settings, from the environment or an `.env` file; the only module that reads either."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "DEXT_"
PROVIDERS = ("xero", "quickbooks")
SLACK_API_URL = "https://slack.com/api/"
SQLITE_DEFAULT = "sqlite:///dext-bot.sqlite3"
SHORTEST_INTERVAL, LONGEST_INTERVAL = timedelta(minutes=30), timedelta(days=7)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SHORTEST_KEY = 32  # characters, as storage/vault.py wants them
EMBEDDED, POSTGRES = "embedded", "postgres"
DERIVED, ENTITLED = "derived", "entitled"
EITHER = {
    "quickbooks_environment": ("production", "sandbox"),
    "slack_charts": ("picture", "native"),
    "xero_journals": (DERIVED, ENTITLED),
}
LAST_PORT = 65535
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PRODUCTION_ONLY = (
    "secret_keys", "slack_bot_token", "slack_app_token", "slack_signing_secret",
    "slack_api_url", "public_url", "xero_client_id", "xero_client_secret", "xero_root_url",
    "quickbooks_client_id", "quickbooks_client_secret", "quickbooks_root_url",
    "xero_webhook_key", "quickbooks_webhook_token", "xero_journals",
)  # fmt: skip

EXAMPLES = {
    "database_url": "postgresql://dext@db.example.com/dext",
    "public_url": "https://dext.example.com",
    "secret_keys": "the output of: openssl rand -base64 32",
    "slack_bot_token": "xoxb-…, from Slack's page OAuth & Permissions",
    "slack_app_token": "xapp-…, from Slack's page Basic Information, App-Level Tokens",
    "slack_signing_secret": "32 hexadecimal digits, from Slack's page Basic Information",
    "slack_api_url": SLACK_API_URL,
    "xero_client_id": "from developer.xero.com, My Apps, Configuration",
    "xero_client_secret": "from developer.xero.com, My Apps, Configuration",
    "xero_root_url": "http://127.0.0.1:8765/ledgers/xero",
    "quickbooks_client_id": "from developer.intuit.com, Keys & credentials",
    "quickbooks_client_secret": "from developer.intuit.com, Keys & credentials",
    "quickbooks_root_url": "http://127.0.0.1:8765/ledgers/quickbooks",
    "xero_webhook_key": "from developer.xero.com, My Apps, Webhooks",
    "quickbooks_webhook_token": "from developer.intuit.com, Webhooks, Verifier token",
    "sync_every": "24h",
    "port": "8000",
    "host": "0.0.0.0",  # noqa: S104  # an example in words, nothing is bound
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderSettings:
    """Our application at one vendor; `root_url` re-roots all of the vendor's addresses,
    `entitlement` is what the vendor grants it that it does not grant everybody."""

    key: str
    client_id: str
    client_secret: SecretStr
    root_url: str | None
    environment: str
    entitlement: str | None = None


class BadSettings(Exception):
    """Settings are missing or malformed: one line each, fit to be printed."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def name_of(field: str) -> str:
    """The name in the environment."""
    return (PREFIX + field).upper()


def _problem(field: str, what: str) -> str:
    example = EXAMPLES.get(field)
    return f"{name_of(field)} {what}" + (f" (example: {example})" if example else "")


class Settings(BaseSettings):
    """Everything a person may set. Secrets are kept out of `repr`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: str = Field(default=SQLITE_DEFAULT, repr=False)
    queue: str = EMBEDDED
    public_url: str
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode]
    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = SLACK_API_URL
    slack_charts: str = "picture"
    xero_client_id: str | None = None
    xero_client_secret: SecretStr | None = None
    xero_root_url: str | None = None
    xero_journals: str = DERIVED
    quickbooks_client_id: str | None = None
    quickbooks_client_secret: SecretStr | None = None
    quickbooks_root_url: str | None = None
    quickbooks_environment: str = "production"
    xero_webhook_key: SecretStr | None = None
    quickbooks_webhook_token: SecretStr | None = None
    sync_every: timedelta = timedelta(hours=24)
    host: str = "127.0.0.1"
    port: int = 8000

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("secret_keys")
    @classmethod
    def _are_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not value:
            raise ValueError("is empty; it needs at least one key, the newest first")
        for number, key in enumerate(value, 1):
            if len(key.get_secret_value()) < SHORTEST_KEY:
                raise ValueError(f"has a key (number {number}) of fewer than 32 characters")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("is not a bot token, which begins with xoxb-")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("is not an app-level token, which begins with xapp-")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        return _database(value)

    @field_validator("queue")
    @classmethod
    def _is_queue(cls, value: str, info: ValidationInfo) -> str:
        return _queue(value, info.data.get("database_url"))

    @field_validator("public_url", "slack_api_url", "xero_root_url", "quickbooks_root_url")
    @classmethod
    def _is_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("is not an http or https address")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("must be https unless it is on this machine")
        return value.rstrip("/") + ("/" if info.field_name == "slack_api_url" else "")

    @field_validator("quickbooks_environment", "slack_charts", "xero_journals")
    @classmethod
    def _is_one_of_two(cls, value: str, info: ValidationInfo) -> str:
        either = EITHER[str(info.field_name)]
        if value not in either:
            raise ValueError(f"is neither {' nor '.join(either)}")
        return value

    @field_validator("port", mode="before")
    @classmethod
    def _is_port(cls, value: Any) -> Any:
        if not str(value).isdecimal() or not 1 <= int(value) <= LAST_PORT:
            raise ValueError(f"is not a port from 1 to {LAST_PORT}")
        return value

    @field_validator("sync_every", mode="before")
    @classmethod
    def _is_interval(cls, value: Any) -> Any:
        return _interval(value) if isinstance(value, str) else value

    @property
    def webhook_keys(self) -> dict[str, str]:
        """What notices are signed with, by software; one that is missing does not notify us."""
        given = {"xero": self.xero_webhook_key, "quickbooks": self.quickbooks_webhook_token}
        return {key: secret.get_secret_value() for key, secret in given.items() if secret}

    @property
    def is_entitled(self) -> bool:
        """Xero lets our application read journals, and refuses no sign-in that asks for them."""
        return self.xero_journals == ENTITLED

    @property
    def is_distributed(self) -> bool:
        """Jobs are rung for over PostgreSQL, and done by workers."""
        return self.queue == POSTGRES

    @property
    def is_socket_mode(self) -> bool:
        return self.slack_app_token is not None

    @property
    def providers(self) -> tuple[ProviderSettings, ...]:
        """The softwares with credentials."""
        return tuple(
            ProviderSettings(
                key=key,
                client_id=getattr(self, f"{key}_client_id"),
                client_secret=getattr(self, f"{key}_client_secret"),
                root_url=getattr(self, f"{key}_root_url"),
                environment=self.quickbooks_environment if key == "quickbooks" else "production",
                entitlement="journals" if key == "xero" and self.is_entitled else None,
            )
            for key in PROVIDERS
            if getattr(self, f"{key}_client_id")
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """Key ring of the vault, newest first."""
        return tuple(key.get_secret_value() for key in self.secret_keys)

    @property
    def secrets(self) -> frozenset[str]:
        """Every value that must never be written anywhere."""
        held = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.xero_client_secret,
            self.quickbooks_client_secret,
            self.xero_webhook_key,
            self.quickbooks_webhook_token,
            *self.secret_keys,
        )
        password = urlsplit(self.database_url).password
        found = {secret.get_secret_value() for secret in held if secret is not None}
        return frozenset(found | ({password} if password else set()))


def _database(value: str) -> str:
    if urlsplit(value).scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError("names neither SQLite nor PostgreSQL")
    return value


def _interval(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,2})\s*(m|h|d)", text.strip().lower())
    every = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not SHORTEST_INTERVAL <= every <= LONGEST_INTERVAL:
        raise ValueError("is not a length of time from 30m to 7d")
    return every


def _queue(value: str, database_url: str | None) -> str:
    """`database_url` is None where it is malformed, which is told already."""
    if value not in {EMBEDDED, POSTGRES}:
        raise ValueError(f"is neither {EMBEDDED} nor {POSTGRES}")
    if value == POSTGRES and database_url and database_url.startswith("sqlite"):
        needed = name_of("database_url")
        raise ValueError(f"is {POSTGRES}, which needs {needed} to name a PostgreSQL database")
    return value


def contradictions(present: Set[str]) -> Iterator[str]:
    """What is wrong with which settings are given together; `present` are names of fields."""
    if not present & {"slack_app_token", "slack_signing_secret"}:
        yield _problem(
            "slack_signing_secret",
            "is missing; without it nobody can tell Slack's requests from others'. Or set "
            f"{name_of('slack_app_token')}, to use Socket Mode",
        )
    for key in PROVIDERS:
        pair = (f"{key}_client_id", f"{key}_client_secret")
        absent = [field for field in pair if field not in present]
        if len(absent) == 1:
            yield _problem(absent[0], "is missing; the other half of the pair is set")
    if not present & {f"{key}_client_id" for key in PROVIDERS}:
        yield (
            f"{name_of('xero_client_id')} is missing, and so is "
            f"{name_of('quickbooks_client_id')}; without either there is nothing to connect "
            f"clients to (example: {EXAMPLES['xero_client_id']})"
        )


def load(env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """Read the settings; `given` win over both. Raises BadSettings naming all that is wrong."""
    lines = list(
        contradictions({field for field, value in given.items() if value} | _set(env_file))
    )
    try:
        settings = Settings(_env_file=env_file, **given)  # type: ignore[call-arg]  # not a field
    except ValidationError as error:
        raise BadSettings((*_lines(error), *lines)) from None  # the original may quote a value
    if lines:
        raise BadSettings(tuple(lines))
    return settings


def database_url(env_file: Path | None = Path(".env")) -> str:
    """One of the two settings `migrate` needs. Raises BadSettings."""
    given = _values(env_file).get(name_of("database_url")) or SQLITE_DEFAULT
    try:
        return _database(given)
    except ValueError as error:
        raise BadSettings((_problem("database_url", str(error)),)) from None


def is_distributed(database_url: str, env_file: Path | None = Path(".env")) -> bool:
    """The other one. Raises BadSettings."""
    given = _values(env_file).get(name_of("queue")) or EMBEDDED
    try:
        return _queue(given, database_url) == POSTGRES
    except ValueError as error:
        raise BadSettings((_problem("queue", str(error)),)) from None


def unknown(env_file: Path | None = Path(".env")) -> dict[str, str | None]:
    """Names with our prefix that no setting has: {name: the nearest known one, if one is near}."""
    known = [name_of(field) for field in Settings.model_fields]
    given = {name.upper() for name in _values(env_file) if name.upper().startswith(PREFIX)}
    return {
        name: next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)
        for name in sorted(given - set(known))
    }


def has_display() -> bool:
    """A browser can be shown: always on macOS and Windows, with a display elsewhere."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _values(env_file: Path | None) -> dict[str, str | None]:
    return {**(dotenv_values(env_file) if env_file else {}), **os.environ}


def _set(env_file: Path | None) -> set[str]:
    """Fields that the environment or the file gives a value."""
    values = _values(env_file)
    return {field for field in Settings.model_fields if values.get(name_of(field))}


def _lines(error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_input=False, include_url=False):
        field = str(detail["loc"][0])
        if detail["type"] == "missing":
            yield _problem(field, f"is missing; {WHY[field]}")
        elif detail["type"] == "value_error":
            yield _problem(field, detail["msg"].removeprefix("Value error, "))
        else:
            yield _problem(field, f"is not understood: {detail['msg'].lower()}")


WHY: Mapping[str, str] = {
    "public_url": "people follow links to it when they sign in to their software",
    "secret_keys": "tokens are kept sealed with it",
    "slack_bot_token": "nothing can be said in Slack without it",
}


def production_settings(env_file: Path | None = Path(".env")) -> tuple[str, ...]:
    """Names of what is set that belongs to a real practice; the sandbox starts with none of it.

    A database of SQLite is not among it: the sandbox brings its own and touches no other.
    """
    values = _values(env_file)
    found = [name_of(field) for field in PRODUCTION_ONLY if values.get(name_of(field))]
    database = values.get(name_of("database_url"))
    if database and not database.startswith("sqlite"):
        found.append(name_of("database_url"))
    return tuple(found)


@contextmanager
def hidden(*prefixes: str) -> Iterator[None]:
    """Keep these variables from a library that reads the environment behind our back."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(prefixes)}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)
