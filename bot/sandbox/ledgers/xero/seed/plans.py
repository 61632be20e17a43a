"""What each organisation of the stand-in Xero is like, and who can sign in to it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.sandbox.ledgers.xero.seed.mistakes import CLEAN, PLANTED_IN


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What one seeded organisation is like; `profile` replaces fields of the organisation."""

    name: str
    profile: dict[str, Any]
    contacts: int = 120
    archived_contacts: int = 0
    small_chart: bool = True
    archived_accounts: tuple[str, ...] = ()
    banks: tuple[str, ...] = ("Business Current Account",)
    tracking: tuple[tuple[str, tuple[str, ...]], ...] = ()
    items: int = 12
    currencies: tuple[str, ...] = ("GBP",)
    awkward: bool = False
    unheard_of: bool = False
    sales_a_month: int = 5  # none where the edition keeps no invoices
    is_tidy: bool = False  # books in perfect order, but for what is planted

    @property
    def is_british(self) -> bool:
        return bool(self.profile.get("CountryCode", "GB") == "GB")


OPENED = datetime(2021, 4, 6, 9, 0, tzinfo=UTC)
LAST_TOUCHED = datetime(2026, 10, 30, 17, 0, tzinfo=UTC)
REGIONS = ("Region", ("North", "South", "Scotland", "Wales", "Online"))
TEAMS = ("Team", ("Sales", "Workshop", "Office"))

PLANS = (
    Plan(
        name="Acme Limited",
        profile={"Class": "COMPREHENSIVE", "RegistrationNumber": "07654321"},
        contacts=2_310,
        small_chart=False,
        banks=("Business Current Account", "Reserve Account", "Company Card"),
        tracking=(REGIONS, TEAMS),
        items=46,
        currencies=("GBP", "EUR", "USD"),
        sales_a_month=16,
    ),
    Plan(
        name="Acorn Dental",
        profile={"Class": "GROW", "SalesTaxBasis": "NONE", "SalesTaxPeriod": "NONE"},
        contacts=240,
        archived_contacts=18,
        archived_accounts=("Cleaning", "Rates"),
        tracking=(("Surgery", ("High Street", "Riverside", "Mill Lane")),),
        awkward=True,
    ),
    Plan(
        name="Elm Street Books",
        profile={
            "Class": "SIMPLE",
            "OrganisationType": "SOLE_TRADER",
            "SalesTaxBasis": "FLATRATECASH",
        },
        contacts=64,
        items=0,
        sales_a_month=0,
    ),
    Plan(
        name="Harbour Café",
        profile={"Class": "ORBIT", "EndOfYearLockDate": date(2025, 3, 31)},
        contacts=150,
        unheard_of=True,
    ),
    Plan(
        name=PLANTED_IN,
        profile={"Class": "PREMIUM"},
        contacts=60,
        items=0,
        is_tidy=True,
        tracking=(("Property", tuple(f"{n} Albert Road" for n in range(1, 24, 2))),),
        banks=("Business Current Account", "Client Money Account"),
    ),
    Plan(
        name="Juniper Films",
        profile={
            "Class": "ULTIMATE",
            "Version": "US",
            "CountryCode": "US",
            "BaseCurrency": "USD",
            "Timezone": "PACIFICSTANDARDTIME",
            "SalesTaxBasis": "ACCRUALS",
            "FinancialYearEndDay": 31,
            "FinancialYearEndMonth": 12,
            "TaxNumber": "94-1234567",
        },
        currencies=("USD", "GBP"),
        tracking=(("Production", ("Feature", "Series", "Commercial")),),
    ),
    Plan(
        name=CLEAN,
        profile={"Class": "STANDARD", "OrganisationType": "PARTNERSHIP"},
        contacts=88,
        items=0,
        is_tidy=True,
    ),
    Plan(
        name="Oakwood Joinery Holdings",
        profile={"Class": "GROW", "LegalName": "Oakwood Joinery Holdings Limited"},
        contacts=205,
        tracking=(TEAMS,),
        banks=("Business Current Account", "Deposit Account"),
    ),
    Plan(
        name="Demo Company (UK)",
        profile={"Class": "DEMO", "IsDemoCompany": True},
        contacts=36,
        tracking=(REGIONS,),
    ),
)

# Whom each sign-in reaches: every organisation, none, or these.
USERS = (
    ("ana", "Ana Patel", "ana@fernhill.example", "Adviser", None),
    ("ana-other", "Ana Patel", "ana.patel@home.example", "Adviser", ()),
    ("chloe", "Chloe Martin", "chloe@fernhill.example", "Standard", ("Acme Limited",)),
    (
        "sam",
        "Sam Reed",
        "sam@fernhill.example",
        "Read only",
        ("Acme Limited", "Acorn Dental", "Oakwood Joinery Holdings"),
    ),
)
