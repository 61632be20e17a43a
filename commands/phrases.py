"""A usage line against what was typed, and a usage line filled in."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from commands.lexer import Mention, Token, quote
from commands.usage import Argument, Element, Kind, Literal, Maybe, arguments, one_word

SYNONYMS = {  # what people type -> the word of ours that it stands for
    "?": "help",
    "attach": "connect",
    "client": "clients",
    "companies": "clients",
    "company": "clients",
    "connection": "connections",
    "customers": "clients",
    "detach": "connections",
    "disconnect": "connections",  # the page on which it is done
    "hello": "help",
    "hi": "help",
    "import": "lists",
    "link": "connect",
    "list": "lists",
    "manage": "connections",
    "person": "people",
    "reconnect": "connections",
    "roles": "people",
    "status": "connections",
    "team": "people",
    "unlink": "connections",
    "user": "people",
    "users": "people",
}
PERSON_ID = re.compile("[UW][A-Z0-9]{2,}")
LONGEST_NAME = 40  # words an argument may take without quotes; keeps nonsense cheap
LONGEST_CHOICE = 3  # "data health" is one value of two words


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """`weight` counts the typed words that were recognised rather than taken as they came."""

    weight: int = 0
    bound: Mapping[str, str] = field(default_factory=dict)


def matches(parts: tuple[Element, ...], typed: tuple[Token, ...]) -> Iterator[Match]:
    """Every way in which all that was typed fills the parts."""
    if not parts:
        if not typed:
            yield Match()
    elif isinstance(parts[0], Maybe):
        yield from matches((*parts[0].elements, *parts[1:]), typed)
        yield from matches(parts[1:], typed)
    else:
        for taken, step in _takes(parts[0], parts[1:], typed):
            for later in matches(parts[1:], typed[taken:]):
                yield Match(weight=step.weight + later.weight, bound={**step.bound, **later.bound})


def is_word(token: Token, literal: Literal) -> bool:
    """Whether this is the word, or a synonym of it."""
    return not token.quoted and (
        token.word in literal.words or SYNONYMS.get(token.word) in literal.words
    )


def said(
    parts: tuple[Element, ...], values: Mapping[str, str], reserved: Container[str] = ()
) -> Iterator[str]:
    """The line filled in; values that are `reserved` words are quoted."""
    for part in parts:
        if isinstance(part, Literal):
            yield part.words[0]
        elif isinstance(part, Maybe):
            named = {a.name for a in arguments(part.elements)}
            if named and named <= values.keys():
                yield from said(part.elements, values, reserved)
        else:
            yield _spoken(part, values[part.name], reserved)


def _takes(
    part: Literal | Argument, rest: tuple[Element, ...], typed: tuple[Token, ...]
) -> Iterator[tuple[int, Match]]:
    """How many tokens the part may take, and what that means."""
    if not typed:
        return
    if isinstance(part, Literal):
        if is_word(typed[0], part):
            yield 1, Match(weight=1)
        return
    if part.kind is Kind.TEXT:
        offers = _names(typed, LONGEST_NAME if _ends_clearly(rest) else 1)
    elif part.kind is Kind.CHOICE:
        offers = _choices(part, typed)
    else:
        offers = _mentions(part, typed)
    for taken, value in offers:
        weight = 0 if _is_as_it_comes(part, typed[0]) else taken
        yield taken, Match(weight=weight, bound={part.name: value})


def _is_as_it_comes(part: Argument, first: Token) -> bool:
    return part.kind is Kind.TEXT or (part.kind is Kind.PERSON and first.mention is None)


def _ends_clearly(rest: tuple[Element, ...]) -> bool:
    """Whether a name of several words before `rest` can be told from what follows."""
    for part in rest:
        if isinstance(part, Literal):
            return True
        inside = part.elements if isinstance(part, Maybe) else (part,)
        if isinstance(inside[0], Argument) and inside[0].kind is Kind.TEXT:
            return False
        if isinstance(inside[0], Literal):
            return True
    return True


def _mentions(part: Argument, typed: tuple[Token, ...]) -> Iterator[tuple[int, str]]:
    """A mention; a person's name will do for one."""
    wanted = Mention.CHANNEL if part.kind is Kind.CHANNEL else Mention.PERSON
    if typed[0].mention is wanted:
        yield 1, typed[0].text
    elif part.kind is Kind.PERSON:
        yield from _names(typed, LONGEST_NAME)


def _choices(part: Argument, typed: tuple[Token, ...]) -> Iterator[tuple[int, str]]:
    spoken = {one_word(choice): choice for choice in part.choices}
    run: list[str] = []
    for token in typed[:LONGEST_CHOICE]:
        run.append(one_word(token.word))
        if "_".join(run) in spoken:
            yield len(run), spoken["_".join(run)]


def _names(typed: tuple[Token, ...], longest: int) -> Iterator[tuple[int, str]]:
    """A quoted name, or one of several words without quotes, shortest first."""
    if typed[0].quoted:
        yield 1, typed[0].text
        return
    run: list[str] = []
    for token in typed[:longest]:
        if token.quoted or token.mention or token.is_option:
            return
        run.append(token.text)
        yield len(run), " ".join(run)


def _spoken(part: Argument, value: str, reserved: Container[str]) -> str:
    if part.kind is Kind.CHANNEL:
        return f"<#{value}>"
    if part.kind is Kind.PERSON and PERSON_ID.fullmatch(value):
        return f"<@{value}>"
    return one_word(value) if part.kind is Kind.CHOICE else quote(value, reserved)
