"""What people decide about findings, one or many: dismiss, bring back, put off, wake."""

from datetime import date, timedelta

from commands.context import Context
from commands.errors import Invalid
from commands.health.findings.deciding import Deed, decide, decided
from commands.health.findings.page import page
from commands.health.findings.viewing import View
from commands.health.running.held import found
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    DateField,
    Form,
    Reply,
    TextField,
    Words,
)
from storage.models import Client, Handling

WEEK = timedelta(days=7)
LONGEST_REASON = 500


@command("health.dismiss", permission=Permission.SEE_CLIENT)
async def dismiss(
    context: Context, *, client: Client, check: str, findings: tuple[str, ...], view: str = ""
) -> Answer:
    """These do not count any more, until somebody brings them back."""

    def does(handling: Handling) -> None:
        handling.dismissed_at, handling.dismissed_by = context.now, context.actor.person_id
        handling.reason = None

    deed = Deed(
        says="dismissed",
        does=does,
        is_done=lambda handling: handling.dismissed_at is not None,
        undo="health.undo",
    )
    wish = View.parse(view, client_id=client.id, check=check)
    return await _and_show(context, wish, client, findings, deed=deed)


@command("health.undo", permission=Permission.SEE_CLIENT)
async def undo(
    context: Context, *, client: Client, check: str, findings: tuple[str, ...], view: str = ""
) -> Answer:
    """Bring them back: they count again."""

    def does(handling: Handling) -> None:
        handling.dismissed_at = handling.dismissed_by = handling.reason = None

    deed = Deed(
        says="brought_back",
        does=does,
        is_done=lambda handling: handling.dismissed_at is None,
        undo="health.dismiss",
    )
    wish = View.parse(view, client_id=client.id, check=check)
    return await _and_show(context, wish, client, findings, deed=deed)


@command("health.wake", permission=Permission.SEE_CLIENT)
async def wake(
    context: Context, *, client: Client, check: str, findings: tuple[str, ...], view: str = ""
) -> Answer:
    """Put off no longer."""

    def does(handling: Handling) -> None:
        handling.snoozed_until = None

    deed = Deed(says="woken", does=does, is_done=lambda handling: handling.snoozed_until is None)
    wish = View.parse(view, client_id=client.id, check=check)
    return await _and_show(context, wish, client, findings, deed=deed)


@command("health.snooze", permission=Permission.SEE_CLIENT)
async def snooze(
    context: Context,
    *,
    client: Client,
    check: str,
    findings: tuple[str, ...],
    view: str = "",
    until: str = "",
) -> Answer:
    """Put off until a day; they do not count until then."""
    wish = View.parse(view, client_id=client.id, check=check)
    async with context.tools.database.read() as session:
        today = (await found(session, context, client)).look.books.today
    if not until:
        return Form(
            title="Snooze",
            submits=wish.does("health.snooze", findings=",".join(findings)),
            submit_label="Snooze",
            parts=(Words(template="health/snoozing", data={"count": len(findings)}),),
            fields=(DateField(name="until", label="Until", initial=today + WEEK),),
        )
    day = _coming(until, today)

    def does(handling: Handling) -> None:
        handling.snoozed_until = day

    deed = Deed(
        says="snoozed",
        does=does,
        is_done=lambda handling: handling.snoozed_until == day,
        undo="health.wake",
        facts={"until": day},
    )
    done = await decided(context, wish, client, findings, deed=deed)
    return Reply(parts=(*done.told, back(wish)))


@command("health.reason", permission=Permission.SEE_CLIENT)
async def give_reason(
    context: Context,
    *,
    client: Client,
    check: str,
    findings: tuple[str, ...],
    view: str = "",
    reason: str = "",
) -> Answer:
    """Say why they were dismissed; whoever looks at them later reads it."""
    wish = View.parse(view, client_id=client.id, check=check)
    if not reason.strip():
        return Form(
            title="Why dismissed",
            submits=wish.does("health.reason", findings=",".join(findings)),
            submit_label="Note it",
            fields=(
                TextField(name="reason", label="Reason", multiline=True, max_length=LONGEST_REASON),
            ),
        )

    def does(handling: Handling) -> None:
        handling.reason = reason.strip()[:LONGEST_REASON]

    deed = Deed(says="reasoned", does=does, counts=False)
    done = await decided(context, wish, client, findings, deed=deed)
    return Reply(parts=(*done.told, back(wish)))


def back(view: View) -> Buttons:
    """To the findings they are among."""
    return Buttons(items=(Button(label="Findings", does=view.does()),))


async def _and_show(
    context: Context, view: View, client: Client, prints: tuple[str, ...], *, deed: Deed
) -> Reply:
    """The page as it is now, with what was done above it."""
    async with context.tools.database.begin() as session:
        own = await found(session, context, client, lock=True)
        done = await decide(session, context, own, view, prints, deed=deed)
        return await page(session, context, own, view, above=done.told)


def _coming(text: str, today: date) -> date:
    """A day after today. Raises Invalid."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid({"until": f"“{text}” is not a day such as 2026-07-31."}) from None
    if day <= today:
        raise Invalid({"until": "Choose a day that is still to come."})
    return day
