"""What people type into the form of an item, as it is kept; and which of it they changed."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from zlib import crc32

from commands.publishing.coding import Coded
from commands.publishing.facts import ItemKind
from commands.publishing.sending.ways import NO, YES
from commands.publishing.settings.offering import NOTHING

CENT = Decimal("0.01")
LARGEST = Decimal("100_000_000_000")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}")
_SIGNS = "£€$ \u00a0"


def amount(text: str) -> str:
    """£1,200 and 12,50 as 1200.00 and 12.50. Raises ValueError."""
    bare = text.strip(_SIGNS)
    bare = bare.replace(",", "." if _DECIMAL_COMMA.fullmatch(bare) else "")
    try:
        found = Decimal(bare)
    except InvalidOperation:
        raise ValueError(f"“{text}” is not an amount such as 120.00.") from None
    if not found.is_finite() or abs(found) >= LARGEST:
        raise ValueError(f"“{text}” is not an amount such as 120.00.")
    places = -int(found.as_tuple().exponent)
    return str(found if places > 2 else found.quantize(CENT))


def of_nothing_less(text: str) -> str:
    """An amount of zero or more: that money comes back is told by the type of the document."""
    found = amount(text)
    if found.startswith("-"):
        raise ValueError("Amounts are positive here; for money back choose the type credit note.")
    return found


def rate(text: str) -> str:
    """Raises ValueError."""
    return f"{Decimal(quantity(text)).normalize():f}"


def quantity(text: str) -> str:
    """Raises ValueError."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"“{text}” is not a number.") from None
    if not found.is_finite() or not 0 < found < LARGEST:
        raise ValueError(f"“{text}” is not a number above zero.")
    return str(found)


def day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise ValueError(f"“{text}” is not a day such as 2026-07-31.") from None


def currency(text: str) -> str:
    code = text.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise ValueError(f"“{text}” is not a currency such as GBP or EUR.")
    return code


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"Choose one of: {', '.join(values)}.")
        return text

    return read


READ: Mapping[str, Callable[[str], str]] = {
    "total": of_nothing_less,
    "tax": of_nothing_less,
    "day": day,
    "rate": rate,
    "kind": _one_of(*ItemKind),
    Coded.DUE_DAY: day,
    Coded.PAID_ON: day,
    Coded.CURRENCY: currency,
    Coded.PAID: _one_of(YES, NO),
    Coded.BILLABLE: _one_of(YES, NO),
}


def read(name: str, text: str) -> str | None:
    """As it is kept; None where nothing was said. Raises ValueError with what to do about it."""
    bare = text.strip()
    if bare in {"", NOTHING}:
        return None
    return READ.get(name, str)(bare)


def mark(text: str | None) -> str:
    """By which it is known again whether a field was changed."""
    return f"{crc32((text or '').encode()):08x}"


def marks(held: Mapping[str, str]) -> str:
    """What a form began with, small enough for it to carry along."""
    return ",".join(f"{name}:{mark(text)}" for name, text in held.items())


def marked(text: str) -> Mapping[str, str]:
    """Inverse of `marks`."""
    return dict(each.split(":", 1) for each in text.split(",") if ":" in each)


def changed(was: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, str]:
    """What was sent in that is not what the form began with; empty where it was emptied."""
    return {
        name: given.get(name, "")
        for name, before in was.items()
        if mark(given.get(name, "")) != before
    }
