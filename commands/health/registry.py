"""The checks there are, found by looking; nothing registers them."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from inspect import isabstract
from typing import Any

from commands.health import checks
from commands.health.check import Check


@cache
def found() -> Mapping[str, Check[Any]]:
    """By code, in the order of their groups, then by weight, heaviest first, then by title."""
    for module in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}."):
        importlib.import_module(module.name)
    made = [kind() for kind in _kinds(Check) if not isabstract(kind)]
    codes = [check.code for check in made]
    assert len(set(codes)) == len(codes), f"a code is used twice: {sorted(codes)}"
    made.sort(
        key=lambda check: (list(type(check.group)).index(check.group), -check.weight, check.title)
    )
    return {check.code: check for check in made}


def _kinds(kind: type[Any]) -> list[type[Check[Any]]]:
    below = kind.__subclasses__()
    return [*below, *(deeper for each in below for deeper in _kinds(each))]
