"""What a test presses, chooses and reads of an answer about health."""

from collections.abc import Sequence

from commands.errors import CommandError
from commands.health.samples import bill, contact, day, line
from commands.replies import Answer, Buttons, Filter, Form, Invocation, Menu, Reply, Table
from providers.books import AnyRecord
from storage.queries import findings
from storage.queries.findings import Listed, Shown
from tests.builders import WORKSPACE
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA

CODE = "duplicate-transactions"


def twice(
    key: str, name: str, amount: str = "100.00", number: str | None = None
) -> list[AnyRecord]:
    """A supplier's bill that was entered two times, two days apart."""
    own = {"contact_id": key, "number": number}
    return [
        contact(key, name),
        bill(f"{key}-1", line(amount), date=day(6, 1), **own),
        bill(f"{key}-2", line(amount), date=day(6, 3), **own),
    ]


TWO = (*twice("c1", "Paper & Pens", number="INV-77"), *twice("c2", "Cleaners", "50.00"))


def pressed(answer: Answer | CommandError, label: str) -> list[Invocation]:
    """What each button of that label does, in their order."""
    assert isinstance(answer, Reply), answer
    items = [item for part in answer.parts if isinstance(part, Buttons) for item in part.items]
    flat = [one for item in items for one in (item.items if isinstance(item, Menu) else (item,))]
    return [item.does for item in flat if item.label == label and item.does is not None]


def menu(answer: Answer, label: str) -> Filter:
    assert isinstance(answer, Reply)
    return next(p for p in answer.parts if isinstance(p, Filter) and p.label == label)


def table(answer: Answer) -> Table:
    assert isinstance(answer, Reply)
    return next(part for part in answer.parts if isinstance(part, Table))


def field(form: Answer, name: str) -> object:
    assert isinstance(form, Form)
    return next(each for each in form.fields if each.name == name)


async def titles(surgery: Surgery, shown: Shown = Shown.OPEN) -> Sequence[str]:
    return [each.finding.title for each in await listed(surgery, shown)]


async def listed(surgery: Surgery, shown: Shown = Shown.OPEN) -> Sequence[Listed]:
    async with surgery.practice.database.read() as session:
        return await findings.page(
            session,
            WORKSPACE,
            surgery.organisation_id,
            CODE,
            today=surgery.clock().date(),
            shown=shown,
        )


async def opened(surgery: Surgery, person: str = ANA) -> Answer:
    """The page of what was found twice."""
    return await surgery.practice.say(person, f"check {CODE} acme")
