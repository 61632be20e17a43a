"""Typed text -> words, quoted names and mentions; and back."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum

QUOTES = '"“”„«»'  # phones and word processors change the one into another
_TOKEN = re.compile(
    rf"""
      <(?P<sigil>[@#])(?P<id>[A-Z0-9]+)(?:\|[^>]*)?>
    | [{QUOTES}](?P<double>(?:\\[{QUOTES}\\]|[^{QUOTES}])*)(?:[{QUOTES}]|\Z)
    | ['‘](?P<single>.*?)['’](?=\s|\Z)
    | (?P<word>[^\s{QUOTES}]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(rf"\\([{QUOTES}\\])")
_PLAIN = re.compile(r"\w+")


class Mention(StrEnum):
    """What a mention points at; the value is its sign."""

    PERSON = "@"
    CHANNEL = "#"


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One thing that was typed. The text of a mention is the id."""

    text: str
    quoted: bool = False
    mention: Mention | None = None

    @property
    def word(self) -> str:
        """As words are compared; nothing that was quoted is a word of ours."""
        return "" if self.quoted or self.mention else self.text.casefold()

    @property
    def is_option(self) -> bool:
        return not self.quoted and self.text.startswith("--")


def tokens(text: str) -> Iterator[Token]:
    """Split what was typed. Text arrives with `&`, `<` and `>` as entities, mentions apart."""
    for match in _TOKEN.finditer(text):
        double, single = match["double"], match["single"]
        if match["sigil"]:
            yield Token(text=match["id"], mention=Mention(match["sigil"]))
        elif double is not None:
            yield Token(text=_ESCAPED.sub(r"\1", _plain(double)), quoted=True)
        elif single is not None:
            yield Token(text=_plain(single), quoted=True)
        else:
            yield Token(text=_plain(re.sub("^—", "--", match["word"])))  # a phone's idea of "--"


def quote(value: str, reserved: Container[str]) -> str:
    """The value as `tokens` reads it back, in quotes where it could be taken for something else."""
    if _PLAIN.fullmatch(value) and value.casefold() not in reserved:
        return value
    escaped = re.sub(rf"([{QUOTES}\\])", r"\\\1", value)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        escaped = escaped.replace(sign, entity)
    return f'"{escaped}"'


def _plain(text: str) -> str:
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    return text
