"""Options of a check, one at a time: for a client over the practice's over its own defaults."""

from collections.abc import Mapping
from typing import Any

from commands.context import Context
from commands.errors import Invalid, NotFound
from commands.health.check import Check
from commands.health.naming import unknown
from commands.health.registry import found as checks
from commands.health.running.options import Chosen, options
from commands.health.settings.choosing import Choice, choices
from commands.health.settings.scope import Scope, note, ring, scope_of, touched
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Form, Part, Reply, Words, call
from storage.models import Client, HealthChoices
from storage.queries import health


@command("health.options", permission=Permission.SEE_CLIENT, changes=False)
async def show(context: Context, *, check: str, client: Client | None = None) -> Answer:
    """What can be chosen for a check, and what was."""
    scope = await scope_of(context, client, call("health.options", check=check))
    return await _page(context, scope, _check(check))


@command("health.option", permission=Permission.SEE_CLIENT)
async def set_option(
    context: Context,
    *,
    check: str,
    name: str,
    client: Client | None = None,
    value: str = "",
    is_sent: bool = False,
) -> Answer:
    """Choose one of them."""
    scope = await scope_of(context, client, call("health.option", check=check, name=name))
    own = _check(check)
    choice = choices(check).get(name)
    if choice is None:
        raise NotFound(kind="option", text=name)
    if not is_sent:
        return await _form(context, scope, own, choice)
    try:
        chosen = choice.read(value)
    except ValueError as error:
        raise Invalid({"value": str(error)}) from error
    await _save(context, scope, own, {name: chosen})
    return await _page(context, scope, own, is_set=True)


@command("health.default_options", permission=Permission.SEE_CLIENT)
async def back_to_default(context: Context, *, check: str, client: Client | None = None) -> Answer:
    """Forget what was chosen here for a check."""
    scope = await scope_of(context, client, call("health.default_options", check=check))
    own = _check(check)
    await _save(context, scope, own, None)
    return await _page(context, scope, own, is_set=True)


def _check(code: str) -> Check[Any]:
    check = checks().get(code)
    if check is None:
        raise unknown(code)
    return check


async def _save(
    context: Context, scope: Scope, check: Check[Any], chosen: Mapping[str, Any] | None
) -> None:
    """None forgets all that was chosen for the check."""
    async with context.tools.database.begin() as session:
        practice, own = await scope.choices(session, context)
        row = own if scope.client else practice
        every = dict(row.options) if row else {}
        before = every.pop(check.code, {})
        if chosen is not None:
            every[check.code] = {**before, **chosen}
        await health.choose(session, context.workspace_id, scope.client_id, options=every)
        after = every.get(check.code, {})
        note(
            session,
            context,
            scope,
            "health.options_set",
            before={"check": check.code, **before},
            after={"check": check.code, **after},
        )
        due = await touched(session, context, scope)
    ring(context, due)


async def _form(context: Context, scope: Scope, check: Check[Any], choice: Choice) -> Form:
    practice, own = await _rows(context, scope)
    present = options(check, practice, own)
    return Form(
        title="Option of a check",
        submits=scope.call("health.option", check=check.code, name=choice.name, is_sent="yes"),
        submit_label="Save",
        parts=(
            Words(
                template="health/choosing_option",
                data={
                    "title": check.title,
                    "of": scope.name,
                    "default": choice.shown(choice.default),
                },
            ),
        ),
        fields=(choice.field("value", getattr(present, choice.name)),),
    )


async def _rows(context: Context, scope: Scope) -> tuple[Chosen, Chosen]:
    async with context.tools.database.read() as session:
        practice, own = await scope.choices(session, context)
    return _options(practice), _options(own)


def _options(row: HealthChoices | None) -> Chosen:
    return row.options if row else {}


async def _page(
    context: Context, scope: Scope, check: Check[Any], *, is_set: bool = False
) -> Reply:
    practice, own = await _rows(context, scope)
    present = options(check, practice, own)
    parts: list[Part] = [
        Words(
            template="health/options",
            data={"title": check.title, "of": scope.name, "is_set": is_set},
        )
    ]
    for name, choice in choices(check.code).items():
        by = _chosen_by(name, practice.get(check.code, {}), own.get(check.code, {}))
        parts.append(
            Words(
                template="health/option",
                data={
                    "label": choice.label,
                    "value": choice.shown(getattr(present, name)),
                    "by": by,
                    "default": choice.shown(choice.default),
                },
                beside=Button(
                    label="Change",
                    does=scope.call("health.option", check=check.code, name=name),
                    description=f"Change: {choice.label}",
                ),
            )
        )
    parts.append(Buttons(items=_steps(scope, check, own if scope.client else practice)))
    return Reply(parts=tuple(parts))


def _chosen_by(name: str, practice: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    if name in own:
        return "client"
    return "practice" if name in practice else "default"


def _steps(scope: Scope, check: Check[Any], chosen: Chosen) -> tuple[Button, ...]:
    steps = [scope.back]
    if chosen.get(check.code):
        label = "As the practice has it" if scope.client else "Back to the defaults"
        does = scope.call("health.default_options", check=check.code)
        steps.insert(0, Button(label=label, does=does))
    return tuple(steps)
