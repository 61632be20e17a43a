"""What a sync tells: one message a client and day, edited as things go on."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import Subject, connections_button, subject_of
from commands.connections.losses import hearers, reconnect_button, way_back
from commands.lists.outcome import HELPED_BY_SIGNING_IN
from commands.replies import Button, Buttons, Part, Reply, SmallPrint, Style, Words, call, say
from commands.sync import details
from commands.sync.outcome import HELPED_BY_RETRY, HELPED_BY_SOMEBODY, Failure
from commands.sync.run import Run, Tally
from storage.models import News, Organisation, Status
from storage.queries import connections, syncs

SHOWN = 4  # streams named in a line before it says how many more


class Telling(StrEnum):
    """What there is to tell of a sync."""

    PROGRESS = "progress"
    DONE = "done"
    FAILED = "failed"
    RECOVERED = "recovered"


def is_for_channel(news: News, telling: Telling) -> bool:
    """Whether the client's channel wants to hear it."""
    if news is News.PROBLEMS:
        return telling in {Telling.FAILED, Telling.RECOVERED}
    return news is News.EVERYTHING


def day_card(organisation: Organisation, at: datetime) -> str:
    """Names the message of one organisation and one of its days."""
    zone = ZoneInfo(organisation.time_zone) if organisation.time_zone else UTC
    return f"sync:{organisation.id}:{at.astimezone(zone).date().isoformat()}"


def asked_card(run: Run) -> str:
    """Names the message to whoever asked."""
    return f"sync-asked:{run.organisation.id}:{int(run.began_at.timestamp())}"


def sync_button(client_id: str, *, primary: bool = False) -> Button:
    style = Style.PRIMARY if primary else Style.PLAIN
    return Button(label="Sync now", does=call("sync.run", client=client_id), style=style)


def outcome_of(tallies: Mapping[str, Tally], *, seconds: float) -> dict[str, Any]:
    """What is kept of a run and told: counts, and the streams that brought something."""
    done = list(tallies.values())
    return {
        "read": sum(tally.new + tally.changed + tally.same for tally in done),
        "new": sum(tally.new for tally in done),
        "changed": sum(tally.changed for tally in done),
        "gone": sum(tally.gone for tally in done),
        "seconds": round(seconds, 1),
        "streams": _told(done),
        "refused": [{"title": t.title, "needed": t.refused} for t in done if t.refused],
    }


def _told(tallies: Iterable[Tally]) -> list[dict[str, Any]]:
    return [
        {"title": t.title, "new": t.new, "changed": t.changed, "gone": t.gone}
        for t in sorted(tallies, key=lambda t: -(t.new + t.changed + t.gone))
        if t.new or t.changed or t.gone
    ]


async def tell_done(
    session: AsyncSession, run: Run, outcome: Mapping[str, Any], *, next_at: datetime
) -> None:
    had_trouble = run.sync.trouble_since is not None
    subject = await subject_of(session, run.tools, run.connection)
    streams = outcome["streams"]
    data: dict[str, Any] = {
        **subject.facts,
        **outcome,
        "streams": streams[:SHOWN],
        "more": max(len(streams) - SHOWN, 0),
        "is_first": run.is_first,
        "was_failing": run.sync.error is not None or had_trouble,
        "last_at": run.sync.synced_at,
        "next_at": next_at,
        "at": run.tools.now(),
    }
    parts: list[Part] = [
        Words(template="sync/done", data=data),
        SmallPrint(template="sync/found", data=data),
    ]
    if outcome["refused"] and run.is_first:  # afterwards it stands in the status
        parts.append(SmallPrint(template="sync/refused", data=data))
    telling = Telling.RECOVERED if had_trouble else Telling.DONE
    more = details.of_outcome(outcome, shown=SHOWN)
    await tell(session, run, subject, telling, Reply(parts=tuple(parts)), more=more)


