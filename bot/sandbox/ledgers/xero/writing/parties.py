"""The contact of a document: found by id, number or name, or made of a name nobody has."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.writing.sitting import NOBODY, Sitting

UNNAMED = (
    "The Contact must contain at least 1 of the following elements to identify the contact: "
    "Name, ContactID, ContactNumber"
)
UNKNOWN = "The contact with the specified contact details could not be found."
ARCHIVED = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes."
)


def named(books: Books, name: str) -> Row | None:
    """An active contact of this name if there is one, else an archived one."""
    wanted = name.strip().casefold()
    rows = books.rows("Contacts")
    found = [row for row in rows if str(row.read("Name")).casefold() == wanted]
    found.sort(key=lambda row: row.read("ContactStatus") != "ACTIVE")
    return found[0] if found else None


def contact_of(sitting: Sitting, typed: Fields, problems: list[str]) -> str | None:
    """The id of the contact a document names; a new name is entered as a new contact."""
    given = typed.get("Contact")
    if not isinstance(given, Mapping) or not any(
        given.get(name) for name in ("Name", "ContactID", "ContactNumber")
    ):
        problems.append(UNNAMED)
        return None
    row = _known(sitting.books, given)
    if row is None and given.get("Name") and not _has_id(given):
        fields = {"Name": str(given["Name"]).strip(), **_more(given)}
        return sitting.books.add("Contacts", fields, at=sitting.at).id
    if row is None:
        problems.append(UNKNOWN)
        return None
    if row.fields["ContactStatus"] != "ACTIVE":
        problems.append(ARCHIVED)
    return row.id


def _has_id(given: Mapping[str, Any]) -> bool:
    return str(given.get("ContactID") or NOBODY) != NOBODY


def _known(books: Books, given: Mapping[str, Any]) -> Row | None:
    if _has_id(given):
        return books.get("Contacts", str(given["ContactID"]).casefold())
    number = given.get("ContactNumber")
    if number:
        for row in books.rows("Contacts"):
            if row.read("ContactNumber") == number:
                return row
    return named(books, str(given["Name"])) if given.get("Name") else None


def _more(given: Mapping[str, Any]) -> Fields:
    kept = ("EmailAddress", "FirstName", "LastName", "ContactNumber", "AccountNumber", "TaxNumber")
    return {name: given[name] for name in kept if given.get(name)}
