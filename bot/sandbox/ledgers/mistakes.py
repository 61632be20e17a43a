"""What is wrong on purpose in the seeded books, by a name that tests can ask for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """One planted mistake.

    `finds` names the checks that see it, by their codes; `kind` is the vendor's list or document it
    is in, and `rows` are the labels of the rows concerned there: the name of a contact or an
    account, the number or reference of a document, the narration of a journal. Where `finds` is
    `none` it looks like a mistake, and is none.
    """

    key: str
    organisation: str
    finds: tuple[str, ...]
    kind: str
    rows: tuple[str, ...]


def by_key(organisation: str, table: str) -> Mapping[str, Mistake]:
    """Read a table of `key | checks | kind | rows`, several divided by semicolons."""
    found = {}
    for line in table.strip().splitlines():
        key, finds, kind, rows = (cell.strip() for cell in line.split("|"))
        found[key] = Mistake(
            key=key,
            organisation=organisation,
            finds=tuple(finds.split()),
            kind=kind,
            rows=tuple(row.strip() for row in rows.split(";")),
        )
    return found
