"""The bills that everybody publishes: one line with 20 % on it, each amount and number its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

DAY = date(2026, 5, 20)
SUPPLIERS = 40
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Coding:
    """Ids, as the ledger has them, of what the bills are coded to. `suppliers` are [id, name]."""

    account: str
    tax_rate: str
    suppliers: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One bill. `supplier` is an [id, name] of the coding."""

    number: str
    net: Decimal
    supplier: list[str]

    @property
    def tax(self) -> Decimal:
        return (self.net / 5).quantize(_CENT)

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def papers(prefix: str, count: int, suppliers: list[list[str]]) -> Iterator[Paper]:
    """Numbered `prefix`-0 onwards."""
    for at in range(count):
        net = Decimal(1_000 + 35 * at) / 100
        supplier = suppliers[at % len(suppliers)]
        yield Paper(number=f"{prefix}-{at}", net=net.quantize(_CENT), supplier=supplier)
