"""What a client chose on the Settings page of its bookkeeping connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from providers.drafts import Destination, PublishAs


class TaxPolicy(StrEnum):
    """Whose amount of tax is sent (product §11.6)."""

    OURS = "ours"  # what the document says, always
    LEDGER = "ledger"  # the ledger computes it from the rate
    EXCEPTIONS = "ours with exceptions"  # no tax where the account has none, or the document none


class TwinMode(StrEnum):
    """What happens to an item that looks like another one (product §11.9)."""

    OFF = "off"
    REVIEW = "review"
    AUTOMATIC = "automatic"


class Cadence(StrEnum):
    """How often what a person claims back is put together (product §11.14)."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """Destinations that are None are the ledger's usual ones. Tax rates are keys of the list.
    `own_rate` sends the exchange rate of an item rather than letting the ledger take its own.

    `auto_except` are kinds of items that never publish by themselves.
    """

    costs_to: Destination | None = None
    sales_to: Destination | None = None
    claims_to: Destination | None = None
    costs_as: PublishAs = PublishAs.DRAFT
    sales_as: PublishAs = PublishAs.DRAFT
    claims_as: PublishAs = PublishAs.DRAFT
    claims_every: Cadence = Cadence.MONTHLY
    bank_match: bool = False
    bank_match_to: Destination = Destination.BANK
    cost_tax: str | None = None
    sales_tax: str | None = None
    tax_policy: TaxPolicy = TaxPolicy.OURS
    auto_publish: bool = False
    auto_except: tuple[str, ...] = ()
    auto_ceiling: Decimal | None = None
    multi_currency: bool = True
    own_rate: bool = True
    contact_defaults: bool = False
    twins: TwinMode = TwinMode.REVIEW
    amounts_in_channel: bool = True


def read(kept: Mapping[str, Any]) -> Choices:
    """What is not there, or not understood any more, has its default."""
    fields = {}
    for name, value in kept.items():
        try:
            fields[name] = getattr(msgspec.convert({name: value}, Choices, strict=False), name)
        except (msgspec.ValidationError, AttributeError):
            continue
    return Choices(**fields)


def kept(choices: Choices) -> dict[str, Any]:
    """As it is stored: only what differs from the default."""
    plain = msgspec.to_builtins(choices)
    usual = msgspec.to_builtins(Choices())
    return {name: value for name, value in plain.items() if value != usual[name]}
