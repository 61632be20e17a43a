"""Changing the ledger for several findings at once: asked first, each done by itself, put back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from commands.context import Context
from commands.errors import CommandError, Conflict
from commands.health.mending.mend import (
    WINDOW,
    Case,
    amend,
    begin,
    case_of,
    failed,
    keep,
    put_back,
)
from commands.health.mending.mending import said
from commands.health.mending.refusals import refusal
from commands.health.running.held import health_button
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Reply, Style, Words, call
from providers.errors import Missing, Outdated, ProviderError, Rejected
from storage.models import Client

OF_ONE = (Rejected, Missing, Outdated)  # a no to one change says nothing of the next


@dataclass(kw_only=True, slots=True)
class Tally:
    """What came of it. `undo` are the mends that can be put back."""

    done: list[str] = field(default_factory=list)
    were_so: list[str] = field(default_factory=list)
    undo: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    stopped: ProviderError | None = None


@command("health.mend_all", permission=Permission.SEE_CLIENT)
async def mend_all(
    context: Context,
    *,
    client: Client,
    check: str,
    findings: tuple[str, ...],
    sure: bool = False,
) -> Answer:
    """Ask, then change the ledger as the remedy of each of these findings says."""
    cases = await _cases(context, client, check, findings)
    if not sure:
        return _asking(cases, check, findings)
    tally = Tally()
    for case in cases:
        await _one(context, case, tally)
        if tally.stopped is not None:
            break
    if tally.stopped is not None and not tally.done and not tally.were_so:
        again = Button(label="Look again", does=cases[0].again.does)
        error = tally.stopped
        raise (refusal(cases[0].own, error, again) or error) from error
    return _told(cases, tally)


@command("health.unmend_all", permission=Permission.SEE_CLIENT)
async def unmend_all(context: Context, *, client: Client, mended: tuple[str, ...]) -> Answer:
    """Put back what was, within ten minutes: as much of it as can be."""
    back: list[str] = []
    left: CommandError | ProviderError | None = None
    for each in mended:
        try:
            title, _ = await put_back(context, client, each)
            back.append(title)
        except (CommandError, ProviderError) as error:
            left = error
    if left is not None and not back:
        raise left
    data = {"back": back, "left": len(mended) - len(back)}
    words = Words(template="health/unmended_all", data=data)
    return Reply(parts=(words, Buttons(items=(health_button(client),))))


async def _cases(
    context: Context, client: Client, check: str, prints: Sequence[str]
) -> Sequence[Case]:
    """Those that are still there. Raises Conflict where none is."""
    found: list[Case] = []
    gone: Conflict | None = None
    async with context.tools.database.read() as session:
        for fingerprint in prints:
            try:
                found.append(await case_of(session, context, client, check, fingerprint))
            except Conflict as error:  # mended meanwhile
                gone = error
    if gone is not None and not found:
        raise gone
    return found


def _asking(cases: Sequence[Case], check: str, prints: Sequence[str]) -> Reply:
    first = cases[0]
    assert first.finding.remedy is not None
    does = call("health.mend_all", client=first.client.id, check=check, findings=",".join(prints))
    label = first.finding.remedy.change.several(len(cases))
    words = Words(template="health/mending_all", data=_facts(cases) | {"label": label})
    yes = Button(label=label, does=does.having(sure="yes"), style=Style.PRIMARY)
    keep_it = Button(label="Keep as it is", does=first.again.does)
    return Reply(parts=(words, Buttons(items=(yes, keep_it))))


async def _one(context: Context, case: Case, tally: Tally) -> None:
    mend_id = await begin(context, case)
    try:
        done = await amend(context, case.own, case.amendment, key=mend_id)
    except ProviderError as error:
        await failed(context, mend_id, error)
        if not isinstance(error, OF_ONE):
            tally.stopped = error
            return
        problems = error.problems if isinstance(error, Rejected) else ()
        says = next((each.text for each in problems if each.text), "")
        tally.refused.append({"title": case.finding.title, "says": says})
        return
    await keep(context, case, mend_id, done)
    if done.undo is None:
        tally.were_so.append(case.finding.title)
        return
    tally.done.append(case.finding.title)
    tally.undo.append(mend_id)


def _facts(cases: Sequence[Case]) -> dict[str, object]:
    own = cases[0].own
    return {
        "organisation": own.look.organisation.name,
        "software": own.look.books.software,
        "changes_of": [
            {"title": case.finding.title, "change": said(case.amendment)} for case in cases
        ],
        "minutes": int(WINDOW.total_seconds() // 60),
    }


def _told(cases: Sequence[Case], tally: Tally) -> Reply:
    tried = len(tally.done) + len(tally.were_so) + len(tally.refused)
    data = _facts(cases) | {
        "done": tally.done,
        "were_so": tally.were_so,
        "refused": tally.refused,
        "left": len(cases) - tried,
    }
    buttons = [cases[0].again]
    if tally.undo:
        mended = ",".join(tally.undo)
        undo = call("health.unmend_all", client=cases[0].client.id, mended=mended)
        buttons.insert(0, Button(label="Undo", does=undo))
    words = Words(template="health/mended_all", data=data)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))
