"""One rule of a client: what it does, and what can be changed of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from commands.context import Context
from commands.permissions import Permission, may
from commands.publishing import policies
from commands.publishing.bookkeeping import Bookkeeping, bookkeeping
from commands.publishing.coding import Coded
from commands.publishing.rules.broken import Broken, broken_rules
from commands.publishing.rules.mentions import Mentions, mentions
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Confirm,
    Reply,
    Style,
    Words,
    call,
)
from commands.replies import Part as Shown
from storage.models import Client, Rule, RuleKind
from storage.queries import publishing

LONGEST_SEARCH = 30  # characters of a name that are looked for


class Part(StrEnum):
    """What is changed of a rule in one form, as people read it."""

    CODING = "Coding"
    PAYMENT = "Payment"
    PUBLISHING = "Publishing"
    WHEN = "When"
    SPLIT = "Split"


PARTS = {  # (its form, the fields that asks for)
    Part.CODING: (
        call("publishing.rule_part", part=Part.CODING),
        (
            Coded.CONTACT, Coded.ACCOUNT, Coded.TAX_RATE, Coded.PRODUCT, Coded.TRACKING_1,
            Coded.TRACKING_2, Coded.DESCRIPTION, Coded.CUSTOMER, Coded.BILLABLE,
        ),
    ),
    Part.PAYMENT: (
        call("publishing.rule_part", part=Part.PAYMENT),
        (Coded.PAID, Coded.PAYMENT_METHOD, Coded.DUE_DAY, Coded.CURRENCY),
    ),
    Part.PUBLISHING: (
        call("publishing.rule_part", part=Part.PUBLISHING), (Coded.PUBLISH_TO, Coded.PUBLISH_AS),
    ),
    Part.WHEN: (call("publishing.rule_conditions"), ()),
    Part.SPLIT: (call("publishing.rule_split"), ()),
}  # fmt: skip


@command("publishing.rule", permission=Permission.SEE_CLIENT, changes=False)
async def show_rule(context: Context, *, client: Client, rule: str) -> Answer:
    """What one rule does, and what can be changed of it."""
    return await rule_page(context, client, rule)


async def rule_page(
    context: Context, client: Client, rule_id: str, *, is_set: bool = False
) -> Reply:
    """Raises NotFound."""
    async with context.tools.database.read() as session:
        rule = await policies.found(session, context, RULE, client, rule_id)
        books = await bookkeeping(session, context, client)
        named = await mentions(session, context, books, [rule])
        same = await publishing.rules(
            session, context.workspace_id, client.id, kind=rule.kind, subject=rule.subject
        )
        broken = await broken_rules(session, context, books, [rule])
    may_change = may(context.actor, Permission.MANAGE_PUBLISHING, client.id)
    data = facts(rule) | {"client": client.name, "is_set": is_set, "blocked": _blocked(rule, same)}
    parts: list[Shown] = [Words(template="publishing/rule", data=data)]
    parts += [fault_part(books, each, may_change=may_change) for each in broken]
    parts += _parts_of(client, rule, named, may_change=may_change)
    parts.append(Buttons(items=tuple(_steps(client, rule, same, may_change=may_change))))
    return Reply(parts=tuple(parts))


def rules_button(client: Client) -> Button:
    return Button(label="Rules", does=call("publishing.rules", client=client.id))


RULE = policies.Kind(
    entity=Rule, word="rule", noun="rule", title=lambda rule: rule.title, button=rules_button
)


def fault_part(books: Bookkeeping, broken: Broken, *, may_change: bool) -> Words:
    """What is broken about a rule, with the form that mends it."""
    first = broken.faults[0]
    form = (
        PARTS[Part.SPLIT][0]
        if first.is_of_split
        else next(form for form, among in PARTS.values() if first.coded in among)
    )
    fix = form.having(client=books.client.id, rule=broken.rule.id)
    data = {
        "title": broken.rule.title,
        "faults": [
            {"noun": f.noun, "name": f.name, "trouble": f.trouble.value} for f in broken.faults
        ],
        "items": broken.items,
        "software": books.software,
    }
    button = Button(label="Fix rule", does=fix, description=f"Fix the rule: {broken.rule.title}")
    return Words(
        template="publishing/rule_broken", data=data, beside=button if may_change else None
    )


def facts(rule: Rule) -> dict[str, Any]:
    """What its templates may show."""
    asked = rule.conditions
    since = asked.get("submitted_from")
    return {
        "title": rule.title,
        "kind": rule.kind.value,
        "subject": rule.subject,
        "least": asked.get("least"),
        "most": asked.get("most"),
        "keyword": asked.get("keyword"),
        "sort": asked.get("kind"),
        "later_than": datetime.fromisoformat(since) if since else None,
        "auto_since": rule.auto_since,
        "made_at": rule.made_at,
    }


def _parts_of(client: Client, rule: Rule, named: Mentions, *, may_change: bool) -> Iterator[Words]:
    for part, (form, among) in PARTS.items():
        if rule.kind is RuleKind.USER and part in {Part.PUBLISHING, Part.SPLIT}:
            continue  # product §11.8: only suppliers' and customers' rules say so
        change = Button(
            label="Change",
            does=form.having(client=client.id, rule=rule.id),
            description=f"Change: {part}",
        )
        does = named.shares(rule) if part is Part.SPLIT else named.phrases(rule, among)
        data = facts(rule) | {"part": part.value, "does": does}
        yield Words(
            template="publishing/rule_part", data=data, beside=change if may_change else None
        )


def _blocked(rule: Rule, same: Sequence[Rule]) -> bool:
    """Whether one that comes before it takes everything."""
    ids = [each.id for each in same]
    before = same[: ids.index(rule.id)] if rule.id in ids else ()
    return any(not each.conditions for each in before)


def _steps(
    client: Client, rule: Rule, same: Sequence[Rule], *, may_change: bool
) -> Iterator[Button]:
    own = {"client": client.id, "rule": rule.id}
    if may_change and len(same) > 1:
        if same[0].id != rule.id:
            yield Button(label="Try it earlier", does=call("publishing.move_rule", **own, up="yes"))
        if same[-1].id != rule.id:
            yield Button(label="Try it later", does=call("publishing.move_rule", **own, up="no"))
    if may_change:
        another = call(
            "publishing.add_rule", client=client.id, kind=rule.kind.value, subject=rule.title
        )
        yield Button(label="Another for the same", does=another)
        yield Button(
            label="Remove",
            does=call("publishing.remove_rule", **own, version=rule.version),
            style=Style.DANGER,
            confirm=Confirm(
                title="Remove the rule?",
                text="Items that are not published yet are coded without it. It can be restored "
                "for ten minutes.",
                yes="Remove",
            ),
        )
    if rule.kind is not RuleKind.USER:
        sought = call("items.list", client=client.id, search=rule.title[:LONGEST_SEARCH])
        yield Button(label="Its items", does=sought)
    yield rules_button(client)
