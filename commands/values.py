"""Text of an argument -> the plain value a command wants."""

from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

YES = frozenset({"true", "yes", "y", "on", "1"})
NO = frozenset({"false", "no", "n", "off", "0"})


def wanted(annotation: Any) -> Any:
    """The annotation without the None that only says it may be left out."""
    if get_origin(annotation) not in {Union, UnionType}:
        return annotation
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    assert len(kinds) == 1, f"{annotation} cannot be read from text"
    return kinds[0]


def value(want: Any, text: str) -> Any:
    """Raises ValueError with what to do about it, in words for people."""
    if want is str:
        return text
    if want == tuple[str, ...]:
        return tuple(part for part in text.split(",") if part)
    if want is int:
        return _whole(text)
    if want is bool:
        return _yes(text)
    if want is datetime:
        return _instant(text)
    assert isinstance(want, type), f"nothing reads {want}"
    assert issubclass(want, Enum), f"nothing reads {want}"
    return _one_of(want, text)


def _whole(text: str) -> int:
    try:
        return int(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"“{text}” is not a whole number.") from None


def _yes(text: str) -> bool:
    said = text.strip().casefold()
    if said not in YES | NO:
        raise ValueError(f"“{text}” is neither yes nor no.")
    return said in YES


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a time such as 2026-06-03T10:00:00Z.") from None
    if instant.tzinfo is None:
        raise ValueError(f"“{text}” lacks its time zone.")
    return instant


def _one_of(kind: type[Enum], text: str) -> Enum:
    said = text.strip().casefold()
    for member in kind:
        if said == str(member.value).casefold():
            return member
    known = ", ".join(str(member.value).replace("_", " ") for member in kind)
    raise ValueError(f"Choose one of: {known}.")
