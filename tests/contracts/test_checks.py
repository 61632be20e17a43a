"""What every check keeps to, wherever it lives."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from commands.health.books.books import Books
from commands.health.books.periods import Period
from commands.health.card.figures import fields_of, table_of
from commands.health.check import Check, Example, Finding
from commands.health.registry import found
from commands.health.running.survey import Seen, survey
from commands.health.samples import AS_OF, WHEN
from providers.books import AnyRecord, Clearance, Journal
from storage.database import Database
from storage.queries import ledger, syncs
from tests.builders import a_workspace, an_organisation, save

CHECKS = list(found().values())
EXAMPLES = [
    pytest.param(check, example, id=f"{check.code}-{number}")
    for check in CHECKS
    for number, example in enumerate(check.examples)
]


def books_of(example: Example, organisation_id: str) -> Books:
    locked = [example.details.get(name) for name in ("lock_date", "year_end_lock_date")]
    return Books(
        organisation_id=organisation_id,
        provider=example.provider,
        software={"xero": "Xero", "quickbooks": "QuickBooks Online"}[example.provider],
        country=example.country,
        currency="GBP",
        today=date(2026, 7, 10),
        period=Period(begin=date(2026, 6, 1), end=AS_OF),
        year_begin=date(2026, 4, 1),
        synced_at=WHEN,
        cleared_at=WHEN if any(isinstance(each, Clearance) for each in example.records) else None,
        holds_journals=any(isinstance(each, Journal) for each in example.records),
        locked_until=max((date.fromisoformat(day) for day in locked if day), default=None),
        details=example.details,
        log=tuple(example.details.get("log", ())),
    )


async def tried(database: Database, check: Check[Any], example: Example) -> tuple[Seen, Any]:
    organisation = an_organisation()
    await save(database, a_workspace(), organisation)
    async with database.begin() as session:
        await syncs.schedule(session, organisation.workspace_id, organisation.id, now=WHEN)
        await ledger.store(session, organisation.id, example.before, is_empty=True)
        await ledger.store(session, organisation.id, example.records, is_empty=not example.before)
    options = msgspec.convert(dict(example.options), check.options, strict=False)
    books = books_of(example, organisation.id)
    seen = await survey(database, books, [(check, options)])
    return seen[check.code], options


@pytest.mark.parametrize(("check", "example"), EXAMPLES)
async def test_it_finds_what_its_examples_say(
    database: Database, check: Check[Any], example: Example
) -> None:
    seen, options = await tried(database, check, example)
    verdict = seen.missing or check.judge(seen.found.findings, seen.found.figures, options)

    assert tuple(sorted(each.title for each in seen.found.findings)) == tuple(sorted(example.finds))
    assert example.level in {None, verdict.level}
    assert verdict.share is None or 0 <= verdict.share <= 1
    assert_worth(seen.found.findings, example)
    assert_stays(check, seen, options)
    assert_shown(check, seen)


def assert_worth(findings: Sequence[Finding], example: Example) -> None:
    """What is at stake is what the example says, and never more than there is."""
    stakes = sorted((each.amount or Decimal() for each in findings), reverse=True)
    assert not example.amounts or stakes == list(map(Decimal, example.amounts))
    assert all(abs(stake) <= worth(example.records) for stake in stakes)


def worth(records: Sequence[AnyRecord]) -> Decimal:
    """Many times what is in these books: an amount beyond it has lost its decimal places."""
    names = ("total", "amount", "price", "net")
    every = [*records, *(line for each in records for line in getattr(each, "lines", ()))]
    told = (abs(getattr(each, name, None) or Decimal()) for each in every for name in names)
    return 100 * sum(told, Decimal())


def assert_stays(check: Check[Any], seen: Seen, options: Any) -> None:
    """Findings are told apart, and figures judge the same after they were kept."""
    prints = [each.fingerprint(check.code) for each in seen.found.findings]
    kept = msgspec.json.decode(msgspec.json.encode(dict(seen.found.figures)))

    assert len(set(prints)) == len(prints)
    assert all(len(one) == 32 for one in prints)
    assert all(each.text.endswith(".") and each.fix.endswith(".") for each in seen.found.findings)
    if seen.missing is None:
        assert check.judge((), kept, options) == check.judge((), seen.found.figures, options)


def assert_shown(check: Check[Any], seen: Seen) -> None:
    """Facts and grids name figures that there are."""
    figures = msgspec.json.decode(msgspec.json.encode(dict(seen.found.figures)))
    table = table_of(check, figures, currency="GBP")
    is_chosen = "suggested" not in figures and figures.get("accounts") != []
    empty = {"–", ""}

    if seen.missing is None and is_chosen:
        assert check.grid is None or check.grid.name in figures
        assert not check.facts or not figures or fields_of(check, figures, currency="GBP")
    if check.grid is not None and table is not None:
        rows = figures[check.grid.name]
        assert all(
            column.name.split(".")[0] in row for row in rows for column in check.grid.columns
        )
        assert all(set(row) - empty for row in table.rows)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_it_tells_people_what_it_is(check: Check[Any]) -> None:
    what, *more = (check.__doc__ or "").split("\n\n")

    assert what.strip().endswith(".")
    assert [part.strip().split(":")[0] for part in more] == ["Why", "Fix"]
    assert any(example.finds for example in check.examples) or check.group.value == "Insights"
    assert any(not example.finds for example in check.examples)
    assert all(field.metadata.get("label") for field in fields(check.options))
