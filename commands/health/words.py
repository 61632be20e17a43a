"""Numbers, days and amounts as findings word them."""

from datetime import date
from decimal import Decimal

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "AUD": "A$", "NZD": "NZ$", "CAD": "C$"}


def money(amount: Decimal, currency: str | None, *, places: int = 2) -> str:
    """£1,200.00, with the code of the currency behind where it has no sign of its own."""
    shown = f"{abs(amount):,.{places}f}"
    minus = "−" if amount < 0 else ""
    sign = SIGNS.get(currency or "")
    return f"{minus}{sign}{shown}" if sign else f"{minus}{shown} {currency or ''}".rstrip()


def stake(amount: Decimal, currency: str | None) -> str:
    """The same as it is said of much: without pence from a hundred on."""
    return money(amount, currency, places=0 if abs(amount) >= 100 else 2)


def beside(says: str, amount: Decimal | None, currency: str | None) -> str:
    """What is at stake, for the end of words that say no amount yet."""
    sign = SIGNS.get(currency or "", currency or "")
    return "" if not amount or (sign and sign in says) else stake(amount, currency)


def dated(day: date | None) -> str:
    """1 May 2026."""
    return f"{day.day} {day:%B %Y}" if day else "no date"


def count(number: int, one: str, many: str = "") -> str:
    """1 contact, 2 contacts."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(words: list[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
