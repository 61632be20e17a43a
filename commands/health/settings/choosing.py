"""Options of checks as people choose them: what to fill in, what was meant, how it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_type_hints

from commands.health.check import Options
from commands.health.registry import found
from commands.health.words import dated
from commands.replies import ChoiceField, DateField, Field, Option, TextField
from commands.values import NO, YES

LONGEST = 300  # characters of what is typed


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One option of a check. `kind` is int, Decimal, bool, date, str, tuple or an enumeration."""

    name: str
    label: str
    kind: type[Any]
    default: Any
    may_be_empty: bool = False

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, which people say in per cent."""
        return self.kind is Decimal and 0 < self.default < 1

    def shown(self, value: Any) -> str:
        """A value as people read it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, tuple):
            return ", ".join(value) or "none"
        if isinstance(value, Decimal) and self.is_share:
            return f"{_plain(value * 100)} %"
        if isinstance(value, Decimal):
            return _plain(value)
        if isinstance(value, Enum):
            return str(value.value)
        return _day(value) if value is None or isinstance(value, date) else f"{value}"

    def field(self, name: str, value: Any) -> Field:
        """What to fill in, with the present value in it."""
        if self.kind is bool:
            options = (Option(value="yes", label="Yes"), Option(value="no", label="No"))
            return ChoiceField(
                name=name, label=self.label, options=options, initial="yes" if value else "no"
            )
        if issubclass(self.kind, Enum):
            every = tuple(Option(value=str(e.value), label=str(e.value)) for e in self.kind)
            return ChoiceField(name=name, label=self.label, options=every, initial=str(value.value))
        if self.kind is date:
            return DateField(name=name, label=self.label, initial=value, optional=self.may_be_empty)
        return TextField(
            name=name,
            label=self.label,
            initial="" if value == () else self.shown(value),
            hint="Codes or names, with commas between." if self.kind is tuple else None,
            optional=self.kind is tuple,
            max_length=LONGEST,
        )

    def read(self, text: str) -> Any:
        """What was filled in, as JSON keeps it. Raises ValueError with what to do, in words."""
        said = text.strip()
        if self.kind is tuple:
            return [part.strip() for part in said.split(",") if part.strip()]
        if not said and self.may_be_empty:
            return None
        if self.kind is Decimal:
            return str(_amount(said, is_share=self.is_share))
        reads = _READ_BY.get(self.kind)
        return reads(said) if reads else said


@cache
def choices(code: str) -> Mapping[str, Choice]:
    """Those of a check, by name, in their order."""
    options: type[Options] = found()[code].options
    hints = get_type_hints(options)
    made = {}
    for each in fields(options):
        kinds = [kind for kind in get_args(hints[each.name]) if kind is not NoneType]
        is_optional = NoneType in get_args(hints[each.name])
        plain = kinds[0] if is_optional else hints[each.name]
        made[each.name] = Choice(
            name=each.name,
            label=each.metadata["label"],
            kind=plain if isinstance(plain, type) and not get_args(plain) else tuple,
            default=each.default,
            may_be_empty=is_optional,
        )
    return made


def _plain(value: Decimal) -> str:
    shown = f"{value:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _day(value: date | None) -> str:
    return dated(value) if value else "none"


def _yes(said: str) -> bool:
    if said.casefold() not in YES | NO:
        raise ValueError("Say yes or no.")
    return said.casefold() in YES


def _whole(said: str) -> int:
    try:
        number = int(said.replace(",", ""))
    except ValueError:
        raise ValueError(f"“{said}” is not a whole number.") from None
    if number < 0:
        raise ValueError("Choose 0 or more.")
    return number


def _amount(said: str, *, is_share: bool) -> Decimal:
    bare = said.removesuffix("%").strip().replace(",", "").lstrip("£€$")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        raise ValueError(f"“{said}” is not a number.") from None
    if not number.is_finite() or number < 0:
        raise ValueError("Choose 0 or more.")
    if not is_share:
        return number
    if said.endswith("%") or number > 1:
        number /= 100
    if number > 1:
        raise ValueError("Choose at most 100 %.")
    return number


def _iso(said: str) -> str:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise ValueError(f"“{said}” is not a day such as 2026-07-31.") from None


_READ_BY: Mapping[type[Any], Callable[[str], Any]] = {bool: _yes, int: _whole, date: _iso}
