"""What workflows say, with names instead of ids, for their pages and forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.health.words import money
from commands.publishing.approvals.workflow import Approver, Editing, Scope, Stage, Workflow, read
from commands.publishing.bookkeeping import Bookkeeping, bookkeeping
from commands.publishing.settings.offering import KINDS, SIDES, party
from commands.publishing.wording import titled
from commands.replies import Option
from storage.models import ApprovalWorkflow, Client
from storage.queries import approvals, people

FIELDS = {  # what an approver may be let to change: {its name: what it is called}
    "account": "Category",
    "tax_rate": "Tax rate",
    "tracking_1": "Tracking",
    "tracking_2": "Second tracking",
    "lines": "Lines",
    "contact": "Contact",
    "description": "Description",
    "note": "Note",
    "day": "Date",
    "due_day": "Due date",
    "number": "Number",
    "payment_method": "Payment method",
    "publish_to": "Publish to",
    "publish_as": "Publish as",
}
GONE = "gone from the list"
LEFT = "somebody who has left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """The workflows of a client in their order, and what their ids stand for. `waiting` is {its id:
    how many items wait in it}."""

    books: Bookkeeping
    rows: Sequence[ApprovalWorkflow]
    people: Mapping[str, str]
    waiting: Mapping[str, int]

    @property
    def currency(self) -> str:
        return self.books.organisation.base_currency or ""

    def chosen(self, name: str, scope: Scope) -> tuple[Option, ...]:
        """What a part of a scope names, as its field begins with it."""
        ids: tuple[str, ...] = getattr(scope, name)
        if name == "suppliers":
            return tuple(party(each) for each in ids)
        return tuple(Option(value=each, label=self._label(name, each)) for each in ids)

    def named(self, ids: Sequence[str]) -> tuple[Option, ...]:
        """People, as a field begins with them."""
        return tuple(Option(value=each, label=self.people.get(each, LEFT)) for each in ids)

    def covers(self, scope: Scope) -> list[tuple[str, list[str]]]:
        """[(of what, any of these)], of what is narrowed."""
        parts = [(title, self.chosen(name, scope)) for name, title in PARTS.items()]
        return [(title, [each.label for each in options]) for title, options in parts if options]

    def stage(self, stage: Stage) -> dict[str, Any]:
        """What the template of a stage may show."""
        changes = [FIELDS[each].lower() for each in stage.fields if each in FIELDS]
        return {
            "is_manager": stage.approver is Approver.MANAGER,
            "people": stage.people,
            "least": None if stage.least is None else money(stage.least, self.currency),
            "changes_all": stage.editing is Editing.EVERYTHING,
            "changes": changes if stage.editing is Editing.SOME else [],
        }

    def line(self, workflow: Workflow, *, place: int) -> dict[str, Any]:
        """What the templates of a workflow may show; `place` is from 1."""
        return {
            "name": workflow.name,
            "is_on": workflow.is_on,
            "covers": self.covers(workflow.scope),
            "stages": [self.stage(each) for each in workflow.stages],
            "auto": workflow.auto_publish,
            "allows_own": workflow.allows_own,
            "waiting": self.waiting.get(workflow.id, 0),
            "place": place,
            "of": len(self.rows),
        }

    def _label(self, name: str, text: str) -> str:
        fixed = {"sides": SIDES.values(), "kinds": KINDS.values()}.get(name)
        if fixed is not None:
            return next((each.label for each in fixed if each.value == text), text)
        if name == "owners":
            return self.people.get(text, LEFT)
        lists = self.books.lists
        if lists is None:
            return GONE
        entries = lists.accounts if name == "accounts" else lists.tracking
        entry = entries.get(text)
        return titled(entry) if entry is not None else GONE


PARTS = {  # of a scope: {its name: what it is called}
    "sides": "Items",
    "kinds": "Documents",
    "suppliers": "Suppliers or customers",
    "accounts": "Categories",
    "tracking": "Tracking",
    "owners": "Handed in by",
}


async def told(session: AsyncSession, context: Context, client: Client) -> Told:
    """Raises Refused where nothing is connected."""
    everybody = await people.everybody(session, context.workspace_id)
    return Told(
        books=await bookkeeping(session, context, client),
        rows=await approvals.workflows(session, context.workspace_id, client.id),
        people={person.id: person.name for person in everybody},
        waiting=await approvals.count_pending(session, context.workspace_id, client.id),
    )


def summary(rows: Sequence[ApprovalWorkflow], waiting: Mapping[str, int]) -> dict[str, Any]:
    """What the Settings page says of them."""
    return {
        "names": [read(row).name for row in rows if row.is_on],
        "off": sum(not row.is_on for row in rows),
        "waiting": sum(waiting.values()),
    }
