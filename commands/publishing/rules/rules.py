"""Rules of a client: all of them with what they do, broken ones first, and each on its page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commands.context import Context
from commands.permissions import Permission, may
from commands.publishing.bookkeeping import Bookkeeping, bookkeeping
from commands.publishing.rules.broken import Broken, broken_rules
from commands.publishing.rules.mentions import Mentions, mentions
from commands.publishing.rules.rule import facts, fault_part
from commands.publishing.settings.choosing import settings_button
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Filter,
    Form,
    Option,
    Part,
    Reply,
    Style,
    TextField,
    Words,
    call,
)
from storage.models import Client, Rule, RuleKind
from storage.queries import publishing

PAGE = 10  # rules: two lines each still fit a screen
MOST_BROKEN = 5  # shown above the others
KINDS = {
    RuleKind.SUPPLIER: "Suppliers",
    RuleKind.CUSTOMER: "Customers",
    RuleKind.USER: "People",
}
ANY = "any"


@command(
    "publishing.rules",
    usage="rules <client>",
    summary="how items of a supplier, customer or person are coded",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def show(
    context: Context, *, client: Client, kind: str = "", search: str = "", page: int = 1
) -> Answer:
    """See and change a client's rules.

    A rule says the category, tax, due date and more of everything one supplier or customer sends,
    or one person hands in. What somebody enters on an item by hand always wins.
    """
    async with context.tools.database.read() as session:
        books = await bookkeeping(session, context, client)
        found = await publishing.rules(
            session, context.workspace_id, client.id, kind=_kind(kind), text=search
        )
        broken = await broken_rules(session, context, books, found)
        rows = found[(max(page, 1) - 1) * PAGE :][:PAGE]
        named = await mentions(session, context, books, rows)
    seen = _Seen(
        kind=kind,
        search=search,
        page=max(page, 1),
        total=len(found),
        rows=rows,
        named=named,
        broken=broken,
    )
    may_change = may(context.actor, Permission.MANAGE_PUBLISHING, client.id)
    return Reply(parts=tuple(_parts(seen, books, may_change=may_change)))


@command("publishing.search_rules", permission=Permission.SEE_CLIENT, changes=False)
async def search_rules(context: Context, *, client: Client, kind: str = "") -> Answer:
    """Ask what to look for."""
    del context
    return Form(
        title="Search",
        submits=call("publishing.rules", client=client.id, kind=kind),
        submit_label="Search",
        fields=(TextField(name="search", label="Part of a supplier’s or customer’s name"),),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    kind: str
    search: str
    page: int
    total: int
    rows: Sequence[Rule]
    named: Mentions
    broken: Sequence[Broken]

    @property
    def title(self) -> str | None:
        found = _kind(self.kind)
        return KINDS[found] if found else None


def _kind(text: str) -> RuleKind | None:
    return next((kind for kind in RuleKind if kind.value == text), None)


def _parts(seen: _Seen, books: Bookkeeping, *, may_change: bool) -> Iterator[Part]:
    client, broken, rows = books.client, seen.broken, seen.rows
    yield Words(
        template="publishing/rules",
        data={
            **books.facts,
            "total": seen.total,
            "first": (seen.page - 1) * PAGE + 1,
            "last": (seen.page - 1) * PAGE + len(rows),
            "search": seen.search,
            "kind": seen.title,
            "broken": len(broken),
        },
    )
    for each in broken[:MOST_BROKEN] if seen.page == 1 else ():
        yield fault_part(books, each, may_change=may_change)
    for rule in rows:
        open_it = call("publishing.rule", client=client.id, rule=rule.id)
        yield Words(
            template="publishing/rule_line",
            data=facts(rule) | {"does": _does(seen.named, rule)},
            beside=Button(label="Open", does=open_it, description=f"Open the rule: {rule.title}"),
        )
    yield _filter(client, seen)
    yield Buttons(items=tuple(_turning(client, seen, may_change=may_change)))


def _does(named: Mentions, rule: Rule) -> list[str]:
    divided = named.shares(rule)
    split = [f"split: {', '.join(divided)}"] if divided else []
    return [*named.phrases(rule), *split]


def _filter(client: Client, seen: _Seen) -> Filter:
    options = (
        Option(value=ANY, label="All rules"),
        *(Option(value=kind.value, label=title) for kind, title in KINDS.items()),
    )
    return Filter(
        label="For whom",
        name="kind",
        does=call("publishing.rules", client=client.id),
        options=options,
        chosen=next((o for o in options if o.value == seen.kind), None),
    )


def _turning(client: Client, seen: _Seen, *, may_change: bool) -> Iterator[Button]:
    here = call("publishing.rules", client=client.id, kind=seen.kind, search=seen.search)
    if may_change:
        kind = _kind(seen.kind) or RuleKind.SUPPLIER
        add = call("publishing.add_rule", client=client.id, kind=kind.value)
        yield Button(label="Add a rule", does=add, style=Style.PRIMARY)
        yield Button(label="Import", does=call("publishing.import_rules", client=client.id))
    if seen.page > 1:
        yield Button(label="Previous", does=here.having(page=str(seen.page - 1)))
    if seen.page * PAGE < seen.total:
        yield Button(label="Next", does=here.having(page=str(seen.page + 1)))
    find = call("publishing.search_rules", client=client.id, kind=seen.kind)
    yield Button(label="Search", does=find)
    yield settings_button(client)
