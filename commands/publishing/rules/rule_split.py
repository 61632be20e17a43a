"""The form in which a rule says how what is one whole is divided into lines."""

from collections.abc import Iterator, Mapping, Sequence

from commands.context import Context
from commands.errors import Invalid
from commands.permissions import Permission
from commands.publishing import policies
from commands.publishing.bookkeeping import bookkeeping
from commands.publishing.coding import Coded
from commands.publishing.resolution.splitting import SPLIT, Share, check, kept, read_share, split_of
from commands.publishing.rules.mentions import Fault, Mentions, mentions
from commands.publishing.rules.rule import RULE, rule_page
from commands.publishing.rules.rule_forms import apply_field, told
from commands.publishing.rules.ruling import Change, Held, alter
from commands.publishing.settings.offering import chosen, searched
from commands.registry import command
from commands.replies import Answer, Field, Form, Option, SearchField, TextField, Words, call
from storage.models import Client, Rule, RuleKind

MOST = 4  # parts; a form of more is long to scroll
FIRST = "60%, an amount such as 25.00, or empty for what the others leave."


@command("publishing.rule_split", permission=Permission.MANAGE_PUBLISHING)
async def rule_split(
    context: Context,
    *,
    client: Client,
    rule: str,
    version: int | None = None,
    apply: bool = False,
    **filled_in: str,
) -> Answer:
    """How items are divided into lines."""
    if version is None:
        return await _form(context, client, rule)
    change = Change(coding={SPLIT: kept(_read(filled_in)) or None}, apply=apply)
    async with context.tools.database.begin() as session:
        held = Held(client=client, rule_id=rule, version=version)
        await alter(session, context, held, change)
    return await rule_page(context, client, rule, is_set=True)


async def _form(context: Context, client: Client, rule_id: str) -> Form:
    async with context.tools.database.read() as session:
        rule = await policies.found(session, context, RULE, client, rule_id)
        books = await bookkeeping(session, context, client)
        named = await mentions(session, context, books, [rule])
    faults = [fault for fault in named.faults(rule) if fault.is_of_split]
    data = told(books, rule, faults)
    return Form(
        title="Split",
        submits=call("publishing.rule_split", client=client.id, rule=rule.id, version=rule.version),
        submit_label="Save",
        parts=(
            Words(template="publishing/changing_rule", data=data),
            Words(template="publishing/about_split"),
        ),
        fields=(
            *_fields(client, rule, named, faults),
            *apply_field(rule.kind, is_on=bool(faults)),
        ),
    )


def _fields(
    client: Client, rule: Rule, named: Mentions, faults: Sequence[Fault]
) -> Iterator[Field]:
    """Of what cannot be used any more the choice is empty."""
    gone = {(fault.coded, fault.name) for fault in faults}
    found = split_of(rule)
    on = "sales" if rule.kind is RuleKind.CUSTOMER else "costs"
    sources = {
        Coded.ACCOUNT: ("category", searched("accounts", client)),
        Coded.TAX_RATE: ("tax rate", searched("tax_rates", client, on=on)),
    }
    for number in range(1, MOST + 1):
        share = found[number - 1] if number <= len(found) else None
        yield TextField(
            name=f"share_{number}",
            label=f"Part {number}: share",
            initial=_size(share),
            hint=FIRST if number == 1 else None,
            optional=True,
            max_length=15,
        )
        for coded, (noun, source) in sources.items():
            value = share.coded.get(coded) if share else None
            name = named.name(coded, value) if value else ""
            is_usable = bool(value) and (coded, name) not in gone
            yield SearchField(
                name=f"{coded.value}_{number}",
                label=f"Part {number}: {noun}",
                source=source,
                initial=Option(value=value or "", label=name) if is_usable else None,
                optional=True,
            )


def _size(share: Share | None) -> str:
    if share is None or share.is_rest:
        return ""
    return f"{share.percent.normalize():f}%" if share.percent is not None else f"{share.amount:f}"


def _read(filled_in: Mapping[str, str]) -> Sequence[Share]:
    """Those parts of which something is said. Raises Invalid."""
    found: list[Share] = []
    wrong: dict[str, str] = {}
    for number in range(1, MOST + 1):
        text = filled_in.get(f"share_{number}", "").strip()
        coded = {
            coded: value
            for coded in (Coded.ACCOUNT, Coded.TAX_RATE)
            if (value := chosen(filled_in.get(f"{coded.value}_{number}", ""))) is not None
        }
        if not text and not coded:
            continue
        if Coded.ACCOUNT not in coded:
            wrong[f"account_{number}"] = "Choose the category of this part."
        try:
            percent, amount = read_share(text)
            found.append(Share(percent=percent, amount=amount, coded=coded))
        except ValueError as error:
            wrong[f"share_{number}"] = str(error)
    problem = check(found) if found and not wrong else None
    if problem:
        wrong["share_1"] = problem
    if wrong:
        raise Invalid(wrong)
    return found
