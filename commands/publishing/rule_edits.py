"""Rules as people make, change, order, remove and restore them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.permissions import Permission
from commands.publishing.coding import Coded
from commands.publishing.rule import rule_page, rules_button
from commands.publishing.rule_fields import conditions, said
from commands.publishing.rule_forms import new_rule_form, part_form
from commands.publishing.ruling import (
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
    contact: str = "",
    account: str = "",
    tax_rate: str = "",
    product: str = "",
    tracking_1: str = "",
    tracking_2: str = "",
    description: str = "",
    customer: str = "",
    billable: str = "",
    payment_method: str = "",
    auto: bool = False,
    apply: bool = False,
) -> Answer:
    """Make the rule that was filled in."""
    given = {
        Coded.CONTACT: contact,
        Coded.ACCOUNT: account,
        Coded.TAX_RATE: tax_rate,
        Coded.PRODUCT: product,
        Coded.TRACKING_1: tracking_1,
        Coded.TRACKING_2: tracking_2,
        Coded.DESCRIPTION: description,
        Coded.CUSTOMER: customer,
        Coded.BILLABLE: billable,
        Coded.PAYMENT_METHOD: payment_method,
    }
    key, change = subject_of(kind, subject), Change(coding=said(given), is_auto=auto, apply=apply)
    async with context.tools.database.begin() as session:
        title = await _title(session, context, kind, subject)
        whose = Whose(client=client, kind=kind, subject=key, title=title)
        rule = await add(session, context, whose, change)
    return await rule_page(context, client, rule.id, is_set=True)


@command("publishing.rule_coding", permission=Permission.MANAGE_PUBLISHING)
async def rule_coding(
    context: Context,
    *,
    client: Client,
    rule: str,
    version: int | None = None,
    contact: str = "",
    account: str = "",
    tax_rate: str = "",
    product: str = "",
    tracking_1: str = "",
    tracking_2: str = "",
    description: str = "",
    customer: str = "",
    billable: str = "",
    apply: bool = False,
) -> Answer:
    """How items are coded."""
    if version is None:
        return await part_form(context, client, rule, "Coding")
    given = {
        Coded.CONTACT: contact,
        Coded.ACCOUNT: account,
        Coded.TAX_RATE: tax_rate,
        Coded.PRODUCT: product,
        Coded.TRACKING_1: tracking_1,
        Coded.TRACKING_2: tracking_2,
        Coded.DESCRIPTION: description,
        Coded.CUSTOMER: customer,
        Coded.BILLABLE: billable,
    }
    return await _save(context, client, rule, version, Change(coding=_all(given), apply=apply))


@command("publishing.rule_payment", permission=Permission.MANAGE_PUBLISHING)
async def rule_payment(
    context: Context,
    *,
    client: Client,
    rule: str,
    version: int | None = None,
    paid: str = "",
    payment_method: str = "",
    due_day: str = "",
    currency: str = "",
    apply: bool = False,
) -> Answer:
    """Whether and how items are paid, and when they are due."""
    if version is None:
        return await part_form(context, client, rule, "Payment")
    given = {
        Coded.PAID: paid,
        Coded.PAYMENT_METHOD: payment_method,
        Coded.DUE_DAY: due_day,
        Coded.CURRENCY: currency,
    }
    return await _save(context, client, rule, version, Change(coding=_all(given), apply=apply))


@command("publishing.rule_publishing", permission=Permission.MANAGE_PUBLISHING)
async def rule_publishing(
    context: Context,
    *,
    client: Client,
    rule: str,
    version: int | None = None,
    publish_to: str = "",
    publish_as: str = "",
    auto: bool = False,
    apply: bool = False,
) -> Answer:
    """Where items go, how far along, and whether by themselves."""
    if version is None:
        return await part_form(context, client, rule, "Publishing")
    given = {Coded.PUBLISH_TO: publish_to, Coded.PUBLISH_AS: publish_as}
    change = Change(coding=_all(given), is_auto=auto, apply=apply)
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
        return await part_form(context, client, rule, "When")
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
        Button(label="Restore", does=back),
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


def _all(given: Mapping[Coded, str]) -> Mapping[str, str | None]:
    """What is not said any more is taken away. Raises Invalid."""
    kept = said(given)
    return {coded.value: kept.get(coded.value) for coded in given}


async def _title(session: AsyncSession, context: Context, kind: RuleKind, subject: str) -> str:
    if kind is not RuleKind.USER:
        return subject.strip()
    person = await people.find(session, context.workspace_id, subject)
    return person.name if person else subject
