"""Purchases too small to be fixed assets, and repairs large enough to be some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select

from commands.health.books.accounts import named
from commands.health.books.books import Books
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
from commands.health.samples import account, bill, contact, day, line, money_out
from commands.health.words import count, dated, money, stake
from providers.books import DocumentKind
from storage.models import ledger

FIXED_TYPES = ("FIXED", "Fixed Asset")  # as Xero and QuickBooks call them
BOUGHT = (DocumentKind.BILL, DocumentKind.MONEY_OUT)


@dataclass(frozen=True, kw_only=True, slots=True)
class LowCostAssetsOptions(Options):
    """What is too small for the register, and what too large for the year's costs."""

    asset_from: Decimal = field(
        default=Decimal(250), metadata={"label": "A fixed asset costs at least"}
    )
    repair_up_to: Decimal = field(
        default=Decimal(1000), metadata={"label": "A repair costs less than"}
    )
    repair_names: tuple[str, ...] = field(
        default=("repair", "maintenance", "renewals", "small tools", "small equipment"),
        metadata={"label": "Words in the names of repair accounts"},
    )
    repair_accounts: tuple[str, ...] = field(
        default=(), metadata={"label": "Other accounts watched like repairs, by code or name"}
    )


class LowCostAssets(Check[LowCostAssetsOptions]):
    """Lines of the period on fixed asset accounts below the least cost of an asset, and lines on
    repair accounts that cost as much as one.

    Why: a cheap thing in the register is work for years, and an improvement among the repairs
    takes a year's profit down that should be spread over its life.

    Fix: move the small ones to costs, and the large ones to fixed assets if they improve or replace
    something.
    """

    code = "low-cost-assets"
    title = "Low-cost assets and large repairs"
    group = Group.CLEANUP
    options = LowCostAssetsOptions
    examples = (
        Example(
            records=(
                contact("c1", "Gadgets"),
                account("710", "Office equipment", account_type="FIXED", account_class="ASSET"),
                account("473", "Repairs & Maintenance"),
                bill("b1", line("249.99", code="710")),
                bill("b2", line("250.00", code="710")),
                bill("b3", line("999.99", code="473")),
                money_out("m1", line("1000.00", code="473"), contact_id="c2"),
                contact("c2", "Roofers"),
            ),
            finds=("Gadgets", "Roofers"),
            level=Level.WARNING,
        ),
        Example(
            records=(
                account("710", account_type="FIXED", account_class="ASSET"),
                account("461", "Printing"),
                bill("b1", line("5000", code="461")),
                bill("b2", line("9", code="710"), date=day(5, 31)),
                bill("b3", line("-9", code="710")),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(account("461", "Printing"), bill("b1", line("5000", code="461"))),
            options={"repair_accounts": ("461",)},
            finds=("461 Printing",),
        ),
        Example(
            provider="quickbooks",
            country="US",
            records=(
                contact("vendor:1", "Gadgets", source="Vendor"),
                account("15", source="Account", account_type="Fixed Asset", account_class="ASSET"),
                bill(
                    "1",
                    line("99", code=None, account_id="id-15"),
                    source="Bill",
                    contact_id="vendor:1",
                ),
            ),
            finds=("Gadgets",),
        ),
    )

    def queries(self, books: Books, options: LowCostAssetsOptions) -> Mapping[str, Select[Any]]:
        own, who, line = books.accounts, books.contacts, ledger.lines
        looks = [
            func.lower(own.c.name).contains(word.lower(), autoescape=True)
            for word in options.repair_names
        ]
        is_asset = own.c.account_type.in_(FIXED_TYPES)
        is_repair = and_(own.c.account_class == "EXPENSE", or_(*looks))
        is_watched = or_(
            is_repair,
            own.c.code.in_(options.repair_accounts),
            own.c.name.in_(options.repair_accounts),
        )
        watched = (
            select(own, is_asset.label("is_asset"))
            .where(or_(is_asset, is_watched))
            .subquery("watched")
        )
        here = books.entries(*BOUGHT, accounts=watched)
        is_odd = or_(
            and_(watched.c.is_asset, here.c.base_net > 0, here.c.base_net < options.asset_from),
            and_(~watched.c.is_asset, here.c.base_net >= options.repair_up_to),
        )
        return {
            "lines": select(
                here.c.source, here.c.document_id, here.c.position, here.c.kind, here.c.date,
                here.c.base_net, watched.c.code, watched.c.name, watched.c.is_asset,
                line.c.description, who.c.name.label("contact"),
            )
            .join(watched, watched.c.remote_id == here.c.account)
            .join(line, and_(
                line.c.organisation_id == books.organisation_id, line.c.source == here.c.source,
                line.c.document_id == here.c.document_id, line.c.position == here.c.position,
            ))
            .outerjoin(who, who.c.remote_id == here.c.contact_id)
            .where(here.c.date.between(books.period.begin, books.period.end), is_odd)
            .order_by(here.c.date.desc(), here.c.document_id, here.c.position)
        }  # fmt: skip

    def find(self, rows: Rows, books: Books, options: LowCostAssetsOptions) -> Found:
        return Found(
            findings=tuple(_finding(row, books, options) for row in rows["lines"]),
            figures={"currency": books.currency},
        )

    def judge(
        self,
        opened: Sequence[Finding],
        figures: Mapping[str, Any],
        options: LowCostAssetsOptions,
    ) -> Verdict:
        if not opened:
            return graded(Level.FINE, "none")
        total = sum((each.amount or Decimal() for each in opened), Decimal())
        says = f"{count(len(opened), 'line')}, {stake(total, figures['currency'])}"
        return graded(Level.WARNING, says)


def _finding(row: Row[Any], books: Books, options: LowCostAssetsOptions) -> Finding:
    about = f" for “{row.description}”" if row.description else ""
    limit = options.asset_from if row.is_asset else options.repair_up_to
    shown = money(limit, books.currency)
    if row.is_asset:
        why, fix = f"an asset costs {shown} or more", "Move it to costs, or leave it in a pool."
    else:
        why, fix = f"a repair costs less than {shown}", "Capitalise it if it improves something."
    return Finding(
        key=(row.source, row.document_id, str(row.position)),
        title=row.contact or named(row),
        text=f"{money(row.base_net, books.currency)} on {dated(row.date)}{about} is in "
        f"{named(row)}; {why}.",
        fix=fix,
        records=(Record(source=row.source, remote_id=row.document_id),),
        amount=row.base_net,
        currency=books.currency,
        since=row.date,
        is_locked=books.is_locked(row.date),
        facts={
            "Kind": "low-cost asset" if row.is_asset else "large repair",
            "Contact": row.contact,
            "Account": named(row),
            "Date": row.date.isoformat(),
            "Description": row.description,
            "Net": str(row.base_net),
        },
    )
