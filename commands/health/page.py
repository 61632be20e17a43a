"""A page of findings as people see it: what the check is, each finding, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.health.check import Level
from commands.health.held import Found, health_button
from commands.health.naming import unknown
from commands.health.registry import found as checks
from commands.health.rows import Facts, row, told_once
from commands.health.viewing import ANYBODY, View
from commands.health.words import beside
from commands.replies import (
    Button,
    Buttons,
    Confirm,
    Filter,
    Invocation,
    Option,
    Part,
    Reply,
    SmallPrint,
    Style,
    Words,
    call,
)
from providers.registry import provider
from storage.models import Client
from storage.queries import findings, handlings, health, people
from storage.queries.findings import Listed, Order, Shown

PAGE = 8  # each is two blocks, and a message has fifty
SHOWN = {Shown.OPEN: "Open", Shown.SNOOZED: "Snoozed", Shown.DISMISSED: "Dismissed"}
ORDERS = {
    Order.AMOUNT: "Largest amount first",
    Order.AGE: "Oldest first",
    Order.NAME: "By name",
}


def checked(code: str) -> Mapping[str, str]:
    """What it is called, what it finds, why that matters, how to mend it. Raises Refused."""
    check = checks().get(code)
    if check is None:
        raise unknown(code)
    paragraphs = [" ".join(each.split()) for each in (check.__doc__ or "").split("\n\n")]
    what, why, fix = (*paragraphs, "", "", "")[:3]
    return {
        "title": check.title,
        "what": what,
        "why": _said(why, "Why: "),
        "fix": _said(fix, "Fix: "),
    }


async def page(
    session: AsyncSession,
    context: Context,
    own: Found,
    view: View,
    *,
    above: Sequence[Part] = (),
) -> Reply:
    """What `view` shows now; `above` says what has just been done about it."""
    about = checked(view.check)
    listed, total = await _listed(session, own, view)
    if not listed and view.page > 1:  # the last of it has just gone
        view = view.at(1)
        listed, total = await _listed(session, own, view)
    counts = await findings.counts(session, *own.look.whose, view.check, today=own.look.books.today)
    is_old = view.seen_at is not None and int(view.seen_at.timestamp()) != _seen(own)
    view = replace(view, seen_at=own.row.computed_at)
    facts = await _facts_of(session, context, own, view, listed)
    data = (
        await _standing(session, own, view)
        | _shown(own, view, listed, facts)
        | {
            "about": about,
            "counts": {each.value: counts.get(each, 0) for each in Shown},
            "total": total,
            "is_old": is_old and not above,
        }
    )
    data["is_first"] = view.page == 1 and not above
    parts: list[Part] = [*above, Words(template="health/findings", data=data)]
    if data["is_first"]:
        parts.append(SmallPrint(template="health/reasons", data=data))
    if own.is_outdated:
        parts.append(Buttons(items=(_again(own.client),)))
    if sum(counts.values()):
        parts += _filters(context, view, counts, facts)
    for each in listed:
        parts += row(view, each, facts)
    parts.append(SmallPrint(template="health/findings_foot", data=data))
    parts.append(Buttons(items=_turning(own, view, listed, total)))
    return Reply(parts=tuple(parts))


async def _standing(session: AsyncSession, own: Found, view: View) -> dict[str, Any]:
    """How the check came out."""
    outcomes = await health.outcomes(session, *own.look.whose)
    tallies = await findings.tallies(session, *own.look.whose, today=own.look.books.today)
    outcome, tally = outcomes.get(view.check), tallies.get(view.check)
    amount = tally.amount if tally else None
    return {
        "mark": Level(outcome.level).mark if outcome else "○",
        "level": outcome.level if outcome else Level.NOT_AVAILABLE.value,
        "says": outcome.says if outcome else "not looked at yet",
        "amount": beside(outcome.says if outcome else "", amount, own.look.books.currency),
    }


def _shown(own: Found, view: View, listed: Sequence[Listed], facts: Facts) -> dict[str, Any]:
    """What is looked at, and how fresh that is."""
    first = (view.page - 1) * PAGE
    return {
        "client": own.client.name,
        "fix_here": told_once(listed),
        "shown": view.shown.value,
        "search": view.search,
        "assignee": facts.names.get(view.assignee, ""),
        "first": first + 1,
        "last": first + len(listed),
        "of": own.row.synced_at,
        "synced_at": own.sync.synced_at,
        "looked_at": own.row.computed_at,
        "is_outdated": own.is_outdated,
        "hint": facts.provider.link_hint if any(map(facts.links, listed)) else None,
    }


async def _listed(session: AsyncSession, own: Found, view: View) -> tuple[Sequence[Listed], int]:
    """One page, and how many there are on all of them."""
    wanted: dict[str, Any] = {
        "today": own.look.books.today,
        "shown": view.shown,
        "search": view.search,
        "assignee": view.assignee or None,
    }
    listed = await findings.page(
        session,
        *own.look.whose,
        view.check,
        **wanted,
        order=view.order,
        offset=(view.page - 1) * PAGE,
        limit=PAGE,
    )
    return listed, await findings.count(session, *own.look.whose, view.check, **wanted)


async def _facts_of(
    session: AsyncSession, context: Context, own: Found, view: View, listed: Sequence[Listed]
) -> Facts:
    ids = [record["remote_id"] for each in listed for record in each.finding.body["records"]]
    everybody = await people.everybody(session, context.workspace_id)
    assigned = await handlings.assignees(session, *own.look.whose, view.check)
    names = {person.id: person.name for person in everybody}
    return Facts(
        today=own.look.books.today,
        software=own.look.books.software,
        organisation=own.look.organisation,
        provider=provider(own.connection.provider),
        documents=await findings.documents(session, *own.look.whose, ids) if ids else {},
        called=await findings.names(session, *own.look.whose, ids) if ids else {},
        names=names,
        assigned=tuple(assigned),
        is_fix_told=told_once(listed) is not None,
        may_mend=own.connection.is_usable,
    )


def _filters(context: Context, view: View, counts: Mapping[Shown, int], facts: Facts) -> list[Part]:
    """What to show, in which order, and whose."""
    base = replace(view, page=1, seen_at=None).does()
    shown = [
        Option(value=each.value, label=f"{label} ({counts.get(each, 0):,})")
        for each, label in SHOWN.items()
    ]
    orders = [Option(value=each.value, label=label) for each, label in ORDERS.items()]
    parts: list[Part] = [
        Filter(
            label="Show",
            name="shown",
            does=base,
            options=tuple(shown),
            chosen=shown[list(SHOWN).index(view.shown)],
        ),
        Filter(
            label="Sort",
            name="order",
            does=base,
            options=tuple(orders),
            chosen=orders[list(ORDERS).index(view.order)],
        ),
    ]
    if facts.assigned or view.assignee:
        parts.append(_whose(context, view, facts, base))
    return parts


def _whose(context: Context, view: View, facts: Facts, base: Invocation) -> Filter:
    mine = context.actor.person_id
    whose = [mine, *(each for each in facts.assigned if each != mine)]
    options = [
        Option(value=ANYBODY, label="Anybody’s"),
        *(Option(value=e, label="Mine" if e == mine else facts.name(e)) for e in whose),
    ]
    chosen = next((each for each in options if each.value == (view.assignee or ANYBODY)), None)
    return Filter(
        label="Assigned to", name="assignee", does=base, options=tuple(options), chosen=chosen
    )


def _turning(own: Found, view: View, listed: Sequence[Listed], total: int) -> tuple[Button, ...]:
    buttons: list[Button] = []
    if view.page > 1:
        buttons.append(Button(label="Previous", does=view.at(view.page - 1).does()))
    if view.page * PAGE < total:
        buttons.append(Button(label="Next", does=view.at(view.page + 1).does()))
    if view.shown is Shown.OPEN and len(listed) > 1:
        buttons.append(_dismiss_all(view, listed))
    if view.shown is Shown.DISMISSED and len(listed) > 1:
        prints = ",".join(each.finding.fingerprint for each in listed)
        label = f"Bring back these {len(listed)}"
        buttons.append(Button(label=label, does=view.does("health.undo", findings=prints)))
    if view.search:
        buttons.append(
            Button(label="Without the search", does=replace(view, search="").at(1).does())
        )
    elif total > PAGE:
        buttons.append(Button(label="Search", does=view.does("health.search")))
    if total:
        does = call("health.export", client=own.client.id, check=view.check)
        buttons.append(Button(label="Export", does=does))
    return (*buttons, health_button(own.client))


def _dismiss_all(view: View, listed: Sequence[Listed]) -> Button:
    sure = Confirm(
        title=f"Dismiss these {len(listed)}?",
        text="They no longer count, for nobody. It can be undone.",
        yes="Dismiss",
    )
    prints = ",".join(each.finding.fingerprint for each in listed)
    return Button(
        label=f"Dismiss these {len(listed)}",
        does=view.does("health.dismiss", findings=prints),
        confirm=sure,
    )


def _again(client: Client) -> Button:
    does = call("health.recalculate_now", client=client.id)
    return Button(label="Recalculate now", does=does, style=Style.PRIMARY)


def _seen(own: Found) -> int:
    assert own.row.computed_at is not None
    return int(own.row.computed_at.timestamp())


def _said(paragraph: str, word: str) -> str:
    return paragraph.removeprefix(word)[:1].upper() + paragraph.removeprefix(word)[1:]
