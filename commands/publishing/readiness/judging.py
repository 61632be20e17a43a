"""What every judgement of an item looks at, and how it names what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from commands.publishing.choices import Choices
from commands.publishing.coding import Coded, Coding, Sourced
from commands.publishing.facts import Facts
from commands.publishing.lists import Lists
from commands.publishing.readiness.obstacles import Obstacle
from providers.records import ListRecord

XERO, QUICKBOOKS = "xero", "quickbooks"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An item with its coding, and the ledger it is to go to."""

    facts: Facts
    coding: Coding
    choices: Choices
    lists: Lists

    def finds(
        self, code: str, field: str | None = None, line: int | None = None, /, **facts: str
    ) -> Obstacle:
        """Everything found names the software."""
        return Obstacle(
            code=code, field=field, line=line, facts={"software": self.lists.software, **facts}
        )

    def by_ledger(self, *, xero: str, quickbooks: str, other: str) -> str:
        """The code of the ledger at hand."""
        return {XERO: xero, QUICKBOOKS: quickbooks}.get(self.lists.key, other)

    def said(self, name: Coded) -> Iterator[tuple[int | None, Sourced]]:
        """Each value that is used, once: the item's, then those of lines that have their own."""
        lines = self.coding.lines
        own = {i: each[name] for i, each in enumerate(lines) if name in each}
        of_item = self.coding.fields.get(name)
        if of_item is not None and of_item.value and (not lines or len(own) < len(lines)):
            yield None, of_item
        for i, each in own.items():
            if each.value:
                yield i, each


def document_day(facts: Facts, lists: Lists | None) -> date | None:
    """The document's, else the day it was handed in, where the books are kept (product §11.1)."""
    if facts.day is not None:
        return facts.day
    return _local_day(facts.submitted_at, lists) if facts.submitted_at else None


def _local_day(instant: datetime, lists: Lists | None) -> date:
    zone = lists.organisation.time_zone if lists else None
    return instant.astimezone(ZoneInfo(zone) if zone else UTC).date()


def called(entry: ListRecord) -> str:
    """429 General expenses."""
    return f"{entry.code} {entry.name}" if entry.code and entry.code != entry.name else entry.name


def dated(day: date) -> str:
    """1 May 2026."""
    return f"{day.day} {day:%B %Y}"
