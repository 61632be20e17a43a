"""What each company of the stand-in QuickBooks is like, and who can sign in to it."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.ledgers.quickbooks.seed.mistakes import CLEAN, PLANTED_IN


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What one seeded company is like; `preferences` replace groups of its preferences."""

    name: str
    realm: str
    sku: str
    british: bool = True
    vendors: int = 90
    customers: int = 140
    items: int = 24
    classes: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    inactive: tuple[tuple[str, str], ...] = ()
    books_closed: str | None = None
    awkward: bool = False
    abroad: tuple[str, ...] = ()  # currencies of two vendors and two customers each
    employees: int = 4
    preferences: dict[str, Any] = field(default_factory=dict)
    warns_of_numbers: bool = False  # when a bill's number was used before
    is_tidy: bool = False  # books in perfect order

    @property
    def currency(self) -> str:
        return "GBP" if self.british else "USD"

    @property
    def has_bills(self) -> bool:
        return self.sku != "QuickBooks Online Simple Start"

    @property
    def has_orders(self) -> bool:
        return self.sku in {"QuickBooks Online Plus", "QuickBooks Online Advanced"}


PLANS = (
    Plan(
        name=PLANTED_IN,
        realm="9341450000000001",
        sku="QuickBooks Online Plus",
        vendors=180,
        customers=420,
        items=60,
        classes=("Shop", "Wholesale", "Celebration cakes"),
        locations=("Kendal", "Windermere"),
        projects=("Station kiosk refit", "Harvest festival 2026"),
        inactive=(("Account", "Petty cash"), ("Class", "Celebration cakes")),
        books_closed="2026-03-31",
        awkward=True,
        warns_of_numbers=True,
        abroad=("EUR", "USD"),
    ),
    Plan(
        name=CLEAN,
        realm="9341450000000002",
        sku="QuickBooks Online Essentials",
        is_tidy=True,
    ),
    Plan(
        name="Fox Cycles",
        realm="9341450000000003",
        sku="QuickBooks Online Simple Start",
        vendors=35,
        customers=60,
        items=8,
    ),
    Plan(
        name="Kestrel Logistics",
        realm="9341450000000004",
        sku="QuickBooks Online Advanced",
        british=False,
        classes=("Freight", "Warehousing"),
        locations=("Boise", "Reno"),
    ),
)

# Whom each sign-in reaches: every company, none, or these.
USERS = (
    ("ana", "Ana Patel", "ana@fernhill.example", "Company admin", None),
    ("ana-other", "Ana Patel", "ana.patel@home.example", "Company admin", ()),
    ("chloe", "Chloe Martin", "chloe@fernhill.example", "Company admin", ("Bright Bakery",)),
    ("sam", "Sam Reed", "sam@fernhill.example", "Reports only", ("Bright Bakery", "Fox Cycles")),
)
