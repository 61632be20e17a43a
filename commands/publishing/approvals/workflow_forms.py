"""The forms of workflows: which items, who agrees from which amount on, and what then."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from commands.context import Context
from commands.errors import Invalid
from commands.publishing import policies
from commands.publishing.approvals.workflow import Approver, Editing, Scope, Stage, Workflow, read
from commands.publishing.approvals.workflow_pages import WORKFLOW
from commands.publishing.approvals.workflow_words import FIELDS, PARTS, Told, told
from commands.publishing.facts import ItemKind, Side
from commands.publishing.settings.choosing import amount_of, yes_no
from commands.publishing.settings.offering import NOTHING, searched
from commands.registry import source
from commands.replies import (
    ChoiceField,
    Field,
    Form,
    ManyField,
    Option,
    TextField,
    Words,
    call,
)
from storage.identity import new_id
from storage.models import Client

LONGEST_NAME = 60
WHO = (
    Option(value=Approver.PEOPLE.value, label="One of the people below"),
    Option(
        value=Approver.MANAGER.value,
        label="The manager of whoever handed it in",
        description="As set under Managers; where none is set, an administrator",
    ),
)
MAY_CHANGE = (
    Option(value=Editing.NOTHING.value, label="Nothing", description="They approve or decline"),
    Option(value=Editing.SOME.value, label="Only the fields below"),
    Option(value=Editing.EVERYTHING.value, label="Everything"),
)
_SOURCES = {
    "suppliers": "parties",
    "accounts": "accounts",
    "tracking": "any_tracking",
    "owners": "approvers",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A workflow as a form shows it; None of a new one."""

    known: Told
    workflow: Workflow | None = None
    description: str = ""
    version: int = 0


async def shown(context: Context, client: Client, workflow_id: str | None = None) -> Shown:
    """Raises NotFound."""
    async with context.tools.database.read() as session:
        known = await told(session, context, client)
        if workflow_id is None:
            return Shown(known=known)
        row = await policies.found(session, context, WORKFLOW, client, workflow_id)
    return Shown(known=known, workflow=read(row), description=row.description, version=row.version)


def new_form(client: Client, now: Shown) -> Form:
    """The least that makes a workflow; its page asks for the rest."""
    empty = Scope()
    return Form(
        title="Add a workflow",
        submits=call("publishing.save_workflow", client=client.id),
        submit_label="Add it",
        parts=(Words(template="publishing/adding_workflow", data=now.known.books.facts),),
        fields=(
            TextField(name="name", label="Name", max_length=LONGEST_NAME),
            _many("sides", client, now.known, empty, hint="Leave it empty for any."),
            *_who(client, now.known, Stage(id="")),
        ),
    )


def scope_form(client: Client, now: Shown) -> Form:
    assert now.workflow is not None
    fields: list[Field] = [
        TextField(name="name", label="Name", initial=now.workflow.name, max_length=LONGEST_NAME),
        TextField(
            name="description", label="What it is for", initial=now.description, optional=True
        ),
    ]
    fields += [_many(name, client, now.known, now.workflow.scope) for name in PARTS]
    return _form(client, now, "Which items", "publishing.workflow_scope", fields)


def _many(
    name: str, client: Client, known: Told, scope: Scope, *, hint: str | None = None
) -> ManyField:
    own = _SOURCES.get(name)
    return ManyField(
        name=name,
        label=PARTS[name],
        source=searched(own, client) if own else f"publishing.{name}",
        initial=known.chosen(name, scope),
        hint=hint,
    )


def stage_form(client: Client, now: Shown, stage: Stage | None) -> Form:
    """`stage` is None where one is added."""
    assert now.workflow is not None
    own = stage or Stage(id="")
    changed = tuple(Option(value=each, label=FIELDS[each]) for each in own.fields if each in FIELDS)
    fields: list[Field] = [
        *_who(client, now.known, own),
        ChoiceField(
            name="editing",
            label="What they may change of the item",
            options=MAY_CHANGE,
            initial=own.editing.value,
        ),
        ManyField(
            name="fields", label="Fields they may change", source="publishing.fields",
            initial=changed,
        ),
    ]  # fmt: skip
    if stage is not None and len(now.workflow.stages) > 1:
        fields.append(yes_no("remove", "Remove this stage", is_on=False))
    title = "Add a stage" if stage is None else "Stage"
    return _form(client, now, title, "publishing.workflow_stage", fields, stage=own.id)


