"""Rules out of what people do: from one item, and after several coded alike by hand."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import authorise_for
from commands.clients.names import name_key
from commands.context import Context
from commands.errors import NotFound
from commands.permissions import Permission, may
from commands.publishing.bookkeeping import connected
from commands.publishing.coding import Coded
from commands.publishing.facts import Side
from commands.publishing.known import facts_of
from commands.publishing.resolution.fitting import FIELDS, fitting
from commands.publishing.rules.mentions import mentions
from commands.publishing.rules.rule import Part
from commands.publishing.rules.rule_forms import new_rule_form, part_form
from commands.registry import command
from commands.replies import Answer, Button, Words, call
from storage.models import Client, Item, Rule, RuleKind
from storage.queries import clients, items, publishing

ALIKE = 3  # codings by hand (product §11.8)
FROM_ITEMS = (
    Coded.CONTACT, Coded.ACCOUNT, Coded.TAX_RATE, Coded.PRODUCT, Coded.TRACKING_1,
    Coded.TRACKING_2, Coded.CUSTOMER, Coded.BILLABLE,
)  # fmt: skip  # what a rule learns: the rest differs from document to document


@command("publishing.rule_from_item", permission=Permission.MANAGE_PUBLISHING)
async def rule_from_item(context: Context, *, item: str) -> Answer:
    """A rule for whoever sent this item, coded as somebody coded it by hand.

    Where there is one already that the item falls under, that one is changed.
    """
    async with context.tools.database.read() as session:
        row = await items.find(session, context.workspace_id, item)
        client = await clients.find(session, context.workspace_id, row.client_id) if row else None
        if row is None or client is None:
            raise NotFound(kind="item", text="that item")
        again = call("publishing.rule_from_item", item=item)
        await authorise_for(session, context, Permission.MANAGE_PUBLISHING, client, again)
        facts = facts_of(row)
        rules = await publishing.rules(session, context.workspace_id, client.id)
    kind, coding = kind_for(row), by_hand(row)
    present = fitting(rules, facts).party
    if present is not None:
        return await part_form(context, client, present.id, Part.CODING, coding=coding, apply=True)
    return await new_rule_form(
        context, client, kind, subject=facts.supplier or "", coding=coding, apply=True
    )


async def suggested(
    session: AsyncSession, context: Context, client: Client, item: Item
) -> Words | None:
    """Offers a rule where the last three items of its supplier were coded alike by hand.

    None where there is a rule already, whoever looks may not make one, or nothing is connected.
    """
    supplier = facts_of(item).supplier
    if not supplier or not may(context.actor, Permission.MANAGE_PUBLISHING, client.id):
        return None
    kind, key = kind_for(item), name_key(supplier)
    if await publishing.rules(session, context.workspace_id, client.id, kind=kind, subject=key):
        return None
    latest = await publishing.latest_of_supplier(
        session, context.workspace_id, client.id, item.supplier_key or key
    )
    coding = alike([by_hand(each) for each in latest if kind_for(each) is kind])
    if not coding:
        return None
    books = await connected(session, context, client)
    if books is None:
        return None
    shown = _as_rule(client, kind, coding, item)
    named = await mentions(session, context, books, [shown])
    return Words(
        template="publishing/suggested",
        data={"count": ALIKE, "supplier": supplier, "does": named.phrases(shown)},
        beside=Button(label="Make it a rule", does=call("publishing.rule_from_item", item=item.id)),
    )


def kind_for(item: Item) -> RuleKind:
    """Whose rule would code it."""
    return RuleKind.CUSTOMER if item.side == Side.SALE else RuleKind.SUPPLIER


def by_hand(item: Item) -> dict[Coded, str]:
    """How people coded it, as far as a rule could."""
    known = FIELDS[kind_for(item)]
    said = {coded: item.manual.get(coded.value) for coded in FROM_ITEMS if coded in known}
    return {coded: told["value"] for coded, told in said.items() if told and told.get("value")}


def alike(codings: Sequence[Mapping[Coded, str]]) -> dict[Coded, str]:
    """What the newest ones that people coded agree in; nothing unless the category is in it."""
    last = [coding for coding in codings if coding][:ALIKE]
    if len(last) < ALIKE:
        return {}
    first, *others = last
    same = {c: v for c, v in first.items() if all(other.get(c) == v for other in others)}
    return same if same.keys() & {Coded.ACCOUNT, Coded.PRODUCT} else {}


def _as_rule(client: Client, kind: RuleKind, coding: Mapping[Coded, str], item: Item) -> Rule:
    return Rule(
        id="", workspace_id=client.workspace_id, client_id=client.id, kind=kind, subject="",
        title="", made_at=item.submitted_at, made_by="",
        coding={coded.value: value for coded, value in coding.items()},
    )  # fmt: skip
