"""The same supplier or customer entered twice."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from commands.health.books.books import Books, counted
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
from commands.health.reckoning.alike import Pair, Precision, pairs
from commands.health.reckoning.identities import IDENTITIES, shared
from commands.health.samples import bill, contact, day
from commands.health.words import count, dated, listed

ACTIVE_MONTHS = 12
COUNTED = frozenset({Precision.STRICT.value, Precision.CLOSE.value})  # product §10.2


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateContactsOptions(Options):
    """How alike two names must be."""

    precision: Precision = field(
        default=Precision.CLOSE,
        metadata={"label": "Precision: Strict, Close, Similar or Rough"},
    )
    most: int = field(default=1000, metadata={"label": "Pairs shown at most, the most alike first"})
    serious_share: Decimal = field(
        default=Decimal("0.10"), metadata={"label": "Serious from this share of active contacts"}
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """Two contacts; `keeper` has more transactions. `same` names the details they share."""

    keeper: Row[Any]
    other: Row[Any]
    precision: Precision
    likeness: float
    same: tuple[str, ...]


class DuplicateContacts(Check[DuplicateContactsOptions]):
    """Contacts whose names are alike, or that share a tax or company number, a bank account or an
    e-mail address.

    Why: what one supplier is owed is spread over two accounts, so that a bill can be entered and
    paid twice, and a statement never agrees.

    Fix: merge the contact with fewer transactions into the other, or say that they are two.
    """

    code = "duplicate-contacts"
    title = "Duplicate contacts"
    group = Group.CLEANUP
    weight = 10
    options = DuplicateContactsOptions
    examples = (
        Example(
            records=(
                contact("c1", "Fine Food Ltd"),
                contact("c2", "Fine Foods Limited"),
                *(bill(f"b{n}", contact_id="c2", date=day(6, n)) for n in (1, 2)),
                bill("b3", contact_id="c1"),
            ),
            finds=("Fine Foods Limited and Fine Food Ltd",),
            level=Level.ERROR,
        ),
        Example(
            records=(contact("c1", "Fine Food Ltd"), contact("c2", "Fine Foods Limited")),
            options={"precision": "Strict"},
            level=Level.FINE,
        ),
        Example(
            records=(contact("c1", "Sainsbury"), contact("c2", "Sainsburys")),
            options={"precision": "Extreme"},
            finds=("Sainsbury and Sainsburys",),
        ),
        Example(records=(contact("c1", "Twins 6"), contact("c2", "Twins 5"))),
        Example(
            records=(contact("c1", "Twins 6"), contact("c2", "Twins 5")),
            options={"precision": "Similar"},
            finds=("Twins 6 and Twins 5",),
        ),
        Example(
            records=(contact("c1", "Smart Agency"), contact("c2", "City Agency")),
            options={"precision": "Similar"},
        ),
        Example(
            records=(contact("c1", "Smart Agency"), contact("c2", "City Agency")),
            options={"precision": "Rough"},
            finds=("Smart Agency and City Agency",),
        ),
        Example(
            records=(
                contact("c1", "North Light", tax_number="GB 123 4567 89"),
                contact("c2", "J Smith", tax_number="GB123456789"),
                contact("c3", "Acme", email="office@acme.example"),
                contact("c4", "Zebra", email="Office@acme.example"),
                contact("c5", "One", company_number="n/a"),
                contact("c6", "Two", company_number="n/a"),
            ),
            options={"precision": "Strict"},
            finds=("North Light and J Smith", "Acme and Zebra"),
        ),
        Example(
            records=(
                contact("c1", "Sainsbury"),
                contact("c2", "Sainsbury", is_active=False),
                contact("c3", "Sainsbury", is_active=False, merged_into="c1"),
            ),
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                contact("customer:1", "Sainsbury", source="Customer", is_supplier=False),
                contact("vendor:1", "Sainsbury", source="Vendor"),
                contact("vendor:2", "Sainsburys", source="Vendor"),
            ),
            finds=("Sainsbury and Sainsburys",),
        ),
    )

    def queries(self, books: Books, options: DuplicateContactsOptions) -> Mapping[str, Select[Any]]:
        since = months_before(books.as_of, ACTIVE_MONTHS)
        own = books.documents()
        here = case((own.c.date.between(since, books.as_of), 1))
        used = (
            select(
                own.c.contact_id,
                counted().label("transactions"),
                func.count(here).label("lately"),
                func.max(own.c.date).label("last"),
            )
            .group_by(own.c.contact_id)
            .subquery("used")
        )
        known = books.contacts
        return {
            "contacts": select(
                known.c.source, known.c.remote_id, known.c.name,
                *(known.c[name] for name in IDENTITIES),
                func.coalesce(used.c.transactions, 0).label("transactions"),
                func.coalesce(used.c.lately, 0).label("lately"),
                used.c.last,
            )
            .outerjoin(used, used.c.contact_id == known.c.remote_id)
            .where(known.c.is_active, known.c.merged_into.is_(None))
            .order_by(func.coalesce(used.c.transactions, 0).desc(), known.c.remote_id)
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: DuplicateContactsOptions) -> Found:
        contacts = rows["contacts"]
        kinds: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in contacts:
            kinds[row.source].append(row)
        found = [pair for kind in kinds.values() for pair in _pairs(kind, options)]
        order = list(Precision)
        found.sort(key=lambda pair: (order.index(pair.precision), not pair.same, -pair.likeness))
        shown, more = found[: options.most], found[options.most :]
        listed_already = _contacts(shown)
        return Found(
            findings=tuple(_finding(pair, books) for pair in shown),
            figures={
                "active": sum(row.lately > 0 for row in contacts),
                "more": len(more),
                "more_contacts": len(_contacts(more) - listed_already),
            },
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: DuplicateContactsOptions,
    ) -> Verdict:
        alike = {
            contact
            for each in opened
            if each.facts["Precision"] in COUNTED
            for contact in each.key
        }  # fmt: skip
        part = len(alike) + figures["more_contacts"]
        share = falling(part, figures["active"], worst=Decimal("0.10"))
        if not opened:
            return Verdict(level=Level.FINE, says="none", share=share)
        is_serious = part > 0 and part >= options.serious_share * figures["active"]
        more = f" of {len(opened) + figures['more']:,}" if figures["more"] else ""
        return Verdict(
            level=Level.ERROR if is_serious else Level.WARNING,
            says=f"{len(opened):,}{more} pairs" if more else count(len(opened), "pair"),
            share=share,
        )


def _pairs(contacts: Sequence[Row[Any]], options: DuplicateContactsOptions) -> Iterator[_Pair]:
    """Of contacts of one type, those with most transactions first."""
    named = {
        (pair.one, pair.other): pair
        for pair in pairs([row.name for row in contacts], options.precision, most=options.most)
    }
    same = shared(contacts)
    for one, other in named.keys() | same.keys():
        pair = named.get((one, other)) or Pair(one, other, Precision.STRICT, 0)
        yield _Pair(
            keeper=contacts[one],
            other=contacts[other],
            precision=Precision.STRICT if (one, other) in same else pair.precision,
            likeness=pair.likeness,
            same=tuple(same.get((one, other), ())),
        )


def _contacts(found: Sequence[_Pair]) -> set[str]:
    return {
        row.remote_id
        for pair in found
        if pair.precision in COUNTED
        for row in (pair.keeper, pair.other)
    }


def _finding(pair: _Pair, books: Books) -> Finding:
    keeper, other = pair.keeper, pair.other
    shared = f", the same {listed(list(pair.same))}" if pair.same else ""
    is_used = keeper.transactions or other.transactions
    told = f"{_used(keeper)}; {_used(other)}" if is_used else "neither has transactions"
    if books.provider == "quickbooks":
        fix = f"In {books.software} give {other.name} the name {keeper.name}: it offers to merge."
    else:
        fix = f"Merge {other.name} into {keeper.name} in {books.software}."
    return Finding(
        key=(min(keeper.remote_id, other.remote_id), max(keeper.remote_id, other.remote_id)),
        title=f"{keeper.name} and {other.name}",
        text=f"{pair.precision} match{shared}: {told}.",
        fix=fix,
        records=tuple(
            Record(source=row.source, remote_id=row.remote_id) for row in (keeper, other)
        ),
        facts={
            "Likely keeper": keeper.name,
            "Transactions": keeper.transactions,
            "Match": other.name,
            "Transactions of match": other.transactions,
            "Contact type": keeper.source if books.provider == "quickbooks" else None,
            "Precision": pair.precision.value,
            "Likeness": f"{pair.likeness:.0%}",
            "Same": listed(list(pair.same)),
        },
    )


def _used(row: Row[Any]) -> str:
    if not row.transactions:
        return f"{row.name} has no transactions"
    return f"{row.name} has {count(row.transactions, 'transaction')}, last {dated(row.last)}"
