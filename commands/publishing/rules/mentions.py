"""What rules mention, by name: list entries, payment methods, destinations; and what is gone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.publishing.bookkeeping import Bookkeeping
from commands.publishing.coding import Coded
from commands.publishing.lists import Lists
from commands.publishing.resolution.fitting import said_by
from commands.publishing.resolution.splitting import Share, split_of
from commands.publishing.wording import AS_WORDS, publish_as
from providers.records import ListKind
from storage.models import ListEntry, PaymentMethod, Rule, RuleKind
from storage.queries import lists, publishing

LISTED: Mapping[Coded, ListKind] = {
    Coded.CONTACT: ListKind.CONTACTS,
    Coded.ACCOUNT: ListKind.ACCOUNTS,
    Coded.TAX_RATE: ListKind.TAX_RATES,
    Coded.PRODUCT: ListKind.PRODUCTS,
    Coded.TRACKING_1: ListKind.TRACKING,
    Coded.TRACKING_2: ListKind.TRACKING,
    Coded.CUSTOMER: ListKind.CONTACTS,
    Coded.BANK_ACCOUNT: ListKind.BANK_ACCOUNTS,
}
CODED_BY_NUMBER = frozenset({Coded.ACCOUNT, Coded.PRODUCT})
NOUNS = {
    Coded.CONTACT: "contact",
    Coded.ACCOUNT: "category",
    Coded.TAX_RATE: "tax rate",
    Coded.PRODUCT: "product",
    Coded.TRACKING_1: "tracking",
    Coded.TRACKING_2: "tracking",
    Coded.CUSTOMER: "customer",
    Coded.BANK_ACCOUNT: "bank account",
    Coded.PAYMENT_METHOD: "payment method",
    Coded.PUBLISH_TO: "destination",
}
PHRASES = {  # {} is the name, or what was written
    Coded.CONTACT: "contact {}",
    Coded.ACCOUNT: "category {}",
    Coded.TAX_RATE: "tax {}",
    Coded.PRODUCT: "product {}",
    Coded.TRACKING_1: "{}",
    Coded.TRACKING_2: "{}",
    Coded.CUSTOMER: "charged on to {}",
    Coded.DESCRIPTION: "described as “{}”",
    Coded.PAYMENT_METHOD: "paid by {}",
    Coded.DUE_DAY: "due: {}",
    Coded.CURRENCY: "in {}",
    Coded.PUBLISH_TO: "to {}",
    Coded.PUBLISH_AS: "as {}",
}
SAID = {  # of what is yes or no
    (Coded.BILLABLE, "yes"): "billable",
    (Coded.BILLABLE, "no"): "not billable",
    (Coded.PAID, "yes"): "paid",
    (Coded.PAID, "no"): "not paid",
}


class Trouble(StrEnum):
    """What is wrong with what a rule says."""

    ARCHIVED = "archived"
    GONE = "gone"
    REMOVED = "removed"  # by somebody here
    CLOSED = "closed"  # the destination cannot be used


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing a rule says that does not hold any more."""

    coded: Coded
    name: str
    trouble: Trouble
    is_of_split: bool = False

    @property
    def noun(self) -> str:
        return NOUNS[self.coded]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentions:
    """Everything some rules mention. Without `lists` nobody knows what can be used."""

    entries: Mapping[tuple[ListKind, str], ListEntry] = field(default_factory=dict)
    methods: Mapping[str, PaymentMethod] = field(default_factory=dict)
    lists: Lists | None = None

    def entry(self, coded: Coded, value: str) -> ListEntry | None:
        return self.entries.get((LISTED[coded], value))

    def name(self, coded: Coded, value: str) -> str:
        """As people call it; what is not known any more by its id."""
        if coded in LISTED:
            return self._entry_name(coded, value)
        if coded is Coded.PAYMENT_METHOD:
            method = self.methods.get(value)
            return method.name if method else "one that was removed"
        if coded is Coded.PUBLISH_TO and self.lists:
            names = {way.destination: way.name for way in self.lists.publishing.ways}
            return next((name for to, name in names.items() if to == value), value)
        status = publish_as(value) if coded is Coded.PUBLISH_AS else None
        return AS_WORDS[status] if status else value

    def _entry_name(self, coded: Coded, value: str) -> str:
        entry = self.entry(coded, value)
        if entry is None:
            return "one that is not there"
        number = entry.code if coded in CODED_BY_NUMBER else None
        category = entry.details.get("category_name") if "tracking" in coded else None
        return (
            f"{number} {entry.name}" if number else ": ".join(filter(None, (category, entry.name)))
        )

    def phrase(self, coded: Coded, value: str) -> str:
        """What a rule does with it."""
        if coded in PHRASES:
            return PHRASES[coded].format(self.name(coded, value))
        return SAID.get((coded, value), f"{coded}: {value}")

    def phrases(self, rule: Rule, among: Collection[Coded] = tuple(Coded)) -> list[str]:
        """What a rule does, in the order in which fields are named."""
        said = said_by(rule)
        return [
            self.phrase(coded, said[coded]) for coded in Coded if coded in said and coded in among
        ]

    def shares(self, rule: Rule) -> list[str]:
        """How a rule divides, a share after the other."""
        return [self._share(each) for each in split_of(rule)]

    def _share(self, share: Share) -> str:
        size = "the rest"
        if share.percent is not None:
            size = f"{share.percent.normalize():f} %"
        elif share.amount is not None:
            size = f"{share.amount:,.2f}"
        return " ".join([size, *(self.name(coded, value) for coded, value in share.coded.items())])

    def faults(self, rule: Rule) -> tuple[Fault, ...]:
        """What it says that does not hold any more."""
        of_split = [pair for share in split_of(rule) for pair in share.coded.items()]
        found = [
            *((coded, value, False) for coded, value in said_by(rule).items()),
            *((coded, value, True) for coded, value in dict.fromkeys(of_split)),
        ]
        return tuple(
            Fault(
                coded=coded, name=self.name(coded, value), trouble=trouble, is_of_split=is_of_split
            )
            for coded, value, is_of_split in found
            if (trouble := self._trouble(coded, value, rule.kind)) is not None
        )

    def _trouble(self, coded: Coded, value: str, kind: RuleKind) -> Trouble | None:
        if coded is Coded.PAYMENT_METHOD:
            return None if value in self.methods else Trouble.REMOVED
        if self.lists is None:
            return None
        if coded is Coded.PUBLISH_TO:
            is_open = any(
                w.destination == value and not w.why_not for w in self.lists.publishing.ways
            )
            return None if is_open else Trouble.CLOSED
        if coded not in LISTED:
            return None
        entry = self.entry(coded, value)
        if entry is None or entry.removed_at is not None:
            return Trouble.GONE
        return None if entry.active else Trouble.ARCHIVED


async def mentions(
    session: AsyncSession, context: Context, books: Bookkeeping, rules: Iterable[Rule]
) -> Mentions:
    """Of these rules, read at once."""
    wanted: dict[ListKind, set[str]] = {}
    for rule in rules:
        of_split = [pair for share in split_of(rule) for pair in share.coded.items()]
        for coded, value in (*said_by(rule).items(), *of_split):
            if coded in LISTED:
                wanted.setdefault(LISTED[coded], set()).add(value)
    entries: dict[tuple[ListKind, str], ListEntry] = {}
    for kind, ids in wanted.items():
        found = await lists.some(
            session, context.workspace_id, books.connection.id, kind, sorted(ids)
        )
        entries |= {(kind, entry.remote_id): entry for entry in found}
    methods = await publishing.methods(session, context.workspace_id, books.client.id)
    return Mentions(entries=entries, methods={m.id: m for m in methods}, lists=books.lists)
