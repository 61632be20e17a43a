"""The health card of a client: score, what needs somebody, and how fresh all of it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.standing import Standing, standing
from commands.connections.losses import reconnect_button
from commands.context import Context
from commands.health.books.periods import months_before
from commands.health.check import Level
from commands.health.registry import found as checks
from commands.health.running.held import Found, found
from commands.health.running.outcomes import made_of
from commands.health.score.score import Score
from commands.health.score.stretches import Span, score_chart, since
from commands.health.words import beside
from commands.permissions import Permission, may
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Filter,
    Menu,
    Option,
    Part,
    Reply,
    SmallPrint,
    Style,
    Words,
    call,
)
from commands.sync.cards import sync_button
from storage.models import CheckOutcome, Client, HealthPoint, Purpose, Status
from storage.queries import findings, health
from storage.queries.findings import Tally

ANSWERED = (Level.ERROR, Level.WARNING, Level.FINE)
NAMED = 3  # checks of one level that are named before it says how many more
NOBODY = Tally(opened=0, amount=Decimal())


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One check as the card shows it; `amount` is at stake, in words."""

    code: str
    title: str
    level: Level
    says: str
    opened: int
    at_stake: Decimal
    amount: str


@command(
    "health.show",
    usage="health <client>",
    summary="how healthy a client's books are",
    permission=Permission.SEE_CLIENT,
    aliases=("score <client>",),
    changes=False,
)
async def show(context: Context, *, client: Client) -> Answer:
    """See a client's score, what needs attention in the books and what is at stake.

    It is looked at after every sync. Recalculate looks again at what is here, also after a
    disconnect; Sync brings in what has changed.
    """
    async with context.tools.database.read() as session:
        return await card(session, context, await found(session, context, client))


@command("health.unanswered", permission=Permission.SEE_CLIENT, changes=False)
async def unanswered(context: Context, *, client: Client) -> Answer:
    """Which checks cannot be answered, and why."""
    async with context.tools.database.read() as session:
        own = await found(session, context, client)
        lines = await lines_of(session, own)
    told = [
        {"title": line.title, "level": line.level.value, "says": line.says}
        for line in lines
        if line.level not in ANSWERED
    ]
    back = Button(label="Health", does=call("health.show", client=client.id))
    settings = Button(label="Settings", does=call("health.settings", client=client.id))
    words = Words(template="health/unanswered", data={"client": client.name, "told": told})
    return Reply(parts=(words, Buttons(items=(back, settings))))


async def card(
    session: AsyncSession, context: Context, own: Found, *, above: Sequence[Part] = ()
) -> Reply:
    """How it stands; `above` says what has just been done about it."""
    lines = await lines_of(session, own)
    outcomes = await health.outcomes(session, *own.look.whose)
    score = made_of(own.look.weights, outcomes)
    today = own.look.books.today
    points = await health.points(session, *own.look.whose, since=since(Span.YEAR, today))
    data = _facts(own, score, lines) | {
        "moved": movement(points, today, score, own.look.weights_id)
    }
    trend = score_chart(points, today)
    parts: list[Part] = [*above, Words(template="health/card", data=data)]
    parts += [trend] if trend else []
    parts.append(Words(template="health/card_checks", data=data))
    parts.append(Buttons(items=_steps(context, own, score, lines)))
    if picker := _picker(own.client, lines):
        parts.append(picker)
    parts.append(SmallPrint(template="health/freshness", data=data))
    return Reply(parts=tuple(parts))


async def lines_of(session: AsyncSession, own: Found) -> Sequence[Line]:
    """Every check, the worst and the dearest first."""
    books = own.look.books
    outcomes = await health.outcomes(session, *own.look.whose)
    tallies = await findings.tallies(session, *own.look.whose, today=books.today)
    lines = [
        _line(outcome, tallies.get(code, NOBODY), books.currency)
        for code, outcome in outcomes.items()
        if code in checks()
    ]
    order = [Level.ERROR, Level.WARNING, Level.FINE, Level.NOT_CONFIGURED, Level.NOT_AVAILABLE]
    return sorted(lines, key=lambda line: (order.index(line.level), -line.at_stake, line.title))