def _who(client: Client, known: Told, stage: Stage) -> tuple[Field, ...]:
    least = "" if stage.least is None else f"{stage.least:f}"
    of = f", in {known.currency}" if known.currency else ""
    return (
        ChoiceField(
            name="approver", label="Who approves", options=WHO, initial=stage.approver.value
        ),
        ManyField(
            name="people",
            label="People",
            source=searched("approvers", client),
            initial=known.named(stage.people),
            hint="The first of them to answer decides.",
        ),
        TextField(
            name="least",
            label=f"From this total on{of}",
            initial=least,
            hint="Leave it empty for every total.",
            optional=True,
            max_length=20,
        ),
    )


def after_form(client: Client, now: Shown) -> Form:
    assert now.workflow is not None
    fields: list[Field] = [
        yes_no("auto", "Publish by itself once approved", is_on=now.workflow.auto_publish),
        yes_no(
            "own",
            "Whoever asks may approve it themselves",
            is_on=now.workflow.allows_own,
            hint="Only where they are among those who approve. "
            "Of expense claims the same holds for whoever is paid back.",
        ),
    ]
    return _form(client, now, "Once approved", "publishing.workflow_after", fields)


def _form(
    client: Client, now: Shown, title: str, command: str, fields: list[Field], **more: str
) -> Form:
    assert now.workflow is not None
    about = {"client": client.id, "workflow": now.workflow.id, "version": str(now.version)}
    waiting = now.known.waiting.get(now.workflow.id, 0)
    data = {
        "name": now.workflow.name, "client": client.name, "waiting": waiting, "part": title,
    }  # fmt: skip
    return Form(
        title=title,
        submits=call(command, **about, **{name: text for name, text in more.items() if text}),
        submit_label="Save",
        parts=(Words(template="publishing/changing_workflow", data=data),),
        fields=tuple(fields),
    )


def scope_of(chosen: Mapping[str, Collection[str]]) -> Scope:
    """What was filled in."""
    bare = {name: tuple(e for e in chosen.get(name, ()) if e and e != NOTHING) for name in PARTS}
    sides, kinds = {side.value for side in Side}, {kind.value for kind in ItemKind}
    return Scope(
        **bare
        | {
            "sides": tuple(each for each in bare["sides"] if each in sides),
            "kinds": tuple(each for each in bare["kinds"] if each in kinds),
            "suppliers": tuple(unquote(each) for each in bare["suppliers"]),
        }
    )


def stage_of(
    stage_id: str,
    *,
    approver: Approver,
    people: Collection[str],
    least: str,
    editing: Editing = Editing.NOTHING,
    fields: Collection[str] = (),
) -> Stage:
    """What was filled in; a new one where there is no id. Raises Invalid."""
    changed = tuple(each for each in FIELDS if each in fields)
    if approver is Approver.PEOPLE and not people:
        raise Invalid({"people": "Choose at least one person who approves."})
    if editing is Editing.SOME and not changed:
        raise Invalid({"fields": "Choose at least one field, or nothing above."})
    return Stage(
        id=stage_id or new_id(),
        approver=approver,
        people=tuple(people) if approver is Approver.PEOPLE else (),
        least=amount_of("least", least) or None,
        editing=editing,
        fields=changed if editing is Editing.SOME else (),
    )


@source("publishing.fields")
async def changeable_fields(context: Context, query: str) -> tuple[Option, ...]:
    """What an approver may be let to change."""
    del context
    named = FIELDS.items()
    return tuple(Option(value=k, label=v) for k, v in named if query.casefold() in v.casefold())
