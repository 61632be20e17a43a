"""The QuickBooks query language: `SELECT * FROM Account WHERE … ORDERBY … STARTPOSITION …`."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Any
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
DEFAULT_RESULTS = 100
MAX_RESULTS = 1000

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:\\.|[^'\\])*')|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<sign><=|>=|[=<>(),*]))"
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "<": lt, ">": gt, "<=": le, ">=": ge}


class BadStatement(ValueError):
    """QuickBooks cannot parse this (fault 4000)."""


class BadRequest(ValueError):
    """It parses, but asks for what is not there or not allowed (fault 4001)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """`values` has one member, except for IN."""

    name: str
    sign: str
    values: tuple[str, ...]

    def read_as(self, reading: Callable[[str], str]) -> "Condition":
        """The same condition with its values written in another way."""
        return replace(self, values=tuple(reading(each) for each in self.values))

    def holds_for(self, value: Any) -> bool:
        """Whether a field with this value fulfils it; a field that is not there never does."""
        if value is None:
            return False
        if isinstance(value, list):  # such as the references of an attachment
            return any(self.holds_for(each) for each in value)
        if self.sign == "IN":
            return any(_compare(eq, value, each) for each in self.values)
        if self.sign == "LIKE":
            pattern = ".*".join(re.escape(part) for part in self.values[0].split("%"))
            return re.fullmatch(pattern, str(value), re.IGNORECASE | re.DOTALL) is not None
        return _compare(_SIGNS[self.sign], value, self.values[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Select:
    """A parsed statement; `extra` are the fields asked for besides `*`."""

    entity: str
    count: bool
    extra: tuple[str, ...]
    where: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]  # field, and whether descending
    start: int
    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def parse(statement: str) -> Select:
    """Raises `BadStatement` or `BadRequest`."""
    return _Parser(statement).select()


def _tokens(statement: str) -> Iterator[_Token]:
    position = 0
    end = len(statement.rstrip())
    while position < end:
        found = _TOKEN.match(statement, position)
        if found is None:
            raise BadStatement(
                f"Invalid content. Lexical error at line 1, column {position + 1}.  "
                f'Encountered: "{statement[position]}"'
            )
        position = found.end()
        kind = str(found.lastgroup)
        yield _Token(kind=kind, text=found[kind], column=found.start(kind) + 1)


class _Parser:
    def __init__(self, statement: str) -> None:
        self._tokens = list(_tokens(statement))
        self._at = 0

    def select(self) -> Select:
        self._need("select")
        count, extra = self._what()
        self._need("from")
        entity = self._kind("word")
        where = self._where() if self._took("where") else ()
        order = self._order() if self._took("orderby") or self._took_order_by() else ()
        start = self._number() if self._took("startposition") else 1
        limit = self._number() if self._took("maxresults") else DEFAULT_RESULTS
        if self._at < len(self._tokens):
            raise self._unexpected("<EOF>")
        if start < 1:
            raise BadRequest(f"value {start} is too small. Min allowed value is 1.")
        if limit > MAX_RESULTS:
            raise BadRequest(f"value {limit} is too large. Max allowed value is {MAX_RESULTS}.")
        return Select(
            entity=entity,
            count=count,
            extra=extra,
            where=where,
            order=order,
            start=start,
            limit=limit,
        )

    def _what(self) -> tuple[bool, tuple[str, ...]]:
        if self._took("count"):
            for sign in "(*)":
                self._need(sign)
            return True, ()
        self._need("*")
        extra = []
        while self._took(","):
            extra.append(self._kind("word"))
        return False, tuple(extra)

    def _where(self) -> tuple[Condition, ...]:
        conditions = [self._condition()]
        while self._took("and"):
            conditions.append(self._condition())
        return tuple(conditions)

    def _condition(self) -> Condition:
        name = self._kind("word")
        if self._took("in"):
            self._need("(")
            values = [self._value()]
            while self._took(","):
                values.append(self._value())
            self._need(")")
            return Condition(name=name, sign="IN", values=tuple(values))
        if self._took("like"):
            return Condition(name=name, sign="LIKE", values=(self._value(),))
        sign = self._kind("sign")
        if sign not in _SIGNS:
            raise self._unexpected("a comparison")
        return Condition(name=name, sign=sign, values=(self._value(),))

    def _order(self) -> tuple[tuple[str, bool], ...]:
        fields = [self._ordering()]
        while self._took(","):
            fields.append(self._ordering())
        return tuple(fields)

    def _ordering(self) -> tuple[str, bool]:
        name = self._kind("word")
        descending = self._took("desc")
        if not descending:
            self._took("asc")
        return name, descending

    def _took_order_by(self) -> bool:
        if not self._took("order"):
            return False
        self._need("by")
        return True

    def _value(self) -> str:
        token = self._next("a value")
        if token.kind == "string":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        if token.kind == "number" or token.text.casefold() in {"true", "false"}:
            return token.text
        self._at -= 1
        raise self._unexpected("a value")

    def _number(self) -> int:
        text = self._kind("number")
        if not text.isdecimal():
            raise BadStatement(f"{text} is not a whole number")
        return int(text)

    def _kind(self, kind: str) -> str:
        token = self._next(kind)
        if token.kind != kind:
            self._at -= 1
            raise self._unexpected(f"<{kind.upper()}>")
        return token.text

    def _need(self, word: str) -> None:
        if not self._took(word):
            raise self._unexpected(f'"{word}"')

    def _took(self, word: str) -> bool:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or token.kind == "string" or token.text.casefold() != word:
            return False
        self._at += 1
        return True

    def _next(self, expected: str) -> _Token:
        if self._at >= len(self._tokens):
            raise self._unexpected(expected)
        self._at += 1
        return self._tokens[self._at - 1]

    def _unexpected(self, expected: str) -> BadStatement:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            found, where = token.text, f"line 1, column {token.column}"
        else:
            found, where = "<EOF>", "the end"
        return BadStatement(f'Encountered "{found}" at {where}. Was expecting: {expected}')


def value_at(row: Mapping[str, Any], name: str) -> Any:
    """The value of a field such as `MetaData.LastUpdatedTime`; None where there is none."""
    first, *parts = name.split(".")
    value: Any = row.get(first)
    for part in parts:
        value = _inside(value, part)
    return value


def _inside(value: Any, part: str) -> Any:
    """A field within a field, in either spelling; of several values, the field of each."""
    if isinstance(value, list):
        return [_inside(each, part) for each in value]
    if not isinstance(value, Mapping):
        return None
    return value.get(part, value.get(part.lower()))


def _compare(sign: Callable[[Any, Any], bool], value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return sign(str(value).casefold(), text.casefold())
    if isinstance(value, int | float | Decimal):
        try:
            return sign(Decimal(str(value)), Decimal(text))
        except InvalidOperation:
            return False
    instants = _instant(value), _instant(text)
    if None not in instants:
        return sign(*instants)
    return sign(str(value), text)


def _instant(value: Any) -> datetime | None:
    """A time without an offset is Pacific; a bare date is no instant."""
    if isinstance(value, datetime):
        return value
    text = str(value)
    if "T" not in text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=PACIFIC)).astimezone(UTC)


def sort_key(value: Any) -> tuple[int, Any]:
    """Nothing first, then numbers, then instants, then words."""
    if value is None:
        return (0, 0)
    if isinstance(value, bool | int | float | Decimal):
        return (1, value)
    instant = _instant(value)
    return (3, str(value).casefold()) if instant is None else (2, instant)
