"""Whether the register of fixed assets and the ledger agree, in Xero."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select

from commands.health.accounts import moved, named
from commands.health.books import Books
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
from commands.health.register import Steps, parted, registered, total
from commands.health.samples import account, asset, bill, day, journal, line
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
    """Fixed asset accounts that no asset of the register uses, assets that are still drafts, and
    accounts whose transactions do not come to what the register says. Whether depreciation has
    been run is not told to other software.

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
        own, kept = books.accounts, books.assets
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
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: FixedAssetsOptions) -> Found:
        steps: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for row in rows["moved"]:
            steps[row.account].append((row.date, row.amount))
        accounts, assets = rows["accounts"], rows["assets"]
        used = {row.asset_account for row in assets} | {row.depreciation_account for row in assets}
        unmapped = (row for row in accounts if row.remote_id not in used)
        drafts = (row for row in assets if row.status == DRAFT)
        cards = [Card.ACCOUNTS, Card.DRAFTS, Card.COST]
        if any(row.depreciation_account in steps for row in assets):
            cards.append(Card.DEPRECIATION)
        return Found(
            findings=(
                *(_unmapped(row, steps[row.remote_id], books) for row in unmapped),
                *(_draft(row, books) for row in drafts),
                *_differing(accounts, steps, assets, books, options.tolerance),
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
    kept = f" and has a balance of {_shown(balance, books)}" if balance else ""
    return Finding(
        key=(Card.ACCOUNTS, row.remote_id),
        title=named(row),
        text=f"No asset of the register uses this account{kept}.",
        fix="Give it an asset type and register what is in it, or leave it out of this check.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=abs(balance) or None,
        currency=books.currency,
        since=steps[0][0] if steps else None,
        is_serious=bool(balance),
        facts={"Card": Card.ACCOUNTS.value, "Ledger": str(balance)},
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
