"""Contacts whose purchases or sales do not all go to one account, or carry one tax rate."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, distinct, func, select

from commands.health.books.books import Books
from commands.health.books.periods import months_before
from commands.health.check import (
    Check,
    Example,
    Finding,
    Found,
    Group,
    Level,
    Options,
    Record,
    Rows,
    Verdict,
    falling,
)
from commands.health.reckoning.coding import (
    PURCHASES,
    SALES,
    Mixed,
    combinations,
    latest,
    mixed,
    spread,
)
from commands.health.samples import account, bill, contact, day, invoice, line
from commands.health.words import count, dated, listed

WORST = Decimal("0.25")  # share of active contacts that leaves no points (product §10.2)
NAMED = 3  # codes that stand out, in words
SHOWN = 3  # lines of a code in the period, latest first
MOST_SHOWN = 20_000
ACCOUNT, TAX = "account", "tax rate"

Key = tuple[str, str]  # contact, direction


@dataclass(frozen=True, kw_only=True, slots=True)
class MultiCodedContactsOptions(Options):
    """What is compared, with what, and what belongs together."""

    years: int = field(
        default=1, metadata={"label": "Financial years before this one to compare with"}
    )
    accounts_together: tuple[str, ...] = field(
        default=(), metadata={"label": "Accounts that belong together, as 429+485"}
    )
    taxes_together: tuple[str, ...] = field(
        default=(), metadata={"label": "Tax rates that belong together, as INPUT2+NONE"}
    )
    serious_share: Decimal = field(
        default=WORST, metadata={"label": "Serious from this share of active contacts"}
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One contact, direction and difference. `codes` holds the rows of each code, `used` how many
    lines it has."""

    key: Key
    by: str
    found: Mixed
    codes: Mapping[str, Sequence[Row[Any]]]
    used: Mapping[str, int]
    lines: Sequence[Row[Any]]

    def named(self, code: str) -> str:
        row = self.codes[code][0]
        if self.by == TAX:
            return row.tax_name or code
        return code if row.account_name in {None, code} else f"{code} {row.account_name}"

    def told(self, code: str) -> str:
        last = max(row.last for row in self.codes[code])
        return f"{count(self.used[code], 'line')} to {self.named(code)} (last {dated(last)})"


class MultiCodedContacts(Check[MultiCodedContactsOptions]):
    """Contacts with transactions in the period whose purchases, or sales, are spread over several
    accounts or tax rates.

    Why: most suppliers sell one kind of thing. The line that differs is usually the mistake, in the
    accounts and in the tax return.

    Fix: open the lines that stand out and recode them, or say that these codes belong together.
    """

    code = "multi-coded-contacts"
    title = "Multi-coded contacts"
    group = Group.CLEANUP
    facet = "Direction"
    weight = 12
    options = MultiCodedContactsOptions
    examples = (
        Example(
            records=(
                contact("c1", "Paper & Pens"),
                account("429", "General Expenses"),
                account("461", "Printing"),
                *(bill(f"b{n}", line(code="429"), date=day(n, 1)) for n in (4, 5, 6)),
                bill("odd", line(code="461"), date=day(6, 2)),
            ),
            finds=("Paper & Pens",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                contact("c1", "Paper & Pens"),
                account("429"),
                bill("b1", line(code="429"), date=day(5, 1)),
                bill("b2", line(code="429", tax_rate="NONE")),
                invoice("b3", line(code="429", tax_rate="OUTPUT2")),
            ),
            finds=("Paper & Pens",),
        ),
        Example(
            records=(
                contact("c1", "Café"),
                account("429"),
                account("485"),
                bill("b1", line(code="429"), line(code="485")),
            ),
            options={"accounts_together": ("429+485",)},
            level=Level.FINE,
        ),
        Example(
            records=(
                contact("c1", "Café"),
                account("429"),
                account("485"),
                account("720"),
                bill("b1", line(code="429"), line(code="485")),
                bill("b2", line(code="720"), date=day(6, 3)),
            ),
            options={"accounts_together": ("429+485",)},
            finds=("Café",),
        ),
        Example(
            records=(
                contact("c1", "Not active in June"),
                contact("c2", "Long ago"),
                account("429"),
                account("461"),
                bill("b1", line(code="429"), line(code="461"), date=day(5, 1)),
                bill("b2", line(code="429"), contact_id="c2"),
                bill("b3", line(code="461"), contact_id="c2", date=day(3, 31, 2025)),
            ),
            level=Level.FINE,
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                contact("vendor:1", "Paper & Pens", source="Vendor"),
                account("7", source="Account"),
                account("8", source="Account"),
                *(
                    bill(
                        f"{n}",
                        line(code=None, account_id=f"id-{n}", tax_rate=None),
                        source="Bill",
                        contact_id="vendor:1",
                    )
                    for n in (7, 8)
                ),
            ),
            finds=("Paper & Pens",),
        ),
    )

    def queries(
        self, books: Books, options: MultiCodedContactsOptions
    ) -> Mapping[str, Select[Any]]:
        since = months_before(books.year_begin, 12 * options.years)
        line = books.entries(*PURCHASES, *SALES)
        active = select(func.count(distinct(line.c.contact_id)).label("active")).where(
            line.c.date.between(books.period.begin, books.period.end)
        )
        return {
            "codes": spread(line, books, since),
            "lines": latest(line, books, each=SHOWN, most=MOST_SHOWN),
            "active": active,
        }

    def find(self, rows: Rows, books: Books, options: MultiCodedContactsOptions) -> Found:
        lines: dict[Key, list[Row[Any]]] = defaultdict(list)
        for row in rows["lines"]:
            lines[row.contact_id, row.direction].append(row)
        return Found(
            findings=tuple(_finding(each, books) for each in _cases(rows["codes"], lines, options)),
            figures={"active": rows["active"][0].active},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: MultiCodedContactsOptions,
    ) -> Verdict:
        part, of = len({each.key[0] for each in opened}), figures["active"]
        share = falling(part, of, worst=WORST)
        if not opened:
            return Verdict(level=Level.FINE, says="none", share=share if of else None)
        return Verdict(
            level=Level.ERROR if part >= options.serious_share * of else Level.WARNING,
            says=f"{part:,} of {count(of, 'contact')}",
            share=share,
        )


