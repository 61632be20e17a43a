"""Whether the register of fixed assets and the ledger agree, in Xero."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select

from commands.health.books.accounts import moved, named
from commands.health.books.books import Books
from commands.health.books.periods import complete_month
from commands.health.books.register import Steps, is_worn, parted, registered, total
from commands.health.check import (
    SHARES,
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
    unavailable,
)
from commands.health.samples import account, asset, asset_type, bill, day, journal, line
from commands.health.words import count, dated, money

FIXED = "FIXED"
DRAFT = "DRAFT"


class Card(StrEnum):
    """The five parts that an accountant knows; each weighs the same (product §8.10)."""

    ACCOUNTS = "Fixed asset accounts"
    DRAFTS = "Draft assets"
    COST = "Fixed asset reconciliation"
    DEPRECIATION = "Depreciation reconciliation"
    RUN = "Depreciation run"


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedAssetsOptions(Options):
    """What counts as equal, and which accounts do not count."""

    tolerance: Decimal = field(
        default=Decimal("0.01"), metadata={"label": "Difference that is none"}
    )
    ignored_accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Fixed asset accounts outside the register, by code"}
    )


class FixedAssets(Check[FixedAssetsOptions]):
    """Fixed asset accounts that no asset type of the register has, assets that are still drafts,
    accounts whose transactions do not come to what the register says, and depreciation that was not
    run to the end of the month.

    Why: what is bought and not registered is never depreciated, and what is registered and not in
    the ledger is depreciated for nothing; the balance sheet and the tax computation are both wrong.

    Fix: register the draft assets, give each account an asset type, and find the purchase or sale
    from the day on which the two part. Opening balances that were taken over may be the reason.
    """

    code = "fixed-assets"
    title = "Fixed assets"
    group = Group.CLEANUP
    weight = 8
    options = FixedAssetsOptions
    examples = (
        Example(
            records=(
                account("710", "Vans", account_type=FIXED, account_class="ASSET"),
                account("711", "Depreciation of vans", account_type=FIXED, account_class="ASSET"),
                account("720", "Computers", account_type=FIXED, account_class="ASSET"),
                account("730", "Desks", account_type=FIXED, account_class="ASSET"),
                asset_type(),
                asset("a1"),
                asset("a2", status="DRAFT", name="Printer"),
                bill("b1", line("1000", code="710"), date=day(4, 1)),
                bill("b2", line("500", code="720")),
                journal("j1", line("100", code="400"), line("-100", code="711")),
            ),
            finds=("720 Computers", "730 Desks", "Printer"),
            level=Level.ERROR,
        ),
        Example(
            records=(
                account("710", "Vans", account_type=FIXED, account_class="ASSET"),
                account("711", "Depreciation of vans", account_type=FIXED, account_class="ASSET"),
                asset("a1"),
                bill("b1", line("1000", code="710"), date=day(4, 1)),
                bill("b2", line("250", code="710"), date=day(6, 9)),
                journal("j1", line("90", code="400"), line("-90", code="711"), date=day(5, 31)),
            ),
            finds=("710 Vans", "711 Depreciation of vans"),
            level=Level.ERROR,
        ),
        Example(
            records=(
                account("710", "Vans", account_type=FIXED, account_class="ASSET"),
                account("711", "Depreciation of vans", account_type=FIXED, account_class="ASSET"),
                asset("a1"),
                asset("a2", status="DISPOSED"),
                bill("b1", line("1000.01", code="710"), date=day(4, 1)),
                bill("b2", line("77", code="710"), date=day(7, 1)),
                journal("j1", line("100", code="400"), line("-100", code="711")),
            ),
            level=Level.FINE,
        ),
        *(
            Example(
                records=(
                    account("710", "Vans", account_type=FIXED, account_class="ASSET"),
                    account("711", "Worn", account_type=FIXED, account_class="ASSET"),
                    asset_type(depreciated_until=until),
                    asset("a1"),
                    bill("b1", line("1000", code="710"), date=day(4, 1)),
                    journal("j1", line("100", code="400"), line("-100", code="711")),
                ),
                finds=finds,
                level=level,
            )
            for until, finds, level in (
                (day(6, 29), (), Level.FINE),  # of the same month
                (day(5, 31), ("Depreciation run",), Level.ERROR),
                (day(7, 31), ("Depreciation run",), Level.WARNING),
                (None, ("Depreciation run",), Level.ERROR),
            )
        ),
        Example(  # a type of assets of which there are none yet
            records=(
                account("710", "Vans", account_type=FIXED, account_class="ASSET"),
                account("711", "Worn", account_type=FIXED, account_class="ASSET"),
                asset_type(depreciated_until=None),
            ),
            level=Level.FINE,
        ),
        Example(records=(account("400"),), level=Level.FINE),
        Example(provider="quickbooks", records=(asset("a1"),), level=Level.NOT_AVAILABLE),
    )

    def missing(self, books: Books, options: FixedAssetsOptions) -> Verdict | None:
        if books.provider != "xero":
            return unavailable(f"{books.software} does not give us a register of fixed assets")
        if "Assets" in books.refused:
            return unavailable(f"{books.software} does not let us read the register of assets")
        return None

    def queries(self, books: Books, options: FixedAssetsOptions) -> Mapping[str, Select[Any]]:
        own, kept, types = books.accounts, books.assets, books.asset_types
        fixed = (
            select(own)
            .where(own.c.account_type == FIXED, own.c.is_active)
            .where(func.coalesce(own.c.code, "").not_in(options.ignored_accounts))
            .subquery("fixed")
        )
        line = moved(books, fixed)
        return {
            "accounts": select(
                fixed.c.source, fixed.c.remote_id, fixed.c.code, fixed.c.name
            ).order_by(fixed.c.code),
            "moved": select(line.c.account, line.c.date, func.sum(line.c.posted).label("amount"))
            .where(line.c.date <= books.as_of)
            .group_by(line.c.account, line.c.date)
            .order_by(line.c.account, line.c.date),
            "assets": select(
                kept.c.source, kept.c.remote_id, kept.c.name, kept.c.number,
                func.upper(kept.c.status).label("status"), kept.c.purchased_on, kept.c.price,
                kept.c.book_value, kept.c.asset_account, kept.c.depreciation_account,
            ).order_by(kept.c.name, kept.c.remote_id),
            "types": select(
                types.c.asset_account, types.c.depreciation_account, types.c.depreciated_until
            ),
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: FixedAssetsOptions) -> Found:
        steps: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for row in rows["moved"]:
            steps[row.account].append((row.date, row.amount))
        accounts, assets, types = rows["accounts"], rows["assets"], rows["types"]
        every = (*assets, *types)
        used = {row.asset_account for row in every} | {row.depreciation_account for row in every}
        unmapped = (row for row in accounts if row.remote_id not in used)
        drafts = (row for row in assets if row.status == DRAFT)
        cards = [Card.ACCOUNTS, Card.DRAFTS, Card.COST]
        if any(row.depreciation_account in steps for row in assets):
            cards.append(Card.DEPRECIATION)
        if types and is_worn(assets, books.as_of):
            cards.append(Card.RUN)
        return Found(
            findings=(
                *(_unmapped(row, steps[row.remote_id], books) for row in unmapped),
                *(_draft(row, books) for row in drafts),
                *_differing(accounts, steps, assets, books, options.tolerance),
                *(_not_run(types, books) if Card.RUN in cards else ()),
            ),
            figures={
                "cards": [card.value for card in cards] if accounts or assets else [],
                "untold": [card.value for card in Card if card not in cards],
            },
        )

    def judge(
        self, opened: Sequence[Finding], figures: Mapping[str, Any], options: FixedAssetsOptions
    ) -> Verdict:
        cards = figures["cards"]
        if not cards:
            return Verdict(level=Level.FINE, says="no fixed assets")
        levels = dict.fromkeys(cards, Level.FINE)
        for each in opened:
            card = each.facts["Card"]
            is_worse = each.is_serious or levels.get(card) is Level.ERROR
            levels[card] = Level.ERROR if is_worse else Level.WARNING
        wrong = [level for level in levels.values() if level is not Level.FINE]
        share = sum((SHARES[level] for level in levels.values()), Decimal()) / len(levels)
        if not wrong:
            return Verdict(level=Level.FINE, says=f"{len(cards)} parts agree", share=share)
        worst = Level.ERROR if Level.ERROR in wrong else Level.WARNING
        says = f"{len(wrong)} of {len(levels)} parts, {count(len(opened), 'finding')}"
        return Verdict(level=worst, says=says, share=share)


def _differing(
    accounts: Iterable[Row[Any]],
    ledger: Mapping[str, Steps],
    assets: Sequence[Row[Any]],
    books: Books,
    tolerance: Decimal,
) -> Iterator[Finding]:
    """Accounts whose balance is not what the register says of cost, or of depreciation."""
    cost, worn = registered(assets, books.as_of)
    for account_row in accounts:
        own = account_row.remote_id
        steps = ledger.get(own, ())
        if own in cost:
            since = parted(steps, cost[own], tolerance)
            if since is not None:
                yield _difference(account_row, Card.COST, (steps, cost[own]), since, books)
        if own in worn and steps and abs(total(steps) - total(worn[own])) > tolerance:
            yield _difference(account_row, Card.DEPRECIATION, (steps, worn[own]), None, books)


def _difference(
    row: Row[Any], card: Card, sides: tuple[Steps, Steps], since: date | None, books: Books
) -> Finding:
    ledger, register = map(total, sides)
    apart = ledger - register
    begin = f", since {dated(since)}" if since and since > date.min else ""
    told = f"The ledger has {_shown(ledger, books)}, the register {_shown(register, books)}"
    return Finding(
        key=(card, row.remote_id),
        title=named(row),
        text=f"{told}: {_shown(abs(apart), books)} apart{begin}.",
        fix="Compare the transactions of the account with the register from that day on."
        if begin
        else "Compare the transactions of the account with the register.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=abs(apart),
        currency=books.currency,
        since=since if begin else None,
        is_serious=True,
        facts={"Card": card.value, "Ledger": str(ledger), "Register": str(register)},
    )


def _unmapped(row: Row[Any], steps: Steps, books: Books) -> Finding:
    balance = total(steps)
    kept = f", and its balance is {_shown(balance, books)}" if balance else ""
    return Finding(
        key=(Card.ACCOUNTS, row.remote_id),
        title=named(row),
        text=f"No asset type of the register has this account{kept}.",
        fix="Give it an asset type and register what is in it, or leave it out of this check.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=abs(balance) or None,
        currency=books.currency,
        since=steps[0][0] if steps else None,
        is_serious=bool(balance),
        facts={"Card": Card.ACCOUNTS.value, "Ledger": str(balance)},
    )


def _not_run(types: Sequence[Row[Any]], books: Books) -> Iterator[Finding]:
    """Of the last month that is complete at the reporting date; its last day need not be met."""
    month = complete_month(books.as_of)
    until = max((row.depreciated_until for row in types if row.depreciated_until), default=None)
    if until is not None and (until.year, until.month) == (month.year, month.month):
        return
    is_ahead = until is not None and until > month
    begin = f"It was last run to {dated(until)}" if until else "It was never run"
    what = "the register’s values are later than those of" if is_ahead else "it is missing up to"
    yield Finding(
        key=(Card.RUN, f"{month:%Y-%m}"),
        title=Card.RUN.value,
        text=f"{begin}: {what} {dated(month)}.",
        fix=f"Look at a later period, or roll it back to {dated(month)}."
        if is_ahead
        else f"Run depreciation in {books.software} to {dated(month)}.",
        since=until,
        is_serious=not is_ahead,
        facts={
            "Card": Card.RUN.value,
            "Last run to": until.isoformat() if until else None,
            "Reporting date": books.as_of.isoformat(),
        },
    )


def _draft(row: Row[Any], books: Books) -> Finding:
    price = f" for {_shown(row.price, books)}" if row.price else ""
    return Finding(
        key=(Card.DRAFTS, row.remote_id),
        title=row.name,
        text=f"Still a draft, bought on {dated(row.purchased_on)}{price}; it is not depreciated.",
        fix="Register it, or delete the draft.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=row.price,
        currency=books.currency,
        since=row.purchased_on,
        facts={"Card": Card.DRAFTS.value, "Number": row.number},
    )


def _shown(amount: Decimal, books: Books) -> str:
    return money(amount, books.currency)
