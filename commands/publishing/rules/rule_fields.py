"""What a rule may say: as fields of a form, and what was filled in as coding."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commands.errors import Invalid
from commands.publishing.coding import Coded
from commands.publishing.facts import ItemKind
from commands.publishing.resolution.due import due_day
from commands.publishing.resolution.fitting import FIELDS
from commands.publishing.rules.mentions import Mentions
from commands.publishing.settings.choosing import amount_of
from commands.publishing.settings.offering import KINDS, NOTHING, chosen, searched
from commands.publishing.wording import AS_WORDS
from commands.replies import ChoiceField, Field, Option, SearchField, TextField
from providers.books import DocumentKind
from storage.models import Client, RuleKind

UNSAID = Option(value=NOTHING, label="Not said")
_SOME_DAY = date(2026, 1, 31)
_CURRENCY = re.compile("[A-Z]{3}")
_TRACKED = (Coded.TRACKING_1, Coded.TRACKING_2)
_SEARCHED = {  # (label, option source)
    Coded.CONTACT: ("Contact in the ledger", "contacts"),
    Coded.ACCOUNT: ("Category", "accounts"),
    Coded.PRODUCT: ("Product or service", "products"),
    Coded.CUSTOMER: ("Charged on to", "customers"),
    Coded.PAYMENT_METHOD: ("Payment method", "payment_methods"),
}
_TYPED = {  # (label, hint, longest)
    Coded.DESCRIPTION: ("Description", None, 255),
    Coded.DUE_DAY: ("Due", "30 days, day 20 (of the month after) or end of month.", 20),
    Coded.CURRENCY: ("Currency", "Where the document does not say, such as EUR.", 3),
}
_YES_NO = {
    Coded.BILLABLE: ("Billable", "Yes, it is charged on", "No"),
    Coded.PAID: ("Paid", "Paid", "Not paid"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A form about one rule: whose items, what is there to name, and what is filled in already.

    `categories` are those of tracking, {id: name}, as many as the ledger has on a line.
    """

    client: Client
    kind: RuleKind
    named: Mentions
    coding: Mapping[Coded, str]
    categories: Mapping[str, str]
    has_products: bool

    def fields(self, among: Sequence[Coded]) -> list[Field]:
        """Those a rule of this kind may say, and the ledger knows."""
        may_say = [coded for coded in among if coded in FIELDS[self.kind]]
        return [field for coded in may_say if (field := self._field(coded)) is not None]

    def _field(self, coded: Coded) -> Field | None:
        if coded in _TRACKED:
            return self._tracking(coded)
        if coded is Coded.PRODUCT and not self.has_products:
            return None
        if coded in _SEARCHED:
            label, source = _SEARCHED[coded]
            return self._search(coded, label, searched(source, self.client))
        if coded in _TYPED:
            label, hint, longest = _TYPED[coded]
            now = self.coding.get(coded, "")
            return TextField(
                name=coded.value, label=label, initial=now, hint=hint, optional=True,
                max_length=longest,
            )  # fmt: skip
        if coded in _YES_NO:
            label, yes, no = _YES_NO[coded]
            return self._choice(coded, label, {"yes": yes, "no": no})
        return self._of_ledger(coded)

    def _of_ledger(self, coded: Coded) -> Field | None:
        if coded is Coded.TAX_RATE:
            on = "sales" if self.kind is RuleKind.CUSTOMER else "costs"
            return self._search(coded, "Tax rate", searched("tax_rates", self.client, on=on))
        lists = self.named.lists
        ways = lists.publishing.open_ways(self._document) if lists else ()
        if coded is Coded.PUBLISH_TO:
            places = {way.destination.value: way.name for way in ways}
            return self._choice(coded, "Publish to", places) if places else None
        known = {each for way in ways for each in way.publish_as}
        steps = {e.value: words.capitalize() for e, words in AS_WORDS.items() if e in known}
        return self._choice(coded, "Publish as", steps) if steps else None

    @property
    def _document(self) -> DocumentKind:
        is_sale = self.kind is RuleKind.CUSTOMER
        return DocumentKind.INVOICE if is_sale else DocumentKind.BILL

    def _tracking(self, coded: Coded) -> Field | None:
        place = _TRACKED.index(coded)
        category = next(iter(list(self.categories)[place:]), None)
        if category is None:
            return None
        source = searched("tracking", self.client, category=category)
        return self._search(coded, self.categories[category], source)

    def _search(self, coded: Coded, label: str, source: str) -> SearchField:
        now = self.coding.get(coded)
        initial = Option(value=now, label=self.named.name(coded, now)) if now else None
        return SearchField(
            name=coded.value, label=label, source=source, initial=initial, optional=True
        )

    def _choice(self, coded: Coded, label: str, choices: Mapping[str, str]) -> ChoiceField:
        options = (UNSAID, *(Option(value=key, label=name) for key, name in choices.items()))
        now = self.coding.get(coded, NOTHING)
        return ChoiceField(
            name=coded.value,
            label=label,
            options=options,
            initial=now if now in choices else NOTHING,
            compact=True,
        )


