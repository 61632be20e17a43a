"""A page of findings as people see it: what the check is, each finding, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.health.card.figures import fields_of, table_of
from commands.health.card.pictures import pictures
from commands.health.check import Level
from commands.health.findings.rows import Facts, row, told_once
from commands.health.findings.steering import PAGE, filters, turning
from commands.health.findings.viewing import View, short
from commands.health.naming import unknown
from commands.health.registry import found as checks
from commands.health.running.held import Found
from commands.health.running.outcomes import UNANSWERED
from commands.health.words import beside
from commands.replies import (
    Button,
    Buttons,
    Part,
    Reply,
    SmallPrint,
    Style,
    Table,
    Words,
    call,
)
from providers.registry import provider
from storage.models import Client
from storage.queries import findings, handlings, health, people
from storage.queries.findings import Kind, Listed, Shown


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
    kinds = await _kinds(session, own, view)
    listed, total = await _listed(session, own, view, kinds)
    if not listed and view.page > 1:  # the last of it has just gone
        view = view.at(1)
        listed, total = await _listed(session, own, view, kinds)
    counts = await findings.counts(session, *own.look.whose, view.check, today=own.look.books.today)
    is_old = view.seen_at is not None and int(view.seen_at.timestamp()) != _seen(own)
    view = replace(view, seen_at=own.row.computed_at)
    facts = await _facts_of(session, context, own, view, listed)
    data = (
        await _standing(session, own, view)
        | _shown(own, view, listed, facts)
        | {
            "kind": _chosen(view, kinds),
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
        parts += await _figures(session, own, view.check)
    has_grid = any(isinstance(part, Table) for part in parts)
    if own.is_outdated:
        parts.append(Buttons(items=(_again(own.client),)))
    if sum(counts.values()):
        parts += filters(context, view, counts, facts, kinds=kinds)
    for each in listed:
        parts += row(view, each, facts)
    parts.append(SmallPrint(template="health/findings_foot", data=data))
    parts.append(Buttons(items=turning(own, view, listed, total, has_grid=has_grid)))
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


async def _figures(session: AsyncSession, own: Found, code: str) -> Sequence[Part]:
    """What the check has counted: its first picture, its facts and its grid."""
    outcome = (await health.outcomes(session, *own.look.whose)).get(code)
    if outcome is None or Level(outcome.level) in UNANSWERED:
        return ()
    check, currency = checks()[code], own.look.books.currency
    table = table_of(check, outcome.figures, currency=currency)
    rows = len(table.rows) if table else 0
    drawn = pictures(check.title, outcome.figures, currency=currency)[:1]
    charts = [replace(chart, has_table=rows >= len(chart.categories)) for chart in drawn]
    found = (*charts, fields_of(check, outcome.figures, currency=currency), table)
    return [part for part in found if part is not None]


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


async def _kinds(session: AsyncSession, own: Found, view: View) -> Mapping[str, int]:
    """What can be chosen among the findings shown: {kind: how many}."""
    fact = checks()[view.check].facet
    if fact is None:
        return {}
    about = (*own.look.whose, view.check, fact)
    return await findings.kinds(session, *about, today=own.look.books.today, shown=view.shown)


def _chosen(view: View, kinds: Mapping[str, int]) -> str:
    return next((each for each in kinds if short(each) == view.kind), "")


async def _listed(
    session: AsyncSession, own: Found, view: View, kinds: Mapping[str, int]
) -> tuple[Sequence[Listed], int]:
    """One page, and how many there are on all of them."""
    fact, says = checks()[view.check].facet, _chosen(view, kinds)
    wanted: dict[str, Any] = {
        "today": own.look.books.today,
        "shown": view.shown,
        "search": view.search,
        "assignee": view.assignee or None,
        "of_kind": Kind(fact, says) if fact and says else None,
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


def _again(client: Client) -> Button:
    does = call("health.recalculate_now", client=client.id)
    return Button(label="Recalculate now", does=does, style=Style.PRIMARY)


def _seen(own: Found) -> int:
    assert own.row.computed_at is not None
    return int(own.row.computed_at.timestamp())


def _said(paragraph: str, word: str) -> str:
    return paragraph.removeprefix(word)[:1].upper() + paragraph.removeprefix(word)[1:]
