"""Everything said between the workspace and the bot, kept for the log without secrets."""

import re
from collections import deque
from typing import Any

Json = dict[str, Any]

SECRET_KEYS = frozenset(
    {"token", "client_secret", "code", "refresh_token", "access_token", "bot_access_token"}
)
SECRET_TEXT = re.compile(r"\b(?:xox[a-z]-|xapp-|xoxe\.|v0=)[\w.-]+")
KEPT = 2_000


def masked(value: Any) -> Any:
    """The same shape, with tokens and signatures replaced by `***`."""
    if isinstance(value, dict):
        return {k: "***" if k in SECRET_KEYS else masked(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return SECRET_TEXT.sub("***", value) if isinstance(value, str) else value


class Traffic:
    """The newest entries, oldest first; each has `kind`, `at` and what passed."""

    def __init__(self) -> None:
        self._entries: deque[Json] = deque(maxlen=KEPT)

    def note(self, kind: str, at: float, **facts: Any) -> None:
        self._entries.append({"kind": kind, "at": round(at, 3), **facts})

    def entries(self) -> list[Json]:
        return [masked(entry) for entry in self._entries]

    def clear(self) -> None:
        self._entries.clear()
