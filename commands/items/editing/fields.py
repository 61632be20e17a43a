"""The fields of an item's form: what each begins with, and what it lets people choose from."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date

from commands.items.showing.naming import KINDS, label, shown, source
from commands.items.showing.seen import Seen
from commands.publishing.coding import OF_LINES, Coded
from commands.publishing.facts import Side
from commands.publishing.lists import Lists
from commands.publishing.sending.ways import NO, YES, kind_of
from commands.publishing.settings.offering import searched
from commands.publishing.wording import statuses
from commands.replies import (
    ChoiceField,
    DateField,
    Field,
    Option,
    PersonField,
    SearchField,
    TextField,
)

OWNER, RATE = "owner", "rate"
WHOLE = (
    "kind", "supplier", Coded.ACCOUNT, Coded.TAX_RATE, "total", "tax", "day", "number",
    Coded.DUE_DAY, Coded.CURRENCY, RATE, Coded.CONTACT, Coded.PRODUCT, Coded.TRACKING_1,
    Coded.TRACKING_2, Coded.CUSTOMER, Coded.BILLABLE, Coded.DESCRIPTION, "note", OWNER,
)  # fmt: skip
PAYMENT = (
    Coded.PAID, Coded.PAYMENT_METHOD, Coded.BANK_ACCOUNT, Coded.PAID_ON, Coded.PUBLISH_TO,
    Coded.PUBLISH_AS,
)  # fmt: skip
EVERY = (*WHOLE, *PAYMENT)
OF_LINE = tuple(name for name in Coded if name in OF_LINES and name is not Coded.DESCRIPTION)
UNLISTED = frozenset(
    {
        "kind", "supplier", "day", "number", "total", "tax", Coded.CURRENCY, RATE,
        Coded.DESCRIPTION, "note", OWNER, Coded.DUE_DAY, Coded.PAID, Coded.PAID_ON,
    }
)  # fmt: skip
NEEDED = frozenset({"kind", "supplier", Coded.ACCOUNT, "total", "day", Coded.CURRENCY})
MISSING = "Needed before it can be published."
LONGEST = 255
_YES_NO = (Option(value=YES, label="Yes"), Option(value=NO, label="No"))
_DAYS = frozenset({"day", Coded.DUE_DAY, Coded.PAID_ON})
_ON_COSTS = frozenset({Coded.CUSTOMER, Coded.BILLABLE})
_SOURCES = {
    Coded.CONTACT: "contacts",
    Coded.ACCOUNT: "accounts",
    Coded.PRODUCT: "products",
    Coded.CUSTOMER: "customers",
    Coded.BANK_ACCOUNT: "banks",
    Coded.PAYMENT_METHOD: "payment_methods",
}


def names(own: Seen, part: str = "") -> Sequence[str]:
    """The fields of the form: all, those of `payment`, or just the one that is to be corrected."""
    if part == "payment":
        wanted: Sequence[str] = PAYMENT
    elif part in EVERY:
        wanted = (part,)
    else:
        wanted = WHOLE
    return [name for name in wanted if is_there(name, own)]


def is_there(name: str, own: Seen) -> bool:
    """Whether the client's ledger has anything to choose for it."""
    lists = own.judged.lists
    if name == RATE:
        return base_of(own) not in {None, own.judged.coding.get(Coded.CURRENCY)}
    if name in UNLISTED:
        return True
    if lists is None:
        return False
    if name in _ON_COSTS:
        return lists.publishing.rebills and own.judged.facts.side is not Side.SALE
    if name in {Coded.TRACKING_1, Coded.TRACKING_2}:
        return category(lists, name) is not None
    return True


def base_of(own: Seen) -> str | None:
    """The currency of the client's books."""
    return own.judged.lists.base_currency if own.judged.lists else None


