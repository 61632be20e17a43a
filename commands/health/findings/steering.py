"""What stands around a page of findings: filters above it; other pages, and all at once, below."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from commands.context import Context
from commands.health.check import Change
from commands.health.findings.rows import Facts
from commands.health.findings.viewing import ALL, ANYBODY, View, short
from commands.health.registry import found as checks
from commands.health.running.held import Found, health_button
from commands.replies import Button, Confirm, Filter, Invocation, Menu, Option, Part, call
from storage.queries.findings import Listed, Order, Shown

LONGEST = 200  # characters of what a menu may carry along
MOST_KINDS = 90  # a menu holds a hundred options
PAGE = 8  # each is two blocks, and a message has fifty
SHOWN = {Shown.OPEN: "Open", Shown.SNOOZED: "Snoozed", Shown.DISMISSED: "Dismissed"}
ORDERS = {
    Order.AMOUNT: "Largest amount first",
    Order.AGE: "Oldest first",
    Order.NAME: "By name",
}


def filters(
    context: Context,
    view: View,
    counts: Mapping[Shown, int],
    facts: Facts,
    *,
    kinds: Mapping[str, int],
) -> list[Part]:
    """What to show, in which order, of which kind, and whose."""
    first = replace(view, page=1, seen_at=None)
    base = first.does()
    if len(str(base)) > LONGEST:  # letters beyond ASCII are six characters each, and more
        base = replace(first, search="").does()
    shown = [
        Option(value=each.value, label=f"{label} ({counts.get(each, 0):,})")
        for each, label in SHOWN.items()
    ]
    orders = [Option(value=each.value, label=label) for each, label in ORDERS.items()]
    parts: list[Part] = [
        Filter(
            label="Show",
            name="shown",
            does=base,
            options=tuple(shown),
            chosen=shown[list(SHOWN).index(view.shown)],
        ),
        Filter(
            label="Sort",
            name="order",
            does=base,
            options=tuple(orders),
            chosen=orders[list(ORDERS).index(view.order)],
        ),
    ]
    fact = checks()[view.check].facet
    if fact is not None and len(kinds) > 1:
        parts.append(_of_kind(fact, view, kinds, base))
    if facts.assigned or view.assignee:
        parts.append(_whose(context, view, facts, base))
    return parts


def _of_kind(fact: str, view: View, kinds: Mapping[str, int], base: Invocation) -> Filter:
    told = list(kinds.items())[:MOST_KINDS]
    options = [
        Option(value=ALL, label="All"),
        *(Option(value=short(k), label=f"{k[:1].upper()}{k[1:]} ({n:,})") for k, n in told),
    ]
    chosen = next((each for each in options if each.value == (view.kind or ALL)), None)
    return Filter(label=fact, name="kind", does=base, options=tuple(options), chosen=chosen)


def _whose(context: Context, view: View, facts: Facts, base: Invocation) -> Filter:
    mine = context.actor.person_id
    whose = [mine, *(each for each in facts.assigned if each != mine)]
    options = [
        Option(value=ANYBODY, label="Anybody’s"),
        *(Option(value=e, label="Mine" if e == mine else facts.name(e)) for e in whose),
    ]
    chosen = next((each for each in options if each.value == (view.assignee or ANYBODY)), None)
    return Filter(
        label="Assigned to", name="assignee", does=base, options=tuple(options), chosen=chosen
    )


def turning(
    own: Found, view: View, listed: Sequence[Listed], total: int, *, has_grid: bool
) -> tuple[Button | Menu, ...]:
    """Other pages, all of this one at once, and where else to go."""
    buttons: list[Button | Menu] = []
    if view.page > 1:
        buttons.append(Button(label="Previous", does=view.at(view.page - 1).does()))
    if view.page * PAGE < total:
        buttons.append(Button(label="Next", does=view.at(view.page + 1).does()))
    buttons += _at_once(own, view, listed)
    more = _more(own, view, total, has_grid=has_grid)
    menu = Menu(label="More", items=more, shown_by=view.does())
    buttons += [menu] if len(more) > 1 else more
    return (*buttons, health_button(own.client))


def _at_once(own: Found, view: View, listed: Sequence[Listed]) -> Iterator[Button]:
    if view.shown is Shown.OPEN:
        mends = [each for each in listed if each.finding.body.get("remedy")]
        if own.connection.is_usable and len(mends) > 1:
            yield _mend_all(view, mends)
        if len(listed) > 1:
            yield _dismiss_all(view, listed)
    if view.shown is Shown.DISMISSED and len(listed) > 1:
        prints = ",".join(each.finding.fingerprint for each in listed)
        label = f"Bring back these {len(listed)}"
        yield Button(label=label, does=view.does("health.undo", findings=prints))


def _more(own: Found, view: View, total: int, *, has_grid: bool) -> tuple[Button, ...]:
    more = []
    if view.search:
        bare = replace(view, search="").at(1)
        more.append(Button(label="Without the search", does=bare.does()))
    elif total > PAGE:
        more.append(Button(label="Search", does=view.does("health.search")))
    if total or has_grid:
        does = call("health.export", client=own.client.id, check=view.check)
        more.append(Button(label="Export", does=does))
    return tuple(more)


def _mend_all(view: View, mends: Sequence[Listed]) -> Button:
    """It asks first, as for one."""
    change = Change(mends[0].finding.body["remedy"]["change"])
    prints = ",".join(each.finding.fingerprint for each in mends)
    does = call("health.mend_all", client=view.client_id, check=view.check, findings=prints)
    return Button(label=change.several(len(mends)), does=does)


def _dismiss_all(view: View, listed: Sequence[Listed]) -> Button:
    sure = Confirm(
        title=f"Dismiss these {len(listed)}?",
        text="They no longer count, for nobody. It can be undone.",
        yes="Dismiss",
    )
    prints = ",".join(each.finding.fingerprint for each in listed)
    return Button(
        label=f"Dismiss these {len(listed)}",
        does=view.does("health.dismiss", findings=prints),
        confirm=sure,
    )
