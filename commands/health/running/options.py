"""What a practice and a client have chosen for a check, over its own defaults."""

from collections.abc import Mapping
from typing import Any

import msgspec

from commands.health.check import Check, Options

Chosen = Mapping[str, Mapping[str, Any]]  # {code of the check: {name of the option: value}}


def options(check: Check[Any], practice: Chosen, client: Chosen) -> Options:
    """The client's choice over the practice's over the default. Names unknown by now are ignored.

    Raises msgspec.ValidationError where a value cannot be one of that option.
    """
    given = {**practice.get(check.code, {}), **client.get(check.code, {})}
    made: Options = msgspec.convert(given, check.options, strict=False)
    return made
