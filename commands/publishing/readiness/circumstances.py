"""Everything that speaks about an item: rules, payment methods, lists, its bank line, its twin."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.names import name_key
from commands.context import Tools
from commands.publishing.coding import Coded
from commands.publishing.facts import Facts, Side
from commands.publishing.lists import Lists
from commands.publishing.readiness.surroundings import lists_of
from commands.publishing.resolution.matching import Ambiguous, BankLine, Matched
from commands.publishing.resolution.matching import match as match_of
from storage.models import Connection, Item, Rule, RuleKind
from storage.queries import bank_lines, organisations, people, publications, publishing

AROUND = timedelta(days=45)  # more than any window of a match reaches back


async def rules_for(session: AsyncSession, item: Item, facts: Facts) -> tuple[Rule, ...]:
    """Those about whom it is from, or for, and about who handed it in."""
    own = item.workspace_id, item.client_id
    kind = RuleKind.CUSTOMER if facts.side is Side.SALE else RuleKind.SUPPLIER
    found = list(
        await publishing.rules(session, *own, kind=RuleKind.USER, subject=item.owner, past=True)
    )
    if facts.supplier:
        key = name_key(facts.supplier)
        found += await publishing.rules(session, *own, kind=kind, subject=key, past=True)
    return tuple(found)


async def twin_of(session: AsyncSession, item: Item) -> str | None:
    """What the item it looks like is called; None where people said that it is another one."""
    if item.twin_id is None or item.twin_id in item.twins_accepted:
        return None
    found = await publications.items_of(session, item.workspace_id, [item.twin_id])
    return (
        " ".join(filter(None, (found[0].supplier or found[0].title, found[0].number)))
        if found
        else None
    )


async def match_for(
    session: AsyncSession,
    tools: Tools,
    item: Item,
    connection: Connection,
    *,
    facts: Facts,
) -> Matched | Ambiguous | None:
    """What paid for it at the bank, out of the copy of the books."""
    if facts.day is None:
        return None
    whose = item.workspace_id, connection.organisation_id
    found = await bank_lines.paid_out(session, *whose, since=facts.day - AROUND)
    lines = [
        BankLine(
            id=each.remote_id,
            bank_account=each.bank_account,
            day=each.date,
            amount=-each.amount,
            currency=each.currency,
            name=each.name or "",
        )
        for each in found
    ]
    taken = await bank_lines.taken(session, *whose[:1], item.client_id, besides=item.id)
    organisation = await organisations.find(session, *whose)
    base = organisation.base_currency if organisation else None
    today = tools.now().date()
    return match_of(facts, lines, today=today, taken=taken, base_currency=base)


async def lists_for(
    session: AsyncSession,
    tools: Tools,
    item: Item,
    connection: Connection,
    *,
    facts: Facts,
    rules: Sequence[Rule],
) -> Lists | None:
    coded = [rule.coding for rule in rules]
    by_hand = {name: told.get("value") for name, told in item.manual.items()}
    lines = [line.manual for line in facts.lines]
    every = [*coded, by_hand, *lines]
    return await lists_of(
        session,
        tools,
        connection,
        contacts=_named(every, Coded.CONTACT, Coded.CUSTOMER),
        named=facts.owner_name if facts.side is Side.CLAIM else facts.supplier,
        products=_named(every, Coded.PRODUCT),
    )


def _named(every: Sequence[Any], *names: Coded) -> frozenset[str]:
    return frozenset(str(each[name]) for each in every for name in names if each.get(name))


async def owner_of(session: AsyncSession, item: Item) -> str:
    """The name of who handed it in: a claim is paid back to them."""
    person = await people.find(session, item.workspace_id, item.owner)
    return person.name if person else ""
