"""The catalogue of what can go wrong when items are published (product §12)."""

from collections.abc import Mapping

from commands.publishing.catalogue import automatic, others, ours, quickbooks, xero
from commands.publishing.catalogue import people as who
from commands.publishing.catalogue.entry import Entry, Nature, Remedy, Retry, Told

_ALL = (
    *xero.ENTRIES,
    *quickbooks.ENTRIES,
    *others.ENTRIES,
    *ours.ENTRIES,
    *ours.BEYOND_THE_TABLE,
    *automatic.ENTRIES,
)
ENTRIES: Mapping[str, Entry] = {each.code: each for each in _ALL}
UNKNOWN = Entry(
    code="",
    title="{software} did not take it",
    precise="{software} says: “{text}”",
    cause="We do not know this answer yet and are sorry that we cannot explain it better.",
    remedy="Correct what it names and retry. It has been counted, so that it will be explained.",
    who_can=who.EDITORS,
    button=who.RETRY,
    nature=Nature.VALIDATION,
)


def entry(code: str) -> Entry:
    """What is known of it; of what nobody knows, that nobody does."""
    return ENTRIES.get(code, UNKNOWN)


def told(code: str, facts: Mapping[str, str]) -> Told:
    """In words, about the case at hand. `facts` are those of an obstacle, or the vendor's `text`.

    Of an unknown code the vendor's text is the title, verbatim.
    """
    if code in ENTRIES:
        return ENTRIES[code].told(facts)
    return UNKNOWN.told({"software": "the ledger", **facts})


def is_known(code: str) -> bool:
    return code in ENTRIES


__all__ = ["ENTRIES", "Entry", "Nature", "Remedy", "Retry", "Told", "entry", "is_known", "told"]
