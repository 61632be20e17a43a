"""Amounts of money as people write them, in whichever country."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

_COMMA_COUNTRIES = frozenset({
    "AT", "BE", "BG", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IT", "LT",
    "LU", "LV", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
_SPACE = "[\u00a0\u202f\u2009]"
_NUMBER = re.compile(
    rf"(?<![\w.,/:#*+]) (?P<minus>[-−–(]\s?)? (?P<sign>[£$€¥₹]|[A-Z]{{2,3}}\$?|kr\.?|Fr\.)? \s?"
    rf"(?P<inner>[-−–])?"
    rf"(?P<figure>\d{{1,3}}(?:[ ]\d{{3}}){{1,4}},\d{{2}}"
    rf"|\d{{1,3}}(?:{_SPACE}\d{{3}}){{1,4}}(?:[.,]\d{{2}})?"
    rf"|\d{{1,3}}(?:['’]\d{{3}}){{1,4}}(?:[.,]\d{{2}})?"
    rf"|\d{{1,3}}(?:,\d{{3}}){{1,4}}(?:\.\d{{1,4}})?|\d{{1,3}}(?:\.\d{{3}}){{1,4}}(?:,\d{{1,4}})?"
    rf"|\d{{1,12}}(?:[.,]\d{{1,4}})?)"
    rf"(?P<dash>[.,][-–—]+)? (?![\w/:]|[.,]\d|\s?[-–]\d) (?!\s?%)"
    rf"(?P<after>\s?-(?!\w)|\))? (?:\s?(?P<unit>[£$€¥₹]|[A-Z]{{3}}\b|kr\b))? (?P<credit>\s?CR\b)?",
    re.VERBOSE,
)
_SYMBOLS = {"£": "GBP", "€": "EUR", "₹": "INR", "US$": "USD", "C$": "CAD", "CA$": "CAD",
            "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "S$": "SGD", "HK$": "HKD"}  # fmt: skip
ISO = frozenset({
    "AED", "AUD", "BGN", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF",
    "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SAR",
    "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "ZAR",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """An amount in a text, from `start` to `end`. `currency` is ISO 4217, or "$" or "kr" where
    more than one country uses it. `is_money` says that it has cents or a currency."""

    value: Decimal
    start: int
    end: int
    currency: str | None
    is_money: bool


def amounts(text: str, *, comma: bool | None = None) -> Iterator[Amount]:
    """All but percentages; `comma` says whether cents follow a comma, None leaves it open."""
    for match in _NUMBER.finditer(text):
        written = match["figure"]
        currency = _currency(match["sign"]) or _currency(match["unit"])
        value = number(written, comma=comma)
        is_negative = bool(match["minus"] or match["inner"] or match["credit"])
        is_negative = is_negative or (match["after"] or "").strip() == "-"
        yield Amount(
            value=-value if is_negative else value,
            start=match.start(),
            end=match.end(),
            currency=currency,
            is_money=currency is not None or bool(match["dash"]) or _has_cents(written),
        )


def number(written: str, *, comma: bool | None) -> Decimal:
    """Figures with any marks. One mark before three figures separates thousands, unless cents are
    known to be written after that mark."""
    bare = re.sub(r"[\s'’]", "", written)
    last = max(bare.rfind(","), bare.rfind("."))
    if last < 0:
        return Decimal(bare)
    mark = bare[last]
    is_alone = bare.count(mark) == 1 and not ({",", "."} - {mark}) & set(bare)
    is_thousands = bare.count(mark) > 1 or (
        is_alone and len(bare) - last == 4 and bare[0] != "0" and comma is not (mark == ",")
    )
    if is_thousands:
        return Decimal(re.sub(r"[.,]", "", bare))
    return Decimal(re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :])


def comma_in(texts: Iterable[str], country: str | None) -> bool | None:
    """Whether cents follow a comma: by the amounts that leave no doubt, else by the country."""
    joined = "\n".join(texts)
    commas = len(re.findall(r"\d,\d{2}(?![\d,.])", joined))
    points = len(re.findall(r"\d\.\d{2}(?![\d,.])", joined))
    if commas != points:
        return commas > points
    return None if country is None else country in _COMMA_COUNTRIES


def symbol(text: str) -> str | None:
    """The currency that stands in a text, as Amount has it."""
    return next((found for part in text.split() if (found := _currency(part.strip("():")))), None)


def _has_cents(written: str) -> bool:
    return re.search(r"[.,]\d{2}$", written) is not None


def _currency(sign: str | None) -> str | None:
    if not sign:
        return None
    if sign in _SYMBOLS or sign in ISO:
        return _SYMBOLS.get(sign, sign)
    return {"$": "$", "kr": "kr", "kr.": "kr", "Fr.": "CHF", "¥": "JPY"}.get(sign)
