"""Structured logs: what they say, what they never say, and the number a person can quote."""

import logging
import re
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TextIO

import msgspec
import structlog

REDACTED = "[redacted]"
SECRET_KEY = re.compile(
    r"token|secret|password|authori[sz]ation$|signature|cookie|verifier|api_key|response_url"
    r"|trigger_id|private_metadata",
    re.IGNORECASE,
)
SECRET_VALUE = re.compile(
    r"xox[a-z]-[\w-]{6,}|xapp-[\w-]{6,}|xoxe[.\w-]{6,}"  # Slack's tokens
    r"|Bearer\s+[\w.~+/=-]{6,}"
    r"|(?<=[?&]code=)[^&\s\"']+|(?<=[?&]state=)[^&\s\"']+"  # OAuth's, in addresses
    r"|(?<=/oauth/start/)[\w-]+"
    r"|(?<=//hooks\.slack\.com/)[\w/-]+"
    r"|(?<=:)[^:/@\s]{3,}(?=@[\w.-]+)",  # the password of a database address
)
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread over the telephone

Event = MutableMapping[str, Any]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def new_correlation_id() -> str:
    """Short enough to quote: `7Q4-KD`, 25 random bits. Unique enough within a day's logs."""
    bits = secrets.randbits(25)
    text = "".join(ALPHABET[bits >> shift & 31] for shift in range(20, -1, -5))
    return f"{text[:3]}-{text[3:]}"


@contextmanager
def correlated(correlation_id: str, **facts: Any) -> Iterator[None]:
    """Every line logged inside carries these."""
    with structlog.contextvars.bound_contextvars(correlation_id=correlation_id, **facts):
        yield


def correlate(correlation_id: str, **facts: Any) -> None:
    """The same for the rest of this task, and quicker."""
    structlog.contextvars.bind_contextvars(correlation_id=correlation_id, **facts)


@lru_cache(maxsize=1024)
def _names_a_secret(key: str) -> bool:
    return SECRET_KEY.search(key) is not None


class Redactor:
    """Takes secrets out of a log line: by the name of the field, by known value, by shape."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = [secret for secret in known if len(secret) >= 6]
        longest_first = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile(
            "|".join([*map(re.escape, longest_first), SECRET_VALUE.pattern]), SECRET_VALUE.flags
        )

    def __call__(self, logger: Any, method: str, event: Event) -> Event:
        for key, value in event.items():
            event[key] = self._field(key, value)
        return event

    def text(self, value: str) -> str:
        return self._pattern.sub(REDACTED, value)

    def _field(self, key: str, value: Any) -> Any:
        if _names_a_secret(key) and value is not None and not isinstance(value, bool):
            return REDACTED
        return self._value(value)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {str(k): self._field(str(k), v) for k, v in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.text(str(value))


def configure(
    *,
    secrets: Iterable[str] = (),
    as_json: bool,
    level: int = logging.INFO,
    out: TextIO | None = None,
) -> None:
    """Send our lines and those of the libraries, redacted, to `out` (standard error by default)."""
    stream = out or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redactor(secrets),
    ]
    draw = _json if as_json else _console(stream)
    structlog.configure(
        processors=[*shared, draw],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, draw],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))


def _json(logger: Any, method: str, event: Event) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def _console(stream: TextIO) -> Callable[[Any, str, Event], str]:
    renderer = structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )

    def draw(logger: Any, method: str, event: Event) -> str:
        return str(renderer(logger, method, event))

    return draw
