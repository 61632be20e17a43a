"""What came of reading a file: documents with their facts, or why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from commands.publishing.facts import ItemKind, Side


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What helps to read a document: the country of the client, ISO 3166, and today's day there."""

    country: str | None
    today: date


class By(StrEnum):
    """Which way a fact was found."""

    UBL = "ubl"
    CII = "cii"
    TEXT = "text"
    OCR = "ocr"
    SHEET = "sheet"


class RefusalCode(StrEnum):
    """Why a file is not an item; the words are in the template of refusals."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"  # facts: megabytes, most
    HTML_PAGE = "html_page"
    ENCRYPTED = "encrypted"
    TOMBSTONE = "tombstone"  # these three are decided before reading, by what Slack says of it
    HIDDEN = "hidden"
    EXTERNAL = "external"
    BOMB = "bomb"  # unpacks to far more than it is
    TOO_MANY_PIXELS = "too_many_pixels"  # facts: megapixels, most
    TOO_MANY_PAGES = "too_many_pages"  # facts: pages, most
    TOO_MANY_ROWS = "too_many_rows"  # facts: most
    ARCHIVE = "archive"
    OLD_OFFICE = "old_office"  # of before 2007, or of today behind a password
    OTHER_XML = "other_xml"  # facts: root
    NO_HEADINGS = "no_headings"
    NO_GOOD_ROW = "no_good_row"  # facts: rows, wrong (the first of Reading.wrong)
    UNKNOWN = "unknown"  # facts: what, where that is known
    DAMAGED = "damaged"  # facts: what


class RowFault(StrEnum):
    """Why a row of a sheet was not taken."""

    NO_TOTAL = "no_total"
    BAD_AMOUNT = "bad_amount"
    BAD_DAY = "bad_day"
    BAD_CURRENCY = "bad_currency"
    DOES_NOT_ADD_UP = "does_not_add_up"
    FORMULA_ERROR = "formula_error"
    TWO_CURRENCIES = "two_currencies"  # rows of one document
    OF_WRONG = "of_wrong"  # of one document with a wrong row


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A fact as text, and how sure it is, from 0 to 1."""

    value: str
    confidence: float
    by: str

    def as_read(self) -> dict[str, Any]:
        return {"value": self.value, "confidence": self.confidence, "by": self.by}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadDocument:
    """`facts` by the names of Facts. `lines` are as Item.lines, and there only when they add up.

    `supplier` among the facts is who issued the document and `customer` whom it is addressed to:
    which of them is the client decides the side, where `side` does not say it already. `country`
    is the issuer's, ISO 3166. `outstanding` is what is left to pay where the document says so.
    `rows` are where in a sheet it stands.
    """

    kind: ItemKind | None = None
    side: Side | None = None
    facts: Mapping[str, Known] = field(default_factory=dict)
    lines: tuple[dict[str, Any], ...] = ()
    customer: Known | None = None
    customer_tax_number: Known | None = None
    country: str | None = None
    outstanding: Known | None = None
    rows: tuple[int, ...] = ()

    def as_read(self) -> dict[str, dict[str, Any]]:
        """The facts as Item.read keeps them."""
        return {name: known.as_read() for name, known in self.facts.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a file was not taken, and what the words about that need."""

    code: RefusalCode
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongRow:
    """A row of a sheet that was not taken. `row` counts from 1, as the program that wrote it does;
    `column` is its heading and `value` what stands there."""

    row: int
    code: RowFault
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Division:
    """Pages, from 0, at which documents begin where one file holds several, and at which nobody
    can tell without looking; nothing where there is but one."""

    begins: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.begins)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a file says. Without a refusal there is a document at least, if only an empty one.

    The documents of a `division` were read as one.
    """

    documents: tuple[ReadDocument, ...] = ()
    division: Division = Division()
    wrong: tuple[WrongRow, ...] = ()
    refusal: Refusal | None = None

    @property
    def is_list(self) -> bool:
        """Whether its documents are rows of a sheet."""
        return any(document.rows for document in self.documents)


class Refused(Exception):
    """Reading cannot go on; `refusal` says why."""

    def __init__(self, code: RefusalCode, **facts: Any) -> None:
        super().__init__(code.value)
        self.refusal = Refusal(code=code, facts=facts)
