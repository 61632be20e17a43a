"""What is said without being asked: a change of colour, and what is newly serious."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import subject_of
from commands.context import Tools
from commands.health.registry import found
from commands.health.running.looking import Look
from commands.health.score.score import Score
from commands.replies import Button, Buttons, Reply, Words, call
from storage.models import Health, News
from storage.queries import findings


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
) -> list[dict[str, Any]]:
    """Findings that were not there before, are serious, and were not dismissed long ago."""
    closed = await findings.closed(session, *own.whose, today=own.books.today)
    told = []
    for code, prints in new.items():
        fresh = sorted(prints - closed.get(code, frozenset()))
        for each in await findings.some(session, *own.whose, code, fresh):
            if each.is_serious:
                told.append(
                    {"check": found()[code].title, "title": each.title, "text": each.body["text"]}
                )
    return told


def _is_of_this_look(row: Health) -> bool:
    at = row.computed_at
    return at is not None and row.change.get("at") == at.isoformat()


def _reply(
    own: Look,
    row: Health,
    score: Score | None,
    told: str | None,
    serious: list[dict[str, Any]],
) -> Reply:
    data = {
        "client": own.client.name,
        "software": own.books.software,
        "score": score.value if score else None,
        "colour": score.colour.value if score else None,
        "was": told,
        "change": dict(row.change) if _is_of_this_look(row) else {},
        "serious": serious,
        "synced_at": own.books.synced_at,
    }
    show = Button(label="Health", does=call("health.show", client=own.client.id))
    words = Words(template="health/announced", data=data)
    return Reply(parts=(words, Buttons(items=(show,))))
