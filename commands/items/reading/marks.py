"""What identifies a document and its payment: number, card, bank account, tax number, currency."""

import re
from collections import Counter
from collections.abc import Iterator

from commands.items.reading.amounts import ISO, amounts
from commands.items.reading.codes import currency_of, ibans, vat_numbers
from commands.items.reading.days import stamps
from commands.items.reading.labels import Part
from commands.items.reading.paper import Paper
from commands.items.reading.reading import Known
from commands.items.reading.totals import Sums
from commands.items.reading.words import CELL_BREAK

_SAYS_NUMBER = re.compile(r"no|nr|nummer|number|numero|n°|#|ref|id")
_NUMBER = re.compile(r"(?<![\w.,])[A-Za-z]{0,6}[A-Za-z0-9/_.\-]*\d[A-Za-z0-9/_.\-]*")
_MASKED = re.compile(
    r"(?:(?<![*x•·#])[*x•·#]{2,16}[\s*x•·#-]{0,24}|\.{3,}\s?|(?:ending|ends)(?:\s(?:in|with))?\s|"
    r"endet auf\s|endziffern?\s|se terminant par\s|finissant par\s|eindigend op\s|"
    r"eindigt op\s)(\d{4})(?!\d)"
)
_BRANDED = re.compile(
    r"(?:visa|mastercard|maestro|amex|american express|girocard)[\s\-–:.]{1,5}(\d{4})(?!\d)"
)
_BARE_TAX_NUMBER = re.compile(r"(?<!\w)[A-Z]{0,3}\d[\d\s.\-]{6,16}\d(?:\s?[BU]\s?\d{2})?(?!\w)")
_LONGEST_CELL = 80
_DOLLARS = {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"}
_CROWNS = {"DK": "DKK", "NO": "NOK", "SE": "SEK"}


def number(paper: Paper) -> Known | None:
    """The number of the document: labels that say number come before those that say invoice."""
    found = list(_numbers(paper))
    return max(found, key=lambda known: known.confidence) if found else None


def last4(paper: Paper) -> Known | None:
    """The last digits of the card, which a receipt shows behind stars."""
    for n, row in enumerate(paper.rows):
        match = _MASKED.search(row.plain) or _BRANDED.search(row.plain)
        if match:
            return paper.known(match[1], 0.9, n)
    return None


def iban(paper: Paper) -> Known | None:
    for n, row in enumerate(paper.rows):
        for found in ibans(row.text):
            return paper.known(found, 0.95, n)
    return None


def tax_numbers(paper: Paper) -> Iterator[Known]:
    """All, from the top; those with a label first."""
    for n, label in paper.labelled(Part.TAX_NUMBER):
        text = paper.after(n, label)
        whole = next(vat_numbers(text), None)
        bare = _BARE_TAX_NUMBER.search(text)
        found = whole or (re.sub(r"[\s.\-]", "", bare[0]) if bare else None)
        if found:
            yield paper.known(found, 0.95 if whole else 0.85, n)
    for n, row in enumerate(paper.rows):
        for found in vat_numbers(row.text):
            yield paper.known(found, 0.7, n)


def currency(paper: Paper, sums: Sums) -> Known | None:
    """That of the total, else of most amounts, else one that is named, else that of the country."""
    country = paper.around.country
    if sums.total is not None and sums.total.amount.currency:
        resolved = _resolved(sums.total.amount.currency, country)
        if resolved:
            return paper.known(*resolved, sums.total.row)
    signs = Counter(
        each.currency for row in paper.rows for each in amounts(row.text) if each.currency
    )
    named = Counter(word for row in paper.rows for word in re.findall(r"[A-Z]{3}", row.text))
    for sign, _ in (*signs.most_common(1), *((c, k) for c, k in named.items() if c in ISO)):
        resolved = _resolved(sign, country)
        if resolved:
            return paper.known(resolved[0], resolved[1] * 0.9)
    issuer = next((known.value[:2] for known in tax_numbers(paper)), None)
    usual = currency_of(issuer) or currency_of(country)
    sure = 0.6 if issuer == country else 0.4
    return paper.known(usual, sure) if usual and sums.total else None


def _numbers(paper: Paper) -> Iterator[Known]:
    for n, label in paper.labelled(Part.NUMBER):
        says_number = _SAYS_NUMBER.search(label.words) is not None
        beside = _first_number(paper.after(n, label))
        under = None if beside else _first_number(paper.under(n, label))
        if beside:
            yield paper.known(beside, 0.95 if says_number else 0.75, n)
        elif under and says_number:
            yield paper.known(under, 0.85, n + 1)


def _first_number(text: str) -> str | None:
    """In the first cell, and not a day or an amount."""
    cell = text.strip(" :#.№").split(CELL_BREAK)[0][:_LONGEST_CELL]
    match = _NUMBER.search(cell)
    if match is None or match.start() > 12 or any(stamps(match[0])):
        return None
    found = match[0].strip(".-/_")
    return None if re.fullmatch(r"\d+[.,]\d{2}", found) else found


def _resolved(sign: str, country: str | None) -> tuple[str, float] | None:
    """Dollars and crowns are of the country; without one, dollars are a guess."""
    if sign == "$":
        own = _DOLLARS.get(country or "")
        return (own, 0.85) if own else ("USD", 0.5)
    if sign == "kr":
        own = _CROWNS.get(country or "")
        return (own, 0.85) if own else None
    return sign, 0.95
