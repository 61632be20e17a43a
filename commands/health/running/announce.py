"""What is said without being asked: a change of colour, and what is newly serious."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import subject_of
from commands.context import Tools
from commands.health.registry import found
from commands.health.running.looking import Look
from commands.health.score.score import Score
from commands.health.words import stake
from commands.replies import Button, Buttons, Reply, Words, call
from storage.models import Health, HealthFinding, News
from storage.queries import findings

NAMED = 3  # findings of a check that are named before it says how many more


@dataclass(frozen=True, kw_only=True, slots=True)
class Serious:
    """What one check has newly found that is serious, the dearest first."""

    code: str
    findings: tuple[HealthFinding, ...]

    @property
    def title(self) -> str:
        return found()[self.code].title

    @property
    def amount(self) -> Decimal:
        return sum((abs(each.amount or Decimal()) for each in self.findings), Decimal())

    def words(self, currency: str) -> dict[str, Any]:
        names = list(dict.fromkeys(each.title for each in self.findings))
        return {
            "check": self.title,
            "count": len(self.findings),
            "amount": stake(self.amount, currency) if self.amount else "",
            "names": names[:NAMED],
            "more": len(names) - NAMED,
            "text": self.findings[0].body["text"],
        }


def health_card(own: Look) -> str:
    """Names the message of one organisation and one of its days."""
    return f"health:{own.organisation.id}:{own.books.today.isoformat()}"


def asked_card(own: Look, row: Health) -> str:
    """Names the message to whoever asked for this look."""
    at = int(row.computed_at.timestamp()) if row.computed_at else 0
    return f"health-asked:{own.organisation.id}:{at}"


async def announce(
    session: AsyncSession,
    tools: Tools,
    own: Look,
    row: Health,
    score: Score | None,
    *,
    new: Mapping[str, frozenset[str]],
) -> None:
    """In the client's channel when it matters; directly to whoever asked, whatever it is.

    `new` are the fingerprints by check that were not found the last time.
    """
    told = row.level
    now = score.colour.value if score else None
    serious = await _serious(session, own, new)
    row.level = now
    is_changed = told is not None and now is not None and told != now
    reply = _reply(own, row, score, told if is_changed else None, serious)
    subject = await subject_of(session, tools, own.connection)
    recipients = {}
    if (is_changed or serious) and own.client.sync_news in {News.EVERYTHING, News.PROBLEMS}:
        recipients[subject.recipient] = health_card(own)
    if row.asked_by is not None and row.due_at is None:  # else the next look answers them
        recipients.setdefault(row.asked_by, asked_card(own, row))
    for recipient, card in recipients.items():
        await tools.notify.post(
            session,
            workspace_id=own.connection.workspace_id,
            to=recipient,
            reply=reply,
            card=card,
        )


async def _serious(
    session: AsyncSession, own: Look, new: Mapping[str, frozenset[str]]
) -> list[Serious]:
    """By check, the dearest first: what was not there before, is serious, and was not dismissed
    long ago."""
    closed = await findings.closed(session, *own.whose, today=own.books.today)
    told = []
    for code, prints in new.items():
        fresh = sorted(prints - closed.get(code, frozenset()))
        found = [e for e in await findings.some(session, *own.whose, code, fresh) if e.is_serious]
        found.sort(key=lambda each: (-abs(each.amount or Decimal()), each.title))
        if found:
            told.append(Serious(code=code, findings=tuple(found)))
    return sorted(told, key=lambda each: (-each.amount, each.title))


def _is_of_this_look(row: Health) -> bool:
    at = row.computed_at
    return at is not None and row.change.get("at") == at.isoformat()


def _reply(
    own: Look,
    row: Health,
    score: Score | None,
    told: str | None,
    serious: Sequence[Serious],
) -> Reply:
    data = {
        "client": own.client.name,
        "software": own.books.software,
        "score": score.value if score else None,
        "colour": score.colour.value if score else None,
        "was": told,
        "change": _rest(row.change, serious) if _is_of_this_look(row) else {},
        "serious": [each.words(own.books.currency) for each in serious],
        "synced_at": own.books.synced_at,
    }
    buttons = [Button(label="Health", does=call("health.show", client=own.client.id))]
    if serious:
        does = call("health.findings", client=own.client.id, check=serious[0].code)
        buttons.insert(0, Button(label="Findings", does=does))
    words = Words(template="health/announced", data=data)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))


def _rest(change: Mapping[str, Any], serious: Sequence[Serious]) -> dict[str, Any]:
    """The difference without the checks of which no more is to be said than what is serious."""
    said = {each.title: len(each.findings) for each in serious}
    checks = [
        each
        for each in change.get("checks", ())
        if each["gone"] or each["new"] != said.get(each["title"])
    ]
    return {**change, "checks": checks}
