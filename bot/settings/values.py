"""Which values a setting may have; each raises ValueError with what is wrong in words."""

import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from bot.settings.names import name_of

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


def split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def keys(found: Sequence[str]) -> None:
    """The newest first, each long enough to protect anything."""
    if not found:
        raise ValueError("is empty; it needs at least one key, the newest first")
    for number, key in enumerate(found, 1):
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"has a key (number {number}) of fewer than {SHORTEST_KEY} characters")


def bot_token(text: str) -> None:
    if not text.startswith("xoxb-"):
        raise ValueError("is not a bot token, which begins with xoxb-")


def app_token(text: str) -> None:
    if not text.startswith("xapp-"):
        raise ValueError("is not an app-level token, which begins with xapp-")


def address(text: str) -> str:
    """Without a slash at its end."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http or https address")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must be https unless it is on this machine")
    return text.rstrip("/")


def base(text: str) -> str:
    """To which a path is appended."""
    return text.rstrip("/") + "/"


def either(field: str, text: str) -> str:
    """One of the two words that `field` knows."""
    if text not in EITHER[field]:
        raise ValueError(f"is neither {' nor '.join(EITHER[field])}")
    return text


def port(given: int | str) -> int:
    if not str(given).isdecimal() or not 1 <= int(given) <= LAST_PORT:
        raise ValueError(f"is not a port from 1 to {LAST_PORT}")
    return int(given)


def database(value: str) -> str:
    if urlsplit(value).scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError("names neither SQLite nor PostgreSQL")
    return value


def interval(given: timedelta | str) -> timedelta:
    if isinstance(given, timedelta):
        return given
    found = re.fullmatch(r"([1-9][0-9]{0,2})\s*(m|h|d)", given.strip().lower())
    every = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not SHORTEST_INTERVAL <= every <= LONGEST_INTERVAL:
        raise ValueError("is not a length of time from 30m to 7d")
    return every


def queue(value: str, database_url: str | None) -> str:
    """`database_url` is None where it is malformed, which is told already."""
    if value not in {EMBEDDED, POSTGRES}:
        raise ValueError(f"is neither {EMBEDDED} nor {POSTGRES}")
    if value == POSTGRES and database_url and database_url.startswith("sqlite"):
        needed = name_of("database_url")
        raise ValueError(f"is {POSTGRES}, which needs {needed} to name a PostgreSQL database")
    return value
