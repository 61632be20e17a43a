"""Doing something to findings: those still there change, the check is judged again at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict
from commands.health.findings.viewing import View
from commands.health.running.held import Found, found, health_button
from commands.health.running.outcomes import judge_again
from commands.replies import Button, Buttons, Part, Words
from storage.models import Client, Handling
from storage.queries import findings, handlings, people


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """`says` names it in words and in the record: `dismissed`.

    `is_done` tells of a finding whether it is so already; `undo` is the command that takes it back.
    """

    says: str
    does: Callable[[Handling], None]
    is_done: Callable[[Handling], bool] = lambda handling: False
    undo: str | None = None
    counts: bool = True  # whether the check has to be judged again
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was done to which, and the score before and after."""

    deed: Deed
    view: View
    prints: tuple[str, ...]
    title: str  # of the one there is
    before: int | None
    score: int | None

    @property
    def told(self) -> tuple[Part, ...]:
        """In words, with what takes it back."""
        joined = ",".join(self.prints)
        buttons = []
        if self.deed.undo is not None:
            does = self.view.does(self.deed.undo, findings=joined)
            buttons.append(Button(label="Undo", does=does))
        if self.deed.says == "dismissed":
            does = self.view.does("health.reason", findings=joined)
            buttons.append(Button(label="Say why", does=does))
        data = {
            "says": self.deed.says,
            "count": len(self.prints),
            "title": self.title,
            "before": self.before,
            "score": self.score,
            **self.deed.facts,
        }
        words = Words(template="health/done", data=data)
        return (words, Buttons(items=tuple(buttons))) if buttons else (words,)


async def decide(
    session: AsyncSession, context: Context, own: Found, view: View, prints: Sequence[str],
    *, deed: Deed,
) -> Done:  # fmt: skip
    """Part of the transaction; `own` is locked. Raises Conflict where it is too late."""
    titles, rows = await still_found(session, own, view, prints)
    changing = [handling for handling in rows if not deed.is_done(handling)]
    if not changing:
        raise await _too_late(session, own, view, deed, rows[0])
    for handling in changing:
        deed.does(handling)
    done = tuple(handling.fingerprint for handling in changing)
    note(session, context, own.client, deed.says, check=view.check, prints=done)
    await session.flush()
    before = after = own.row.score
    if deed.counts:
        score = await judge_again(session, own.look, [view.check], at=context.now)
        after = score.value if score else None
        await session.flush()
    title = titles[done[0]] if len(done) == 1 else ""
    return Done(deed=deed, view=view, prints=done, title=title, before=before, score=after)


async def decided(
    context: Context, view: View, client: Client, prints: Sequence[str], *, deed: Deed
) -> Done:
    """The same in a transaction of its own."""
    async with context.tools.database.begin() as session:
        own = await found(session, context, client, lock=True)
        return await decide(session, context, own, view, prints, deed=deed)


async def still_found(
    session: AsyncSession, own: Found, view: View, prints: Sequence[str]
) -> tuple[Mapping[str, str], Sequence[Handling]]:
    """The titles of those that are still there, and what was decided about them, to be changed.

    Raises Conflict.
    """
    here = await findings.some(session, *own.look.whose, view.check, prints)
    titles = {each.fingerprint: each.title for each in here}
    if not titles:
        raise Conflict(
            "health/finding_gone",
            Button(label="Findings", does=view.does()),
            health_button(own.client),
            client=own.client.name,
            of=own.row.synced_at,
            count=len(prints),
        )
    return titles, await handlings.taken(session, *own.look.whose, view.check, list(titles))


def note(
    session: AsyncSession, context: Context, client: Client, says: str,
    *, check: str, prints: Sequence[str],
) -> None:  # fmt: skip
    """For the record; what a finding says stays out of it."""
    after = {"check": check, "findings": list(prints)}
    record(session, context, f"finding.{says}", client, after=after)


async def _too_late(
    session: AsyncSession, own: Found, view: View, deed: Deed, handling: Handling
) -> Conflict:
    """Somebody was quicker."""
    who = handling.dismissed_by if deed.says == "dismissed" else None
    person = await people.find(session, own.client.workspace_id, who) if who else None
    return Conflict(
        "health/done_already",
        Button(label="Findings", does=view.does()),
        says=deed.says,
        who=person.name if person else None,
        at=handling.dismissed_at,
    )
