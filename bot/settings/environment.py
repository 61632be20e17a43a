"""The variables of the environment and of an `.env` file; nothing but settings is read there."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values


def variables(env_file: Path | None) -> dict[str, str | None]:
    """By name; the environment wins over the file."""
    return {**(dotenv_values(env_file) if env_file else {}), **os.environ}


def has_display() -> bool:
    """A browser can be shown: always on macOS and Windows, with a display elsewhere."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


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
