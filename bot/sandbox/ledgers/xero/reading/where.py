"""The `where` of Xero's lists, which is Dynamic LINQ: the part of it that clients really use.

`Type=="ACCPAY" AND Date>=DateTime(2026,01,01)`, `ContactID==guid("…")`, `EmailAddress!=null &&
EmailAddress.StartsWith("boom")`, `||`, `!`, brackets, `.Contains`, `.EndsWith`, `.ToLower()`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from bot.sandbox.ledgers.rows import Row
from bot.sandbox.ledgers.xero.reading.typed import BadQuery, Columns, Kind
from bot.sandbox.ledgers.xero.wire import instant_of

Test = Callable[[Row], bool]
Read = Callable[[Row], Any]
_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.|"")*")|(?P<number>-?\d+(?:\.\d+)?)'
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||==|!=|<>|<=|>=|[=<>!().,])|(?P<character>'))"
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq, "=": eq, "!=": ne, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
_AND, _OR, _NOT = frozenset({"&&", "and"}), frozenset({"||", "or"}), frozenset({"!", "not"})
_SEARCHES: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_CASES = frozenset({"tolower", "toupper"})  # comparing takes no notice of case anyway
_EXPRESSION_EXPECTED = "Expression expected"
_UNGUARDED = (
    "Where clause invocation error- Operations on optional fields must be preceded by a null "
    "guard, e.g. [FieldName] != null"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Term:
    """One side of a comparison; `kind` None is null, which fits everything."""

    kind: Kind | None
    read: Read


def parse(text: str, columns: Columns) -> Test:
    """Raises `BadQuery` in Xero's words."""
    return _Parser(text, columns).whole()


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadQuery(f"Syntax error '{text[at:].strip()[:1]}'")
        if found["character"]:
            raise BadQuery("Character literal must contain exactly one character")
        yield found[0].strip()
        at = found.end()


class _Parser:
    def __init__(self, text: str, columns: Columns) -> None:
        self._left = list(_tokens(text))
        self._columns = columns

    def whole(self) -> Test:
        test = self._either()
        if self._left:
            raise BadQuery("Syntax error")
        return test

    def _either(self) -> Test:
        tests = [self._every()]
        while self._skip(_OR):
            tests.append(self._every())
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _every(self) -> Test:
        tests = [self._one()]
        while self._skip(_AND):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._skip(_NOT):
            test = self._one()
            return lambda row: not test(row)
        if self._skip({"("}):
            test = self._either()
            self._expect(")")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        first = self._term()
        if self._left and self._left[0] in _SIGNS:
            sign = self._next()
            return _compared(first, sign, self._term())
        if first.kind is not Kind.TRUTH:
            raise BadQuery("Expression of type 'Boolean' expected")
        return lambda row: bool(first.read(row))

    def _term(self) -> _Term:
        token = self._next()
        if token.startswith('"'):
            return _constant(Kind.TEXT, _unquoted(token))
        if token.lstrip("-")[:1].isdigit():
            return _constant(Kind.NUMBER, Decimal(token))
        if not token[0].isalpha():
            raise BadQuery(_EXPRESSION_EXPECTED)
        return self._word(token)

    def _word(self, word: str) -> _Term:
        match word.casefold():
            case "null":
                return _constant(None, None)
            case "true" | "false":
                return _constant(Kind.TRUTH, word.casefold() == "true")
            case "guid":
                return _constant(Kind.GUID, _unquoted(self._arguments()[0]))
            case "datetime":
                return _constant(Kind.DATE, self._date())
        return self._member(word)

    def _member(self, path: str) -> _Term:
        """A field, a field of a field, or what a method makes of one."""
        while self._skip({"."}):
            name = self._next()
            if self._left and self._left[0] == "(":
                return self._method(path, name)
            path = f"{path}.{name}"
        field = self._columns.field(path)
        return _Term(kind=field.kind, read=field.read)

    def _method(self, path: str, name: str) -> _Term:
        field = self._columns.field(path)
        arguments = [_unquoted(each) for each in self._arguments()]
        if field.kind is not Kind.TEXT or name.casefold() not in _CASES | _SEARCHES.keys():
            raise BadQuery(f"No applicable method '{name}' exists in type '{field.kind}'")
        if name.casefold() in _CASES:
            if not self._skip({"."}):
                return _Term(kind=Kind.TEXT, read=_guarded(field.read))
            return self._method(path, self._next())
        search, read = _SEARCHES[name.casefold()], _guarded(field.read)
        part = arguments[0].casefold() if arguments else ""
        return _Term(kind=Kind.TRUTH, read=lambda row: search(read(row).casefold(), part))

    def _date(self) -> datetime:
        if self._skip({"."}):
            self._next()  # Parse
            try:
                return instant_of(_unquoted(self._arguments()[0]))
            except ValueError as reason:
                raise BadQuery("String was not recognized as a valid DateTime.") from reason
        try:
            numbers = [int(each) for each in self._arguments()]
            year, month, day, hour, minute, second = (*numbers, 0, 0, 0)[:6]
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError as reason:
            raise BadQuery("No matching constructor in type 'DateTime'") from reason

    def _arguments(self) -> list[str]:
        self._expect("(")
        found = []
        while self._left and self._left[0] != ")":
            found.append(self._next())
            self._skip({","})
        self._expect(")")
        return found

    def _skip(self, among: frozenset[str] | set[str]) -> bool:
        if self._left and self._left[0].casefold() in among:
            self._left.pop(0)
            return True
        return False

    def _next(self) -> str:
        if not self._left:
            raise BadQuery(_EXPRESSION_EXPECTED)
        return self._left.pop(0)

    def _expect(self, sign: str) -> None:
        if not self._skip({sign}):
            raise BadQuery(f"'{sign}' expected")


def _constant(kind: Kind | None, value: Any) -> _Term:
    return _Term(kind=kind, read=lambda _: value)


def _unquoted(token: str) -> str:
    return re.sub(r'\\(.)|""', lambda found: found[1] or '"', token[1:-1])


def _guarded(read: Read) -> Read:
    def guarded(row: Row) -> Any:
        value = read(row)
        if value is None:
            raise BadQuery(_UNGUARDED)
        return value

    return guarded


def _compared(first: _Term, sign: str, second: _Term) -> Test:
    if first.kind and second.kind and first.kind is not second.kind:
        kinds = f"'{first.kind}' and '{second.kind}'"
        raise BadQuery(f"Operator '{sign}' incompatible with operand types {kinds}")
    compare = _SIGNS[sign]

    def holds(row: Row) -> bool:
        one, other = _folded(first.read(row)), _folded(second.read(row))
        if one is None or other is None:
            return compare in {eq, ne} and compare(one, other)
        return compare(one, other)

    return holds


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
