"""Every reason at once why an item cannot be published as it stands."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from commands.publishing.amounts import (
    CENT,
    NOTHING,
    difference,
    grosses,
    tax_difference,
    without_amount,
)
from commands.publishing.choices import Choices
from commands.publishing.coding import Coded, Coding
from commands.publishing.facts import Facts, Side
from commands.publishing.lists import Lists
from commands.publishing.readiness.destinations import destination_obstacles
from commands.publishing.readiness.entries import broken_rules, entry_obstacles
from commands.publishing.readiness.judging import QUICKBOOKS, XERO, Case, dated, document_day
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.resolution.contacts import party_name
from commands.publishing.resolution.tax import line_taxes, suits

FURTHEST_AHEAD = timedelta(days=366)  # a document dated later than that was misread


def obstacles(
    facts: Facts,
    coding: Coding,
    choices: Choices,
    lists: Lists | None,
    *,
    today: date,
    twin: str | None = None,
    rules_broken: Sequence[str] = (),
    awaits: str | None = None,
    connection_ok: bool = True,
    is_published: bool = False,
    closed: str | None = None,
) -> tuple[Obstacle, ...]:
    """Nothing where it can go. `twin` is what the item it looks like is called, `rules_broken` the
    titles of rules that are known to be broken besides those that coded it, `awaits` the name of
    the workflow in which somebody still has to agree. `is_published` says that it was sent before,
    and not cleared to be sent again. Without `lists` only the document is judged; `closed` is the
    entry of the catalogue that tells why there are none.
    """
    found = list(_circumstances(twin, rules_broken, is_published=is_published))
    if not connection_ok or lists is None:
        found.append(
            Obstacle(
                code=closed or "PRE_CONNECTION", facts={"software": lists.software} if lists else {}
            )
        )
    if awaits is not None:
        found.append(Obstacle(code="PRE_NOT_APPROVED", facts={"workflow": awaits}))
    due = coding.get(Coded.DUE_DAY)
    found.extend(_document(facts, lists, today, due=date.fromisoformat(due) if due else None))
    if lists is not None:
        case = Case(facts=facts, coding=coding, choices=choices, lists=lists)
        found.extend(_missing_coding(case))
        found.extend(_untaxable(case))
        found.extend(entry_obstacles(case))
        found.extend(each for each in broken_rules(case) if each.facts["name"] not in rules_broken)
        found.extend(destination_obstacles(case))
    return tuple(found)


def _circumstances(
    twin: str | None, rules_broken: Sequence[str], *, is_published: bool
) -> Iterator[Obstacle]:
    if is_published:
        yield Obstacle(code="PRE_ALREADY_PUBLISHED")
    if twin is not None:
        yield Obstacle(code="PRE_DUPLICATE", facts={"name": twin})
    for title in rules_broken:
        yield Obstacle(code="PRE_RULE_BROKEN", facts={"name": title})


def _total(facts: Facts) -> dict[str, str]:
    return {"total": _shown(facts.total), "currency": facts.currency or ""}


def _shown(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _missing(name: str, what: str, line: int | None = None) -> Obstacle:
    return Obstacle(code="PRE_MISSING", field=name, line=line, facts={"what": what})


def _document(
    facts: Facts, lists: Lists | None, today: date, *, due: date | None
) -> Iterator[Obstacle]:
    """What the document itself lacks, or says against itself."""
    day = document_day(facts, lists)
    if day is None:
        yield _missing("day", "date")
    elif day > today + FURTHEST_AHEAD:
        yield Obstacle(code="PRE_DAY", field="day", facts={"day": dated(day)})
    elif due is not None and due < day:
        yield Obstacle(
            code="QBO_DUE_BEFORE", field="due_day",
            facts={"due": dated(due), "day": dated(day)},
        )  # fmt: skip
    if not facts.total:
        yield _missing("total", "total")
        return
    if facts.total < 0:
        yield Obstacle(code="QBO_NEG_CHECK", field="kind", facts=_total(facts))
    yield from _lines(facts)
    yield from _tax(facts, lists)


def _lines(facts: Facts) -> Iterator[Obstacle]:
    empty = without_amount(facts)
    for line in empty:
        yield _missing("lines", "amount of a line", line)
    if empty:
        return
    for field, off in (("lines", difference(facts)), ("tax", tax_difference(facts))):
        if abs(off) > CENT:
            yield Obstacle(
                code="PRE_LINES", field=field,
                facts={**_total(facts), "what": "tax" if field == "tax" else "total",
                       "difference": _shown(abs(off)), "more": "more" if off > 0 else "less"},
            )  # fmt: skip


def _tax(facts: Facts, lists: Lists | None) -> Iterator[Obstacle]:
    """More tax than amount, of the whole or of a line."""
    assert facts.total is not None
    code = "PRE_LINES" if lists is not None and lists.key != XERO else "XERO_TAX_GT_LINE"
    if facts.tax is not None and abs(facts.tax) > abs(facts.total):
        yield Obstacle(
            code=code, field="tax",
            facts={**_total(facts), "tax": _shown(facts.tax), "what": "tax",
                   "difference": _shown(abs(facts.tax) - abs(facts.total)), "more": "more"},
        )  # fmt: skip
        return
    if without_amount(facts) or not facts.lines:
        return
    for i, (line, gross) in enumerate(zip(facts.lines, grosses(facts), strict=True)):
        if abs(line.tax or NOTHING) > abs(gross):
            yield Obstacle(
                code=code, field="tax", line=i,
                facts={"total": _shown(gross), "tax": _shown(line.tax), "what": "tax",
                       "currency": facts.currency or "", "more": "more",
                       "difference": _shown(abs(line.tax or NOTHING) - abs(gross))},
            )  # fmt: skip


def _missing_coding(case: Case) -> Iterator[Obstacle]:
    """What nobody said and the ledger wants to know."""
    facts, coding, publishing = case.facts, case.coding, case.lists.publishing
    if not coding.get(Coded.CONTACT) and not party_name(facts):
        who = {Side.COST: "supplier", Side.SALE: "customer", Side.CLAIM: "person to pay back"}
        yield _missing("supplier", who[facts.side])
    if not coding.get(Coded.CURRENCY) and not case.lists.base_currency:
        yield _missing(Coded.CURRENCY.value, "currency")
    wants_product = facts.side is Side.SALE and publishing.needs_product_on_sales
    wanted = (Coded.PRODUCT, "product") if wants_product else (Coded.ACCOUNT, "category")
    yield from _absent(case, *wanted)
    if publishing.needs_tax_rate:
        code = case.by_ledger(xero="PRE_MISSING", quickbooks="QBO_TAX_MISSING", other="PRE_MISSING")
        yield from _absent(case, Coded.TAX_RATE, "tax rate", code)
    elif facts.tax and _is_coded(case) and not any(case.said(Coded.TAX_RATE)):
        yield case.finds("PRE_MISSING", Coded.TAX_RATE.value, what="tax rate")


def _is_coded(case: Case) -> bool:
    """Whether the account is in order, and so its tax could be known, where there is tax at all."""
    account = case.lists.accounts.get(case.coding.get(Coded.ACCOUNT) or "")
    side = case.facts.side
    has_rates = any(r.active and r.rate and suits(r, side) for r in case.lists.tax_rates.values())
    return has_rates and account is not None and account.active


def _untaxable(case: Case) -> Iterator[Obstacle]:
    """Tax on a rate of nothing, where the ledger keeps to its rates."""
    facts, lists = case.facts, case.lists
    keeps_to_rates = lists.key == QUICKBOOKS and lists.publishing.needs_tax_rate
    if not keeps_to_rates or not facts.total or without_amount(facts):
        return
    taxes = line_taxes(facts, case.coding, case.choices, lists, gross=grosses(facts))
    for i, tax in enumerate(taxes):
        rate = lists.tax_rates.get(tax.rate or "")
        if rate is not None and rate.rate == 0 and tax.amount:
            yield case.finds(
                "PRE_TAX_RATE", Coded.TAX_RATE.value, i if facts.lines else None,
                name=rate.name, tax=_shown(tax.amount), currency=facts.currency or "",
            )  # fmt: skip


def _absent(case: Case, name: Coded, what: str, code: str = "PRE_MISSING") -> Iterator[Obstacle]:
    """Once where no line has it, else of each line that has not."""
    count = len(case.facts.lines)
    without = [i for i in range(count) if not case.coding.get(name, i)]
    if len(without) < count:
        for line in without:
            yield _lacking(case, name, what, code, line)
    elif count or not case.coding.get(name):
        yield _lacking(case, name, what, code)


def _lacking(case: Case, name: Coded, what: str, code: str, line: int | None = None) -> Obstacle:
    """What the document calls its category may be none of the ledger's."""
    called = _category(case.facts, line) if name is Coded.ACCOUNT else None
    if called:
        return case.finds("PRE_CATEGORY", name.value, line, name=called)
    return case.finds(code, name.value, line, what=what)


def _category(facts: Facts, line: int | None) -> str | None:
    lines = facts.lines if line is None else facts.lines[line : line + 1]
    return next((each.category for each in lines if each.category), facts.category)
