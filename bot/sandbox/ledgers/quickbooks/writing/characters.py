"""Which characters QuickBooks takes: what fits three bytes of UTF-8 and is no control character."""

from typing import Any

from bot.sandbox.ledgers.quickbooks.writing import refusals

_LAST = "\uffff"
_SPACES = "\t\n\r"


def readable(typed: Any) -> None:
    """Raises `Refusal` where a text anywhere in a body has another one, such as an emoji."""
    if isinstance(typed, str):
        if any(each > _LAST or (each < " " and each not in _SPACES) for each in typed):
            raise refusals.unreadable(typed)
    elif isinstance(typed, dict):
        for value in typed.values():
            readable(value)
    elif isinstance(typed, list):
        for value in typed:
            readable(value)
