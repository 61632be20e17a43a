"""What a check is: questions to the synced books, and what the answers mean."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Row, Select

from commands.health.books.books import Books
from providers.books import AnyRecord

Rows = Mapping[str, Sequence[Row[Any]]]


class Group(StrEnum):
    """Where people look for it."""

    CLEANUP = "Cleanup"
    ACTIVITY = "Activity"
    TAX = "Tax"
    INSIGHTS = "Insights"


class Level(StrEnum):
    """How a check stands, in words; the mark comes second."""

    FINE = "fine"
    WARNING = "needs attention"
    ERROR = "serious"
    NOT_CONFIGURED = "not set up"
    NOT_AVAILABLE = "not available"

    @property
    def mark(self) -> str:
        return {"fine": "●", "needs attention": "▲", "serious": "■"}.get(self.value, "○")


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """Thresholds and choices of a check; each is set for a practice or a client by its name.

    Subclasses are frozen dataclasses of int, Decimal, bool, date, enumerations and tuples of str,
    every field with a default and `metadata={"label": ...}`, which is what people read.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Something in the ledger that a link can lead to."""

    source: str
    remote_id: str


class Change(StrEnum):
    """What we can write to the ledger for a person."""

    SET_DEFAULT = "set contact default"
    ARCHIVE_ACCOUNT = "archive account"

    def several(self, number: int) -> str:
        """What a button says that makes so many of them."""
        words = {Change.SET_DEFAULT: "Set these {} defaults"}
        return words.get(self, "Archive these {} accounts").format(number)


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """A change of the ledger that would mend a finding. `label` says it on a button."""

    change: Change
    label: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong. `key` is what it is about: as long as that stays, so does it.

    `title` names it, `text` says what is wrong in one breath, `fix` what to do. `amount` is what is
    at stake in `currency`, `since` the day its age counts from. `facts` are the columns of an
    export, by their titles.
    """

    key: tuple[str, ...]
    title: str
    text: str
    fix: str
    records: tuple[Record, ...] = ()
    amount: Decimal | None = None
    currency: str | None = None
    since: date | None = None
    is_locked: bool = False
    is_serious: bool = False
    remedy: Remedy | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def fingerprint(self, code: str) -> str:
        """The same for the same trouble on every run, in 32 characters."""
        return blake2b("\0".join((code, *self.key)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Everything a check saw. `figures` are what `judge` needs besides the findings still open:
    plain values that JSON and msgspec can keep."""

    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """How a check stands. `says` is a few words beside its title, such as "28 lines, oldest 20
    days". `share` of the points it brings, 0 to 1, None where it does not count."""

    level: Level
    says: str
    share: Decimal | None = None


class Kind(StrEnum):
    """What a figure is, so that it can be shown."""

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    SHARE = "share"  # 0.25 of 1
    MONTH = "month"  # 2026-06
    DAY = "day"  # 2026-06-30


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure of `Found.figures` that people read: `name` leads to it, dots into what it holds."""

    label: str
    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Rows of figures that people read under column titles: the list `name` of `Found.figures`."""

    name: str
    columns: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """Books for a check to be tried on, and the titles of what it finds there.

    They are as of 30 June 2026 in GBP unless `details` of the organisation say otherwise; options
    are given by name. `level` and `amounts` (of the findings, the largest first) are checked where
    they are told. `before` is what a sync brought earlier.
    """

    records: tuple[AnyRecord, ...]
    finds: tuple[str, ...] = ()
    level: Level | None = None
    amounts: tuple[str, ...] = ()
    provider: str = "xero"
    country: str = "GB"
    details: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[AnyRecord, ...] = ()


OptionsT = TypeVar("OptionsT", bound=Options)


class Check(ABC, Generic[OptionsT]):
    """One file under commands/health/checks declares one subclass. All of it is pure.

    The docstring has three paragraphs that people read: what it finds, then "Why: ...", then
    "Fix: ...". `code` is what they type. `weight` is its part of the default score, 0 for none.
    `facts` and `grid` are what they read of its figures besides the findings. `facet` names the
    fact of a finding by which they choose among many, such as its direction.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[Group]
    weight: ClassVar[int] = 0
    examples: ClassVar[tuple[Example, ...]]
    facts: ClassVar[tuple[Figure, ...]] = ()
    grid: ClassVar[Grid | None] = None
    facet: ClassVar[str | None] = None

    options: type[OptionsT]

    def missing(self, books: Books, options: OptionsT) -> Verdict | None:
        """Why it cannot be answered for these books: NOT_AVAILABLE or NOT_CONFIGURED, in words."""
        return None

    @abstractmethod
    def queries(self, books: Books, options: OptionsT) -> Mapping[str, Select[Any]]:
        """Statements over `books` by name; built here, run elsewhere, each with narrow rows."""

    @abstractmethod
    def find(self, rows: Rows, books: Books, options: OptionsT) -> Found:
        """What the rows of the queries show."""

    @abstractmethod
    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: OptionsT
    ) -> Verdict:
        """How it stands when only these findings count: the others were dismissed or wait."""


def unavailable(says: str) -> Verdict:
    return Verdict(level=Level.NOT_AVAILABLE, says=says)


def unconfigured(says: str) -> Verdict:
    return Verdict(level=Level.NOT_CONFIGURED, says=says)


def graded(level: Level, says: str) -> Verdict:
    """With all points where it is fine, half where it needs attention, none where it is serious."""
    return Verdict(level=level, says=says, share=SHARES[level])


def falling(part: int | Decimal, of: int | Decimal, *, worst: Decimal) -> Decimal:
    """The share of points left: all at nothing wrong, none where `worst` of the whole is."""
    if not of:
        return Decimal(1) if not part else Decimal(0)
    return 1 - min(Decimal(1), Decimal(part) / Decimal(of) / worst)


SHARES = {Level.FINE: Decimal(1), Level.WARNING: Decimal("0.5"), Level.ERROR: Decimal(0)}
