"""Options of checks: shown as people read them, read as people write them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
import pytest

from commands.health.check import Options
from commands.health.registry import found
from commands.health.settings.choosing import Choice, choices
from commands.replies import ChoiceField, DateField, TextField


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, kw_only=True, slots=True)
class Every(Options):
    count: int = field(default=5, metadata={"label": "Count"})
    share: Decimal = field(default=Decimal("0.02"), metadata={"label": "Share"})
    amount: Decimal = field(default=Decimal(50), metadata={"label": "Amount"})
    is_on: bool = field(default=False, metadata={"label": "On"})
    day: date | None = field(default=None, metadata={"label": "Day"})
    size: Size = field(default=Size.SMALL, metadata={"label": "Size"})
    accounts: tuple[str, ...] = field(default=(), metadata={"label": "Accounts"})


def choice(name: str) -> Choice:
    kinds: dict[str, type[Any]] = {
        "count": int, "share": Decimal, "amount": Decimal, "is_on": bool, "day": date,
        "size": Size, "accounts": tuple,
    }  # fmt: skip
    return Choice(
        name=name,
        label=name,
        kind=kinds[name],
        default=getattr(Every(), name),
        may_be_empty=name == "day",
    )


@pytest.mark.parametrize(
    ("name", "typed", "kept", "shown"),
    [
        ("count", "1,200", 1200, "1200"),
        ("share", "2.5 %", "0.025", "2.5 %"),
        ("share", "0.1", "0.1", "10 %"),
        ("share", "15", "0.15", "15 %"),
        ("amount", "£1,250.50", "1250.50", "1,250.5"),
        ("is_on", "yes", True, "yes"),
        ("day", "2026-07-31", "2026-07-31", "31 July 2026"),
        ("day", "", None, "none"),
        ("size", "large", "large", "large"),
        ("accounts", "429, 485 ,", ["429", "485"], "429, 485"),
        ("accounts", "", [], "none"),
    ],
)
def test_what_is_filled_in_is_kept_and_shown(
    name: str, typed: str, kept: object, shown: str
) -> None:
    read = choice(name).read(typed)
    options = msgspec.convert({name: read}, Every, strict=False)

    assert read == kept
    assert choice(name).shown(getattr(options, name)) == shown


@pytest.mark.parametrize(
    ("name", "typed"),
    [("count", "few"), ("count", "-1"), ("share", "120 %"), ("amount", "nan"), ("is_on", "maybe"),
     ("day", "tomorrow"), ("count", "")],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_in_words(name: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        choice(name).read(typed)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("count", TextField), ("is_on", ChoiceField), ("size", ChoiceField), ("day", DateField),
     ("accounts", TextField)],
)  # fmt: skip
def test_each_kind_has_its_field(name: str, kind: type[object]) -> None:
    assert isinstance(choice(name).field("value", getattr(Every(), name)), kind)


@pytest.mark.parametrize("code", sorted(found()))
def test_every_option_there_is_can_be_shown_and_chosen(code: str) -> None:
    for known in choices(code).values():
        drawn = known.field("value", known.default)

        assert known.shown(known.default)
        assert drawn.label == known.label
