"""How health is looked at: the reporting period, for a client or for the whole practice."""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Invalid
from commands.health.books.periods import Mode
from commands.health.registry import found as checks
from commands.health.running.held import health_button
from commands.health.settings.choosing import choices
from commands.health.settings.scope import Scope, note, ring, scope_of, touched
from commands.permissions import Permission, may
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    ChoiceField,
    DateField,
    Filter,
    Form,
    Option,
    Reply,
    Words,
    call,
)
from storage.models import Client, HealthChoices
from storage.queries import health

FIXED, INHERITED = "fixed", "inherited"
PRACTICE = call("health.practice_settings")


@command(
    "health.settings",
    usage="health settings <client>",
    summary="how a client's health is looked at",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def settings(context: Context, *, client: Client) -> Answer:
    """See and change the reporting period, the options of checks and the weights of the score.

    What is not chosen for a client is as the practice has it.
    """
    return await _page(context, Scope(client=client))


@command(
    "health.practice_settings",
    usage="health settings practice",
    summary="how the health of all clients is looked at",
    permission=Permission.MANAGE_CLIENTS,
    changes=False,
)
async def practice_settings(context: Context) -> Answer:
    """The same for all clients for which nothing else was chosen."""
    return await _page(context, Scope(client=None))


@command("health.period", permission=Permission.SEE_CLIENT)
async def set_period(
    context: Context,
    *,
    client: Client | None = None,
    mode: str = "",
    begin: str = "",
    end: str = "",
) -> Answer:
    """Choose the days that are looked at: a mode that rolls on, or fixed days."""
    scope = await scope_of(context, client, call("health.period"))
    if not mode:
        return await _form(context, scope)
    chosen = _chosen(mode, begin, end)
    async with context.tools.database.begin() as session:
        practice, own = await scope.choices(session, context)
        row = own if scope.client else practice
        before = {name: _plain(getattr(row, name, None)) for name in chosen}
        await health.choose(session, context.workspace_id, scope.client_id, **chosen)
        after = {name: _plain(value) for name, value in chosen.items()}
        note(session, context, scope, "health.period_set", before=before, after=after)
        due = await touched(session, context, scope)
    ring(context, due)
    return await _page(context, scope, is_set=True)


def _chosen(mode: str, begin: str, end: str) -> dict[str, Any]:
    """What is kept of it. Raises Invalid."""
    nothing: dict[str, Any] = {"mode": None, "period_begin": None, "period_end": None}
    if mode == INHERITED:
        return nothing
    if mode != FIXED:
        return nothing | {"mode": Mode(mode).value}
    missing = {name: "Fixed days need this day." for name, day in
               (("begin", begin), ("end", end)) if not day}  # fmt: skip
    if missing:
        raise Invalid(missing)
    first, last = date.fromisoformat(begin), date.fromisoformat(end)
    if last < first:
        raise Invalid({"end": "The last day is before the first."})
    return nothing | {"period_begin": first, "period_end": last}


async def _form(context: Context, scope: Scope) -> Form:
    async with context.tools.database.read() as session:
        practice, own = await scope.choices(session, context)
    row = own if scope.client else practice
    unset = "As the practice has it" if scope.client else f"{Mode.LAST_MONTH} (the default)"
    options = (
        Option(value=INHERITED, label=unset),
        *(Option(value=each.value, label=each.value) for each in Mode),
        Option(value=FIXED, label="Fixed days, which do not roll on"),
    )
    return Form(
        title="Reporting period",
        submits=scope.call("health.period"),
        submit_label="Save",
        parts=(Words(template="health/choosing_period", data={"of": scope.name}),),
        fields=(
            ChoiceField(
                name="mode", label="Period", options=options, initial=_mode_of(row), compact=True
            ),
            DateField(
                name="begin",
                label="First day",
                initial=row.period_begin if row else None,
                hint="For fixed days alone.",
                optional=True,
            ),
            DateField(
                name="end",
                label="Last day",
                initial=row.period_end if row else None,
                optional=True,
            ),
        ),
    )


def _mode_of(row: HealthChoices | None) -> str:
    if row is None:
        return INHERITED
    return FIXED if row.period_begin else row.mode or INHERITED


async def _page(context: Context, scope: Scope, *, is_set: bool = False) -> Reply:
    async with context.tools.database.read() as session:
        practice, own = await scope.choices(session, context)
        data = await _facts(session, context, scope, practice, own)
    with_options = tuple(
        Option(value=code, label=check.title, description=check.group.value)
        for code, check in checks().items()
        if choices(code)
    )
    pick = Filter(
        label="Options of a check",
        name="check",
        does=scope.call("health.options"),
        options=with_options,
    )
    steps = [
        Button(label="Reporting period", does=scope.call("health.period")),
        Button(label="Weights of the score", does=scope.call("health.weights")),
    ]
    if scope.client:
        if may(context.actor, Permission.MANAGE_CLIENTS):
            steps.append(Button(label="For all clients", does=PRACTICE))
        steps.append(health_button(scope.client))
    words = Words(template="health/settings", data=data | {"is_set": is_set})
    return Reply(parts=(words, pick, Buttons(items=tuple(steps))))


async def _facts(
    session: AsyncSession,
    context: Context,
    scope: Scope,
    practice: HealthChoices | None,
    own: HealthChoices | None,
) -> dict[str, Any]:
    weighting = await health.weights(session, context.workspace_id, scope.client_id)
    is_own = weighting is not None and bool(weighting.weights)
    return {
        "of": scope.name,
        "is_practice": scope.client is None,
        "period": _period(practice, own),
        "is_own_period": bool(own and (own.mode or own.period_begin)),
        "changed": _changed(own if scope.client else practice),
        "inherited": _changed(practice) if scope.client else [],
        "weights": "the default" if not is_own else "of its own"
        if weighting and weighting.client_id else "the practice’s own",
    }  # fmt: skip


def _period(practice: HealthChoices | None, own: HealthChoices | None) -> dict[str, Any]:
    for row in (own, practice):
        if row is not None and row.period_begin:
            return {"mode": None, "begin": row.period_begin, "end": row.period_end}
        if row is not None and row.mode:
            return {"mode": row.mode, "begin": None, "end": None}
    return {"mode": Mode.LAST_MONTH.value, "begin": None, "end": None}


def _changed(row: HealthChoices | None) -> list[str]:
    """Titles of the checks with options other than their own."""
    chosen = row.options if row else {}
    return [check.title for code, check in checks().items() if chosen.get(code)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