def _cases(
    codes: Sequence[Row[Any]],
    lines: Mapping[Key, Sequence[Row[Any]]],
    options: MultiCodedContactsOptions,
) -> Iterator[_Case]:
    ways = (
        (ACCOUNT, "account_code", combinations(options.accounts_together)),
        (TAX, "tax_rate", combinations(options.taxes_together)),
    )
    for key, group in groupby(codes, key=lambda row: (row.contact_id, row.direction)):
        rows = list(group)
        for by, column, together in ways:
            by_code: dict[str, list[Row[Any]]] = defaultdict(list)
            for row in rows:
                if (code := getattr(row, column)) is not None:
                    by_code[code].append(row)
            used = {code: sum(row.many for row in each) for code, each in by_code.items()}
            if found := mixed(used, together):
                yield _Case(
                    key=key, by=by, found=found, codes=by_code, used=used, lines=lines.get(key, ())
                )


def _finding(each: _Case, books: Books) -> Finding:
    others = [row for code in each.found.others for row in each.codes[code]]
    first = others[0]
    contact, side = each.key
    told = [each.told(code) for code in each.found.others[:NAMED]]
    if len(each.found.others) > NAMED:
        told.append(f"others to {count(len(each.found.others) - NAMED, f'more {each.by}')}")
    usual = each.found.usual
    return Finding(
        key=(contact, side, each.by),
        title=first.name or "No contact",
        text=f"{side.capitalize()} go to {each.by} {each.named(usual)} "
        f"({count(each.used[usual], 'line')}), but {listed(told)}.",
        fix=f"Recode the lines that stand out, or say that these {each.by}s belong together.",
        records=_records(each, others),
        amount=sum((row.net for row in others), Decimal()),
        currency=books.currency,
        since=min(row.first for row in others),
        is_locked=books.is_locked(max(row.last for row in others)),
        facts={
            "Contact": first.name,
            "Direction": side,
            "Difference": each.by,
            "Usual": each.named(usual),
            "Usual lines": each.used[usual],
            "Others": listed([each.named(code) for code in each.found.others]),
            "Other lines": sum(row.many for row in others),
        },
    )


def _records(each: _Case, others: Sequence[Row[Any]]) -> tuple[Record, ...]:
    """Documents of the period with lines that stand out, then the contact."""
    odd = {(row.account, row.tax_rate) for row in others}
    there = (
        Record(source=row.source, remote_id=row.document_id)
        for row in each.lines
        if (row.account, row.tax_rate) in odd
    )
    whose = [Record(source=row.source, remote_id=each.key[0]) for row in others[:1] if row.source]
    return (*dict.fromkeys(there), *whose)
