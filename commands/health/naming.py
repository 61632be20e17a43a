"""Which check people mean by what they type: its code, its title, a part or a slip of them."""

import re
from collections.abc import Mapping, Sequence
from typing import NewType

from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Refused
from commands.health.registry import found
from commands.registry import Asked, chooser, reader, source
from commands.replies import Answer, Button, Filter, Option, Reply, Words, call

CheckName = NewType("CheckName", str)  # as it was typed; the name of a client may follow

NEAR = 80  # of 100, of the part of a name that is likest
MOST = 3
SHORTEST = 3  # letters that may stand for the rest of a name
_BETWEEN = re.compile(r"[\s_-]+")


def named(typed: str, titles: Mapping[str, str]) -> tuple[str | None, str]:
    """The code of the check whose name `typed` begins with, and the words that follow.

    `titles` are those of all checks by code. The longest name counts; the beginning of one will do
    where it is that of no other.
    """
    words = typed.split()
    keys = _keys(titles)
    for length in range(len(words), 0, -1):
        code = _meant(_key(" ".join(words[:length])), keys)
        if code is not None:
            return code, " ".join(words[length:])
    return None, typed


def nearest(typed: str, titles: Mapping[str, str]) -> Sequence[str]:
    """Codes of at most three checks that may have been meant, the likeliest first."""
    keys = _keys(titles)
    words = typed.split()
    likely: dict[str, float] = {}
    for length in range(1, len(words) + 1):
        hits = process.extract(
            _key(" ".join(words[:length])), keys.keys(), scorer=fuzz.partial_ratio,
            score_cutoff=NEAR, limit=None,
        )  # fmt: skip
        for name, score, _ in hits:
            likely[keys[name]] = max(score, likely.get(keys[name], 0))
    return sorted(likely, key=lambda code: -likely[code])[:MOST]


def titles() -> Mapping[str, str]:
    """Of all checks, by code."""
    return {code: check.title for code, check in found().items()}


def unknown(typed: str) -> Refused:
    """No check is called that; the likely ones, else all to choose from."""
    every = titles()
    meant = [
        Button(label=every[code], does=call("health.check", check=code))
        for code in nearest(typed, every)
    ]
    choose = Button(label="All checks", does=call("health.choose_check"))
    return Refused("health/no_check", *meant, choose, text=typed, meant=bool(meant))


@reader(CheckName)
async def read(session: AsyncSession, asked: Asked) -> str:
    """As it was typed: where its name ends is told with what follows."""
    return asked.text


@chooser(CheckName)
async def choose(asked: Asked) -> str | Answer:
    """Nothing was typed: which of all?"""
    pick = Filter(
        label="Find a check", name=asked.argument, does=asked.invocation, source="health.checks"
    )
    return Reply(parts=(Words(template="health/which", data={"total": len(found())}), pick))


@source("health.checks")
async def offered(context: Context, query: str) -> Sequence[Option]:
    """Checks by what was typed of their title, code or group."""
    wanted = _key(query)
    return [
        Option(value=code, label=check.title, description=check.group.value)
        for code, check in found().items()
        if wanted in f"{_key(check.title)} {_key(code)} {check.group.value.casefold()}"
    ]


def _keys(titles: Mapping[str, str]) -> dict[str, str]:
    return {_key(name): code for code, title in titles.items() for name in (code, title)}


def _meant(key: str, keys: Mapping[str, str]) -> str | None:
    if key in keys:
        return keys[key]
    begun = {code for name, code in keys.items() if name.startswith(key)}
    return begun.pop() if len(begun) == 1 and len(key) >= SHORTEST else None


def _key(name: str) -> str:
    return _BETWEEN.sub(" ", name.casefold()).strip()