async def tell_failed(session: AsyncSession, run: Run, failure: Failure) -> None:
    subject = await subject_of(session, run.tools, run.connection)
    read = sum(tally.read for tally in run.tallies.values())
    total = sum(tally.total or tally.read for tally in run.tallies.values())
    data: dict[str, Any] = subject.facts | {
        "reason": failure.reason,
        "next_at": failure.next_at,
        "anew_at": failure.anew_at,
        "by_itself": failure.reason not in HELPED_BY_SOMEBODY,
        "since": run.sync.trouble_since,
        "attempts": run.sync.attempts + 1,
        "synced_at": run.sync.synced_at,
        "read": read,
        "total": total,
        "vanished": failure.vanished,
        "role": run.tools.gateway.provider(run.connection.provider).sign_in_role,
    }
    buttons: list[Button] = []
    if failure.vanished:
        accept = call("sync.accept", client=subject.client.id, stream=failure.vanished["stream"])
        buttons.append(Button(label="They are gone", does=accept, style=Style.DANGER))
    if failure.reason in HELPED_BY_RETRY:
        buttons.append(sync_button(subject.client.id, primary=True))
    if failure.reason in HELPED_BY_SIGNING_IN:
        buttons.append(reconnect_button(run.connection, Style.PRIMARY))
    buttons.append(connections_button(subject.client))
    words = Words(template="sync/failed", data=data)
    small = SmallPrint(template="sync/failed_detail", data=data)
    reply = Reply(parts=(words, small, Buttons(items=tuple(buttons))))
    more = details.of_failure(
        run.tallies.values(), reason=failure.reason, organisation_id=run.organisation.id
    )
    await syncs.mark_trouble(
        session, run.sync.workspace_id, run.organisation.id, now=run.tools.now()
    )
    await tell(session, run, subject, Telling.FAILED, reply, more=more)


async def tell_lost(session: AsyncSession, run: Run) -> None:
    """The connection has expired, of which a message of its own tells: what said how far the sync
    is ends here, and whoever asked for it and hears nothing of that hears this."""
    connection = await connections.by_id(session, run.connection.id)
    if connection is None or connection.status != Status.EXPIRED:
        return
    subject = await subject_of(session, run.tools, connection)
    data = subject.facts | {
        "reason": connection.status_reason,
        "synced_at": run.sync.synced_at,
    }
    buttons = (way_back(connection), connections_button(subject.client))
    reply = say("sync/lost", *buttons, **data)
    workspace_id, notify = run.connection.workspace_id, run.tools.notify
    day, asked = day_card(run.organisation, run.began_at), asked_card(run)
    if run.told_at is not None:
        for card in (day, asked):
            await notify.revise(session, workspace_id=workspace_id, card=card, reply=reply)
    heard = await hearers(session, connection, subject.recipient)
    for asker in run.sync.askers:
        if asker not in heard:
            await notify.post(session, workspace_id=workspace_id, to=asker, reply=reply, card=asked)


async def tell(
    session: AsyncSession,
    run: Run,
    subject: Subject,
    telling: Telling,
    reply: Reply,
    *,
    more: Reply | None = None,
) -> None:
    """In the client's channel if it wants to hear this, and directly to whoever asked; `more` goes
    to the thread, where it takes the place of what an earlier attempt of this run put there."""
    here, askers = subject.recipient, run.sync.askers
    cards = {asker: asked_card(run) for asker in askers}
    if here in askers or is_for_channel(subject.client.sync_news, telling):
        cards[here] = day_card(run.organisation, run.began_at)
    workspace_id, post = run.connection.workspace_id, run.tools.notify.post
    for recipient, card in cards.items():
        await post(session, workspace_id=workspace_id, to=recipient, reply=reply, card=card)
        if more is not None:
            name = f"{card}:{int(run.began_at.timestamp())}"
            await post(
                session, workspace_id=workspace_id, to=recipient, reply=more, card=name, under=card
            )
