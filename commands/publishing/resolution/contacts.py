"""Which contact of the ledger a supplier or customer is."""

from collections.abc import Iterable
from dataclasses import dataclass

from commands.clients.names import likeness, name_key
from commands.publishing.facts import Facts, Side
from commands.publishing.lists import Lists
from providers.records import Contact

KEPT_APART = frozenset({"quickbooks"})  # ledgers whose suppliers and customers are separate lists
NEARLY_THE_SAME = 80  # of 100: what is less alike is another company, and one press away


@dataclass(frozen=True, kw_only=True, slots=True)
class Closest:
    """A contact that may be meant. `likeness` is 0 to 1."""

    contact: Contact
    likeness: float


def party_name(facts: Facts) -> str | None:
    """Whose document it becomes: of a claim, the person who is paid back."""
    return (facts.owner_name if facts.side is Side.CLAIM else facts.supplier) or None


def same_contact(facts: Facts, lists: Lists) -> Contact | None:
    """The contact with this tax number or exactly this name, but for the legal form.

    One in use is better than an archived one.
    """
    name = party_name(facts)
    number = _bare(facts.tax_number) if facts.side is Side.COST else ""
    usable = list(_usable(facts.side, lists))
    by_number = [each for each in usable if number and _bare(each.tax_number) == number]
    by_name = [each for each in usable if name and name_key(each.name) == name_key(name)]
    found = [each for each in by_number if each.active] or by_name or by_number
    return min(found, key=lambda each: _place(each, facts), default=None)


def closest(facts: Facts, lists: Lists) -> Closest | None:
    """The contact in use that is called nearly the same."""
    name = party_name(facts)
    if name is None:
        return None
    scored = [
        (likeness(name, each.name), each) for each in _usable(facts.side, lists) if each.active
    ]
    score, best = max(scored, key=lambda pair: (pair[0], pair[1].name), default=(0.0, None))
    if best is None or score < NEARLY_THE_SAME:
        return None
    return Closest(contact=best, likeness=score / 100)


def _usable(side: Side, lists: Lists) -> Iterable[Contact]:
    return (each for each in lists.contacts.values() if is_usable(each, side, lists))


def is_usable(contact: Contact, side: Side, lists: Lists) -> bool:
    """Whether the ledger takes it on documents of that side."""
    return lists.key not in KEPT_APART or _is_of(side, contact)


def _is_of(side: Side, contact: Contact) -> bool:
    return contact.is_customer if side is Side.SALE else contact.is_supplier


def _place(contact: Contact, facts: Facts) -> tuple[bool, bool, bool, str]:
    return (
        not contact.active,
        not _is_of(facts.side, contact),
        contact.currency not in (None, facts.currency),
        contact.remote_id,
    )


def _bare(number: str | None) -> str:
    return "".join(c for c in number or "" if c.isalnum()).upper()
