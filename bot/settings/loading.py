"""Settings are read whole, or all that is wrong with them is said at once."""

from collections.abc import Iterator, Set
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.settings import values
from bot.settings.environment import variables
from bot.settings.names import EXAMPLES, PREFIX, WHY, BadSettings, name_of, problem
from bot.settings.settings import PROVIDERS, SQLITE_DEFAULT, Settings
from bot.settings.values import EMBEDDED, POSTGRES

PRODUCTION_ONLY = (
    "secret_keys", "slack_bot_token", "slack_app_token", "slack_signing_secret",
    "slack_api_url", "public_url", "xero_client_id", "xero_client_secret", "xero_root_url",
    "quickbooks_client_id", "quickbooks_client_secret", "quickbooks_root_url",
    "xero_webhook_key", "quickbooks_webhook_token", "xero_journals",
)  # fmt: skip


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
    given = variables(env_file).get(name_of("database_url")) or SQLITE_DEFAULT
    try:
        return values.database(given)
    except ValueError as error:
        raise BadSettings((problem("database_url", str(error)),)) from None


def is_distributed(database_url: str, env_file: Path | None = Path(".env")) -> bool:
    """The other one. Raises BadSettings."""
    given = variables(env_file).get(name_of("queue")) or EMBEDDED
    try:
        return values.queue(given, database_url) == POSTGRES
    except ValueError as error:
        raise BadSettings((problem("queue", str(error)),)) from None


def unknown(env_file: Path | None = Path(".env")) -> dict[str, str | None]:
    """Names with our prefix that no setting has: {name: the nearest known one, if one is near}."""
    known = [name_of(field) for field in Settings.model_fields]
    given = {name.upper() for name in variables(env_file) if name.upper().startswith(PREFIX)}
    return {
        name: next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)
        for name in sorted(given - set(known))
    }


def contradictions(present: Set[str]) -> Iterator[str]:
    """What is wrong with which settings are given together; `present` are names of fields."""
    if not present & {"slack_app_token", "slack_signing_secret"}:
        yield problem(
            "slack_signing_secret",
            "is missing; without it nobody can tell Slack's requests from others'. Or set "
            f"{name_of('slack_app_token')}, to use Socket Mode",
        )
    for key in PROVIDERS:
        pair = (f"{key}_client_id", f"{key}_client_secret")
        absent = [field for field in pair if field not in present]
        if len(absent) == 1:
            yield problem(absent[0], "is missing; the other half of the pair is set")
    if not present & {f"{key}_client_id" for key in PROVIDERS}:
        yield (
            f"{name_of('xero_client_id')} is missing, and so is "
            f"{name_of('quickbooks_client_id')}; without either there is nothing to connect "
            f"clients to (example: {EXAMPLES['xero_client_id']})"
        )


def _set(env_file: Path | None) -> set[str]:
    """Fields that the environment or the file gives a value."""
    given = variables(env_file)
    return {field for field in Settings.model_fields if given.get(name_of(field))}


def _lines(error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_input=False, include_url=False):
        field = str(detail["loc"][0])
        if detail["type"] == "missing":
            yield problem(field, f"is missing; {WHY[field]}")
        elif detail["type"] == "value_error":
            yield problem(field, detail["msg"].removeprefix("Value error, "))
        else:
            yield problem(field, f"is not understood: {detail['msg'].lower()}")


def production_settings(env_file: Path | None = Path(".env")) -> tuple[str, ...]:
    """Names of what is set that belongs to a real practice; the sandbox starts with none of it.

    A database of SQLite is not among it: the sandbox brings its own and touches no other.
    """
    given = variables(env_file)
    found = [name_of(field) for field in PRODUCTION_ONLY if given.get(name_of(field))]
    database = given.get(name_of("database_url"))
    if database and not database.startswith("sqlite"):
        found.append(name_of("database_url"))
    return tuple(found)
