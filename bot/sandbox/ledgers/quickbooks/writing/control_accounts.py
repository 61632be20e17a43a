"""What QuickBooks asks of documents that use accounts payable or receivable."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.ledgers.quickbooks.writing import refusals
from bot.sandbox.ledgers.quickbooks.writing.lines import ACCOUNT
from bot.sandbox.ledgers.quickbooks.writing.sitting import Sitting
from bot.sandbox.ledgers.rows import Row

PAYABLE = "Accounts Payable"
_CONTROL = frozenset({PAYABLE, "Accounts Receivable"})
_CURRENCY = "The transaction needs to be in the same currency as the A/R and A/P accounts you use."
_NAMELESS = f"When you use {PAYABLE}, you must choose a vendor in the Name field."


def agree(sitting: Sitting, typed: Mapping[str, Any], *, currency: str, is_vendors: bool) -> None:
    """Raises `Refusal`. `is_vendors` says that the document is of a vendor.

    What is in another currency may be owed in the home currency here: the companies have one
    account for all they owe, unless somebody adds another.
    """
    for account in _used(sitting, typed):
        own = account.fields["CurrencyRef"]["value"]
        if own not in {currency, sitting.house.currency}:
            raise refusals.business(_CURRENCY)
        if account.fields["AccountType"] == PAYABLE and not is_vendors:
            raise refusals.business(_NAMELESS)


def _used(sitting: Sitting, typed: Mapping[str, Any]) -> Iterator[Row]:
    details = [line.get(ACCOUNT) or {} for line in typed.get("Line") or []]
    named = [(typed, "APAccountRef"), *((detail, "AccountRef") for detail in details)]
    for part, name in named:
        account = sitting.refer(part, name, "Account")
        if account is not None and account.fields["AccountType"] in _CONTROL:
            yield account
