"""Which characters Xero takes: those that XML may hold."""

from typing import Any

from bot.sandbox.ledgers.xero.writing.sitting import Invalid

_SPACES = "\t\n\r"
_NONE = "\ufffe\uffff"  # no characters at all (XML 1.0, 2.2)


def readable(typed: Any) -> None:
    """Raises `Invalid` where a text anywhere in an element has one that it may not."""
    if isinstance(typed, str):
        for each in typed:
            if (each < " " and each not in _SPACES) or each in _NONE:
                raise Invalid(f"'', hexadecimal value 0x{ord(each):02X}, is an invalid character.")
    elif isinstance(typed, dict):
        for value in typed.values():
            readable(value)
    elif isinstance(typed, list):
        for value in typed:
            readable(value)
