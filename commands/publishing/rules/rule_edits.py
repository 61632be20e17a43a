"""Rules as people make, change, order, remove and restore them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.permissions import Permission
from commands.publishing.coding import Coded
from commands.publishing.rules.rule import PARTS, Part, rule_page, rules_button
from commands.publishing.rules.rule_fields import conditions, said
from commands.publishing.rules.rule_forms import new_rule_form, part_form
from commands.publishing.rules.ruling import (
    Change,
    Held,
    Whose,
    add,
    alter,
    move,
    remove,
    restore,
    subject_of,
)
from commands.registry import command
from commands.replies import Answer, Button, call, say
from storage.models import Client, RuleKind
from storage.queries import people

OF_NEW = (*PARTS[Part.CODING][1], Coded.PAYMENT_METHOD)  # what a new rule may say


@command("publishing.add_rule", permission=Permission.MANAGE_PUBLISHING)
async def add_rule(
    context: Context, *, client: Client, kind: RuleKind = RuleKind.SUPPLIER, subject: str = ""
) -> Answer:
    """Ask whose items it is for, and how they are coded."""
    return await new_rule_form(context, client, kind, subject=subject)


@command("publishing.save_rule", permission=Permission.MANAGE_PUBLISHING)
async def save_rule(
    context: Context,
    *,
    client: Client,
    kind: RuleKind,
    subject: str = "",
    auto: bool = False,
    apply: bool = False,
    **filled_in: str,
) -> Answer:
    """Make the rule that was filled in."""
    coding = said({coded: filled_in.get(coded, "") for coded in OF_NEW})
    key, change = subject_of(kind, subject), Change(coding=coding, is_auto=auto, apply=apply)
    async with context.tools.database.begin() as session:
        title = await _title(session, context, kind, subject)
        whose = Whose(client=client, kind=kind, subject=key, title=title)
        rule = await add(session, context, whose, change)
    return await rule_page(context, client, rule.id, is_set=True)


@command("publishing.rule_part", permission=Permission.MANAGE_PUBLISHING)
async def rule_part(
    context: Context,
    *,
    client: Client,
    rule: str,
    part: Part,
    version: int | None = None,
    auto: bool | None = None,
    apply: bool = False,
    **filled_in: str,
) -> Answer:
    """How items are coded, how and when they are paid, or where they go and by whose doing."""
    if version is None:
        return await part_form(context, client, rule, part)
    change = Change(coding=_all(part, filled_in), is_auto=auto, apply=apply)
    return await _save(context, client, rule, version, change)


@command("publishing.rule_conditions", permission=Permission.MANAGE_PUBLISHING)
async def rule_conditions(
    context: Context,
    *,
    client: Client,
    rule: str,
    version: int | None = None,
    least: str = "",
    most: str = "",
    keyword: str = "",
    sort: str = "",
    apply: bool = False,
) -> Answer:
    """Which of its subject's items a rule is for."""
    if version is None:
        return await part_form(context, client, rule, Part.WHEN)
    narrowed = conditions(least=least, most=most, keyword=keyword, sort=sort)
    return await _save(context, client, rule, version, Change(conditions=narrowed, apply=apply))


@command("publishing.move_rule", permission=Permission.MANAGE_PUBLISHING)
async def move_rule(context: Context, *, client: Client, rule: str, up: bool) -> Answer:
    """Try it earlier or later than the others of its subject."""
    async with context.tools.database.begin() as session:
        await move(session, context, client, rule, up=up)
    return await rule_page(context, client, rule, is_set=True)


@command("publishing.remove_rule", permission=Permission.MANAGE_PUBLISHING)
async def remove_rule(context: Context, *, client: Client, rule: str, version: int) -> Answer:
    """Take it away; for ten minutes it can be restored."""
    async with context.tools.database.begin() as session:
        held = Held(client=client, rule_id=rule, version=version)
        gone = await remove(session, context, held)
    back = call("publishing.restore_rule", client=client.id, rule=rule)
    return say(
        "publishing/rule_removed",
        Button(label="Undo", does=back),
        rules_button(client),
        title=gone.title,
        client=client.name,
    )


@command("publishing.restore_rule", permission=Permission.MANAGE_PUBLISHING)
async def restore_rule(context: Context, *, client: Client, rule: str) -> Answer:
    """Bring back what was removed a moment ago."""
    async with context.tools.database.begin() as session:
        await restore(session, context, client, rule)
    return await rule_page(context, client, rule, is_set=True)


async def _save(
    context: Context, client: Client, rule_id: str, version: int, change: Change
) -> Answer:
    async with context.tools.database.begin() as session:
        held = Held(client=client, rule_id=rule_id, version=version)
        await alter(session, context, held, change)
    return await rule_page(context, client, rule_id, is_set=True)


def _all(part: Part, filled_in: Mapping[str, str]) -> Mapping[str, str | None]:
    """What is not said any more is taken away. Raises Invalid."""
    _, among = PARTS[part]
    kept = said({coded: filled_in.get(coded, "") for coded in among})
    return {coded.value: kept.get(coded.value) for coded in among}


async def _title(session: AsyncSession, context: Context, kind: RuleKind, subject: str) -> str:
    if kind is not RuleKind.USER:
        return subject.strip()
    person = await people.find(session, context.workspace_id, subject)
    return person.name if person else subject
