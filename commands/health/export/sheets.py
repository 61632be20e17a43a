"""One client's health as sheets: an overview, the scores, and what each check found."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from commands.files import Cell, Sheet
from commands.health.card.figures import rows_of
from commands.health.export.gathering import Gathered
from commands.health.registry import found as checks
from commands.health.score.score import colour
from storage.queries.findings import Listed

COMMON = (
    "Check", "Finding", "What", "Amount", "Currency", "Since", "Days", "Locked", "Serious",
    "State", "Assigned to", "Reason", "To do", "Link",
)  # fmt: skip


def overview(all_of_it: Gathered) -> Sheet:
    """Each check with its weight and what it costs the score."""
    parts = {part.code: part for part in (all_of_it.score.parts if all_of_it.score else ())}
    rows: list[tuple[Cell, ...]] = []
    for code, check in checks().items():
        outcome = all_of_it.outcomes.get(code)
        if outcome is None:
            continue
        part = parts.get(code)
        opened = all_of_it.opened(code)
        rows.append(
            (
                check.title, check.group.value, outcome.level, outcome.says,
                part.weight if part else None,
                _rounded(part.points) if part else None,
                _rounded(part.lost) if part else None,
                len(opened), _at_stake(opened),
            )
        )  # fmt: skip
    columns = (
        "Check", "Group", "Level", "Result", "Weight", "Points", "Points lost", "Open",
        "At stake",
    )  # fmt: skip
    return Sheet(title="Checks", columns=columns, rows=tuple(rows), notes=notes(all_of_it))


def scores(all_of_it: Gathered) -> Sheet:
    """A row for each day that has a score."""
    rows = tuple(
        (point.day, point.score, colour(point.score).value, point.synced_at, point.weights_id)
        for point in all_of_it.points
    )
    columns = ("Day", "Score", "Level", "Books synced (UTC)", "Weights")
    return Sheet(title="Scores", columns=columns, rows=rows, notes=notes(all_of_it))


def everything(all_of_it: Gathered) -> Sheet:
    """All findings in one sheet."""
    rows = tuple(_common(each, all_of_it) for each in _known(all_of_it))
    return Sheet(title="Findings", columns=COMMON, rows=rows, notes=notes(all_of_it))


def of_check(code: str, all_of_it: Gathered) -> Sheet:
    """The findings of one check, with the columns that only it has."""
    listed = all_of_it.of(code)
    own = list(dict.fromkeys(name for each in listed for name in each.finding.body["facts"]))
    rows = tuple(
        (
            *_common(each, all_of_it),
            *(_cell(each.finding.body["facts"].get(name)) for name in own),
        )
        for each in listed
    )
    return Sheet(
        title=checks()[code].title,
        columns=(*COMMON, *own),
        rows=rows,
        notes=notes(all_of_it),
    )


def figures_of(code: str, all_of_it: Gathered) -> Sheet | None:
    """What a check has counted, under the titles that people know; None where it counts nothing."""
    check, outcome = checks()[code], all_of_it.outcomes.get(code)
    rows = rows_of(check, outcome.figures) if outcome else []
    if check.grid is None or not rows:
        return None
    columns = tuple(column.label for column in check.grid.columns)
    return Sheet(
        title=f"{check.title} figures" if all_of_it.of(code) else check.title,
        columns=columns,
        rows=tuple(tuple(_cell(row[name]) for name in columns) for row in rows),
        notes=notes(all_of_it),
    )


def notes(all_of_it: Gathered) -> tuple[str, ...]:
    """Whose books, by which account of them, and as of when."""
    own = all_of_it.own
    books, score = own.look.books, all_of_it.score
    stands = f"Health {score.value} ({score.colour})" if score else "No health score"
    synced = f"{own.row.synced_at:%-d %B %Y, %H:%M} UTC" if own.row.synced_at else "never"
    return (
        f"{own.client.name} · {own.look.organisation.name} ({books.software})",
        f"{stands} as of {_day(own.row.period_end)}, books synced {synced}",
    )


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else "–"


def _known(all_of_it: Gathered) -> list[Listed]:
    return [each for each in all_of_it.listed if each.finding.code in checks()]


def _common(each: Listed, all_of_it: Gathered) -> tuple[Cell, ...]:
    finding, handling = each
    body: Mapping[str, Any] = finding.body
    today = all_of_it.own.look.books.today
    return (
        checks()[finding.code].title,
        finding.title,
        str(body["text"]),
        _rounded(finding.amount) if finding.amount is not None else None,
        finding.currency,
        finding.since,
        (today - finding.since).days if finding.since else None,
        finding.is_locked,
        finding.is_serious,
        all_of_it.state(each).value,
        all_of_it.name(handling.assignee) if handling else None,
        handling.reason if handling else None,
        str(body["fix"]),
        all_of_it.link(each),
    )


def _cell(value: Any) -> Cell:
    """Facts are kept as JSON: an amount is a text of digits, a list the names in it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    text = str(value)
    return _amount(text) if _is_amount(text) else text


def _is_amount(text: str) -> bool:
    """`1200.00`, and not `0012` or the number of an invoice without a point."""
    whole, point, rest = text.lstrip("-").partition(".")
    digits = (whole + rest).isascii() and (whole + rest).isdecimal()
    return bool(point and rest and digits and (whole == "0" or not whole.startswith("0")))


def _amount(text: str) -> Cell:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _at_stake(listed: Sequence[Listed]) -> Decimal:
    return sum((abs(each.finding.amount or Decimal()) for each in listed), Decimal())


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
