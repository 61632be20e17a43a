"""Everything a person may set, checked, and what follows from it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings import values
from bot.settings.names import PREFIX
from bot.settings.values import DERIVED, EMBEDDED, ENTITLED, POSTGRES

PROVIDERS = ("xero", "quickbooks")
SLACK_API_URL = "https://slack.com/api/"
SQLITE_DEFAULT = "sqlite:///dext-bot.sqlite3"


def _is_one_of_two(value: str, info: ValidationInfo) -> str:
    return values.either(str(info.field_name), value)


def _are_keys(found: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    values.keys([key.get_secret_value() for key in found])
    return found


def _is_bot_token(token: SecretStr) -> SecretStr:
    values.bot_token(token.get_secret_value())
    return token


def _is_app_token(token: SecretStr) -> SecretStr:
    values.app_token(token.get_secret_value())
    return token


Address = Annotated[str, AfterValidator(values.address)]
OneOfTwo = Annotated[str, AfterValidator(_is_one_of_two)]


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

    database_url: Annotated[str, AfterValidator(values.database)] = Field(
        default=SQLITE_DEFAULT, repr=False
    )
    queue: str = EMBEDDED
    public_url: Address
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode, AfterValidator(_are_keys)]
    slack_bot_token: Annotated[SecretStr, AfterValidator(_is_bot_token)]
    slack_app_token: Annotated[SecretStr, AfterValidator(_is_app_token)] | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: Annotated[Address, AfterValidator(values.base)] = SLACK_API_URL
    slack_charts: OneOfTwo = "picture"
    xero_client_id: str | None = None
    xero_client_secret: SecretStr | None = None
    xero_root_url: Address | None = None
    xero_journals: OneOfTwo = DERIVED
    quickbooks_client_id: str | None = None
    quickbooks_client_secret: SecretStr | None = None
    quickbooks_root_url: Address | None = None
    quickbooks_environment: OneOfTwo = "production"
    xero_webhook_key: SecretStr | None = None
    quickbooks_webhook_token: SecretStr | None = None
    sync_every: Annotated[timedelta, BeforeValidator(values.interval)] = timedelta(hours=24)
    host: str = "127.0.0.1"
    port: Annotated[int, BeforeValidator(values.port)] = 8000

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return values.split(value) if isinstance(value, str) else value

    @field_validator("queue")
    @classmethod
    def _is_queue(cls, value: str, info: ValidationInfo) -> str:
        return values.queue(value, info.data.get("database_url"))

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
