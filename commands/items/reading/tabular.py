"""The lines of a document, where they stand in a table or in a till's list and add up."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from commands.items.reading.amounts import amounts
from commands.items.reading.labels import Part
from commands.items.reading.paper import Paper
from commands.items.reading.totals import Sums
from commands.items.reading.words import Row, Word

_CENT = Decimal("0.01")
_ENDS = frozenset({Part.NET, Part.TAX, Part.TOTAL, Part.BARE_TOTAL, Part.TO_PAY})
_SIGNS = frozenset("£$€%")  # that stand apart from their figures
_THOUSANDS = re.compile(r"^\d{1,3}(?:\d{3})* \d{3}(?:,\d{2})?$")
_SPACE = 0.4  # of the height of the text
_MOST_LINES = 300


class Column(StrEnum):
    """What a column of a table holds."""

    POSITION = "position"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    TAX_PERCENT = "tax_percent"
    AMOUNT = "amount"


_HEADINGS = {
    Column.POSITION: "pos|position|no|nr|#|line|code|sku|ref|art-?nr|artikelnummer",
    Column.DESCRIPTION: "description|details?|items?|products?|services?|bezeichnung|"
    "beschreibung|artikel|leistung|designation|libelle|prestation|produits?|omschrijving",
    Column.QUANTITY: "qty|quantity|hours|units|menge|anzahl|stunden|qte|quantite|aantal|uren",
    Column.UNIT_PRICE: "unit price|price|rate|unit cost|einzelpreis|preis|e-preis|"
    "prix unitaire(?: ht)?|p\\.?u\\.?(?: ht)?|prix|stukprijs|eenheidsprijs|prijs|tarief",
    Column.TAX_PERCENT: "(?:vat|tax|mwst|ust|tva|btw)(?: ?%| rate)?",
    Column.AMOUNT: "amount|line total|total(?: ht| ttc)?|net(?: amount)?|value|betrag|"
    "gesamt(?:preis)?|summe|montant(?: ht| ttc)?|bedrag|totaal",
}
_HEADING = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{column}>{words})" for column, words in _HEADINGS.items())
    + r")\.?(?!\w)"
)  # fmt: skip
_FIGURE = re.compile(r"^[-−(]?[£$€]?[\d.,'’]*\d[\d.,'’]*[)%€£$-]*$")


@dataclass(slots=True)
class _Line:
    amount: Decimal
    description: list[str] = field(default_factory=list)
    figures: dict[Column, Decimal] = field(default_factory=dict)


def lines(paper: Paper, sums: Sums) -> tuple[dict[str, Any], ...]:
    """As Item.lines has them; none unless they add up to the net amount or to the total."""
    if sums.total is None:
        return ()
    for found in (list(_in_table(paper)), list(_in_list(paper, sums.total.row))):
        written = _adding_up(found[:_MOST_LINES], sums)
        if written:
            return written
    return ()


def _adding_up(found: Sequence[_Line], sums: Sums) -> tuple[dict[str, Any], ...]:
    assert sums.total is not None
    total, tax = abs(sums.total.value), abs(sums.tax or Decimal(0))
    added = abs(sum((line.amount for line in found), Decimal(0)))
    sign = -1 if sum((line.amount for line in found), Decimal(0)) < 0 else 1
    amounts_of = {"net": total - tax, "total": total}
    names = [
        name
        for name, amount in amounts_of.items()
        if abs(added - amount) <= _CENT and (name == "total" or sums.tax is not None)
    ]
    if not found or not names:
        return ()
    return tuple(_written(line, names, sign) for line in found)


def _written(line: _Line, names: Sequence[str], sign: int) -> dict[str, Any]:
    written: dict[str, Any] = {"description": " ".join(line.description)[:500]}
    quantity, price = (line.figures.get(each) for each in (Column.QUANTITY, Column.UNIT_PRICE))
    if quantity and price and abs(quantity * price - line.amount) <= _CENT:
        written |= {"quantity": format(quantity, "f"), "unit_price": format(price * sign, "f")}
    percent = line.figures.get(Column.TAX_PERCENT)
    if percent is not None and percent <= 30:
        written["tax_percent"] = format(percent, "f")
    written |= {name: format(line.amount * sign, "f") for name in names}
    return written | {"manual": {}}


def _in_table(paper: Paper) -> Iterator[_Line]:
    """Rows below headings, up to the sums."""
    columns: dict[Column, tuple[float, float]] = {}
    last: _Line | None = None
    above: Row | None = None
    for n, row in enumerate(paper.rows):
        headings = _headings(row)
        if headings:
            columns, last = headings, None
        elif columns and _is_sum(paper, n):
            return
        elif columns:
            line = _line(paper, row, columns)
            if line is not None:
                yield line
                last = _described(line, above)
            elif last is not None and _is_words(row):
                last.description.append(row.text)
            above = row


def _headings(row: Row) -> dict[Column, tuple[float, float]]:
    """Where the columns are; empty for a row that is not the head of a table."""
    if any(_FIGURE.match(word.text) for word in row.words):
        return {}
    found: dict[Column, tuple[float, float]] = {}
    for match in _HEADING.finditer(row.plain):
        found[Column(str(match.lastgroup))] = row.span(*match.span())
    has_both = Column.DESCRIPTION in found and {Column.AMOUNT, Column.UNIT_PRICE} & set(found)
    return found if has_both else {}


def _is_sum(paper: Paper, n: int) -> bool:
    if any(label.part in _ENDS for label in paper.labels[n]):
        first = paper.labels[n][0]
        return first.start == 0 or paper.rows[n].text[: first.start].strip() == ""
    return False


def _described(line: _Line, above: Row | None) -> _Line:
    """Where its figures stand beside the second row of its words, the first is above them."""
    if not line.description and above is not None and _is_words(above):
        line.description.append(above.text)
    return line


def _is_words(row: Row) -> bool:
    return not any(_FIGURE.match(word.text) for word in row.words)


def _line(paper: Paper, row: Row, columns: dict[Column, tuple[float, float]]) -> _Line | None:
    figures: dict[Column, str] = {}
    words: list[str] = []
    description_ends = min(
        (left for left, _ in columns.values() if left > columns[Column.DESCRIPTION][0]),
        default=float("inf"),
    )
    for word in _merged(row.words):
        column = _column(word, columns) if _FIGURE.match(word.text) else None
        if column is None or (column is Column.DESCRIPTION and word.right < description_ends):
            words.append(word.text)
        elif column not in (Column.DESCRIPTION, Column.POSITION):
            figures[column] = figures.get(column, "") + word.text
    values = {column: value for column, text in figures.items()
              if (value := _value(text, paper)) is not None}  # fmt: skip
    amount = values.get(Column.AMOUNT, values.get(Column.UNIT_PRICE))
    if amount is None:
        return None
    kept = [word for word in words if word not in _SIGNS]
    return _Line(amount=amount, description=kept, figures=values)


def _merged(words: Sequence[Word]) -> list[Word]:
    """Figures whose thousands are set apart by a space are one."""
    found: list[Word] = []
    for word in words:
        last = found[-1] if found else None
        is_rest = last is not None and word.left - last.right < word.height * _SPACE
        if last is not None and is_rest and _THOUSANDS.match(f"{last.text} {word.text}"):
            found[-1] = replace(last, text=last.text + word.text, right=word.right)
        else:
            found.append(word)
    return found


def _column(word: Word, columns: dict[Column, tuple[float, float]]) -> Column:
    """The one that overlaps most, else the nearest."""

    def distance(column: Column) -> float:
        left, right = columns[column]
        overlap = min(word.right, right) - max(word.left, left)
        return -overlap

    return min(columns, key=distance)


def _value(text: str, paper: Paper) -> Decimal | None:
    found = next(amounts(text.replace("%", ""), comma=paper.comma), None)
    return found.value if found else None


def _in_list(paper: Paper, end: int) -> Iterator[_Line]:
    """A till's list: words, then one amount at the end of the row, down to the first sum."""
    for n, row in enumerate(paper.rows[:end]):
        if _is_sum(paper, n):
            return
        found = [each for each in amounts(row.text, comma=paper.comma) if each.is_money]
        words = row.text[: found[-1].start].strip() if found else ""
        if (
            found
            and not row.text[found[-1].end :].strip(" ABCDE*")
            and re.search(r"[^\W\d]{2}", words)
        ):
            yield _Line(amount=found[-1].value, description=[" ".join(words.split())])
