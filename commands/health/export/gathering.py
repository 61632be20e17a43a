"""Everything there is to say about one client's books, for what is taken away to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from commands.health.running.held import Found
from commands.health.running.outcomes import made_of
from commands.health.score.score import Score
from commands.health.score.stretches import Span, since
from providers import registry
from providers.books import DocumentKind
from providers.links import Target
from storage.models import CheckOutcome, HealthPoint
from storage.queries import findings, gathered, health, people
from storage.queries.findings import Listed, Shown

AT_ONCE = 500  # records a statement
GONE = "somebody who has left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """One client's books as they stand. `documents` are those that findings lead to."""

    own: Found
    score: Score | None
    outcomes: Mapping[str, CheckOutcome]
    listed: Sequence[Listed]
    points: Sequence[HealthPoint]
    names: Mapping[str, str]
    documents: Mapping[tuple[str, str], Row[Any]]

    def of(self, code: str) -> Sequence[Listed]:
        return [each for each in self.listed if each.finding.code == code]

    def state(self, each: Listed) -> Shown:
        handling, today = each.handling, self.own.look.books.today
        if handling is None:
            return Shown.OPEN
        if handling.dismissed_at is not None:
            return Shown.DISMISSED
        until = handling.snoozed_until
        return Shown.SNOOZED if until and until > today else Shown.OPEN

    def opened(self, code: str) -> Sequence[Listed]:
        return [each for each in self.of(code) if self.state(each) is Shown.OPEN]

    @property
    def at_stake(self) -> Decimal:
        """Each ledger record once, at the most that any open finding has at stake with it."""
        most: dict[tuple[str, str], Decimal] = {}
        for each in self.listed:
            if each.finding.amount is None or self.state(each) is not Shown.OPEN:
                continue
            records = each.finding.body["records"]
            about = (
                (records[0]["source"], records[0]["remote_id"])
                if records
                else (each.finding.code, each.finding.fingerprint)
            )
            most[about] = max(most.get(about, Decimal()), abs(each.finding.amount))
        return sum(most.values(), Decimal())

    def name(self, person_id: str | None) -> str:
        return self.names.get(person_id, GONE) if person_id else ""

    def link(self, each: Listed) -> str:
        """To the first record of a finding that has a page; empty where none has."""
        for record in each.finding.body["records"]:
            address = self._link(record["source"], record["remote_id"])
            if address:
                return address
        return ""

    def _link(self, source: str, remote_id: str) -> str | None:
        organisation = self.own.look.organisation
        known = self.documents.get((source, remote_id))
        return registry.provider(organisation.provider).link(
            Target(
                source=source,
                remote_id=remote_id,
                kind=DocumentKind(known.kind) if known else None,
                tenant_id=organisation.tenant_id,
                short_code=organisation.details.get("short_code"),
            )
        )


async def gather(session: AsyncSession, own: Found, *, code: str | None = None) -> Gathered:
    """Of all checks, or of one."""
    whose = own.look.whose
    outcomes = await health.outcomes(session, *whose)
    listed = await gathered.everything(session, *whose, code=code)
    today = own.look.books.today
    return Gathered(
        own=own,
        score=made_of(own.look.weights, outcomes),
        outcomes=outcomes,
        listed=listed,
        points=await health.points(session, *whose, since=since(Span.YEAR, today)),
        names={person.id: person.name for person in await people.everybody(session, whose[0])},
        documents=await _documents(session, whose, listed),
    )


async def _documents(
    session: AsyncSession, whose: tuple[str, str], listed: Sequence[Listed]
) -> Mapping[tuple[str, str], Row[Any]]:
    ids = sorted({r["remote_id"] for each in listed for r in each.finding.body["records"]})
    found: dict[tuple[str, str], Row[Any]] = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= await findings.documents(session, *whose, ids[start : start + AT_ONCE])
    return found
