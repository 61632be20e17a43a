"""The forms in which rules are made and changed, part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.publishing import policies
from commands.publishing.bookkeeping import Bookkeeping, bookkeeping
from commands.publishing.coding import Coded
from commands.publishing.resolution.fitting import said_by
from commands.publishing.rules.mentions import Fault, Mentions, mentions
from commands.publishing.rules.rule import PARTS, RULE, Part
from commands.publishing.rules.rule_fields import Asked, condition_fields
from commands.publishing.settings.choosing import yes_no
from commands.replies import Field, Form, Invocation, PersonField, TextField, Words
from providers.records import ListKind
from storage.models import Client, Rule, RuleKind
from storage.queries import lists

WHOSE = {
    RuleKind.SUPPLIER: ("Supplier", "As documents name it; the legal form does not matter."),
    RuleKind.CUSTOMER: ("Customer", "As documents name it; the legal form does not matter."),
}
APPLY = "Apply to items in the inbox"


async def new_rule_form(
    context: Context,
    client: Client,
    kind: RuleKind,
    *,
    subject: str = "",
    coding: Mapping[Coded, str] | None = None,
    apply: bool = False,
) -> Form:
    """With what is known already filled in."""
    async with context.tools.database.read() as session:
        books = await bookkeeping(session, context, client)
        asked = await _asked(session, context, books, kind, coding or {})
    _, among = PARTS[Part.CODING]
    wanted = (*among, Coded.PAYMENT_METHOD) if kind is RuleKind.USER else among
    fields = [_whose(kind, subject), *asked.fields(wanted)]
    if kind is not RuleKind.USER:
        fields.append(_auto(is_on=False))
    return Form(
        title="Add a rule",
        submits=Invocation(
            command="publishing.save_rule", arguments={"client": client.id, "kind": kind.value}
        ),
        submit_label="Add it",
        parts=(Words(template="publishing/making_rule", data={"client": client.name}),),
        fields=(*fields, *apply_field(kind, is_on=apply)),
    )


async def part_form(
    context: Context,
    client: Client,
    rule_id: str,
    part: Part,
    *,
    coding: Mapping[Coded, str] | None = None,
    apply: bool = False,
) -> Form:
    """One part of a rule; `coding` is filled in over what it says. What is broken is left empty."""
    form, among = PARTS[part]
    async with context.tools.database.read() as session:
        rule = await policies.found(session, context, RULE, client, rule_id)
        books = await bookkeeping(session, context, client)
        filled_in = {**said_by(rule), **(coding or {})}
        asked = await _asked(session, context, books, rule.kind, filled_in)
        asks_for = set(among) - set(coding or {})
        faults = [
            fault
            for fault in asked.named.faults(rule)
            if fault.coded in asks_for and not fault.is_of_split
        ]
    gone = {fault.coded for fault in faults}
    kept = {coded: value for coded, value in asked.coding.items() if coded not in gone}
    fields = replace(asked, coding=kept).fields(among)
    if part is Part.WHEN:
        fields += condition_fields(rule.conditions)
    if part is Part.PUBLISHING:
        fields.append(_auto(is_on=rule.auto_since is not None))
    return Form(
        title=part.value,
        submits=form.having(client=client.id, rule=rule.id, version=str(rule.version)),
        submit_label="Save",
        parts=(Words(template="publishing/changing_rule", data=told(books, rule, faults)),),
        fields=(*fields, *apply_field(rule.kind, is_on=apply or bool(faults))),
    )


async def _asked(
    session: AsyncSession,
    context: Context,
    books: Bookkeeping,
    kind: RuleKind,
    coding: Mapping[Coded, str],
) -> Asked:
    owner = (context.workspace_id, books.connection.id)
    shown = Rule(
        id="", workspace_id="", client_id="", kind=kind, subject="", title="", made_at=context.now,
        made_by="", coding={coded.value: value for coded, value in coding.items()},
    )  # fmt: skip
    named = await mentions(session, context, books, [shown])
    counts = await lists.counts(session, *owner)
    return Asked(
        client=books.client,
        kind=kind,
        named=named,
        coding=coding,
        categories=_categories(named),
        has_products=any(of == ListKind.PRODUCTS for of, _ in counts),
    )


def _categories(named: Mentions) -> Mapping[str, str]:
    """{id: name} of tracking categories, as many as a line can have, in the order of names."""
    if named.lists is None:
        return {}
    found = {each.category_name: each.category_id for each in named.lists.tracking.values()}
    return {found[name]: name for name in sorted(found)[: named.lists.publishing.tracking]}


def told(books: Bookkeeping, rule: Rule, faults: Sequence[Fault]) -> Mapping[str, object]:
    """What the words above a form about a rule may show."""
    return {
        **books.facts,
        "title": rule.title,
        "kind": rule.kind.value,
        "faults": [{"noun": f.noun, "name": f.name, "trouble": f.trouble.value} for f in faults],
    }


def _whose(kind: RuleKind, subject: str) -> Field:
    if kind is RuleKind.USER:
        return PersonField(name="subject", label="Person", initial=subject or None)
    label, hint = WHOSE[kind]
    return TextField(name="subject", label=label, initial=subject, hint=hint)


def _auto(*, is_on: bool) -> Field:
    hint = "Only what is handed in from now on, once it is ready."
    return yes_no("auto", "Publish by itself", is_on=is_on, hint=hint)


def apply_field(kind: RuleKind, *, is_on: bool) -> tuple[Field, ...]:
    """Customers' rules never reach what is in the inbox (product §11.8)."""
    return () if kind is RuleKind.CUSTOMER else (yes_no("apply", APPLY, is_on=is_on),)
