"""How an item is coded: for each field the word of whoever comes first (product §11.6 to §11.8).

From the strongest to the weakest: by hand on the line, by hand on the item, bank match, payment
method, rule of the supplier or customer (of a part of it, then of the whole), rule of the user,
what the document says, the contact's default, the connection's default, the account's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from commands.publishing.choices import Choices
from commands.publishing.coding import OF_LINES, Coded, Coding, Source, Sourced
from commands.publishing.facts import FactLine, Facts, ItemKind, Side
from commands.publishing.lists import Lists
from commands.publishing.readiness.judging import document_day
from commands.publishing.resolution.categories import account_called
from commands.publishing.resolution.contacts import same_contact
from commands.publishing.resolution.due import due_day
from commands.publishing.resolution.fitting import SOURCES, fitting, said_by
from commands.publishing.resolution.layers import Layer, is_stronger, layer, merged
from commands.publishing.resolution.matching import Matched
from commands.publishing.resolution.tax import of_percent
from commands.publishing.sending.ways import YES, chosen, kind_of, usual
from providers.drafts import Destination, PublishAs
from providers.records import BankAccount
from storage.models import PaymentMethod, Rule

_OF_COMPANY = frozenset(
    {Coded.CONTACT, Coded.PAID, Coded.PAYMENT_METHOD}
)  # a claim was paid by hand


def resolve(
    facts: Facts,
    *,
    manual: Mapping[str, Mapping[str, Any]],
    rules: Sequence[Rule],
    methods: Sequence[PaymentMethod],
    choices: Choices,
    lists: Lists | None,
    match: Matched | None = None,
) -> Coding:
    """`manual` is as Item has it; `rules` and `methods` are all those of the client."""
    around = _Around(facts=facts, methods=methods, choices=choices, lists=lists)
    fit = fitting(rules, facts)
    by_hand = _by_hand(manual)
    top = [by_hand, around.of_match(match, by_hand)]
    rest = [around.of_rule(fit.party), around.of_rule(fit.user), around.read()]
    method = around.method(merged([*top, *rest]).get(Coded.PAYMENT_METHOD))
    found = merged([*top, _of_method(method), *rest])
    for weaker in (around.of_contact, around.defaults, around.of_account):
        found = merged([found, weaker(found)])
    _lift(found)
    return Coding(fields=found, lines=tuple(around.line(each, found) for each in facts.lines))


def _by_hand(manual: Mapping[str, Mapping[str, Any]]) -> Layer:
    return {
        Coded(name): Sourced(value=said.get("value") or "", source=Source.MANUAL, by=said.get("by"))
        for name, said in manual.items()
        if name in set(Coded)
    }


def _of_method(method: PaymentMethod | None) -> Layer:
    if method is None:
        return {}
    said = {Coded.PUBLISH_TO: method.publish_to, Coded.BANK_ACCOUNT: method.bank_account}
    return layer(said, Source.METHOD_RULE, by=method.name)


def _lift(found: Layer) -> None:
    """What somebody called paid is not sent as awaiting payment only because that is the default.

    A draft stays one: whoever asked for drafts wants to look first.
    """
    paid, wish = found.get(Coded.PAID), found.get(Coded.PUBLISH_AS)
    if (
        paid is not None
        and wish is not None
        and paid.value == YES
        and is_stronger(paid.source, Source.READ)
        and (wish.value, wish.source) == (PublishAs.OPEN, Source.DEFAULT)
        and Coded.BANK_ACCOUNT in found
    ):
        found[Coded.PUBLISH_AS] = replace(paid, value=PublishAs.PAID)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Around:
    """What speaks about an item besides people, layer by layer."""

    facts: Facts
    methods: Sequence[PaymentMethod]
    choices: Choices
    lists: Lists | None

    def method(self, named: Sourced | None) -> PaymentMethod | None:
        return next((each for each in self.methods if named and each.id == named.value), None)

    def of_match(self, match: Matched | None, by_hand: Layer) -> Layer:
        """How the bank paid it; not at all where a person has said something else about that."""
        if match is None or not self.choices.bank_match or self._contradicts(match, by_hand):
            return {}
        if self.lists is not None and not self.lists.publishing.bank_match:
            return {}
        account = match.line.bank_account
        linked = next((each.id for each in self.methods if each.bank_account == account), None)
        said = {
            Coded.PAID: YES,
            Coded.PAYMENT_METHOD: linked,
            Coded.BANK_ACCOUNT: account,
            Coded.PAID_ON: match.line.day.isoformat(),
            Coded.PUBLISH_AS: PublishAs.PAID,
            Coded.PUBLISH_TO: self._match_target(),
        }
        return layer(said, Source.BANK_MATCH, by=match.line.name or None)

    def _contradicts(self, match: Matched, by_hand: Layer) -> bool:
        paid, account = by_hand.get(Coded.PAID), by_hand.get(Coded.BANK_ACCOUNT)
        named = by_hand.get(Coded.PAYMENT_METHOD)
        if paid is not None and paid.value != YES:
            return True
        if account is not None:
            return account.value != match.line.bank_account
        method = self.method(named)
        return named is not None and (
            method is None or method.bank_account != match.line.bank_account
        )

    def _match_target(self) -> Destination | None:
        wished = self.choices.bank_match_to
        if self.lists is None:
            return wished
        way = self.lists.publishing.way(kind_of(self.facts), wished)
        return wished if way is not None and way.why_not is None else None

    def of_rule(self, rule: Rule | None) -> Layer:
        if rule is None:
            return {}
        said: dict[Coded, str | None] = {
            name: value for name, value in said_by(rule).items() if self._concerns(name)
        }
        if (term := said.get(Coded.DUE_DAY)) is not None:
            day = document_day(self.facts, self.lists)
            due = due_day(term, day) if day else None
            said[Coded.DUE_DAY] = due.isoformat() if due else None
        return layer(said, SOURCES[rule.kind], by=rule.title)

    def _concerns(self, name: Coded) -> bool:
        return self.facts.side is not Side.CLAIM or name not in _OF_COMPANY

    def read(self) -> Layer:
        """What the document says: who, when, what, and that it is paid, by which card."""
        facts = self.facts
        contact = same_contact(facts, self.lists) if self.lists is not None else None
        account = account_called(facts.category, self.lists)
        said = {
            Coded.CONTACT: contact.remote_id if contact else None,
            Coded.ACCOUNT: account.remote_id if account else None,
            Coded.DUE_DAY: facts.due_day.isoformat() if facts.due_day else None,
            Coded.CURRENCY: facts.currency,
            Coded.DESCRIPTION: facts.description,
        }
        if facts.side is not Side.CLAIM:
            card = (each.id for each in self.methods if facts.last4 and each.last4 == facts.last4)
            said[Coded.PAYMENT_METHOD] = next(card, None)
            said[Coded.PAID] = YES if facts.kind is ItemKind.RECEIPT or facts.last4 else None
        return layer(said, Source.READ)

    def of_contact(self, found: Layer) -> Layer:
        named = found.get(Coded.CONTACT)
        if not self.choices.contact_defaults or self.lists is None or named is None:
            return {}
        contact = self.lists.contacts.get(named.value)
        if contact is None:
            return {}
        return layer({Coded.CURRENCY: contact.currency}, Source.CONTACT, by=contact.name)

    def defaults(self, found: Layer) -> Layer:
        """What the client's settings say, and the ledger's usual where they say nothing."""
        side, choices = self.facts.side, self.choices
        wished, publish_as = chosen(side, choices)
        said: dict[Coded, str | None] = {
            Coded.TAX_RATE: choices.sales_tax if side is Side.SALE else choices.cost_tax,
            Coded.PUBLISH_TO: wished,
            Coded.PUBLISH_AS: publish_as,
        }
        if self.lists is not None:
            said[Coded.CURRENCY] = self.lists.base_currency
            way = usual(
                self.lists.publishing, kind_of(self.facts), wished, paid_from=self._payer(found)
            )
            said[Coded.PUBLISH_TO] = way.destination if way else wished
        return layer(said, Source.DEFAULT)

    def _payer(self, found: Layer) -> BankAccount | None:
        """The account it was paid from, where it was."""
        paid, named = found.get(Coded.PAID), found.get(Coded.BANK_ACCOUNT)
        if self.lists is None or paid is None or paid.value != YES or named is None:
            return None
        return self.lists.banks.get(named.value)

    def of_account(self, found: Layer) -> Layer:
        """The tax an account usually has."""
        named = found.get(Coded.ACCOUNT)
        account = self.lists.accounts.get(named.value) if self.lists and named else None
        if account is None:
            return {}
        return layer({Coded.TAX_RATE: account.tax_rate}, Source.ACCOUNT, by=account.name)

    def line(self, line: FactLine, found: Layer) -> Layer:
        """Where the line differs from the item. It describes itself better than the item can."""
        own = layer(
            {
                Coded(name): value
                for name, value in line.manual.items()
                if name in set(Coded) and Coded(name) in OF_LINES
            },
            Source.MANUAL_LINE,
        )
        own = merged([own, self._divided(line, found)])
        said = layer({Coded.DESCRIPTION: line.description}, Source.READ) | self._named(line, found)
        own = merged([own, said])
        return merged([own, self._line_tax(line, own, found)])

    def _named(self, line: FactLine, found: Layer) -> Layer:
        """The account that the document names for this line, over a mere default."""
        account = account_called(line.category, self.lists)
        whole = found.get(Coded.ACCOUNT)
        if account is None or (whole is not None and is_stronger(whole.source, Source.READ)):
            return {}
        return layer({Coded.ACCOUNT: account.remote_id}, Source.READ)

    def _divided(self, line: FactLine, found: Layer) -> Layer:
        """What the rule says of this part, which is more than what it says of the whole."""
        is_sale = self.facts.side is Side.SALE
        source = Source.CUSTOMER_RULE if is_sale else Source.SUPPLIER_RULE
        said = layer(
            {Coded(name): value for name, value in line.coded.items() if name in set(Coded)},
            source,
            by=self.facts.supplier,
        )
        return {
            name: value
            for name, value in said.items()
            if name not in found or not is_stronger(found[name].source, source)
        }

    def _line_tax(self, line: FactLine, own: Layer, found: Layer) -> Layer:
        """By the percentage the line states, else by its own account: only over a mere default."""
        of_item = found.get(Coded.TAX_RATE)
        if self.lists is None or (of_item and is_stronger(of_item.source, Source.READ)):
            return {}
        usual_rate = self.lists.tax_rates.get(of_item.value) if of_item else None
        if line.tax_percent is not None and (
            usual_rate is None or usual_rate.rate != line.tax_percent
        ):
            rate = of_percent(self.lists, line.tax_percent, self.facts.side)
            if rate is not None:
                return layer({Coded.TAX_RATE: rate.remote_id}, Source.READ)
        is_default = of_item is not None and of_item.source is not Source.ACCOUNT
        return {} if is_default else self.of_account(own)
