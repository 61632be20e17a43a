"""A year of business in perfect order, which each vendor's seed writes into books of its own.

Every supplier is coded alike every time and charges another amount every month; every bill and
invoice is settled three weeks later at most; wages, their taxes, depreciation and the tax return
are posted and paid when they are due. Nothing here knows a vendor.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from random import Random

from bot.sandbox.ledgers import names

TODAY = date(2026, 11, 22)  # for whoever does not say what day it is
STANDARD = Decimal(20)
DAYS_TO_PAY = 14
DAYS_TO_COLLECT = 21
PRICE, A_MONTH = Decimal("3600.00"), Decimal("75.00")  # of the one asset, written off in four years


class Role(StrEnum):
    """What an account is for."""

    SALES = "sales"
    MATERIALS = "materials"
    PACKAGING = "packaging"
    DELIVERY = "delivery"
    RENT = "rent"
    SOFTWARE = "software"
    PHONE = "phone"
    POWER = "power"
    INSURANCE = "insurance"
    ACCOUNTANCY = "accountancy"
    CHARGES = "bank charges"
    WAGES = "wages"
    PAYROLL_TAX = "payroll tax"
    NET_WAGES = "net wages"
    SALES_TAX = "sales tax"
    EQUIPMENT = "equipment"
    WRITTEN_OFF = "written off"
    DEPRECIATION = "depreciation"
    CAPITAL = "capital"


class Act(StrEnum):
    """What happens on a day."""

    BILL = "bill"
    SALE = "sale"
    SPEND = "spend"
    RECEIVE = "receive"
    JOURNAL = "journal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """`net` is without tax. A journal debits `role` and credits what `credits` says."""

    day: date
    act: Act
    role: Role
    net: Decimal
    words: str
    party: str = ""
    rate: Decimal = Decimal(0)
    settled: date | None = None
    credits: tuple[tuple[Role, Decimal], ...] = ()

    @property
    def tax(self) -> Decimal:
        return (self.net * self.rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Who takes part: nobody's name looks like another's."""

    suppliers: dict[Role, str]
    customers: tuple[str, ...]
    bank: str
    payroll: str
    collector: str
    treasury: str
    owner: str
    acquaintances: tuple[str, ...]  # who were dealt with once, long ago

    @property
    def paid(self) -> tuple[str, ...]:
        """Everybody money goes to."""
        return (*self.suppliers.values(), self.bank, self.payroll, self.collector, self.treasury)


# role | trade | least it costs a month | day of the month | tax on it
_SUPPLIERS = """
rent|Estates|950.00|1|20
software|Web Services|33.00|3|20
phone|Telecoms|61.40|6|20
power|Energy|148.20|9|5
materials|Wholesale|642.00|11|20
packaging|Packaging|96.50|13|20
insurance|Insurance Brokers|82.00|16|0
delivery|Couriers|47.80|19|20
accountancy|Bookkeeping|210.00|23|20
equipment|Refrigeration|3600.00|4|20
"""
_CUSTOMERS = (
    "Hotel", "Weddings", "Town Council", "Festivals", "School", "Manor", "Brewery", "Museum",
)  # fmt: skip
_SOLD_ON = (2, 5, 8, 12, 17, 21, 24, 26)


def cast(dice: Random) -> Cast:
    """Surnames are dealt once each, and no trade is named twice."""
    surnames = iter(dice.sample(names.LAST, len(names.LAST)))
    lines = (line.split("|") for line in _SUPPLIERS.split("\n") if line)
    return Cast(
        suppliers={Role(role): f"{next(surnames)} {trade}" for role, trade, *_ in lines},
        customers=tuple(f"{next(surnames)} {what}" for what in _CUSTOMERS),
        bank="Castlegate Bank",
        payroll="Payroll",
        collector="HM Revenue, Cumbernauld",
        treasury="Value Added Tax Office",
        owner=f"{names.FIRST[0]} {next(surnames)}",
        acquaintances=tuple(_acquaintances(dice, surnames)),
    )


def _acquaintances(dice: Random, surnames: Iterator[str]) -> Iterator[str]:
    """No first name, surname, town or trade is used twice."""
    first_names = dice.sample(names.FIRST[1:], len(names.FIRST) - 1)
    yield from (f"{first} {last}" for first, last in zip(first_names, surnames, strict=False))
    known = {word for line in _SUPPLIERS.split("|") for word in line.split()}
    trades = [trade for trade in names.TRADES if not known & set(trade.split())]
    towns = [town for town, _ in names.TOWNS]
    yield from (f"{town} {trade}" for town, trade in zip(towns, trades, strict=False))


