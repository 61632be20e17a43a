"""Accounts that were put away while something still uses them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, func, select

from commands.health.books.accounts import named
from commands.health.books.books import Books
from commands.health.books.used import uses
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
    graded,
)
from commands.health.samples import account, asset, bill, contact, line, money_out
from commands.health.words import count, listed, money

LASTING = ("ASSET", "LIABILITY", "EQUITY")  # classes of accounts whose balances are carried on
BANK = account(
    "1060", "Petty cash", is_bank=True, is_active=False, account_type="Bank", account_class="ASSET"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedAccountsOptions(Options):
    """Which balances are worth a look."""

    least: Decimal = field(default=Decimal(1), metadata={"label": "Balances below this are left"})


class ArchivedAccounts(Check[ArchivedAccountsOptions]):
    """Archived accounts that carry a balance, or that contacts, products or fixed assets still
    name.

    Why: what is put away is not looked at, yet its balance is in the accounts; and whatever names
    such an account is refused when it is posted.

    Fix: move the balance to where it belongs and give those contacts, products and assets another
    account; or restore the account.
    """

    code = "archived-accounts"
    title = "Archived accounts in use"
    group = Group.CLEANUP
    options = ArchivedAccountsOptions
    examples = (
        Example(
            records=(
                account("408", "Cleaning", is_active=False),
                account("612", "Deposits", is_active=False, account_class="ASSET"),
                contact("c1", "Sweepers", purchase_account="408"),
                bill("b1", line("72", code="408")),
                bill("b2", line("310", code="612")),
            ),
            finds=("408 Cleaning", "612 Deposits"),
            level=Level.WARNING,
            amounts=("310", "0"),
        ),
        Example(
            records=(
                account("408", "Cleaning", is_active=False),
                account("710", "Vans", account_class="ASSET"),
                contact("c1", "Sweepers", purchase_account="400"),
                contact("c2", "Gone", purchase_account="408", is_active=False),
                asset("a1"),
                bill("b1", line("72", code="408")),
            ),
            level=Level.FINE,
        ),
        Example(
            provider="quickbooks",
            records=(BANK, money_out("1", line("310"), source="Purchase", bank_account="id-1060")),
            finds=("1060 Petty cash",),
            amounts=("372",),
        ),
    )

    def queries(self, books: Books, options: ArchivedAccountsOptions) -> Mapping[str, Select[Any]]:
        own = books.accounts
        away = select(own).where(~own.c.is_active).subquery("away")
        posted = books.postings(books.as_of, accounts=away)
        return {
            "accounts": select(
                away.c.source, away.c.remote_id, away.c.code, away.c.name, away.c.account_class,
                away.c.is_bank,
            ).order_by(away.c.code, away.c.name),
            "balances": select(
                posted.c.account, func.sum(posted.c.amount).label("balance"),
                func.max(posted.c.date).label("last"),
            ).group_by(posted.c.account),
            "uses": uses(books),
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: ArchivedAccountsOptions) -> Found:
        held = {row.account: row for row in rows["balances"]}
        named_by: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows["uses"]:
            named_by[row.account][row.what] = row.many
        found = []
        for row in rows["accounts"]:
            used = named_by[row.code] | named_by[row.remote_id]
            is_lasting = row.is_bank or row.account_class in LASTING
            own = held.get(row.remote_id) if is_lasting else None
            if own is not None and abs(own.balance) < options.least:
                own = None
            if used or own is not None:
                found.append(_finding(row, books, own, used))
        return Found(findings=tuple(found))

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: ArchivedAccountsOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        says = count(len(opened), "account")
        return graded(Level.WARNING, says)


def _finding(
    row: Row[Any], books: Books, held: Row[Any] | None, used: Mapping[str, int]
) -> Finding:
    by = [count(many, what) for what, many in sorted(used.items())]
    balance = held.balance if held is not None else None
    why = [f"named by {listed(by)}"] if by else []
    if balance is not None:
        why.insert(0, f"carries {money(balance, books.currency)}")
    put_away = "inactive" if books.provider == "quickbooks" else "archived"
    return Finding(
        key=(row.source, row.remote_id),
        title=named(row),
        text=f"It is {put_away}, and {listed(why)}.",
        fix="Move what is left to where it belongs, or restore the account.",
        records=(Record(source=row.source, remote_id=row.remote_id),),
        amount=abs(balance) if balance is not None else None,
        currency=books.currency if balance is not None else None,
        since=held.last if held is not None else None,
        facts={
            "Account": named(row),
            "Balance": str(balance) if balance is not None else None,
            "Named by": listed(by) if by else "",
        },
    )
