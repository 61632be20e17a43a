"""Whether an item publishes by itself, and if not, every reason why (product §11.7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from commands.health.words import money
from commands.publishing.choices import Choices
from commands.publishing.coding import Coded, Coding
from commands.publishing.facts import Facts
from commands.publishing.lists import Lists
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.resolution.contacts import party_name
from storage.models import PaymentMethod, Rule

MUCH = Decimal("0.5")  # of the usual amount: further away is looked at by somebody
ASKING = frozenset({"NOTE_BANK_MATCH"})  # notices that put a question


class Level(StrEnum):
    """Who says that it publishes by itself, from the strongest to the weakest."""

    METHOD = "payment method"
    PARTY = "rule"
    ACCOUNT = "all items"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What was told to publish by itself, and since when. `by` is the name of method or rule."""

    level: Level
    since: datetime
    by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What is known of a supplier: the `median` of its totals in the currency of the item, None
    where there are too few, and whether the item names a bank account that is new of it."""

    median: Decimal | None = None
    has_new_bank: bool = False


def orders(
    *, party: Rule | None, method: PaymentMethod | None, all_since: datetime | None
) -> tuple[Order, ...]:
    """All there are for an item, the strongest first. `all_since` is when the client's setting to
    publish everything by itself was switched on."""
    found = []
    if method is not None and method.auto_since is not None:
        found.append(Order(level=Level.METHOD, since=method.auto_since, by=method.name))
    if party is not None and party.auto_since is not None:
        found.append(Order(level=Level.PARTY, since=party.auto_since, by=party.title))
    if all_since is not None:
        found.append(Order(level=Level.ACCOUNT, since=all_since))
    return tuple(found)


def order_for(facts: Facts, given: Sequence[Order]) -> Order | None:
    """The strongest that was there when the item came."""
    return next((each for each in given if not _is_later(each, facts)), None)


def why_not(
    facts: Facts,
    coding: Coding,
    choices: Choices,
    lists: Lists | None,
    *,
    given: Sequence[Order],
    obstacles: Sequence[Obstacle],
    notices: Sequence[Obstacle] = (),
    habits: Habits | None = None,
    is_for_people: bool = False,
) -> tuple[Obstacle, ...]:
    """Nothing where it goes by itself; their words are in the catalogue.

    `given` is what `orders` made, `obstacles` and `notices` how the item was judged: that it is
    not ready, looks like another, is dated in a locked period, needs approval. `is_for_people`
    says that it was approved in a workflow that leaves the rest to people.
    """
    if order_for(facts, given) is None:
        code = "AUTO_EARLIER" if given else "AUTO_NOT_ASKED"
        return (Obstacle(code=code),)
    found = [*obstacles, *(each for each in notices if each.code in ASKING)]
    found.extend(_own(facts, coding, choices, lists, habits or Habits()))
    if is_for_people:
        found.append(Obstacle(code="AUTO_APPROVED"))
    return tuple(found)


def _is_later(order: Order, facts: Facts) -> bool:
    return facts.submitted_at is None or facts.submitted_at < order.since


def _own(
    facts: Facts, coding: Coding, choices: Choices, lists: Lists | None, habits: Habits
) -> Iterator[Obstacle]:
    """What is no obstacle to a person, who would have looked."""
    if facts.kind in choices.auto_except:
        yield Obstacle(code="AUTO_EXCEPTED", facts={"kind": facts.kind.value})
    if coding.get(Coded.CONTACT) is None:
        yield Obstacle(code="AUTO_NEW_CONTACT", facts={"name": party_name(facts) or ""})
    if choices.auto_ceiling is not None and _is_above(facts, choices.auto_ceiling, lists):
        yield Obstacle(
            code="AUTO_CEILING",
            facts={**_total(facts), "ceiling": _ceiling(choices.auto_ceiling, lists)},
        )
    if habits.median is not None and _is_unusual(facts, habits.median):
        usual = money(habits.median, facts.currency)
        yield Obstacle(code="AUTO_UNUSUAL", facts={**_total(facts), "usual": usual})
    if habits.has_new_bank:
        yield Obstacle(code="AUTO_BANK_DETAILS", facts={"name": facts.supplier or ""})


def _total(facts: Facts) -> dict[str, str]:
    total = money(facts.total, facts.currency) if facts.total is not None else ""
    return {"total": total, "currency": facts.currency or ""}


def _ceiling(ceiling: Decimal, lists: Lists | None) -> str:
    return money(ceiling, lists.base_currency if lists else None)


def _is_above(facts: Facts, ceiling: Decimal, lists: Lists | None) -> bool:
    """In the base currency; what nobody can convert is above."""
    if facts.total is None:
        return False
    if facts.currency in (None, lists.base_currency if lists else None):
        return facts.total > ceiling
    return facts.rate is None or facts.total * facts.rate > ceiling


def _is_unusual(facts: Facts, median: Decimal) -> bool:
    return facts.total is not None and bool(median) and abs(facts.total - median) > MUCH * median