def events(cast: Cast, today: date = TODAY) -> list[Event]:
    """A year and what is over of a quarter, up to and with `today`, in the order of their days."""
    found = [_opening(cast, today)]
    for number, first in enumerate(months(today)):
        found += [*_bills(cast, first, number), *_sales(cast, first, number)]
        found += _month_end(cast, first, number)
    found += _tax_returns(cast, found, today)
    happened = (event for event in found if event.day <= today)
    return sorted((_so_far(event, today) for event in happened), key=lambda event: event.day)


def months(today: date = TODAY) -> list[date]:
    """The first days of the months told of, from the beginning of a quarter a year ago."""
    back = 12 + (today.month - 1) % 3
    return [_month(today, -n) for n in range(back, -1, -1)]


def month_end(first: date) -> date:
    return _month(first, 1) - timedelta(days=1)


def last_month_end(today: date = TODAY) -> date:
    """The last day of a month that is over, or today."""
    return max(end for end in map(month_end, months(today)) if end <= today)


def written_off(today: date = TODAY) -> Decimal:
    """How much of the one asset, by journals posted up to today."""
    return A_MONTH * sum(month_end(first) <= today for first in months(today))


def _month(day: date, months_on: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months_on, 12)
    return date(year, month + 1, 1)


def _so_far(event: Event, today: date) -> Event:
    if event.settled is None or event.settled <= today:
        return event
    return replace(event, settled=None)


def _opening(cast: Cast, today: date) -> Event:
    return Event(
        day=months(today)[0],
        act=Act.RECEIVE,
        role=Role.CAPITAL,
        net=Decimal("20000.00"),
        words="Capital introduced",
        party=cast.owner,
    )


def _bills(cast: Cast, first: date, number: int) -> Iterator[Event]:
    for line in _SUPPLIERS.strip().split("\n"):
        role, _, least, day, rate = line.split("|")
        on = first.replace(day=int(day))
        if role == Role.EQUIPMENT and number:
            continue  # bought once
        yield Event(
            day=on,
            act=Act.BILL,
            role=Role(role),
            net=Decimal(least) + number * Decimal("1.13"),
            words=f"{role.capitalize()}, {on:%B %Y}",
            party=cast.suppliers[Role(role)],
            rate=Decimal(rate),
            settled=on + timedelta(days=DAYS_TO_PAY),
        )


def _sales(cast: Cast, first: date, number: int) -> Iterator[Event]:
    for n, (customer, day) in enumerate(zip(cast.customers, _SOLD_ON, strict=True)):
        on = first.replace(day=day)
        yield Event(
            day=on,
            act=Act.SALE,
            role=Role.SALES,
            net=Decimal("980.00") + 45 * n + number * Decimal("6.70"),
            words=f"As ordered, {on:%B %Y}",
            party=customer,
            rate=STANDARD,
            settled=on + timedelta(days=DAYS_TO_COLLECT),
        )


def _month_end(cast: Cast, first: date, number: int) -> Iterator[Event]:
    """Charges, wages and what is owed on them, and depreciation."""
    last, month = month_end(first), f"{first:%B %Y}"
    tax, net = Decimal("610.00") + number, Decimal("2590.00") + 3 * number

    def spend(role: Role, amount: Decimal, day: date, *, words: str, party: str) -> Event:
        return Event(day=day, act=Act.SPEND, role=role, net=amount, words=words, party=party)

    def journal(role: Role, words: str, *owed: tuple[Role, Decimal]) -> Event:
        total = sum((amount for _, amount in owed), Decimal(0))
        return Event(day=last, act=Act.JOURNAL, role=role, net=total, words=words, credits=owed)

    charges = Decimal("12.50") + number * Decimal("0.15")
    yield spend(Role.CHARGES, charges, last, words=f"Charges, {month}", party=cast.bank)
    owing = ((Role.PAYROLL_TAX, tax), (Role.NET_WAGES, net))
    yield journal(Role.WAGES, f"Wages, {month}", *owing)
    yield spend(Role.NET_WAGES, net, last, words=f"Wages, {month}", party=cast.payroll)
    due, words = _month(first, 1).replace(day=15), f"PAYE, {month}"
    yield spend(Role.PAYROLL_TAX, tax, due, words=words, party=cast.collector)
    yield journal(Role.DEPRECIATION, f"Depreciation, {month}", (Role.WRITTEN_OFF, A_MONTH))


def _tax_returns(cast: Cast, found: list[Event], today: date) -> Iterator[Event]:
    """Each quarter's tax, paid on the seventh of the second month after it."""
    firsts = months(today)
    for start in range(0, len(firsts) - 2, 3):
        last = month_end(firsts[start + 2])
        within = [event for event in found if firsts[start] <= event.day <= last]
        due = sum((e.tax if e.act is Act.SALE else -e.tax for e in within), Decimal(0))
        yield Event(
            day=_month(last, 2).replace(day=7),
            act=Act.SPEND,
            role=Role.SALES_TAX,
            net=due,
            words=f"Tax for the quarter to {last:%d %B %Y}",
            party=cast.treasury,
        )
