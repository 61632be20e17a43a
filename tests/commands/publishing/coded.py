"""A small ledger of each kind, and items as rules see them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commands.publishing.choices import Choices
from commands.publishing.coding import Coding
from commands.publishing.facts import FactLine, Facts, Side
from commands.publishing.lists import Lists
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.readiness.validation import obstacles
from commands.publishing.resolution.resolution import resolve
from providers.quickbooks import ways as quickbooks_ways
from providers.records import (
    Account,
    BankAccount,
    Contact,
    ListRecord,
    Organisation,
    Product,
    TaxRate,
    TrackingOption,
)
from providers.xero import ways as xero_ways
from storage.models import PaymentMethod, Rule, RuleKind
from tests.builders import NOW, WORKSPACE

TODAY = date(2026, 6, 3)
DAY = date(2026, 5, 1)


def facts(**over: Any) -> Facts:
    """A bill of Paper & Pens over 120.00, 20.00 of it tax."""
    return Facts(
        **{
            "supplier": "Paper & Pens Ltd",
            "day": DAY,
            "number": "INV-77",
            "currency": "GBP",
            "total": Decimal("120.00"),
            "tax": Decimal("20.00"),
            "owner": "U02BEN",
            "owner_name": "Ben Hill",
            "submitted_at": NOW,
        }
        | over
    )


def line(total: str | None = None, **over: Any) -> FactLine:
    return FactLine(total=Decimal(total) if total else None, **over)


def rule(subject: str = "paper pens", **over: Any) -> Rule:
    kept = {
        "id": "r1",
        "workspace_id": WORKSPACE,
        "client_id": "acme",
        "kind": RuleKind.SUPPLIER,
        "subject": subject,
        "title": "Paper & Pens",
        "made_at": NOW - timedelta(days=1),
        "made_by": "U01ANA",
    }
    return Rule(**kept | over)


def method(**over: Any) -> PaymentMethod:
    """A card ending in 4242."""
    kept = {
        "id": "m1",
        "workspace_id": WORKSPACE,
        "client_id": "acme",
        "name": "Company card",
        "name_key": "company card",
        "last4": "4242",
        "bank_account": "bank",
        "made_at": NOW,
        "made_by": "U01ANA",
    }
    return PaymentMethod(**kept | over)


def by_hand(**said: str | None) -> dict[str, dict[str, Any]]:
    """As Item.manual has it."""
    at = datetime(2026, 6, 2, 9, 0, tzinfo=UTC).isoformat()
    return {name: {"value": value, "by": "U02BEN", "at": at} for name, value in said.items()}


def _by_id(*records: ListRecord) -> dict[str, Any]:
    return {each.remote_id: each for each in records}


def xero(**over: Any) -> Lists:
    entries = {
        "accounts": _by_id(
            Account(remote_id="429", code="429", name="General", account_class="EXPENSE",
                    tax_rate="INPUT2"),
            Account(remote_id="461", code="461", name="Printing", account_class="EXPENSE",
                    tax_rate="INPUT2"),
            Account(remote_id="480", code="480", name="Postage", account_class="EXPENSE",
                    tax_rate="ZERO"),
            Account(remote_id="old", code="999", name="Old", account_class="EXPENSE",
                    active=False),
            Account(remote_id="200", code="200", name="Sales", account_class="REVENUE",
                    tax_rate="OUTPUT2"),
            Account(remote_id="090", code="090", name="Cheque account", account_type="BANK",
                    is_closed=True),
        ),
        "tax_rates": _by_id(
            TaxRate(remote_id="INPUT2", name="20% (VAT on Expenses)", rate=Decimal(20),
                    on_sales=False),
            TaxRate(remote_id="RRINPUT", name="5% (VAT on Expenses)", rate=Decimal(5),
                    on_sales=False),
            TaxRate(remote_id="ZERO", name="Zero Rated Expenses", rate=Decimal(0),
                    on_sales=False),
            TaxRate(remote_id="OUTPUT2", name="20% (VAT on Income)", rate=Decimal(20),
                    on_costs=False),
            TaxRate(remote_id="DRC", name="Domestic Reverse Charge @ 20%", rate=Decimal(20)),
            TaxRate(remote_id="GONE", name="17.5%", rate=Decimal("17.5"), active=False),
        ),
        "contacts": _by_id(
            Contact(remote_id="c1", name="Paper & Pens Limited", is_supplier=True,
                    tax_number="GB 123"),
            Contact(remote_id="c2", name="Fine Food Limited", is_supplier=True),
            Contact(remote_id="c3", name="Gone Ltd", active=False),
        ),
        "tracking": _by_id(
            TrackingOption(remote_id="north", name="North", category_id="region",
                           category_name="Region"),
            TrackingOption(remote_id="south", name="South", category_id="region",
                           category_name="Region"),
            TrackingOption(remote_id="shop", name="Shop", category_id="dept",
                           category_name="Department"),
            TrackingOption(remote_id="east", name="East", category_id="region",
                           category_name="Region", active=False),
        ),
        "products": _by_id(Product(remote_id="p1", name="Consulting", is_bought=False)),
        "banks": _by_id(
            BankAccount(remote_id="bank", name="Current account", currency="GBP"),
            BankAccount(remote_id="card", name="Card", bank_type="CREDITCARD", currency="GBP"),
            BankAccount(remote_id="euro", name="Euro account", currency="EUR"),
        ),
    }  # fmt: skip
    books = over.get("organisation") or organisation()
    own = {"key": "xero", "software": "Xero", "publishing": xero_ways.publishing(books)}
    return Lists(**own | entries | {"organisation": books} | over)


def quickbooks(**over: Any) -> Lists:
    books = over.get("organisation") or organisation()
    publishing = quickbooks_ways.publishing(books)
    own = {"key": "quickbooks", "software": "QuickBooks Online", "publishing": publishing}
    return xero(**own | over)


def organisation(**over: Any) -> Organisation:
    return Organisation(
        **{"remote_id": "org", "name": "Acme Limited", "base_currency": "GBP", "country": "GB"}
        | over
    )


def coded(
    of: Facts | None = None, *, lists: Lists | None = None, choices: Choices | None = None,
    **over: Any,
) -> Coding:  # fmt: skip
    """What comes of it without anything said but what is given."""
    given = {"manual": {}, "rules": (), "methods": ()} | over
    return resolve(of or facts(), choices=choices or Choices(), lists=lists or xero(), **given)


def found(
    of: Facts | None = None, *, lists: Lists | None = None, choices: Choices | None = None,
    judged: dict[str, Any] | None = None, **over: Any,
) -> tuple[Obstacle, ...]:  # fmt: skip
    """What keeps it from going, coded to a usual account unless `account` is None. `hand` is what
    people said, `judged` what else there is to judge by."""
    of, choices, lists = of or facts(), choices or Choices(), lists or xero()
    usual = "200" if of.side is Side.SALE else "429"
    account = {"account": usual} if over.pop("account", usual) else {}
    over["manual"] = by_hand(**{**account, **over.pop("hand", {})})
    coding = coded(of, choices=choices, lists=lists, **over)
    return obstacles(of, coding, choices, lists, today=TODAY, **judged or {})


def codes(*given: Any, **over: Any) -> list[str]:
    """The same by its codes."""
    return [each.code for each in found(*given, **over)]
