"""The Settings page of a client's bookkeeping connection: each group in words, with Change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.connections.cards import connections_button
from commands.connections.losses import reconnect_button
from commands.context import Context
from commands.health.words import money
from commands.permissions import Permission, may
from commands.publishing.approvals.workflow_words import summary
from commands.publishing.rules.broken import broken_rules
from commands.publishing.settings.choosing import Present, present_in
from commands.publishing.wording import route
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Divider,
    Invocation,
    Part,
    Reply,
    SmallPrint,
    Style,
    Words,
    call,
)
from providers.books import DocumentKind
from storage.models import Client, RuleKind
from storage.queries import approvals, publishing

CLAIMS = "expense claims"
GROUPS = {  # title: its command
    "General": "publishing.general",
    "Bank Match": "publishing.bank_match",
    "Tax": "publishing.tax",
    "Automatic publishing": "publishing.automatic",
    "Currencies": "publishing.currencies",
    "Duplicates": "publishing.duplicates",
    "Approvals": "publishing.approvals",
    "Channel": "publishing.channel",
}


@command(
    "publishing.settings",
    usage="settings <client>",
    summary="how a client's items are published",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def settings(context: Context, *, client: Client) -> Answer:
    """See and change where a client's items go, their tax, and what happens by itself.

    Rules for suppliers, customers and people, and payment methods, are a button away.
    """
    return await page(context, client)


async def page(context: Context, client: Client, *, is_set: bool = False) -> Reply:
    """Raises Refused where nothing is connected."""
    async with context.tools.database.read() as session:
        shown = await present_in(session, context, client)
        told = await _counted(session, context, shown)
        agreeing = await _agreeing(session, context, client)
    connection = shown.books.connection
    data = shown.books.facts | {
        "is_set": is_set,
        "takes_nothing": shown.books.lists is None,
        "is_usable": connection.is_usable,
    }
    may_change = may(context.actor, Permission.MANAGE_PUBLISHING, client.id)
    parts: list[Part] = [Words(template="publishing/settings", data=data)]
    parts += _groups(shown, agreeing, may_change=may_change)
    parts += [Divider(), *_lists(client, told)]
    if not may_change:
        parts.append(SmallPrint(template="publishing/who_changes"))
    mend = () if connection.is_usable else (reconnect_button(connection, Style.PRIMARY),)
    parts.append(Buttons(items=(*mend, connections_button(client))))
    return Reply(parts=tuple(parts))


def _groups(shown: Present, agreeing: Mapping[str, Any], *, may_change: bool) -> Iterator[Part]:
    for (title, name), data in zip(GROUPS.items(), _told(shown, agreeing), strict=True):
        does = Invocation(command=name, arguments={"client": shown.client.id})
        template = name.replace("publishing.", "publishing/set_")
        is_open = may_change and shown.books.lists is not None and not data.get("is_missing")
        change = Button(label="Change", does=does, description=f"Change: {title}")
        yield Words(template=template, data=data, beside=change if is_open else None)


def _told(shown: Present, agreeing: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What the words of each group show, in the order of GROUPS; `agreeing` is of approvals."""
    choices, lists, books = shown.choices, shown.books.lists, shown.books
    bank = route(lists, DocumentKind.BILL, choices.bank_match_to, choices.costs_as)
    has_bank_match = lists is not None and lists.publishing.bank_match
    return (
        {"routes": _routes(shown), "software": books.software},
        {"is_on": choices.bank_match, "to": bank.to, "software": books.software,
         "is_missing": not has_bank_match},
        {"costs": _tax(shown, choices.cost_tax), "sales": _tax(shown, choices.sales_tax),
         "policy": choices.tax_policy.value, "software": books.software,
         "is_needed": lists is not None and lists.publishing.needs_tax_rate},
        {"is_on": choices.auto_publish, "exceptions": [f"{e}s" for e in choices.auto_except],
         "ceiling": _money(shown, choices.auto_ceiling)},
        {"is_on": choices.multi_currency, "currency": shown.currency, "own_rate": choices.own_rate,
         "of_contact": choices.contact_defaults,
         "software": books.software,
         "is_single": books.organisation.details.get("is_multi_currency") is False,
         "organisation": books.organisation.name},
        {"mode": choices.twins.value},
        agreeing,
        {"is_on": choices.amounts_in_channel},
    )  # fmt: skip


def _routes(shown: Present) -> Sequence[Mapping[str, Any]]:
    own, lists = shown.choices, shown.books.lists
    found = (
        ("costs", route(lists, DocumentKind.BILL, own.costs_to, own.costs_as)),
        ("sales", route(lists, DocumentKind.INVOICE, own.sales_to, own.sales_as)),
        (CLAIMS, route(lists, DocumentKind.BILL, own.claims_to, own.claims_as)),
    )
    return [
        {
            "what": what,
            "to": way.to,
            "status": way.status,
            "why_not": way.why_not,
            "every": own.claims_every.value if what == CLAIMS else "",
        }
        for what, way in found
    ]


def _tax(shown: Present, key: str | None) -> Mapping[str, Any] | None:
    """None where none was chosen."""
    if key is None or shown.books.lists is None:
        return None
    rate = shown.books.lists.tax_rates.get(key)
    return {"name": rate.name if rate else key, "is_usable": rate is not None and rate.active,
            "is_there": rate is not None}  # fmt: skip


def _money(shown: Present, value: Any) -> str | None:
    return None if value is None else money(value, shown.currency)


async def _counted(session: AsyncSession, context: Context, shown: Present) -> Mapping[str, Any]:
    client_id = shown.client.id
    counts = await publishing.count_rules(session, context.workspace_id, client_id)
    methods = await publishing.methods(session, context.workspace_id, client_id)
    banks = shown.books.lists.banks if shown.books.lists else {}
    usable = {key for key, bank in banks.items() if bank.active}
    return {
        "suppliers": counts.get(RuleKind.SUPPLIER, 0),
        "customers": counts.get(RuleKind.CUSTOMER, 0),
        "people": counts.get(RuleKind.USER, 0),
        "broken": len(await broken_rules(session, context, shown.books)),
        "methods": len(methods),
        "unlinked": sum(m.bank_account not in usable for m in methods),
    }


async def _agreeing(session: AsyncSession, context: Context, client: Client) -> Mapping[str, Any]:
    own = context.workspace_id, client.id
    rows = await approvals.workflows(session, *own)
    return summary(rows, await approvals.count_pending(session, *own))


def _lists(client: Client, told: Mapping[str, Any]) -> Iterator[Part]:
    rules = Button(label="Rules", does=call("publishing.rules", client=client.id))
    methods = Button(label="Payment methods", does=call("publishing.methods", client=client.id))
    yield Words(template="publishing/set_rules", data=told, beside=rules)
    yield Words(template="publishing/set_methods", data=told, beside=methods)
