"""Rules for many suppliers at once, out of rows such as a spreadsheet has them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.names import folded, name_key
from commands.context import Context
from commands.errors import Invalid
from commands.permissions import Permission
from commands.publishing.bookkeeping import bookkeeping
from commands.publishing.coding import Coded
from commands.publishing.rules.rule import rules_button
from commands.publishing.rules.rule_fields import said
from commands.publishing.rules.ruling import LATER_ONLY, Change, Held, Whose, add, alter
from commands.registry import command
from commands.replies import Answer, Form, TextField, Words, call, say
from providers.records import Account
from storage.models import Client, Rule, RuleKind
from storage.queries import publishing

LONGEST = 3_000  # characters, all that a field of Slack holds
MOST_TOLD = 5  # problems named at once
SEPARATORS = "\t;,"  # the first that occurs parts the columns
HEADINGS = frozenset({"name", "supplier"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A supplier and how its items are coded."""

    name: str
    coding: Mapping[str, str]


@command("publishing.import_rules", permission=Permission.MANAGE_PUBLISHING)
async def import_rules(context: Context, *, client: Client, rows: str = "") -> Answer:
    """A rule for each row; where a supplier has one without conditions, that one is changed."""
    if not rows.strip():
        return _form(client)
    async with context.tools.database.begin() as session:
        books = await bookkeeping(session, context, client)
        wanted = read(rows, books.lists.accounts.values() if books.lists else ())
        known = await publishing.rules(
            session, context.workspace_id, client.id, kind=RuleKind.SUPPLIER
        )
        own = {rule.subject: rule for rule in known if not set(rule.conditions) - {LATER_ONLY}}
        added = [
            await _keep(session, context, client, row, own.get(name_key(row.name)))
            for row in wanted
        ]
    data = {"client": client.name, "added": sum(added), "changed": len(added) - sum(added)}
    return say("publishing/rules_imported", rules_button(client), **data)


async def _keep(
    session: AsyncSession, context: Context, client: Client, row: Row, rule: Rule | None
) -> bool:
    """Whether it is a new rule."""
    change = Change(coding=row.coding)
    if rule is not None:
        held = Held(client=client, rule_id=rule.id, version=rule.version)
        await alter(session, context, held, change)
        return False
    subject = name_key(row.name)
    whose = Whose(client=client, kind=RuleKind.SUPPLIER, subject=subject, title=row.name)
    await add(session, context, whose, change)
    return True


def _form(client: Client) -> Form:
    return Form(
        title="Import rules",
        submits=call("publishing.import_rules", client=client.id),
        submit_label="Import",
        parts=(Words(template="publishing/importing_rules", data={"client": client.name}),),
        fields=(
            TextField(
                name="rows",
                label="Supplier, currency, category, code",
                hint="A supplier on each line, as a spreadsheet is copied; what is not known of "
                "it stays empty.",
                multiline=True,
                max_length=LONGEST,
            ),
        ),
    )


def read(text: str, accounts: Iterable[Account]) -> Sequence[Row]:
    """Each supplier once, its last row. Raises Invalid, and then nothing is kept."""
    separator = next((each for each in SEPARATORS if each in text), ",")
    usable = [account for account in accounts if account.active]
    by_code = {account.code: account for account in usable if account.code}
    by_name = {folded(account.name): account for account in usable}
    found: dict[str, Row] = {}
    problems = []
    for cells in csv.reader(StringIO(text.strip()), delimiter=separator):
        name, currency, category, code, *_ = [*(cell.strip() for cell in cells), "", "", "", ""]
        if not name or folded(name) in HEADINGS:
            continue
        account = by_code.get(code) if code else by_name.get(folded(category))
        if (code or category) and account is None:
            problems.append(f"{name}: there is no category “{code or category}” in use.")
        try:
            coding = said({Coded.CURRENCY: currency, Coded.ACCOUNT: _id_of(account)})
        except Invalid as error:
            problems += [f"{name}: {problem}" for problem in error.fields.values()]
            continue
        found[name_key(name)] = Row(name=name, coding=coding)
    if not found and not problems:
        problems.append("There is no supplier in it.")
    if problems:
        raise Invalid({"rows": _some(problems)})
    return list(found.values())


def _id_of(account: Account | None) -> str:
    return account.remote_id if account else ""


def _some(problems: Sequence[str]) -> str:
    more = len(problems) - MOST_TOLD
    told = " ".join(problems[:MOST_TOLD])
    return f"{told} And {more} more." if more > 0 else told