def said(given: Mapping[Coded, str]) -> dict[str, str]:
    """What was filled in, as a rule keeps it. Raises Invalid."""
    found = {coded: chosen(text) for coded, text in given.items()}
    wrong: dict[str, str] = {}
    for coded, check in _CHECKS.items():
        value = found.get(coded)
        if value is not None:
            found[coded], problem = check(value)
            if problem:
                wrong[coded.value] = problem
    if wrong:
        raise Invalid(wrong)
    return {coded.value: value for coded, value in found.items() if value is not None}


def _due(text: str) -> tuple[str, str | None]:
    term = " ".join(text.casefold().split())
    term = f"{term} days" if term.isdecimal() else term
    if due_day(term, _SOME_DAY) is None:
        return term, f"“{text}” is not 30 days, day 20 or end of month."
    return term, None


def _currency(text: str) -> tuple[str, str | None]:
    code = text.upper()
    is_code = _CURRENCY.fullmatch(code)
    return code, None if is_code else f"“{text}” is not a currency such as EUR."


_CHECKS: Mapping[Coded, Callable[[str], tuple[str, str | None]]] = {
    Coded.DUE_DAY: _due,
    Coded.CURRENCY: _currency,
}


def condition_fields(asked: Mapping[str, str]) -> tuple[Field, ...]:
    """What narrows a rule."""
    kinds = (Option(value=NOTHING, label="Any"), *(KINDS[kind] for kind in ItemKind))
    return (
        _optional("least", "Only from this total on", asked, 20),
        _optional("most", "Only up to this total", asked, 20),
        _optional("keyword", "Only with this in its text", asked, 100),
        ChoiceField(
            name="sort",
            label="Only these",
            options=kinds,
            initial=asked.get("kind") or NOTHING,
            compact=True,
        ),
    )


def _optional(name: str, label: str, asked: Mapping[str, str], longest: int) -> TextField:
    return TextField(
        name=name,
        label=label,
        initial=asked.get(name) or "",
        hint="In the currency of the document." if name == "least" else None,
        optional=True,
        max_length=longest,
    )


def conditions(*, least: str, most: str, keyword: str, sort: str) -> dict[str, str]:
    """As a rule keeps them. Raises Invalid."""
    low, high = amount_of("least", least), amount_of("most", most)
    if low is not None and high is not None and high < low:
        raise Invalid({"most": "The largest amount is below the smallest."})
    found = {
        "least": None if low is None else f"{low:f}",
        "most": None if high is None else f"{high:f}",
        "keyword": keyword.strip(),
        "kind": sort if sort in set(ItemKind) else None,
    }
    return {name: value for name, value in found.items() if value}
