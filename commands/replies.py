"""What a command answers with: words and parts, and never a word of Slack's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from commands.charts import Chart
from commands.files import File

_quoted = lru_cache(maxsize=4096)(quote_plus)  # a page says the same ids over and over


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A command somebody typed, or did not have to type because it was a button."""

    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Short enough for a menu option: `connections.disconnect?connection=ab12&version=3`."""
        pairs = sorted(self.arguments.items())
        query = "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in pairs)
        return f"{self.command}?{query}" if query else self.command

    @classmethod
    def parse(cls, text: str) -> "Invocation":
        """Inverse of `str`."""
        command, _, query = text.partition("?")
        return cls(command=command, arguments=dict(parse_qsl(query, keep_blank_values=True)))

    def having(self, **arguments: str) -> "Invocation":
        """The same with these arguments added or replaced."""
        return Invocation(command=self.command, arguments={**self.arguments, **arguments})


def call(command: str, **arguments: str | int) -> Invocation:
    """Name a command with its arguments."""
    return Invocation(command=command, arguments={k: str(v) for k, v in arguments.items()})


class Style(StrEnum):
    """How much a button stands out."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


class Audience(StrEnum):
    """Who sees an answer."""

    ONLY_ME = "only me"
    CHANNEL = "channel"


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirm:
    """A question asked before a button acts."""

    title: str
    text: str
    yes: str
    no: str = "Keep"


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """A command to press. With `url` it opens the browser instead."""

    label: str
    does: Invocation | None = None
    url: str | None = None
    style: Style = Style.PLAIN
    confirm: Confirm | None = None
    description: str | None = None  # read by screen readers when the label alone is ambiguous


@dataclass(frozen=True, kw_only=True, slots=True)
class Menu:
    """Several commands behind one word, such as Manage.

    `shown_by` shows the message again that the menu stands in: Slack lets a menu keep what was
    chosen, and does not hear of it when that is chosen once more.
    """

    label: str
    items: tuple[Button, ...]
    shown_by: Invocation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One choice of a field."""

    value: str
    label: str
    description: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A title line, plain text."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Text from the template `<area>/<name>`, with at most one thing to press beside it."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    beside: Button | Menu | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallPrint:
    """Quiet text from a template."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Buttons:
    """A row of things to press; the first is the primary one if it says so."""

    items: tuple[Button | Menu, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """Short labelled facts, two beside each other."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows under column titles; cells are plain text. A heading above it may be its `caption`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numeric: frozenset[int] = frozenset()  # columns to align right


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """A select in a message: choosing runs `does` with the choice as its argument `name`."""

    label: str
    name: str
    does: Invocation
    options: tuple[Option, ...] = ()
    source: str | None = None  # the name of an option source, for long lists
    chosen: Option | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Divider:
    """A line between two things."""


Part = Heading | Words | SmallPrint | Buttons | Fields | Table | Chart | Filter | Divider


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer. `replaces` asks that the message holding the pressed button becomes this one.

    `files` go to the person who asked, directly and before the answer is shown.
    """

    parts: tuple[Part, ...]
    audience: Audience = Audience.ONLY_ME
    replaces: bool = True
    files: tuple[File, ...] = ()


NOTHING = Reply(parts=())  # another message says it; the private one it was asked from goes


def say(template: str, *buttons: Button | Menu, **data: Any) -> Reply:  # what a template may show
    """The commonest answer: one text and perhaps a row of buttons."""
    words = Words(template=template, data=data)
    return Reply(parts=(words, Buttons(items=buttons)) if buttons else (words,))


@dataclass(frozen=True, kw_only=True, slots=True)
class TextField:
    """A line or several of text."""

    name: str
    label: str
    initial: str = ""
    hint: str | None = None
    optional: bool = False
    multiline: bool = False
    max_length: int = 255


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceField:
    """One of a few, all visible; of many when `compact`."""

    name: str
    label: str
    options: tuple[Option, ...]
    initial: str | None = None
    hint: str | None = None
    optional: bool = False
    compact: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchField:
    """One of thousands, found by typing; `source` names the option source."""

    name: str
    label: str
    source: str
    initial: Option | None = None
    hint: str | None = None
    optional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ManyField:
    """Any number of many, found by typing."""

    name: str
    label: str
    source: str
    initial: tuple[Option, ...] = ()
    hint: str | None = None
    optional: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelField:
    """A channel of the workspace."""

    name: str
    label: str
    initial: str | None = None
    hint: str | None = None
    optional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonField:
    """A person of the workspace."""

    name: str
    label: str
    initial: str | None = None
    hint: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DateField:
    """A day. It is handed on as ISO 8601 writes it."""

    name: str
    label: str
    initial: date | None = None
    hint: str | None = None
    optional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FileField:
    """Files, at most ten. Their ids at Slack are handed on, commas between."""

    name: str
    label: str
    hint: str | None = None
    optional: bool = False


Field = (
    TextField
    | ChoiceField
    | SearchField
    | ManyField
    | ChannelField
    | PersonField
    | DateField
    | FileField
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Something to fill in. Submitting runs `submits` with every field as an argument.

    `title` has at most 24 characters; `parts` stand above the fields.
    """

    title: str
    submits: Invocation | None
    submit_label: str = "Continue"
    close_label: str = "Cancel"
    parts: tuple[Part, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What App Home shows."""

    parts: tuple[Part, ...]


Answer = Reply | Form | Home
