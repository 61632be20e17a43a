"""Rules that say what does not hold any more, and how many items wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.publishing.bookkeeping import Bookkeeping
from commands.publishing.facts import Side
from commands.publishing.rules.mentions import Fault, mentions
from storage.models import Rule, RuleKind
from storage.queries import publishing
from storage.queries.publishing import Held


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """`items` are open ones of its subject."""

    rule: Rule
    faults: tuple[Fault, ...]
    items: int


async def broken_rules(
    session: AsyncSession, context: Context, books: Bookkeeping, rules: Sequence[Rule] | None = None
) -> Sequence[Broken]:
    """Of these rules, or of all the client has; those that most items wait for first."""
    if rules is None:
        rules = await publishing.rules(session, context.workspace_id, books.client.id)
    named = await mentions(session, context, books, rules)
    faulty = [(rule, faults) for rule in rules if (faults := named.faults(rule))]
    if not faulty:
        return ()
    held = await publishing.held(session, context.workspace_id, books.client.id)
    found = [Broken(rule=rule, faults=faults, items=waiting(rule, held)) for rule, faults in faulty]
    return sorted(found, key=lambda each: (-each.items, each.rule.title))


def waiting(rule: Rule, held: Sequence[Held]) -> int:
    """How many open items are of its subject, whatever its conditions."""
    return sum(each.number for each in held if _is_of(rule, each))


def _is_of(rule: Rule, held: Held) -> bool:
    if rule.kind is RuleKind.USER:
        return held.owner == rule.subject
    is_sale = held.side == Side.SALE
    return held.supplier_key == rule.subject and is_sale == (rule.kind is RuleKind.CUSTOMER)
