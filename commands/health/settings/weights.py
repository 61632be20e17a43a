"""Weights of the score: a practice's own, or a client's; every version is kept."""

import re
from collections.abc import Mapping
from typing import Any

from commands.context import Context
from commands.errors import Invalid
from commands.health.naming import named, nearest, titles
from commands.health.registry import found as checks
from commands.health.running.standing import default_weights
from commands.health.score.score import ALL, FEWEST_CHOSEN, MOST_CHOSEN, objections
from commands.health.settings.scope import Scope, note, ring, touched
from commands.permissions import Permission, may
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Confirm,
    Form,
    Part,
    Reply,
    Table,
    TextField,
    Words,
)
from storage.identity import new_id
from storage.models import Client, Weighting
from storage.queries import health, people

LONGEST = 2_000  # characters, for twelve lines
_NUMBER = re.compile(r"^(?:(\d{1,3})\s*%?\s+(.+)|(.+?)[\s:=]+(\d{1,3})\s*%?)$")


@command("health.weights", permission=Permission.SEE_CLIENT, changes=False)
async def show(context: Context, *, client: Client | None = None) -> Answer:
    """What each check weighs, and whose choice that is."""
    return await _page(context, Scope(client=client))


@command("health.set_weights", permission=Permission.OVERRIDE)
async def set_weights(
    context: Context, *, client: Client | None = None, weights: str = ""
) -> Answer:
    """Choose the checks of the score and what each weighs, a line for each."""
    scope = Scope(client=client)
    if not weights.strip():
        return await _form(context, scope)
    chosen = read(weights)
    wrong = objections(chosen, tuple(checks()))
    if wrong:
        raise Invalid({"weights": " ".join(wrong)})
    await _keep(context, scope, chosen)
    return await _page(context, scope, is_set=True)


@command("health.default_weights", permission=Permission.OVERRIDE)
async def back_to_default(context: Context, *, client: Client | None = None) -> Answer:
    """The default again; of a client, what the practice has."""
    scope = Scope(client=client)
    await _keep(context, scope, {})
    return await _page(context, scope, is_set=True)


def read(text: str) -> dict[str, int]:
    """{code: weight} of lines such as `20 PAYE`, without those of 0. Raises Invalid."""
    chosen: dict[str, int] = {}
    problems = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _NUMBER.match(line)
        if found is None:
            problems.append(f"“{line}” has no weight: write it as 20 {line}.")
            continue
        name, weight = found[2] or found[3], int(found[1] or found[4])
        code, rest = named(name, titles())
        if code is None or rest:
            problems.append(_unknown(name))
        elif code in chosen:
            problems.append(f"{titles()[code]} stands there twice.")
        elif weight:
            chosen[code] = weight
    if problems:
        raise Invalid({"weights": " ".join(problems)})
    return chosen


def written(weights: Mapping[str, int]) -> str:
    """Inverse of `read`, the heaviest first."""
    order = sorted(weights, key=lambda code: (-weights[code], titles().get(code, code)))
    return "\n".join(f"{weights[code]} {titles().get(code, code)}" for code in order)


def _unknown(name: str) -> str:
    meant = [titles()[code] for code in nearest(name, titles())]
    near = f" Did you mean {' or '.join(meant)}?" if meant else ""
    return f"There is no check called “{name}”.{near}"


async def _keep(context: Context, scope: Scope, chosen: Mapping[str, int]) -> None:
    async with context.tools.database.begin() as session:
        before = await health.weights(session, context.workspace_id, scope.client_id)
        row = Weighting(
            id=new_id(),
            workspace_id=context.workspace_id,
            client_id=scope.client.id if scope.client else None,
            weights=dict(chosen),
            made_at=context.now,
            made_by=context.actor.person_id,
        )
        session.add(row)
        note(
            session,
            context,
            scope,
            "health.weights_set",
            before={"version": before.id if before else None},
            after={"version": row.id, **chosen},
        )
        due = await touched(session, context, scope)
    ring(context, due)


async def _form(context: Context, scope: Scope) -> Form:
    async with context.tools.database.read() as session:
        weighting = await health.weights(session, context.workspace_id, scope.client_id)
    now = dict(weighting.weights) if weighting and weighting.weights else _to_begin_with()
    others = "".join(f"\n0 {title}" for code, title in titles().items() if code not in now)
    hint = (
        f"A weight and a check on each line; 0 leaves a check out. {FEWEST_CHOSEN} to "
        f"{MOST_CHOSEN} checks come to {ALL} together."
    )
    return Form(
        title="Weights of the score",
        submits=scope.call("health.set_weights"),
        submit_label="Use them",
        parts=(Words(template="health/choosing_weights", data={"of": scope.name}),),
        fields=(
            TextField(
                name="weights",
                label="Weights, in per cent",
                initial=written(now) + others,
                hint=hint,
                multiline=True,
                max_length=LONGEST,
            ),
        ),
    )


def _to_begin_with() -> dict[str, int]:
    """The default brought to a hundred, as far as one score may have so many checks."""
    default = default_weights()
    heaviest = sorted(default, key=lambda code: (-default[code], code))[:MOST_CHOSEN]
    total = sum(default[code] for code in heaviest)
    made = {code: max(1, default[code] * ALL // total) for code in heaviest}
    if heaviest:
        made[heaviest[0]] += ALL - sum(made.values())
    return made


async def _page(context: Context, scope: Scope, *, is_set: bool = False) -> Reply:
    async with context.tools.database.read() as session:
        weighting = await health.weights(session, context.workspace_id, scope.client_id)
        person = await people.find(session, context.workspace_id, weighting.made_by) if (
            weighting
        ) else None  # fmt: skip
    is_custom = weighting is not None and bool(weighting.weights)
    weights: Mapping[str, Any] = (
        weighting.weights if weighting is not None and is_custom else default_weights()
    )
    data = {
        "of": scope.name,
        "is_set": is_set,
        "whose": _whose(weighting),
        "by": person.name if person and is_custom else None,
        "at": weighting.made_at if weighting and is_custom else None,
        "is_client": scope.client is not None,
    }
    order = sorted(weights, key=lambda code: (-weights[code], titles().get(code, code)))
    table = Table(
        columns=("Check", "Weight"),
        rows=tuple((titles().get(code, code), f"{weights[code]} %") for code in order),
        numeric=frozenset({1}),
    )
    parts: list[Part] = [Words(template="health/weights", data=data), table]
    parts.append(Buttons(items=_steps(context, scope, weighting)))
    return Reply(parts=tuple(parts))


def _whose(weighting: Weighting | None) -> str:
    if weighting is None or not weighting.weights:
        return "default"
    return "client" if weighting.client_id else "practice"


def _steps(context: Context, scope: Scope, weighting: Weighting | None) -> tuple[Button, ...]:
    steps = []
    if may(context.actor, Permission.OVERRIDE):
        steps.append(Button(label="Change", does=scope.call("health.set_weights")))
        own = "client" if scope.client else "practice"
        if _whose(weighting) == own:
            sure = Confirm(
                title="Other weights?",
                text="Scores from now on are made with them; earlier ones stay.",
                yes="Use them",
            )
            label = "As the practice has it" if scope.client else "Back to the default"
            does = scope.call("health.default_weights")
            steps.append(Button(label=label, does=does, confirm=sure))
    return (*steps, scope.back)
