"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect
from sqlalchemy.types import TypeDecorator

_MOST = 2**63 - 1
_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware instant, kept as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal, kept as an integer number of its last `places`: sums in SQL are exact.

    More places than these are rounded half to even; beyond nine quintillion units it is refused.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else self.units(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)

    def units(self, value: Decimal) -> int:
        """How many of the smallest unit it is."""
        units = self.column((value,))[0]
        assert units is not None
        return units

    def column(self, values: Sequence[Decimal | None]) -> list[int | None]:
        """The same of many at once, which takes less than half the time."""
        multiply, rounded, by = _EXACT.multiply, Decimal.__round__, Decimal(10**self.places)
        units = [None if value is None else rounded(multiply(value, by)) for value in values]
        told = list(filter(None, units))
        if sum(map(abs, told)) > _MOST and not -_MOST <= min(told) <= max(told) <= _MOST:
            value = next(v for v, n in zip(values, units, strict=True) if n and abs(n) > _MOST)
            msg = f"{value} does not fit into {self.places} places"
            raise OverflowError(msg)
        return units


class Money(Scaled):
    """An amount in the currency beside it, in ten-thousandths."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(4)  # as many as the ledgers give to unit prices of lines


class Rate(Scaled):
    """A rate of exchange or a percentage."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(9)


class Quantity(Scaled):
    """How many, or the price of one."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(6)
