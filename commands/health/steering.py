"""What stands around a page of findings: filters above it; other pages, and all at once, below."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from commands.context import Context
from commands.health.held import Found, health_button
from commands.health.rows import Facts
from commands.health.viewing import ANYBODY, View
from commands.replies import Button, Confirm, Filter, Invocation, Option, Part, call
from storage.queries.findings import Listed, Order, Shown

LONGEST = 200  # characters of what a menu may carry along
PAGE = 8  # each is two blocks, and a message has fifty
SHOWN = {Shown.OPEN: "Open", Shown.SNOOZED: "Snoozed", Shown.DISMISSED: "Dismissed"}
ORDERS = {
    Order.AMOUNT: "Largest amount first",
    Order.AGE: "Oldest first",
    Order.NAME: "By name",
}


def filters(context: Context, view: View, counts: Mapping[Shown, int], facts: Facts) -> list[Part]:
    """What to show, in which order, and whose."""
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
    if facts.assigned or view.assignee:
        parts.append(_whose(context, view, facts, base))
    return parts


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


def turning(own: Found, view: View, listed: Sequence[Listed], total: int) -> tuple[Button, ...]:
    buttons: list[Button] = []
    if view.page > 1:
        buttons.append(Button(label="Previous", does=view.at(view.page - 1).does()))
    if view.page * PAGE < total:
        buttons.append(Button(label="Next", does=view.at(view.page + 1).does()))
    if view.shown is Shown.OPEN and len(listed) > 1:
        buttons.append(_dismiss_all(view, listed))
    if view.shown is Shown.DISMISSED and len(listed) > 1:
        prints = ",".join(each.finding.fingerprint for each in listed)
        label = f"Bring back these {len(listed)}"
        buttons.append(Button(label=label, does=view.does("health.undo", findings=prints)))
    if view.search:
        buttons.append(
            Button(label="Without the search", does=replace(view, search="").at(1).does())
        )
    elif total > PAGE:
        buttons.append(Button(label="Search", does=view.does("health.search")))
    if total:
        does = call("health.export", client=own.client.id, check=view.check)
        buttons.append(Button(label="Export", does=does))
    return (*buttons, health_button(own.client))


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
