"""What is known of a failure: why it happens, what helps, who can do it, and with which button."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

_FIELDS = Formatter()
UNNAMED = "the ledger"  # where nobody says which software it is


class Retry(StrEnum):
    """Whether it is tried again without anybody's doing."""

    NEVER = "never"
    ONCE = "once"
    AUTOMATIC = "automatic"


class Nature(StrEnum):
    """What kind of failure it is, and so whose business."""

    VALIDATION = "validation"
    AUTHORISATION = "authorisation"
    PERMISSION = "permission"
    LIMIT = "limit"
    STATE = "state"
    TRANSIENT = "transient"
    HELPER = "helper"
    NOTICE = "notice"  # it goes, but not quite as wished


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """A button: the `command` it leads to, and the field to correct there."""

    label: str
    command: str
    field: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An entry about one item, in words. `text` is what the vendor said, verbatim; `after` is what
    is told of it once the item has gone."""

    code: str
    title: str
    cause: str
    remedy: str
    who_can: str
    button: Remedy
    retry: Retry
    nature: Nature
    text: str | None = None
    after: str = ""

    @property
    def sentence(self) -> str:
        """The title with its full stop, for what follows it."""
        return self.title if self.title[-1:] in {".", "?", "”"} else f"{self.title}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """`title` holds for any item; `precise` is better where all the facts it names are known, and
    `after` tells the same of an item that is published.

    `reads` finds facts, by the names of its groups, in the vendor's own words.
    """

    code: str
    title: str
    cause: str
    remedy: str
    who_can: str
    button: Remedy
    nature: Nature
    retry: Retry = Retry.NEVER
    precise: str | None = None
    after: str | None = None
    reads: re.Pattern[str] | None = None

    def told(self, facts: Mapping[str, str]) -> Told:
        """With the facts of the case at hand."""
        facts = {**self._read(facts.get("text")), **facts}
        precise = _filled(self.precise, facts) if self.precise else None
        software = {"software": facts.get("software") or UNNAMED}
        return Told(
            code=self.code,
            title=_sentence(precise or self.title.format(**software)),
            cause=_sentence(self.cause.format(**software)),
            remedy=_sentence(self.remedy.format(**software)),
            who_can=_sentence(self.who_can.format(**software)),
            button=self.button,
            retry=self.retry,
            nature=self.nature,
            text=facts.get("text") or None,
            after=(_filled(self.after, facts) if self.after else None) or "",
        )

    def _read(self, text: str | None) -> Mapping[str, str]:
        found = self.reads.search(text) if self.reads and text else None
        return found.groupdict() if found else {}


def _filled(template: str, facts: Mapping[str, str]) -> str | None:
    named = {name for _, name, _, _ in _FIELDS.parse(template) if name}
    if not all(facts.get(name) for name in named):
        return None
    return template.format(**facts)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
