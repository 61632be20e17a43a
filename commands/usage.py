"""Usage lines such as `clients add <name> [in <channel>]`, taken apart."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an argument looks like when it is typed."""

    TEXT = "text"
    CHOICE = "choice"
    CHANNEL = "channel"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True, slots=True)
class Literal:
    """A word to type as it stands, or any of its alternatives."""

    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """Something to fill in. `<channel>` is typed as a mention, `<person>` too or as a name."""

    name: str
    kind: Kind = Kind.TEXT
    choices: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Maybe:
    """What may be left out as a whole."""

    elements: tuple["Element", ...]


Element = Literal | Argument | Maybe

_PIECE = re.compile(r"[\[\]]|<[a-z_]+>|[^\s\[\]<>]+")


def elements(usage: str, choices: Mapping[str, frozenset[str]]) -> tuple[Element, ...]:
    """Take a usage line apart. `choices` are the values of the arguments that have few.

    Alternatives (`tax|accounts`) that are values of such an argument stand for it.
    """
    pieces = iter(_PIECE.findall(usage))
    return tuple(_sequence(pieces, choices))


def sparing(parts: tuple[Element, ...], names: Container[str]) -> tuple[Element, ...]:
    """The same with these arguments left to be asked for."""
    return tuple(
        Maybe(elements=(part,)) if isinstance(part, Argument) and part.name in names else part
        for part in parts
    )


def arguments(parts: tuple[Element, ...]) -> Iterator[Argument]:
    """Every argument, in order."""
    for part in parts:
        if isinstance(part, Argument):
            yield part
        elif isinstance(part, Maybe):
            yield from arguments(part.elements)


def words(parts: tuple[Element, ...]) -> Iterator[str]:
    """Every word that means something, in lower case."""
    for part in parts:
        if isinstance(part, Literal):
            yield from part.words
        elif isinstance(part, Argument):
            yield from (one_word(choice) for choice in part.choices)
        else:
            yield from words(part.elements)


def head(parts: tuple[Element, ...]) -> tuple[Literal, ...]:
    """The words it begins with."""
    literals: list[Literal] = []
    for part in parts:
        if not isinstance(part, Literal):
            break
        literals.append(part)
    return tuple(literals)


def one_word(choice: str) -> str:
    """A choice as it is compared: `Bank accounts`, `bank-accounts` and `bank_accounts` are one."""
    return choice.casefold().replace(" ", "_").replace("-", "_")


def _sequence(pieces: Iterator[str], choices: Mapping[str, frozenset[str]]) -> Iterator[Element]:
    for piece in pieces:
        if piece == "]":
            return
        if piece == "[":
            yield Maybe(elements=tuple(_sequence(pieces, choices)))
        elif piece.startswith("<"):
            yield _argument(piece.strip("<>"), choices)
        else:
            yield _word(piece, choices)


def _argument(name: str, choices: Mapping[str, frozenset[str]]) -> Argument:
    if name in choices:
        return Argument(name=name, kind=Kind.CHOICE, choices=choices[name])
    if name in {Kind.CHANNEL, Kind.PERSON}:
        return Argument(name=name, kind=Kind(name))
    return Argument(name=name)


def _word(piece: str, choices: Mapping[str, frozenset[str]]) -> Element:
    alternatives = tuple(piece.casefold().split("|"))
    meant = {one_word(word) for word in alternatives}
    for name, values in choices.items() if len(alternatives) > 1 else ():
        if meant <= {one_word(value) for value in values}:
            chosen = frozenset(value for value in values if one_word(value) in meant)
            return Argument(name=name, kind=Kind.CHOICE, choices=chosen)
    return Literal(words=alternatives)