def category(lists: Lists, name: str) -> str | None:
    """The id of the tracking category that a field chooses in."""
    found = {option.category_name: option.category_id for option in lists.tracking.values()}
    place = 0 if name == Coded.TRACKING_1 else 1
    ordered = [found[each] for each in sorted(found)][: lists.publishing.tracking]
    return ordered[place] if place < len(ordered) else None


def held(own: Seen, wanted: Sequence[str], line: int | None = None) -> Mapping[str, str]:
    """{field: what holds now}, empty where nothing does."""
    return {name: _held(own, name, line) for name in wanted}


def _held(own: Seen, name: str, line: int | None) -> str:
    if name in set(Coded):
        coded = own.judged.coding.get(Coded(name), line)
        if coded is not None:
            return coded
    found = getattr(own.judged.facts, name, None) if line is None else None
    return "" if found is None else str(found)


def fields(own: Seen, values: Mapping[str, str], line: int | None = None) -> tuple[Field, ...]:
    """What an item cannot go without may not be emptied, nor left out where it is asked alone."""
    asked = {name for name, text in values.items() if name in NEEDED and (text or len(values) == 1)}
    return tuple(
        _field(own, name, text, line, optional=line is not None or name not in asked)
        for name, text in values.items()
    )


def _field(own: Seen, name: str, text: str, line: int | None, *, optional: bool) -> Field:
    called = label(name, own.names)
    is_missing = line is None and name in NEEDED and not text
    hint = MISSING if is_missing and optional else _hint(own, name, line)
    if name == OWNER:
        return PersonField(name=name, label=called, initial=text)
    if name in _DAYS:
        return DateField(name=name, label=called, initial=_day(text), hint=hint, optional=optional)
    if options := _options(own, name):
        is_known = any(option.value == text for option in options)
        return ChoiceField(
            name=name, label=called, options=options, initial=text if is_known else None,
            hint=hint, optional=optional, compact=True,
        )  # fmt: skip
    if found := _source(own, name):
        chosen = Option(value=text, label=shown(name, text, own.names)) if text else None
        return SearchField(
            name=name, label=called, source=found, initial=chosen, hint=hint, optional=optional
        )
    return TextField(
        name=name, label=called, initial=text, hint=hint, optional=optional,
        multiline=name == "note", max_length=3 if name == Coded.CURRENCY else LONGEST,
    )  # fmt: skip


def _hint(own: Seen, name: str, line: int | None) -> str | None:
    """Where the value is from, so that nobody changes by hand what a rule should say."""
    if name == RATE:
        return f"{base_of(own)} for one {own.judged.coding.get(Coded.CURRENCY)}"
    found = own.judged.coding.of(Coded(name), line) if name in set(Coded) else None
    words = source(found, own.names) if found else ""
    return f"{words[:1].upper()}{words[1:]}" or None


def _options(own: Seen, name: str) -> tuple[Option, ...]:
    lists = own.judged.lists
    if name == "kind":
        return tuple(Option(value=kind.value, label=words) for kind, words in KINDS.items())
    if name in {Coded.PAID, Coded.BILLABLE}:
        return _YES_NO
    if lists is None:
        return ()
    kind = kind_of(own.judged.facts)
    if name == Coded.PUBLISH_TO:
        return tuple(
            Option(value=way.destination.value, label=way.name, description=f"makes {way.makes}")
            for way in lists.publishing.open_ways(kind)
        )
    return statuses(lists, kind) if name == Coded.PUBLISH_AS else ()


def _source(own: Seen, name: str) -> str | None:
    """The option source, of this client's ledger alone."""
    lists = own.judged.lists
    if name == Coded.TAX_RATE:
        on = "sales" if own.judged.facts.side is Side.SALE else "costs"
        return searched("tax_rates", own.client, on=on)
    if name in {Coded.TRACKING_1, Coded.TRACKING_2} and lists is not None:
        chosen = category(lists, name)
        return searched("tracking", own.client, category=chosen) if chosen else None
    of = _SOURCES.get(Coded(name)) if name in set(Coded) else None
    return searched(of, own.client) if of else None


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