def movement(
    points: Sequence[HealthPoint], today: date, score: Score | None, weights_id: str
) -> tuple[int, date] | None:
    """By how much it moved since a month ago, or since the first day there is; only where it was
    made with the same weights."""
    month = months_before(today, 1)
    earlier = [point for point in points if point.day < today]
    before = [point for point in earlier if point.day <= month]
    base = before[-1] if before else earlier[0] if earlier else None
    if base is None or score is None or base.weights_id != weights_id:
        return None
    return score.value - base.score, base.day


def _line(outcome: CheckOutcome, tally: Tally, currency: str) -> Line:
    return Line(
        code=outcome.code,
        title=checks()[outcome.code].title,
        level=Level(outcome.level),
        says=outcome.says,
        opened=tally.opened,
        at_stake=tally.amount,
        amount=beside(outcome.says, tally.amount, currency),
    )


def _facts(own: Found, score: Score | None, lines: Sequence[Line]) -> dict[str, Any]:
    by_level: Mapping[Level, list[Line]] = {
        level: [line for line in lines if line.level is level] for level in Level
    }
    books, row = own.look.books, own.row
    return {
        "client": own.client.name,
        "software": books.software,
        "score": score.value if score else None,
        "colour": score.colour.value if score else None,
        "levels": [
            {"mark": level.mark, "word": level.value, "lines": by_level[level][:NAMED],
             "more": max(0, len(by_level[level]) - NAMED)}
            for level in (Level.ERROR, Level.WARNING)
            if by_level[level]
        ],
        "fine": len(by_level[Level.FINE]),
        "unanswered": len(by_level[Level.NOT_CONFIGURED]) + len(by_level[Level.NOT_AVAILABLE]),
        "change": row.change,
        "changed_at": datetime.fromisoformat(row.change["at"]) if row.change.get("at") else None,
        "begin": row.period_begin,
        "as_of": row.period_end,
        "looked_at": row.computed_at,
        "of": row.synced_at,
        "synced_at": own.sync.synced_at,
        "is_outdated": own.is_outdated,
        "standing": standing(own.connection).value,
        "is_live": own.connection.is_usable,
    }  # fmt: skip


def _steps(
    context: Context, own: Found, score: Score | None, lines: Sequence[Line]
) -> tuple[Button | Menu, ...]:
    client = own.client
    why = Button(
        label=f"Why {score.value}?" if score else "Why no score?",
        does=call("health.why", client=client.id),
    )
    again = Button(
        label="Recalculate now" if own.is_outdated else "Recalculate",
        does=call("health.recalculate_now", client=client.id),
        style=Style.PRIMARY if own.is_outdated else Style.PLAIN,
    )
    steps = [why, *_fresh(context, own), again]
    more = [
        Button(label="History", does=call("health.history", client=client.id)),
        Button(label="Export", does=call("health.export", client=client.id)),
        Button(label="Settings", does=call("health.settings", client=client.id)),
    ]
    if any(line.level not in ANSWERED for line in lines):
        does = call("health.unanswered", client=client.id)
        more.append(Button(label="Checks without an answer", does=does))
    here = call("health.show", client=client.id)
    return (*steps, Menu(label="More", items=tuple(more), shown_by=here))


def _fresh(context: Context, own: Found) -> tuple[Button, ...]:
    """Sync, or what it takes to sync again."""
    client, connection = own.client, own.connection
    if connection.is_usable:
        return (sync_button(client.id),)
    if not may(context.actor, Permission.CONNECT, client.id):
        return ()
    if connection.status == Status.EXPIRED:
        return (reconnect_button(connection),)
    if standing(connection) is Standing.ERASING:
        return ()
    does = call("connections.connect", client=client.id, purpose=Purpose.DATA_HEALTH)
    return (Button(label="Connect Data Health", does=does),)


def _picker(client: Client, lines: Sequence[Line]) -> Filter | None:
    """The findings of each check that was answered, those with something open first."""
    answered = [line for line in lines if line.level in ANSWERED]
    options = tuple(
        Option(
            value=line.code,
            label=f"{line.title} ({line.opened:,})" if line.opened else line.title,
            description=f"{line.says}, {line.amount}" if line.amount else line.says,
        )
        for line in sorted(answered, key=lambda line: not line.opened)
    )
    if not options:
        return None
    does = call("health.findings", client=client.id)
    return Filter(label="Findings", name="check", does=does, options=options)
