"""What a practice gives its client to read: the score, each check, what is open and what to do."""

from decimal import Decimal
from typing import Any

from commands.files import Document
from commands.health.card.pictures import pictures
from commands.health.check import Level
from commands.health.export.gathering import Gathered
from commands.health.registry import found as checks
from commands.health.score.stretches import score_chart
from commands.health.words import money, stake
from storage.queries.findings import Listed

NAMED = 25  # findings of a check that are printed; the rest is counted
PICTURES = 6
ORDER = (Level.ERROR, Level.WARNING, Level.FINE, Level.NOT_CONFIGURED, Level.NOT_AVAILABLE)


def report_of(all_of_it: Gathered, *, practice: str) -> Document:
    """As a page that needs nothing else."""
    own = all_of_it.own
    books = own.look.books
    listed = sorted(
        (code for code in checks() if code in all_of_it.outcomes),
        key=lambda code: ORDER.index(Level(all_of_it.outcomes[code].level)),
    )
    score = all_of_it.score
    charts = [score_chart(all_of_it.points, books.today)]
    for code in listed:
        figures = all_of_it.outcomes[code].figures
        charts += pictures(checks()[code].title, figures, currency=books.currency)
    told = [_check(code, all_of_it) for code in listed]
    return Document(
        name=f"{own.client.name} Data Health {books.today.isoformat()}",
        template="health_report",
        data={
            "practice": practice,
            "client": own.client.name,
            "organisation": own.look.organisation.name,
            "software": books.software,
            "score": score.value if score else None,
            "colour": score.colour.value if score else None,
            "begin": own.row.period_begin,
            "end": own.row.period_end,
            "synced_at": own.row.synced_at,
            "computed_at": own.row.computed_at,
            "checks": [each for each in told if each["is_answered"]],
            "unanswered": [each for each in told if not each["is_answered"]],
            "open": sum(each["open"] for each in told),
            "stake": stake(all_of_it.at_stake, books.currency) if all_of_it.at_stake else "",
        },
        charts=tuple(chart for chart in charts if chart is not None)[:PICTURES],
    )


def _check(code: str, all_of_it: Gathered) -> dict[str, Any]:
    check, outcome = checks()[code], all_of_it.outcomes[code]
    opened = all_of_it.opened(code)
    level = Level(outcome.level)
    parts = {part.code: part for part in (all_of_it.score.parts if all_of_it.score else ())}
    part = parts.get(code)
    amount = sum((abs(each.finding.amount or Decimal()) for each in opened), Decimal())
    return {
        "title": check.title,
        "what": what_of(type(check).__doc__ or ""),
        "level": level.value,
        "mark": level.mark,
        "is_answered": level in ORDER[:3],
        "is_serious": level is Level.ERROR,
        "is_fine": level is Level.FINE,
        "says": outcome.says,
        "points": _points(part.points) if part else None,
        "most": _points(part.most) if part else None,
        "open": len(opened),
        "amount": amount,
        "stake": stake(amount, all_of_it.own.look.books.currency) if amount else "",
        "findings": [_finding(each) for each in opened[:NAMED]],
        "more": max(0, len(opened) - NAMED),
        "settled": len(all_of_it.of(code)) - len(opened),
    }


def _points(points: Decimal) -> str:
    return f"{points:.1f}"


def what_of(docstring: str) -> str:
    """Its first paragraph, on one line."""
    return " ".join(docstring.strip().split("\n\n")[0].split())


def _finding(each: Listed) -> dict[str, Any]:
    finding = each.finding
    return {
        "title": finding.title,
        "text": finding.body["text"],
        "fix": finding.body["fix"],
        "amount": money(finding.amount, finding.currency) if finding.amount is not None else "",
        "since": finding.since,
        "is_serious": finding.is_serious,
        "is_locked": finding.is_locked,
    }
